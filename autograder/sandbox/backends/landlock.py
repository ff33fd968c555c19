"""The second backend: Landlock for files, seccomp for calls, limits; no namespaces, so it works in containers.

The process sees that other processes and files exist, but cannot open a file outside the lists below, write
outside its own folder, open a socket, or signal anything but its own.  There is no shared memory of its own, so
`multiprocessing` pools and data loaders with workers do not run here; and files are counted by the watcher a
few times a second rather than capped by the kernel.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.sandbox import advice, linux, rlimits, seccomp
from autograder.sandbox.plan import SETTINGS, SYSTEM, SandboxSpec

CONFINES = True
OWN_TMP = False

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine type
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_LEAST_ABI = 3  # before, a file could be cut to nothing without the right to write it
_SIGNALS_ABI = 6  # from here on signals and abstract sockets stay inside

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE = 1 << 14
_FILE_RIGHTS = {3: (1 << 15) - 1, 5: (1 << 16) - 1}  # by ABI: everything up to truncate, then device ioctl
_DEVICE_IOCTL = 1 << 15
_SPECIAL = (1 << 6) | (1 << 11)  # making character and block devices
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11

_FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/sys/devices/system/cpu")
_READ_DEVICES = ("/dev/random", "/dev/urandom")
_WRITE_DEVICES = ("/dev/null", "/dev/full")


def _asked() -> tuple[int, int]:
    """The kernel's Landlock version and 0; without Landlock 0 and the error that says why."""
    try:
        flag = ctypes.c_uint32(_VERSION_FLAG)
        return linux.syscall("landlock", _CREATE_RULESET, None, ctypes.c_size_t(0), flag), 0
    except OSError as error:
        return 0, error.errno or 0


def missing() -> str:
    """What this machine lacks."""
    version, _ = _asked()
    if version < _LEAST_ABI:
        return f"the kernel's Landlock version is {version}; {_LEAST_ABI} is needed" if version else "no Landlock"
    return seccomp.missing()


def to_do() -> str:
    """What would make it work here."""
    return seccomp.MACHINES_ADVICE if seccomp.missing() else advice.for_landlock(*_asked())


def command(interpreter: Sequence[str], engine: Path, spec: SandboxSpec) -> list[str]:
    """The interpreter itself: each session shuts itself in."""
    return list(interpreter)


isolate = linux.adopt_orphans  # keeps hold of the worker's descendants, to end them


def confine(spec: SandboxSpec, scratch: str) -> None:
    """A process group of its own, limits, no capability, Landlock, seccomp."""
    os.setsid()
    os.chdir(scratch)
    version, _ = _asked()
    rlimits.apply(spec.limits, count_processes_from=rlimits.other_processes())
    linux.forbid_new_privileges()
    linux.drop_capabilities()
    _restrict(version, spec, scratch)
    signals_to = None if version >= _SIGNALS_ABI else os.getpid()
    seccomp.install(seccomp.program(unix_sockets=False, shared_files=True, signals_to=signals_to))


def _restrict(version: int, spec: SandboxSpec, scratch: str) -> None:
    """Allow reading what Python needs and writing in `scratch`; refuse every other file, TCP, signals to others."""
    handled = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= version)]
    attributes = struct.pack("=QQQ", handled, _ALL_TCP if version >= 4 else 0, _ALL_SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = linux.syscall(
        "create a Landlock ruleset", _CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    look = _READ | _LIST
    allowed, passed = _without((*SYSTEM, *SETTINGS, *spec.readable), spec.hidden)
    for path in allowed:
        _allow(ruleset, path, look | _EXECUTE)
    for path in passed:
        _allow(ruleset, path, _LIST)
    for path in (*_FACTS, *_READ_DEVICES):
        _allow(ruleset, path, look)
    for path in _WRITE_DEVICES:
        _allow(ruleset, path, _READ | _WRITE | _TRUNCATE)
    _allow(ruleset, scratch, handled & ~_SPECIAL & ~_DEVICE_IOCTL)
    linux.syscall("restrict with Landlock", _RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _without(paths: Iterable[str], hidden: Sequence[str]) -> tuple[list[str], list[str]]:
    """The paths to allow so that nothing hidden is; and the folders on the way to what is hidden.

    A rule holds for all that lies beneath its folder, so a folder with something hidden is replaced by its entries.
    """
    if not hidden:
        return list(paths), []
    covered = {str(folder) for path in hidden for folder in Path(path).parents}
    allowed: list[str] = []
    passed: list[str] = []
    pending, seen = [os.path.realpath(path) for path in paths], set()
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        if path in covered:
            passed.append(path)
            for entry in os.scandir(path):
                pending.append(os.path.realpath(entry.path) if entry.is_symlink() else entry.path)
        elif not any(path == other or path.startswith(f"{other}/") for other in hidden):
            allowed.append(path)
    return allowed, passed


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # not every system has every folder
    try:
        if not os.path.isdir(path):
            rights &= _EXECUTE | _WRITE | _READ | _TRUNCATE  # the others exist for folders only
        rule = struct.pack("=Qi", rights, descriptor)
        linux.syscall(
            f"allow {path}", _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)
        )
    finally:
        os.close(descriptor)
