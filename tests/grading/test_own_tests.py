"""Test cells of a course's own: run beside the student's code from the release, paid as nbgrader pays."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from courses import RIGHT_SQUARE, answer, at, cell_of, drop, insert_after, own_cell, own_test
from nbformat import NotebookNode
from nbgrader.utils import determine_grade
from support import TINY, by_name, codes, in_words, notes, sentences

from autograder.grading.as_released import as_released
from autograder.grading.grade_one import Budget, grade_file, open_sandbox
from autograder.grading.notebook import notebook_from
from autograder.grading.told_tests import MOST_TOLD
from autograder.model.bank import Bank
from autograder.model.verdict import ExerciseVerdict, Outcome, Report
from autograder.sandbox import Sandbox

Edit = Callable[[dict[str, Any]], object]
IMPATIENT = Budget(cell=1.0, notebook=20.0, restarts=2)
STARTER = "def square(x):\n    raise NotImplementedError()\n"
ENDLESS = "while True:\n    pass"


@pytest.fixture
def grade_with(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> Callable[..., Report]:
    """Release the chapter with an answer `square` and tests below it, hand it in (changed by `edit`) and grade."""

    def run(
        tests: Mapping[str, str],
        square: str = RIGHT_SQUARE,
        *,
        language: str = "en",
        edit: Edit | None = None,
        points: float = 2,
        budget: Budget | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> Report:
        notebook = copy.deepcopy(released[language])
        cells = [own_test(name, source, points) for name, source in tests.items()]
        insert_after(notebook, "check_line_loss", own_cell("code", "square", STARTER, solution=True), *cells)
        path = tmp_path / "release.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        hand_in = answer(path, tmp_path / f"{TINY}.ipynb", {**right, "square": square, **(answers or {})}, edit)
        return grade_file(hand_in, [as_released(bank, notebook_from(notebook))], sandbox, student="ada", budget=budget)

    return run


def chapter_is_right(report: Report, *tests: str) -> bool:
    others = {name: each for name, each in by_name(report).items() if name not in ("why", *tests)}
    return all(each.outcome is Outcome.PASSED for each in others.values())


# Points


TABLE = {
    "nothing": "found = square(3)",
    "passes": "assert square(2) == 4",
    "fails": "assert square(2) == 5, 'four, not five'",
    "half": "1.0",
    "none": "0",
    "all": "2",
    "text": "'well done'",
    "list": "[1, 2]",
    "suppressed": "1;",
    "printed": "print(1)",
    "bool": "True",
    "numpy": "np.float64(0.5)",
    "stderr": "import sys\nprint('careful', file=sys.stderr)",
    "warning": "import warnings\nwarnings.warn('old')",
    "displayed": "display(1)\nassert True",
    "raises": "1 / 0",
    "syntax": "eval('(')",
    "magic": "%time assert square(2) == 4",
    "exits": "raise SystemExit(1)",
}


def test_points_are_those_that_nbgrader_gives(grade_with: Callable[..., Report], sandbox: Sandbox) -> None:
    found = by_name(grade_with(TABLE))
    with sandbox.session(()) as session:
        session.run_cell(f"import numpy as np\n{RIGHT_SQUARE}", seconds=10)
        for name, source in TABLE.items():
            outputs = session.run_cell(source, seconds=10).outputs
            cell = own_test(name, source, 2)
            cell.outputs = nbformat.from_dict(list(outputs))
            expected, _ = determine_grade(cell)
            assert found[name].points == expected, name
            full = Outcome.PASSED if expected == 2 else Outcome.PARTIAL if expected else Outcome.FAILED
            assert found[name].outcome is full, name


@pytest.mark.parametrize("given", ["7", "-1", "float('nan')", "float('inf')"])
def test_a_number_that_is_no_share_of_the_points_is_for_a_person(grade_with: Callable[..., Report], given: str) -> None:
    verdict = by_name(grade_with({"odd": given}))["odd"]
    assert (verdict.outcome, verdict.points, codes(verdict)) == (Outcome.AWAITING_MARKING, 0, ["test_odd"])
    assert "from 0 to 2 points" in sentences(verdict)


def test_a_value_that_may_have_been_lost_is_for_a_person(grade_with: Callable[..., Report]) -> None:
    loud = "def square(x):\n    print('x' * 2_000_000)\n    return x * x\n"
    verdict = by_name(grade_with({"lost": "0.5 if square(1) else 0"}, loud))["lost"]
    assert (verdict.outcome, verdict.points, codes(verdict)[0]) == (Outcome.AWAITING_MARKING, 0, "test_cut")


def test_an_untouched_answer_is_not_attempted(grade_with: Callable[..., Report]) -> None:
    verdict = by_name(grade_with({"own": "assert square(2) == 4"}, STARTER))["own"]
    assert (verdict.outcome, verdict.points, codes(verdict)) == (Outcome.NOT_ATTEMPTED, 0, ["not_attempted"])


# What is told


def test_what_a_test_prints_and_raises_is_told_as_text(grade_with: Callable[..., Report]) -> None:
    tests = {
        "own": "print('looking at\\n2')\nassert square(2) == 4, f'`got` {square(2)} **not** $4$ <b>'",
        "long": "raise ValueError('x' * 100_000)",
    }
    found = by_name(grade_with(tests, "def square(x):\n    return 5"))
    assert [in_words(finding) for finding in found["own"].findings] == [
        "The test stopped with AssertionError: `'got' 5 **not** $4$ <b>`.",
        "It printed: `looking at 2`.",
    ]
    assert in_words(found["own"].findings[0], "zh") == "测试抛出 AssertionError：`'got' 5 **not** $4$ <b>`。"
    assert len(in_words(found["long"].findings[0])) < MOST_TOLD + 60


def test_an_error_with_an_odd_name_is_an_error(grade_with: Callable[..., Report]) -> None:
    raising = "def square(x):\n    raise type('<b>`', (Exception,), {})('why')"
    assert sentences(by_name(grade_with({"own": "square(1)"}, raising))["own"]).startswith(
        "The test stopped with an exception: `why`."
    )


# Whose copy runs, and where


PAIR = {"first": "found = square(3)\nassert found == 9", "second": "assert found == 9"}
WRONG = "def square(x):\n    return 8"


def swallow(data: dict[str, Any]) -> None:
    for name in PAIR:
        cell_of(data, name)["source"] = "pass"


def give_numbers(data: dict[str, Any]) -> None:
    for name in PAIR:
        cell_of(data, name)["source"] = ["2\n"]


def retype(data: dict[str, Any]) -> None:
    for name in PAIR:
        cell_of(data, name)["cell_type"] = "markdown"


def add_copies(data: dict[str, Any]) -> None:
    data["cells"].append({**cell_of(data, "second"), "source": "2"})


CHEATS: list[Edit] = [
    swallow,
    give_numbers,
    retype,
    lambda data: drop(data, *PAIR),
    lambda data: cell_of(data, "first").update(metadata={}),
    add_copies,
]


@pytest.mark.parametrize("edit", CHEATS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_students_copy_of_a_test_pays_nothing(grade_with: Callable[..., Report], edit: Edit, language: str) -> None:
    found = by_name(grade_with(PAIR, WRONG, edit=edit, language=language))
    assert [found[name].points for name in PAIR] == [0, 0]


@pytest.mark.parametrize("edit", CHEATS)
def test_nor_does_it_cost_anything(grade_with: Callable[..., Report], edit: Edit) -> None:
    report = grade_with(PAIR, edit=edit)
    assert [by_name(report)[name].points for name in PAIR] == [2, 2]
    assert chapter_is_right(report)


def test_what_was_done_to_a_test_is_noted(grade_with: Callable[..., Report]) -> None:
    assert notes(grade_with(PAIR, edit=swallow)) == ["note_edited"]
    assert notes(grade_with(PAIR, edit=lambda data: drop(data, "second"))) == ["note_missing"]
    assert notes(grade_with(PAIR, edit=add_copies)) == ["note_duplicated", "note_edited"]


def test_a_notebook_without_labels_is_tested_all_the_same(grade_with: Callable[..., Report]) -> None:
    """Its answer is below the cell that a missing test follows, as far as the labels tell."""

    def strip(data: dict[str, Any]) -> None:
        drop(data, "first")
        data["metadata"] = {}
        for cell in data["cells"]:
            cell["metadata"] = {}

    report = grade_with(PAIR, edit=strip)
    assert [by_name(report)[name].points for name in PAIR] == [2, 2]


def test_a_test_sees_what_stands_above_it(grade_with: Callable[..., Report]) -> None:
    """A later cell of the student's changes nothing: the test ran before."""

    def own_cell_below(data: dict[str, Any]) -> None:
        cell = {"cell_type": "code", "source": WRONG, "metadata": {}, "outputs": [], "execution_count": None}
        data["cells"].insert(at(data, "second") + 1, cell)

    assert (
        by_name(grade_with({"first": "assert square(3) == 9", "second": "2"}, edit=own_cell_below))["first"].points == 2
    )


def test_a_test_may_use_what_exercises_leave_out_and_demos_define(grade_with: Callable[..., Report]) -> None:
    tests = {"library": "import scipy.linalg\nassert scipy.linalg.norm([square(1)]) == 1"}
    assert by_name(grade_with(tests))["library"].points == 2

    def below(data: dict[str, Any]) -> None:
        test = cell_of(data, "demo")
        data["cells"].remove(test)
        data["cells"].insert(at(data, "demo_curve") + 1, test)

    assert by_name(grade_with({"demo": "assert shown([1]) == '1.00'"}, edit=below))["demo"].points == 2


def test_a_test_that_misses_a_name_for_good_fails_once(grade_with: Callable[..., Report]) -> None:
    found = by_name(grade_with({"before": "seen = 1", "lost": "nowhere", "after": "assert seen == 1"}))
    assert [found[name].points for name in ("before", "lost", "after")] == [2, 0, 2]
    assert sentences(found["lost"]).startswith("The test stopped with NameError: `name 'nowhere' is not defined`.")


def test_what_tests_import_is_warm_where_it_is_there(bank: Bank, released: Mapping[str, NotebookNode]) -> None:
    notebook = copy.deepcopy(released["en"])
    trying = "try:\n    import cupy_of_mine\nexcept ImportError:\n    import wave\nassert True"
    insert_after(notebook, "why", own_test("own", trying, 1))
    with open_sandbox([as_released(bank, notebook_from(notebook))]) as warm, warm.session(()) as session:
        assert session.run_cell("import sys; assert 'wave' in sys.modules", seconds=5).error_name == ""
        assert session.run_cell(trying, seconds=5).error_name == ""


# Trouble


@pytest.mark.parametrize(
    ("square", "code"),
    [
        (f"def square(x):\n    {ENDLESS.replace(chr(10), chr(10) + '    ')}", "test_timeout"),
        ("def square(x):\n    import os\n    os._exit(0)", "test_died"),
        ("def square(x):\n    return bytearray(10**11)", "test_memory"),
    ],
)
def test_what_ends_the_process_in_a_test_costs_that_test_alone(
    grade_with: Callable[..., Report], square: str, code: str
) -> None:
    tests = {"before": "seen = 1", "ends": "square(2)", "after": "assert seen == 1"}
    report = grade_with(tests, square, budget=IMPATIENT)
    found = by_name(report)
    assert [found[name].points for name in tests] == [2, 0, 2]
    assert codes(found["ends"]) == [code]
    assert chapter_is_right(report, "ends")
    assert notes(report) == []


@pytest.mark.slow
def test_tests_that_all_end_the_process_have_an_end(grade_with: Callable[..., Report]) -> None:
    tests = {f"endless_{number}": ENDLESS for number in range(5)}
    report = grade_with(tests, budget=IMPATIENT)
    found = by_name(report)
    assert [codes(found[name]) for name in tests] == [["test_timeout"]] * 3 + [["test_not_run"]] * 2
    assert chapter_is_right(report, *tests)


def test_a_test_that_breaks_everything_breaks_nothing_of_ours(grade_with: Callable[..., Report]) -> None:
    vandal = "line_loss = line_grad = descend = None\nnp.sum = np.einsum = None\ndel square"
    report = grade_with({"vandal": vandal, "after": "square(1)"})
    assert chapter_is_right(report, "vandal", "after")
    assert by_name(report)["after"].points == 0


@pytest.mark.slow
def test_an_endless_cell_of_the_students_does_not_cost_the_tests(grade_with: Callable[..., Report]) -> None:
    def endless(data: dict[str, Any]) -> None:
        cell = {"cell_type": "code", "source": ENDLESS, "metadata": {}, "outputs": [], "execution_count": None}
        data["cells"].insert(1, cell)

    report = grade_with(PAIR, edit=endless, budget=IMPATIENT)
    assert [by_name(report)[name].points for name in PAIR] == [2, 2]
    assert notes(report) == ["note_cell_timeout"]


@pytest.mark.slow
def test_an_endless_helper_of_the_courses_own_is_left_out_by_its_name(
    bank: Bank, released: Mapping[str, NotebookNode], sandbox: Sandbox, right: dict[str, str], tmp_path: Path
) -> None:
    notebook = copy.deepcopy(released["en"])
    insert_after(notebook, "check_line_loss", own_cell("code", "plot", "line_loss(1, 2, 3, 4)", locked=True))
    path = tmp_path / f"{TINY}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    endless = {**right, "line_loss": f"def line_loss(w, b, X, y):\n    {ENDLESS.replace(chr(10), chr(10) + '    ')}"}
    bank = as_released(bank, notebook_from(notebook))
    report = grade_file(answer(path, path, endless), [bank], sandbox, student="ada", budget=IMPATIENT)
    assert [in_words(note) for note in report.notes] == [
        "Cell `plot` did not finish in time and was left out; the other cells still ran."
    ]
    assert by_name(report)["line_grad"].outcome is Outcome.PASSED


def test_a_fault_of_the_machine_is_no_zero(
    grade_with: Callable[..., Report], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = type(sandbox).session

    def without_memory(self: Sandbox, left_out: tuple[str, ...] = ()) -> Any:
        if calls.append(left_out) or len(calls) > 1:
            raise OSError("no more processes")
        return session(self, left_out)

    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(type(sandbox), "session", without_memory)
    report = grade_with(PAIR)
    assert {by_name(report)[name].outcome for name in PAIR} == {Outcome.GRADER_ERROR}
    assert by_name(report)["line_loss"].outcome is Outcome.PASSED
    assert report.has_grader_error


def test_a_regrade_gives_the_same_report(grade_with: Callable[..., Report]) -> None:
    again = [grade_with({"own": "import random\nrandom.random()", **PAIR}) for _ in range(2)]
    assert again[0].exercises == again[1].exercises


def test_verdicts_travel_as_json(grade_with: Callable[..., Report]) -> None:
    report = grade_with(TABLE)
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report
    assert all(isinstance(each, ExerciseVerdict) for each in report.exercises)
