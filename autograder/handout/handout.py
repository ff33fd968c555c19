"""Which files a hand-out has: for students after the deadline, and for the teacher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.build.notebooks import to_bytes
from autograder.build.own_data import own_data_cells
from autograder.chapter.chapter import Chapter
from autograder.handout.offline_html import as_html
from autograder.handout.solved import solved_notebook
from autograder.handout.teacher import teachers_page
from autograder.model.own_data import CELL, number_of
from autograder.model.texts import LANGUAGES, say


def handout_files(chapter: Chapter, *, languages: Sequence[str] = LANGUAGES) -> dict[str, bytes]:
    """Paths and contents, "solutions/en/ch01_regression.html" and "teacher/en/…": only the first is for students."""
    files: dict[str, bytes] = {}
    for language in languages:
        files |= _solved_files(chapter, language, f"solutions/{language}")
        title = say("handout.teacher", language, title=chapter.title[language])
        page = as_html(teachers_page(chapter, language), title, language)
        files[f"teacher/{language}/{chapter.id}.html"] = page.encode()
    return files


def own_handout_files(
    chapter: Chapter, student: str, key: str, *, languages: Sequence[str] = LANGUAGES
) -> dict[str, bytes]:
    """The solved notebooks on a student's own data, to mark by: "student01/en/ch01_regression.html" and the like.

    `key` is that of the bank.
    """
    numbers = {f"{CELL}{cell.name}": number_of(key, chapter.id, cell.name, student) for cell in own_data_cells(chapter)}
    files: dict[str, bytes] = {}
    for language in languages:
        files |= _solved_files(chapter, language, f"{student}/{language}", numbers)
    return files


def _solved_files(
    chapter: Chapter, language: str, folder: str, numbers: Mapping[str, int] | None = None
) -> dict[str, bytes]:
    title = say("handout.title", language, title=chapter.title[language])
    solved = solved_notebook(chapter, language, numbers)
    return {
        f"{folder}/{chapter.id}.ipynb": to_bytes(solved),
        f"{folder}/{chapter.id}.html": as_html(solved, title, language).encode(),
    }
