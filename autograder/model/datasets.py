"""Data sets by name: those that scikit-learn's wheel carries, loaded when they are first asked for."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import numpy as np

from autograder.model.errors import UserError
from autograder.model.needs import pip_install

SENTENCES = {
    "data_set_missing": "the data set {name!r} comes with scikit-learn, which is not installed here: run `{command}`",
    "data_set_differs": "scikit-learn here has other numbers in its data set {name!r} than these cases were made with: "
    "run `{command}`",
}
PARTS = ("data", "target")
_LOADERS: dict[str, dict[str, Any]] = {  # by scikit-learn's name, with the arguments of its loader
    "breast_cancer": {},
    "diabetes": {"scaled": False},  # as measured: the scaled ones are computed, and their last bits with them
    "digits": {},
    "iris": {},
    "wine": {},
}
NAMES = tuple(_LOADERS)


class DataSetUnusable(UserError):
    """A named data set that is not here as it was; `code` and `values` say how, in words of SENTENCES."""

    def __init__(self, code: str, name: str, command: str) -> None:
        self.code, self.values = code, {"name": name, "command": command}
        super().__init__(SENTENCES[code].format(**self.values))


@functools.cache
def load(name: str) -> dict[str, np.ndarray]:
    """The arrays of a data set: "data" (N, D) and "target" (N,).  Raises DataSetUnusable without scikit-learn."""
    try:
        from sklearn import datasets
    except ImportError:
        raise DataSetUnusable("data_set_missing", name, pip_install(["sklearn"])) from None
    return dict(zip(PARTS, getattr(datasets, f"load_{name}")(return_X_y=True, **_LOADERS[name]), strict=True))


def digest_of(array: np.ndarray) -> str:
    """Twelve hex digits that name an array: its numbers, their kind and its shape."""
    head = f"{array.dtype.newbyteorder('<').str} {array.shape} "
    numbers = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return hashlib.sha256(head.encode() + numbers.tobytes()).hexdigest()[:12]


def refuse_another(name: str, digest: str, array: np.ndarray) -> None:
    """Raise DataSetUnusable where an array is not the one that has this digest."""
    if digest_of(array) != digest:
        raise DataSetUnusable("data_set_differs", name, f"{pip_install(['sklearn'])} --upgrade")
