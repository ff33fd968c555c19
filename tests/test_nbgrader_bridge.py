"""nbgrader around our judge: its gradebook, its formgrader's notebooks, its autograde and its feedback."""

from __future__ import annotations

import copy
import json
import logging
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells
from nbgrader.utils import determine_grade
from traitlets.config import Config

from autograder import grading
from autograder.intake import Intake, SubmissionUnreadable, take
from autograder.ledger import Ledger
from autograder.nbgrader_bridge import (
    AutograderCsv,
    AutograderExecute,
    AutograderSave,
    GradebookUnusable,
    graded_notebook,
    write_scores,
)
from autograder.nbgrader_bridge.gradebook import own_commands_on_path
from autograder.submission import unreadable_report
from autograder.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome

NAME = "ch01_regression"
PNG = "iVBORw0KGgo="


def cell(kind: str, source: str, grade_id: str, **nbgrader: Any) -> NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    own = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "cell_type": kind}
    return make(source, id=grade_id, metadata={"nbgrader": {**own, "grade_id": grade_id, **nbgrader}})


def answer(name: str, points: float) -> list[NotebookNode]:
    source = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    check = cell("code", f'check("{name}")', f"check_{name}", grade=True, locked=True, points=points)
    return [cell("code", source, name, solution=True), check]


def source_notebook() -> NotebookNode:
    cells = [
        cell("markdown", "# Regression", "text_01", locked=True),
        cell("code", "import numpy as np", "setup_01", locked=True),
        *answer("linear_loss", 2),
        *answer("linear_grad", 3),
        cell("code", "plot()", "demo_01", locked=True),
        cell("markdown", "### BEGIN SOLUTION\nlong\n### END SOLUTION", "why", grade=True, solution=True, points=2),
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


def release_notebook() -> NotebookNode:
    notebook, resources = source_notebook(), {}
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        notebook, resources = step().preprocess(notebook, resources)
    return notebook


RELEASE = release_notebook()
NOTEBOOKS = {(NAME, "en"): RELEASE}
HINT = {"en": "The loss is a *sum*.", "zh": "损失是*总和*。"}
LOSS = ExerciseVerdict(
    "linear_loss", Outcome.PARTIAL, 0.7, 2, "mean_for_sum", HINT, (Finding("wrong", {"en": "wrong", "zh": "不对"}),)
)
GRAD = ExerciseVerdict("linear_grad", Outcome.PASSED, 3, 3)
WHY = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2)
REPORT = Report(
    "student01", NAME, "en", SubmissionOutcome.GRADED, "s" * 64, "b" * 64, "0.1.0", 0, exercises=(LOSS, GRAD, WHY)
)


def submission(**changes: str) -> NotebookNode:
    """A submission with answers; `changes` replaces the source of cells."""
    notebook = copy.deepcopy(RELEASE)
    sources = {"linear_loss": "def linear_loss(x):\n    return 1", "why": "Because.", **changes}
    for each in notebook.cells:
        each.source = sources.get(each.metadata.nbgrader.grade_id, each.source)
    return notebook


def submit(course: Path, student: str = "student01", notebook: NotebookNode | None = None, timestamp: str = "") -> Path:
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook or submission(), folder / f"{NAME}.ipynb")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder / f"{NAME}.ipynb"


def carry(
    course: Path, *reports: Report, notebooks: Mapping[tuple[str, str], NotebookNode] = NOTEBOOKS
) -> tuple[str, ...]:
    """Write the scores of the files that lie in `submitted/`, as if they had just been graded."""
    places = [course / "submitted" / report.student / NAME / f"{NAME}.ipynb" for report in reports]
    digests = [take(place).digest if "\0" not in str(place) else "" for place in places]
    graded_now = [replace(report, submission=digest) for report, digest in zip(reports, digests, strict=True)]
    return write_scores(course, graded_now, notebooks)


pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader takes a second to make one."""
    folder = tmp_path_factory.mktemp("empty")
    gradebook(folder).close()
    return folder / "gradebook.db"


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Path:
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'ml'\nc.CourseDirectory.db_url = 'sqlite:///gradebook.db'\n"
    )
    return tmp_path


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """nbgrader replaces handlers of the traitlets logger; leave it as it was."""
    logger = logging.getLogger("traitlets")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:], logger.level = handlers, level


def gradebook(course: Path) -> Gradebook:
    with own_commands_on_path():
        return Gradebook(f"sqlite:///{course}/gradebook.db", "ml")


def grades(course: Path, student: str = "student01") -> dict[str, tuple[float | None, float | None, bool]]:
    with gradebook(course) as book:
        entry = book.find_submission_notebook(NAME, NAME, student)
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in entry.grades}


def autograded(course: Path, student: str = "student01") -> NotebookNode:
    return nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)


def by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {each.metadata.nbgrader.grade_id: each for each in notebook.cells if "nbgrader" in each.metadata}


# --- the gradebook ---------------------------------------------------------------------------------------------------


def test_the_gradebook_has_exactly_the_reports_scores(course: Path) -> None:
    submit(course)
    assert carry(course, REPORT) == ()
    assert grades(course) == {
        "check_linear_loss": (0.7, None, False),
        "check_linear_grad": (3.0, None, False),
        "why": (None, None, True),
    }
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.max_score) == (REPORT.score, REPORT.max_score)
        assert book.find_assignment(NAME).course_id == "ml"
        assert book.find_comment("linear_loss", NAME, NAME, "student01").auto_comment == "The loss is a sum."


def test_the_entries_are_those_that_generate_assignment_makes(course: Path, tmp_path: Path) -> None:
    submit(course)
    carry(course, REPORT)
    other = tmp_path / "other"
    (other / "source" / NAME).mkdir(parents=True)
    shutil.copy(course / "gradebook.db", other)
    with gradebook(other) as book:
        book.remove_assignment(NAME)
    nbformat.write(source_notebook(), other / "source" / NAME / f"{NAME}.ipynb")
    config = Config()
    config.CourseDirectory.root = str(other)
    config.CourseDirectory.db_url = f"sqlite:///{other}/gradebook.db"
    config.CourseDirectory.course_id = "ml"
    assert NbGraderAPI(config=config).generate_assignment(NAME)["success"]

    def entries(folder: Path) -> list[tuple[Any, ...]]:
        with gradebook(folder) as book:
            notebook = book.find_notebook(NAME, NAME)
            cells = [(c.name, c.cell_type, c.locked, c.source, c.checksum) for c in notebook.source_cells]
            points = [(c.name, c.cell_type, c.max_score) for c in notebook.grade_cells]
            return [sorted(cells), sorted(points), sorted(c.name for c in notebook.solution_cells), notebook.kernelspec]

    assert entries(course) == entries(other)


def test_writing_twice_changes_nothing(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    first = grades(course), autograded(course)
    carry(course, REPORT)
    assert (grades(course), autograded(course)) == first


def mark_by_hand(course: Path) -> None:
    with gradebook(course) as book:
        for name, score in (("why", 1.5), ("check_linear_loss", 2.0)):
            grade = book.find_grade(name, NAME, NAME, "student01")
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("why", NAME, NAME, "student01").manual_comment = "Nice."
        book.db.commit()


def test_a_regrade_keeps_manual_scores_and_comments(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    mark_by_hand(course)
    carry(course, REPORT)
    assert grades(course)["why"] == (None, 1.5, False)
    assert grades(course)["check_linear_loss"] == (0.7, 2.0, False)
    better = replace(REPORT, exercises=(replace(LOSS, outcome=Outcome.PASSED, points=2), GRAD, WHY))
    carry(course, better)
    assert grades(course)["check_linear_loss"] == (2.0, 2.0, True)  # the automatic score changed: look again
    assert grades(course)["why"] == (None, 1.5, False)
    with gradebook(course) as book:
        assert book.find_comment("why", NAME, NAME, "student01").comment == "Nice."
        assert book.find_submission(NAME, "student01").score == 6.5


def test_a_new_written_answer_is_put_before_a_person_again(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    mark_by_hand(course)
    submit(course, notebook=submission(why="On second thoughts."))
    carry(course, replace(REPORT, submission="t" * 64))
    assert grades(course)["why"] == (None, 1.5, True)


def test_a_fault_of_ours_is_never_a_zero(course: Path) -> None:
    submit(course)
    broken = replace(LOSS, outcome=Outcome.GRADER_ERROR, points=0, hint=None, mistake=None)
    carry(course, replace(REPORT, exercises=(broken, GRAD, WHY)))
    assert grades(course)["check_linear_loss"] == (None, None, True)
    carry(course, replace(REPORT, outcome=SubmissionOutcome.GRADER_ERROR, exercises=()))
    assert set(grades(course).values()) == {(None, None, True)}


def test_an_unreadable_submission_gets_nothing_and_a_page_that_says_why(course: Path) -> None:
    submit(course).write_text('{"cells": [')
    note = Note("unreadable_json", {"en": "The file is damaged.", "zh": "文件已损坏。"})
    carry(course, replace(REPORT, outcome=SubmissionOutcome.UNREADABLE, exercises=(), notes=(note,)))
    assert set(grades(course).values()) == {(0.0, None, False)}
    assert "The file is damaged." in autograded(course).cells[0].source


def test_what_was_not_attempted_says_so_in_the_notebooks_language(course: Path) -> None:
    submit(course)
    untouched = replace(LOSS, outcome=Outcome.NOT_ATTEMPTED, points=0, hint=None, mistake=None)
    carry(course, replace(REPORT, language="zh", exercises=(untouched, GRAD, WHY)))
    with gradebook(course) as book:
        assert book.find_comment("linear_loss", NAME, NAME, "student01").auto_comment == "未作答"


def test_points_of_a_bonus_may_exceed_the_maximum(course: Path) -> None:
    release = copy.deepcopy(RELEASE)
    by_id(release)["check_linear_grad"].metadata.nbgrader.points = 0
    submit(course)
    report = replace(REPORT, exercises=(LOSS, replace(GRAD, extra=True), WHY))
    carry(course, report, notebooks={(NAME, "en"): release})
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.max_score) == (report.score, report.max_score) == (3.7, 4.0)


# --- time ------------------------------------------------------------------------------------------------------------


def test_the_time_of_submission_stays_and_late_penalties_apply(course: Path) -> None:
    plugin = (
        "\nfrom nbgrader.plugins import LateSubmissionPlugin\n"
        "class OneHour(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student, score, seconds): return seconds / 3600\n"
        "c.AssignLatePenalties.plugin_class = OneHour\n"
    )
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(plugin)
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate="2026-11-01 08:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert entry.timestamp.isoformat() == "2026-11-01T10:00:00"
        assert entry.total_seconds_late == 7200
        assert entry.late_submission_penalty == 2.0
        book.grant_extension(NAME, "student01", days=1)
    (course / "submitted" / "student01" / NAME / "timestamp.txt").unlink()
    carry(course, REPORT)
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert entry.timestamp.isoformat() == "2026-11-01T10:00:00"
        assert not entry.late_submission_penalty


def test_formgrader_sees_the_submission_as_graded(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    (course / "source" / NAME).mkdir(parents=True)
    nbformat.write(source_notebook(), course / "source" / NAME / f"{NAME}.ipynb")
    carry(course, REPORT)
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = "ml"
    api = NbGraderAPI(config=config)
    (shown,) = api.get_submissions(NAME)
    assert shown["autograded"]
    assert shown["needs_manual_grade"]
    assert (shown["score"], shown["max_score"]) == (REPORT.score, 7.0)
    assert api.get_assignment(NAME)["num_submissions"] == 1
    (submitted,) = api.get_notebook_submissions(NAME, NAME)
    assert (submitted["code_score"], submitted["max_written_score"]) == (3.7, 2.0)


# --- the autograded notebook -----------------------------------------------------------------------------------------


def graded(tmp_path: Path, notebook: NotebookNode, report: Report = REPORT) -> NotebookNode:
    path = tmp_path / "submitted.ipynb"
    path.write_text(json.dumps(notebook))
    result = graded_notebook(RELEASE, path.read_bytes(), report)
    nbformat.validate(result)
    MetadataValidator().validate_nb(result)
    return result


def test_the_answers_are_the_students_and_the_rest_is_ours(tmp_path: Path) -> None:
    theirs = submission(check_linear_loss="check = 100", setup_01="import antigravity", text_01="# Hacked")
    theirs.cells = [each for each in theirs.cells if each.metadata.nbgrader.grade_id != "check_linear_grad"]
    result = by_id(graded(tmp_path, theirs))
    assert list(result) == list(by_id(RELEASE))
    assert result["linear_loss"].source == "def linear_loss(x):\n    return 1"
    assert result["why"].source == "Because."
    for name in ("text_01", "setup_01", "check_linear_loss", "check_linear_grad"):
        assert result[name].source == by_id(RELEASE)[name].source
    for name, each in result.items():
        assert each.metadata == by_id(RELEASE)[name].metadata


def test_the_findings_are_the_output_of_the_test_cell(tmp_path: Path) -> None:
    outputs = by_id(graded(tmp_path, submission()))["check_linear_loss"].outputs
    assert len(outputs) == 1
    assert "The loss is a <em>sum</em>." in outputs[0].data["text/html"]
    assert "0.7 / 2 points" in outputs[0].data["text/html"]


def test_nbgraders_own_reading_of_the_notebook_gives_the_same_points(tmp_path: Path) -> None:
    zero = replace(LOSS, outcome=Outcome.FAILED, points=0)
    for report in (REPORT, replace(REPORT, exercises=(zero, GRAD, WHY))):
        cells = by_id(graded(tmp_path, submission(), report))
        for exercise in report.exercises[:2]:
            assert determine_grade(cells[f"check_{exercise.name}"]) == (exercise.points, exercise.max_points)


def test_the_students_own_cells_stay_where_they_were(tmp_path: Path) -> None:
    theirs = submission()
    theirs.cells.insert(3, nbformat.v4.new_code_cell("scratch = 1"))
    theirs.cells.insert(0, nbformat.v4.new_markdown_cell("my notes"))
    theirs.cells.append(nbformat.v4.new_raw_cell("raw"))
    sources = [each.source for each in graded(tmp_path, theirs).cells]
    assert sources[0] == "my notes"
    assert sources.index("scratch = 1") == sources.index("def linear_loss(x):\n    return 1") + 1
    assert sources[-1] == "raw"


def test_the_last_of_two_answers_counts_and_both_are_shown(tmp_path: Path) -> None:
    theirs = submission()
    second = copy.deepcopy(by_id(theirs)["linear_loss"])
    second.source = "def linear_loss(x):\n    return 2"
    theirs.cells.append(second)
    result = graded(tmp_path, theirs)
    assert by_id(result)["linear_loss"].source == second.source
    assert "def linear_loss(x):\n    return 1" in [each.source for each in result.cells]


def test_answers_without_labels_are_found_by_their_function(tmp_path: Path) -> None:
    theirs = submission()
    for each in theirs.cells:
        each.metadata = {}
    assert by_id(graded(tmp_path, theirs))["linear_loss"].source == "def linear_loss(x):\n    return 1"


def test_only_text_and_images_of_the_students_outputs_are_kept(tmp_path: Path) -> None:
    theirs = submission()
    demo = by_id(theirs)["demo_01"]
    demo.outputs = [
        {"output_type": "stream", "name": "stderr", "text": ["warn", "ing"]},
        {
            "output_type": "display_data",
            "data": {"text/html": "<script>alert(1)</script>", "image/png": PNG, "text/plain": "<Figure>"},
            "metadata": {"image/png": {"width": '" onload="alert(1)'}},
        },
        {"output_type": "execute_result", "data": {"image/png": '"><script>', "image/svg+xml": "<svg/>"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["trace", 3]},
        {"output_type": "update_display_data"},
        "nonsense",
    ]
    outputs = by_id(graded(tmp_path, theirs))["demo_01"].outputs
    assert [output.output_type for output in outputs] == ["stream", "display_data", "stream"]
    assert outputs[0].text == "warning"
    assert outputs[1].data == {"image/png": PNG, "text/plain": "<Figure>"}
    assert outputs[1].metadata == {}
    assert outputs[2].text == "trace"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"cells": 3}',
        '{"cells": [3, {}, {"cell_type": "code"}, {"cell_type": "x", "source": 4, "metadata": 5}]}',
        '{"nbformat": 3, "worksheets": 7}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a", 1], "metadata": {"nbgrader": 1}}]}',
        '{"cells": [{"cell_type": "markdown", "source": "\\ud800", "attachments": {"a": 1, "b": {"image/png": "<"}}}]}',
        "[" * 100_000,
    ],
)
def test_any_file_gives_a_notebook_that_opens(content: str) -> None:
    result = graded_notebook(
        RELEASE, content.encode(), replace(REPORT, notes=(Note("n", {"en": "\ud800", "zh": "\ud800"}),))
    )
    nbformat.validate(result)
    nbformat.writes(result).encode()
    assert list(by_id(result)) == list(by_id(RELEASE))


def test_pasted_images_of_a_written_answer_stay(tmp_path: Path) -> None:
    theirs = submission(why="![](attachment:a.png)")
    by_id(theirs)["why"].attachments = {"a.png": {"image/png": PNG}, "b.svg": {"image/svg+xml": "<svg/>"}}
    assert by_id(graded(tmp_path, theirs))["why"].attachments == {"a.png": {"image/png": PNG}}


# --- what cannot be written ------------------------------------------------------------------------------------------


def test_a_locked_gradebook_is_named_without_a_traceback(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    submit(course)
    carry(course, REPORT)
    config = (course / "nbgrader_config.py").read_text().replace("gradebook.db'", "gradebook.db?timeout=0.05'")
    (course / "nbgrader_config.py").write_text(config)
    holder = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookUnusable, match=r"gradebook\.db is locked: close formgrader"):
        carry(course, REPORT)
    holder.close()
    assert not caplog.records


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda course: (course / "gradebook.db").write_text("not a database" * 100), "damaged or not a database"),
        (lambda course: [(course / "gradebook.db").unlink(), (course / "gradebook.db").mkdir()], "cannot be written"),
        (lambda course: (course / "nbgrader_config.py").write_text("c = ("), "cannot be loaded: SyntaxError"),
    ],
)
def test_an_unusable_course_is_named_with_a_way_out(course: Path, prepare: Any, sentence: str) -> None:
    prepare(course)
    submit(course)
    with pytest.raises(GradebookUnusable, match=sentence) as caught:
        carry(course, REPORT)
    assert str(course) in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookUnusable, match="is not a folder"):
        write_scores(tmp_path / "none", [REPORT], NOTEBOOKS)


def test_an_assignment_without_a_released_notebook_is_named(course: Path) -> None:
    with pytest.raises(GradebookUnusable, match=f"no released notebook of {NAME}"):
        write_scores(course, [REPORT], {})


def test_an_unreadable_file_that_belongs_nowhere_does_not_stop_the_others(course: Path) -> None:
    submit(course)
    stray = replace(REPORT, student="student02", assignment="homework", outcome=SubmissionOutcome.UNREADABLE)
    assert carry(course, stray, REPORT) == ()
    assert grades(course)["check_linear_grad"] == (3.0, None, False)


@pytest.mark.parametrize("name", ["../outside", "..", "a/b", "", "a\0", "a\\b", "caf\udce9"])
def test_a_name_that_cannot_be_a_folders_leaves_out_that_student_alone(course: Path, name: str) -> None:
    """One such name stopped the whole class, or everybody sorted after it."""
    submit(course)
    (note,) = carry(course, replace(REPORT, student=name), REPORT)
    assert note.startswith(f"{name} · {NAME} is not in the gradebook: ")
    assert "Rename the file or folder" in note
    assert grades(course)["check_linear_grad"] == (3.0, None, False)
    assert [path.name for path in (course / "autograded").iterdir()] == ["student01"]


def test_a_notebook_that_cannot_be_written_is_a_note_and_everybodys_scores_are_there(course: Path) -> None:
    submit(course)
    submit(course, "student00")
    (course / "autograded").mkdir()
    (course / "autograded" / "student00").write_text("in the way")
    (note,) = carry(course, replace(REPORT, student="student00"), REPORT)
    assert note.startswith(f"student00 · {NAME}: the notebook for formgrader was not written: ")
    for student in ("student00", "student01"):
        assert grades(course, student)["check_linear_grad"] == (3.0, None, False)


def test_what_has_changed_since_it_was_graded_is_not_shown_as_graded(course: Path) -> None:
    path = submit(course)
    report = replace(REPORT, submission=take(path).digest)
    submit(course, notebook=submission(linear_loss="def linear_loss(x):\n    return 'better'"))
    (note,) = write_scores(course, [report], NOTEBOOKS)
    assert "has changed since it was graded. Run the same command again" in note
    assert not (course / "autograded" / "student01").exists()


def link_to(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def test_a_link_is_never_copied_into_the_students_autograded_notebook(course: Path) -> None:
    """A link to the instructor's source came back to the student, solutions and all."""
    secret = course / "secret.ipynb"
    nbformat.write(submission(linear_loss="SECRET = 1"), secret)
    link_to(submit(course), secret)
    note = Note("unreadable_link", {"en": "It is a link.", "zh": "是链接。"})
    for outcome in (SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADED):
        carry(course, replace(REPORT, outcome=outcome, notes=(note,)))
        text = nbformat.writes(autograded(course))
        assert "SECRET" not in text
        assert "It is a link." in text


def fifo(place: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize(
    "plant",
    [
        fifo,
        lambda place: place.symlink_to("/dev/zero"),
        lambda place: place.symlink_to("/etc/hostname"),
        lambda place: place.write_text("tomorrow, or so"),
        lambda place: place.write_text("1 2 3 4 5 6 7 99999999999999999999"),
        lambda place: place.write_bytes(b"\xff" * 100),
        lambda place: place.write_text("2026-11-01" * 1000),
        Path.mkdir,
    ],
)
def test_a_timestamp_is_a_students_file_too(course: Path, plant: Any) -> None:
    """nbgrader's reader waited for a pipe, followed links, and ended the program for a text that is no time."""
    plant(submit(course).with_name("timestamp.txt"))
    submit(course, "student02", timestamp="2026-11-01 10:00:00 UTC")
    notes = carry(course, REPORT, replace(REPORT, student="student02"))
    assert grades(course)["check_linear_grad"] == grades(course, "student02")["check_linear_grad"]
    assert not (course / "autograded" / "student01" / NAME / "timestamp.txt").exists()
    assert (course / "autograded" / "student02" / NAME / "timestamp.txt").read_text() == "2026-11-01 10:00:00 UTC\n"
    (note,) = notes
    assert note.startswith(f"student01 · {NAME}: timestamp.txt holds no time")


def test_a_fault_of_ours_on_what_belongs_nowhere_does_not_stop_the_others(course: Path) -> None:
    submit(course)
    stray = replace(REPORT, student="student02", assignment="homework", outcome=SubmissionOutcome.GRADER_ERROR)
    assert carry(course, stray, REPORT) == ()
    assert grades(course)["check_linear_grad"] == (3.0, None, False)


def test_cells_that_changed_after_submissions_are_refused(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    other = copy.deepcopy(RELEASE)
    other.cells = [each for each in other.cells if each.metadata.nbgrader.grade_id != "why"]
    with pytest.raises(GradebookUnusable, match="holds submissions of ch01_regression with other cells"):
        carry(course, REPORT, notebooks={(NAME, "en"): other})


# --- nbgrader's own commands -----------------------------------------------------------------------------------------


@pytest.fixture
def api(course: Path, monkeypatch: pytest.MonkeyPatch) -> NbGraderAPI:
    """A course whose autograde runs our judge; the judge is replaced by one that knows the answer."""

    def judge(taken: Intake, *, bank_dir: Path, student: str, assignment: str) -> Report:
        assert bank_dir == course / "bank"
        assert assignment == NAME
        if taken.problem is not None:
            return unreadable_report(SubmissionUnreadable(taken.problem), student, assignment)
        assert b"def linear_loss" in taken.content
        return replace(REPORT, student=student, submission=taken.digest)

    monkeypatch.setattr(grading, "grade_notebook", judge)
    (course / "source" / NAME).mkdir(parents=True)
    (course / "bank").mkdir()
    nbformat.write(source_notebook(), course / "source" / NAME / f"{NAME}.ipynb")
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = "ml"
    config.CourseDirectory.db_url = f"sqlite:///{course}/gradebook.db"
    config.Autograde.autograde_preprocessors = [
        AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata
    ]  # fmt: skip
    config.AutograderExecute.ledger_url = f"sqlite:///{course}/ledger.db"
    result = NbGraderAPI(config=config)
    assert result.generate_assignment(NAME)["success"]
    return result


def test_autograde_runs_our_judge_and_feedback_shows_its_findings(course: Path, api: NbGraderAPI) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    assert api.autograde(NAME, "student01")["success"]
    assert grades(course)["check_linear_loss"] == (0.7, None, False)
    assert grades(course)["why"] == (None, None, True)
    assert "The loss is a <em>sum</em>." in by_id(autograded(course))["check_linear_loss"].outputs[0].data["text/html"]
    with Ledger(f"sqlite:///{course}/ledger.db") as ledger:
        assert [report.exercises for report in ledger.latest()] == [REPORT.exercises]
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


def test_autograde_without_a_bank_names_the_command(course: Path, api: NbGraderAPI) -> None:
    submit(course)
    (course / "bank").rmdir()
    result = api.autograde(NAME, "student01")
    assert not result["success"]
    assert "bank is missing: run `autograder bank`" in result["log"]


def test_autograde_without_the_bank_of_a_chapter_names_the_command(course: Path, api: NbGraderAPI) -> None:
    """It was "unreadable", with a zero in the gradebook."""
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    (course / "solutions" / NAME).mkdir(parents=True)
    result = api.autograde(NAME, "student01")
    assert not result["success"]
    assert f"there is no bank of {NAME} in {course / 'bank'}: run `autograder bank {NAME}`" in result["log"]


def test_autograde_with_a_stale_or_damaged_bank_names_the_command(
    course: Path, api: NbGraderAPI, bank_dir: Path
) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    own = Path(shutil.copytree(bank_dir, course / "bank" / NAME))
    assert api.autograde(NAME, "student01")["success"]  # a bank alone cannot be stale
    (course / "solutions").mkdir()
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
    assert set(grades(course).values()) == {(0.0, None, False)}
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
