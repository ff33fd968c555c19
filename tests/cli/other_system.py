"""Runs autograder as Windows or macOS would see it: `python other_system.py win32 new my-course`.

Without the modules, flags and signals that only POSIX systems or only Linux have.  Other people's packages are imported
before they are taken away: they have code of their own for each system, which this machine cannot run.
"""

from __future__ import annotations

import ctypes
import importlib
import multiprocessing
import os
import select
import signal
import sys
from typing import Any

OTHERS = ("nbgrader.apps.api", "nbgrader.preprocessors", "nbgrader.plugins", "nbformat", "sqlalchemy.dialects.sqlite",
          "jinja2", "rich.progress", "rich.table", "typer.rich_utils", "torch", "sklearn.datasets",
          "latex2mathml.converter", "ctypes.util",
          "multiprocessing.pool", "multiprocessing.connection", "subprocess", "asyncio", "IPython", "numpy.ma",
          "nbconvert.exporters", "shutil", "tempfile", "encodings.idna", "matplotlib.pyplot")  # fmt: skip
MODULES = {
    "darwin": ("_winapi",),
    "win32": ("resource", "fcntl", "pwd", "grp", "termios", "multiprocessing.resource_tracker"),
}
LINUX: dict[Any, tuple[str, ...]] = {
    os: ("O_PATH", "pidfd_open", "sched_getaffinity", "memfd_create"),
    signal: ("pidfd_send_signal",),
    select: ("epoll",),
}
POSIX: dict[Any, tuple[str, ...]] = {
    os: ("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "geteuid", "getuid", "setsid", "fork",
         "sysconf", "killpg", "chown", "fchmod"),
    signal: ("SIGPROF", "SIGALRM", "SIGKILL", "SIGCHLD", "ITIMER_PROF", "setitimer", "pthread_sigmask", "SIG_BLOCK"),
    select: ("poll",),
}  # fmt: skip


class _LibraryOfAnotherSystem:
    """What ctypes.CDLL(None) gives there: no function that Linux alone has; on Windows not even a library."""

    def __init__(self, name: object, **how: object) -> None:
        if sys.platform == "win32":
            raise TypeError("bad argument type for built-in operation")


def become(system: str) -> None:
    """From here on `autograder` finds what it would find on that system."""
    for name in OTHERS:
        importlib.import_module(name)
    taken = [LINUX] if system == "darwin" else [LINUX, POSIX]
    for module, names in ((module, names) for table in taken for module, names in table.items()):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES[system]:
        sys.modules[name] = None  # type: ignore[assignment]
    multiprocessing.__dict__.pop("resource_tracker", None)
    ctypes.CDLL = _LibraryOfAnotherSystem  # type: ignore[assignment, misc]
    sys.platform = system


if __name__ == "__main__":
    become(sys.argv.pop(1))
    if sys.argv[1] == "-c":
        exec(compile(sys.argv[2], "<notebook>", "exec"))
    else:
        sys.argv[0] = "autograder"
        from autograder.__main__ import main

        main()
