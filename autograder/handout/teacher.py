"""A chapter's page for the teacher: what is in it, what goes wrong, what to mark and to talk about, and its gates."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.chapter.chapter import Chapter, ChapterExercise, WrittenQuestion
from autograder.chapter.solution_marks import without_marks
from autograder.chapter.thresholds import calibrations_file, read_calibrations
from autograder.handout.solved import errors
from autograder.model.criteria import Gate, OneOf
from autograder.model.texts import say
from autograder.proof.calibrate import plot


def teachers_page(chapter: Chapter, language: str) -> NotebookNode:
    """The page as a notebook of text alone."""
    sections = [
        [f"# {say('handout.teacher', language, title=chapter.title[language])}", say("handout.keep", language)],
        _aims(chapter, language),
        _at_a_glance(chapter, language),
        _what_goes_wrong(chapter, language),
        _to_mark(chapter, language),
        _gates(chapter, language),
    ]
    cells = [nbformat.v4.new_markdown_cell(text, id=f"part{n:02d}") for n, text in enumerate(_texts(sections))]
    page: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    return page


def _texts(sections: list[list[str]]) -> Iterator[str]:
    return ("\n\n".join(section) for section in sections if section)


def _aims(chapter: Chapter, language: str) -> list[str]:
    """What the chapter says of itself at its beginning, a step lower."""
    first = next(cell for cell in chapter.cells if cell.role == "text" and cell.language == language)
    return [f"## {say('handout.aims', language)}", first.source.partition("\n")[2].strip()]


def _at_a_glance(chapter: Chapter, language: str) -> list[str]:
    entries: list[ChapterExercise | WrittenQuestion] = [*chapter.exercises, *chapter.written]
    titled = {entry.name: entry for entry in entries}
    rows = [say("handout.columns", language), "|---|---|---|---|---|"]
    for cell in chapter.cells:
        if cell.role not in ("answer", "written") or cell.language not in ("", language):
            continue
        entry = titled[cell.name]
        kind, rest = say("handout.written", language), " | "
        if isinstance(entry, ChapterExercise):
            needs = ", ".join(titled[name].title[language].partition(" ")[0] for name in entry.requires)
            kind, rest = _kind(entry, language), f"{len(entry.record.mistakes)} | {needs}"
        bonus = f" {say('handout.bonus', language)}" if entry.extra else ""
        rows.append(f"| {entry.title[language]} | {kind} | {entry.points:g}{bonus} | {rest} |")
    return [f"## {say('handout.at_a_glance', language)}", "\n".join(rows)]


def _kind(entry: ChapterExercise, language: str) -> str:
    if isinstance(entry.criterion, OneOf):
        return say("handout.choice", language)
    if entry.bug:
        return say("handout.bug", language)
    return say("handout.gate" if isinstance(entry.criterion, Gate) else "handout.code", language)


def _what_goes_wrong(chapter: Chapter, language: str) -> list[str]:
    parts = [f"## {say('handout.goes_wrong', language)}", say("handout.told", language)]
    for entry in chapter.exercises:
        hints = "\n".join(f"* {hint}" for hint in errors(entry, language))
        parts += [f"### {entry.title[language]}", hints] if hints else []
    return parts


def _to_mark(chapter: Chapter, language: str) -> list[str]:
    """Questions with model answers, marking schemes and samples; what is usually got wrong is worth a discussion."""
    parts = [f"## {say('handout.to_mark', language)}", say("handout.discuss", language)] if chapter.written else []
    for question in chapter.written:
        source = without_marks(question.cells[language].source).strip()
        parts += [f"### {question.title[language]}", source]
    return parts


def _gates(chapter: Chapter, language: str) -> list[str]:
    """How each gate's threshold was measured, drawn."""
    stored = read_calibrations(calibrations_file(chapter.course, chapter.id))
    measured = {entry.name: stored[entry.name] for entry in chapter.exercises if entry.calibration}
    if not measured:
        return []
    with tempfile.TemporaryDirectory() as folder:
        plot(measured, Path(folder) / "gates.png")
        picture = base64.b64encode((Path(folder) / "gates.png").read_bytes()).decode()
    words = say("handout.gates", language)
    lines = [
        say(
            "handout.gate_line", language, exercise=f"`{name}`", threshold=f"{entry['threshold']:g}",
            count=entry["seeds"]["count"], worst=f"{entry['worst']:.4g}", median=f"{entry['median']:.4g}",
            bound=f"{entry['false_fail_bound']:.1g}",
        )
        for name, entry in measured.items()
    ]  # fmt: skip
    return [f"## {words}", "\n".join(f"* {line}" for line in lines), f"![{words}](data:image/png;base64,{picture})"]
