"""A bank as a course has released its chapter: what students received is what is graded."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from courses import (
    OWN,
    answer,
    cell_of,
    change_source,
    drop,
    generate,
    insert_after,
    label,
    own_cell,
    own_test,
    source_cells,
    teach,
)
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from rich.console import Console
from support import COURSE, REPOSITORY, TINY, by_name, codes, notes

from autograder.build.make_bank import compute_bank
from autograder.chapter.chapter import find_chapters, load_chapter
from autograder.cli.grade import grade_class
from autograder.grading.as_released import BankSource, PointsDiffer, as_released, differences, refuse_other_points
from autograder.grading.batch import grade_many
from autograder.grading.grade_one import grade_file, grade_notebook, open_sandbox
from autograder.grading.hand_ins import Job
from autograder.grading.intake import take
from autograder.grading.ledger import Ledger
from autograder.grading.notebook import notebook_from
from autograder.grading.release_cells import ReleaseUnusable, read_release
from autograder.model.bank import Bank
from autograder.model.bank_files import load, save
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import Outcome, Report
from autograder.nbgrader_bridge.course import new_course
from autograder.sandbox import Sandbox

Edit = Callable[[Any], object]
PASSED, AWAITING, UNTOUCHED = Outcome.PASSED, Outcome.AWAITING_MARKING, Outcome.NOT_ATTEMPTED


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A course in each language whose teacher has changed the source and run `nbgrader generate_assignment` again."""
    made = {}
    for language in LANGUAGES:
        made[language] = tmp_path_factory.mktemp("courses") / language
        new_course(made[language], source_course=COURSE, language=language)
        change_source(made[language], teach)
        generate(made[language])
    return made


@pytest.fixture(scope="module")
def releases(courses: Mapping[str, Path]) -> dict[str, Path]:
    return {language: course / "release" / TINY / f"{TINY}.ipynb" for language, course in courses.items()}


@pytest.fixture(scope="module")
def taught(bank: Bank, releases: Mapping[str, Path]) -> dict[str, Bank]:
    return {language: as_released(bank, read_release(path)) for language, path in releases.items()}


@pytest.fixture
def grade_as(
    taught: Mapping[str, Bank], releases: Mapping[str, Path], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> Callable[..., Report]:
    """Grade a submission to the changed course in which all is right but for what is given."""

    def run(answers: Mapping[str, str] | None = None, *, language: str = "en", edit: Edit | None = None) -> Report:
        chosen = {**right, **OWN, **(answers or {})}
        path = answer(releases[language], tmp_path / f"{TINY}.ipynb", chosen, edit)
        return grade_file(path, [taught[language]], sandbox, student="ada", assignment=TINY)

    return run


def edited(released: NotebookNode, edit: Edit) -> NotebookNode:
    notebook = copy.deepcopy(released)
    edit(notebook)
    return notebook


# What is laid over


@pytest.mark.parametrize("language", LANGUAGES)
def test_points_questions_and_tests_of_the_course_are_graded(grade_as: Callable[..., Report], language: str) -> None:
    report = grade_as(language=language)
    found = {name: (each.outcome, each.points, each.max_points) for name, each in by_name(report).items()}
    assert found["line_loss"] == (PASSED, 5, 5)
    assert found["test_square"] == (PASSED, 2, 2)
    assert found["test_loss"] == (PASSED, 3, 3)
    assert found["test_steps"] == (Outcome.PARTIAL, 1.5, 4)
    assert [found[name] for name in ("opinion", "plot_it", "explore")] == [
        (AWAITING, 0, 3), (AWAITING, 0, 2), (AWAITING, 0, 4),
    ]  # fmt: skip
    assert (report.score, report.notes, report.language) == (11 + 3 + 2 + 3 + 1.5, (), language)


def test_the_total_is_that_of_nbgraders_gradebook(grade_as: Callable[..., Report], courses: Mapping[str, Path]) -> None:
    with Gradebook(f"sqlite:///{courses['en'] / 'gradebook.db'}") as gradebook:
        assert grade_as().max_score == gradebook.find_assignment(TINY).max_score


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_released_notebook_is_not_attempted(
    taught: Mapping[str, Bank], releases: Mapping[str, Path], sandbox: Sandbox, tmp_path: Path, language: str
) -> None:
    path = answer(releases[language], tmp_path / f"{TINY}.ipynb", {})
    report = grade_file(path, [taught[language]], sandbox, student="ada", assignment=TINY)
    assert {name for name, each in by_name(report).items() if each.outcome is not UNTOUCHED} == {"explore"}
    assert by_name(report)["explore"].outcome is AWAITING  # what a task asks for may be anywhere in the notebook
    assert (report.score, report.notes) == (0, ())


def test_a_verdict_scales_with_the_points(grade_as: Callable[..., Report], right: dict[str, str]) -> None:
    half = by_name(grade_as({"line_loss": right["line_loss"].replace("np.sum(", "np.mean(")}))["line_loss"]
    assert (half.points, half.max_points, half.mistake) == (0, 5, "mean_for_sum")
    in_place = right["line_loss"].replace("residual = X @ w + b - y", "y -= X @ w + b\n    residual = y")
    assert by_name(grade_as({"line_loss": in_place}))["line_loss"].points == pytest.approx(5 * 2 / 2.25, abs=0.01)


def test_titles_are_the_nearest_heading_in_the_order_of_the_release(taught: Mapping[str, Bank]) -> None:
    titles = taught["en"].titles()
    assert list(titles)[:8] == [
        "line_loss", "test_square", "test_loss", "test_steps", "opinion", "plot_it", "explore", "line_grad",
    ]  # fmt: skip
    assert (titles["test_square"]["en"], titles["explore"]["zh"]) == ("1.7 Squares", "Explore")
    assert titles["line_loss"]["zh"] == "1.1 损失"


def test_a_bonus_stays_one_until_it_has_points(bank: Bank, released: Mapping[str, NotebookNode]) -> None:
    assert label(cell_of(released["en"], "check_center"))["points"] == 0

    def give(notebook: NotebookNode) -> None:
        label(cell_of(notebook, "check_center"))["points"] = 2

    center = as_released(bank, notebook_from(edited(released["en"], give))).exercise("center")
    assert center is not None
    assert (center.points, center.extra) == (2, False)


def test_an_exercise_for_no_points_is_still_right_or_wrong(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    def take_away(notebook: NotebookNode) -> None:
        label(cell_of(notebook, "check_line_loss"))["points"] = 0

    free = as_released(bank, notebook_from(edited(released["en"], take_away)))
    for source, outcome in (
        ("def line_loss(w, b, X, y):\n    return 7.0\n", Outcome.FAILED),
        ("def line_loss(w, b, X, y):\n    return np.sum((X @ w + b - y)**2)\n", PASSED),
    ):
        path = hand_in(tmp_path / f"{TINY}.ipynb", {"line_loss": source})
        verdict = by_name(grade_file(path, [free], sandbox, student="ada"))["line_loss"]
        assert (verdict.outcome, verdict.points, verdict.max_points) == (outcome, 0, 0)


def test_hidden_tests_are_run_from_what_the_gradebook_holds(
    bank: Bank, courses: Mapping[str, Path], releases: Mapping[str, Path], sandbox: Sandbox, tmp_path: Path
) -> None:
    """nbgrader cuts them out of the release, so that the visible part alone would pass."""
    assert "-2" not in releases["en"].read_text()
    cheap = {**OWN, "square": "def square(x):\n    return 9 if x == 3 else x * abs(x)\n"}
    path = answer(releases["en"], tmp_path / f"{TINY}.ipynb", cheap)
    visible = as_released(bank, read_release(releases["en"]))
    full = as_released(bank, read_release(releases["en"]), source_cells(courses["en"]))
    assert full.digest != visible.digest
    for with_bank, points in ((visible, 2), (full, 0)):
        report = grade_file(path, [with_bank], sandbox, student="ada", assignment=TINY)
        assert by_name(report)["test_square"].points == points
        assert notes(report) == []


def test_a_full_source_of_another_version_is_refused(bank: Bank, releases: Mapping[str, Path]) -> None:
    with pytest.raises(ReleaseUnusable, match=r"`test_square` of .* is not the one that the course holds"):
        as_released(bank, read_release(releases["en"]), {"test_square": "assert square(4) == 16"})


# What is left out


def test_who_never_had_an_exercise_is_not_told_that_it_is_missing(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> None:
    core = edited(released["en"], lambda notebook: drop(notebook, "center", "check_center"))
    path = tmp_path / f"{TINY}.ipynb"
    path.write_text(json.dumps(edited(core, lambda notebook: None)), encoding="utf-8")
    report = grade_file(answer(path, path, right), [as_released(bank, notebook_from(core))], sandbox, student="ada")
    assert "center" not in by_name(report)
    assert (report.score, report.max_score, report.notes) == (10, 12, ())
    without_course = grade_file(path, [bank], sandbox, student="ada")  # which nobody told of the release
    assert codes(by_name(without_course)["center"]) == ["not_attempted"]
    assert (without_course.score, without_course.max_score, without_course.notes) == (10, 12, ())


def test_what_builds_on_an_exercise_that_is_left_out_is_judged_with_the_right_one(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> None:
    less = edited(
        released["en"], lambda notebook: drop(notebook, "line_grad", "check_line_grad", "line_loss", "check_line_loss")
    )
    path = tmp_path / f"{TINY}.ipynb"
    path.write_text(json.dumps(less), encoding="utf-8")
    report = grade_file(answer(path, path, right), [as_released(bank, notebook_from(less))], sandbox, student="ada")
    assert by_name(report)["descend"].outcome is PASSED
    assert not {"line_grad", "line_loss"} & set(by_name(report))
    uphill = {**right, "descend": right["descend"].replace("w - lr", "w + lr")}
    report = grade_file(answer(path, path, uphill), [as_released(bank, notebook_from(less))], sandbox, student="ada")
    assert by_name(report)["descend"].mistake == "uphill"


def test_right_answers_keep_the_setup_that_a_release_leaves_out(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> None:
    def own_import(notebook: NotebookNode) -> None:
        drop(notebook, "setup_01")
        notebook.cells.insert(0, own_cell("code", "imports", "import numpy as np", locked=True))

    mine = edited(released["en"], own_import)
    path = tmp_path / f"{TINY}.ipynb"
    path.write_text(json.dumps(mine), encoding="utf-8")
    wrong = {**right, "line_grad": "def line_grad(w, b, X, y):\n    return None\n"}
    report = grade_file(answer(path, path, wrong), [as_released(bank, notebook_from(mine))], sandbox, student="ada")
    assert by_name(report)["descend"].outcome is PASSED
    assert notes(report) == []


def test_the_releases_own_setup_and_helpers_run_not_the_students_copies(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> None:
    def change(notebook: NotebookNode) -> None:
        cell_of(notebook, "setup_01")["source"] += "\n%matplotlib inline\nSCALE = 2"
        insert_after(
            notebook, "check_line_loss", own_cell("code", "helper", "def twice(x):\n    return SCALE * x", locked=True)
        )
        insert_after(notebook, "helper", own_test("test_twice", "assert twice(4) == 8", 1))

    def cheat(data: dict[str, Any]) -> None:
        cell_of(data, "setup_01")["source"] = "SCALE = 0"
        cell_of(data, "helper")["source"] = "twice = None"

    mine = edited(released["en"], change)
    path = tmp_path / f"{TINY}.ipynb"
    path.write_text(json.dumps(mine), encoding="utf-8")
    overlaid = as_released(bank, notebook_from(mine))
    with open_sandbox([overlaid]) as warm:
        report = grade_file(answer(path, path, right, cheat), [overlaid], warm, student="ada")
    assert by_name(report)["test_twice"].points == 1
    assert notes(report) == ["note_edited"]


# Which grading it is


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # a chapter runs as a notebook does, where torch's warnings stop nothing
@pytest.mark.parametrize("path", find_chapters(REPOSITORY), ids=lambda path: path.stem)
def test_an_unchanged_release_leaves_the_bank_as_it_is(path: Path, tmp_path: Path) -> None:
    bank = save(compute_bank(load_chapter(path), draws=1, key="tests"), tmp_path / path.stem)
    for language in LANGUAGES:
        release = REPOSITORY / "assignments" / language / bank.chapter / f"{bank.chapter}.ipynb"
        again = BankSource(tmp_path / path.stem, release).load()
        assert (again.digest, again.titles(), differences(bank, again)) == (bank.digest, bank.titles(), ())


def test_other_words_leave_the_digest_and_whatever_matters_changes_it(
    bank: Bank, released: Mapping[str, NotebookNode]
) -> None:
    def digest(edit: Edit, language: str = "en") -> str:
        return as_released(bank, notebook_from(edited(released[language], edit))).digest

    def words(notebook: NotebookNode) -> None:
        cell_of(notebook, "text_02")["source"] = "## Another heading"
        insert_after(notebook, "text_02", own_cell("markdown", "note", "Read the notes first.", locked=True))
        notebook.metadata.kernelspec = {"display_name": "x", "language": "python", "name": "x"}

    assert digest(words) == digest(lambda notebook: None, "zh") == bank.digest
    changes: list[Edit] = [
        lambda notebook: label(cell_of(notebook, "check_line_loss")).update(points=3),
        lambda notebook: label(cell_of(notebook, "why")).update(points=3),
        lambda notebook: cell_of(notebook, "why").update(source="Write two sentences."),
        lambda notebook: cell_of(notebook, "setup_01").update(source="import numpy as np"),
        lambda notebook: cell_of(notebook, "demo_curve").update(source="shown = print"),
        lambda notebook: drop(notebook, "check_center"),
        lambda notebook: insert_after(notebook, "why", own_test("own", "pass", 1)),
        lambda notebook: insert_after(notebook, "why", own_test("own", "1", 1)),
    ]
    digests = [digest(change) for change in changes]
    assert len({bank.digest, *digests}) == len(changes) + 1


def test_laying_over_twice_is_laying_over_once(taught: Mapping[str, Bank], releases: Mapping[str, Path]) -> None:
    for language in LANGUAGES:
        again = as_released(taught[language], read_release(releases[language]))
        assert again == taught[language]


def test_a_class_is_graded_by_the_release_and_recorded_under_it(
    bank: Bank,
    bank_dir: Path,
    taught: Mapping[str, Bank],
    releases: Mapping[str, Path],
    right: dict[str, str],
    tmp_path: Path,
) -> None:
    path = answer(releases["en"], tmp_path / "ada" / TINY / f"{TINY}.ipynb", {**right, **OWN})
    jobs = [Job("ada", TINY, path)]
    told: list[bool] = []
    source = BankSource(bank_dir, releases["en"])
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
        (report,) = grade_many(jobs, [source], ledger)
        assert (report.bank, report.max_score) == (taught["en"].digest, 12 + 3 + 9 + 9)
        assert grade_many(jobs, [source], ledger, done=lambda _, fresh: told.append(fresh)) == [report]
        (plain,) = grade_many(jobs, [BankSource(bank_dir)], ledger)
    assert told == [False]
    assert (plain.bank, plain.max_score) == (bank.digest, 12)


def test_nbgraders_entry_grades_by_the_release_and_reads_no_other_bank(
    bank_dir: Path, releases: Mapping[str, Path], right: dict[str, str], tmp_path: Path
) -> None:
    banks = tmp_path / "bank"
    shutil.copytree(bank_dir, banks / TINY)
    (banks / "ch02_damaged").mkdir()
    (banks / "ch02_damaged" / "bank.json").write_text("{")
    path = answer(releases["en"], tmp_path / f"{TINY}.ipynb", {**right, **OWN})
    for assignment in (TINY, ""):
        report = grade_notebook(
            take(path), bank_dir=banks, student="ada", assignment=assignment, release=releases["en"]
        )
        assert by_name(report)["line_loss"].points == 5


# What a teacher is told


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda n: n["metadata"]["autograder"].update(assignment="ch02"), "is the notebook of ch02, not of ch01_tiny"),
        (lambda n: (n["metadata"].clear(), n["cells"].clear()), "is another notebook, not of ch01_tiny: put the right"),
        (lambda n: cell_of(n, "setup_01").update(source="import ("), r"`setup_01` of .* is not valid Python \(line 1"),
        (lambda n: cell_of(n, "setup_01").update(source="("), "mend it in source/ and run `nbgrader gen.*` again"),
        (lambda n: insert_after(n, "why", own_test("mine", "assert (", 1)), "`mine` of .* is not valid Python"),
        (lambda n: insert_after(n, "why", own_test("why", "pass", 1)), "2 cells of .* are called `why`"),
        (lambda n: label(cell_of(n, "check_line_loss")).update(points=-1), "`check_line_loss` of .* has -1 points"),
        (lambda n: label(cell_of(n, "check_line_loss")).update(points="two"), "has 'two' points: give it a number"),
        (lambda n: label(cell_of(n, "check_line_loss")).update(points=float("nan")), "has nan points"),
        (lambda n: label(cell_of(n, "line_loss")).update(grade=True, points=1), "`line_loss` of .* is marked twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_release_is_one_sentence(
    bank: Bank, released: Mapping[str, NotebookNode], edit: Edit, sentence: str
) -> None:
    with pytest.raises(ReleaseUnusable, match=sentence):
        as_released(bank, notebook_from(edited(released["en"], edit)))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "is no notebook"),
        (b'{"cells": 3}', "is no notebook"),
        (b"\xff\xfe", "is no notebook"),
        (None, "cannot be read"),
    ],
)
def test_a_release_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "release.ipynb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReleaseUnusable, match=f"release.ipynb {sentence}"):
        read_release(path)


def test_what_a_release_changes_is_told(bank: Bank, taught: Mapping[str, Bank]) -> None:
    assert differences(bank, taught["en"]) == (
        "`line_loss` gives 5 points in the release and 2 in the bank: the release counts",
        "`explore` is the course's own question, marked by a person",
        "`opinion` is the course's own question, marked by a person",
        "`plot_it` is the course's own question, marked by a person",
        "`test_square` is the course's own test and runs beside the student's code",
        "`test_loss` is the course's own test and runs beside the student's code",
        "`test_steps` is the course's own test and runs beside the student's code",
    )


def test_what_a_release_leaves_out_or_edits_is_told(bank: Bank, released: Mapping[str, NotebookNode]) -> None:
    def change(notebook: NotebookNode) -> None:
        drop(notebook, "center", "check_center", "why")
        cell_of(notebook, "check_line_loss")["source"] += "\nassert True"

    assert differences(bank, as_released(bank, notebook_from(edited(released["en"], change)))) == (
        "`center` is not in the release and not graded",
        "`why` is not in the release and not marked",
        "`check_line_loss` was changed in the release; its points are still given by the bank's hidden cases",
    )


def test_points_that_differ_between_bank_and_assignments_are_refused(bank_dir: Path, course_copy: Path) -> None:
    bank = load(bank_dir)
    refuse_other_points(bank, course_copy / "assignments")
    refuse_other_points(bank, course_copy / "nowhere")
    path = course_copy / "assignments" / "zh" / TINY / f"{TINY}.ipynb"
    notebook = json.loads(path.read_text())
    label(cell_of(notebook, "check_line_loss"))["points"] = 3
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(
        PointsDiffer,
        match=rf"`line_loss` gives 2 points in the bank and 3 in .*zh.*`autograder build`.*`autograder bank {TINY}`",
    ):
        refuse_other_points(bank, course_copy / "assignments")


def test_grade_refuses_points_that_differ_before_it_grades(
    course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    path = course_copy / "assignments" / "en" / TINY / f"{TINY}.ipynb"
    notebook = json.loads(path.read_text())
    label(cell_of(notebook, "why"))["points"] = 5
    path.write_text(json.dumps(notebook), encoding="utf-8")
    submission = hand_in(tmp_path / "ada.ipynb")
    with pytest.raises(PointsDiffer, match="`why` gives 2 points in the bank and 5 in"):
        grade_class(
            [submission], tmp_path / "out", course=course_copy, workers=1, rung="auto", ledger=None,
            gradebook=None, console=Console(),
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_a_student_who_changes_flags_and_points_changes_nothing(grade_as: Callable[..., Report]) -> None:
    def cheat(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            label(cell).update(points=1000, grade=True, solution=True, locked=False)

    report = grade_as({"square": "def square(x):\n    return 0\n"}, edit=cheat)
    assert by_name(report)["line_loss"].points == 5
    assert codes(by_name(report)["test_square"]) == ["test_failed"]
