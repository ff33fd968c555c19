"""Markers: what stands in plain data for a thing that is none.

An argument may hold a random generator, a torch tensor, a function or rows of a named data set; a returned value may
hold an object that stays where it is.  Stdlib and numpy alone: this module also runs beside student code.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Handle:
    """An object that stays inside the implementation (a fitted model, say); only its number travels.

    An observe calls its methods as if it were here, `model.predict(X)`, or the object itself, `net(X)`: the
    implementation that gave it makes the call, through `ask`.
    """

    number: int
    type_name: str
    ask: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or self.ask is None:
            raise AttributeError(name)
        return self._method(name)

    def __call__(self, *args: Any) -> Any:
        return self._method("")(*args)

    def _method(self, name: str) -> Callable[..., Any]:
        if self.ask is None:
            raise TypeError(f"nobody can call an object of type {self.type_name!r} here")
        ask, method = self.ask, Method(self, name)
        return lambda *args: ask(method, args)


@dataclass(frozen=True)
class Method:
    """A method of an object that stays inside the implementation; "" is the object itself, called."""

    handle: Handle
    name: str

    def __str__(self) -> str:
        return f"#{self.handle.number}.{self.name}" if self.name else f"#{self.handle.number}"

    @property
    def label(self) -> str:
        """How people call it: "KMeans.fit"."""
        return f"{self.handle.type_name}.{self.name or '__call__'}"


class Record(tuple[Any, ...]):
    """The fields of an object that stays inside the implementation: a named tuple or a dataclass, read as a tuple.

    Handed back as an argument it is that object again, and its methods are called like a `Handle`'s.
    """

    handle: Handle

    def __new__(cls, fields: Iterable[Any], handle: Handle) -> Record:
        record = super().__new__(cls, fields)
        record.handle = handle
        return record

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name == "handle":
            raise AttributeError(name)
        return self.handle.__getattr__(name)


@dataclass(frozen=True)
class Opaque:
    """A value that is not plain data and may not travel (a generator, a masked array)."""

    type_name: str


@dataclass(frozen=True)
class Rng:
    """A random generator as an argument: arrives as `np.random.default_rng(seed)`."""

    seed: int


@dataclass(frozen=True, eq=False)
class Tensor:
    """A torch tensor as an argument: float64, int64 or bool, by the kind of numbers in `array`."""

    array: np.ndarray
    requires_grad: bool = False

    def __post_init__(self) -> None:
        array = np.asarray(self.array)
        wanted = {"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}.get(array.dtype.kind)
        if wanted is None:
            raise TypeError(f"a tensor holds numbers or truth values, not {array.dtype}")
        if self.requires_grad and wanted is not np.float64:
            raise TypeError("only a tensor of real numbers has a gradient")
        object.__setattr__(self, "array", np.asarray(array, dtype=wanted))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self.array, dtype=dtype)

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return self.array.size

    def on(self, device: str = "cpu") -> Any:
        """The tensor itself, with numbers of its own."""
        import torch  # only where a case holds one

        return torch.tensor(self.array, device=device, requires_grad=self.requires_grad)


@dataclass(frozen=True, eq=False)
class Function:
    """A function as an argument: one that a setup cell defines, by its name, or one that is shipped as source.

    source  text that defines it and sees numpy as `np`; "" for a function of a setup cell.
    bound   keyword arguments that it is given besides.

    The reference gets its own function of that name, the torch twin; where it has none, the source's, which then works
    on tensors too.
    """

    name: str
    source: str = ""
    bound: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, function: Callable[..., Any], **bound: Any) -> Function:
        """A function of the chapter's grading cells, shipped as its source."""
        return cls(function.__name__, textwrap.dedent(inspect.getsource(function)), bound)

    def load(self) -> Callable[..., Any]:
        """The function that `source` defines.  Raises LookupError where there is no source."""
        if not self.source:
            raise LookupError(self.name)
        namespace: dict[str, Any] = {"np": np}
        exec(compile(self.source, f"<function {self.name}>", "exec"), namespace)
        function: Callable[..., Any] = namespace[self.name]
        return function


@dataclass(frozen=True, eq=False)
class Dataset:
    """An array out of a data set that comes with scikit-learn, named rather than copied: `case.X` is the array itself.

    name     breast_cancer, diabetes (as measured), digits, iris or wine.
    part     "data", the features (N, D), or "target", the labels or values (N,).
    rows     numbers of the samples, in the order in which they are wanted; None for all.
    columns  the same of the features.
    digest   of the array, where it has been stored: another release of scikit-learn may have other numbers.
    """

    name: str
    part: str = "data"
    rows: Sequence[int] | np.ndarray | None = None
    columns: Sequence[int] | np.ndarray | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        from autograder.model.datasets import NAMES, PARTS  # only where a case holds one

        if self.name not in NAMES or self.part not in PARTS:
            known = f"one of {', '.join(NAMES)}, and its part {' or '.join(PARTS)}"
            raise ValueError(f"Dataset({self.name!r}, {self.part!r}): the name is {known}")
        if self.part == "target" and self.columns is not None:
            raise ValueError("the target of a data set has no columns")
        for axis in ("rows", "columns"):
            numbers = getattr(self, axis)
            if numbers is None:
                continue
            numbers = np.asarray(numbers)
            if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or (numbers < 0).any():
                raise ValueError(f"{axis} of a data set are numbers from 0, in one sequence")
            object.__setattr__(self, axis, numbers.astype(np.int64))

    @cached_property
    def array(self) -> np.ndarray:
        """The numbers.  Raises DataSetUnusable where scikit-learn is not installed or has others, else LookupError."""
        from autograder.model import datasets

        array = datasets.load(self.name)[self.part]
        array = np.array(array if self.rows is None else array[self.rows])
        array = array if self.columns is None else array[:, self.columns]
        if self.digest:
            datasets.refuse_another(self.name, self.digest, array)
        return array
