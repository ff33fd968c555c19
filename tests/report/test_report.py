"""The instructor's reports: who did what, what went wrong most, and who needs a person."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from support import in_words

from autograder.model.texts import Text, part
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome
from autograder.report import (
    CSV_COLUMNS,
    ExerciseStatistics,
    class_table,
    csv_text,
    render_class_html,
    statistics_of,
    to_csv,
    to_json,
)
from autograder.report.class_list import Links
from autograder.report.standing import Mark, Marks, Person, Standing

TITLES = {"loss": {"en": "1.2 The loss", "zh": "1.2 损失"}, "why": {"en": "Why?", "zh": "为什么？"}}
HINT = {"en": "Use `np.sum`.", "zh": "用 `np.sum`。"}

FINDINGS = (
    Finding("group_passed", {"title": {"en": "Edge cases", "zh": "边界情形"}}, "edge", passed=True),
    Finding(
        "wrong_value",
        {"output": part("output", path="loss")},
        "values",
        {"en": "four points", "zh": "四个点"},
    ),
)


def answers(*outcomes: Outcome, mistake: str | None = None) -> tuple[ExerciseVerdict, ...]:
    names = ("loss", "grad", "why")
    points = {Outcome.PASSED: 2.0, Outcome.PARTIAL: 1.0}
    return tuple(
        ExerciseVerdict(
            name,
            outcome,
            points.get(outcome, 0.0),
            2.0,
            written=name == "why",
            findings=FINDINGS if outcome is Outcome.FAILED else (),
            mistake=mistake if outcome is Outcome.FAILED else None,
            hint=HINT if mistake and outcome is Outcome.FAILED else None,
        )
        for name, outcome in zip(names, outcomes, strict=True)
    )


def report(student: str, *outcomes: Outcome, mistake: str | None = None) -> Report:
    exercises = answers(*outcomes, mistake=mistake)
    return Report(student, "ch01", "en", SubmissionOutcome.GRADED, student, "b", "0.1.0", 0, exercises=exercises)


P, H, F, N, W, E = Outcome
NOTE = Note("note_edited", {"cells": ["`check_loss`"]})
CLASS = [
    report("ada", P, P, W),
    replace(report("bo", F, H, W, mistake="mean_for_sum"), notes=(NOTE,)),
    report("cy", F, N, W, mistake="mean_for_sum"),
    report("di", F, E, W, mistake="half"),
    replace(report("ed", P, P, W), outcome=SubmissionOutcome.UNREADABLE, exercises=()),
    replace(report("flo", P, P, W), outcome=SubmissionOutcome.GRADER_ERROR, exercises=()),
]


def standings(reports: Sequence[Report]) -> list[Standing]:
    return [Standing(each) for each in reports]


def class_page(reports: Sequence[Report], titles: Mapping[str, Text] = TITLES, **options: Any) -> str:
    return render_class_html(standings(reports), titles, **options)


def by_exercise(reports: Sequence[Report]) -> list[ExerciseStatistics]:
    return statistics_of(standings(reports), TITLES)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_statistics_count_right_answers_and_mistakes() -> None:
    loss, why, grad = by_exercise(CLASS)
    assert (loss.label, why.label, grad.label) == ("1.2", "2", "3")
    assert loss.success == 25.0
    assert grad.success == 100 / 3  # the grader's fault is nobody's
    assert why.success is None
    assert [(made.name, made.students) for made in loss.mistakes] == [("mean_for_sum", ("bo", "cy")), ("half", ("di",))]
    assert loss.mistakes[1].hint == HINT


def test_the_page_shows_class_exercises_and_who_needs_a_person() -> None:
    html = class_page(CLASS, links={("ada", "ch01"): Links("feedback/ada/ch01.html")}, course="ML")
    text = plain(html)
    assert '<a href="feedback/ada/ch01.html">feedback</a>' in html
    assert "handed in 6" in text
    assert "2 mean for sum Use np.sum . bo, cy" in text
    assert "1.2 The loss 25 %" in text
    assert "grader error the whole submission 1 flo" in text
    assert "grader error grad 1 di" in text
    assert "unreadable 1 ed" in text
    assert "to be marked Why? 4 ada, bo, cy, di" in text
    assert "had been edited; the original was used: check_loss . 1 bo" in text
    people = text[text.index("Needs a person grader") :]
    assert people.index("flo") < people.index("Why?")  # faults of ours first
    assert "di di – grader error" in text  # no score
    assert "flo flo – grader error" in text


def test_the_page_speaks_chinese() -> None:
    text = plain(class_page(CLASS, language="zh"))
    assert "班级成绩报告" in text
    assert "1.2 损失" in text
    assert "评分时使用了原版： check_loss 。" in text
    for word in ("submissions", "Students", "Right", "blocked"):
        assert word not in text


def test_the_page_of_an_empty_class_says_so() -> None:
    assert "No submissions yet." in plain(class_page([]))


def test_each_assignment_has_its_own_numbers_and_all_of_them_a_row_a_student() -> None:
    html = class_page([*CLASS, replace(CLASS[0], assignment="ch02")])
    assert html.count('<table class="items">') == 2
    assert html.count("<th scope=row>") == len(CLASS)
    assert re.search("<th scope=row>ada<td[^>]*>ada<td><b>8</b>", html)  # the sum
    assert "All assignments" in plain(html)


def test_names_and_links_are_only_text() -> None:
    hostile = replace(
        CLASS[1], student="<img src=x onerror=alert(1)>", notes=(Note("note_edited", {"cells": ["<b>"]}),)
    )
    links = {(hostile.student, "ch01"): Links('javascript:alert(1)/"x.html')}
    html = class_page([hostile], {}, links=links)
    assert "<img" not in html
    assert "<b>" not in plain(html)
    assert "javascript:" not in html
    assert html.count("<script") == 1  # ours
    assert 'href="javascript%3Aalert%281%29/%22x.html"' in html


def printed(reports: list[Report]) -> str:
    return terminal(standings(reports))


def terminal(rows: Sequence[Standing]) -> str:
    console = Console(width=100, file=io.StringIO(), force_terminal=False)
    console.print(class_table(rows))
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_the_terminal_table_has_a_row_a_student_and_a_mark_an_exercise() -> None:
    text = printed(CLASS)
    rows = {line.split()[0]: line for line in text.splitlines()[1:]}
    assert set(rows) == {"ada", "bo", "cy", "di", "ed", "flo"}
    assert "4/6" in rows["ada"]
    assert "✓ ✓ …" in rows["ada"]
    assert "✗ ◐ …" in rows["bo"]
    assert "edited" in rows["bo"]
    assert "blocked" in rows["di"]
    assert "1 grader error" in rows["di"]
    assert "unreadable" in rows["ed"]


def test_the_terminal_table_fits_100_columns_with_ten_exercises_and_obeys_no_escape_codes() -> None:
    many = tuple(ExerciseVerdict(f"e{number}", Outcome.PARTIAL, 1, 2) for number in range(10))
    text = printed([replace(CLASS[0], student="a\x1b[31m[red]\n" + "x" * 80, exercises=many, notes=(NOTE,))])
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text
    assert "[red]" in text
    assert "◐ " * 9 + "◐" in text
    assert max(map(len, text.splitlines())) <= 100


def test_the_terminal_table_keeps_names_and_scores_whole_beside_hundreds_of_marks() -> None:
    many = tuple(ExerciseVerdict(f"e{number}", Outcome.PARTIAL, 1, 2) for number in range(200))
    text = printed([replace(CLASS[0], student="wang.xiaoming", exercises=many, notes=(NOTE,))])
    row = text.splitlines()[1]
    assert row.startswith("wang.xiaoming")
    assert "200/400" in row
    assert text.count("◐") == 200


def test_the_terminal_table_says_what_is_odd_about_one_of_several_notebooks_and_each_thing_once() -> None:
    def of(notebook: str, code: str) -> Note:
        return Note("note_in_notebook", {"notebook": notebook, "said": part(code, cells=["1"])})

    odd = replace(CLASS[0], notes=(of("a", "note_edited"), of("b", "note_edited"), of("b", "note_missing")))
    row = " ".join(printed([odd]).split())
    assert "in notebook" not in row
    assert row.count("edited") == row.count("missing") == 1


def test_json_has_exactly_the_promised_keys() -> None:
    result = to_json(standings([CLASS[1], CLASS[3], CLASS[5], replace(CLASS[1], student="zo", language="zh")]))
    json.dumps(result)
    assert set(result) == {"submissions", "needs_a_person"}
    first = result["submissions"][0]
    assert list(first) == [
        "student", "name", "email", "assignment", "language", "outcome", "score", "max_score", "raw_score",
        "late_penalty", "awaited", "submitted_at", "due_at", "late", "graded_at", "submission", "bank", "engine",
        "rung", "notes", "since_last_hand_in", "regraded", "exercises",
    ]  # fmt: skip
    assert (first["bank"], first["engine"], first["score"], first["awaited"]) == ("b", "0.1.0", 1.0, 2.0)
    assert first["exercises"][0] == {
        "name": "loss",
        "outcome": "FAILED",
        "points": 0.0,
        "max_points": 2.0,
        "bonus": False,
        "mistake": "mean_for_sum",
        "hint": "Use `np.sum`.",
        "messages": ["Values: `loss` is wrong. (four points)"],
        "by_hand": False,
        "comment": "",
    }
    assert result["submissions"][1]["score"] is None  # a fault of ours is no zero
    assert first["notes"] == [in_words(NOTE)]
    assert result["submissions"][3]["notes"] == [in_words(NOTE, "zh")]
    assert result["needs_a_person"][:4] == [
        "bo/ch01/why",
        "di/ch01/grad",
        "di/ch01/why",
        "flo/ch01/the whole submission",
    ]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_nbgraders_columns_and_no_zero_for_a_fault_of_ours() -> None:
    rows = rows_of(to_csv(standings(CLASS)))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert (float(rows[0]["score"]), float(rows[0]["max_score"])) == (4.0, 6.0)
    assert rows[3]["student_id"] == "di"
    assert rows[3]["score"] == rows[3]["raw_score"] == ""


def test_csv_disarms_formulas_but_not_numbers() -> None:
    armed = ["=1+1", "+1", "-1", "@x", " =1", "＝1+1", "＋1", "－1", "＠x", "\u3000=1", "\u200b=1", "\ufeff ＝1", "﹦1"]
    for cell in armed:
        (row,) = rows_of(csv_text([{"student_id": cell, "score": -1.5}]))
        assert row["student_id"] == f"'{cell}"
        assert row["score"] == "-1.5"
    for cell in ("ok", "张三", "a=b", "é", ""):
        assert rows_of(csv_text([{"student_id": cell}]))[0]["student_id"] == cell


def test_csv_keeps_a_name_in_its_cell_and_row() -> None:
    """A lone carriage return was not quoted: it began a row with a live formula."""
    cells = ["\r=1+1", "\t=1", "\n=1", "\x0b=1", "\u2028=1", "\x00=1", "a\r=1+1", "a,b", 'a"b', "\udce9"]
    text = csv_text([{"student_id": cell, "score": 2.0} for cell in cells])
    assert text.count("\n") == len(cells) + 1
    assert not any(character in text for character in "\r\t\x0b\u2028\x00\udce9")
    for row in rows_of(text):
        assert not row["student_id"].lstrip("\ufffd ").startswith("=")
        assert (row["score"], list(row)) == ("2.0", list(CSV_COLUMNS))
    assert ",2.0," in text  # numbers stay numbers


# What the gradebook, the roster and the ledger add


DUE = datetime(2027, 3, 1, 12, 0)
ADA = Standing(
    CLASS[0],
    datetime(2027, 3, 2, 9, 30, tzinfo=UTC),
    Marks(
        {
            "loss": Mark(2.0, 2.0),
            "grad": Mark(1.0, 2.0, by_hand=True, comment="No."),
            "why": Mark(1.5, 2.0, by_hand=True),
            "own": Mark(None, 3.0, needs_a_person=True),
        },
        late_penalty=0.5,
        submitted_at=DUE.replace(minute=5),
        due_at=DUE,
    ),
    Person('A "da"', "L, the first", "a@b.c"),
)


def test_marks_names_and_times_are_in_the_csv() -> None:
    (row,) = rows_of(to_csv([ADA]))
    assert (row["last_name"], row["first_name"], row["email"]) == ("L, the first", 'A "da"', "a@b.c")
    assert (row["timestamp"], row["duedate"]) == ("2027-03-01 12:05:00", "2027-03-01 12:00:00")
    numbers = [float(row[name]) for name in ("raw_score", "late_submission_penalty", "score", "max_score")]
    assert numbers == [4.5, 0.5, 4.0, 9.0]


def test_a_file_that_could_not_be_read_has_no_score_anywhere_and_needs_a_person() -> None:
    (ed,) = standings([CLASS[4]])
    maximum = {"ch01": 6.0}
    (row,) = rows_of(to_csv([ed], max_scores=maximum))
    assert (row["raw_score"], row["score"], float(row["max_score"])) == ("", "", 6.0)
    result = to_json([ed], max_scores=maximum)
    assert (result["submissions"][0]["score"], result["submissions"][0]["max_score"]) == (None, 6.0)
    assert result["needs_a_person"] == ["ed/ch01/the whole submission"]
    text = plain(render_class_html([ed], {}, max_scores=maximum))
    assert "ed ed – unreadable" in text
    assert "Score / 6" in text
    assert "Needs a person unreadable 1 ed" in text


def test_every_output_says_the_same_total_out_of_the_same_points() -> None:
    text = plain(render_class_html([ADA], TITLES))
    assert "Score / 9" in text
    assert "ada 4 to be marked +3 late −0.5" in text
    assert "4/9" in terminal([ADA])
    assert "1 to mark (3 points), late, 0.5 taken off" in terminal([ADA])
    entry = to_json([ADA])["submissions"][0]
    assert (entry["score"], entry["max_score"], entry["awaited"], entry["late_penalty"]) == (4.0, 9.0, 3.0, 0.5)
    assert (entry["late"], entry["submitted_at"]) == (True, "2027-03-01T12:05:00+00:00")
    assert entry["exercises"][1] | {"by_hand": True, "comment": "No.", "points": 1.0} == entry["exercises"][1]


def test_what_was_marked_by_hand_waits_for_nobody() -> None:
    assert to_json([ADA])["needs_a_person"] == ["ada/ch01/own"]
    text = plain(render_class_html([ADA], TITLES))
    assert "to be marked Why?" not in text
    assert "to be marked own 1" in text


def test_the_page_has_names_times_and_who_was_late() -> None:
    text = plain(render_class_html([ADA], TITLES))
    assert "L, the first, A &#34;da&#34; ada 4" in text
    assert "late −0.5" in text
    assert "2027-03-01 12:05" in text
    assert "Due 2027-03-01 12:00 UTC Handed in from 2027-03-01 12:05 UTC" in text
    assert "Last graded 2027-03-02 09:30 UTC" in text
    assert "Handed in" not in plain(class_page(CLASS))  # where no time is known there is no column


def test_who_handed_nothing_in_and_what_could_not_be_looked_at_is_on_the_page() -> None:
    troubles = ["submitted/eve may not be <listed>"]
    html = class_page(CLASS, missing={"ch01": ["gil", "hal"], "ch02": ["ada"]}, troubles=troubles)
    text = plain(html)
    assert "not handed in ch01, 2 gil, hal" in text
    assert "not handed in ch02, 1 ada" in text
    assert "submitted/eve may not be &lt;listed&gt;" in text
    assert re.search("hal hal – not handed in", text)


def test_the_page_warns_where_students_code_ran_without_a_sandbox() -> None:
    assert "without a sandbox" not in class_page([replace(CLASS[0], rung="bubblewrap")])
    text = plain(class_page([replace(each, rung="none") for each in CLASS[:2]]))
    assert "Graded without a sandbox" in text
    assert "Submissions concerned: 2" in text
    assert text.count("no sandbox") == 2
    assert to_json(standings([replace(CLASS[0], rung="none")]))["submissions"][0]["rung"] == "none"


def test_questions_stand_in_lesson_order_under_labels_of_their_own() -> None:
    titles = {
        "why": {"en": "1.7 Question: why?", "zh": "1.7 问答：为什么？"},
        "loss": {"en": "1.6 The loss", "zh": "1.6 损失"},
        "grad": {"en": "1.7 The gradient", "zh": "1.7 梯度"},
    }
    lesson = {name: titles[name] for name in ("loss", "grad", "why")}
    assert [entry.label for entry in statistics_of(standings(CLASS), lesson)] == ["1.6", "1.7", "1.7 Q"]
    assert [entry.label for entry in statistics_of(standings(CLASS), lesson, "zh")] == ["1.6", "1.7", "1.7 问"]
    assert [entry.name for entry in statistics_of(standings(CLASS), titles)] == ["why", "loss", "grad"]
    alike = dict.fromkeys(titles, titles["grad"])
    labels = [entry.label for entry in statistics_of(standings(CLASS), alike)]
    assert len(set(labels)) == 3


def test_without_a_word_of_the_course_the_page_is_in_the_language_of_the_class() -> None:
    chinese = [replace(each, language="zh") for each in CLASS]
    assert "班级成绩报告" in class_page(chinese)
    assert "Class report" in class_page(chinese, language="en")
