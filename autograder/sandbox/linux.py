"""The few Linux calls that Python has no name for, through ctypes.  Errors are OSError with the call's name."""

from __future__ import annotations

import ctypes
import functools
import os

CLONE_NEWNS = 0x00020000  # mounts
EVERY_NAMESPACE = 0x7E020000  # mounts, cgroups, host name, IPC, users, processes, network
NOBODY = 65534

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522


@functools.cache
def _libc() -> ctypes.CDLL:
    """The C library; loaded at the first call, for other systems' has none of these."""
    library = ctypes.CDLL(None, use_errno=True)
    library.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    library.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]
    library.syscall.restype = ctypes.c_long
    return library


def _fail(what: str) -> OSError:
    code = ctypes.get_errno()
    return OSError(code, f"{what}: {os.strerror(code)}")


def syscall(what: str, number: int, *arguments: object) -> int:
    """The result of a raw system call; `what` names it in the error."""
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise _fail(what)
    return result


def prctl(what: str, option: int, *arguments: int) -> None:
    """Call prctl with up to four arguments."""
    padded = (*arguments, 0, 0, 0, 0)[:4]
    if _libc().prctl(option, *padded) != 0:
        raise _fail(what)


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    if _libc().unshare(ctypes.c_int(flags)) != 0:
        raise _fail("unshare")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a file system, or bind or change a mount, as mount(2)."""
    if _libc().mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()) != 0:
        raise _fail(f"mount {kind or 'bind'} on {target}")


def bind(descriptor: int, path: str) -> None:
    """Mount an open file or folder, and what is mounted in it, at a path that does not exist yet."""
    if os.path.isdir(f"/proc/self/fd/{descriptor}"):
        os.makedirs(path)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    mount(f"/proc/self/fd/{descriptor}", path, "", MS_BIND | MS_REC)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets away."""
    prctl("become a subreaper", _PR_SET_CHILD_SUBREAPER, 1)


def forbid_new_privileges() -> None:
    """No program started from here on gains privileges; also what allows an unprivileged seccomp filter."""
    prctl("forbid new privileges", _PR_SET_NO_NEW_PRIVS, 1)


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def empty_bounding_set() -> None:
    """No program started from here on gains a capability; needs the right to, which an ordinary user lacks."""
    for capability in range(64):
        if _libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last capability that this kernel knows, or not allowed to: then there is none to use


def drop_capabilities() -> None:
    """Give up every capability, for this process and for anything that it starts."""
    prctl("clear ambient capabilities", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    empty_bounding_set()
    header = _CapHeader(_CAPABILITY_VERSION_3, 0)
    nothing = (_CapData * 2)()
    if _libc().capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise _fail("capset")


def write_once(path: str, text: str) -> None:
    """Write a kernel file in one call.  A buffered file would report a refusal only when it is collected."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
