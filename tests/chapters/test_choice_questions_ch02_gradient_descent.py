"""The two choice questions: an item that is misspelled, missing or no word at all costs itself and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support import REPOSITORY

from autograder.build.described import describe_exercise
from autograder.build.draws import case_seed, draw_cases
from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import edited_source
from autograder.judge.implementation import InProcess, TorchReference
from autograder.judge.judge import judge
from autograder.model.verdict import ExerciseVerdict

NAME = "ch02_gradient_descent"
RIGHT = {
    "lr_symptoms": {"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"},
    "circle_facts": {"q1": "c", "q2": "c", "q3": "b", "q4": "b"},
}
JudgeAnswer = Callable[..., ExerciseVerdict]
# Chapters run as notebooks do, where a warning (of torch about itself, say) stops nothing.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def answer() -> JudgeAnswer:
    """Judge a function that returns the given value."""
    chapter = load_chapter(REPOSITORY / "solutions" / NAME)
    entries = {entry.name: entry for entry in chapter.exercises}

    def run(name: str, value: object, *, public: bool = False) -> ExerciseVerdict:
        exercise = describe_exercise(chapter, entries[name])
        seed = case_seed("tests", NAME, name, 0)
        cases = draw_cases(entries[name], exercise, TorchReference(chapter.reference), seed)
        shown = [banked for banked in cases if (banked.case.public if public else banked.case.graded)]
        return judge(exercise, shown, InProcess({name: lambda: value}))

    return run


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("word", ["oscilating", "goood", "", None, 3, ["c"]])
def test_a_word_that_is_none_of_the_choices_costs_its_item_alone(answer: JudgeAnswer, name: str, word: object) -> None:
    for item in RIGHT[name]:
        verdict = answer(name, {**RIGHT[name], item: word})
        assert verdict.points == 1.5
        assert {finding.group for finding in verdict.findings if not finding.passed} == {item}


@pytest.mark.parametrize("name", RIGHT)
def test_a_missing_item_costs_itself_alone(answer: JudgeAnswer, name: str) -> None:
    for item in RIGHT[name]:
        assert answer(name, {key: word for key, word in RIGHT[name].items() if key != item}).points == 1.5


@pytest.mark.parametrize("name", RIGHT)
def test_capitals_and_spaces_cost_nothing(answer: JudgeAnswer, name: str) -> None:
    shouted = {f" {key.swapcase()}": f"{word.upper().replace(' ', '  ')} " for key, word in RIGHT[name].items()}
    assert answer(name, shouted).points == 2


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("value", [None, "ccbb", ["c", "c", "b", "b"], {}, {"E": "good"}])
def test_what_is_no_dict_of_the_items_earns_nothing(answer: JudgeAnswer, name: str, value: object) -> None:
    assert answer(name, value).points == 0


@pytest.mark.parametrize(("name", "word"), [("lr_symptoms", "good"), ("circle_facts", "a")])
def test_the_public_cases_tell_the_form_alone(answer: JudgeAnswer, name: str, word: str) -> None:
    """Any of the words passes `check` for any item, so that it gives no answer away."""
    assert answer(name, dict.fromkeys(RIGHT[name], word), public=True).points == 2


def test_wrong_choices_of_both_questions_stand_in_one_notebook() -> None:
    chapter = load_chapter(REPOSITORY / "solutions" / NAME)
    entries = [entry for entry in chapter.exercises if entry.name in RIGHT]
    notebook: dict[str, Any] = {}
    for entry in entries:
        exec(edited_source(entry, entry.record.mistakes[0]), notebook)
    for entry in entries:
        given = notebook[entry.name]()
        assert given.keys() == RIGHT[entry.name].keys()
        assert given == {**RIGHT[entry.name], **entry.record.mistakes[0].choices} != RIGHT[entry.name]
