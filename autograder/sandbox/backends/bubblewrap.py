"""The strongest backend: namespaces inside bubblewrap, nested once more for each session, and seccomp.

bubblewrap gives the zygote a file system that holds the interpreter, the packages and the engine, and nothing
of the course.  Each session then takes namespaces of its own, so sessions cannot see one another.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import advice, linux, rlimits, seccomp
from autograder.sandbox.plan import SETTINGS, SYSTEM, SandboxSpec

CONFINES = True
OWN_TMP = True

_ENGINE = "/engine"  # not under /tmp, which every session covers with its own
_DEVICES = ("null", "full", "random", "urandom")  # no zero: mapped as shared it is memory that belongs to nobody
_INODES = 20_000  # each takes kernel memory; more than any package writes


def missing() -> str:
    """What this machine lacks."""
    if shutil.which("bwrap") is None:
        return "the program bwrap is not installed"
    return seccomp.missing()


def to_do() -> str:
    """What would make it work here."""
    return seccomp.MACHINES_ADVICE if seccomp.missing() else advice.for_bubblewrap()


def command(interpreter: Sequence[str], engine: Path, spec: SandboxSpec) -> list[str]:
    """bubblewrap's command line.  There is no --die-with-parent: it would tie the zygote to one thread of the
    grader.  The zygote ends when its control socket closes."""
    result = [shutil.which("bwrap") or "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    result += ["--unshare-uts", "--unshare-cgroup-try", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:  # the root of a user namespace stays root, and the kernel lets no session map 0 once more
        result += ["--uid", str(linux.NOBODY), "--gid", str(linux.NOBODY)]
    for folder in SYSTEM:
        if os.path.islink(folder):
            result += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            result += ["--ro-bind", folder, folder]
    for setting in SETTINGS:
        result += ["--ro-bind-try", setting, setting]
    result += ["--proc", "/proc", "--dir", "/dev"]
    for device in _DEVICES:
        result += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        result += ["--symlink", f"/proc/self/{target}", f"/dev/{name}"]
    result += ["--dir", "/dev/shm", "--tmpfs", "/tmp"]
    for path in spec.readable:
        result += ["--ro-bind", path, path]
    for path in spec.hidden:
        if os.path.isdir(path):
            result += ["--tmpfs", path, "--remount-ro", path]
        else:
            result += ["--ro-bind", "/dev/null", path]
    result += ["--ro-bind", str(engine), f"{_ENGINE}/autograder"]
    result += ["--remount-ro", "/", "--chdir", "/tmp", "--"]
    inside = f"{_ENGINE}/autograder/sandbox"
    return result + [argument.replace(str(engine / "sandbox"), inside) for argument in interpreter]


def isolate() -> None:
    """Take every kind of namespace.  The process that this one forks next is the first of its pid namespace."""
    uid, gid = os.getuid(), os.getgid()
    linux.unshare(linux.EVERY_NAMESPACE)
    linux.write_once("/proc/self/setgroups", "deny")
    linux.write_once("/proc/self/uid_map", f"{uid} {uid} 1")
    linux.write_once("/proc/self/gid_map", f"{gid} {gid} 1")


def confine(spec: SandboxSpec, scratch: str) -> None:
    """Private /tmp, /dev/shm and /proc, no engine, limits, no capability, no dangerous call."""
    os.setsid()
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    quiet = linux.MS_NOSUID | linux.MS_NODEV
    covered = [(path, os.open(path, os.O_PATH | os.O_CLOEXEC)) for path in spec.readable if path.startswith("/tmp/")]
    room = f"size={spec.limits.tmp_mb}m,nr_inodes={_INODES},mode=1777"
    linux.mount("tmpfs", "/tmp", "tmpfs", quiet, room)
    for path, descriptor in covered:
        linux.bind(descriptor, path)  # it stays read-only
    linux.mount("tmpfs", "/dev/shm", "tmpfs", quiet | linux.MS_NOEXEC, room)
    linux.mount("proc", "/proc", "proc", quiet | linux.MS_NOEXEC)
    linux.mount("tmpfs", _ENGINE, "tmpfs", quiet | linux.MS_RDONLY, "size=0,mode=0")
    socket.sethostname("sandbox")
    os.mkdir(scratch)
    os.chdir(scratch)
    rlimits.apply(spec.limits)
    linux.forbid_new_privileges()
    linux.drop_capabilities()
    seccomp.install(seccomp.program(unix_sockets=True, shared_files=False))
