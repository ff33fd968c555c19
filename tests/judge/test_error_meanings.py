"""What an exception means: each is raised by the slip that students make, with the Python and numpy that are here."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge.error_meanings import MEANINGS, meaning_of
from autograder.model.texts import LANGUAGES, in_words

SLIPS = [
    ("means_truth_of_array", "if v > 0: pass"),
    ("means_broadcast", "X - X.max(axis=1)"),
    ("means_broadcast", "X[0] = v"),
    ("means_product", "X @ v"),
    ("means_product", "np.dot(X, v)"),
    ("means_axes_joined", "np.hstack([X, v])"),
    ("means_lengths_joined", "np.hstack([X, X.T])"),
    ("means_unpacked", "w, b = 1, 2, 3"),
    ("means_unpacked", "w, b = 3.0"),
    ("means_row_for_number", "v[0] = X[0]"),
    ("means_negative_power", "np.array([2, 3]) ** -1"),
    ("means_key", "{'A0': X}['A-1']"),
    ("means_unbound", "def f():\n    total += v\nf()"),
    ("means_name", "learning_rate"),
    ("means_too_many_indices", "v[:, 0]"),
    ("means_index", "v[4]"),
    ("means_index", "[1, 2][2]"),
    ("means_axis", "v.sum(axis=1)"),
    ("means_none", "print() + v"),
    ("means_none", "print()[0]"),
    ("means_none", "print().shape"),
    ("means_list", "x = [1, 2]; x - 1"),
    ("means_list", "x = [1, 2]; 0.5 * x"),
    ("means_list", "x = [1, 2]; x.shape"),
    ("means_not_callable", "x = 2; x(v)"),
    ("means_one_number", "float(v)"),
    ("means_one_number", "import math; math.exp(v)"),
    ("means_arguments", "def f(w): pass\nf(v, v)"),
    ("means_arguments", "def f(w): pass\nf()"),
    ("means_attribute", "v.shapes"),
    ("means_integers_in_place", "n = np.array([1, 2]); n -= 0.5"),
    ("means_singular", "np.linalg.inv(np.ones((2, 2)))"),
    ("means_endless", "def f(): f()\nf()"),
]


def raised_by(slip: str) -> Exception:
    try:
        exec(slip, {"np": np, "X": np.ones((4, 3)), "v": np.ones(4)})
    except Exception as error:
        return error
    raise AssertionError(f"{slip} is no slip")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("code", "slip"), SLIPS)
def test_a_common_exception_has_a_meaning(code: str, slip: str) -> None:
    error = raised_by(slip)
    meaning = meaning_of(type(error).__name__, str(error))
    assert meaning is not None, error
    assert meaning["code"] == code, error


def test_every_meaning_has_a_slip() -> None:
    assert {code for code, _ in SLIPS} == set(MEANINGS)


def test_a_package_that_is_missing_has_the_line_that_installs_it() -> None:
    meaning = meaning_of("ModuleNotFoundError", "No module named 'sklearn.datasets'")
    assert meaning is not None
    for language in LANGUAGES:
        assert "`sklearn`" in in_words(meaning, language)
        assert "`%pip install scikit-learn`" in in_words(meaning, language)


@pytest.mark.parametrize(("error", "message"), [("ValueError", "math domain error"), ("Mine", "NoneType")])
def test_of_other_exceptions_nothing_is_said(error: str, message: str) -> None:
    assert meaning_of(error, message) is None
