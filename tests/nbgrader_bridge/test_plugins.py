"""nbgrader's own commands with our plugins."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from one_chapter import (
    NAME,
    RELEASE,
    REPORT,
    autograded,
    by_id,
    carry,
    gradebook,
    grades,
    link_to,
    source_notebook,
    submission,
    submit,
)

from autograder.grading.ledger import Ledger
from autograder.model.verdict import SubmissionOutcome
from autograder.nbgrader_bridge import (
    AutograderCsv,
    AutograderSave,
)

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def test_autograde_runs_our_judge_and_feedback_shows_its_findings(course: Path, api: NbGraderAPI) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    assert api.autograde(NAME, "student01")["success"]
    assert grades(course)["check_linear_loss"] == (0.7, None, False)
    assert grades(course)["why"] == (None, None, True)
    assert "The loss is a <em>sum</em>." in by_id(autograded(course))["check_linear_loss"].outputs[0].data["text/html"]
    with Ledger(f"sqlite:///{course}/ledger.db") as ledger:
        assert [grading.report.exercises for grading in ledger.latest()] == [REPORT.exercises]
    (shown,) = api.get_submissions(NAME)
    assert (shown["autograded"], shown["score"]) == (True, REPORT.score)

    assert api.generate_feedback(NAME, "student01")["success"]
    html = (course / "feedback" / "student01" / NAME / f"{NAME}.html").read_text()
    assert "The loss is a <em>sum</em>." in html
    assert "Score: 3.7 / 7.0" in " ".join(html.split())


def test_nothing_in_a_submission_runs_in_the_markers_browser(course: Path, api: NbGraderAPI) -> None:
    attack = '<img src=x onerror="alert(1)"> <script>alert(2)</script> [x](javascript:alert)'
    attack += " [x](java&#115;cript:alert) [x](< JavaScript\\:alert>) [x](< java\tscript:alert>) a < b & c"
    theirs = submission(why=attack, linear_loss=f"def linear_loss(x):\n    return 1  # {attack}")
    theirs.cells.insert(2, nbformat.v4.new_markdown_cell(attack))
    theirs.cells.insert(3, nbformat.v4.new_raw_cell(attack))
    theirs.cells.insert(4, nbformat.v4.new_raw_cell(attack, metadata={"raw_mimetype": "text/html"}))
    own = nbformat.v4.new_output("display_data", data={"text/html": attack, "text/markdown": attack})
    theirs.cells.insert(5, nbformat.v4.new_code_cell("1", outputs=[own]))
    submit(course, notebook=theirs, timestamp="2026-11-01 10:00:00 UTC")
    assert api.autograde(NAME, "student01")["success"]
    assert api.generate_feedback(NAME, "student01")["success"]
    html = (course / "feedback" / "student01" / NAME / f"{NAME}.html").read_text()
    assert html.count("onerror") >= 4  # it is shown
    for live in ("<img src=x", "<script>alert(2)"):
        assert live not in html
    hrefs = re.findall(r'href="([^"]*)"', html)
    assert not [href for href in hrefs if "".join(unescape(href).split()).lower().startswith("javascript:")]
    assert "a &lt; b &amp; c" in html


def test_autograde_and_write_scores_agree(course: Path, api: NbGraderAPI) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    assert api.autograde(NAME, "student01")["success"]
    first = grades(course)
    carry(course, REPORT)
    assert grades(course) == first


@pytest.mark.parametrize("exporter", [True, False])  # a course that was made before there was ours has nbgrader's
def test_autograde_without_a_bank_names_the_command_and_shows_no_traceback(
    course: Path, api: NbGraderAPI, exporter: bool
) -> None:
    if not exporter:
        del api.config.Autograde["exporter_class"]
    submit(course)
    shutil.rmtree(course / "bank")
    result = api.autograde(NAME, "student01")
    assert not result["success"]
    assert f"there is no bank of {NAME} in {course / 'bank'}: run `autograder bank {NAME}`" in result["log"]
    assert "Traceback" not in result["log"]


def test_autograde_with_a_damaged_release_names_the_command_and_shows_no_traceback(
    course: Path, api: NbGraderAPI
) -> None:
    submit(course)
    release = course / "release" / NAME / f"{NAME}.ipynb"
    release.chmod(0o644)
    release.write_text("{")
    result = api.autograde(NAME, "student01")
    assert not result["success"]
    log = " ".join(result["log"].split())
    assert f"{NAME}.ipynb cannot be read (" in log
    assert f"run `nbgrader generate_assignment {NAME} --force` in {course}" in log
    assert "Traceback" not in log


def test_autograde_without_the_bank_of_a_chapter_names_the_command(course: Path, api: NbGraderAPI) -> None:
    """It was "unreadable", with a zero in the gradebook."""
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    shutil.rmtree(course / "bank" / NAME)
    (course / "solutions" / NAME).mkdir(parents=True)
    result = api.autograde(NAME, "student01")
    assert not result["success"]
    assert f"there is no bank of {NAME} in {course / 'bank'}: run `autograder bank {NAME}`" in result["log"]


def test_a_notebook_of_ours_in_another_folder_is_not_graded_by_anybody(course: Path, real: NbGraderAPI) -> None:
    """nbgrader would run its tests as they stand there, which call a check that is not in the sandbox."""
    for tree in ("source", "submitted/student01"):
        (course / tree / "homework").mkdir(parents=True)
        nbformat.write(source_notebook(), course / tree / "homework" / f"{NAME}.ipynb")
    assert real.generate_assignment("homework")["success"]
    result = real.autograde("homework", "student01")
    assert not result["success"]
    log = " ".join(result["log"].split())
    assert f"homework/{NAME}.ipynb is the notebook of {NAME}: call it {NAME}/{NAME}.ipynb in source/" in log


def test_autograde_with_a_stale_or_damaged_bank_names_the_command(course: Path, api: NbGraderAPI) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    own = course / "bank" / NAME
    assert api.autograde(NAME, "student01")["success"]  # a bank alone cannot be stale
    (course / "solutions" / NAME).mkdir(parents=True)
    (course / "solutions" / NAME / "00_chapter.py").write_text("# %% setup\n", encoding="utf-8")
    assert "was made from other sources" in api.autograde(NAME, "student01", force=True)["log"]
    (own / "arrays.npz").write_bytes(b"half")
    assert f"is damaged, arrays.npz is not what bank.json says: run `autograder bank {NAME}`" in api.autograde(
        NAME, "student01", force=True
    )["log"].replace("\n", " ")


def test_autograde_does_not_follow_a_link(course: Path, api: NbGraderAPI) -> None:
    secret = course / "secret.ipynb"
    nbformat.write(submission(linear_loss="SECRET = 1"), secret)
    link_to(submit(course, timestamp="2026-11-01 10:00:00 UTC"), secret)
    assert api.autograde(NAME, "student01")["success"]
    assert set(grades(course).values()) == {(None, None, True)}
    assert "SECRET" not in nbformat.writes(autograded(course))
    assert "is a link to another place" in autograded(course).cells[0].source


def test_saving_without_grading_is_explained(course: Path) -> None:
    with pytest.raises(ValueError, match="put AutograderExecute before it"):
        AutograderSave().preprocess(RELEASE, {"nbgrader": {}})


def test_the_exporter_quotes_and_disarms(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        book.update_or_create_student("student01", last_name="=cmd()", first_name="a, b")
        book.update_or_create_student("student02")
        AutograderCsv(to=str(course / "grades.csv")).export(book)
    header, second, first = (course / "grades.csv").read_text().splitlines()
    assert header.startswith('"assignment","duedate","timestamp","student_id"')
    assert first == f'"{NAME}","","2026-11-01 10:00:00","student01","\'=cmd()","a, b","",3.7,0.0,3.7,7.0'
    assert second == f'"{NAME}","","","student02","","","",0.0,0.0,0.0,7.0'


@pytest.mark.parametrize("outcome", [SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADER_ERROR])
def test_the_exporter_leaves_open_what_is_not_settled_until_somebody_decides(
    course: Path, outcome: SubmissionOutcome
) -> None:
    def exported() -> str:
        with gradebook(course) as book:
            AutograderCsv(to=str(course / "grades.csv")).export(book)
        return (course / "grades.csv").read_text().splitlines()[1]

    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, replace(REPORT, outcome=outcome, exercises=()))
    assert exported() == f'"{NAME}","","2026-11-01 10:00:00","student01","","","","",0.0,"",7.0'
    with gradebook(course) as book:
        book.find_submission_notebook(NAME, NAME, "student01").grades[0].manual_score = 0.0
        book.db.commit()
    assert exported().endswith(",0.0,0.0,0.0,7.0")
