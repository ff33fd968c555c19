"""Runs a submission where it can do no harm.  Knows cells, calls and values; nothing of judging."""

# ruff: noqa: E402  (the check stands before the imports of what only Linux has)
from autograder.model.linux import require_linux

require_linux("grading")  # before what other systems lack is imported

from autograder.model.calls import CallStatus
from autograder.sandbox.languages import refused_language
from autograder.sandbox.plan import Limits
from autograder.sandbox.probe import BackendReport, probe
from autograder.sandbox.protocol import Asked, CallResult, CellResult, CellStatus
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.session import Answer, Session, longest
from autograder.sandbox.unavailable import ModuleUnusable, SandboxUnavailable

__all__ = [
    "Answer",
    "Asked",
    "BackendReport",
    "CallResult",
    "CallStatus",
    "CellResult",
    "CellStatus",
    "Limits",
    "ModuleUnusable",
    "Sandbox",
    "SandboxUnavailable",
    "Session",
    "longest",
    "probe",
    "refused_language",
]
