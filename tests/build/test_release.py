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

from autograder.build.release import build, release_files
from autograder.chapter.chapter import Chapter
from autograder.model.public_cases import public_from_text

DIGEST = f"""
import hashlib
from pathlib import Path
from autograder.chapter.chapter import load_chapter
from autograder.build.release import release_files
files = release_files(load_chapter(Path({str(COURSE / "solutions" / "ch01_tiny")!r})))
print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())
"""


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


def test_a_second_build_changes_nothing_and_repairs_what_was_changed(chapter: Chapter, tmp_path: Path) -> None:
    build(chapter, tmp_path)
    assert build(chapter, tmp_path) == []
    changed = tmp_path / "zh" / TINY / f"{TINY}.ipynb"
    whole = changed.read_bytes()
    changed.write_text("other")
    assert build(chapter, tmp_path) == [changed]
    assert changed.read_bytes() == whole
