"""What changed for a student: between two hand-ins, and between two gradings of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.model.verdict import AnswerCell, ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.report.feedback import render_html, render_markdown
from autograder.report.results import to_json
from autograder.report.since import Turn, since_the_last_grading, since_the_last_hand_in
from autograder.report.standing import Earlier, Mark, Marks, Standing

THEN = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
TITLES = {name: dict.fromkeys(("en", "zh"), f"1.{number} {name}") for number, name in enumerate("abcde", start=1)}


def verdict(name: str, points: float, answer: str | None = "x = 1", most: float = 2) -> ExerciseVerdict:
    outcome = Outcome.PASSED if points == most else Outcome.PARTIAL if points else Outcome.FAILED
    cells = None if answer is None else (AnswerCell(3, answer),)
    return ExerciseVerdict(name, outcome, points, most, answer=cells)


def report(*points: float, **changed: str) -> Report:
    exercises = tuple(verdict(name, each) for name, each in zip("abcde", points, strict=False))
    graded = Report("ada", "ch01", "en", SubmissionOutcome.GRADED, "one", "bank", "0.1.0", 0, exercises=exercises)
    return replace(graded, **changed)


def handed_in_again(before: Report, now: Report, **more: Marks) -> Standing:
    return Standing(replace(now, submission="two"), THEN, handed_in_before=Earlier(before, THEN), **more)


def said(standing: Standing) -> list[str]:
    """The page and the Markdown."""
    return [render_html(standing, TITLES), render_markdown(standing, TITLES)]


def test_nothing_is_said_of_a_first_hand_in() -> None:
    standing = Standing(report(2, 1), THEN)
    assert since_the_last_hand_in(standing) is None
    assert since_the_last_grading(standing) is None
    for text in said(standing):
        assert "last hand-in" not in text
        assert "raded again" not in text
    assert to_json([standing])["submissions"][0]["since_last_hand_in"] is None


def test_each_exercise_is_told_by_what_became_of_it() -> None:
    standing = handed_in_again(report(0, 0.5, 1.5, 2, 1), report(2, 1, 0.5, 0, 1))
    since = since_the_last_hand_in(standing)
    assert since is not None
    assert since.points == (5.0, 4.5)
    assert [change.turn for change in since.changes] == [Turn.NOW_RIGHT, Turn.MORE, Turn.FEWER, Turn.WAS_RIGHT]
    page, markdown = said(standing)
    for text in (page, markdown):
        assert "Your last hand-in was graded on 1 March 2027, 10:00 UTC." in text
        assert "The program gave 5 points then, and 4.5 now." in text
        assert "your last hand-in: 0 / 2 points" in text
    assert '<li>Now right: <a href="#a">1.1 a</a></li>' in page
    assert '<li>Was right, and is not now: <a href="#d">1.4 d</a></li>' in page
    assert "- More points: 1.2 b\n- Fewer points: 1.3 c" in markdown
    assert "grader have changed" not in page
    told = to_json([standing])["submissions"][0]["since_last_hand_in"]
    assert (told["before"], told["now"]) == (5.0, 4.5)
    assert told["exercises"][0] == {"name": "a", "turn": "now_right", "before": 0, "now": 2}


def test_the_same_result_is_said_to_be_the_same_and_an_answer_that_was_left_as_it_was() -> None:
    before = report(0, 2)
    changed = replace(before, exercises=(verdict("a", 0, "x = 2"), verdict("b", 2)))
    for now, is_unchanged in ((before, True), (changed, False)):
        for text in said(handed_in_again(before, now)):
            assert "Each exercise has the same result as before." in text
            assert ("your answer is the same as in your last hand-in" in text) is is_unchanged


@pytest.mark.parametrize(
    "answer",
    [None, (), (AnswerCell(3, "", untouched=True),), (AnswerCell(3, "x = 1", cut=True),)],
    ids=["of an older ledger", "missing", "as released", "not kept whole"],
)
def test_of_an_answer_that_is_not_known_or_not_there_it_is_not_said_that_it_is_the_same(
    answer: tuple[AnswerCell, ...] | None,
) -> None:
    before = replace(report(0), exercises=(replace(verdict("a", 0), answer=answer),))
    since = since_the_last_hand_in(handed_in_again(before, before))
    assert since is not None
    assert since.unchanged == ()


@pytest.mark.parametrize("changed", [{"bank": "other"}, {"engine": "0.2"}])
def test_another_bank_or_engine_in_between_is_said(changed: dict[str, str]) -> None:
    for text in said(handed_in_again(report(0), report(2, **changed))):
        assert "a difference need not come from what you changed" in text


def test_a_hand_in_that_could_not_be_graded_is_not_compared() -> None:
    unreadable = report(outcome=SubmissionOutcome.UNREADABLE)
    for text in said(handed_in_again(unreadable, report(2))):
        assert "Your last hand-in (1 March 2027, 10:00 UTC) could not be graded" in text
        assert "The program gave" not in text
    assert since_the_last_hand_in(handed_in_again(report(2), unreadable)) is None


def test_what_a_person_gives_is_left_out() -> None:
    """An essay that was awaited, and points that a teacher has set."""
    essay = ExerciseVerdict("e", Outcome.AWAITING_MARKING, 0, 3, written=True)
    before, now = (replace(each, exercises=(*each.exercises, essay)) for each in (report(0, 0), report(2, 2)))
    marks = Marks({"b": Mark(1, 2, by_hand=True), "e": Mark(3, 3, by_hand=True)})
    since = since_the_last_hand_in(handed_in_again(before, now, marks=marks))
    assert since is not None
    assert since.points == (0, 2)
    assert [change.now.name for change in since.changes] == ["a"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"bank": "other"}, "Since then the checks or their points have changed, and it was graded again"),
        ({"engine": "0.2"}, "now again by another version of the grader"),
        ({}, "and now again; it is the same notebook"),
    ],
)
def test_a_regrade_is_never_called_a_hand_in(changed: dict[str, str], sentence: str) -> None:
    standing = Standing(report(1, **changed), THEN, graded_before=Earlier(report(2), THEN))
    assert since_the_last_hand_in(standing) is None
    for text in said(standing):
        assert sentence in text
        assert "it is the same notebook" in text
        assert "The program gave 2 points then, and 1 now." in text
        assert "last hand-in" not in text
    told = to_json([standing])["submissions"][0]
    assert told["since_last_hand_in"] is None
    assert told["regraded"]["now"] == 1


def test_a_regrade_that_gave_the_same_is_not_worth_a_word() -> None:
    standing = Standing(report(1, bank="other"), THEN, graded_before=Earlier(report(1), THEN))
    assert since_the_last_grading(standing) is None


def test_chinese_is_written_as_chinese() -> None:
    standing = handed_in_again(report(0, 2), report(2, 0, language="zh", bank="other"))
    for text in said(standing):
        assert "上次提交评分于 2027年3月1日 10:00 UTC。" in text
        assert "自动评分：上次 2 分，这次 2 分。" in text
        assert "这次做对了：" in text
        assert "上次正确，这次不对：" in text
        assert "不一定都来自你的修改" in text
