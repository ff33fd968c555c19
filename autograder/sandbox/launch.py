"""From root to an ordinary user, before anything of the sandbox starts.

The kernel does not count root's processes, and namespaces made by root are worth less.  The interpreter may
lie where only root may look (/root/.pyenv, say): then this process's own view of the file system, and nobody
else's, gets the folders that are needed and no others put in their place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import Any

from autograder.sandbox import kernel

_FIRST_UID = 1_900_000_000  # above the ranges that systems and containers hand out
_UIDS = 1_000_000
NOBODY = 65534  # where the range above does not exist, as in a container with mapped users


def ordinary_uid() -> int:
    """A user id of this grader's own: the kernel counts processes by user, and users may signal their own."""
    return _FIRST_UID + os.getpid() % _UIDS


def main(request: dict[str, Any]) -> None:
    """Become an ordinary user and run the command."""
    uid = request["uid"]
    hidden = _behind_closed_folders(request["paths"])
    if hidden:
        _open_a_way(hidden)
    kernel.empty_bounding_set()  # a namespace that bubblewrap makes has a set of its own
    try:
        _become(uid)
    except OSError:
        _become(NOBODY)
    os.execv(request["command"][0], request["command"])


def _become(uid: int) -> None:
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
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    for folder, paths in hidden.items():
        sources = [(path, os.open(path, os.O_PATH)) for path in sorted(set(paths))]
        kernel.mount("tmpfs", folder, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "mode=0755,size=1m")
        for path, descriptor in sources:
            if not os.path.exists(path):  # it may lie beneath one that is mounted already
                if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                    os.makedirs(path)
                else:
                    os.makedirs(os.path.dirname(path), exist_ok=True)
                    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
                kernel.mount(f"/proc/self/fd/{descriptor}", path, "", kernel.MS_BIND | kernel.MS_REC)
            os.close(descriptor)
