"""Runs a submission where it can do no harm.  Knows cells, calls and values; nothing of judging."""

from autograder.calls import CallStatus
from autograder.sandbox.limits import Limits
from autograder.sandbox.probe import probe
from autograder.sandbox.results import (
    Asked,
    CallResult,
    CellResult,
    CellStatus,
    Description,
    RungReport,
    SandboxUnavailable,
)
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.session import Answer, Session, longest

__all__ = [
    "Answer",
    "Asked",
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
    "longest",
    "probe",
]
