"""Leak lint: it finds every kind of secret, and nothing where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import COURSE, TINY, change

from autograder.build.leaks import find_leaks
from autograder.build.release import release_files
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.model import version


def leaks_in(chapter: Chapter) -> list[str]:
    return find_leaks(chapter, release_files(chapter))


def leaks_of(tmp_path: Path, old: str, new: str) -> list[str]:
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "course" / "solutions" / TINY
    change(path, (old, new))
    return leaks_in(load_chapter(path))


def test_the_small_chapter_leaks_nothing(chapter: Chapter) -> None:
    assert leaks_in(chapter) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("# A line through points.", "# Hint: residual = X @ w + b - y", "a line of the solution of 'line_loss'"),
        ("# A line through points.", "# Hint: residual=X@w+b-y, as usual", "a line of the solution of 'line_loss'"),
        ("# A line through points.", "# You averaged; the docstring asks for a sum.", "the hint of mistake 'mean_for_"),
        ("print(shown([1, 2]))", 'print("mean_for_sum")', "the mistake 'mean_for_sum' of 'line_loss'"),
        ("print(shown([1, 2]))", "# It is smooth, and large errors count more: one point each.", "solution of 'why'"),
        ("print(shown([1, 2]))", "# ((X @ w + b - y) ** 2).sum(); torch.func import grad", ""),
        ("def accuracy(impl, case):", "def accuracy(impl, case):\n    ### BEGIN HIDDEN TESTS", "a solution marker"),
        ("# A line through points.", "# Each error is squared *before* it is added, so that errors up and down cannot"
         " cancel.", "why the solution of 'line_loss' is so"),
        ("    predicted = np.asarray(impl.predict", "    # model = Model()\n    # return 2 * X.T @ residual\n"
         "    dw = '''dw = 2 * X.T @ residual'''\n    predicted = np.asarray(impl.predict", ".json holds"),
    ],
)  # fmt: skip
def test_a_secret_is_found(tmp_path: Path, old: str, new: str, what: str) -> None:
    leaks = leaks_of(tmp_path, old, new)
    if not what:
        assert leaks == []
        return
    assert any(what in leak for leak in leaks), leaks
    assert all(leak.startswith(f"{TINY} · ") for leak in leaks)


def test_a_hint_holds_no_line_of_a_solution(tmp_path: Path) -> None:
    """Students receive hints, packed, and so what an author wrote into one."""
    leaks = leaks_of(tmp_path, "You averaged; the docstring", "Write residual = X @ w + b - y; the docstring")
    packed = f"{TINY} · what is packed in en/{TINY}/{TINY}.cases.json"
    assert f"{packed} holds a line of the solution of 'line_loss': residual = X @ w + b - y" in leaks
    assert {leak.partition(" holds ")[0] for leak in leaks} == {packed}


def test_what_a_starter_shows_is_no_secret_but_its_mended_line_is(tmp_path: Path) -> None:
    record = "points=1, reference=tiny.center"
    assert leaks_of(tmp_path, record, f'starter="rows", {record}') == []
    path = tmp_path / "course" / "solutions" / TINY
    change(path, ("# A line through points.", "# Why not return X - X.mean(axis=0)?"))
    leaks = leaks_in(load_chapter(path))
    assert leaks
    assert all("a line of the solution of 'center': return X - X.mean(axis=0)" in leak for leak in leaks), leaks


def test_a_line_of_a_solution_in_what_students_install_is_found(tmp_path: Path) -> None:
    line = next(line for line in Path(version.__file__).read_text().splitlines() if line.startswith("DISTRIBUTION"))
    leaks = leaks_of(tmp_path, "    residual = X @ w + b - y", f"    {line}\n    residual = X @ w + b - y")
    assert f"{TINY} · autograder/model/version.py holds a line of the solution of 'line_loss': {line}" in leaks


def test_a_line_of_the_reference_is_found(tmp_path: Path) -> None:
    reference = (COURSE / "reference" / "tiny.py").read_text()
    assert "torch.stack([X[y == k].mean(0) for k in range(int(y.max()) + 1)])" in reference
    told = "return _Means(torch.stack([X[y == k].mean(0) for k in range(int(y.max()) + 1)]))"
    assert any(
        "a line of the reference" in leak for leak in leaks_of(tmp_path, "# A line through points.", f"# {told}")
    )
