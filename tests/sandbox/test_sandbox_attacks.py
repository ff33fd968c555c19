"""Attacks.  Each must miss its goal, and the sandbox must serve the next session as if nothing had been.

The sources run as student code.  Most try something and set `reached`; what they may not know inside (a path, a
port, a process id) is told to them, as to an attacker who knows the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np
import pytest

from autograder.model.markers import Handle, Opaque
from autograder.sandbox import CallResult, CallStatus, CellResult, CellStatus, Sandbox, Session, protocol, usage, wire
from autograder.sandbox.rlimits import other_processes
from autograder.sandbox.wire import Malformed

PRELUDE = """
import ctypes, errno, fcntl, mmap, os, platform, resource, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def worked(attempt):
    global why
    ctypes.set_errno(0)
    try:
        result = attempt()
    except OSError as error:
        why = errno.errorcode.get(error.errno, type(error).__name__)
        return False
    except BaseException as error:
        why = type(error).__name__
        return False
    why = errno.errorcode.get(ctypes.get_errno(), "nothing")
    return result != -1
def call(number, *arguments):
    return libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
ARM = platform.machine() == "aarch64"
"""


@dataclass(frozen=True)
class Target:
    """What attackers aim at: files, sockets and processes outside, all open to any user of the machine."""

    folder: Path
    secret: Path
    port: int
    udp: int
    abstract: str
    unix: Path
    sleeper: int


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    folder = Path(tempfile.mkdtemp(prefix="target-"))
    folder.chmod(0o777)
    secret = folder / "secret"
    secret.write_text("the answer")
    secret.chmod(0o666)
    abstract = f"\0target-{os.getpid()}"
    sleeper = subprocess.Popen(["sleep", "600"])
    sockets = [
        socket.socket(family, kind)
        for family, kind in (
            (socket.AF_INET, socket.SOCK_STREAM),
            (socket.AF_UNIX, socket.SOCK_STREAM),
            (socket.AF_UNIX, socket.SOCK_STREAM),
            (socket.AF_INET, socket.SOCK_DGRAM),
        )
    ]
    tcp, abstract_socket, unix, udp = sockets
    tcp.bind(("127.0.0.1", 0))
    udp.bind(("127.0.0.1", 0))
    abstract_socket.bind(abstract)
    unix.bind(str(folder / "unix"))
    (folder / "unix").chmod(0o777)
    for listening in (tcp, abstract_socket, unix):
        listening.listen()
    yield Target(folder, secret, tcp.getsockname()[1], udp.getsockname()[1], abstract, folder / "unix", sleeper.pid)
    assert sleeper.poll() is None, "an attack ended a process outside"
    sleeper.kill()
    sleeper.wait()
    for one in sockets:
        one.close()
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def serves_the_next_session_and_leaves_nothing(sandbox: Sandbox) -> Iterator[None]:
    zygote = sandbox._zygotes[()]._process
    before = set(usage.descendants(zygote.pid))
    yield
    assert sandbox._zygotes[()]._process is zygote, "the zygote had to be started again"
    with sandbox.session() as session:
        assert session.run_cell("def f(x): return x + 1", seconds=5).status is CellStatus.OK
        assert session.call("f", [1], seconds=5).value == 2
    deadline = time.monotonic() + 2  # a supervisor hangs up a moment before the kernel has removed it
    while (left := set(usage.descendants(zygote.pid)) - before) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not left, "processes were left behind"


READING = {
    "the secret": "open({secret!r}).read()",
    "its folder": "os.listdir({folder!r})",
    "its own root": "open('/proc/self/root' + {secret!r}).read()",
    "its threads' root": "open('/proc/thread-self/root' + {secret!r}).read()",
    "upwards": "open('/proc/self/cwd/../../..' + {secret!r}).read()",
    "a link to it": "(os.symlink({secret!r}, 'link'), open('link').read())",
    "a hard link to it": "os.link({secret!r}, 'hard')",
    "passwords": "open('/etc/passwd').read()",
    "shadow": "open('/etc/shadow').read()",
    "the repository": "open({repository!r} + '/pyproject.toml').read()",
    "the repository's list": "os.listdir({repository!r}).index('autograder')",
    "the engine": "open({repository!r} + '/autograder/sandbox/worker.py').read()",
    "the mounted engine": "os.listdir('/engine')",
    "the grader's memory": "open('/proc/{grader}/mem', 'rb').read(1)",
    "the grader's environment": "open('/proc/{grader}/environ').read()",
    "the zygote's environment": "open('/proc/{zygote}/environ').read()",
    "the grader's root": "os.listdir('/proc/{grader}/root')",
    "the parent's memory": "open(f'/proc/{{os.getppid()}}/mem', 'rb').read(1)",
    "other processes": "[p for p in os.listdir('/proc') if p.isdigit() and int(p) > 100][0]",
    "the disk": "open('/dev/vda', 'rb').read(1)",
    "kernel messages": "open('/dev/kmsg').read(1)",
    "a terminal": "os.open('/dev/ptmx', os.O_RDWR)",
    "cgroups": "os.listdir('/sys/fs/cgroup')",
}
WRITING = {
    "the secret": "open({secret!r}, 'w')",
    "cut to nothing": "os.truncate({secret!r}, 0)",
    "opened to be cut": "os.open({secret!r}, os.O_RDONLY | os.O_TRUNC)",
    "a new file": "open({folder!r} + '/new', 'w')",
    "a new folder": "os.mkdir({folder!r} + '/new')",
    "a removal": "os.unlink({secret!r})",
    "a renaming": "os.rename({secret!r}, {folder!r} + '/moved')",
    "a move into the sandbox": "os.rename({secret!r}, 'stolen')",
    "packages": "open(sys.modules['numpy'].__file__, 'a')",
    "a new package": "open(os.path.dirname(os.path.dirname(sys.modules['numpy'].__file__)) + '/new.py', 'w')",
    "the interpreter": "open(os.__file__, 'a')",
    "programs": "open('/usr/bin/new', 'w')",
    "settings": "open('/etc/new', 'w')",
    "the root": "os.mkdir('/new')",
    "kernel settings": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "its own oom score": (
        "1 / 0 if open('/proc/self/oom_score_adj', "
        "'w').write('-1000') and open('/proc/self/oom_score_adj').read() != '-1000' else None"
    ),
    "a device": "os.mknod('zero', 0o666 | 0x2000, os.makedev(1, 5)) or open('zero', 'rb').read(1)",
}
CONNECTING = {
    "TCP on this machine": "socket.create_connection(('127.0.0.1', {port}), 2)",
    "TCP outside": "socket.create_connection(('192.0.2.1', 80), 0.2)",
    "UDP": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {udp}))",
    "IPv6": "socket.socket(socket.AF_INET6)",
    "listening": "socket.create_server(('127.0.0.1', 0))",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "raw packets": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "virtual sockets": "socket.socket(40, socket.SOCK_STREAM)",
    "crypto sockets": "socket.socket(38, socket.SOCK_SEQPACKET)",
    "abstract unix socket": "socket.socket(socket.AF_UNIX).connect({abstract!r})",
    "unix socket": "socket.socket(socket.AF_UNIX).connect({unix!r})",
}
PROCESSES = {
    "kill the grader": "os.kill({grader}, 0)",
    "kill the zygote": "os.kill({zygote}, 9)",
    "kill another's process": "os.kill({sleeper}, 9)",
    "kill a sibling": "os.kill({sibling}, 9)",
    "kill the sibling's group": "os.killpg({sibling}, 9)",
    "queue a signal": "libc.sigqueue({sibling}, 9, None)",
    "pidfd of the sibling": "signal.pidfd_send_signal(os.pidfd_open({sibling}), 9)",
    "a signal on input": "(lambda a, b: (fcntl.fcntl(a, 10, 9), fcntl.fcntl(a, 8, {sibling}), "
    "fcntl.fcntl(a, 4, 0o20000), b.send(b'x')))(*socket.socketpair())",
    "own a socket for another": "fcntl.ioctl(socket.socketpair()[0], 0x8901, struct.pack('i', {sibling}))",
    "type into a terminal": "fcntl.ioctl(0, 0x5412, b'x')",
    "kill the parent": "os.kill(os.getppid(), 9) if os.getppid() > 0 else 1 / 0",
    "limit the sibling": "resource.prlimit({sibling}, resource.RLIMIT_CPU, (0, 0))",
    "limit the parent": "resource.prlimit(os.getppid() or 999999, resource.RLIMIT_CPU, (0, 0))",
    "move the sibling": "os.sched_setaffinity({sibling}, {{0}})",
    "slow the sibling": "os.setpriority(os.PRIO_PROCESS, {sibling}, 19)",
    "slow all": "os.setpriority(os.PRIO_USER, os.getuid(), 19)",
    "trace the sibling": "libc.ptrace(16, {sibling}, 0, 0)",
    "be traced": "libc.ptrace(0, 0, 0, 0)",
    "read the sibling's memory": "libc.process_vm_readv({sibling}, None, 0, None, 0, 0)",
    "the sibling's files": "os.listdir('/proc/{sibling}/fd')",
    "the sibling's folder": "os.listdir({sibling_folder!r}) if {sibling_folder!r} != os.getcwd() else 1 / 0",
}
PRIVILEGES = {
    "user namespace": "libc.unshare(0x10000000)",
    "mount namespace": "libc.unshare(0x20000)",
    "clone a user namespace": "call(220 if ARM else 56, 0x10000000 | 17, 0, 0, 0, 0)",
    "clone a pid namespace": "call(220 if ARM else 56, 0x20000000 | 17, 0, 0, 0, 0)",
    "enter a namespace": "libc.setns(os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
    "mount": "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "unmount": "libc.umount2(b'/tmp', 2)",
    "change the root": "os.chroot('.')",
    "pivot the root": "call(41 if ARM else 155, b'.', b'.')",
    "new mount calls": "call(430, b'tmpfs', 0)",
    "open a tree": "call(428, -100, b'/', 1)",
    "become root": "os.setuid(0) if os.getuid() else 1 / 0",
    "become root's group": "os.setgid(0) if os.getgid() else 1 / 0",
    "more processes": "resource.setrlimit(resource.RLIMIT_NPROC, (10**5, 10**5))",
    "more memory": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "larger files": "resource.setrlimit(resource.RLIMIT_FSIZE, (2**40, 2**40))",
    "more files": "resource.setrlimit(resource.RLIMIT_NOFILE, (10**5, 10**5))",
    "core dumps": "resource.setrlimit(resource.RLIMIT_CORE, (2**30, 2**30))",
    "bpf": "call(280 if ARM else 321, 5, 0, 0)",
    "perf events": "call(241 if ARM else 298, 0, 0, 0, 0, 0)",
    "userfaultfd": "call(282 if ARM else 323, 1)",
    "io_uring": "call(425, 8, ctypes.create_string_buffer(120))",
    "keys": "call(219 if ARM else 250, 0, -4, 1)",
    "add a key": "call(217 if ARM else 248, b'user', b'x', b'x', 1, -4)",
    "modules": "call(105 if ARM else 175, b'', 0, b'')",
    "another kernel": "call(104 if ARM else 246, 0, 0, None, 0)",
    "reboot": "libc.reboot(0)",
    "host name": "socket.sethostname('x')",
    "kernel log": "call(116 if ARM else 103, 10, 0, 0)",
    "file handles": "call(265 if ARM else 304, -100, 0, 0)",
    "personality": "libc.personality(0x0040000)",
    "x32 calls": "call(0x40000000 + 39)",
    "hidden memory file": "os.memfd_create('x')",
    "secret memory file": "call(447, 0)",
    "shared memory segment": "libc.shmget(0, 1 << 20, 0o1600)",
    "shared anonymous memory": "mmap.mmap(-1, 1 << 20)",
    "shared zero": "mmap.mmap(os.open('/dev/zero', os.O_RDWR), 1 << 20)",
    "message queue": "libc.msgget(0, 0o1600)",
    "semaphores": "libc.semget(0, 1, 0o1600)",
    "scheduling": "libc.sched_setscheduler(0, 1, struct.pack('i', 1))",
    "a trusted program": (
        "subprocess.run(['/usr/bin/su', '-c', 'true'], stdin=subprocess.DEVNULL, check=True, capture_output=True)"
    ),
}
ATTACKS = {
    f"{kind}-{name}": source
    for kind, table in (
        ("read", READING),
        ("write", WRITING),
        ("connect", CONNECTING),
        ("process", PROCESSES),
        ("privilege", PRIVILEGES),
    )
    for name, source in table.items()
}
REASONS = {  # of the kernel, or of Python, for refusing: an attack with a slip in it fails for another
    "read": {"ENOENT", "EACCES"},
    "write": {"ENOENT", "EACCES", "EROFS"},
    "connect": {"EACCES"},
    "process": {"ESRCH", "EPERM"},
    "privilege": {"EPERM"},
}
NOTHING_TO_TRY = "ZeroDivisionError"  # the attack says so itself
OWN_REASONS = {
    "read-the repository's list": {"ENOENT", "EACCES", "ValueError"},  # where this Python lies in it
    "read-a hard link to it": {"ENOENT", "EXDEV"},
    "read-other processes": {"IndexError", "EACCES"},  # nothing is listed
    "write-its own oom score": {NOTHING_TO_TRY, "EACCES"},
    "write-a device": {"EPERM", "EACCES"},
    "connect-abstract unix socket": {"ECONNREFUSED", "EACCES"},
    "connect-unix socket": {"ENOENT", "EACCES"},
    "process-kill the parent": {NOTHING_TO_TRY, "EPERM"},
    "process-the sibling's files": {"ENOENT", "EACCES"},
    "process-the sibling's folder": {NOTHING_TO_TRY, "EACCES"},
    "privilege-become root": {"EINVAL", "EPERM"},  # a user that the namespace does not have
    "privilege-become root's group": {"EINVAL", "EPERM"},
    "privilege-more processes": {"ValueError"},
    "privilege-more memory": {"ValueError"},
    "privilege-larger files": {"ValueError"},
    "privilege-more files": {"ValueError"},
    "privilege-core dumps": {"ValueError"},
    "privilege-io_uring": {"ENOSYS"},
    "privilege-x32 calls": {"ENOSYS"},
    "privilege-shared zero": {"ENOENT", "EACCES"},
    "privilege-a trusted program": {"CalledProcessError"},
}
HARMLESS = (  # and reach what they aim at where nothing is confined
    *("read-the secret", "read-its folder", "read-its own root", "read-its threads' root", "read-upwards"),
    *("read-a link to it", "read-a hard link to it", "read-passwords", "read-the repository", "read-the engine"),
    *("read-the repository's list", "read-other processes", "connect-TCP on this machine", "connect-UDP"),
    *("connect-listening", "connect-abstract unix socket", "connect-unix socket", "process-the sibling's files"),
)


@pytest.fixture(scope="module")
def sibling(sandbox: Sandbox) -> Iterator[Session]:
    """Another student's session, which attackers must not reach."""
    with sandbox.session() as other:
        assert other.run_cell("x = 'mine'\nopen('homework', 'w').write(x)", seconds=5).status is CellStatus.OK
        yield other
        assert other.value("x").value == "mine", "an attack ended another session"
        assert other.run_cell("import resource", seconds=5).status is CellStatus.OK


@pytest.fixture(scope="module")
def facts(sandbox: Sandbox, target: Target, sibling: Session) -> dict[str, Any]:
    return {
        "secret": str(target.secret),
        "folder": str(target.folder),
        "port": target.port,
        "udp": target.udp,
        "abstract": target.abstract,
        "unix": str(target.unix),
        "sleeper": target.sleeper,
        "grader": os.getpid(),
        "zygote": sandbox._zygotes[()]._process.pid,
        "sibling": sibling._meter._worker,
        "sibling_folder": str(sibling._scratch or "/tmp/work"),
        "repository": str(Path(__file__).resolve().parents[2]),
    }


@pytest.mark.parametrize("name", ATTACKS)
def test_nothing_outside_can_be_reached(
    session: Session, sibling: Session, target: Target, facts: dict[str, Any], name: str
) -> None:
    before = sorted(os.listdir(target.folder)), target.secret.read_text(), target.secret.stat()
    session.run_cell(PRELUDE, seconds=5)
    cell = session.run_cell(f"reached = worked(lambda: {ATTACKS[name].format(**facts)})", seconds=5)
    assert cell.status is CellStatus.OK
    assert session.value("reached").value is False
    assert session.value("why").value in OWN_REASONS.get(name, REASONS[name.partition("-")[0]])
    assert (sorted(os.listdir(target.folder)), target.secret.read_text()) == before[:2]
    assert target.secret.stat()[:9] == before[2][:9]
    assert sibling.value("x").value == "mine"


def test_the_attacks_are_sound(target: Target, facts: dict[str, Any]) -> None:
    """The control: without confinement those that do no harm succeed, so it is no slip that fails them elsewhere."""
    with Sandbox("none") as bare, bare.session() as session:
        assert session.run_cell(PRELUDE, seconds=5).status is CellStatus.OK
        for name in HARMLESS:
            session.run_cell(f"reached = worked(lambda: {ATTACKS[name].format(**facts)})", seconds=5)
            assert session.value("reached").value is True, (name, session.value("why").value)


@pytest.mark.parametrize(
    "source",
    [
        "os.chmod({secret!r}, 0)",
        "os.utime({secret!r}, (0, 0))",
        "os.chown({secret!r}, os.getuid(), -1)",
        "os.setxattr({secret!r}, 'user.x', b'x')",
        "os.chmod({folder!r}, 0)",
    ],
)
def test_what_landlock_does_not_cover_changes_nothing(
    session: Session, target: Target, facts: dict[str, Any], source: str
) -> None:
    """These calls may pretend to succeed; nothing may have changed.  The file belongs to the session's own user."""
    before = target.secret.stat()
    uid = session.run_cell("import os\nuid = os.getuid()", seconds=5) and session.value("uid").value
    if os.geteuid() == 0:
        os.chown(target.secret, uid, uid)
        os.chown(target.folder, uid, uid)
    before = target.secret.stat()
    cell = session.run_cell(source.format(**facts), seconds=5)
    assert cell.error_name in ("", "FileNotFoundError", "PermissionError", "OSError"), "a slip in the attack"
    assert target.secret.stat() == before
    assert target.folder.stat().st_mode & 0o777 == 0o777
    assert os.listxattr(target.secret) == []


def test_no_privilege_is_left(session: Session, sandbox: Sandbox) -> None:
    session.run_cell(
        "status = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines())", seconds=5
    )
    status = session.value("status").value
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    if sandbox.backend == "bubblewrap" or os.geteuid() == 0:  # else nobody may empty it, and nothing can use it
        assert int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert "0" not in status["Uid"].split()
    assert status["Groups"].split() in ([], ["65534"]) or os.geteuid() != 0


def test_no_descriptor_of_the_grader_is_left(session: Session) -> None:
    session.run_cell("import os\nopened = [int(n) for n in os.listdir('/proc/self/fd')]", seconds=5)
    assert set(session.value("opened").value) <= {0, 1, 2, 3, 4}


def test_new_calls_are_absent_so_that_libraries_fall_back(session: Session) -> None:
    session.run_cell(PRELUDE, seconds=5)
    session.run_cell("call(435, ctypes.create_string_buffer(88), 88)\nclone3 = ctypes.get_errno()", seconds=5)
    assert session.value("clone3").value == 38
    cell = session.run_cell("t = threading.Thread(target=print); t.start(); t.join()", seconds=5)
    assert cell.status is CellStatus.OK


def test_shared_memory_is_the_sessions_own(session: Session, sibling: Session) -> None:
    session.run_cell("open('/dev/shm/mark', 'w').close()", seconds=5)
    assert not Path("/dev/shm/mark").exists()
    sibling.run_cell(PRELUDE, seconds=5)
    sibling.run_cell("seen = os.path.exists('/dev/shm/mark') or worked(lambda: os.listdir('/dev/pts'))", seconds=5)
    assert sibling.value("seen").value is False


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="32-bit calls exist on x86 only")
def test_calls_of_the_32_bit_kind_end_the_process(session: Session) -> None:
    machine_code = "b'\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3'"  # mov eax, 20 (getpid); int 0x80; ret
    session.run_cell(PRELUDE, seconds=5)
    source = (
        "page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)\n"
        f"page.write({machine_code})\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(address)()"
    )
    assert session.run_cell(source, seconds=5).status is CellStatus.DIED


# Resources

ENDINGS = {
    "os._exit": ("os._exit(0)", {CellStatus.DIED}),
    "segfault": ("ctypes.string_at(0)", {CellStatus.DIED}),
    "abort": ("os.abort()", {CellStatus.DIED}),
    "kill itself": ("os.kill(os.getpid(), 9)", {CellStatus.DIED, CellStatus.OK}),
    "stop itself": ("os.kill(os.getpid(), signal.SIGSTOP)", {CellStatus.TIMEOUT, CellStatus.OK}),
    "kill everything": ("worked(lambda: os.kill(-1, 9))", {CellStatus.DIED, CellStatus.OK}),
    "kill its group": ("os.killpg(0, 9)", {CellStatus.DIED, CellStatus.OK}),
    "endless loop": ("while True: pass", {CellStatus.TIMEOUT}),
    "endless loop that catches all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        {CellStatus.TIMEOUT},
    ),
    "loop in C with signals blocked": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n(lambda n: n ** n ** 2)(10 ** 4)",
        {CellStatus.TIMEOUT},
    ),
    "regular expression": ("import re\nre.match('(a+)+$', 'a' * 64 + 'b')", {CellStatus.TIMEOUT}),
    "endless print": ("while True: print('x' * 1000)", {CellStatus.TIMEOUT}),
    "endless program output": ("!yes", {CellStatus.TIMEOUT}),
    "endless output of a program's own": ("subprocess.run(['yes'])", {CellStatus.OK, CellStatus.TIMEOUT}),
    "endless display": ("from IPython.display import display\nwhile True: display('x' * 1000)", {CellStatus.TIMEOUT}),
    "close its descriptors": ("os.closerange(0, 256)", {CellStatus.DIED}),
    "stack overflow": (
        "sys.setrecursionlimit(10**9)\nclass A: pass\nA.__getattr__ = lambda self, n: getattr(self, n)\nA().x",
        {CellStatus.DIED, CellStatus.ERROR, CellStatus.MEMORY, CellStatus.TIMEOUT},
    ),
    "handlers that raise": (
        (
            "def raises(*_): raise ValueError\nsignal.signal(signal.SIGALRM, raises)\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)"
        ),
        {CellStatus.OK, CellStatus.DIED, CellStatus.ERROR},
    ),
    "two workers": ("os.fork()", {CellStatus.OK}),
    "leave threads running": (
        "def spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()",
        {CellStatus.OK},
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_any_ending_is_noted(session: Session, name: str) -> None:
    source, expected = ENDINGS[name]
    session.run_cell(PRELUDE, seconds=5)
    start = time.monotonic()
    assert session.run_cell(source, seconds=0.4, waiting=0.5).status in expected
    session.call("f", seconds=0.2, waiting=0.5)
    session.close()
    assert time.monotonic() - start < 6


BOMBS = {
    "one process": "x = []\nwhile True: x.append(bytearray(10**7))",
    "at once": "x = bytearray(10**11)",
    "numpy": "import numpy as np\nx = [np.ones(10**6) for _ in range(10**4)]",
    "eight processes": (
        "for _ in range(8):\n    if os.fork() == 0:\n"
        "        x = []\n        while True:\n"
        "            try: x.append(bytearray(10**6))\n"
        "            except MemoryError: pass\n"
        "time.sleep(60)"
    ),
    "stacks": (
        "threading.stack_size(2**28)\n"
        "t = [threading.Thread(target=time.sleep, args=(9,)) for _ in range(99)]\n"
        "[u.start() for u in t]"
    ),
    "text": "x = 'x'\nwhile True: x += x",
}


@pytest.mark.parametrize("name", BOMBS)
def test_memory_bombs(session: Session, sandbox: Sandbox, name: str) -> None:
    session.run_cell(PRELUDE, seconds=5)
    result = session.run_cell(BOMBS[name], seconds=10)
    if name == "stacks":
        assert result.status is CellStatus.MEMORY or result.error_message == "can't start new thread"
    else:
        assert result.status is CellStatus.MEMORY


PROCESS_BOMBS = {
    "fork": "while True:\n    try: os.fork()\n    except OSError: pass",
    "fork and leave": "while True:\n    try:\n        if os.fork(): os._exit(0)\n    except OSError: pass",
    "shell": "os.system(':(){ :|:& };:')\nwhile True: pass",
    "threads": (
        "t = []\nwhile True:\n    try:\n"
        "        t.append(threading.Thread(target=time.sleep, args=(99,)))\n"
        "        t[-1].start()\n    except RuntimeError: pass"
    ),
    "new groups": "while True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass",
    "ignoring signals": (
        "for s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True:\n    try: os.fork()\n"
        "    except OSError: pass"
    ),
}


@pytest.mark.parametrize("name", PROCESS_BOMBS)
def test_process_bombs(session: Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    session.run_cell(PRELUDE, seconds=5)
    supervisor = session._meter._supervisor
    seen = 0
    original = usage.descendants

    def counting(pid: int) -> list[int]:
        nonlocal seen
        found = original(pid)
        if pid == supervisor:
            seen = max(seen, len(found))
        return found

    monkeypatch.setattr("autograder.sandbox.usage.descendants", counting)
    # An ordinary user's sessions under Landlock share the user, and so what the kernel counts: when the user's
    # other processes end, there is room for as many more.
    shared = sandbox.backend == "landlock" and os.geteuid() != 0
    most = 32 + (other_processes() if shared else 0)
    start = time.monotonic()
    result = session.run_cell(PROCESS_BOMBS[name], seconds=0.3, waiting=0.5)
    assert result.status in (CellStatus.TIMEOUT, CellStatus.DIED, CellStatus.MEMORY)  # threads have stacks
    session.close()
    assert time.monotonic() - start < 6
    assert seen <= most


def test_daemons_end_with_the_session(sandbox: Sandbox) -> None:
    source = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    try: os.setsid()\n"
        "    except OSError: pass\n"
        "    if os.fork(): os._exit(0)\n"
        "    while True: time.sleep(60)\n"
        "os.wait()"
    )
    with sandbox.session() as session:
        assert session.run_cell(source, seconds=5).status is CellStatus.OK
        assert len(usage.descendants(session._meter._supervisor)) == 2
        supervisor = session._meter._supervisor
    assert usage.descendants(supervisor) == []


DISK_BOMBS = {
    "one big file": "with open('big', 'wb') as f:\n    while True: f.write(b'x' * 10**6)",
    "many files": "for i in range(10**5):\n    with open(f'{i}', 'wb') as f: f.write(b'x' * 10**6)",
    "many names": "for i in range(10**7): open(f'{i}', 'w').close()",
    "deep folders": "while True:\n    os.mkdir('d'); os.chdir('d')",
    "closed folders": "for i in range(10**6):\n    os.mkdir(f'{i}', 0)",
    "deleted files": (
        "keep = []\nfor i in range(200):\n    keep.append(open('f', 'wb')); os.unlink('f')\n"
        "    try: keep[-1].write(b'x' * (10 * 2**20)); keep[-1].flush()\n    except OSError: pass\nwhile True: pass"
    ),
    "shared memory files": "for i in range(100):\n    with open(f'/dev/shm/{i}', 'wb') as f: f.write(b'x' * 10**6)",
    "sparse": "f = open('s', 'wb')\nf.truncate(10**12)",
}


@pytest.mark.parametrize("name", DISK_BOMBS)
def test_disk_bombs(session: Session, sandbox: Sandbox, name: str) -> None:
    folder = session._scratch
    free = shutil.disk_usage("/tmp").free
    session.run_cell(PRELUDE, seconds=5)
    result = session.run_cell(DISK_BOMBS[name], seconds=1, waiting=1)
    stopped = result.status in (CellStatus.DIED, CellStatus.TIMEOUT)
    assert stopped or result.error_name in ("OSError", "PermissionError"), result
    assert free - shutil.disk_usage("/tmp").free < 2**31
    session.close()
    assert folder is None or not folder.exists()


# The wire


def frame(
    message: dict[str, Any] | bytes, body: bytes = b"", *, header: int | None = None, size: int | None = None
) -> bytes:
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    head = struct.pack("<4sIQ", b"AGF1", len(text) if header is None else header, len(body) if size is None else size)
    return head + text + body


def reply(value: Any, arrays: Any = (), **other: Any) -> dict[str, Any]:
    """All of a right reply to the second request, but for what a liar would change."""
    return {**protocol.encode(CallResult(CallStatus.OK), 2).header, "value": value, "arrays": list(arrays), **other}


MALFORMED, TOO_LARGE, TIMEOUT = CallStatus.MALFORMED, CallStatus.TOO_LARGE, CallStatus.TIMEOUT
ONE = [["<f8", [1]]]
HOSTILE = {  # what is sent, how it ends, and the reason
    "garbage": (b"garbage that is no frame at all", MALFORMED, "not a frame"),
    "ten gigabytes": (frame(reply(None), size=10**10), TOO_LARGE, "larger than the cap"),
    "a header of four gigabytes": (frame(b"", header=2**32 - 1), TOO_LARGE, "larger than the cap"),
    "a lie about the size": (frame(reply({"a": 0}, [["<f8", [10**6]]]), b"x" * 8), MALFORMED, "larger than the frame"),
    "more bytes than arrays": (frame(reply(None), b"x" * 8), MALFORMED, "bytes that belong to no array"),
    "objects": (frame(reply({"a": 0}, [["|O", [1]]]), b"x" * 8), MALFORMED, "may not travel"),
    "records": (frame(reply({"a": 0}, [["f8,f8", [1]]]), b"x" * 16), MALFORMED, "may not travel"),
    "a negative shape": (frame(reply({"a": 0}, [["<f8", [-1, -1]]]), b"x" * 8), MALFORMED, "impossible shape"),
    "an overflowing shape": (frame(reply({"a": 0}, [["<f8", [2**32, 2**32]]]), b"x" * 8), MALFORMED, "larger than the"),
    "an empty overflowing shape": (frame(reply({"a": 0}, [["<f8", [0, *[2**40] * 20]]])), MALFORMED, "impossible"),
    "deep JSON": (frame(b'{"value":' + b'{"l":[' * 50_000 + b"]}" * 50_000 + b"}"), MALFORMED, "not JSON"),
    "a million digits": (frame(b'{"value":' + b"9" * 10**6 + b"}"), MALFORMED, "not JSON"),
    "a long integer": (frame(reply({"i": "9" * 10**6})), MALFORMED, "not a packed value"),
    "not an object": (frame(b"[1]"), MALFORMED, "not an object"),
    "not JSON": (frame(b"{"), MALFORMED, "not JSON"),
    "not text": (frame(b"\xff\xfe"), MALFORMED, "not JSON"),
    "no kind": (frame(reply(None, kind=None)), MALFORMED, "nobody waits"),
    "the reply to a cell": (
        frame({**protocol.encode(CellResult(CellStatus.OK), 2).header, "arrays": []}),
        MALFORMED,
        "nobody waits",
    ),
    "another request's": (frame(reply(None, request=7)), MALFORMED, ""),
    "a field more": (frame(reply(None, seconds=0.0)), MALFORMED, "other fields"),
    "an unknown status": (frame(reply(None, status="PASSED")), MALFORMED, "this is none of ok"),
    "a status of ours": (frame(reply(None, status=CallStatus.TIMEOUT)), MALFORMED, "this is none of ok"),
    "a judgement of ours": (frame(reply(None, status=CallStatus.WRONG_RETURN)), MALFORMED, "this is none of ok"),
    "a tensor of text": (frame(reply({"tensor": "0", "grad": False})), MALFORMED, "no such array"),
    "an array and its tensor": (
        frame(reply({"l": [{"a": 0}, {"tensor": 0, "grad": False}]}, ONE), b"x" * 8),
        MALFORMED,
        "named twice",
    ),
    "a function without a name": (
        frame(reply({"function": "", "source": "", "bound": {"d": []}})),
        MALFORMED,
        "not a function",
    ),
    "no value": (frame(reply({"z": 1})), MALFORMED, "not a packed value"),
    "an array that is not there": (frame(reply({"a": 3})), MALFORMED, "no such array"),
    "colliding keys": (
        frame(reply({"d": [[{"i": str(i * (2**61 - 1))}, 0] for i in range(5000)]})),
        MALFORMED,
        "not a dictionary key",
    ),
    "lists as arguments": (frame(reply(None, args_after={"l": []})), MALFORMED, "this is no tuple"),
    "a number as a name": (frame(reply(None, error_name=3)), MALFORMED, "this is no str"),
    "a header and nothing more": (frame(reply(None), header=1000), TIMEOUT, ""),
    "half a body": (frame(reply({"a": 0}, [["<f8", [2]]]), b"x" * 8, size=16), TIMEOUT, ""),
    "hanging up": (b"", CallStatus.DIED, ""),
    "forged ahead of time": (frame(reply(42)), CallStatus.OK, ""),
}


@pytest.mark.parametrize("name", [name for name in HOSTILE if HOSTILE[name][2]])
def test_a_hostile_reply_is_refused_for_what_is_wrong_with_it(name: str) -> None:
    data, _, reason = HOSTILE[name]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = threading.Thread(target=lambda: (theirs.sendall(data), theirs.close()))
        writer.start()
        with pytest.raises(Malformed, match=reason):
            protocol.decode(wire.receive(ours, wire.Caps(2**23, 2**24)), CallResult)
        ours.close()
        writer.join()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_replies(session: Session, name: str) -> None:
    data, expected, _ = HOSTILE[name]
    session.run_cell(
        "import os, time\n"
        "def f(data):\n"
        "    data = data.tobytes()\n"
        "    if not data: os._exit(1)\n"
        "    while data: data = data[os.write(3, data):]\n"
        "    time.sleep(60)",
        seconds=5,
    )
    start = time.monotonic()
    result = session.call("f", [np.frombuffer(data, np.uint8)], seconds=0.2, waiting=0.3)
    assert result.status is expected
    assert time.monotonic() - start < 3
    assert session.alive == (expected is CallStatus.OK)


def test_a_reply_byte_by_byte_does_not_stretch_the_budget(session: Session) -> None:
    source = (
        "import os, time\nos.write(3, b'AGF1' + bytes([255, 255, 7, 0]) + bytes(8))\n"
        "while True:\n    os.write(3, b' ')\n    time.sleep(0.001)"
    )
    start = time.monotonic()
    assert session.run_cell(source, seconds=0.2, waiting=0.3).status is CellStatus.TIMEOUT
    assert time.monotonic() - start < 3


def cell_reply(outputs: Any) -> dict[str, Any]:
    """A right reply to the first request, but for its outputs."""
    return {**protocol.encode(CellResult(CellStatus.OK), 1).header, "outputs": outputs, "arrays": []}


def test_never_reading_does_not_hold_up_the_grader(session: Session) -> None:
    forged = session.run_cell(f"import os, time\nos.write(3, {frame(cell_reply([]))!r})\ntime.sleep(60)", seconds=5)
    assert forged.status is CellStatus.OK
    start = time.monotonic()
    assert session.call("f", [np.zeros(10**6)], seconds=0.2, waiting=0.3).status is CallStatus.TIMEOUT
    assert time.monotonic() - start < 3


def test_a_cells_reply_above_the_cap_is_refused(session: Session) -> None:
    claim = frame(b"", header=2**32 - 1)
    result = session.run_cell(f"import os, time\nos.write(3, {claim!r})\ntime.sleep(9)", seconds=5)
    assert result.status is CellStatus.MALFORMED
    assert not session.alive


def test_hostile_outputs_are_refused(sandbox: Sandbox) -> None:
    """The first is the control: with nothing hostile in it a forged reply is taken for what it is, the cell's own."""
    hostile = [{"output_type": "script"}], ["text"], {"a": 1}, None
    for outputs in ([], *hostile):
        with sandbox.session() as session:
            reply = frame(cell_reply(outputs))
            cell = session.run_cell(f"import os, time\nos.write(3, {reply!r})\ntime.sleep(9)", seconds=5)
            assert cell.status is (CellStatus.MALFORMED if outputs != [] else CellStatus.OK), outputs


LIARS = {
    "array subclass": (
        "class A(np.ndarray):\n    def __eq__(self, other): return True\ndef f(): return np.zeros(2).view(A)",
        {CallStatus.OK},
    ),
    "integer subclass": (
        "class I(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef f(): return I(3)",
        {CallStatus.OK},
    ),
    "float subclass": (
        "class F(float):\n    def __eq__(self, other): return True\ndef f(): return F(3)",
        {CallStatus.OK},
    ),
    "text subclass": (
        "class S(str):\n    def __eq__(self, other): return True\n    __hash__ = str.__hash__\ndef f(): return S('x')",
        {CallStatus.OK},
    ),
    "list subclass": (
        "class L(list):\n    def __eq__(self, other): return True\ndef f(): return L([1])",
        {CallStatus.OK},
    ),
    "an equal of all": (
        "class E:\n    def __eq__(self, other): return True\n    __hash__ = object.__hash__\ndef f(): return E()",
        {CallStatus.OK},
    ),
    "a class that lies": ("class C:\n    __class__ = float\ndef f(): return C()", {CallStatus.OK}),
    "raising conversion": (
        "class R:\n    def __array__(self, *a, **k): raise ValueError\ndef f(): return R()",
        {CallStatus.OK},
    ),
    "leaving conversion": (
        "class R:\n    def __array__(self, *a, **k): raise SystemExit\ndef f(): return R()",
        {CallStatus.DIED},
    ),
    "raising text in a set": (
        "class R:\n    def __repr__(self): raise ValueError\ndef f(): return {R(), R()}",
        {CallStatus.MALFORMED},
    ),
    "a cycle": ("def f():\n    x = []\n    x.append(x)\n    return x", {CallStatus.MALFORMED}),
    "patched comparison": ("np.allclose = np.array_equal = lambda *a, **k: True\ndef f(): return 0", {CallStatus.OK}),
    "patched codec": ("import json\njson.dumps = lambda *a, **k: 'x'\ndef f(): return 0", {CallStatus.OK}),
    "patched encoder": (
        "import json\njson.JSONEncoder.encode = lambda *a, **k: 'x'\ndef f(): return 0",
        {CallStatus.DIED},  # the cell already: its reply was no frame
    ),
    "patched builtins": (
        "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.isinstance = lambda *a: True\ndef f(): return 0",
        {CallStatus.DIED, CallStatus.MALFORMED},
    ),
    "colliding keys": (
        "def f(): return {i * (2**61 - 1): i for i in range(3000)}",
        {CallStatus.MALFORMED, CallStatus.TOO_LARGE},
    ),
    "endless text": (
        "class C:\n    def __repr__(self):\n        while True: pass\ndef f(): return {C(), C()}",
        {CallStatus.TIMEOUT},
    ),
}
PLAIN = (NoneType, bool, int, float, str, list, tuple, dict, set, np.ndarray, Handle, Opaque)


@pytest.mark.parametrize("name", LIARS)
def test_only_plain_data_comes_out(session: Session, name: str) -> None:
    source, expected = LIARS[name]
    session.run_cell("import numpy as np\n" + source, seconds=5)
    start = time.monotonic()
    result = session.call("f", seconds=0.5)
    assert time.monotonic() - start < 3
    assert result.status in expected
    assert type(result.value) in PLAIN
