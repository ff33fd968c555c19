"""Sentences: one for each thing that can be wrong, in both languages, and none that lets a secret out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from support import in_words

from autograder.judge.compare import compare
from autograder.judge.describe import (
    describe_failure,
    describe_mismatches,
    safe_error_name,
    type_name,
)
from autograder.model.bank import Bank, BankedExercise
from autograder.model.calls import CallStatus, Failure
from autograder.model.criteria import CLOSED_FORM
from autograder.model.exercise import Case
from autograder.model.markers import Handle, Opaque
from autograder.model.texts import say

VECTOR = np.array([1.5, -2.25, 3.125])


OBJECT = "The result should be a number, but your function returned an object of "


@pytest.fixture(scope="module")
def exercise(bank: Bank) -> BankedExercise:
    return bank.exercises[1]  # line_grad: returns (dw, db)


def told(exercise: BankedExercise, expected: Any, actual: Any, reveal: bool, **inputs: Any) -> list[tuple[str, str]]:
    mismatches = compare(expected, actual, CLOSED_FORM, exercise.outputs)
    described = describe_mismatches(exercise, mismatches, Case("case", **inputs), reveal)
    assert json.loads(json.dumps(described)) == [list(each) for each in described]  # as the ledger keeps it
    return [(code, say(code, "en", **values)) for code, values in described]


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        ((VECTOR, 1.0), (VECTOR, 2.0), "`db` should be 1, but is 2."),
        (
            (VECTOR, 1.0),
            (VECTOR + 9 * (VECTOR < 0), 1.0),
            "`dw` should be [1.5, -2.25, 3.125], but is [1.5, 6.75, 3.125].",
        ),
        (
            (VECTOR, 1.0),
            VECTOR,
            "Your function should return 2 values (dw, db), but it returned only one: an array of shape (3,).",
        ),
        ((VECTOR, 1.0), (VECTOR, 1.0, 2.0), "Your function should return 2 values (dw, db), but it returned 3."),
        (
            np.arange(9.0),
            np.arange(9.0) + 5 * (np.arange(9) == 7),
            "The result (worst at index 7) should be 7, but is 12.",
        ),
        (1.0, 1.0 + 1e-4, "The result should be 1, but is 1.0001."),
        (1.0, 1.0 + 2e-5, "The result should be 1, but is 1.00002."),
        ({"rises": True}, {"rises": False}, "`rises` should be true, but is not."),
        ({"rises": False}, {"rises": True}, "`rises` should be false, but is not."),
        ((VECTOR, 1.0), (VECTOR[:2], 1.0), "`dw` should have shape (3,), but it has shape (2,)."),
        (
            VECTOR,
            np.eye(3),
            "The result should have shape (3,), but it has shape (3, 3): every entry has met every other. "
            "Does a column meet a vector somewhere, or is only the diagonal of a product wanted?",
        ),
        ((VECTOR, 1.0), (VECTOR * np.nan, 1.0), "`dw` contains NaN or infinity where a finite number is right."),
        ((VECTOR, 1.0), ("text", 1.0), "`dw` should be an array of shape (3,), but your function returned text."),
        (1.0, None, "The result should be a number, but your function returned None (is a `return` missing?)."),
        ("n", "m", "The result should be 'n', but is 'm'."),
        ({"a": 1}, {"b": 1}, "The result should have the keys `a`; yours has `b` and lacks `a`."),
        ({"a": 1, "b": 2}, {"a": 1}, "The result should have the keys `a`, `b`; yours lacks `b`."),
        ({"a": 1}, {"a": 1, "b": 2}, "The result should have the keys `a`; yours has `b` besides."),
    ],
)
def test_what_differs_is_said_in_one_sentence(
    exercise: BankedExercise, expected: Any, actual: Any, sentence: str
) -> None:
    assert sentence in [text for _, text in told(exercise, expected, actual, reveal=True)]


@pytest.mark.parametrize(
    ("expected", "actual", "sentence"),
    [
        ((VECTOR, 1.0), (VECTOR + 1, 1.0), "`dw` is wrong."),
        ({"a": 1}, {"3.14159": 1}, "The result should have the keys a, but it has …."),
        (1.0, Opaque("Secret314"), OBJECT + "another class."),
        (1.0, Handle(0, "314"), OBJECT + "another class."),
        (1.0, Opaque("generator"), OBJECT + "type `generator`."),
        (VECTOR, np.zeros(314), "The result has another shape than the docstring says."),
        (VECTOR, np.zeros((7, 3)), "The result should have shape (3,), but it has shape (7, 3)."),
        (VECTOR, np.zeros((7, 3, 7)), "The result has another shape than the docstring says."),
        ((VECTOR, 1.0), [0] * 4, "Your function should return 2 values (dw, db), but it returned 4."),
        ((VECTOR, 1.0), [0] * 5, "Your function should return 2 values (dw, db), but it returned far more."),
        ((VECTOR, 1.0), [0] * 314, "Your function should return 2 values (dw, db), but it returned far more."),
        (1.0, 10**60, "The result is wrong."),
    ],
)  # fmt: skip
def test_hidden_cases_tell_no_values(exercise: BankedExercise, expected: Any, actual: Any, sentence: str) -> None:
    ((_, text),) = told(exercise, expected, actual, reveal=False, X=np.zeros((7, 3)))
    assert text == sentence


def test_a_failed_call_is_told_with_its_line_and_a_safe_name(exercise: BankedExercise) -> None:
    def said(status: CallStatus, function: str, error: str = "", line: int | None = None) -> str:
        code, values = describe_failure(exercise, Failure(status, function, error, line=line), reveal=False)
        assert "314" not in str(values)
        return say(code, "en", **values)

    where = " (line 3 of the cell)"
    assert said(CallStatus.RAISED, "line_grad", "ValueError", 3) == f"`line_grad` stopped with `ValueError`{where}."
    assert said(CallStatus.RAISED, "line_grad", "Leak314") == "`line_grad` stopped with an exception."
    assert "`line_grad(w, b, X, y)`" in said(CallStatus.SIGNATURE, "line_grad")
    assert "`line_grad`" in said(CallStatus.MISSING, "X=314")
    assert "`line_grad` lacks a method" in said(CallStatus.NO_METHOD, "Leak314.sum")


@pytest.mark.parametrize(
    ("name", "told"),
    [("ZeroDivisionError", "`ZeroDivisionError`"), ("LinAlgError", "`LinAlgError`"),
     ("_UFuncNoLoopError", "`UFuncTypeError`"), ("print", "an exception"), ("BrokenPipeError", "an exception"),
     ("Mine", "an exception"), ("", "an exception")],
)  # fmt: skip
def test_only_common_exceptions_are_named(name: str, told: str) -> None:
    assert in_words(safe_error_name(name)) == told


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "None"), (True, "a truth value"), ({}, "a dict"), ((), "an array of shape (0,)"), ("x", "text"),
     ([[1], [2, 3]], "a list"), (np.zeros((2, 3)), "shape (2, 3)"), ({1}, "something else"), (7, "a number"),
     (Opaque("object array"), "`object array`"), (Opaque("complex128 array"), "`complex128 array`")],
)  # fmt: skip
def test_every_kind_of_value_has_a_name(value: Any, words: str) -> None:
    assert words in in_words(type_name(value))


@pytest.mark.parametrize(
    ("name", "told"),
    [("datetime64[314s] array", "`datetime64 array`"), ("ValueError", "another class"), ("complex", "`complex`")],
)
def test_the_name_of_a_type_is_one_of_few(name: str, told: str) -> None:
    """A unit of time may be any number, and Python has a hundred classes: both could carry hidden inputs."""
    assert told in in_words(type_name(Opaque(name)))
    assert "314" not in str(type_name(Handle(0, name)))
