"""The ledger's records: what an earlier autograder wrote is shown and counts; what a later one wrote is refused."""

from __future__ import annotations

import json
import sqlite3
import string
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import TINY, Run, by_name, misuse

from autograder.grading.ledger import Grading, Ledger
from autograder.grading.records import VERSION, from_record, to_record
from autograder.model.texts import texts
from autograder.model.verdict import Finding, Note, Outcome, Report
from autograder.report.feedback import inline, render_markdown
from autograder.report.standing import Standing

WRITTEN = Path(__file__).with_name("ledger_version_1.sql")  # gradings of the small chapter, before records had versions
STUDENTS = ("ada", "bo", "cy", "di", "ed", "flo")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of version 1: right and wrong answers, hints, notes, unreadable files, a grader error."""
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(WRITTEN.read_text(encoding="utf-8"))
    connection.close()
    return path


def gradings(path: Path) -> list[Grading]:
    with Ledger(f"sqlite:///{path}") as ledger:
        return ledger.all()


def words_in(path: Path) -> dict[str, list[str]]:
    """Everything that version 1 says to each student, in the language of the notebook."""
    with sqlite3.connect(path) as connection:
        records = [json.loads(row[0]) for row in connection.execute("SELECT report FROM gradings")]
    connection.close()
    return {
        record["student"]: [
            said["message"][record["language"]]
            for said in [*record["notes"], *(said for each in record["exercises"] for said in each["findings"])]
        ]
        for record in records
    }


def test_what_was_said_is_said_again_in_the_same_words(path: Path) -> None:
    written = words_in(path)
    assert tuple(written) == STUDENTS
    for grading in gradings(path):
        page = render_markdown(Standing(grading.report), {})
        assert written[grading.report.student]
        for words in written[grading.report.student]:
            assert inline.to_markdown(words) in page
    page = render_markdown(Standing(gradings(path)[1].report), {})
    assert "- ✗ 数值：结果的值不对。" in page  # once, with the group in front, as in its own time
    assert "- ✓ 数值：正确。" in page
    assert "数值：数值" not in page


def test_outcomes_points_and_hints_are_as_they_were(path: Path) -> None:
    reports = {grading.report.student: grading.report for grading in gradings(path)}
    assert [(report.outcome, report.score) for report in reports.values()] == [
        ("GRADED", 11.0), ("GRADED", 6.75), ("GRADED", 7.0), ("UNREADABLE", 0.0), ("UNREADABLE", 0.0), ("GRADED", 8.0),
    ]  # fmt: skip
    wrong = by_name(reports["bo"])["line_loss"]
    assert wrong.mistake == "mean_for_sum"
    assert wrong.hint
    assert by_name(reports["bo"])["line_grad"].outcome is Outcome.PARTIAL
    assert reports["flo"].has_grader_error
    for report in reports.values():
        assert from_record(json.loads(json.dumps(to_record(report)))) == report


def test_early_records_name_a_case_in_english_alone() -> None:
    said = {"code": "wrong_value", "message": {"en": "No.", "zh": "不。"}, "group": "values", "passed": False}
    exercise = {"name": "a", "outcome": "FAILED", "points": 0, "max_points": 1,
                "findings": [{**said, "case": "tiny"}, {**said, "case": ""}]}  # fmt: skip
    record = {"student": "ada", "assignment": "one", "language": "en", "outcome": "GRADED", "submission": "s",
              "bank": "b", "engine": "e", "draw": 0, "notes": [], "exercises": [exercise]}  # fmt: skip
    assert [dict(finding.case) for finding in from_record(record).exercises[0].findings] == [{"en": "tiny"}, {}]


def test_a_record_of_version_2_knows_no_answer_and_loses_nothing_else(grade: Callable[..., Report]) -> None:
    report = grade({"line_loss": "def line_loss(w, b, X, y):\n    return 7.0\n"})
    record = json.loads(json.dumps({**to_record(report), "version": 2}))
    for each in record["exercises"]:
        assert each.pop("answer")
    exercises = tuple(replace(each, answer=None) for each in report.exercises)
    assert from_record(record) == replace(report, exercises=exercises)


def test_every_command_reads_an_earlier_ledger(run: Run, path: Path) -> None:
    code, output, _ = run("history", "bo", "--ledger", path, "--json")
    assert (code, json.loads(output)["gradings"][0]["score"]) == (0, 6.75)
    code, output, _ = run("export", "--format", "json", "--ledger", path)
    told = {each["student"]: each for each in json.loads(output)["submissions"]}
    assert (code, told["di"]["notes"][0].startswith("The file is damaged")) == (0, True)
    assert "`no_such_package`" in " ".join(told["cy"]["exercises"][0]["messages"])


def test_an_earlier_grading_counts_and_another_beside_it_is_of_this_version(
    path: Path, grade: Callable[..., Report]
) -> None:
    (bo,) = [grading.report for grading in gradings(path) if grading.report.student == "bo"]
    again = replace(grade({"line_loss": "def line_loss(w, b, X, y):\n    return 7.0\n"}), student="bo", assignment=TINY)
    with Ledger(f"sqlite:///{path}") as ledger:
        assert ledger.find(bo.student, bo.assignment, bo.submission, bo.bank, bo.engine) == bo
        assert not ledger.record(bo, "again.ipynb")
        assert ledger.record(again, "later.ipynb")
        assert [grading.report for grading in ledger.history("bo")] == [bo, again]
    with sqlite3.connect(path) as connection:
        (newest,) = connection.execute("SELECT report FROM gradings ORDER BY number DESC LIMIT 1").fetchone()
    connection.close()
    assert json.loads(newest)["version"] == VERSION


def test_a_grading_of_a_later_autograder_is_one_sentence(run: Run, path: Path) -> None:
    with Ledger(f"sqlite:///{path}") as ledger:
        report = replace(ledger.all()[0].report, student="zoe", engine="9.0")
        ledger.record(report, "zoe.ipynb")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER gradings_no_update")
        connection.execute(
            "UPDATE gradings SET report = replace(report, ?, ?)", (f'"version": {VERSION}', f'"version": {VERSION + 1}')
        )
    connection.close()
    sentence = misuse(run, "history", "zoe", "--ledger", path)
    assert f"was recorded by a later autograder (9.0: its records are of version {VERSION + 1}" in sentence


def test_no_sentence_of_this_version_is_taken_away_or_asks_for_other_values() -> None:
    """Ledgers are full of them: whoever changes one here writes an upgrade, and these files for the next version."""
    known = json.loads(Path(__file__).with_name(f"sentences_version_{VERSION}.json").read_text(encoding="utf-8"))
    today = {code: fields_of(text) for code, text in texts("en").items()}
    assert {code: fields for code, fields in known.items() if sorted(today.get(code, "gone")) != fields} == {}


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_what_cannot_be_told_is_no_record() -> None:
    report = Report("ada", "one", "en", "GRADED", "s", "b", "e", 0, (Note("note_edited", {"cells": ["`a`"]}),))  # type: ignore[arg-type]
    record = to_record(report)
    for notes in ([{"code": "note_edited", "values": {}}], [{"code": "of_tomorrow", "values": {}}], [{"code": "x"}]):
        with pytest.raises(KeyError):
            from_record({**record, "notes": notes})
    assert Finding("not_attempted").values == {}
