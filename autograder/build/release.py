"""Writing what students receive: assignments/<language>/<chapter>/ with the notebook and its public cases."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.build import notebooks
from autograder.build.first_cell import WHEELS
from autograder.build.own_data import refuse_unfit_own_data
from autograder.build.public_bank import public_bank, without_hints
from autograder.build.student_wheel import remove_older_wheels
from autograder.chapter.chapter import Chapter
from autograder.model.files import write_atomic
from autograder.model.packed import Packed
from autograder.model.public_cases import public_to_text
from autograder.model.texts import LANGUAGES

CASES = ".cases.json"
ROUNDING = 1e-7  # public cases are stored with ten digits, of which the last may be another processor's


def release_files(
    chapter: Chapter,
    *,
    core_only: bool = False,
    hints: bool = True,
    wheel: tuple[str, bytes] | None = None,
    url: str = "",
) -> dict[str, bytes]:
    """Paths below assignments/ and contents of everything that students receive for a chapter.

    wheel  name and content of the students' wheel, to lie beside every notebook.
    url    where the release can be fetched from, with its folders en/ and zh/: the first cell names it.
    Raises AuthoringError for own data that are none.
    """
    files = dict(case_files(chapter, core_only=core_only, hints=hints))
    name = wheel[0] if wheel else WHEELS
    for language in LANGUAGES:
        folder = f"{language}/{chapter.id}"
        at = f"{url.rstrip('/')}/{folder}" if url else ""
        notebook = notebooks.student_notebook(chapter, language, core_only=core_only, wheel=name, url=at)
        files[f"{folder}/{chapter.id}.ipynb"] = notebooks.to_bytes(notebook)
        if wheel:
            files[f"{folder}/{name}"] = wheel[1]
    return files


def case_files(chapter: Chapter, *, core_only: bool = False, hints: bool = True) -> dict[str, bytes]:
    """Those of them that hold the public cases, by far the longest to make: what is to be refused is refused here.

    Raises AuthoringError for own data that are none.
    """
    refuse_unfit_own_data(chapter)
    cases = public_bank(chapter, LANGUAGES[0])  # but for its language it is the same in each
    if not hints:
        cases = without_hints(cases)
    if core_only:
        cases = replace(cases, exercises=tuple(exercise for exercise in cases.exercises if not exercise.extra))
    return {
        f"{language}/{chapter.id}/{chapter.id}{CASES}": public_to_text(replace(cases, language=language)).encode()
        for language in LANGUAGES
    }


def differing(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Which of a chapter's files are not, or not so, below `folder`; the rounding of cases does not count."""
    paths = {name: folder / name for name in files}
    return [name for name, path in paths.items() if not path.exists() or not _says(path, files[name])]


def _says(path: Path, content: bytes) -> bool:
    there = path.read_bytes()
    if there == content or not path.name.endswith(CASES):
        return there == content
    try:
        return _alike(*map(_told, (there, content)))
    except (ValueError, LookupError, TypeError):  # what is there is no file of cases
        return False


def _told(content: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(content)
    return {**data, "packed": Packed(data["packed"]).data}


def _alike(one: Any, other: Any) -> bool:
    """Whether JSON data are the same but for the rounding of numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(map(_alike, one.values(), other.values()))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other) or math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return type(one) is type(other) and bool(one == other)


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write a chapter's files below `folder`, older wheels out of the way; returns those whose content changed."""
    changed = [folder / name for name in differing(files, folder)]
    for path in changed:
        write_atomic(path, files[path.relative_to(folder).as_posix()])
    for name in files:
        if name.endswith(".whl"):
            remove_older_wheels(folder / name)
    return changed
