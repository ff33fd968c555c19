"""Implementations: the same functions in this process, in the torch reference, or behind the sandbox.

An `observe` sees each of them alike, as an object whose attributes are the exercise's functions.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from autograder.judge.compare import numbers_in
from autograder.model import plain
from autograder.model.calls import Called, CallFailed, CallStatus, Failure
from autograder.model.kept import Kept, is_record, is_step
from autograder.model.markers import Function, Handle, Method, Record, Rng, Tensor
from autograder.model.seeds import reseed
from autograder.model.tree import map_leaves

MOST_WATCHED = 20_000  # numbers; a case with more is one of speed, and manners show on the others
MOST_ITEMS = 100  # that are taken of a generator, unless an observe says otherwise
MOST_NUMBERS = 1_000_000  # in all that is taken of a generator: a whole data set in batches

Target = str | Method
"""What is called: a function by its name, a method of an object that the implementation gave; also "#3.predict"."""


class Implementation:
    """Anything that has an exercise's functions.  Attribute access gives a function that calls `call`.

    An implementation of ours never touches its arguments and has no clock: it need only say what a call `gives`.
    """

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        """Call a function.  Raises CallFailed.

        Arrays arrive as copies, which cannot be written with `writeable=False`; `watch` gives the arguments as they
        were after the call.
        """
        return Called(self.gives(function, args), tuple(args) if watch else None)

    def gives(self, function: Target, args: Sequence[Any]) -> Any:
        """The value of a call that leaves its arguments as they were.  Raises CallFailed."""
        raise NotImplementedError

    def begin(self, seconds: float) -> None:
        """Allow the calls that follow so much CPU time together; what runs in this process has no limit."""

    def bounded(self) -> AbstractContextManager[None]:
        """Bounds the trusted work for one answer, where answers are not to be trusted."""
        return nullcontext()

    def ask(self, function: Target, args: Sequence[Any]) -> Any:
        """The value of a call, as an observe sees it: objects that stay behind can be asked further."""
        return map_leaves(self._askable, self.call(function, args).value, is_leaf=is_record)

    def take(self, items: Any, most: int = MOST_ITEMS) -> list[Any]:
        """The items of a generator that a function returned, at most `most` of them; of a list or array, its parts.

        Raises CallFailed when they hold more than `MOST_NUMBERS` numbers, TypeError for a value without items.
        """
        if isinstance(items, (list, tuple, np.ndarray)) and not is_record(items):
            return list(items)[:most]
        if not isinstance(items, (Handle, Record)):
            raise TypeError("a value without items")
        steps = self.ask(Method(_handle_of(items), "__iter__"), ())
        step = Method(_handle_of(steps), "__next__")
        taken: list[Any] = []
        numbers = 0
        while len(taken) < most:
            try:
                taken.append(self.ask(step, ()))
            except CallFailed as failed:
                if failed.failure.status is CallStatus.RAISED and failed.failure.error == "StopIteration":
                    break
                raise
            numbers += numbers_in(taken[-1])
            if numbers > MOST_NUMBERS:
                raise CallFailed(Failure(CallStatus.TOO_LARGE, step.label))
        return taken

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: self.ask(name, args)

    def _askable(self, value: Any) -> Any:
        if type(value) is Handle:
            return Handle(value.number, value.type_name, self.ask)
        if is_record(value):
            return Record(map_leaves(self._askable, tuple(value), is_leaf=is_record), self._askable(value.handle))
        return value


class InProcess(Implementation):
    """Functions of a namespace in this process: solutions, mistakes, and the student's own kernel.

    Values go through the codec of the wire, so that a function is judged alike here and in the sandbox.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._kept = Kept(namespace.__getitem__)

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        name = label_of(function)
        target = find(self._kept, function)
        try:
            received = self.received(args, writeable=writeable)
        except (LookupError, ImportError) as error:  # a function or a library that is not here
            lacking = ImportError if isinstance(error, ImportError) else NameError
            raise CallFailed(Failure(CallStatus.RAISED, name, lacking.__name__)) from error
        try:
            inspect.signature(target).bind(*received)
        except TypeError:
            raise CallFailed(Failure(CallStatus.SIGNATURE, name)) from None
        except ValueError:  # a builtin without a signature
            pass
        if not is_step(str(function)):
            reseed()
        try:
            with np.errstate(all="ignore"):
                value = target(*received)
        except Exception as error:
            raise CallFailed(_raised(name, error)) from error
        try:
            return Called(self._send(value), tuple(map(self._send, received)) if watch else None)
        except plain.Malformed:
            raise CallFailed(Failure(CallStatus.MALFORMED, name)) from None

    def received(self, args: Sequence[Any], *, writeable: bool = True) -> list[Any]:
        """The arguments as the function gets them: copies, and what stands behind markers.

        Raises LookupError, ImportError for what is not here.
        """
        receive = functools.partial(self._receive, writeable)
        return [map_leaves(receive, plain.copy(arg), is_leaf=is_record) for arg in args]

    def _receive(self, writeable: bool, value: Any) -> Any:
        value = self._kept.argument(value)
        if isinstance(value, np.ndarray):
            value.flags.writeable = writeable
        return value

    def _send(self, value: Any) -> Any:
        arrays: list[np.ndarray] = []
        return plain.unpack(plain.pack(value, arrays, self._kept.keep), arrays)


class TorchReference(Implementation):
    """The functions of a reference module: float64 tensors on `device` go in, numpy values come out."""

    def __init__(self, module: types.ModuleType, device: str = "cpu") -> None:
        self._kept, self._device = Kept(vars(module).__getitem__), device

    def gives(self, function: Target, args: Sequence[Any]) -> Any:
        name = label_of(function)
        target = find(self._kept, function)
        try:
            received = map_leaves(self._to_torch, list(args), is_leaf=is_record)
        except LookupError as error:
            raise CallFailed(Failure(CallStatus.MISSING, str(error))) from error
        if not is_step(str(function)):
            reseed()
        try:
            value = target(*received)
        except (ArithmeticError, ValueError, RuntimeError, StopIteration) as error:
            raise CallFailed(Failure(CallStatus.RAISED, name, type(error).__name__)) from error
        arrays: list[np.ndarray] = []
        return plain.unpack(plain.pack(value, arrays, self._kept.keep), arrays)

    def _to_torch(self, value: Any) -> Any:
        import torch

        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            tensor = torch.as_tensor(value.copy(), device=self._device)
            return tensor.double() if value.dtype.kind == "f" else tensor
        if isinstance(value, Rng):
            return torch.Generator(device="cpu").manual_seed(value.seed)
        if isinstance(value, Tensor):
            return value.on(self._device)
        if isinstance(value, Function):
            return self._kept.function(value, self._to_torch, twin=True)
        return self._kept.argument(value)


class Around(Implementation):
    """An implementation around another, whose clock and bounds are its own."""

    def __init__(self, inner: Implementation) -> None:
        self._inner = inner

    def begin(self, seconds: float) -> None:
        self._inner.begin(seconds)

    def bounded(self) -> AbstractContextManager[None]:
        return self._inner.bounded()


class Recorded(Around):
    """Notes every call of `inner`: how people call the function, its arguments, and its value."""

    def __init__(self, inner: Implementation) -> None:
        super().__init__(inner)
        self.calls: list[tuple[str, Sequence[Any], Any]] = []

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        called = self._inner.call(function, args, writeable=writeable, watch=watch)
        self.calls.append((label_of(function), args, called.value))
        return called


class Probe(Around):
    """An implementation seen through a probe: read-only arguments, or a watch on changes in place.

    Arguments with more than `MOST_WATCHED` numbers are not watched: they would have to come all the way back.
    """

    def __init__(self, inner: Implementation, *, writeable: bool = True, watch: bool = False) -> None:
        super().__init__(inner)
        self._writeable, self._watch = writeable, watch
        self.changed: list[tuple[str, int]] = []  # (function, position of the changed argument)

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        watch = (watch or self._watch) and numbers_in(list(args)) <= MOST_WATCHED
        called = self._inner.call(function, args, writeable=writeable and self._writeable, watch=watch)
        for position, after in enumerate(called.args_after or ()):
            if not same_plain(args[position], after):
                self.changed.append((label_of(function), position))
        return called


def label_of(function: Target) -> str:
    """How people call what is called: "line_loss", "KMeans.fit"."""
    return function.label if isinstance(function, Method) else function


def find(kept: Kept, function: Target) -> Callable[..., Any]:
    """The callable among the kept objects and globals.  Raises CallFailed where there is none."""
    try:
        return kept.target(str(function))
    except LookupError:
        raise CallFailed(Failure(status_of_missing(function), label_of(function))) from None


def status_of_missing(function: Target) -> CallStatus:
    """What it is called when something that is called is not there: a function, or a method of an object that is."""
    return CallStatus.NO_METHOD if isinstance(function, Method) else CallStatus.MISSING


def same_plain(before: Any, after: Any) -> bool:
    """Exact equality of plain data, NaN equal to itself; a tensor comes back as an array."""
    before, after = (value.array if type(value) is Tensor else value for value in (before, after))
    if isinstance(before, np.ndarray) or isinstance(after, np.ndarray):
        a, b = np.asarray(before), np.asarray(after)
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if type(before) is Function and type(after) is Function:
        alike = (before.name, before.source) == (after.name, after.source)
        return alike and same_plain(dict(before.bound), dict(after.bound))
    if type(before) in (Rng, Handle, Function):
        return True  # a generator is meant to advance, an object belongs to the implementation
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same_plain(before[key], after[key]) for key in before)
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(same_plain, before, after))
    return bool(before == after) or (before != before and after != after)


def _handle_of(value: Any) -> Handle:
    if is_record(value):
        value = value.handle
    if not isinstance(value, Handle):
        raise TypeError("a value without items")
    return value


def _raised(name: str, error: Exception) -> Failure:
    """The failure with the last line of the traceback that lies in a notebook cell or executed source."""
    line, source = None, ""
    for step, number in traceback.walk_tb(error.__traceback__):
        file = step.f_code.co_filename
        if file.startswith(("<cell", "<ipython")) or "ipykernel_" in file:
            line, source = number, linecache.getline(file, number).strip()
    try:
        message = str(error)
    except Exception:  # a student's class may raise anything
        message = ""
    return Failure(CallStatus.RAISED, name, type(error).__name__, line=line, message=message, source=source)
