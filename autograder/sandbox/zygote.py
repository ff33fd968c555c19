"""The warm process that every session is forked from, and the two forks of a session.

zygote      imports the libraries once, then waits for requests on its control socket.  One thread, always: a
            fork copies only the thread that forks.
supervisor  one per session: isolates, forks the worker, hands its pidfd to the trusted side, ends all of the
            session's processes when the worker dies or the trusted side hangs up.  Runs no student code.
worker      shuts itself in, then runs the student's code.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import site
import socket
import sys
import tempfile
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np

from autograder.model import plain
from autograder.model.seeds import reseed
from autograder.sandbox import otter_stub, rlimits, stub, wire
from autograder.sandbox.backends import BACKENDS, Backend
from autograder.sandbox.fields import MAX_TEXT
from autograder.sandbox.ipython import Shell, make, run
from autograder.sandbox.left_out import LeftOut, leave_out
from autograder.sandbox.plan import SandboxSpec
from autograder.sandbox.protocol import Failed, NewSession, Ready, encode, receive_packet, send_packet
from autograder.sandbox.worker import Worker

CONTROL = 3  # the descriptor that the trusted side passes


def main(control: int, spec: Mapping[str, Any]) -> None:
    """Get warm, report, and fork sessions until the control socket closes."""
    channel, told = socket.socket(fileno=control), SandboxSpec.from_json(spec)
    rlimits.lift()
    try:
        shell = _warm(told)
    except _NotImported as fault:
        send_packet(channel, Failed(str(fault)[:MAX_TEXT], module=fault.module))
        return
    except Exception as error:
        send_packet(channel, Failed(f"{type(error).__name__}: {error}"[:MAX_TEXT]))
        return
    send_packet(channel, Ready())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors need no waiting for
    while True:
        try:
            order, descriptors = receive_packet(channel, NewSession, descriptors=2)
        except wire.Closed:
            return
        if os.fork() == 0:
            try:
                channel.close()
                _supervise(told, shell, order.scratch, *descriptors)
            finally:
                os._exit(1)  # a supervisor that failed must not go on as a second zygote
        for descriptor in descriptors:
            os.close(descriptor)


class _NotImported(Exception):
    """One of the modules to import beforehand failed."""

    def __init__(self, module: str, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.module = module


def _warm(spec: SandboxSpec) -> Shell:
    """Import everything that sessions need, so that none of them pays for it."""
    leave_out(spec.left_out)
    for name in spec.preload:
        try:
            importlib.import_module(name)
        except LeftOut:
            pass  # it needs a library that is left out
        except Exception as error:
            raise _NotImported(name, error) from error
    if "torch" in spec.preload:
        _warm_torch()
    reseed()  # numpy imports its generators and its masked arrays when they are first used
    plain.pack(np.zeros(1), [])
    shell = make(spec.limits.output_bytes)
    run(shell, "None", "warm")  # IPython imports a few parts only when the first cell runs
    shell.reset()  # type: ignore[no-untyped-call]
    shell.cells.names.clear()
    _hide_engine()
    site.setquit()  # the interpreter starts without `site`, whose builtins a notebook may use
    site.setcopyright()
    site.sethelper()
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"the zygote has {threads} threads after its imports; a fork would lose all but one")
    gc.collect()
    gc.freeze()  # the collector would copy every page that it marks
    return shell


def _warm_torch() -> None:
    """One training step on one thread: the first costs over a second of imports, and a parallel one cannot fork."""
    import torch

    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(72, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.functional.cross_entropy(model(torch.zeros(2, 1, 8, 8)), torch.zeros(2, dtype=torch.long))
    torch.autograd.backward(loss)
    optimizer.step()


def _hide_engine() -> None:
    """Leave stubs: in the sandbox only the grader judges, and `check`, `case` and Otter's checks do nothing."""
    for name in [name for name in sys.modules if name == "autograder" or name.startswith("autograder.")]:
        del sys.modules[name]
    sys.modules |= {"autograder": stub.module(), **otter_stub.modules()}
    sys.path_importer_cache.clear()
    sys.argv = [""]


def _supervise(spec: SandboxSpec, shell: Shell, scratch: str, data: int, status: int) -> NoReturn:
    """The supervisor's whole life."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = socket.socket(fileno=status)
    backend = BACKENDS[spec.backend]
    try:
        backend.isolate()
        worker = os.fork()
    except Exception as error:
        with contextlib.suppress(OSError):  # the trusted side may have hung up
            send_packet(channel, Failed(str(error)))
        os._exit(1)
    if worker == 0:
        channel.close()
        _work(spec, backend, shell, scratch, data)
    os.close(data)
    pidfd = os.pidfd_open(worker)
    with contextlib.suppress(OSError):
        send_packet(channel, Ready(), [pidfd])
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    poll.register(channel, 0)  # only its hanging up
    poll.poll()
    _end(worker, pidfd)
    os.waitpid(worker, 0)
    _end_descendants()
    os._exit(0)


def _end(worker: int, pidfd: int) -> None:
    """Kill the worker and its process group.  A fork that is under way sees the signal and does not complete."""
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    with contextlib.suppress(OSError):  # not yet reaped, so the number still means this group
        os.killpg(worker, signal.SIGKILL)


def _end_descendants() -> None:
    """Kill and reap what left the group; orphans become children of this process.

    In a pid namespace none is left, and /proc is the worker's by now: it must not be needed.
    """
    with contextlib.suppress(ChildProcessError):
        while True:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                with open("/proc/thread-self/children") as file:
                    for pid in file.read().split():
                        with contextlib.suppress(OSError):
                            os.kill(int(pid), signal.SIGKILL)
                os.waitpid(-1, 0)


def _work(spec: SandboxSpec, backend: Backend, shell: Shell, scratch: str, data: int) -> NoReturn:
    """The worker's whole life."""
    code = 1
    connection = socket.socket(fileno=data)
    try:
        backend.confine(spec, scratch)
        connection = _only(connection)
        _own_output_file()
        if not backend.OWN_TMP:
            _move_home(scratch)
        worker = Worker(connection, shell, spec.limits)
    except Exception as error:
        wire.send(connection, wire.encode(encode(Failed(str(error)))))
        os._exit(code)
    try:
        worker.serve()
        code = 0
    except BaseException:  # the student's own handler of a signal may raise between requests
        code = 1
    os._exit(code)


def _move_home(scratch: str) -> None:
    """Point the variables of the zygote's folder to the session's."""
    home = os.environ["HOME"]
    for name, value in os.environ.items():
        if value.startswith(home):
            os.environ[name] = scratch + value.removeprefix(home)
    tempfile.tempdir = None


def _only(connection: socket.socket) -> socket.socket:
    """Close every inherited descriptor but the standard ones and the connection."""
    if connection.fileno() != CONTROL:
        os.dup2(connection.fileno(), CONTROL, inheritable=False)
        connection.close()
        connection = socket.socket(fileno=CONTROL)
    os.closerange(CONTROL + 1, 2**16)
    return connection


def _own_output_file() -> None:
    """Descriptors 1 and 2 go to one file without a name, for the output of programs and of C code."""
    name = f"{os.getcwd()}/.output"
    output = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    os.unlink(name)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.close(output)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
