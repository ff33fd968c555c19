"""Writing what students receive: assignments/<language>/<chapter>/ with the notebook and its public cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.build import notebooks
from autograder.build.public_bank import public_bank, without_hints
from autograder.chapter.chapter import Chapter
from autograder.model.files import write_atomic
from autograder.model.public_cases import public_to_text
from autograder.model.texts import LANGUAGES


def release_files(chapter: Chapter, *, core_only: bool = False, hints: bool = True) -> dict[str, bytes]:
    """Paths below assignments/ and contents of everything that students receive for a chapter."""
    files = {}
    cases = public_bank(chapter, LANGUAGES[0])  # but for its language it is the same in each
    if not hints:
        cases = without_hints(cases)
    if core_only:
        cases = replace(cases, exercises=tuple(exercise for exercise in cases.exercises if not exercise.extra))
    for language in LANGUAGES:
        folder = f"{language}/{chapter.id}"
        notebook = notebooks.student_notebook(chapter, language, core_only=core_only)
        files[f"{folder}/{chapter.id}.ipynb"] = notebooks.to_bytes(notebook)
        files[f"{folder}/{chapter.id}.cases.json"] = public_to_text(replace(cases, language=language)).encode("utf-8")
    return files


def build(chapter: Chapter, assignments: Path, *, core_only: bool = False, hints: bool = True) -> list[Path]:
    """Write the chapter's release tree below `assignments`; returns the files whose content changed."""
    changed = []
    for name, content in release_files(chapter, core_only=core_only, hints=hints).items():
        path = assignments / name
        if path.exists() and path.read_bytes() == content:
            continue
        write_atomic(path, content)
        changed.append(path)
    return changed
