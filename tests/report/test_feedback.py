"""Feedback: in the notebook's language, exact about points, safe with whatever a student wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from autograder.model.texts import Text, say
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome
from autograder.report import feedback
from autograder.report.feedback import inline, render_exercise_html, render_exercise_text
from autograder.report.feedback.figures import moment_in_words, number
from autograder.report.standing import Mark, Marks, Person, Standing

HINT = {"en": "The loss is a *sum*: use `np.sum`, $L = \\sum_i r_i^2$.", "zh": "损失是*总和*：请用 `np.sum`。"}
TITLES = {
    "linear_loss": {"en": "1.2 The loss", "zh": "1.2 损失函数"},
    "why": {"en": "1.8 Why?", "zh": "1.8 为什么？"},
    "ch01_regression": {"en": "Chapter 1 Regression", "zh": "第一章 回归"},
}
WRONG = ExerciseVerdict(
    "linear_loss",
    Outcome.PARTIAL,
    1.5,
    2,
    mistake="mean_for_sum",
    hint=HINT,
    findings=(
        Finding("group_passed", {"title": {"en": "Edge cases", "zh": "边界情形"}}, "edge", passed=True),
        Finding(
            "wrong_value",
            {"output": {"en": "The loss", "zh": "损失"}},
            "values",
            {"en": "four points", "zh": "四个点"},
        ),
    ),
)
RIGHT = ExerciseVerdict("gd_step", Outcome.PASSED, 1, 1)
WRITTEN = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2)
BROKEN = ExerciseVerdict("folds", Outcome.GRADER_ERROR, 0, 1)
BONUS = ExerciseVerdict("bonus_task", Outcome.PASSED, 1, 1, extra=True)
REPORT = Report(
    "student01",
    "ch01_regression",
    "en",
    SubmissionOutcome.GRADED,
    "f" * 64,
    "b" * 64,
    "0.1.0",
    0,
    notes=(Note("note_edited", {"cells": ["`check_x`"]}),),
    exercises=(RIGHT, WRONG, WRITTEN),
)
HOSTILE = "<script>alert(1)</script> & \"'> `a<b` $x<y$ *<b>* ]]> {{ 7*7 }} {% raw %}"


def render_html(report: Report, titles: Mapping[str, Text], *, course: str = "") -> str:
    return feedback.render_html(Standing(report), titles, course=course)


def render_markdown(report: Report, titles: Mapping[str, Text]) -> str:
    return feedback.render_markdown(Standing(report), titles)


class Page(HTMLParser):
    """The text, the tags and the attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text += data


def text_of(html: str) -> str:
    return " ".join(Page(html).text.split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Chapter 1 Regression",
                "2.5 / 5 points",
                "1.2 The loss",
                "1.5 / 2 points",
                "What went wrong",
                "Values: The loss is wrong. (four points)",
                "mean for sum",
                "A person will mark “1.8 Why?”, worth 2 points more.",
            ],
        ),
        (
            "zh",
            [
                "第一章 回归",
                "2.5 / 5 分",
                "1.2 损失函数",
                "1.5 / 2 分",
                "问题出在哪里",
                "数值：损失的值不对。（四个点）",
                "边界情形：正确。",
                "“1.8 为什么？”等待人工批改，共 2 分。",
            ],
        ),
    ],
)
def test_the_page_says_score_findings_and_mistake_in_the_notebooks_language(language: str, expected: list[str]) -> None:
    html = render_html(replace(REPORT, language=language), TITLES, course="Machine learning")
    for sentence in [*expected, "student01", "Machine learning"]:
        assert sentence in text_of(html)
    assert "mean_for_sum" not in html  # the internal name
    assert f'lang="{ {"en": "en", "zh": "zh-CN"}[language] }"' in html


def test_a_page_in_one_language_has_no_word_of_the_other() -> None:
    assert not re.search("[\u4e00-\u9fff]", text_of(render_html(REPORT, TITLES)))
    chinese = text_of(render_html(replace(REPORT, language="zh"), TITLES)).replace("four points", "")  # a case's name
    for word in ("points", "Right", "wrong", "marking", "Feedback", "Exercises"):
        assert word not in chinese


def test_what_is_wrong_comes_before_what_is_right() -> None:
    text = text_of(render_html(REPORT, TITLES))
    assert text.index("The loss is wrong.") < text.index("Edge cases: right.")
    assert text.index("What went wrong") < text.index("The loss is wrong.")


def test_the_total_is_out_of_the_whole_assignment_and_says_what_a_person_has_still_to_give() -> None:
    html = render_html(replace(REPORT, exercises=(*REPORT.exercises, BROKEN, BONUS)), TITLES)
    assert "3.5 / 6 points" in text_of(html)  # the bonus adds to the points, not to the maximum
    assert "? / 1 point " in text_of(html)
    assert "The grader itself failed on “folds”. A person will look at it. Points still open: 1." in text_of(html)


@pytest.mark.parametrize(
    ("exercises", "line"),
    [
        ((RIGHT, WRITTEN), "Everything is right."),
        ((RIGHT, BROKEN), "Most of this is right."),
        ((RIGHT, WRONG), "Most of this is right."),
        ((RIGHT, replace(WRONG, points=0, max_points=9)), "Part of this is right."),
        ((replace(WRONG, points=0),), "Nothing counts yet"),
        ((WRITTEN,), "wait to be marked"),
    ],
)
def test_the_first_sentence_fits_the_result(exercises: tuple[ExerciseVerdict, ...], line: str) -> None:
    report = replace(REPORT, exercises=exercises)
    assert line in text_of(render_html(report, TITLES))
    assert line in render_markdown(report, TITLES)


@pytest.mark.parametrize("outcome", [SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADER_ERROR])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_grading_there_is_no_score(outcome: SubmissionOutcome, language: str) -> None:
    report = replace(REPORT, outcome=outcome, language=language, exercises=())
    sentence = say(f"feedback.{outcome.lower()}", language)
    for rendered in (text_of(render_html(report, {})), render_markdown(report, {})):
        assert sentence in rendered
        assert not re.search(r"\d+ / \d", rendered)


def test_nothing_a_student_writes_becomes_markup() -> None:
    hostile = {"en": HOSTILE, "zh": HOSTILE}
    verdict = replace(WRONG, hint=hostile, findings=(Finding("wrong_value", {"output": hostile}, case=hostile),))
    notes = (Note("note_edited", {"cells": [HOSTILE]}),)
    report = replace(REPORT, student=HOSTILE, assignment=HOSTILE, engine=HOSTILE, exercises=(verdict,), notes=notes)
    for html in (render_html(report, {"linear_loss": hostile}, course=HOSTILE), render_exercise_html(verdict, "en")):
        page = Page(html)
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "<script" not in html
        assert "{{ 7*7 }}" in page.text
        assert "49" not in page.text
    markdown = render_markdown(report, {"linear_loss": hostile})
    assert "<script" not in markdown.replace("`a<b`", "")


def test_the_page_needs_nothing_from_outside() -> None:
    html = render_html(replace(REPORT, exercises=(WRONG, RIGHT, WRITTEN, BROKEN, BONUS)), TITLES)
    assert not {"script", "link", "img", "iframe"} & set(Page(html).tags)
    assert not re.search(r"https?:|url\(|@import", html.replace("http://www.w3.org/1998/Math/MathML", ""))
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert 'name="viewport"' in html


def test_every_sign_has_words_for_those_who_do_not_see_it() -> None:
    html = render_html(REPORT, TITLES)
    for sign in re.findall(r'<span class="sign[^>]*>(.*?)</span></span>', html):
        assert 'aria-hidden="true"' in sign
        assert re.search(r'class="hidden">(right|wrong)$', sign)
    assert 'aria-label="2.5 / 5 points"' in html


def test_markdown_carries_the_same_feedback() -> None:
    markdown = render_markdown(REPORT, TITLES)
    assert "**Total so far: 2.5 / 5 points**" in markdown
    assert "> **What went wrong** (mean for sum): The loss is a *sum*: use `np.sum`, $L = \\sum_i r_i^2$." in markdown
    assert "- ✗ Values: The loss is wrong. (four points)" in markdown
    assert "- ✓ Edge cases: right." in markdown
    chinese = render_markdown(replace(REPORT, language="zh"), TITLES)
    assert "**目前得分：2.5 / 5 分**" in chinese
    assert "> **问题出在哪里**：" in chinese


def test_a_fragment_for_the_notebook_has_the_verdict_alone() -> None:
    html = render_exercise_html(WRONG, "zh")
    assert "部分正确" in html
    assert "1.5 / 2 分" in html
    assert "<code>np.sum</code>" in html
    assert "✗ 数值：损失的值不对。（四个点）" in html
    assert "<style" not in html
    assert render_exercise_text(WRONG, "en").splitlines() == [
        "Partly right: 1.5 / 2 points",
        "What went wrong: The loss is a sum: use `np.sum`, L = \\sum_i r_i^2.",
        "✗ Values: The loss is wrong. (four points)",
        "✓ Edge cases: right.",
    ]


def test_an_answer_that_is_neither_right_nor_wrong_carries_no_cross() -> None:
    verdict = ExerciseVerdict("x", Outcome.NOT_ATTEMPTED, 0, 1, findings=(Finding("not_attempted"),))
    assert "✗" not in render_exercise_text(verdict, "en")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a `x*y*z` b", "a <code>x*y*z</code> b"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("**no** *yes*", "<strong>no</strong> <em>yes</em>"),
        ("one ` tick", "one ` tick"),
        ("costs $5 and $ 6", "costs $5 and $ 6"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_inline_markup(text: str, html: str) -> None:
    assert inline.to_html(text) == html


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        ("\\frac{\\partial L}{\\partial w}", ["<mfrac>", "<mi>L</mi>"]),
        ("x_i^2", ["<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"]),
        ("\\hat{y} \\le \\eta", ["<mover", "<mi>y</mi>"]),
        ("\\text{if } a-b", ["if", "<mi>a</mi>"]),
    ],
)
def test_everyday_tex_becomes_mathml(tex: str, parts: list[str]) -> None:
    html = str(inline.to_html(f"${tex}$"))
    for part in parts:
        assert part in html


@pytest.mark.parametrize(
    "tex",
    [
        "{",
        "\\frac",
        "\\sqrt" * 50,
        "\\hat",
        "x^",
        "\x01",
        "\\",
        "\\text{<script>alert(1)</script>}",
        "\\href{javascript:alert(1)}{x}",
        "\\text{&lt;b&gt;}",
        "\\class{x}{y}",
    ],
)
def test_what_is_no_formula_stays_text(tex: str) -> None:
    html = str(inline.to_html(f"${tex}$"))
    assert not re.search("<script|href=|class=|<b>", html)
    assert html.startswith(("<code>", "<math"))


def test_what_no_file_can_hold_is_replaced() -> None:
    report = replace(REPORT, student="caf\udce9", notes=(Note("note_edited", {"cells": ["\ud800 $\ud800$"]}),))
    render_html(report, {}).encode()
    render_markdown(report, {}).encode()


# What the gradebook and the ledger add

BY_HAND = Mark(1.5, 2, by_hand=True, comment="Say *why*: look at `lr`.\n<b>Then</b> try again.")
NOON = datetime(2027, 3, 1, 12, 0)


def standing(report: Report = REPORT, *, late_penalty: float = 0.0, **cells: Mark) -> Standing:
    """The report with its own points in the gradebook, `cells` in the place of some, handed in a minute late."""
    open_ = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR)
    marks = {
        verdict.name: Mark(None, verdict.max_points, needs_a_person=True)
        if verdict.outcome in open_
        else Mark(verdict.points, 0.0 if verdict.extra else verdict.max_points)
        for verdict in report.exercises
    }
    times = {"submitted_at": NOON.replace(minute=1), "due_at": NOON}
    return Standing(
        report,
        datetime(2027, 3, 2, 9, 30, tzinfo=UTC),
        Marks(marks | cells, late_penalty, **times),
        Person("Ada", "Lovelace", "ada@x.org"),
    )


def both(standing: Standing) -> tuple[str, str]:
    return text_of(feedback.render_html(standing, TITLES)), feedback.render_markdown(standing, TITLES)


def test_a_marked_answer_is_no_longer_awaited_and_its_comment_is_shown() -> None:
    for text in both(standing(why=BY_HAND)):
        assert "4 / 5 points" in text
        assert "Marked by your teacher." in text
        assert "Your teacher writes" in text
        assert "so far" not in text
        assert "wait" not in text.lower()
    html = feedback.render_html(standing(why=BY_HAND), TITLES)
    assert "Say <em>why</em>: look at <code>lr</code>.\n&lt;b&gt;Then&lt;/b&gt;" in html


def test_points_set_by_a_teacher_on_an_exercise_of_ours_are_the_ones_that_count() -> None:
    for text in both(standing(linear_loss=Mark(2, 2, by_hand=True))):
        assert "3 / 5 points" in text
        assert "Points set by your teacher." in text
        assert "1.5 / 2" not in text


def test_a_mark_on_an_earlier_answer_counts_and_says_that_it_will_be_looked_at() -> None:
    for text in both(standing(why=replace(BY_HAND, needs_a_person=True))):
        assert "Total so far" in text
        assert "4 / 5 points" in text
        assert "Your teacher gave these points to an earlier answer and will look at this one." in text
        assert "Awaiting marking" in text


def test_a_late_penalty_is_shown_and_the_total_never_below_nothing() -> None:
    for text in both(standing(late_penalty=2)):
        assert "0.5 / 5 points" in text
        assert "2 points are taken off" in text
    for text in both(standing(late_penalty=9)):
        assert "0 / 5 points" in text


def test_a_question_of_the_teachers_own_counts_under_its_grade_id() -> None:
    html = feedback.render_html(standing(my_question=Mark(3, 4, by_hand=True)), TITLES)
    assert "<h3><code>my_question</code></h3>" in html
    assert "5.5 / 9 points" in text_of(html)


def test_the_page_says_who_when_and_which_function() -> None:
    for text in both(standing()):
        assert "Ada Lovelace (student01)" in text
        assert "Handed in 1 March 2027, 12:01 UTC" in text
        assert "Late (due 1 March 2027, 12:00 UTC)" in text
        assert "Graded 2 March 2027, 09:30 UTC" in text
    html = feedback.render_html(standing(), TITLES)
    assert "<code>linear_loss</code>" in html
    assert "<code>why</code>" not in html  # a question has no function
    assert " · `gd_step`" in feedback.render_markdown(standing(), TITLES)


def test_questions_stand_where_the_lesson_has_them() -> None:
    html = feedback.render_html(standing(), {"why": TITLES["why"], **TITLES})
    assert html.index('id="why"') < html.index('id="linear_loss"') < html.index('id="gd_step"')


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "✗ Values: The result is wrong. (typical, wide)"), ("zh", "✗ 数值：结果的值不对。（一般数据、列多于行）")],
)
def test_what_cases_have_in_common_is_said_once(language: str, line: str) -> None:
    names = [{"en": "typical", "zh": "一般数据"}, {"en": "wide", "zh": "列多于行"}]
    result = {"code": "result", "values": {}}
    wrong = [Finding("wrong_value", {"output": result}, "values", name) for name in names]
    edge = Finding("wrong_value", {"output": result}, "edge", {"en": "empty", "zh": "空"})
    verdict = ExerciseVerdict("f", Outcome.FAILED, 0, 1, findings=(wrong[0], edge, wrong[1], wrong[0]))
    told = render_exercise_text(verdict, language).splitlines()[1:]
    assert told[0] == line
    assert len(told) == 2


def test_a_group_of_the_exercises_own_is_told_by_its_title() -> None:
    finding = Finding("died", {"function": "f"}, "wide", title={"en": "Many rows", "zh": "多行"})
    verdict = replace(WRONG, findings=(finding,))
    assert "✗ Many rows: The Python process ended" in render_exercise_text(verdict, "en")
    assert "✗ 多行：<code>f</code> 运行时" in render_exercise_html(verdict, "zh")


@pytest.mark.parametrize("outcome", [SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADER_ERROR])
def test_what_could_not_be_graded_has_no_score_until_a_person_marked_it(outcome: SubmissionOutcome) -> None:
    failed = replace(REPORT, outcome=outcome, exercises=())
    cells = {"linear_loss": Mark(None, 2, needs_a_person=True), "why": Mark(None, 3, needs_a_person=True)}
    for text in both(standing(failed, **cells)):
        assert "– / 5 points" in text
    marked = {name: Mark(2, 2.5, by_hand=True) for name in cells}
    for text in both(standing(failed, **marked)):
        assert "4 / 5 points" in text
        assert "Your teacher marked this notebook by hand." in text


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        (UTC, "en", "31 December 2026, 20:05 UTC"),
        (ZoneInfo("Asia/Shanghai"), "en", "1 January 2027, 04:05 Asia/Shanghai"),
        (ZoneInfo("Asia/Shanghai"), "zh", "2027年1月1日 04:05 Asia/Shanghai"),
        (timezone(timedelta(hours=-5)), "zh", "2026年12月31日 15:05 UTC-05:00"),
    ],
)
def test_a_time_is_written_as_its_language_does_in_a_zone_that_is_named(zone: tzinfo, language: str, said: str) -> None:
    assert moment_in_words(datetime(2026, 12, 31, 20, 5, tzinfo=UTC), language, zone) == said


def test_points_read_as_people_write_them() -> None:
    assert [number(points) for points in (2.0, 1.5, 2 / 3, 10, 0)] == ["2", "1.5", "0.67", "10", "0"]
