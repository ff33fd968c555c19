"""The strongest rung: namespaces inside bubblewrap, nested once more for each session, and seccomp.

bubblewrap gives the zygote a file system that holds the interpreter, the packages and the engine, and nothing
of the course.  Each session then takes namespaces of its own, so sessions cannot see one another.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import advice, kernel, limits, seccomp, visible

if TYPE_CHECKING:
    from autograder.sandbox.rungs import Plan

CONFINES = True
OWN_TMP = True

_ENGINE = "/engine"  # not under /tmp, which every session covers with its own
_DEVICES = ("null", "full", "random", "urandom")  # no zero: mapped as shared it is memory that belongs to nobody
_NOBODY = 65534
_INODES = 20_000  # each takes kernel memory; more than any package writes


def missing() -> str:
    """What this machine lacks."""
    if shutil.which("bwrap") is None:
        return "the program bwrap is not installed"
    if not seccomp.supported():
        return f"no table of system calls for {os.uname().machine}"
    return ""


def to_do() -> str:
    """What would make it work here."""
    return advice.for_bubblewrap() if seccomp.supported() else seccomp.MACHINES_ADVICE


def command(interpreter: Sequence[str], engine: Path, plan: Plan) -> list[str]:
    """bubblewrap's command line.  There is no --die-with-parent: it would tie the zygote to one thread of the
    grader.  The zygote ends when its control socket closes."""
    result = [shutil.which("bwrap") or "bwrap", "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    result += ["--unshare-uts", "--unshare-cgroup-try", "--new-session", "--cap-drop", "ALL"]
    if os.geteuid() == 0:  # the root of a user namespace stays root, and the kernel lets no session map 0 once more
        result += ["--uid", str(_NOBODY), "--gid", str(_NOBODY)]
    for folder in visible.SYSTEM:
        if os.path.islink(folder):
            result += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            result += ["--ro-bind", folder, folder]
    for setting in visible.SETTINGS:
        result += ["--ro-bind-try", setting, setting]
    result += ["--proc", "/proc", "--dir", "/dev"]
    for device in _DEVICES:
        result += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        result += ["--symlink", f"/proc/self/{target}", f"/dev/{name}"]
    result += ["--dir", "/dev/shm", "--tmpfs", "/tmp"]
    for path in plan.readable:
        result += ["--ro-bind", path, path]
    for path in plan.hidden:
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
    kernel.unshare(
        kernel.CLONE_NEWUSER
        | kernel.CLONE_NEWPID
        | kernel.CLONE_NEWNS
        | kernel.CLONE_NEWNET
        | kernel.CLONE_NEWIPC
        | kernel.CLONE_NEWUTS
        | kernel.CLONE_NEWCGROUP
    )
    kernel.write_once("/proc/self/setgroups", "deny")
    kernel.write_once("/proc/self/uid_map", f"{uid} {uid} 1")
    kernel.write_once("/proc/self/gid_map", f"{gid} {gid} 1")


def confine(plan: Plan, scratch: str) -> None:
    """Private /tmp, /dev/shm and /proc, no engine, limits, no capability, no dangerous call."""
    os.setsid()
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV
    covered = [(path, os.open(path, os.O_PATH | os.O_CLOEXEC)) for path in plan.readable if path.startswith("/tmp/")]
    room = f"size={plan.limits.tmp_mb}m,nr_inodes={_INODES},mode=1777"
    kernel.mount("tmpfs", "/tmp", "tmpfs", quiet, room)
    for path, descriptor in covered:
        _bring_back(path, descriptor)
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", quiet | kernel.MS_NOEXEC, room)
    kernel.mount("proc", "/proc", "proc", quiet | kernel.MS_NOEXEC)
    kernel.mount("tmpfs", _ENGINE, "tmpfs", quiet | kernel.MS_RDONLY, "size=0,mode=0")
    socket.sethostname("sandbox")
    os.mkdir(scratch)
    os.chdir(scratch)
    limits.apply(plan.limits)
    kernel.forbid_new_privileges()
    kernel.drop_capabilities()
    seccomp.install(seccomp.program(unix_sockets=True, shared_files=False))


def _bring_back(path: str, descriptor: int) -> None:
    """Mount again what the private /tmp has covered; it stays read-only."""
    if os.path.isdir(f"/proc/self/fd/{descriptor}"):
        os.makedirs(path)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    kernel.mount(f"/proc/self/fd/{descriptor}", path, "", kernel.MS_BIND | kernel.MS_REC)
