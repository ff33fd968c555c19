"""The state of the global random generators: the same before each call, so that no answer hangs on calls before it.

Stdlib and numpy alone: this module also runs beside student code.
"""

from __future__ import annotations

import random
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

SEED = 20_011  # fixed, so that a regrade draws the same numbers


def reseed() -> None:
    """Seed the generators of `random`, numpy and, where it is loaded, torch."""
    np.random.seed(SEED)
    random.seed(SEED)
    if torch := _torch():
        torch.default_generator.manual_seed(SEED)


@contextmanager
def left_as_they_were() -> Iterator[None]:
    """Give the generators back their state: in a student's kernel they are the student's."""
    torch = _torch()
    states = random.getstate(), np.random.get_state(), torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        if torch:
            torch.set_rng_state(states[2])


def _torch() -> Any:
    """torch, if it is loaded; not the stand-in of a library that is left out."""
    torch = sys.modules.get("torch")
    return torch if type(torch) is types.ModuleType and hasattr(torch, "default_generator") else None
