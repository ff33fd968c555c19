"""Functions that are answered from outside: what a student's process has of a right solution is a name.

A call is packed, sent to the trusted side, and its answer unpacked.  Random generators advance as if they had been
used here; arguments are never changed in place; an exception arrives as its class alone.
"""

from __future__ import annotations

import builtins
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.model.calls import CallStatus
from autograder.model.tree import map_leaves
from autograder.sandbox import protocol, wire

_BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
_EXCEPTIONS = {"LinAlgError": np.linalg.LinAlgError, "AxisError": np.exceptions.AxisError}


class Asker:
    """Asks the trusted side over the worker's connection, one call at a time."""

    def __init__(self, connection: socket.socket, caps: wire.Caps) -> None:
        self._connection, self._caps = connection, caps
        self._process = os.getpid()
        self._lock = threading.Lock()

    def function(self, name: str) -> Callable[..., Any]:
        """A function that asks for the global called `name`."""

        def asks(*args: Any, **kwargs: Any) -> Any:
            return self._ask(name, args, kwargs)

        asks.__name__ = asks.__qualname__ = name
        return asks

    def _ask(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if os.getpid() != self._process:
            raise RuntimeError(f"{name} is answered in the notebook's own process alone")
        values = [*args, *kwargs.values()]
        generators = [place for place, value in enumerate(values) if type(value) is np.random.Generator]
        states = [state_of(value) if place in generators else value for place, value in enumerate(values)]
        named = dict(zip(kwargs, states[len(args) :], strict=True))
        asked = protocol.encode(protocol.Asked(name, tuple(states[: len(args)]), named, tuple(generators)))
        with self._lock:
            wire.send(self._connection, wire.encode(asked))
            answer, _ = protocol.decode(wire.receive(self._connection, self._caps), protocol.CallResult)
        if answer.status is not CallStatus.OK:
            raise _exception(answer.error_name)
        for place, state in zip(generators, answer.args_after or (), strict=False):
            values[place].bit_generator.state = state
        return as_scalars(answer.value)


def _exception(name: str) -> Exception:
    found = _EXCEPTIONS.get(name) or getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, Exception):
        try:
            return found()
        except TypeError:  # one that needs arguments
            pass
    return RuntimeError()


def as_scalars(value: Any) -> Any:
    """Arrays without an axis as numpy scalars, through containers: the codec makes no difference, numpy does."""
    return map_leaves(lambda leaf: leaf if type(leaf) is not np.ndarray or leaf.ndim else leaf[()], value)


def state_of(generator: np.random.Generator) -> dict[str, Any]:
    """All of a generator, as plain data."""
    return dict(generator.bit_generator.state)


def as_generator(state: dict[str, Any]) -> np.random.Generator:
    """The generator that `state_of` described.  Raises whatever numpy does for another state."""
    if state["bit_generator"] not in _BIT_GENERATORS:
        raise ValueError("no such generator")
    made = getattr(np.random, state["bit_generator"])()
    made.state = state
    return np.random.Generator(made)
