"""Runs a command as another machine would: `python elsewhere.py docker,user -- COMMAND …`.  Needs root.

docker      what Docker's default profile leaves: fourteen capabilities, no new namespaces and no mounts.
root        this machine as it is.
user        an ordinary user.
namespace   root of a user namespace in which there is nobody else, as rootless containers may be.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from autograder.sandbox import linux, seccomp

ORDINARY = 54_321
_DOCKERS_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
_DOCKER_REFUSES = ("unshare", "setns", "mount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsmount")
_NEW_NAMESPACES = 0x7E020000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


def main() -> None:
    """Take the machine's limits, then run the command."""
    kinds, command = sys.argv[1].split(","), sys.argv[sys.argv.index("--") + 1 :]
    if "user" in kinds:
        os.setgroups([])
    if "docker" in kinds:
        _refuse_namespaces()
        _keep_dockers_capabilities()
    if "user" in kinds:
        os.setresgid(ORDINARY, ORDINARY, ORDINARY)
        os.setresuid(ORDINARY, ORDINARY, ORDINARY)
    if "namespace" in kinds:
        command = ["/usr/bin/unshare", "--user", "--map-root-user", *command]
    os.environ["HOME"] = "/nowhere"
    os.execv(command[0], command)


def _refuse_namespaces() -> None:
    """Docker's filter: EPERM for what makes namespaces and mounts, ENOSYS for clone3."""
    _, table = seccomp._MACHINES[os.uname().machine]
    code = [(_LOAD, 0, 0, 0)]
    for name in _DOCKER_REFUSES:
        if name in table:
            code += [(_EQUAL, 0, 1, table[name]), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    code += [(_EQUAL, 0, 1, table["clone3"]), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    code += [(_EQUAL, 0, 4, table["clone"]), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), refuse]
    code += [(_LOAD, 0, 0, 0), (_RETURN, 0, 0, _ALLOW)]
    seccomp.install(b"".join(struct.pack("=HBBI", *instruction) for instruction in code))


def _keep_dockers_capabilities() -> None:
    for capability in range(64):
        if capability not in _DOCKERS_CAPABILITIES:
            linux._libc().prctl(linux._PR_CAPBSET_DROP, capability, 0, 0, 0)
    kept = sum(1 << capability for capability in _DOCKERS_CAPABILITIES)
    header = linux._CapHeader(linux._CAPABILITY_VERSION_3, 0)
    sets = (linux._CapData * 2)(linux._CapData(kept, kept, 0))
    if linux._libc().capset(ctypes.byref(header), ctypes.byref(sets)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    main()
