"""A course that knows nothing of us: `grade` and formgrader's button give each cell what nbgrader gives it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from own_course_fixtures import ASSIGNMENTS, RIGHT, copy_the_test
from own_courses import (
    CONFIG,
    PLUGINS,
    Entry,
    HandedIn,
    Key,
    add_to,
    autograded,
    entries,
    hand_in,
    penalties,
    quickstart,
    stock_autograde,
)
from rich.console import Console
from support import in_words

from autograder.cli.grade import Graded, grade_class
from autograder.grading.ledger import Ledger
from autograder.model.texts import LANGUAGES, say
from autograder.nbgrader_bridge import open_course
from autograder.nbgrader_bridge.database import own_commands_on_path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # nbgrader's own commands
    pytest.mark.filterwarnings("ignore:Cell is missing an id"),  # nbgrader's example
]
OTHERWISE: Mapping[Key, tuple[Entry, Entry]] = {  # what nbgrader gives and what we give, listed in docs/instructor.md
    ("magics", "ada", "magics", "in_bash"): ((1.0, False, 1.0), (None, True, 1.0)),
    ("magics", "bob", "magics", "in_bash"): ((1.0, False, 1.0), (None, True, 1.0)),
    ("marks", "ada", "marks", "bonus"): ((None, True, 0.0), (0.0, True, 0.0)),
}


def grade(course: Path, *, force: bool = False, students: tuple[str, ...] = ()) -> Graded:
    return grade_class(
        [course / "submitted"], None, course=course, workers=2, rung="auto", ledger=None, gradebook=course,
        console=Console(quiet=True), force=force, students=students,
    )  # fmt: skip


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader's example course, to which the other assignments were added, and everything that was handed in."""
    course = quickstart(tmp_path_factory.mktemp("own") / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(CONFIG)
    with own_commands_on_path():
        add_to(course, ASSIGNMENTS)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_assignment("marks", duedate="2027-03-01 12:00:00 UTC")
    return course


@pytest.fixture(scope="module")
def stock(handed_in: Path) -> Path:
    """The course as nbgrader alone grades it."""
    course = Path(shutil.copytree(handed_in, handed_in.with_name("stock")))
    stock_autograde(course, list(ASSIGNMENTS))
    return course


@pytest.fixture(scope="module")
def graded(handed_in: Path) -> tuple[Path, Graded]:
    """The course as we grade it."""
    course = Path(shutil.copytree(handed_in, handed_in.with_name("graded")))
    return course, grade(course)


@pytest.fixture
def ours(graded: tuple[Path, Graded], tmp_path: Path) -> Path:
    """A copy to change."""
    course = Path(shutil.copytree(graded[0], tmp_path / "course"))
    shutil.rmtree(course / "graded")  # which says whose it is
    return course


def of(assignment: str, found: Mapping[Key, Entry]) -> dict[Key, Entry]:
    return {key: entry for key, entry in found.items() if key[0] == assignment}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_cell_gets_what_nbgrader_gives_it(assignment: str, stock: Path, graded: tuple[Path, Graded]) -> None:
    theirs, mine = of(assignment, entries(stock)), of(assignment, entries(graded[0]))
    assert len({score for score, *_ in theirs.values()}) > 1
    expected = {key: OTHERWISE[key][1] if key in OTHERWISE else entry for key, entry in theirs.items()}
    assert mine == expected
    assert {key: theirs[key] for key in OTHERWISE if key in theirs} == {
        key: OTHERWISE[key][0] for key in OTHERWISE if key in theirs
    }


def test_being_late_costs_what_nbgrader_says(stock: Path, graded: tuple[Path, Graded]) -> None:
    found = penalties(graded[0])
    assert found["marks", "ada", "marks"] == pytest.approx(7.3)
    assert found == pytest.approx(penalties(stock), nan_ok=True)


def test_an_assignment_of_several_notebooks_is_one_row_everywhere(graded: tuple[Path, Graded]) -> None:
    course, _ = graded
    with Ledger(open_course(course).ledger_url) as ledger:
        rows = {(row.report.student, row.report.assignment): row.report for row in ledger.latest()}
    assert {name for name, assignment in rows if assignment == "two"} == {"ada", "bob", "cem"}
    assert {each.name: each.points for each in rows["bob", "two"].exercises} == {
        "first/small": 2.0, "second/small": 0.0, "second/why": 0.0
    }  # fmt: skip
    assert "`second` was not handed in" in in_words(rows["cem", "two"].notes[0])
    with (course / "graded" / "scores.csv").open(encoding="utf-8") as file:
        scores = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for (student, assignment), row in scores.items():
            entry = book.find_submission(assignment, student)
            assert float(row["score"]) == pytest.approx(max(0.0, entry.score - entry.late_submission_penalty))
            assert float(row["max_score"]) == entry.max_score
    assert len(scores) == sum(len(assignment.students) for assignment in ASSIGNMENTS.values())


def test_the_class_page_says_that_such_tests_may_be_forged(graded: tuple[Path, Graded]) -> None:
    page = (graded[0] / "graded" / "index.html").read_text(encoding="utf-8")
    assert page.count("a student who wants to can forge them") == len(ASSIGNMENTS)
    assert page.count("<code>autograder adopt</code>") == len(ASSIGNMENTS)
    assert all("autograder adopt" in say("class_page.shared", language) for language in LANGUAGES)


def test_what_cells_showed_when_they_ran_is_in_the_notebook_for_markers(graded: tuple[Path, Graded]) -> None:
    def shown(student: str) -> dict[str, str]:
        cells = autograded(graded[0], student, "shown", "shown").cells
        return {
            each.metadata.nbgrader.grade_id: json.dumps(each.outputs) for each in cells if "nbgrader" in each.metadata
        }

    ada, bob = shown("ada"), shown("bob")
    assert "printed anew" in ada["table"]
    assert "image/png" in ada["figure"]
    assert "{'a': 42}" in ada["value"]
    assert "partly" in bob["table"]
    assert "ZeroDivisionError" in bob["table"]
    assert "before it fails" in ada["fails"]
    assert "no luck" in ada["fails"]
    for output in ada.values():
        assert "an old output" not in output
        assert "bold" not in output  # HTML of a student's would act for the marker
    with own_commands_on_path():
        course = open_course(graded[0])
        api = NbGraderAPI(coursedir=course.coursedir, config=course.config)
        assert api.generate_feedback("shown", "ada")["success"]
    assert (graded[0] / "feedback" / "ada" / "shown" / "shown.html").is_file()


def test_what_people_entered_stays_at_a_second_grading(ours: Path) -> None:
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}") as book:
        essay = book.find_grade("essay", "marks", "marks", "ada")
        essay.manual_score, essay.needs_manual_grade = 4.0, False
        book.find_grade("bonus", "marks", "marks", "ada").extra_credit = 2.0
        book.db.commit()
    shown = autograded(ours, "ada", "shown", "shown")
    before = entries(ours)
    grade(ours)
    after = entries(ours)
    assert {key for key in before if before[key] != after[key]} == set()
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}") as book:
        assert book.find_grade("essay", "marks", "marks", "ada").manual_score == 4.0
        assert book.find_submission("marks", "ada").score == pytest.approx(7.3 + 4 + 2)
    assert autograded(ours, "ada", "shown", "shown") == shown


def test_formgraders_button_gives_the_same(ours: Path) -> None:
    mine = entries(ours)
    with (ours / "nbgrader_config.py").open("a") as config:
        config.write(PLUGINS)
    course = open_course(ours)
    with own_commands_on_path():
        api = NbGraderAPI(coursedir=course.coursedir, config=course.config)
        for student in ("bob", "cem"):
            result = api.autograde("two", student)
            assert result["success"], result
            assert "Traceback" not in result["log"]
    assert entries(ours) == mine
    assert "assert double(start) == 20" in str(autograded(ours, "bob", "two", "second"))


# --- hand-ins that nbgrader stops at --------------------------------------------------------------------------------


def test_odd_hand_ins_cost_only_what_is_odd_about_them(ours: Path) -> None:
    """Of duplicate names nbgrader makes an error, of a damaged file or a link a traceback or somebody else's work."""
    doubled = HandedIn({"double": RIGHT, "slow": "def slow():\n    return 1"}, edits={"hidden": copy_the_test})
    hand_in(ours, "hidden", "flo", doubled)
    (hand_in(ours, "two", "flo", HandedIn({"double": RIGHT})) / "second.ipynb").write_text("{")
    renamed = hand_in(ours, "two", "gil", HandedIn({"double": RIGHT}))
    (renamed / "second.ipynb").rename(renamed / "second (1).ipynb")
    linked = hand_in(ours, "data", "flo", ASSIGNMENTS["data"].students["ada"])
    (linked / "further.txt").unlink()
    (linked / "further.txt").symlink_to(ours / "gradebook.db")
    large = hand_in(ours, "data", "gil", ASSIGNMENTS["data"].students["ada"])
    (large / "large.bin").write_bytes(bytes(33 * 2**20))
    shutil.rmtree(hand_in(ours, "two", "hal", HandedIn()))
    (ours / "submitted" / "hal" / "two").symlink_to(ours / "submitted" / "ada" / "two")

    result = grade(ours, students=("flo", "gil", "hal"))
    reports = {(report.student, report.assignment): report for report in result.reports}
    found = entries(ours)
    assert {key[3]: entry[0] for key, entry in of("hidden", found).items() if key[1] == "flo"} == {
        key[3]: entry[0] for key, entry in of("hidden", found).items() if key[1] == "ada"
    }
    two = {key[1:]: entry[:2] for key, entry in of("two", found).items()}
    assert two["flo", "first", "small"] == (2.0, False)
    assert two["flo", "second", "small"] == (None, True)
    assert two["gil", "second", "small"] == (3.0, False)
    data = {key[1:]: entry[0] for key, entry in of("data", found).items()}
    assert (data["flo", "data", "further"], data["flo", "data", "sum"]) == (0.0, 2.0)
    assert (data["gil", "data", "further"], data["gil", "data", "sum"]) == (0.0, 2.0)
    notes = {key: " ".join(map(in_words, report.notes)) for key, report in reports.items()}
    assert "`second`: The file is damaged" in notes["flo", "two"]
    assert "links or cannot be read: `further.txt`" in notes["flo", "data"]
    assert "More lies beside the notebook than can be taken along (32 MB+)" in notes["gil", "data"]
    assert "renamed; it was recognised as second" in notes["gil", "two"]
    assert "`two` is a link to another place" in notes["hal", "two"]
    assert reports["hal", "two"].outcome == "UNREADABLE"


def test_hidden_tests_come_from_source_where_the_gradebook_was_lost(ours: Path) -> None:
    expected = of("hidden", entries(ours))
    (ours / "gradebook.db").unlink()
    (ours / "ledger.sqlite").unlink()
    shutil.rmtree(ours / "autograded")
    for assignment in ("submitted/*/" + name for name in ASSIGNMENTS if name != "hidden"):
        for folder in ours.glob(assignment):
            shutil.rmtree(folder)
    grade(ours)
    assert entries(ours) == expected
