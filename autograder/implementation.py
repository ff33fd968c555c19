"""Implementations: the same functions in this process, in the torch reference, or behind the sandbox.

An `observe` sees each of them alike, as an object whose attributes are the exercise's functions.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import plain
from autograder.compare import numbers_in
from autograder.tree import map_leaves

FATAL = ("timeout", "died", "memory", "malformed", "too_large")  # the process is gone or not to be asked again

MOST_WATCHED = 20_000  # numbers; a case with more is one of speed, and manners show on the others


class CallFailed(Exception):
    """A call of an implementation's function gave no value.

    kind   missing, signature, raised, forbidden, timeout, died, memory, malformed, too_large, wrong_return or
           wrong_lengths: a sentence's code.
    error  the exception's class name when kind is "raised", the library's when it is "forbidden".
    line   the line of the answer cell at which it was raised, when known.
    value  what was returned, when that is what is wrong.
    """

    def __init__(self, kind: str, function: str, error: str = "", line: int | None = None, value: Any = None) -> None:
        super().__init__(f"{function}: {kind} {error}".strip())
        self.kind, self.function, self.error, self.line, self.value = kind, function, error, line, value


@dataclass(frozen=True)
class Called:
    """A returned value (plain data), and the arguments as they were afterwards when that was asked for."""

    value: Any
    args_after: tuple[Any, ...] | None = None


class Caller:
    """Base of the three implementations: attribute access gives a function that calls `call`."""

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        """Call function `name`.  Raises CallFailed."""
        raise NotImplementedError

    def begin(self, seconds: float) -> None:
        """Start an exercise's budget; implementations without a clock ignore it."""

    def bounded(self) -> AbstractContextManager[None]:
        """Bounds the trusted work for one answer, where answers are not to be trusted."""
        return nullcontext()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: self.call(name, args).value


class InProcess(Caller):
    """Functions of a namespace in this process: solutions, mistakes, and the student's own kernel.

    Values go through the codec of the wire, so that a function is judged alike here and in the sandbox.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._kept: list[object] = []

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        function = self._find(name)
        received = map_leaves(functools.partial(self._receive, writeable), [plain.copy(arg) for arg in args])
        try:
            inspect.signature(function).bind(*received)
        except TypeError:
            raise CallFailed("signature", name) from None
        except ValueError:  # a builtin without a signature
            pass
        try:
            with np.errstate(all="ignore"):
                value = function(*received)
        except Exception as error:
            raise CallFailed("raised", name, type(error).__name__, _line_of(error)) from error
        try:
            return Called(self._send(value), tuple(self._send(arg) for arg in received) if watch else None)
        except plain.Malformed:
            raise CallFailed("malformed", name) from None

    def _find(self, name: str) -> Callable[..., Any]:
        if name.startswith("#"):
            number, _, attribute = name[1:].partition(".")
            target: Any = getattr(self._kept[int(number)], attribute, None)
        else:
            target = self._namespace.get(name)
        if not callable(target):
            raise CallFailed("missing", name)
        return target  # type: ignore[no-any-return]

    def _receive(self, writeable: bool, value: Any) -> Any:
        if isinstance(value, plain.Rng):
            return np.random.default_rng(value.seed)
        if isinstance(value, plain.Handle):
            return self._kept[value.number]
        if isinstance(value, np.ndarray):
            value.flags.writeable = writeable
        return value

    def _send(self, value: Any) -> Any:
        arrays: list[np.ndarray] = []
        return plain.unpack(plain.pack(value, arrays, self._keep), arrays)

    def _keep(self, value: object) -> plain.Handle:
        self._kept.append(value)
        return plain.Handle(len(self._kept) - 1, type(value).__name__)


class TorchReference(Caller):
    """The functions of a reference module: float64 tensors on `device` go in, numpy values come out."""

    def __init__(self, module: types.ModuleType, device: str = "cpu") -> None:
        self._module, self._device = module, device
        self._kept: list[object] = []

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        function = getattr(self._module, name, None)
        if not callable(function):
            raise CallFailed("missing", name)
        try:
            value = function(*map_leaves(self._to_torch, list(args), is_leaf=_is_record))
        except (ArithmeticError, ValueError, RuntimeError) as error:
            raise CallFailed("raised", name, type(error).__name__) from error
        return Called(self._to_plain(value))

    def _to_torch(self, value: Any) -> Any:
        import torch

        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            tensor = torch.as_tensor(value.copy(), device=self._device)
            return tensor.double() if value.dtype.kind == "f" else tensor
        if isinstance(value, plain.Rng):
            return torch.Generator(device="cpu").manual_seed(value.seed)
        handle = value.handle if _is_record(value) else value
        return self._kept[handle.number] if isinstance(handle, plain.Handle) else value

    def _to_plain(self, value: Any) -> Any:
        arrays: list[np.ndarray] = []
        return plain.unpack(plain.pack(value, arrays, self._keep), arrays)

    def _keep(self, value: object) -> plain.Handle:
        self._kept.append(value)
        return plain.Handle(len(self._kept) - 1, type(value).__name__)


class Recorded(Caller):
    """Notes every call of `inner`: the function's name, its arguments, and its value."""

    def __init__(self, inner: Caller) -> None:
        self._inner = inner
        self.calls: list[tuple[str, Sequence[Any], Any]] = []

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        called = self._inner.call(name, args, writeable=writeable, watch=watch)
        self.calls.append((name, args, called.value))
        return called

    def bounded(self) -> AbstractContextManager[None]:
        return self._inner.bounded()


class Probe(Caller):
    """An implementation seen through a probe: read-only arguments, or a watch on changes in place.

    Arguments with more than `MOST_WATCHED` numbers are not watched: they would have to come all the way back.
    """

    def __init__(self, inner: Caller, *, writeable: bool = True, watch: bool = False) -> None:
        self._inner, self._writeable, self._watch = inner, writeable, watch
        self.changed: list[tuple[str, int]] = []  # (function, position of the changed argument)

    def bounded(self) -> AbstractContextManager[None]:
        return self._inner.bounded()

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        watch = (watch or self._watch) and numbers_in(list(args)) <= MOST_WATCHED
        called = self._inner.call(name, args, writeable=writeable and self._writeable, watch=watch)
        for position, after in enumerate(called.args_after or ()):
            if not same_plain(args[position], after):
                self.changed.append((name, position))
        return called


def same_plain(before: Any, after: Any) -> bool:
    """Exact equality of plain data, NaN equal to itself."""
    if isinstance(before, np.ndarray) or isinstance(after, np.ndarray):
        a, b = np.asarray(before), np.asarray(after)
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if type(before) is plain.Rng or type(before) is plain.Handle:
        return True  # a generator is meant to advance, an object belongs to the implementation
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same_plain(before[key], after[key]) for key in before)
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(same_plain, before, after))
    return bool(before == after) or (before != before and after != after)


def _is_record(value: Any) -> bool:
    return type(value) is plain.Record


def _line_of(error: BaseException) -> int | None:
    """The last line of the traceback that lies in a notebook cell or executed source."""
    line = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.startswith(("<cell", "<ipython", "/tmp/ipykernel")):
            line = step.tb_lineno
        step = step.tb_next
    return line
