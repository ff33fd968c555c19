"""Exercises that leave libraries out: their sessions lack them, the feedback and the notebook say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import COURSE, TINY, by_name, codes, in_words, notes

from autograder.build.notebooks import instructor_notebook, left_out, starter_source, student_notebook, to_bytes
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.grading.grade_one import grade_file, grade_intake, open_sandbox
from autograder.grading.intake import Intake
from autograder.grading.student_process import usually_left_out
from autograder.model.bank import Bank
from autograder.model.exercise import FROM_SCRATCH
from autograder.model.verdict import Outcome, Report
from autograder.sandbox import Sandbox, Session

WITHOUT = ("line_loss", "line_grad", "descend")
RIDGE = "from sklearn.linear_model import Ridge\n"
USES = RIDGE + "def line_loss(w, b, X, y):\n    return Ridge().fit(X, y).score(X, y)\n"
MAY = "import scipy.linalg\ndef center(X):\n    return scipy.linalg.inv(np.eye(len(X))) @ (X - np.mean(X, axis=0))\n"


@pytest.fixture(scope="module")
def strict(bank: Bank) -> Bank:
    """The bank in which the first three exercises are to be written in numpy alone."""
    exercises = tuple(
        replace(exercise, forbids=FROM_SCRATCH if exercise.name in WITHOUT else ()) for exercise in bank.exercises
    )
    return replace(bank, exercises=exercises)


@pytest.fixture(scope="module")
def own_sandbox(strict: Bank) -> Iterator[Sandbox]:
    with open_sandbox([strict]) as warm:
        yield warm


@pytest.fixture
def grade(strict: Bank, own_sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path) -> Callable[..., Report]:
    def run(answers: Mapping[str, str] | None = None, **how: Any) -> Report:
        path = hand_in(tmp_path / f"{TINY}.ipynb", answers, **how)
        return grade_file(path, [strict], own_sandbox, student="ada")

    return run


def test_a_right_submission_is_right_in_both_kinds_of_session(grade: Callable[..., Report]) -> None:
    report = grade({"center": MAY})
    assert (report.score, report.notes) == (11.0, ())


def test_what_an_exercise_leaves_out_is_told_by_name(grade: Callable[..., Report]) -> None:
    report = grade({"line_loss": USES, "center": MAY})
    verdict = by_name(report)["line_loss"]
    assert (verdict.outcome, verdict.points, set(codes(verdict))) == (Outcome.FAILED, 0, {"forbidden"})
    (told, *_) = [finding for finding in verdict.findings if finding.code == "forbidden"]
    assert in_words(told) == "`line_loss` uses `sklearn`, which this exercise leaves out: write it with numpy alone."
    assert in_words(told, "zh") == "`line_loss` 用到了 `sklearn`，而本题不允许使用它：请只用 numpy 来写。"
    assert all(entry.outcome is Outcome.PASSED for entry in report.exercises if entry.name not in ("line_loss", "why"))
    assert report.notes == ()


def test_another_exercise_may_use_it(grade: Callable[..., Report]) -> None:
    assert by_name(grade({"center": MAY}))["center"].outcome is Outcome.PASSED


def test_a_cell_that_needs_a_value_is_noted_once(grade: Callable[..., Report], right: dict[str, str]) -> None:
    report = grade({"center": MAY + "assert scipy.linalg.norm(center(np.ones((2, 2)))) < 1\n"})
    assert notes(report) == ["note_cell_forbidden"]
    assert "`scipy`" in in_words(report.notes[0])
    assert report.score == 11.0


def test_wrong_functions_are_replaced_in_both_kinds_of_session(grade: Callable[..., Report]) -> None:
    wrong = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return X.T @ r, 2 * np.sum(r)\n"
    report = grade({"line_grad": wrong, "center": MAY.replace("axis=0", "axis=1")})
    assert by_name(report)["descend"].outcome is Outcome.PASSED
    assert by_name(report)["center"].outcome is Outcome.FAILED


def test_a_forged_library_is_no_channel(grade: Callable[..., Report]) -> None:
    forged = """
import sys
def line_loss(w, b, X, y):
    import torch
    error = next(type(e) for e in _errors(torch))
    raise error(str(X[0, 0]))
def _errors(torch):
    try: torch.ones(3)
    except ImportError as error: yield error
"""
    verdict = by_name(grade({"line_loss": forged}))["line_loss"]
    assert set(codes(verdict)) == {"raised"}
    assert all("an exception" in in_words(f) for f in verdict.findings if f.code == "raised")


@pytest.mark.parametrize(
    ("libraries", "english", "chinese"),
    [
        (
            FROM_SCRATCH,
            "# numpy only: scipy, scikit-learn and torch are not there when this is graded.",
            "# 只用 numpy：评分时没有 scipy、scikit-learn 和 torch。",
        ),
        (("torch",), "# torch is not there when this is graded.", "# 评分时没有 torch。"),
        (
            ("sklearn", "torch"),
            "# scikit-learn and torch are not there when this is graded.",
            "# 评分时没有 scikit-learn 和 torch。",
        ),
    ],
)
def test_the_comment_of_a_notebook_is_a_sentence(libraries: tuple[str, ...], english: str, chinese: str) -> None:
    assert left_out(libraries, "en") == english
    assert left_out(libraries, "zh") == chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_notebooks_say_it_and_the_starter_is_still_the_starter(
    chapter: Chapter, language: str, grade: Callable[..., Report]
) -> None:
    exercises = tuple(
        replace(entry, record=replace(entry.record, forbids=FROM_SCRATCH)) if entry.name == "line_loss" else entry
        for entry in chapter.exercises
    )
    strict = replace(chapter, exercises=exercises)
    for notebook in (instructor_notebook(strict, language), student_notebook(strict, language)):
        sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells}
        assert sources["line_loss"].splitlines()[:2] == [
            left_out(FROM_SCRATCH, language),
            "def line_loss(w, b, X, y):",
        ]
        assert not sources["line_grad"].startswith("#")
    cell = next(cell for cell in strict.cells if cell.role == "answer" and cell.name == "line_loss")
    starter = starter_source(strict, cell, language)
    assert starter.startswith(left_out(FROM_SCRATCH, language))
    assert by_name(grade({"line_loss": starter}))["line_loss"].outcome is Outcome.NOT_ATTEMPTED


def test_a_choice_needs_no_session_of_its_own(
    strict: Bank, own_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`facts` forbids nothing and has no arguments; `center` and `nearest_mean` do, and may use what they like."""
    computing = tuple(entry for entry in strict.exercises if entry.name in (*WITHOUT, "facts"))
    assert usually_left_out([strict]) == FROM_SCRATCH
    assert usually_left_out([replace(strict, exercises=computing)]) == FROM_SCRATCH
    asked: list[tuple[str, ...]] = []
    real = Sandbox.session

    def session(self: Sandbox, left_out: tuple[str, ...] = ()) -> Session:
        asked.append(left_out)
        return real(self, left_out)

    monkeypatch.setattr(Sandbox, "session", session)
    only = replace(strict, exercises=computing)
    released = student_notebook(load_chapter(COURSE / "solutions" / TINY), "en")
    taken = Intake(Path(f"{TINY}.ipynb"), to_bytes(released))
    grade_intake(taken, [only], own_sandbox, student="ada")
    assert set(asked) == {FROM_SCRATCH}
