"""A translation carries a hash of its original: a pair of which the original was changed alone is named."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import COURSE, REPOSITORY, TINY, change
from typer.testing import CliRunner

from autograder.chapter.chapter import find_chapters
from autograder.chapter.twins import mark_translated, twins_apart
from autograder.cli import main as cli
from autograder.model.errors import AuthoringError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small chapter in a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "course" / "solutions" / TINY


def build(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and messages of `autograder build`, run as a person would."""
    done = CliRunner().invoke(cli.app, ["build", *arguments, "--course", str(folder.parents[1])])
    return done.exit_code, done.stderr


@pytest.mark.parametrize("folder", find_chapters(REPOSITORY), ids=lambda folder: folder.name)
def test_every_translation_of_the_course_says_what_its_original_says(folder: Path) -> None:
    assert [twin.sentence for twin in twins_apart(folder)] == []


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        ("# A line through points.", "# A curve through points.", "00_chapter"),
        ("# ## {n} Descent", "# ## {n} Walking down", "03_descend"),
        ('"""Sum of squared errors:', '"""Mean of squared errors:', "01_line_loss"),
        ("# It is smooth, and large", "# It has a slope, and large", "07_why"),
    ],
)
def test_a_text_that_was_changed_alone_is_named_until_somebody_has_compared(
    folder: Path, old: str, new: str, file: str
) -> None:
    assert twins_apart(folder) == []
    change(folder, (old, new))
    (twin,) = twins_apart(folder)
    assert re.fullmatch(
        rf"{TINY}/{file}\.py:\d+: its English has changed since it was translated: compare the two, then run "
        rf"`autograder build --translated {TINY}`",
        twin.sentence,
    )
    assert twin.translation.language == "zh"
    assert [marked.translation for marked in mark_translated(folder)] == [twin.translation]
    assert twins_apart(folder) == []
    change(folder, (new, old))
    assert len(twins_apart(folder)) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A line through points.", "# A line through\n# points."),
        ("# 过若干点的直线。", "# 一条过若干点的直线。"),
        ("residual = X @ w + b - y  # (N,)", "residual = X @ w + b - y"),
    ],
)
def test_line_breaks_a_better_translation_and_code_are_no_change_of_a_text(folder: Path, old: str, new: str) -> None:
    change(folder, (old, new))
    assert twins_apart(folder) == []


def test_a_number_that_follows_its_file_is_no_change_of_a_text(folder: Path) -> None:
    (folder / "03_descend.py").rename(folder / "08_descend.py")
    assert twins_apart(folder) == []


def test_a_new_translation_is_to_be_compared_once(folder: Path) -> None:
    (folder / "08_more.py").write_text(
        '# %% [markdown] lang="en"\n# ## {n} More\n# %% [markdown] lang="zh"\n# ## {n} 更多\n', encoding="utf-8"
    )
    (twin,) = twins_apart(folder)
    assert twin.sentence.startswith(f"{TINY}/08_more.py:4: it is a new translation: compare the two")
    mark_translated(folder)
    assert re.search('lang="zh" of="[0-9a-f]{4}"\n', (folder / "08_more.py").read_text(encoding="utf-8"))


def test_marking_changes_nothing_but_the_hashes(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.glob("*.py")}
    for file in before:
        file.write_bytes(re.sub(rb' of="[0-9a-f]{4}"', b"", file.read_bytes()))
    assert len(twins_apart(folder)) == 12
    mark_translated(folder)
    assert {file: file.read_bytes() for file in folder.glob("*.py")} == before


def test_the_docstring_of_a_class_has_a_twin_too(folder: Path) -> None:
    grading = '# %% grading="nearest_mean"'
    change(folder, (grading, f'# %% [markdown] docstring="Model" lang="zh"\n# 内容随意。\n{grading}'))
    assert len(mark_translated(folder)) == 1
    change(folder, ('"""Whatever you like:', '"""What you like:'))
    (twin,) = twins_apart(folder)
    assert twin.translation.name == "Model"


def test_a_docstring_of_no_function_is_refused(folder: Path) -> None:
    change(folder, ('docstring="line_loss"', 'docstring="lime_loss"'))
    with pytest.raises(AuthoringError, match=r"/01_line_loss\.py:\d+: nothing called 'lime_loss' has a docstring"):
        twins_apart(folder)


def test_build_names_the_pair_and_only_the_word_of_a_person_ends_it(folder: Path) -> None:
    assert build(folder)[0] == 0
    change(folder, ("# A line through points.", "# A curve through points."))
    for _ in range(2):
        code, errors = build(folder)
        assert code == 0
        assert f"{TINY}/00_chapter.py:6: its English has changed" in errors
    change(folder, ("# 过若干点的直线。", "# 过若干点的曲线。"))
    assert build(folder)[0] == 0
    code, errors = build(folder, "--check")
    assert code == 1
    assert "its English has changed" in errors
    assert "is not what its source gives" not in errors
    code, errors = build(folder, "--translated", TINY)
    assert code == 0
    assert f"{TINY}/00_chapter.py:6: says what its English says" in errors
    assert build(folder, "--check") == (0, "")


@pytest.mark.parametrize("arguments", [("--translated",), ("--translated", "--check", TINY)])
def test_a_word_for_chapters_that_are_not_named_is_misuse(folder: Path, arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.app, ["build", *arguments, "--course", str(folder.parents[1])])
    assert "--translated changes the sources of the chapters that it names" in str(done.exception)
