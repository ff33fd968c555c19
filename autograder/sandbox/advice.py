"""What would make a backend work on this very machine: each piece of advice rests on a fact that is looked up here."""

from __future__ import annotations

import errno
import platform
import re
import shutil
from pathlib import Path

AS_ORDINARY_USER = "run autograder as an ordinary user (in a container: `USER` or `--user`), not as root"

_SWITCHES = (  # what a distribution may have closed, and the value that says so
    ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
    ("kernel.unprivileged_userns_clone", "0", "1"),
    ("user.max_user_namespaces", "0", "15000"),
)


def for_bubblewrap() -> str:
    """How to get user namespaces and the program that uses them."""
    if shutil.which("bwrap") is None:
        install = (
            "install bubblewrap (on Debian or Ubuntu: apt-get install bubblewrap; on Fedora: dnf install bubblewrap)"
        )
        return " and ".join([install, *_closed_switches()])
    if closed := _closed_switches():
        return " and ".join(closed)
    if _status("Seccomp") == "2":
        return (
            "a filter of this container refuses namespaces, and only who starts the container can change that; "
            "landlock does without"
        )
    return "allow unprivileged user namespaces here; landlock does without"


def for_landlock(version: int, error: int) -> str:
    """How to get Landlock, by the kernel's version of it (0: none) and the error with which the kernel answered."""
    release = platform.release()
    if version or (error == errno.ENOSYS and _older(release, (6, 2))):
        return f"use Linux 6.2 or later: this is {release}"
    if error == errno.EOPNOTSUPP:
        return "add landlock to the kernel parameter lsm=… and start the machine anew"
    if _status("Seccomp") == "2":
        return "use a newer container engine: a filter of this one refuses Landlock's calls"
    return "use a kernel that is built with Landlock (CONFIG_SECURITY_LANDLOCK)"


def _closed_switches() -> list[str]:
    """The commands that open what a distribution has closed."""
    return [
        f"as root: sysctl -w {name}={opened}"
        for name, closed, opened in _SWITCHES
        if _read(Path("/proc/sys", *name.split("."))) == closed
    ]


def _status(field: str) -> str:
    """A field of /proc/self/status."""
    lines = _read(Path("/proc/self/status")).splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(f"{field}:")), "")


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _older(release: str, than: tuple[int, int]) -> bool:
    found = re.match(r"(\d+)\.(\d+)", release)
    return found is not None and (int(found[1]), int(found[2])) < than
