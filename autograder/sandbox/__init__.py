"""Runs a submission where it can do no harm.  Knows cells, calls and values; nothing of judging."""

from autograder.sandbox.limits import Limits
from autograder.sandbox.probe import probe
from autograder.sandbox.results import (
    CallResult,
    CallStatus,
    CellResult,
    CellStatus,
    Description,
    RungReport,
    SandboxUnavailable,
)
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.session import Session

__all__ = [
    "CallResult",
    "CallStatus",
    "CellResult",
    "CellStatus",
    "Description",
    "Limits",
    "RungReport",
    "Sandbox",
    "SandboxUnavailable",
    "Session",
    "probe",
]
