"""Owns the warm zygote of one grader process and forks sessions from it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from autograder.sandbox import advice, interpreter, launch, usage, wire
from autograder.sandbox.backends import BACKENDS, Backend
from autograder.sandbox.plan import Limits, SandboxSpec
from autograder.sandbox.protocol import Failed, NewSession, Ready, receive_packet, send_packet
from autograder.sandbox.session import Session
from autograder.sandbox.unavailable import ModuleUnusable, SandboxUnavailable

_ENGINE = Path(__file__).resolve().parent.parent
_END_SECONDS = 5.0
_SCRATCH_INSIDE = "/tmp/work"


class Sandbox:
    """Warm zygotes and the backend that shuts their sessions in.  Close it, or use it as a context manager.

    There is a zygote for each set of libraries that a session lacks; each starts when it is first needed.
    Belongs to the process that made it: a fork of the grader makes its own.

    backend   "auto" takes the strongest that really works here; "none" is no sandbox and never taken by itself.
    preload   modules that every session finds imported already, unless it lacks them.
    readable  further files or folders that student code may read, such as data sets.
    left_out  what the sessions lack that will be asked for first.

    Raises SandboxUnavailable, whose message says what is missing and what to do; ModuleUnusable where it is a module.
    """

    def __init__(
        self,
        backend: str = "auto",
        *,
        preload: tuple[str, ...] = ("numpy",),
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        readable: tuple[Path, ...] = (),
        left_out: tuple[str, ...] = (),
    ) -> None:
        self._limits, self._preload, self._readable = limits, preload, readable
        self._zygotes: dict[tuple[str, ...], _Zygote] = {}
        if backend != "auto" and backend not in BACKENDS:
            raise SandboxUnavailable(f"there is no rung called {backend!r}; choose from auto, {', '.join(BACKENDS)}")
        problems: list[SandboxUnavailable] = []
        for name in [name for name in BACKENDS if BACKENDS[name].CONFINES] if backend == "auto" else [backend]:
            self.backend = name
            try:
                self.session(left_out).close()  # works only if it really works
                return
            except SandboxUnavailable as problem:
                self.close()
                problems.append(problem)
        if len(set(map(str, problems))) == 1:  # nothing that a backend could help
            raise problems[0]
        raise SandboxUnavailable(
            "; ".join(dict.fromkeys(problem.problem for problem in problems)),
            "; or ".join(dict.fromkeys(problem.to_do for problem in problems)),
        )

    def session(self, left_out: tuple[str, ...] = ()) -> Session:
        """A fresh process for one submission, without the libraries that are left out, by the names of their import.

        A zygote that has died is started again, once.
        """
        for attempt in (1, 2):
            if left_out not in self._zygotes:
                self._zygotes[left_out] = self._start(left_out)
            zygote = self._zygotes[left_out]
            try:
                return zygote.session()
            except (SandboxUnavailable, OSError) as problem:
                if zygote.alive() or attempt == 2:
                    raise SandboxUnavailable(f"{self.backend}: {problem}", BACKENDS[self.backend].to_do()) from problem
                self._zygotes.pop(left_out).close()
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End the zygotes.  Safe to call again."""
        while self._zygotes:
            self._zygotes.popitem()[1].close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, left_out: tuple[str, ...]) -> _Zygote:
        backend = BACKENDS[self.backend]
        if missing := backend.missing():
            raise SandboxUnavailable(f"{self.backend}: {missing}", backend.to_do())
        if not usage.supported():
            problem = f"{self.backend}: /proc does not list the children of processes"
            raise SandboxUnavailable(problem, "use a kernel with CONFIG_PROC_CHILDREN")
        readable = [*interpreter.folders(), *(Path(path).resolve() for path in self._readable)]
        preload = tuple(name for name in self._preload if name.partition(".")[0] not in left_out)
        hidden = interpreter.places_of(left_out)
        spec = SandboxSpec(self.backend, self._limits, preload, tuple(map(str, readable)), left_out, hidden)
        try:
            return _Zygote(backend, spec)
        except launch.NoOrdinaryUser:
            problem = "this is root, and there is no other user here whom student code could run as"
            raise SandboxUnavailable(problem, advice.AS_ORDINARY_USER) from None
        except OSError as error:
            raise SandboxUnavailable(f"{self.backend}: it could not be started ({error})", backend.to_do()) from error


class _Zygote:
    """The running process and its control socket."""

    def __init__(self, backend: Backend, spec: SandboxSpec) -> None:
        self._limits = spec.limits
        self._count = 0
        self._uid = launch.ordinary_uid() if backend.CONFINES else None
        self._scratch = None if backend.OWN_TMP else Path(tempfile.mkdtemp(prefix="autograder-"))
        if self._scratch is not None:
            self._scratch.chmod(0o711)
            self._folder("zygote")
        self._control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with control, tempfile.TemporaryFile() as errors:
            self._process = subprocess.Popen(
                self._command(backend, spec, control.fileno()),
                env=interpreter.environment("/tmp" if self._scratch is None else f"{self._scratch}/zygote"),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                pass_fds=(control.fileno(),),
                start_new_session=True,  # a Ctrl-C in the terminal is for the grader, which then closes this
            )
            control.close()
            self._wait_until_warm(backend, spec, errors.fileno())

    def _command(self, backend: Backend, spec: SandboxSpec, control: int) -> list[str]:
        python = [os.path.realpath(sys.executable), "-s", "-S", "-P", "-B", str(_ENGINE / "sandbox" / "boot.py")]
        request = json.dumps({"control": control, "spec": asdict(spec)})
        command = backend.command([*python, "zygote", request], _ENGINE, spec)
        if self._uid is None:
            return command
        paths = [*spec.readable, str(_ENGINE), *([str(self._scratch)] if self._scratch else [])]
        order = {"uid": self._uid, "paths": paths, "command": command, "control": control}
        return [*python, "launch", json.dumps(order)]

    def _wait_until_warm(self, backend: Backend, spec: SandboxSpec, errors: int) -> None:
        self._control.settimeout(spec.limits.start_seconds)
        message: Ready | Failed
        try:
            message, _ = receive_packet(self._control, Ready, Failed)
        except wire.Closed:
            message = Failed("it ended while it started")
        except TimeoutError:
            message = Failed(f"it was not ready after {spec.limits.start_seconds} s")
        if isinstance(message, Failed):
            said = os.pread(errors, 4000, 0).decode("utf-8", "replace").strip().splitlines()
            self.close()
            if message.module:  # it would be missing on every backend
                raise ModuleUnusable(message.module, message.error)
            if message.to_do:  # nor could any other backend be started
                raise SandboxUnavailable(message.error, message.to_do)
            last = f" ({said[-1]})" if said else ""
            raise SandboxUnavailable(f"{spec.backend}: {message.error}{last}", backend.to_do())

    def session(self) -> Session:
        """Fork a session and wait until it is ready."""
        self._count += 1
        folder = self._folder(str(self._count))
        data, worker_data = socket.socketpair()
        status, supervisor_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        session = Session(data, status, self._limits, folder)
        try:
            with worker_data, supervisor_status:
                order = NewSession(str(folder or _SCRATCH_INSIDE))
                send_packet(self._control, order, [worker_data.fileno(), supervisor_status.fileno()])
            session.open()
        except BaseException:
            session.close()
            raise
        return session

    def _folder(self, name: str) -> Path | None:
        """A new folder that only the zygote's user may enter, where the backend has no private /tmp."""
        if self._scratch is None:
            return None
        folder = self._scratch / name
        folder.mkdir(mode=0o700)
        if self._uid is not None:
            os.chown(folder, self._uid, self._uid)
        return folder

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Hang up; the zygote then ends by itself, or is killed."""
        self._control.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
