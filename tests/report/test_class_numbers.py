"""The numbers of the class page: distribution, discrimination, names and rows."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import numpy as np
import pytest
from big_class import ODD, big_class

from autograder.model.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.report import render_class_html
from autograder.report.class_list import Row, rows_of
from autograder.report.distribution import distribution_of
from autograder.report.feedback import render_html, render_markdown
from autograder.report.names import Names
from autograder.report.standing import Person, Standing
from autograder.report.statistics import FEWEST, discrimination_of, statistics_of


def test_quartiles_are_numpys_and_every_score_is_in_one_bin() -> None:
    scores = [random.Random(1).uniform(0, 42) for _ in range(57)]
    found = distribution_of([*scores, None], 40)
    assert found.quartiles == pytest.approx(tuple(np.quantile(scores, [0.25, 0.75])))
    assert found.median == pytest.approx(np.median(scores))
    assert sum(each.count for each in found.bins) == 57
    assert found.bins[-1].count == sum(score >= 36 for score in scores)  # bonuses too


def test_a_score_on_the_edge_of_a_bin_is_in_the_upper_one() -> None:
    assert [each.count for each in distribution_of([0, 1, 1.5, 10], 10).bins] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]


def test_without_scores_or_points_nothing_is_drawn_or_said() -> None:
    empty = distribution_of([None, None], 40)
    assert (empty.median, empty.quartiles, empty.bins) == (None, None, ())
    assert distribution_of([0, 0], 0).bins == ()
    assert distribution_of([1, 2, 3], 4).quartiles is None


def answered(student: str, *points: float | None) -> Standing:
    verdicts = tuple(
        ExerciseVerdict(f"e{n}", Outcome.AWAITING_MARKING if given is None else Outcome.PARTIAL, given or 0.0, 2)
        for n, given in enumerate(points)
    )
    return Standing(Report(student, "ch", "en", SubmissionOutcome.GRADED, student, "b", "e", 0, exercises=verdicts))


def test_discrimination_is_the_correlation_with_the_sum_of_the_others() -> None:
    rng = np.random.default_rng(0)
    points = np.clip(rng.normal(1, 0.5, (40, 1)) + rng.normal(0, 0.4, (40, 4)), 0, 2)
    found = statistics_of([answered(f"s{n}", *map(float, row)) for n, row in enumerate(points)], {})
    for place, exercise in enumerate(found):
        rest = np.delete(points, place, axis=1).sum(axis=1)
        assert exercise.discrimination == pytest.approx(np.corrcoef(points[:, place], rest)[0, 1])


def test_an_exercise_that_the_better_students_fail_has_a_negative_one() -> None:
    found = statistics_of([answered(f"s{n}", n % 3, n % 3, 2 - n % 3) for n in range(12)], {})
    assert found[2].discrimination == pytest.approx(-1.0)


def test_what_waits_for_a_person_is_in_nobodys_sum() -> None:
    standings = [answered(f"s{n}", n % 3, n % 3, None if n == 4 else 2 - n % 3) for n in range(12)]
    first, _, last = statistics_of(standings, {})
    assert first.discrimination == pytest.approx(1.0)
    assert last.discrimination == pytest.approx(-1.0)


@pytest.mark.parametrize("points", [[1.0] * 20, [1.0, 0.0] * (FEWEST // 2 - 1)], ids=["no variance", "few students"])
def test_where_it_would_be_chance_nothing_is_said_of_discrimination(points: list[float]) -> None:
    assert discrimination_of(points, [float(n) for n in range(len(points))]) is None
    assert discrimination_of([float(n) for n in range(20)], [3.0] * 20) is None


@pytest.mark.parametrize(
    ("outcomes", "shown"),
    [
        ((Outcome.AWAITING_MARKING, Outcome.NOT_ATTEMPTED), "not marked yet"),
        ((Outcome.AWAITING_MARKING, Outcome.PASSED), "100 %"),
        ((Outcome.NOT_ATTEMPTED, Outcome.NOT_ATTEMPTED), "0 %"),
        ((Outcome.GRADER_ERROR, Outcome.GRADER_ERROR), ""),
    ],
)
def test_a_question_that_nobody_has_marked_yet_is_not_one_that_everybody_failed(
    outcomes: tuple[Outcome, ...], shown: str
) -> None:
    standings = [
        Standing(replace(answered(f"s{n}").report, exercises=(ExerciseVerdict("why", outcome, 0, 2, written=True),)))
        for n, outcome in enumerate(outcomes)
    ]
    page = render_class_html(standings, {})
    cells = re.findall(r'<td class="right num">(.*?)</td>', page)
    assert re.sub("<[^>]*>", "", cells[0]) == shown


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("mean_for_sum", '<summary lang="en">mean for sum</summary><p>Take the <em>sum</em>.</p>'),
        ("floor.1", "<summary>Take the <em>sum</em>.</summary><p class"),
        ("sign+factor_two", "<summary>Take the <em>sum</em>.</summary><p class"),
    ],
)
def test_a_mistake_that_a_program_made_is_told_by_its_sentence(name: str, summary: str) -> None:
    hint = {"en": "Take the *sum*.", "zh": "求和。"}
    wrong = ExerciseVerdict("e", Outcome.FAILED, 0, 2, mistake=name, hint=hint)
    standing = Standing(replace(answered("ada").report, exercises=(wrong,)))
    page = render_class_html([standing], {})
    assert summary in page
    assert name not in page.replace("</style>", "").partition("<body>")[2]
    is_told = "mean for sum" in render_html(standing, {})
    assert is_told is name.isidentifier()
    assert name not in render_markdown(standing, {})


def test_namesakes_are_told_apart_and_right_to_left_names_stand_by_themselves() -> None:
    rows = [
        Row("a1", Person("Ada", "Lovelace"), ()),
        Row("a2", Person("Ada", "Lovelace"), ()),
        Row("m", Person("محمد", "الخوارزمي"), ()),
        Row("<b>", Person(), ()),
    ]
    said = Names(rows).called(["a1", "a2", "m", "<b>", "gone"], ", ")
    assert said == "Ada Lovelace (a1), Ada Lovelace (a2), <bdi>محمد الخوارزمي</bdi>, &lt;b&gt;, gone"


@pytest.mark.parametrize(
    ("person", "listed"),
    [
        (Person("Ada", "Lovelace"), "Lovelace, Ada"),
        (Person("三丰", "张"), "张三丰"),
        (Person("Ada", ""), "Ada"),
        (Person(), ""),
    ],
)
def test_lists_have_the_family_name_first(person: Person, listed: str) -> None:
    assert person.listed == listed


def test_everybody_on_the_roster_has_a_row_with_what_is_known() -> None:
    made = big_class(60, assignments=2)
    names = ["ch01_regression", "ch02_networks"]
    rows = {
        row.student: row for row in rows_of(made.standings, names, roster=made.roster, missing=made.missing, links={})
    }
    assert set(rows) == set(made.roster)
    assert rows["student003"].entries[0].states == ("missing",)
    assert rows["student003"].entries[0].filters == "m"
    assert rows["student003"].total is None
    assert "late" in rows["student005"].entries[1].states
    assert "l" in rows["student005"].entries[1].filters
    assert rows["student011"].entries[0].states[0] == "unreadable"
    assert rows["student011"].entries[0].filters == "p"
    someone = rows["student008"]
    assert sum(someone.entries[0].counts) == 25
    scores = [entry.standing.score for entry in someone.entries if entry.standing]
    assert someone.total == pytest.approx(sum(filter(None, scores)))
    assert len({row.person for row in rows.values()} & set(ODD)) == len(set(ODD))


def test_who_handed_in_without_being_on_the_roster_has_a_row_too() -> None:
    made = big_class(4)
    stranger = replace(made.standings[0], report=replace(made.standings[0].report, student="stranger"))
    rows = rows_of([*made.standings, stranger], ["ch01_regression"], roster=made.roster, missing={}, links={})
    assert "stranger" in {row.student for row in rows}
