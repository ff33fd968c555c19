"""A chapter's folder → its cells and exercise records, every fault named with file and line."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from autograder.chapter.answer_cells import functions_of, methods_of, outputs_of
from autograder.chapter.chapter_checks import (
    refuse_duplicates,
    refuse_loose_markers,
    refuse_misplaced,
    refuse_missing_languages,
    refuse_unnumbered,
)
from autograder.chapter.glossary import read_glossary, refuse_other_words
from autograder.chapter.grading_cells import parse, run_grading_cells
from autograder.chapter.numbering import numbered, with_points
from autograder.chapter.own_data import refuse_odd_own_data
from autograder.chapter.percent import Cell
from autograder.chapter.sections import CHAPTER, read_sections
from autograder.chapter.solution_marks import BEGIN
from autograder.chapter.symbols import with_symbols
from autograder.chapter.thresholds import calibrations_file, criterion_of, read_calibrations
from autograder.model.criteria import Calibration, CriterionRecord
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Exercise, Mistake
from autograder.model.texts import LANGUAGES, Text

NO_COURSE = "no course in {course}: it has {lacks}. Run the command in the kit's folder, or name that with --course"
HEADING = re.compile(r"^#+\s+(.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class ChapterExercise:
    """An exercise with its place in the chapter.

    functions  parameter names of every function of the answer cell, or of the class that it asks for.
    methods    parameter names of that class's methods, by "KMeans.fit".
    outputs    names of the parts of the tuple that the exercise's function returns, if it returns one.
    requires   earlier exercises whose functions the solution calls, directly or through others.
    criterion  the record's; a Gate where it has a Calibration.
    calibration  where the Gate comes from, when its threshold was measured.
    """

    name: str
    record: Exercise
    criterion: CriterionRecord
    answer: Cell
    grading: Cell
    title: Text
    functions: dict[str, tuple[str, ...]]
    methods: dict[str, tuple[str, ...]]
    outputs: tuple[str, ...]
    requires: tuple[str, ...]
    calibration: Calibration | None = None

    @property
    def points(self) -> float:
        return self.record.points

    @property
    def bug(self) -> Mistake | None:
        """The mistake whose wrong code students receive, if they are to find one."""
        return next((mistake for mistake in self.record.mistakes if mistake.name == self.record.starter), None)

    @property
    def extra(self) -> bool:
        return self.answer.extra


@dataclass(frozen=True)
class WrittenQuestion:
    """A question answered in words: one cell a language, marked by a person."""

    name: str
    points: float
    title: Text
    cells: dict[str, Cell]

    @property
    def extra(self) -> bool:
        return next(iter(self.cells.values())).extra


@dataclass(frozen=True)
class Chapter:
    """One chapter: `path` is its folder, `course` the one that holds solutions/ and reference/."""

    id: str
    path: Path
    course: Path
    title: Text
    cells: tuple[Cell, ...]
    exercises: tuple[ChapterExercise, ...]
    written: tuple[WrittenQuestion, ...]
    reference: ModuleType


def find_chapters(course: Path, only: Sequence[str] = ()) -> list[Path]:
    """The chapters' folders of a course, in order.  Raises AuthoringError for a name that is not there."""
    folder = course / "solutions"
    if not folder.is_dir():
        raise AuthoringError(NO_COURSE.format(course=course.absolute(), lacks="no solutions/"))
    found = sorted(folder.glob("ch[0-9]*"))
    for path in found:
        if not (CHAPTER.fullmatch(path.name) and path.is_dir()):
            raise AuthoringError(f"{path}: a chapter is a folder with a name such as ch01_regression")
    if not found:
        raise AuthoringError(f"no chapter found in {folder}: expected folders such as ch01_regression")
    known = {path.name: path for path in found}
    for name in only:
        if name not in known:
            raise AuthoringError(f"there is no chapter {name!r} in {folder}; chapters: {', '.join(known)}")
    return [known[name] for name in only] if only else found


def load_course(course: Path, only: Sequence[str] = ()) -> list[Chapter]:
    """The chapters of a course folder (all, or those named)."""
    return [load_chapter(path) for path in find_chapters(course, only)]


def load_chapter(path: Path, *, calibrated: bool = True) -> Chapter:
    """Read and check one chapter.  Raises AuthoringError.

    With `calibrated=False` gates whose threshold is still to be measured let everything pass.
    """
    path = path.resolve()
    cells = numbered(read_sections(path))
    course = path.parent.parent
    refuse_duplicates(cells)
    refuse_missing_languages(cells)
    refuse_loose_markers(cells)
    refuse_misplaced(cells)
    glossary = read_glossary(course)
    refuse_other_words(cells, glossary.refused)
    cells = with_symbols(cells, glossary.symbols, int(path.name[2:4]))
    for cell in cells:
        if cell.role in ("setup", "demo", "worked"):
            parse(cell)
    records = run_grading_cells(cells, course)
    answers = {cell.name: cell for cell in cells if cell.role == "answer"}
    gradings = {cell.name: cell for cell in cells if cell.role == "grading"}
    for name, cell in (*answers.items(), *gradings.items()):
        if name not in answers or name not in gradings:
            other = "grading" if name in answers else "answer"
            raise cell.fault(f'exercise {name!r} has no cell with {other}="{name}"')
    functions = {name: functions_of(cell) for name, cell in answers.items()}
    owner = {function: name for name, defined in functions.items() for function in defined}
    refuse_odd_own_data(cells, owner)
    titles = _titles(cells)
    refuse_unnumbered(cells, titles)
    stored = read_calibrations(calibrations_file(course, path.name))
    exercises: list[ChapterExercise] = []
    for name, answer in answers.items():
        requires = _requires(name, answer, owner, exercises)
        record = records[name]
        for edit in (*record.mistakes, *record.variants):
            if edit.function is not None and edit.name in owner:
                raise gradings[name].fault(f"a mistake or variant called {edit.name!r} would replace that function")
        try:
            criterion, calibration = criterion_of(record, stored, name, path.name, calibrated=calibrated)
        except AuthoringError as error:
            raise gradings[name].fault(str(error)) from None
        exercises.append(
            ChapterExercise(
                name, record, criterion, answer, gradings[name], titles[name], functions[name],
                methods_of(answer, record), outputs_of(answer), requires, calibration,
            )
        )  # fmt: skip
    if not exercises:
        raise AuthoringError(f"{path.name}: the chapter has no exercise")
    wanted = f"reference.{path.name.partition('_')[2]}"
    for exercise in exercises:
        if exercise.record.reference.__module__ != wanted:
            raise exercise.grading.fault(f"the reference of {exercise.name!r} must be a function of {wanted}")
    reference = sys.modules[wanted]
    written = _written(cells, titles)
    core = sum(entry.points for entry in exercises if not entry.extra)
    core += sum(question.points for question in written if not question.extra)
    return Chapter(
        path.name,
        path,
        course,
        _chapter_title(cells, path),
        with_points(cells, core),
        tuple(exercises),
        written,
        reference,
    )


def _requires(name: str, answer: Cell, owner: dict[str, str], earlier: Sequence[ChapterExercise]) -> tuple[str, ...]:
    used = {owner[n.id] for n in ast.walk(parse(answer)) if isinstance(n, ast.Name) and n.id in owner} - {name}
    known = {exercise.name: exercise for exercise in earlier}
    for other in sorted(used - set(known)):
        raise answer.fault(f"the solution of {name!r} uses {other!r}, which comes later in the chapter")
    deep = used | {further for other in used for further in known[other].requires}
    return tuple(exercise.name for exercise in earlier if exercise.name in deep)


def _titles(cells: Sequence[Cell]) -> dict[str, Text]:
    """The heading above each answer and written cell, per language."""
    current: dict[str, str] = {}
    titles: dict[str, Text] = {}
    for cell in cells:
        if cell.role == "text":
            found = HEADING.findall(cell.source)
            if found:
                current[cell.language] = found[-1]
        elif cell.role in ("answer", "written"):
            titles.setdefault(cell.name, {language: current.get(language, cell.name) for language in LANGUAGES})
    return titles


def _chapter_title(cells: Sequence[Cell], path: Path) -> Text:
    title = {}
    for language in LANGUAGES:
        texts = [cell.source for cell in cells if cell.role == "text" and cell.language == language]
        found = HEADING.search(texts[0]) if texts else None
        if not found:
            raise AuthoringError(f"{path.name}: the first text cell with lang={language!r} has no # heading")
        title[language] = found[1]
    return title


def _written(cells: Sequence[Cell], titles: dict[str, Text]) -> tuple[WrittenQuestion, ...]:
    by_name: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        if cell.role == "written":
            by_name.setdefault(cell.name, {})[cell.language] = cell
    questions = []
    for name, versions in by_name.items():
        first = next(iter(versions.values()))
        if set(versions) != set(LANGUAGES):
            raise first.fault(f"the written question {name!r} is not in every language")
        if BEGIN not in first.source:
            raise first.fault(f"the written question {name!r} has no marking scheme ({BEGIN})")
        try:
            points = {float(version.options["points"]) for version in versions.values()}
        except (KeyError, ValueError):
            raise first.fault(f'the written question {name!r} needs points="…"') from None
        if len(points) > 1 or min(points) < 0:
            raise first.fault(f"the points of the written question {name!r} are one number, the same in each language")
        questions.append(WrittenQuestion(name, points.pop(), titles[name], versions))
    return tuple(questions)
