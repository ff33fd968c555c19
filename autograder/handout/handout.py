"""Which files a hand-out has: for students after the deadline, and for the teacher."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.build.notebooks import to_bytes
from autograder.chapter.chapter import Chapter
from autograder.handout.offline_html import as_html
from autograder.handout.solved import solved_notebook
from autograder.handout.teacher import teachers_page
from autograder.model.texts import LANGUAGES, say


def handout_files(chapter: Chapter, *, languages: Sequence[str] = LANGUAGES) -> dict[str, bytes]:
    """Paths and contents, "solutions/en/ch01_regression.html" and "teacher/en/…": only the first is for students."""
    files = {}
    for language in languages:
        title = say("handout.title", language, title=chapter.title[language])
        solved = solved_notebook(chapter, language)
        files[f"solutions/{language}/{chapter.id}.ipynb"] = to_bytes(solved)
        files[f"solutions/{language}/{chapter.id}.html"] = as_html(solved, title, language).encode()
        title = say("handout.teacher", language, title=chapter.title[language])
        page = as_html(teachers_page(chapter, language), title, language)
        files[f"teacher/{language}/{chapter.id}.html"] = page.encode()
    return files
