"""The release folder: the same bytes everywhere, written only where something changed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import COURSE, REPOSITORY, TINY

from autograder.build.public_bank import without_hints
from autograder.build.release import release_files, write
from autograder.chapter.chapter import Chapter
from autograder.model.packed import Packed
from autograder.model.public_cases import public_from_text, public_to_text, unpacked

DIGEST = f"""
import hashlib
from pathlib import Path
from autograder.chapter.chapter import load_chapter
from autograder.build.release import release_files
files = release_files(load_chapter(Path({str(COURSE / "solutions" / "ch01_tiny")!r})))
print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())
"""


def build(chapter: Chapter, folder: Path) -> list[Path]:
    """What `autograder build` does to a chapter; the files that changed."""
    return write(release_files(chapter), folder)


@pytest.mark.slow
def test_two_processes_with_different_hash_seeds_write_the_same_bytes(chapter: Chapter) -> None:
    here = hashlib.sha256(repr(sorted(release_files(chapter).items())).encode()).hexdigest()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    for process in running:
        output, _ = process.communicate(timeout=120)
        assert output.strip() == here


def test_a_release_is_a_notebook_and_its_public_cases_in_each_language(chapter: Chapter, tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix() for path in build(chapter, tmp_path)}
    assert written == {f"{lang}/{TINY}/{TINY}.{end}" for lang in ("en", "zh") for end in ("ipynb", "cases.json")}
    assert public_from_text((tmp_path / "zh" / TINY / f"{TINY}.cases.json").read_text("utf-8")).language == "zh"
    notebook = json.loads((tmp_path / "en" / TINY / f"{TINY}.ipynb").read_bytes())
    assert notebook["metadata"]["autograder"] == {"assignment": TINY, "language": "en"}


def test_hints_can_be_left_out(chapter: Chapter) -> None:
    told, silent = release_files(chapter), release_files(chapter, hints=False)
    assert told.keys() == silent.keys()
    for name in (name for name in told if name.endswith(".json")):
        assert unpacked(silent[name].decode("utf-8"))["hints"] == {"manners": {}, "made": {}}
        assert "mean_for_sum" not in repr(unpacked(told[name].decode("utf-8")))
        one, other = (public_from_text(files[name].decode("utf-8")) for files in (told, silent))
        assert any(exercise.mistakes for exercise in one.exercises)
        assert any(exercise.made_mistakes for exercise in one.exercises)
        assert any(banked.probes for exercise in one.exercises for banked in exercise.draws[0])
        assert not any(banked.probes for exercise in other.exercises for banked in exercise.draws[0])
        for exercise in other.exercises:
            assert not exercise.mistakes
            assert not exercise.made_mistakes
            assert not any(banked.made for banked in exercise.draws[0])
        assert public_to_text(without_hints(one)) == public_to_text(other)


def test_a_second_build_changes_nothing_and_repairs_what_was_changed(chapter: Chapter, tmp_path: Path) -> None:
    build(chapter, tmp_path)
    assert build(chapter, tmp_path) == []
    changed = tmp_path / "zh" / TINY / f"{TINY}.ipynb"
    whole = changed.read_bytes()
    changed.write_text("other")
    assert build(chapter, tmp_path) == [changed]
    assert changed.read_bytes() == whole


@pytest.mark.parametrize(("off", "says_the_same"), [(1e-10, True), (1e-5, False)])
def test_a_number_that_another_processor_rounds_otherwise_is_no_difference(
    chapter: Chapter, tmp_path: Path, off: float, says_the_same: bool
) -> None:
    build(chapter, tmp_path)
    path = tmp_path / "en" / TINY / f"{TINY}.cases.json"
    data = json.loads(path.read_text("utf-8"))
    packed = unpacked(path.read_text("utf-8"))
    numbers = next(numbers for kind, _, numbers in packed["arrays"] if kind == "<f8" and 0 not in numbers)
    numbers[0] *= 1 + off
    path.write_text(json.dumps({**data, "packed": Packed.of(packed).text}), "utf-8")
    assert build(chapter, tmp_path) == ([] if says_the_same else [path])


@pytest.mark.parametrize("damage", ["", "{}", '{"packed": "abc"}', "[1]"])
def test_cases_that_are_none_are_written_anew(chapter: Chapter, tmp_path: Path, damage: str) -> None:
    build(chapter, tmp_path)
    path = tmp_path / "en" / TINY / f"{TINY}.cases.json"
    path.write_text(damage)
    assert build(chapter, tmp_path) == [path]
