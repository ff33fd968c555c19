"""Silence while odd code or odd inputs are tried: numpy and torch warn, and LAPACK prints of its own accord."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import warnings
from collections.abc import Iterator

STDOUT = 1


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """No warning, and nothing that C or Fortran writes to standard output, reaches anybody meanwhile."""
    sys.stdout.flush()
    kept, nowhere = os.dup(STDOUT), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        with contextlib.suppress(TypeError, AttributeError, OSError):  # other systems have no such library
            ctypes.CDLL(None).fflush(None)  # C has a buffer of its own
        os.dup2(kept, STDOUT)
        os.close(kept)
        os.close(nowhere)
