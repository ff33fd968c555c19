"""What forty wrong answers, written without sight of the listed mistakes, are told in the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest
from midnight_answers import ANSWERS, Answer
from support import REPOSITORY

from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.check import check_in
from autograder.judge.check_page import CheckResult
from autograder.model.texts import LANGUAGES

Told = Callable[[Answer, str], str]
NEVER = re.compile(r"expected True|could not be read|got False|(?<!−)\b\d+\.\d+ times")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@cache
def loaded(chapter: str) -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / chapter)


@cache
def runner(chapter: str) -> SolutionRunner:
    return SolutionRunner(loaded(chapter))


@pytest.fixture(scope="module")
def told() -> Told:
    """What `check` says of an answer beside the chapter's public cases, on top of right answers to the rest."""

    def run(answer: Answer, language: str) -> str:
        namespace = runner(answer.chapter).namespace({answer.exercise: answer.source})
        if answer.slip == "renamed":
            namespace.pop(answer.exercise, None)
        result = check_in(answer.exercise, namespace, REPOSITORY / "assignments" / language / answer.chapter)
        assert isinstance(result, CheckResult), result
        return repr(result)

    return run


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.exercise}-{answer.slip}".replace(" ", "_"))
def test_a_wrong_answer_is_told_what_is_wrong(told: Told, answer: Answer) -> None:
    shown = {language: told(answer, language) for language in LANGUAGES}
    assert answer.told in shown["en"], shown["en"]
    for text in shown.values():
        assert not NEVER.search(text), text
        assert len(text.splitlines()) <= 10, text  # head, seven lines, what is folded, hidden cases
