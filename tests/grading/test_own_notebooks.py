"""The bank of an assignment that is nothing but a course's own, and what one hand-in of it gives."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from courses import own_cell, own_test
from nbformat import NotebookNode
from support import by_name, codes, in_words, notes

from autograder.grading.batch import grade_many
from autograder.grading.folders import take_folder
from autograder.grading.grade_one import open_sandbox
from autograder.grading.hand_in import budget_of, grade_hand_in
from autograder.grading.job import Job
from autograder.grading.ledger import Ledger
from autograder.grading.modules import modules_of, packages_in, welcome_modules
from autograder.grading.notebook import notebook_from
from autograder.grading.own_notebooks import OwnSource
from autograder.grading.ran import Ran, RanFolder
from autograder.grading.release_cells import ReleaseUnusable
from autograder.model.verdict import Outcome, Report, SubmissionOutcome
from autograder.sandbox import Sandbox


def release(*cells: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


@pytest.fixture
def source(tmp_path: Path) -> OwnSource:
    """Two notebooks, one called like the assignment, and a file."""
    folder = tmp_path / "release" / "ps1"
    folder.mkdir(parents=True)
    answer = own_cell("code", "double", "def double(x):\n    raise NotImplementedError()", solution=True)
    essay = own_cell("markdown", "essay", "YOUR ANSWER HERE", 3, grade=True, solution=True)
    for name, notebook in {
        "ps1": release(nbformat.v4.new_code_cell("import math, no_such_package"), answer,
                       own_test("small", "assert double(1) == 2", 1), essay),
        "more": release(answer, own_test("large", "assert double(FACTOR) == 20", 2)),
    }.items():  # fmt: skip
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "factor.txt").write_text("10")
    paths = {name: folder / f"{name}.ipynb" for name in ("ps1", "more")}
    full = "FACTOR = int(open('factor.txt').read())\nassert double(FACTOR) == 20"
    return OwnSource("ps1", paths, {"more": {"large": full}}, beside=folder)


@pytest.fixture
def job(source: OwnSource, tmp_path: Path) -> Job:
    """A hand-in with right answers."""
    folder = tmp_path / "submitted" / "ada" / "ps1"
    shutil.copytree(tmp_path / "release" / "ps1", folder)
    for path in folder.glob("*.ipynb"):
        text = path.read_text().replace("raise NotImplementedError()", "return 2 * x")
        path.write_text(text.replace("YOUR ANSWER HERE", "My essay."))
    return Job("ada", "ps1", folder, tmp_path / "submitted", whole=())


@pytest.fixture(scope="module")
def warm() -> Sandbox:
    with open_sandbox([]) as sandbox:
        yield sandbox


Grade = Callable[[], tuple[Report, Ran]]


@pytest.fixture
def grade(source: OwnSource, job: Job, warm: Sandbox) -> Grade:
    return lambda: grade_hand_in(job.take(), [source.load()], warm, student="ada", assignment="ps1")


def test_the_bank_has_the_cells_of_all_notebooks_and_the_points_are_their_sum(source: OwnSource) -> None:
    bank = source.load()
    assert list(bank.titles()) == ["small", "essay", "more/large"]
    assert [part.chapter for part in bank.by_notebook] == ["ps1", "more"]
    assert bank.own is not None
    assert bank.own.files == {"factor.txt": b"10"}
    assert budget_of(replace(bank.own, seconds=7)).cell == 7


@pytest.mark.parametrize("what", ["points", "file", "seconds"])
def test_what_a_grade_can_depend_on_makes_another_bank(source: OwnSource, what: str) -> None:
    before = source.load().digest
    assert source.load().digest == before
    if what == "points":
        path = source.releases["more"]
        path.write_text(path.read_text().replace('"points": 2', '"points": 5'))
    elif what == "file":
        (source.releases["more"].parent / "factor.txt").write_text("11")
    else:
        source = replace(source, seconds=31)
    assert source.load().digest != before


def test_a_hand_in_gives_one_report_and_what_its_cells_showed(grade: Grade) -> None:
    report, ran = grade()
    verdicts = by_name(report)
    assert {name: each.outcome for name, each in verdicts.items()} == {
        "small": Outcome.PASSED, "essay": Outcome.AWAITING_MARKING, "more/large": Outcome.PASSED
    }  # fmt: skip
    assert (report.score, report.max_score) == (3, 6)
    assert verdicts["small"].shares_the_process
    assert not verdicts["essay"].shares_the_process
    assert list(ran) == ["ps1", "more"]
    assert "ModuleNotFoundError" in json.dumps(ran["ps1"]["#1"])
    assert by_name(report.of_notebook("more")).keys() == {"large"}
    assert by_name(report.of_notebook("ps1")).keys() == {"small", "essay"}


def test_each_notebook_has_its_own_answers(grade: Grade, job: Job) -> None:
    path = job.path / "more.ipynb"
    path.write_text(path.read_text().replace("return 2 * x", "return 3 * x"))
    (job.path / "ps1.ipynb").write_text((job.path / "ps1.ipynb").read_text().replace("My essay.", "Mine."))
    verdicts = by_name(grade()[0])
    assert {name: [cell.source for cell in each.answer or ()] for name, each in verdicts.items()} == {
        "small": ["def double(x):\n    return 2 * x"],
        "essay": ["Mine."],
        "more/large": ["def double(x):\n    return 3 * x"],
    }
    path.unlink()
    assert by_name(grade()[0])["more/large"].answer is None  # it is said that the notebook was not handed in


def test_a_missing_notebook_pays_nothing_and_a_damaged_one_waits_for_a_person(grade: Grade, job: Job) -> None:
    (job.path / "more.ipynb").write_text("{")
    report, _ = grade()
    assert by_name(report)["more/large"].outcome is Outcome.AWAITING_MARKING
    assert codes(by_name(report)["more/large"]) == ["notebook_unreadable"]
    assert by_name(report)["small"].outcome is Outcome.PASSED
    (job.path / "more.ipynb").unlink()
    report, _ = grade()
    assert by_name(report)["more/large"].outcome is Outcome.NOT_ATTEMPTED
    assert "note_notebook_missing" in notes(report)
    (job.path / "ps1.ipynb").unlink()
    report, _ = grade()
    assert report.outcome is SubmissionOutcome.UNREADABLE


def test_what_happened_to_a_cell_is_said_with_its_notebook(grade: Grade) -> None:
    (note,) = [note for note in grade()[0].notes if note.code == "note_in_notebook"]
    assert in_words(note).startswith("`ps1`: Cell 1 stopped with")
    assert in_words(note, "zh").startswith("笔记本 `ps1`：单元格 1")


def test_a_test_in_another_language_waits_for_a_person(source: OwnSource, job: Job, warm: Sandbox) -> None:
    for path in (source.releases["more"], job.path / "more.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(own_test("shell", "%%bash\nexit 1", 1))
        nbformat.write(notebook, path)
    report, _ = grade_hand_in(job.take(), [source.load()], warm, student="ada", assignment="ps1")
    verdict = by_name(report)["more/shell"]
    assert (verdict.outcome, codes(verdict)) == (Outcome.AWAITING_MARKING, ["test_language"])


def test_files_that_are_too_many_are_the_teachers_to_mend(source: OwnSource) -> None:
    (source.releases["more"].parent / "large.bin").write_bytes(bytes(33 * 2**20))
    with pytest.raises(ReleaseUnusable, match="more than the sandbox takes along"):
        source.load()


def test_a_class_is_graded_once_and_what_cells_showed_is_kept(source: OwnSource, job: Job, tmp_path: Path) -> None:
    kept = RanFolder(tmp_path / "outputs")
    fresh: list[bool] = []
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
        for _ in range(2):
            (report,) = grade_many(
                [job], [source], ledger, done=lambda _, new: fresh.append(new), keep=kept.keep
            )  # fmt: skip
    assert fresh == [True, False]
    assert report.score == 3
    assert list(kept.of(report)) == ["ps1", "more"]
    assert kept.of(replace(report, submission="other")) == {}


def test_packages_that_are_there_are_welcome_and_none_is_required(source: OwnSource) -> None:
    bank = source.load()
    assert welcome_modules([bank]) == ("math",)
    assert modules_of([bank]) == ("numpy",)
    odd = release(
        nbformat.v4.new_code_cell("%matplotlib inline\nimport json.decoder"), nbformat.v4.new_code_cell("def (")
    )
    assert packages_in(notebook_from(odd)) == ("json",)


def test_a_folder_without_a_notebook_is_a_named_outcome(source: OwnSource, warm: Sandbox, tmp_path: Path) -> None:
    empty = tmp_path / "submitted" / "bob" / "ps1"
    empty.mkdir(parents=True)
    taken = take_folder(empty, tmp_path / "submitted")
    report, _ = grade_hand_in(taken, [source.load()], warm, student="bob", assignment="ps1")
    assert (report.outcome, notes(report)) == (SubmissionOutcome.UNREADABLE, ["unreadable_missing"])
