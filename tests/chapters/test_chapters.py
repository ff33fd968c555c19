"""Every chapter, every exercise, on one draw: solution, starter, mistakes and variants.  `verify` does more of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from support import REPOSITORY, released

from autograder.build.described import describe_exercise, describe_mistakes
from autograder.build.draws import bank_mistakes, case_seed, draw_cases, graded
from autograder.build.leaks import find_leaks
from autograder.build.notebooks import instructor_notebook, to_bytes
from autograder.chapter.chapter import Chapter, ChapterExercise, find_chapters, load_chapter
from autograder.chapter.sections import read_sections
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.diagnose import alike
from autograder.judge.implementation import Implementation, TorchReference
from autograder.judge.judge import judge
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.exercise import Edit
from autograder.model.public_cases import public_from_text
from autograder.model.verdict import ExerciseVerdict, Outcome

CHAPTERS = find_chapters(REPOSITORY)
EXERCISES = [
    pytest.param(path, cell.name, id=f"{path.name}-{cell.name}")
    for path in CHAPTERS
    for cell in read_sections(path)
    if cell.role == "answer"
]
MOST_BYTES = 150_000  # of a chapter's public cases: they travel beside every notebook that is handed out
NAMED = 0.9  # of the mistakes, in the notebook: the others show in hidden cases alone, or hang on rounding
NAMED_OTHERWISE = 0.01  # a wrong name is worse than none
# Chapters run as notebooks do, where a warning (of torch about itself, say) stops nothing.
pytestmark = pytest.mark.filterwarnings("ignore")


@dataclass
class Loaded:
    """A chapter that is loaded once for all its exercises."""

    path: Path

    @cached_property
    def chapter(self) -> Chapter:
        return load_chapter(self.path)

    @cached_property
    def runner(self) -> SolutionRunner:
        return SolutionRunner(self.chapter)

    @cached_property
    def reference(self) -> TorchReference:
        return TorchReference(self.chapter.reference)

    def entry(self, name: str) -> ChapterExercise:
        return next(entry for entry in self.chapter.exercises if entry.name == name)


@lru_cache(maxsize=2)  # exercises of a chapter come one after the other
def loaded(path: Path) -> Loaded:
    return Loaded(path)


@pytest.mark.parametrize(("path", "name"), EXERCISES)
def test_an_exercise_accepts_what_is_right_and_names_what_is_wrong(path: Path, name: str) -> None:
    chapter = loaded(path)
    entry = chapter.entry(name)
    exercise = describe_exercise(chapter.chapter, entry)
    seed = case_seed("tests", path.name, name, 0)
    cases = bank_mistakes(exercise, graded(draw_cases(entry, exercise, chapter.reference, seed)), entry, chapter.runner)
    exercise = replace(exercise, mistakes=describe_mistakes(exercise, entry, chapter.runner, cases))

    def verdict_on(impl: Implementation) -> ExerciseVerdict:
        return judge(exercise, cases, impl)

    assert verdict_on(chapter.runner.solution()).outcome is Outcome.PASSED
    untouched = Outcome.FAILED if entry.record.starter else Outcome.NOT_ATTEMPTED
    assert verdict_on(chapter.runner.replaced(entry, exercise.starter)).outcome is untouched
    problems = [
        *wrong(entry.record.variants, chapter, entry, verdict_on, lambda edit, seen: seen.outcome is Outcome.PASSED),
        *wrong(
            entry.record.mistakes, chapter, entry, verdict_on, lambda edit, seen: caught(exercise, cases, edit, seen)
        ),
    ]
    assert not problems


def wrong(
    edits: tuple[Edit, ...] | list[Edit],
    chapter: Loaded,
    entry: ChapterExercise,
    verdict_on: Callable[[Implementation], ExerciseVerdict],
    right: Callable[[Edit, ExerciseVerdict], bool],
) -> list[str]:
    """The edits whose verdict is not `right`, with what was found instead."""
    verdicts = [(edit, verdict_on(chapter.runner.edited(entry, edit))) for edit in edits]
    return [f"{edit.name}: {seen.outcome}, {seen.mistake}" for edit, seen in verdicts if not right(edit, seen)]


def caught(exercise: BankedExercise, cases: tuple[BankedCase, ...], edit: Edit, seen: ExerciseVerdict) -> bool:
    """Below full marks, and called by its own name or that of a mistake with the same output."""
    if seen.outcome is Outcome.PASSED or seen.mistake is None:
        return False
    return seen.mistake == edit.name or all(
        alike(exercise, case.mistakes[edit.name], case.mistakes[seen.mistake]) for case in cases
    )


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_leaks_nothing(path: Path) -> None:
    assert find_leaks(loaded(path).chapter, released(path.name)) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_check_names_what_is_wrong_and_nothing_right(path: Path) -> None:
    """What students receive, read back, on every solution, variant and mistake; those of hidden cases pass unnamed."""
    chapter = loaded(path)
    files = released(path.name)
    assert all(len(content) < MOST_BYTES for name, content in files.items() if name.endswith(".json"))
    public = public_from_text(files[f"en/{path.name}/{path.name}.cases.json"].decode("utf-8"))
    told, untold, told_otherwise = [], [], []
    for entry in chapter.chapter.exercises:
        exercise = public.exercise(entry.name)
        assert exercise is not None
        for impl in (
            chapter.runner.solution(),
            *(chapter.runner.edited(entry, variant) for variant in entry.record.variants),
        ):
            verdict = judge(exercise, exercise.draws[0], impl, reveal=True)
            assert (verdict.outcome, verdict.hint) == (Outcome.PASSED, None)
        seed = case_seed("tests", path.name, entry.name, 0)
        hidden = graded(draw_cases(entry, exercise, chapter.reference, seed))
        hidden = bank_mistakes(exercise, hidden, entry, chapter.runner) if exercise.made_mistakes else ()
        for mistake in entry.record.mistakes if exercise.made_mistakes else ():
            hint = judge(exercise, exercise.draws[0], chapter.runner.edited(entry, mistake), reveal=True).hint
            named = [other for other in entry.record.mistakes if hint == {"en": other.en}]  # some share their words
            same = mistake in named or all(
                alike(exercise, case.mistakes[mistake.name], case.mistakes[named[0].name]) for case in hidden if named
            )
            (untold if not named else told if same else told_otherwise).append(mistake.name)
    count = len(told + untold + told_otherwise)
    assert len(told) >= NAMED * count, untold
    assert len(told_otherwise) <= NAMED_OTHERWISE * count, told_otherwise


@pytest.mark.slow
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_the_instructors_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    """Demos too, which nothing else runs; every check is content with the solution above it."""
    chapter = loaded(path).chapter
    cases = released(chapter.id)[f"en/{chapter.id}/{chapter.id}.cases.json"]
    (tmp_path / f"{chapter.id}.cases.json").write_bytes(cases)
    (tmp_path / "source.ipynb").write_bytes(to_bytes(instructor_notebook(chapter, "en")))
    notebook = nbformat.read(tmp_path / "source.ipynb", as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    checks = [cell for cell in notebook.cells if cell.source.startswith("check(")]
    assert len(checks) == len(chapter.exercises)
    for cell in checks:
        text = cell.outputs[0].data["text/plain"]
        assert "Not right yet" not in text, text
        assert "Not attempted" not in text, text


def test_the_engine_names_no_chapter() -> None:
    """Not one exercise of the course occurs in the engine's code: it serves any other course alike."""
    names = {str(parameter.values[1]) for parameter in EXERCISES}
    code = {path: path.read_text(encoding="utf-8") for path in (REPOSITORY / "autograder").rglob("*.py")}
    shown = ("linear_loss", "linear_grad")  # the examples of docstrings and messages
    found = [(path.name, name) for path, text in code.items() for name in names - set(shown) if f'"{name}"' in text]
    assert not found
    assert not [
        path.name for path, text in code.items() if re.search(r"^\s*(from|import) (reference|solutions)\b", text, re.M)
    ]
