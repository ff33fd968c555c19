"""Tries every backend by running it, and reports honestly."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.backends import BACKENDS
from autograder.sandbox.protocol import CellStatus
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.unavailable import SandboxUnavailable

_ATTEMPTS = """
import socket
def reached(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
hidden_file = reached(lambda: open({path!r}).read())
network = reached(lambda: socket.create_connection(("127.0.0.1", 9), 1)) or reached(lambda: socket.socket())
"""


@dataclass(frozen=True)
class BackendReport:
    """Whether a backend works here; `why` says what was seen, `advice` how to raise it (empty when it works).

    confines  False for the backend that is not a sandbox.
    """

    name: str
    works: bool
    why: str
    advice: str = ""
    confines: bool = True


def probe() -> list[BackendReport]:
    """A report on each backend, strongest first."""
    return [_report(name) for name in BACKENDS]


def _report(name: str) -> BackendReport:
    backend = BACKENDS[name]
    try:
        with Sandbox(name) as sandbox, sandbox.session() as session, tempfile.NamedTemporaryFile() as hidden:
            Path(hidden.name).chmod(0o644)
            cell = session.run_cell(_ATTEMPTS.format(path=hidden.name), seconds=5)
            if cell.status is not CellStatus.OK:
                return BackendReport(
                    name, False, f"a cell ended with {cell.status}: {cell.error_message}", backend.to_do()
                )
            reached = [word for word in ("hidden_file", "network") if session.value(word).value is not False]
    except SandboxUnavailable as problem:
        return BackendReport(name, False, problem.problem.removeprefix(f"{name}: "), problem.to_do)
    if not backend.CONFINES:
        why = "not a sandbox: limits and timeouts, and student code can read and change your files"
        return BackendReport(name, True, why, confines=False)
    if reached:
        return BackendReport(name, False, f"student code reached: {', '.join(reached)}", backend.to_do())
    return BackendReport(name, True, "a cell ran; a hidden file and the network were out of its reach", "")
