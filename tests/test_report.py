"""The instructor's reports: who did what, what went wrong most, and who needs a person."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

from rich.console import Console

from autograder.report import CSV_COLUMNS, class_table, csv_text, render_class_html, statistics_of, to_csv, to_json
from autograder.verdict import ExerciseVerdict, Note, Outcome, Report, SubmissionOutcome

TITLES = {"loss": {"en": "1.2 The loss", "zh": "1.2 损失"}, "why": {"en": "Why?", "zh": "为什么？"}}
HINT = {"en": "Use `np.sum`.", "zh": "用 `np.sum`。"}


def answers(*outcomes: Outcome, mistake: str | None = None) -> tuple[ExerciseVerdict, ...]:
    names = ("loss", "grad", "why")
    points = {Outcome.PASSED: 2.0, Outcome.PARTIAL: 1.0}
    return tuple(
        ExerciseVerdict(
            name,
            outcome,
            points.get(outcome, 0.0),
            2.0,
            mistake=mistake if outcome is Outcome.FAILED else None,
            hint=HINT if mistake and outcome is Outcome.FAILED else None,
        )
        for name, outcome in zip(names, outcomes, strict=True)
    )


def report(student: str, *outcomes: Outcome, mistake: str | None = None) -> Report:
    exercises = answers(*outcomes, mistake=mistake)
    return Report(student, "ch01", "en", SubmissionOutcome.GRADED, student, "b", "0.1.0", 0, exercises=exercises)


P, H, F, N, W, E = Outcome
NOTE = Note("note_edited", {"en": "A cell was restored.", "zh": "恢复了一个单元格。"})
CLASS = [
    report("ada", P, P, W),
    replace(report("bo", F, H, W, mistake="mean_for_sum"), notes=(NOTE,)),
    report("cy", F, N, W, mistake="mean_for_sum"),
    report("di", F, E, W, mistake="half"),
    replace(report("ed", P, P, W), outcome=SubmissionOutcome.UNREADABLE, exercises=()),
    replace(report("flo", P, P, W), outcome=SubmissionOutcome.GRADER_ERROR, exercises=()),
]


def plain(html: str) -> str:
    return " ".join(re.sub(r"<style.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_statistics_count_right_answers_and_mistakes() -> None:
    loss, grad, why = statistics_of(CLASS, TITLES)
    assert (loss.label, grad.label, why.label) == ("1.2", "2", "3")
    assert loss.success == 25.0
    assert grad.success == 100 / 3  # the grader's fault is nobody's
    assert why.success is None
    assert loss.mistakes == (("mean_for_sum", 2), ("half", 1))
    assert loss.hints["half"] == HINT


def test_the_page_shows_class_exercises_and_who_needs_a_person() -> None:
    html = render_class_html(CLASS, TITLES, links={("ada", "ch01"): "feedback/ada/ch01.html"}, course="ML")
    text = plain(html)
    assert '<a href="feedback/ada/ch01.html">ada</a>' in html
    assert "6 submissions" in text
    assert "2 mean for sum" in text
    assert "1.2 The loss 25 %" in text
    assert "the whole submission ch01, 1 flo" in text
    assert "grad ch01, 1 di" in text
    assert "Why? ch01, 4 ada bo cy di" in text
    assert "A cell was restored." in text
    assert text.index("flo") < text.index("Why?")  # faults of ours first
    assert html.count('class="chip GRADER_ERROR">blocked') == 2  # di and flo have no score
    assert "unreadable" in text


def test_the_page_speaks_chinese() -> None:
    text = plain(render_class_html(CLASS, TITLES, language="zh"))
    assert "班级成绩报告" in text
    assert "1.2 损失" in text
    assert "恢复了一个单元格。" in text
    for word in ("submissions", "Students", "Right", "blocked"):
        assert word not in text


def test_the_page_of_an_empty_class_says_so() -> None:
    assert "No submissions yet." in plain(render_class_html([], TITLES))


def test_each_assignment_has_its_own_table() -> None:
    html = render_class_html([*CLASS, replace(CLASS[0], assignment="ch02")], TITLES)
    assert html.count('<table class="grid">') == 2


def test_names_and_links_are_only_text() -> None:
    hostile = replace(CLASS[1], student="<img src=x onerror=alert(1)>", notes=(Note("n", {"en": "<b>", "zh": "<b>"}),))
    links = {(hostile.student, "ch01"): 'javascript:alert(1)/"x.html'}
    html = render_class_html([hostile], {}, links=links)
    assert "<img" not in html
    assert "<b>" not in plain(html)
    assert "javascript:" not in html
    assert 'href="javascript%3Aalert%281%29/%22x.html"' in html


def printed(reports: list[Report]) -> str:
    console = Console(width=100, file=io.StringIO(), force_terminal=False)
    console.print(class_table(reports))
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


def test_json_has_exactly_the_promised_keys() -> None:
    result = to_json([CLASS[1], CLASS[3], CLASS[5], replace(CLASS[1], student="zo", language="zh")])
    json.dumps(result)
    assert set(result) == {"submissions", "needs_a_person"}
    first = result["submissions"][0]
    assert list(first) == ["student", "assignment", "outcome", "score", "max_score", "rung", "notes", "exercises"]
    assert first["exercises"][0] == {
        "name": "loss",
        "outcome": "FAILED",
        "points": 0.0,
        "max_points": 2.0,
        "mistake": "mean_for_sum",
    }
    assert first["notes"] == ["A cell was restored."]
    assert result["submissions"][3]["notes"] == ["恢复了一个单元格。"]
    assert result["needs_a_person"][:4] == [
        "bo/ch01/why",
        "di/ch01/grad",
        "di/ch01/why",
        "flo/ch01/the whole submission",
    ]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_nbgraders_columns_and_no_zero_for_a_fault_of_ours() -> None:
    rows = rows_of(to_csv(CLASS, {"ada": {"last_name": "L, the first", "first_name": 'A "da"', "email": "a@b.c"}}))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert (rows[0]["last_name"], rows[0]["first_name"]) == ("L, the first", 'A "da"')
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
