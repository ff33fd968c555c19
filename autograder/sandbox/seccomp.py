"""A filter of system calls, written as BPF by hand: no compiler and no library is needed.

It takes away what no answer needs and what attacks on kernels and neighbours start from.  Names, not numbers,
are listed; each machine type has its table.  A call that a table lacks does not exist there, and a call that is newer
than all that were looked at when this was written does not exist for student code.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping

from autograder.sandbox import linux

# fmt: off
_ON_EVERY_MACHINE = {  # what is newer has one number
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435,
    "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447,
    "process_mrelease": 448, "set_mempolicy_home_node": 450, "fchmodat2": 452, "mseal": 462, "setxattrat": 463,
    "removexattrat": 466, "open_tree_attr": 467, "file_setattr": 469,
}
_X86_64 = {
    "mmap": 9, "ioctl": 16, "shmget": 29, "socket": 41, "clone": 56, "kill": 62, "semget": 64, "msgget": 68,
    "fcntl": 72, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "ptrace": 101, "syslog": 103,
    "setpgid": 109, "setsid": 112, "rt_sigqueueinfo": 129, "utime": 132, "personality": 135, "setpriority": 141,
    "sched_setparam": 142, "sched_setscheduler": 144, "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159,
    "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168,
    "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
    "delete_module": 176, "quotactl": 179, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197,
    "lremovexattr": 198, "fremovexattr": 199, "tkill": 200, "sched_setaffinity": 203, "lookup_dcookie": 212,
    "remap_file_pages": 216, "clock_settime": 227, "tgkill": 234, "utimes": 235, "mbind": 237, "mq_open": 240,
    "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251, "migrate_pages": 256,
    "fchownat": 260, "futimesat": 261, "fchmodat": 268, "unshare": 272, "move_pages": 279, "utimensat": 280,
    "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "fanotify_init": 300, "prlimit64": 302, "name_to_handle_at": 303,
    "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311,
    "kcmp": 312, "finit_module": 313, "sched_setattr": 314, "memfd_create": 319, "kexec_file_load": 320, "bpf": 321,
    "userfaultfd": 323, **_ON_EVERY_MACHINE,
}
_AARCH64 = {
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "lookup_dcookie": 18, "fcntl": 25, "ioctl": 29, "ioprio_set": 30, "umount2": 39, "mount": 40, "pivot_root": 41,
    "chroot": 51, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "quotactl": 60, "utimensat": 88,
    "acct": 89, "personality": 92, "unshare": 97, "kexec_load": 104, "init_module": 105, "delete_module": 106,
    "clock_settime": 112, "syslog": 116, "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119,
    "sched_setaffinity": 122, "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140,
    "reboot": 142, "setpgid": 154, "setsid": 157, "sethostname": 161, "setdomainname": 162, "settimeofday": 170,
    "adjtimex": 171, "mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194, "socket": 198, "add_key": 217,
    "request_key": 218, "keyctl": 219, "clone": 220, "mmap": 222, "swapon": 224, "swapoff": 225,
    "remap_file_pages": 234, "mbind": 235, "migrate_pages": 238, "move_pages": 239, "rt_tgsigqueueinfo": 240,
    "perf_event_open": 241, "prlimit64": 261, "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265,
    "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
    "finit_module": 273, "sched_setattr": 274, "memfd_create": 279, "bpf": 280, "userfaultfd": 282,
    "kexec_file_load": 294, **_ON_EVERY_MACHINE,
}
_REFUSED = (
    "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise", "process_mrelease",
    "keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd", "mount", "umount2", "pivot_root",
    "chroot", "open_tree", "open_tree_attr", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "unshare", "setns", "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "settimeofday",
    "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt",
    "personality", "lookup_dcookie", "name_to_handle_at", "open_by_handle_at", "fanotify_init", "mbind",
    "migrate_pages", "move_pages", "set_mempolicy_home_node", "remap_file_pages", "setpriority", "ioprio_set",
    # memory that belongs to no process, which the watcher could not see
    "memfd_create", "memfd_secret", "shmget", "semget", "msgget", "mq_open",
)
_ABSENT = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register", "mseal")  # libraries fall back on ENOSYS
# another process's limits and scheduling: the first argument is a pid, 0 means oneself
_SELF_ONLY = ("prlimit64", "sched_setaffinity", "sched_setparam", "sched_setscheduler", "sched_setattr")
# Without a mount namespace the files of the grader's user are there, and Landlock does not cover these calls.
# They succeed without doing anything, because copying a file must not fail for lack of them.
_PRETENDED = ("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "utime", "utimes",
              "futimesat", "utimensat")
_UNSUPPORTED = ("setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr",
                "removexattrat", "file_setattr")
_STAY_IN_GROUP = ("setsid", "setpgid")  # one process group, so that one signal ends all of them
_SIGNALS = ("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")
# fmt: on

_MACHINES: Mapping[str, tuple[int, Mapping[str, int]]] = {
    "x86_64": (0xC000003E, _X86_64),
    "aarch64": (0xC00000B7, _AARCH64),
}

MACHINES_ADVICE = f"use a machine of one of these types: {', '.join(_MACHINES)}"

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_KILL_PROCESS = 0x80000000
_SYSCALL_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_NEWEST = 469  # of Linux 6.17, on every machine: each call up to this number was looked at
_AF_UNIX = 1
_REDIRECTED_SIGNALS = (8, 10, 15)  # fcntl's F_SETOWN, F_SETSIG and F_SETOWN_EX: a signal to another when data comes
_IOCTLS = (0x8901, 0x8902, 0x5412, 0x541C)  # the same for sockets, and typing into a terminal
_SHARED_ANONYMOUS = 0x21  # MAP_SHARED | MAP_ANONYMOUS

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2

_Code = list[tuple[int, int, int, int]]


def missing() -> str:
    """What this machine lacks: a table of its system calls, or nothing."""
    machine = platform.machine()
    return "" if machine in _MACHINES else f"no table of system calls for {machine}"


def _block(number: int, checks: _Code) -> _Code:
    """Run `checks` when the call is `number`, else skip them; the call's number is loaded again after."""
    return [(_EQUAL, 0, len(checks) + 1, number), *checks, (_LOAD, 0, 0, _SYSCALL_NUMBER)]


def program(*, unix_sockets: bool, shared_files: bool, signals_to: int | None = None) -> bytes:
    """The filter as BPF.

    unix_sockets  allow socket(AF_UNIX); socketpair is always allowed.
    shared_files  the grader's files and processes are in sight: refuse what Landlock does not cover.
    signals_to    the only process that may be sent a signal, where nothing else keeps signals in.
    """
    architecture, table = _MACHINES[platform.machine()]
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    code: _Code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _SYSCALL_NUMBER),
        (_AT_LEAST, 0, 1, _NEWEST + 1),  # x86_64's second set of numbers, which would go round the table, too
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    constant = dict.fromkeys(_REFUSED, errno.EPERM) | dict.fromkeys(_ABSENT, errno.ENOSYS)
    if shared_files:
        constant |= dict.fromkeys(_PRETENDED, 0) | dict.fromkeys(_UNSUPPORTED, errno.ENOTSUP)
        constant |= dict.fromkeys(_STAY_IN_GROUP, errno.EPERM)
    if signals_to is not None:
        constant |= dict.fromkeys(_SIGNALS, errno.EPERM)
    for name, error in constant.items():
        if name in table:
            code += [(_EQUAL, 0, 1, table[name]), (_RETURN, 0, 0, _ERRNO | error)]
    for name in _SELF_ONLY:
        code += _block(table[name], [(_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 1, 0, 0), refuse])
    new_namespaces = linux.EVERY_NAMESPACE | 0x80  # and CLONE_NEWTIME
    code += _block(table["clone"], [(_LOAD, 0, 0, _ARGUMENTS), (_ANY_BIT, 0, 1, new_namespaces), refuse])
    shared_anonymous = [(_LOAD, 0, 0, _ARGUMENTS + 3 * 8), (_AND, 0, 0, _SHARED_ANONYMOUS)]
    code += _block(table["mmap"], [*shared_anonymous, (_EQUAL, 0, 1, _SHARED_ANONYMOUS), refuse])
    for name, commands in (("fcntl", _REDIRECTED_SIGNALS), ("ioctl", _IOCTLS)):
        for command in commands:
            code += _block(table[name], [(_LOAD, 0, 0, _ARGUMENTS + 8), (_EQUAL, 0, 1, command), refuse])
    no_socket = (_RETURN, 0, 0, _ERRNO | errno.EACCES)
    allowed_family = [(_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 1, 0, _AF_UNIX)] if unix_sockets else []
    code += _block(table["socket"], [*allowed_family, no_socket])
    if signals_to is not None:
        for name in ("kill", "tgkill"):
            code += _block(table[name], [(_LOAD, 0, 0, _ARGUMENTS), (_EQUAL, 1, 0, signals_to), refuse])
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(code: bytes) -> None:
    """Filter this thread and everything it starts, for good.  Needs `linux.forbid_new_privileges` before."""
    filter_program = _Program(len(code) // 8, code)
    address = ctypes.addressof(filter_program)
    linux.prctl("install the seccomp filter", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, address)
