"""Choices: each item for itself, what is none of the options told as such, and `check` knows no answer."""

from __future__ import annotations

import re
import shutil
from typing import Any

import pytest
from support import COURSE, TINY

from autograder.build.make_bank import compute_bank
from autograder.build.public_bank import public_bank
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.model.bank import BankedExercise
from autograder.model.choices import Choices
from autograder.model.errors import AuthoringError
from autograder.model.public_cases import public_from_text, public_to_text
from autograder.model.texts import sentence
from autograder.model.verdict import ExerciseVerdict
from autograder.proof.verify import verify_chapter

FACTS = """# %% grading="facts"
Choices(
    points=2, reference=tiny.facts, options=("along", "against", "n", "n^2-ish"),
    items={"step": ("Which way", "往哪边"), "scale": ("How it grows", "如何增长")},
    mistakes={
        ("step", "along"): ("That way it grows.", "那样会增大。"),
        ("scale", "n^2-ish", "step", "along"): ("Both are the other one.", "两项都反了。"),
    },
)
"""
RIGHT = {"step": "against", "scale": "n"}


@pytest.fixture(scope="module")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """The small course, whose two choices are a `Choices`."""
    course = tmp_path_factory.mktemp("choices") / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    file = course / "solutions" / TINY / "04_facts.py"
    text = file.read_text(encoding="utf-8").replace("import EXACT, Case, Exercise, Group", "import Choices")
    file.write_text(re.sub(r'# %% grading="facts".*', lambda _: FACTS, text, flags=re.DOTALL), encoding="utf-8")
    return load_chapter(course / "solutions" / TINY)


@pytest.fixture(scope="module")
def facts(chapter: Chapter) -> BankedExercise:
    """The choices with hidden cases."""
    found = compute_bank(chapter, draws=1, key="tests").exercise("facts")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def public(chapter: Chapter) -> BankedExercise:
    """What `check` knows of them, as it is read from the release folder."""
    found = public_from_text(public_to_text(public_bank(chapter, "en"))).exercise("facts")
    assert found is not None
    return found


def verdict_on(exercise: BankedExercise, answer: Any, *, reveal: bool = False) -> ExerciseVerdict:
    return judge(exercise, exercise.draws[0], InProcess({"facts": lambda: answer}), reveal=reveal)


def sentences(verdict: ExerciseVerdict) -> list[str]:
    return [sentence(finding, "en") for finding in verdict.findings if not finding.passed]


def test_hints_give_no_choice_away(public: BankedExercise) -> None:
    """What is no mistake would be the answer."""
    assert public.mistakes == ()
    assert not any(banked.mistakes for banked in public.draws[0])


@pytest.mark.parametrize("word", ["along", "agianst", "", 3, None, ["against"], {"against": 1}])
def test_a_wrong_choice_costs_its_item_alone(facts: BankedExercise, word: Any) -> None:
    verdict = verdict_on(facts, {**RIGHT, "step": word})
    assert 0 < verdict.points < 2
    assert {finding.group for finding in verdict.findings if not finding.passed} == {"step"}


def test_case_blanks_hyphens_and_quotes_cost_nothing(facts: BankedExercise) -> None:
    assert verdict_on(facts, {" Step": "'AGAINST' ", "SCALE": "N", "more": "x"}).points == 2
    assert verdict_on(facts, {"step": "against", "scale": "N^2 ish"}).points < 2


@pytest.mark.parametrize("shown", [True, False])
def test_what_is_no_option_or_has_no_answer_is_told_with_the_list(
    facts: BankedExercise, public: BankedExercise, shown: bool
) -> None:
    exercise = public if shown else facts
    listed = '"along", "against", "n", "n^2-ish"'
    assert sentences(verdict_on(exercise, {**RIGHT, "step": "agianst"}, reveal=shown)) == [
        f"`step`: 'agianst' is not on the list. Choose one of {listed}."
    ]
    assert sentences(verdict_on(exercise, {"step": "against"}, reveal=shown)) == [
        f"`scale` has no answer. Your dict needs this key, with one of {listed}."
    ]


def test_check_takes_every_option_for_as_good_as_the_right_one(public: BankedExercise) -> None:
    told = {
        repr(verdict_on(public, {"step": one, "scale": other}, reveal=True))
        for one in ("along", "against", "n")
        for other in ("against", "n", "n^2-ish")
    }
    assert len(told) == 1
    assert [banked.group for banked in public.draws[0]] == ["form"]
    assert "against" not in repr(public.draws[0][0].expected)


@pytest.mark.parametrize("answer", [None, {}, [], "against", 0.0, ["against", "n"]])
def test_what_is_no_dict_of_choices_earns_nothing(facts: BankedExercise, answer: Any) -> None:
    assert verdict_on(facts, answer).points == 0


def test_every_mistake_is_made_of_the_right_answer_and_named(chapter: Chapter, facts: BankedExercise) -> None:
    entry = next(entry for entry in chapter.exercises if entry.name == "facts")
    runner = SolutionRunner(chapter)
    given = {mistake.name: runner.edited(entry, mistake).call("facts", ()).value for mistake in entry.record.mistakes}
    assert given == {
        "step_along": {"step": "along", "scale": "n"},
        "scale_n_2_ish_step_along": {"step": "along", "scale": "n^2-ish"},
    }
    assert {name: verdict_on(facts, answer).mistake for name, answer in given.items()} == {name: name for name in given}


def test_choices_are_proven_as_any_exercise_is(chapter: Chapter) -> None:
    proof = verify_chapter(chapter, draws=1)
    assert proof.problems == proof.unnamed == []


def right() -> dict[str, str]:
    return {"a": "one", "b": "two"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"options": ("one",)}, "it is at least two that differ"),
        ({"options": ("one", "two", "Two ")}, "it is at least two that differ"),
        ({"options": ("one", "three")}, "the reference's 'two' for 'b' is none of the options"),
        ({"items": {"a": ("A", "甲")}}, r"items has the keys \['a'\], the reference returns \['a', 'b'\]"),
        ({"items": {("a", "a", "b"): ("A", "甲")}}, r"items has the keys \['a', 'a', 'b'\]"),
        ({"items": {"a": "A", "b": ("B", "乙")}}, "'a' has the text 'A': it is one for en and one for zh"),
        ({"mistakes": {("a", "two"): ("No.",)}}, r"\('a', 'two'\) has the text \('No.',\): it is one for en"),
        ({"mistakes": {("a", "three"): ("No.", "不。")}}, "is no key of an item and one of the options"),
        ({"mistakes": {("c", "one"): ("No.", "不。")}}, "is no key of an item and one of the options"),
        ({"mistakes": {("a",): ("No.", "不。")}}, "is no key of an item and one of the options"),
        ({"mistakes": {("a", "one"): ("No.", "不。")}}, "is the right answer"),
    ],
)
def test_choices_that_mean_nothing_are_refused(changed: dict[str, Any], words: str) -> None:
    record = {"points": 1, "reference": right, "options": ("one", "two"), "items": {("a", "b"): ("Both", "两项")}}
    assert Choices(**record).as_exercise().groups[1].title == {"en": "Both", "zh": "两项"}
    with pytest.raises(AuthoringError, match=words):
        Choices(**{**record, **changed})


def test_an_item_and_a_mistake_are_told_in_both_languages() -> None:
    with pytest.raises(AuthoringError, match="the title of group 'a \\+ b' has no text in: zh"):
        Choices(1, right, ("one", "two"), {("a", "b"): ("Both", "")}).as_exercise()
    with pytest.raises(AuthoringError, match="the hint of mistake 'a_two' has no text in: en"):
        Choices(1, right, ("one", "two"), {("a", "b"): ("Both", "两项")}, {("a", "two"): ("", "不。")}).as_exercise()
