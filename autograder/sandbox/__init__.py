"""Runs a submission where it can do no harm.  Knows cells, calls and values; nothing of judging."""

# ruff: noqa: E402  (the check stands before the imports of what only Linux has)
from autograder.model.linux import require_linux

require_linux("grading")  # before what other systems lack is imported

from autograder.model.calls import CallStatus
from autograder.sandbox.plan import Limits
from autograder.sandbox.probe import probe
from autograder.sandbox.results import (
    Asked,
    BackendReport,
    CallResult,
    CellResult,
    CellStatus,
    Description,
    ModuleUnusable,
    SandboxUnavailable,
)
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.session import Answer, Session, longest

__all__ = [
    "Answer",
    "Asked",
    "BackendReport",
    "CallResult",
    "CallStatus",
    "CellResult",
    "CellStatus",
    "Description",
    "Limits",
    "ModuleUnusable",
    "Sandbox",
    "SandboxUnavailable",
    "Session",
    "longest",
    "probe",
]
