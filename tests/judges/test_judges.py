"""The reference agrees with implementations that nobody here wrote, and they would notice if it did not.

Beside this file, for each chapter: its exercises answered by scikit-learn, scipy, torch.nn, torch.optim and others,
judged on the cases that students are judged on.  `python tests/judges/test_judges.py` writes their table,
docs/judges.md.
"""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from judging import Judge, judges_of

from autograder.build.described import describe_exercise
from autograder.build.draws import case_seed, draw_cases, graded
from autograder.chapter.chapter import Chapter, ChapterExercise, find_chapters, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import InProcess, TorchReference
from autograder.judge.judge import judge
from autograder.judge.observe import observe_case, observer
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.exercise import Edit
from autograder.model.verdict import ExerciseVerdict, Outcome

pytestmark = pytest.mark.filterwarnings("ignore")  # of libraries about themselves
REPOSITORY = Path(__file__).resolve().parents[2]
CHAPTERS = find_chapters(REPOSITORY)
JUDGES = {path: judges_of(path.name) for path in CHAPTERS}
EACH = [pytest.param(path, one, id=f"{path.name}-{one.exercise}") for path, judges in JUDGES.items() for one in judges]
PAGE = REPOSITORY / "docs" / "judges.md"


@lru_cache(maxsize=1)  # judges of a chapter come one after the other
def loaded(path: Path) -> tuple[Chapter, SolutionRunner]:
    chapter = load_chapter(path)
    return chapter, SolutionRunner(chapter)


def entry_of(chapter: Chapter, one: Judge) -> ChapterExercise:
    return next(entry for entry in chapter.exercises if entry.name == one.exercise)


def drawn(path: Path, one: Judge) -> tuple[BankedExercise, tuple[BankedCase, ...]]:
    """The exercise, which need not take lists or integers from a library, and a draw of the cases that it judges."""
    chapter, _ = loaded(path)
    entry = entry_of(chapter, one)
    exercise = replace(describe_exercise(chapter, entry), accepts=())
    seed = case_seed("judges", path.name, one.exercise, 0)
    return exercise, graded(draw_cases(entry, exercise, TorchReference(chapter.reference), seed))


def verdict_on(path: Path, one: Judge, exercise: BankedExercise, cases: tuple[BankedCase, ...]) -> ExerciseVerdict:
    _, runner = loaded(path)
    return judge(exercise, cases, InProcess({**runner.namespace(), **one.also, one.exercise: one.answer}))


@pytest.mark.parametrize(("path", "one"), EACH)
def test_a_library_gives_what_the_reference_gives(path: Path, one: Judge) -> None:
    exercise, cases = drawn(path, one)
    assert cases
    verdict = verdict_on(path, one, exercise, cases)
    assert verdict.outcome is Outcome.PASSED, [finding for finding in verdict.findings if not finding.passed]


@pytest.mark.parametrize(("path", "one"), EACH)
def test_a_reference_with_a_known_mistake_would_be_noticed(path: Path, one: Judge) -> None:
    exercise, cases = drawn(path, one)
    if not criterion_of(exercise).expects_value:
        return  # a gate's threshold comes from training, not from a formula that can be wrong
    entry = entry_of(loaded(path)[0], one)
    noticed = (
        verdict_on(path, one, exercise, wrong).outcome is not Outcome.PASSED
        for mistake in entry.record.mistakes
        if (wrong := mistaken(path, exercise, entry, mistake, cases))
    )
    assert any(noticed)


def mistaken(
    path: Path, exercise: BankedExercise, entry: ChapterExercise, mistake: Edit, cases: tuple[BankedCase, ...]
) -> tuple[BankedCase, ...]:
    """The cases with what a mistake gives for the expected; those where it gives nothing are left out."""
    impl = loaded(path)[1].edited(entry, mistake)
    seen = [replace(one, expected=observe_case(observer(exercise, one.group), impl, one.case)) for one in cases]
    return tuple(one for one in seen if not one.expected.failure)


@pytest.mark.parametrize(("path", "one"), EACH)
def test_a_judge_calls_what_the_table_says(path: Path, one: Judge) -> None:
    text = inspect.getsource(inspect.getmodule(one.answer) or one.answer)
    for library in one.libraries:
        assert library.split(".")[0] in ("sklearn", "scipy", "torch", "numpy"), "a library of its own"
        assert pydoc.locate(library) is not None, f"there is no {library}"
        assert library.rpartition(".")[2] in text


def test_the_docs_show_the_whole_table() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python tests/judges/test_judges.py`"


def page() -> str:
    """docs/judges.md."""
    return "\n".join(lines()) + "\n"


def lines() -> Iterator[str]:
    exercises = {path: load_chapter(path).exercises for path in CHAPTERS}
    judged = sum(map(len, JUDGES.values()))
    yield "# Independent judges"
    yield ""
    yield (
        f"The torch reference gives the expected outputs. For {judged} of {sum(map(len, exercises.values()))} exercises"
        " there is an implementation that nobody here wrote: `tests/judges` answers the exercise with it and has it"
        " judged like a student's, on cases drawn like a student's; a reference that makes a known mistake"
        " is noticed. The other exercises have no counterpart in a library: their reference is checked by gradients, by"
        " the chapter's numpy solution and by its variants."
    )
    for path, entries in exercises.items():
        yield from ("", f"## {path.name}", "", "| exercise | checked against |", "|---|---|")
        found = {one.exercise: one for one in JUDGES[path]}
        for entry in entries:
            if one := found.get(entry.name):
                named = ", ".join(f"`{library}`" for library in one.libraries)
                yield f"| `{entry.name}` | {named} |"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
