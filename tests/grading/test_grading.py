"""Grading one submission in the real sandbox: every kind of trouble has a name, and the rest is graded."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support import TINY, by_name, codes, in_words, notes, sentences, telling_digits

from autograder.cli.made_up_class import CRASHES, ENDLESS, FORGERIES
from autograder.grading.grade_one import Budget, grade_file, grade_notebook
from autograder.grading.intake import take
from autograder.judge.compare import Mismatch
from autograder.judge.observe import compare_observations
from autograder.model.bank import Bank, BankedExercise, Observation
from autograder.model.verdict import Outcome, Report, SubmissionOutcome
from autograder.sandbox import Sandbox, SandboxUnavailable

Grade = Callable[..., Report]
IMPATIENT = Budget(cell=1.0, notebook=8.0, restarts=3)
LOSS = "def line_loss(w, b, X, y):\n    r = X @ w + b - y\n    return {}\n"
PASSED, FAILED = Outcome.PASSED, Outcome.FAILED


def outcomes(report: Report) -> dict[str, Outcome]:
    return {name: verdict.outcome for name, verdict in by_name(report).items()}


def rest_is_right(report: Report, *but: str) -> bool:
    """Everything else is right; what builds on a wrong function is judged with a right one."""
    return all(outcome is PASSED for name, outcome in outcomes(report).items() if name not in ("why", *but))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_right_submission_gets_full_marks(grade: Grade, bank: Bank, language: str) -> None:
    report = grade(language=language)
    assert report.outcome is SubmissionOutcome.GRADED
    assert rest_is_right(report)
    assert (report.score, report.max_score) == (11.0, 12.0)  # 1 of the 11 is a bonus, 2 of the 12 are marked by hand
    assert (report.language, report.notes, report.bank) == (language, (), bank.digest)
    assert report.draw == bank.draw_for(report.submission)


def test_the_released_notebook_is_not_attempted(grade: Grade) -> None:
    report = grade(only={})
    assert set(outcomes(report).values()) == {Outcome.NOT_ATTEMPTED}
    assert report.score == 0
    assert notes(report) == []


def test_a_regrade_gives_the_same_report(grade: Grade) -> None:
    assert grade({"line_loss": LOSS.format("np.mean(r**2)")}) == grade({"line_loss": LOSS.format("np.mean(r**2)")})


def test_a_mistake_is_named_in_the_sandbox_too(grade: Grade) -> None:
    report = grade({"line_loss": LOSS.format("np.mean(r**2)")})
    verdict = by_name(report)["line_loss"]
    assert verdict.mistake == "mean_for_sum"
    assert rest_is_right(report, "line_loss")


def test_a_written_answer_waits_for_a_person(grade: Grade) -> None:
    def answer(data: dict[str, Any]) -> None:
        cell_of(data, "why")["source"] = "Because it is smooth."

    report = grade(edit=answer)
    assert outcomes(report)["why"] is Outcome.AWAITING_MARKING
    assert report.needs_a_person == ("why",)


def cell_of(data: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(cell for cell in data["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == grade_id)


# Bad input


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("syntax error", "note_cell_error"),
        ("raises at once", "note_cell_error"),
        ("leaves", "note_cell_died"),
        ("calls sys.exit", "note_cell_error"),
        ("prints 200 MB", "note_output"),
        ("allocates 20 GB", "note_cell_memory"),
        ("forks without end", "note_cell_"),
    ],
)
def test_a_cell_that_misbehaves_is_named_and_the_rest_is_graded(grade: Grade, kind: str, note: str) -> None:
    report = grade({"line_loss": CRASHES[kind].replace("{name}", "line_loss")}, budget=Budget(cell=30.0))  # none waits
    assert report.outcome is SubmissionOutcome.GRADED
    attempted = kind == "syntax error"  # the only one of these cells that has a `def line_loss(`
    assert outcomes(report)["line_loss"] is (FAILED if attempted else Outcome.NOT_ATTEMPTED)
    assert rest_is_right(report, "line_loss", "line_grad")
    (told,) = report.notes
    assert told.code.startswith(note), told
    assert re.search(r"\b\d+\b", in_words(told))  # which cell


def test_a_cell_that_kills_itself_costs_its_own_points_alone(grade: Grade) -> None:
    """Where the process is the first of its namespace, the kernel does not even let it."""
    report = grade({"line_loss": CRASHES["kills itself"]})
    assert notes(report) in ([], ["note_cell_died"])
    assert outcomes(report)["line_loss"] is Outcome.NOT_ATTEMPTED
    assert rest_is_right(report, "line_loss")


def test_an_endless_cell_is_left_out(grade: Grade) -> None:
    report = grade({"line_loss": ENDLESS["endless cell"]}, budget=IMPATIENT)
    assert notes(report) == ["note_cell_timeout"]
    assert outcomes(report)["line_loss"] is Outcome.NOT_ATTEMPTED
    assert rest_is_right(report, "line_loss", "line_grad")


@pytest.mark.slow
def test_an_endless_function_is_stopped_and_what_builds_on_it_is_judged_with_a_right_one(grade: Grade) -> None:
    report = grade({"line_grad": "def line_grad(w, b, X, y):\n    while True: pass"})
    assert "timeout" in codes(by_name(report)["line_grad"])
    assert outcomes(report)["descend"] is PASSED
    assert "judged_with_right" in [finding.code for finding in by_name(report)["descend"].findings]
    assert rest_is_right(report, "line_grad")


def test_a_cell_that_spoils_the_connection_is_named_and_no_other_is(grade: Grade) -> None:
    def edit(data: dict[str, Any]) -> None:
        spoils = "import os, time\nos.write(3, b'this is no frame of the sandbox')\ntime.sleep(9)"
        cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in (spoils, "x = 1", "y = 2")]
        data["cells"][2:2] = cells

    report = grade(edit=edit)
    assert notes(report) == ["note_cell_died"]
    assert rest_is_right(report)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("import os; os._exit(0)", {"died"}),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {"died", "wrong_type"}),  # no signal ends process 1
        ("import sys; sys.exit(0)", {"raised"}),
        ("raise KeyboardInterrupt", {"raised"}),
        ("raise MemoryError", {"memory"}),
        ("return [bytearray(10**9) for _ in range(20)]", {"memory", "timeout"}),
        ("import os\n    while True: os.fork()", {"raised", "timeout", "died", "memory"}),
        ("def deep(): return deep()\n    return deep()", {"raised"}),
        ("import ctypes; return ctypes.string_at(0)", {"died"}),
    ],
)
def test_a_function_that_misbehaves_costs_its_own_points_alone(grade: Grade, body: str, told: set[str]) -> None:
    report = grade({"line_loss": f"def line_loss(w, b, X, y):\n    {body}\n"})
    verdict = by_name(report)["line_loss"]
    assert verdict.outcome is FAILED
    assert verdict.points == 0
    assert told & set(codes(verdict))
    assert rest_is_right(report, "line_loss")


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forged_answer_earns_nothing(grade: Grade, kind: str) -> None:
    report = grade({"line_loss": FORGERIES[kind].replace("{name}", "line_loss")})
    assert outcomes(report)["line_loss"] is FAILED
    assert by_name(report)["line_loss"].points == 0
    assert report.outcome is SubmissionOutcome.GRADED
    assert rest_is_right(report, "line_loss")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("float('nan')", "not_finite"),
        ("(v for v in r)", "wrong_type"),
        ("np.ones(2**24)", "too_large"),
        ("np.ma.masked_array([1.0], [True])", "wrong_type"),
        ("np.array([object()])", "wrong_type"),
        ("type('E', (float,), {'__eq__': lambda s, o: True, '__le__': lambda s, o: True})(1)", "wrong_value"),
        ("None", "wrong_type"),
    ],
)
def test_an_odd_value_is_named(grade: Grade, value: str, code: str) -> None:
    report = grade({"line_loss": LOSS.format(value)})
    assert code in codes(by_name(report)["line_loss"])
    assert rest_is_right(report, "line_loss")


def test_a_patched_comparison_changes_nothing(grade: Grade, right: dict[str, str]) -> None:
    patch = "np.allclose = np.array_equal = np.isfinite = lambda *a, **k: True\nnp.linalg.norm = lambda *a, **k: 0.0\n"
    report = grade({"line_loss": patch + LOSS.format("np.mean(r**2)")})
    assert by_name(report)["line_loss"].mistake == "mean_for_sum"
    assert by_name(report)["line_loss"].points == 0
    assert rest_is_right(report, "line_loss")


def test_harmless_warnings_on_stderr_cost_nothing(grade: Grade, right: dict[str, str]) -> None:
    noise = "import sys, warnings\nwarnings.warn('look')\nprint('careful', file=sys.stderr)\n"
    inside = right["line_loss"].replace("    residual", "    print('x', file=sys.stderr)\n    residual", 1)
    report = grade({"line_loss": noise + inside})
    assert rest_is_right(report)
    assert report.notes == ()


def test_the_sandboxed_check_is_a_stub(grade: Grade, right: dict[str, str]) -> None:
    report = grade({"line_loss": "check('line_loss')\nimport autograder\nautograder.check('x')\n" + right["line_loss"]})
    assert rest_is_right(report)
    assert report.notes == ()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:700]), "unreadable_json"),
        (lambda path: path.write_text("my homework"), "unreadable_json"),
        (lambda path: path.write_text('{"a": 1}'), "unreadable_notebook"),
        (lambda path: path.write_bytes(b""), "unreadable_empty"),
        (lambda path: os.truncate(path, 100 * 10**6), "unreadable_size"),
        (lambda path: path.unlink(), "unreadable_missing"),
    ],
)
def test_a_damaged_file_is_an_outcome_with_one_sentence(
    bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path, damage: Any, code: str
) -> None:
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    damage(path)
    report = grade_file(path, [bank], sandbox, student="ada", assignment=TINY)
    assert report.outcome is SubmissionOutcome.UNREADABLE
    assert notes(report) == [code]
    assert (report.student, report.assignment, report.exercises) == ("ada", TINY, ())


def test_an_old_notebook_is_graded(bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path) -> None:
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    path.write_text(json.dumps(nbformat.convert(nbformat.read(path, as_version=4), 3)), encoding="utf-8")
    report = grade_file(path, [bank], sandbox, student="ada", assignment=TINY)
    assert rest_is_right(report)
    assert "note_upgraded" in notes(report)


def strip(data: dict[str, Any]) -> None:
    data["metadata"] = {}
    for cell in data["cells"]:
        cell["metadata"] = {}


@pytest.mark.parametrize(
    ("edit", "note"),
    [
        (lambda data: data["cells"].remove(cell_of(data, "check_line_grad")), "note_missing"),
        (lambda data: data["cells"].remove(cell_of(data, "setup_01")), "note_missing"),
        (lambda data: data["cells"].append(cell_of(data, "check_line_grad")), "note_duplicated"),
        (lambda data: data["cells"].append(cell_of(data, "line_grad")), "note_duplicated"),
        (lambda data: cell_of(data, "check_line_grad").update(cell_type="raw"), "note_retyped"),
        (lambda data: cell_of(data, "line_grad").update(cell_type="raw"), "note_retyped"),
        (lambda data: cell_of(data, "check_line_grad").update(source="raise SystemExit"), "note_edited"),
        (lambda data: cell_of(data, "setup_01").update(source="np = None"), "note_edited"),
        (lambda data: data["cells"].reverse(), "note_reordered"),
        (strip, "note_no_metadata"),
    ],
)
def test_damaged_cells_cost_nothing(grade: Grade, edit: Any, note: str) -> None:
    report = grade(edit=edit)
    assert notes(report) == [note]
    assert rest_is_right(report)


@pytest.mark.slow
def test_the_budget_of_the_notebook_ends_it(grade: Grade) -> None:
    busy = "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass\n"
    report = grade(dict.fromkeys(("line_loss", "line_grad", "descend"), busy), budget=Budget(2.0, 1.0, 1))
    assert notes(report) == ["note_cell_timeout"] or "note_budget" in notes(report)
    assert report.outcome is SubmissionOutcome.GRADED


def test_cells_that_end_the_process_again_and_again_are_given_up(grade: Grade) -> None:
    def edit(data: dict[str, Any]) -> None:
        end = {"cell_type": "code", "source": "import os; os._exit(1)", "metadata": {}}
        data["cells"][2:2] = [dict(end) for _ in range(6)]

    report = grade(edit=edit, budget=Budget(1.0, 8.0, restarts=2))
    assert notes(report).count("note_cell_died") == 3
    assert notes(report)[-1] == "note_budget"
    assert report.outcome is SubmissionOutcome.GRADED


# One error costs marks once


def test_what_calls_an_answer_that_was_left_as_it_is_is_judged_with_a_right_one(grade: Grade) -> None:
    """The starter raises NotImplementedError, and so does what calls it: that one was attempted."""
    report = grade({"line_grad": "def line_grad(w, b, X, y):\n    raise NotImplementedError()"})
    assert outcomes(report)["line_grad"] is Outcome.NOT_ATTEMPTED
    assert rest_is_right(report, "line_grad")
    assert "judged_with_right" in [finding.code for finding in by_name(report)["descend"].findings]


def test_one_error_costs_marks_once(grade: Grade) -> None:
    wrong = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return X.T @ r, 2 * np.sum(r)\n"
    report = grade({"line_grad": wrong})
    assert outcomes(report)["line_grad"] is FAILED
    descend = by_name(report)["descend"]
    assert descend.outcome is PASSED
    (told,) = [finding for finding in descend.findings if finding.code == "judged_with_right"]
    assert "`line_grad`" in in_words(told)
    assert report.score == 11 - 3


def test_only_what_an_exercise_builds_on_is_named_as_replaced(grade: Grade) -> None:
    """A descent calls the gradient, and no loss."""
    report = grade(
        {"line_loss": "def line_loss(w, b, X, y):\n    return 7.0", "line_grad": "def line_grad(*_):\n    return 0"}
    )
    (told,) = [finding for finding in by_name(report)["descend"].findings if finding.code == "judged_with_right"]
    assert in_words(told).startswith("Judged with a right `line_grad` in place of yours")


def test_an_error_of_its_own_still_costs(grade: Grade) -> None:
    wrong = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return X.T @ r, 2 * np.sum(r)\n"
    report = grade({"line_grad": wrong, "descend": "def descend(w, b, X, y, lr, steps):\n    return {'w': w, 'b': b}"})
    assert by_name(report)["descend"].points == 0


def test_right_functions_reach_no_exercise_that_was_right_by_itself(grade: Grade, right: dict[str, str]) -> None:
    """A descent with a gradient of its own passes without help, so nothing is said of help."""
    own = right["line_grad"].replace("line_grad", "mine") + right["descend"].replace("line_grad", "mine")
    report = grade({"line_grad": "def line_grad(w, b, X, y):\n    return 0", "descend": own})
    assert outcomes(report)["descend"] is PASSED
    assert "judged_with_right" not in [finding.code for finding in by_name(report)["descend"].findings]


def test_what_was_not_attempted_is_not_made_right(grade: Grade, bank: Bank) -> None:
    exercise = bank.exercise("descend")
    assert exercise is not None
    report = grade({"line_grad": "def line_grad(w, b, X, y):\n    return 0", "descend": exercise.starter})
    assert outcomes(report)["descend"] is Outcome.NOT_ATTEMPTED


# Demos


@pytest.mark.parametrize(("name", "line"), [("line_loss", "    residual = "), ("descend", "    for _")])
def test_an_answer_may_use_a_name_of_a_demo(grade: Grade, right: dict[str, str], name: str, line: str) -> None:
    report = grade({name: right[name].replace(line, f"    shown(w)\n{line}", 1)})
    assert rest_is_right(report)
    assert codes(by_name(report)[name]) == []
    assert "judged_with_right" not in [finding.code for finding in by_name(report)[name].findings]


def test_a_name_that_no_demo_defines_stays_an_error(grade: Grade, right: dict[str, str]) -> None:
    report = grade({"line_loss": right["line_loss"].replace("    residual = ", "    nowhere(w)\n    residual = ", 1)})
    assert "`NameError`" in sentences(by_name(report)["line_loss"])
    assert rest_is_right(report, "line_loss")


def test_untouched_demos_do_not_run_for_a_grade(grade: Grade, bank: Bank, sandbox: Sandbox, tmp_path: Path,
                                                hand_in: Callable[..., Path]) -> None:  # fmt: skip
    """A demo that would end the process does no harm as long as nothing needs it."""
    poison = "import os\nos._exit(0)"
    cells = tuple(
        replace(cell, source=dict.fromkeys(cell.source, poison)) if cell.role == "demo" else cell for cell in bank.cells
    )
    path = hand_in(tmp_path / f"{TINY}.ipynb", edit=lambda data: cell_of(data, "demo_curve").update(source=poison))
    report = grade_file(path, [replace(bank, cells=cells)], sandbox, student="ada", assignment=TINY)
    assert rest_is_right(report)
    assert report.notes == ()


def test_what_an_untouched_demo_lacks_here_is_not_told_to_the_student(
    bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], right: dict[str, str], tmp_path: Path
) -> None:
    """Its plots may need a library that the session leaves out."""
    lacking = "def shown(values):\n    return ''\nraise RuntimeError('no such library here')"
    cells = tuple(
        replace(cell, source=dict.fromkeys(cell.source, lacking)) if cell.role == "demo" else cell
        for cell in bank.cells
    )
    uses = right["line_loss"].replace("    residual = ", "    shown(w)\n    residual = ", 1)
    path = hand_in(
        tmp_path / f"{TINY}.ipynb",
        {"line_loss": uses},
        edit=lambda data: cell_of(data, "demo_curve").update(source=lacking),
    )
    report = grade_file(path, [replace(bank, cells=cells)], sandbox, student="ada", assignment=TINY)
    assert rest_is_right(report)
    assert report.notes == ()


# Faults of ours


def test_a_setup_that_fails_is_our_fault_and_never_a_zero(
    bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    cells = tuple(
        replace(cell, source=dict.fromkeys(cell.source, "import no_such_module")) if cell.role == "setup" else cell
        for cell in bank.cells
    )
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    report = grade_file(path, [replace(bank, cells=cells)], sandbox, student="ada")
    assert report.outcome is SubmissionOutcome.GRADER_ERROR
    assert report.needs_a_person == ("the whole submission",)


def test_a_fault_in_the_judge_is_an_error_of_that_exercise_alone(
    bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    broken = replace(bank.exercises[5], draws=tuple(() for _ in bank.exercises[5].draws))
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    report = grade_file(path, [replace(bank, exercises=(*bank.exercises[:5], broken))], sandbox, student="ada")
    assert outcomes(report)["center"] is Outcome.GRADER_ERROR
    assert report.needs_a_person == ("center",)
    assert rest_is_right(report, "center")


# Secrets


def test_nothing_that_is_said_of_a_submission_tells_hidden_values(grade: Grade, bank: Bank) -> None:
    tell = "print(X, y)\n    import sys; print(X, file=sys.stderr)\n    "
    report = grade(
        {
            "line_loss": f"def line_loss(w, b, X, y):\n    {tell}raise ValueError(str(X))",
            "line_grad": f"def line_grad(w, b, X, y):\n    {tell}return w, b",
            "descend": f"def descend(w, b, X, y, lr, steps):\n    {tell}return {{str(X): w}}",
        }
    )
    said = " ".join([*(sentences(verdict) for verdict in report.exercises), *(in_words(note) for note in report.notes)])
    secrets = set().union(*(telling_digits(exercise.draws[report.draw]) for exercise in bank.exercises))
    assert not set(re.findall(r"\d+\.?\d*", said)) & secrets


def test_expected_outputs_never_enter_the_sandbox(grade: Grade, bank: Bank) -> None:
    """An answer that searches its own process for the right number does not find it."""
    search = """
import gc
def line_loss(w, b, X, y):
    right = np.sum((X @ w + b - y) ** 2)
    for found in gc.get_objects():
        if isinstance(found, (list, tuple)) and any(isinstance(v, (float, np.ndarray)) and np.size(v) == 1
                                                     and abs(float(v) - right) < 1e-9 for v in found if v is not right):
            return right
    return None
"""
    report = grade({"line_loss": search})
    assert outcomes(report)["line_loss"] is FAILED


# nbgrader's entry


def test_one_notebook_can_be_graded_in_a_sandbox_of_its_own(
    bank_dir: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    report = grade_notebook(take(path), bank_dir=bank_dir.parent, student="ada")
    assert rest_is_right(report)


def test_the_place_decides_in_nbgraders_autograde_too(
    bank_dir: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    """A notebook of chapter 1 in the folder of chapter 4 was graded as chapter 1."""
    taken = take(hand_in(tmp_path / f"{TINY}.ipynb"))
    report = grade_notebook(taken, bank_dir=bank_dir.parent, student="ada", assignment="ch04_other")
    assert (report.assignment, report.outcome) == ("ch04_other", SubmissionOutcome.UNREADABLE)
    assert notes(report) == ["unreadable_assignment"]


def test_an_unknown_rung_is_named() -> None:
    with pytest.raises(SandboxUnavailable, match="there is no rung called 'moat'"):
        Sandbox("moat")


# Cells that stop before they come to the function


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("def line_loss(w, b, X, y):\n    r = (X @ w + b - y\n    return np.sum(r**2)", "cell_syntax", "(line 2)"),
        ("import torchy\n" + LOSS.format("torchy.sum(r)"), "cell_package", "the package `torchy` is not available"),
        ("1 / 0\n" + LOSS.format("0.0"), "cell_stopped", "stopped with `ZeroDivisionError` (line 1)"),
        ("raise ImportError(str(list('X')))\n" + LOSS.format("0.0"), "cell_stopped", "`ImportError`"),
    ],
)
def test_a_function_whose_cell_stopped_was_attempted(grade: Grade, source: str, code: str, words: str) -> None:
    report = grade({"line_loss": source})
    verdict = by_name(report)["line_loss"]
    assert (verdict.outcome, verdict.points, codes(verdict)) == (FAILED, 0.0, [code])
    assert words in sentences(verdict)
    assert rest_is_right(report, "line_loss")


@pytest.mark.slow
def test_a_function_whose_cell_was_left_out_was_attempted(grade: Grade) -> None:
    report = grade({"line_loss": "while True: pass\n" + LOSS.format("0.0")}, budget=IMPATIENT)
    assert outcomes(report)["line_loss"] is FAILED
    assert codes(by_name(report)["line_loss"]) == ["note_cell_timeout"]


def test_a_function_that_no_cell_defines_was_not_attempted(grade: Grade) -> None:
    report = grade({"line_loss": "1 / 0"})
    assert outcomes(report)["line_loss"] is Outcome.NOT_ATTEMPTED


LYING = """
asked = {}
def line_loss(w, b, X, y):
    if X.tobytes() in asked:
        w0, b0, gw, gb = asked[X.tobytes()]
        return 7.0 + gw @ (w - w0) + gb * (b - b0)
    return np.sum((X @ w + b - y) ** 2)
"""
ITS_GRADIENT = """
def line_grad(w, b, X, y):
    r = X @ w + b - y
    gw, gb = X.T @ r, r.sum()
    asked[X.tobytes()] = (w.copy(), b, gw, gb)
    return gw, gb
"""


def test_a_loss_that_passed_and_lies_while_the_gradient_is_checked_earns_nothing(grade: Grade) -> None:
    """The loss got its own points, so it was right; what it says afterwards is no reason to pay half a gradient."""
    report = grade({"line_loss": LYING, "line_grad": ITS_GRADIENT})
    assert outcomes(report)["line_loss"] is PASSED
    assert by_name(report)["line_grad"].points == 0


def test_an_answer_that_costs_the_grader_is_wrong_and_the_rest_is_graded(
    grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done with an answer outside has a limit of CPU time too."""
    monkeypatch.setattr("autograder.grading.sandboxed.TRUSTED_SECONDS", 0.2)

    def compare(exercise: BankedExercise, expected: Observation, actual: Observation) -> list[Mismatch]:
        while exercise.name == "center":
            pass
        return compare_observations(exercise, expected, actual)

    monkeypatch.setattr("autograder.judge.judge.compare_observations", compare)
    report = grade()
    assert "too_large" in codes(by_name(report)["center"])
    assert outcomes(report)["center"] is FAILED
    assert rest_is_right(report, "center")
