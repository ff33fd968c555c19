"""From root to an ordinary user, before anything of the sandbox starts.

The kernel does not count root's processes, and namespaces made by root are worth less.  The interpreter may
lie where only root may look (/root/.pyenv, say): then this process's own view of the file system, and nobody
else's, gets the folders that are needed and no others put in their place.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import advice, linux

_FIRST_UID = 1_900_000_000  # above the ranges that systems and containers hand out
_UIDS = 1_000_000


class NoOrdinaryUser(Exception):
    """This process is root and there is nobody else that it may become."""


def ordinary_uid() -> int | None:
    """Whom root becomes: a user id of this grader's own, since the kernel counts processes by user and users may
    signal their own; nobody where a container's users have no such number.

    None: stay.  This is no root, or the root of a user namespace that has nobody else in it; outside it is an ordinary
    user, and the kernel treats it as one.  Raises NoOrdinaryUser where there is nobody else and root is root.
    """
    if os.geteuid() != 0:
        return None
    for uid in (_FIRST_UID + os.getpid() % _UIDS, linux.NOBODY):
        if _outside(uid, "uid_map") is not None and _outside(uid, "gid_map") is not None:
            return uid
    if _outside(0, "uid_map") == 0:
        raise NoOrdinaryUser
    return None


def _outside(number: int, table: str) -> int | None:
    """What a user's or group's number is outside of this user namespace; None for one that does not exist in it."""
    for line in Path("/proc/self", table).read_text().splitlines():
        inside, outside, count = map(int, line.split())
        if inside <= number < inside + count:
            return outside + number - inside
    return None


def main(uid: int, paths: Iterable[str], command: list[str], control: int) -> None:
    """Become an ordinary user and run the command; what is in the way goes to the control socket in one sentence."""
    os.umask(0o022)  # the grader's may be stricter, and what is made here is for the ordinary user
    hidden = _behind_closed_folders(paths)
    try:
        if hidden:
            _open_a_way(hidden)
    except OSError as error:
        folder, beneath = next(iter(hidden.items()))
        problem = (
            f"only root may enter {folder}, beneath which {beneath[0]} lies, and root cannot open a way here ({error})"
        )
        to_do = f"{advice.AS_ORDINARY_USER}; or install Python and autograder outside {folder}"
        _refuse(control, problem, to_do)
        return
    linux.empty_bounding_set()  # a namespace that bubblewrap makes has a set of its own
    try:
        _become(uid)
    except OSError as error:
        _refuse(control, f"root may not become an ordinary user here ({error})", advice.AS_ORDINARY_USER)
        return
    os.execv(command[0], command)


def _refuse(control: int, problem: str, to_do: str) -> None:
    from autograder.sandbox import protocol  # brings numpy, which nothing else here needs

    protocol.send_packet(socket.socket(fileno=control), protocol.Failed(problem, to_do))


def _become(uid: int) -> None:
    if Path("/proc/self/setgroups").read_text().strip() == "allow":  # a user namespace may refuse it
        os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _behind_closed_folders(paths: Iterable[str]) -> dict[str, list[str]]:
    """The paths that only root can reach: outermost closed folder → paths beneath it."""
    hidden: dict[str, list[str]] = {}
    for path in paths:
        parts = path.strip("/").split("/")
        for depth in range(1, len(parts)):
            ancestor = "/" + "/".join(parts[:depth])
            if not os.stat(ancestor).st_mode & stat.S_IXOTH:
                hidden.setdefault(ancestor, []).append(path)
                break
    return hidden


def _open_a_way(hidden: dict[str, list[str]]) -> None:
    """Cover each closed folder with an empty one, and mount the needed paths at their usual place in it."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    for folder, paths in hidden.items():
        sources = [(path, os.open(path, os.O_PATH)) for path in sorted(set(paths))]
        linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=1m")
        for path, descriptor in sources:
            if not os.path.exists(path):  # it may lie beneath one that is mounted already
                linux.bind(descriptor, path)
            os.close(descriptor)
