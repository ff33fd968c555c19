"""One test for each fault met while the sandbox was designed, so that none comes back."""

from __future__ import annotations

import ast
import ctypes
import errno
import json
import os
import platform
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.model import plain
from autograder.model.markers import Opaque
from autograder.sandbox import CallStatus, CellStatus, Limits, Sandbox, Session, linux, protocol, seccomp, wire


def test_packages_under_tmp_are_not_hidden_by_the_private_tmp(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    try:
        packages = folder / "site-packages"
        packages.mkdir()
        (packages / "lives_under_tmp.py").write_text("x = 3\n")
        monkeypatch.syspath_prepend(packages)
        with Sandbox(sandbox.backend) as own, own.session() as session:
            assert session.run_cell("import lives_under_tmp", seconds=5).status is CellStatus.OK
    finally:
        shutil.rmtree(folder)


def test_a_refused_write_of_a_kernel_file_is_an_error() -> None:
    with pytest.raises(PermissionError):
        linux.write_once("/proc/self/uid_map", "0 0 1")


def test_a_reply_may_come_before_the_pidfd() -> None:
    data, worker_data = socket.socketpair()
    status, supervisor_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    wire.send(worker_data, wire.encode(protocol.encode(protocol.Ready())))
    pidfd = os.pidfd_open(child)

    def late() -> None:
        time.sleep(0.05)
        protocol.send_packet(supervisor_status, protocol.Ready(), [pidfd])
        os.close(pidfd)

    thread = threading.Thread(target=late)
    thread.start()
    session = Session(data, status, Limits(), None)
    session.open()
    assert session.alive
    thread.join()
    supervisor_status.close()
    session.close()
    worker_data.close()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -9


def test_a_dead_worker_costs_the_grader_no_time(session: Session) -> None:
    before = time.process_time()
    assert session.run_cell("import time, os\ntime.sleep(0.3)\nos._exit(1)", seconds=5).status is CellStatus.DIED
    for _ in range(100):
        assert session.call("f", seconds=5).status is CallStatus.DIED
    assert time.process_time() - before < 0.2


def test_colliding_keys_take_no_time_to_refuse() -> None:
    pairs = [[index * (2**61 - 1), 0] for index in range(60_000)]
    frame = protocol.encode(protocol.CallResult(CallStatus.OK))
    frame.header.update(status="ok", value={"d": pairs})
    start = time.monotonic()
    with pytest.raises(plain.Malformed, match="not a dictionary key"):
        protocol.decode(frame, protocol.CallResult)
    assert time.monotonic() - start < 0.5


def test_ends_may_come_twice_and_in_any_order(session: Session) -> None:
    assert session.run_cell("import os\nos.close(1); os.close(2); os.close(3)", seconds=5).status is CellStatus.DIED
    session.close()
    session.close()
    assert session.run_cell("1", seconds=5).status is CellStatus.DIED


def test_the_worker_is_never_root_outside(session: Session) -> None:
    uids = next(
        line.split()[1:]
        for line in Path(f"/proc/{session._meter._worker}/status").read_text().splitlines()
        if line.startswith("Uid:")
    )
    assert "0" not in uids
    assert session.run_cell("import resource", seconds=5).status is CellStatus.OK


def test_pages_shared_between_processes_count_once(session: Session) -> None:
    source = (
        "import os, time, numpy as np\n"
        "x = np.ones(25_000_000)\n"  # 200 MB; four readers of it are 1 GB in resident sizes, and the limit is 512 MB
        "readers = []\n"
        "for _ in range(4):\n"
        "    reader = os.fork()\n"
        "    if reader == 0:\n"
        "        x.sum(); time.sleep(0.5); os._exit(0)\n"
        "    readers.append(reader)\n"
        "for reader in readers: os.waitpid(reader, 0)"
    )
    assert session.run_cell(source, seconds=20).status is CellStatus.OK


def test_calls_do_not_depend_on_what_was_drawn_before(session: Session) -> None:
    session.run_cell("import numpy as np\ndef draw(): return np.random.rand(3)", seconds=5)
    first = session.call("draw", seconds=5).value
    session.run_cell("np.random.seed(3)\nnp.random.rand(100)", seconds=5)
    np.testing.assert_array_equal(session.call("draw", seconds=5).value, first)


def test_masked_arrays_and_matrices_do_not_pass_for_arrays_of_another_meaning(session: Session) -> None:
    source = (
        "import numpy as np\ndef masked(): return np.ma.array([1.0, 2.0], mask=[0, 1])\n"
        "def matrix(): return np.matrix([[1.0, 2.0]])"
    )
    session.run_cell(source, seconds=5)
    assert session.call("masked", seconds=5).value == Opaque("MaskedArray")
    matrix = session.call("matrix", seconds=5).value
    assert isinstance(matrix, Opaque) or (type(matrix) is np.ndarray and matrix.shape == (1, 2))


def test_siblings_share_no_memory_files_and_no_terminals(sandbox: Sandbox) -> None:
    with sandbox.session() as first, sandbox.session() as second:
        first.run_cell("open('/dev/shm/note', 'w').write('answer')", seconds=5)
        second.run_cell("import os\nseen = os.path.exists('/dev/shm/note')", seconds=5)
        assert second.value("seen").value is False
        refused = second.run_cell("os.open('/dev/ptmx', os.O_RDWR)", seconds=5)
        assert refused.error_name in ("FileNotFoundError", "PermissionError")


# And of the filter's parts that this kernel's Landlock makes unnecessary


def in_a_child(body: Callable[[], object]) -> str:
    """What `body` returns in a forked process, as text."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, str(body()).encode())
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read) as pipe:
        return pipe.read()


def test_without_scopes_signals_are_filtered() -> None:
    def body() -> object:
        parent = os.getppid()
        linux.forbid_new_privileges()
        seccomp.install(seccomp.program(unix_sockets=False, shared_files=True, signals_to=os.getpid()))
        outcomes = []
        for target in (os.getpid(), parent):
            try:
                os.kill(target, 0)
                outcomes.append("sent")
            except PermissionError:
                outcomes.append("refused")
        return outcomes

    assert in_a_child(body) == "['sent', 'refused']"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_fits_the_kernel_on_every_machine(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    for unix_sockets in (True, False):
        code = seccomp.program(unix_sockets=unix_sockets, shared_files=True, signals_to=7)
        assert len(code) % 8 == 0
        assert len(code) // 8 <= 4096


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
NUMBER = re.compile(r"#define __NR(?:3264)?_(\w+)\s+(\d+)")


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_of_calls_are_those_of_the_kernels_header(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip(f"there is no {HEADERS[machine]} here to compare with")
    known = {name: int(number) for name, number in NUMBER.findall(HEADERS[machine].read_text())}
    table = seccomp._MACHINES[machine][1]
    assert len(known.keys() & table.keys()) > 60
    assert not {name: (table[name], known[name]) for name in known.keys() & table.keys() if table[name] != known[name]}
    assert not [name for name in table if name not in known and table[name] in known.values()]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
def test_a_call_that_nobody_has_looked_at_does_not_exist() -> None:
    """The kernel may know it: `mseal` and `set_mempolicy_home_node` were let through before."""
    asked = {"next": seccomp._NEWEST + 1, "far": 4000, "x32": 0x40000000 + 39, "top": 0xFFFFFFFF}
    asked |= {"mseal": 462, "set_mempolicy_home_node": 450, "getpid": 39}

    def body() -> object:
        libc = ctypes.CDLL(None, use_errno=True)
        linux.forbid_new_privileges()
        seccomp.install(seccomp.program(unix_sockets=True, shared_files=False))
        told = {}
        for name, number in asked.items():
            ctypes.set_errno(0)
            value = libc.syscall(ctypes.c_long(number), *(ctypes.c_ulong(0),) * 6)
            told[name] = errno.errorcode.get(ctypes.get_errno(), "worked" if value >= 0 else "failed")
        return told

    absent = dict.fromkeys(("next", "far", "x32", "top", "mseal"), "ENOSYS")
    assert ast.literal_eval(in_a_child(body)) == {**absent, "set_mempolicy_home_node": "EPERM", "getpid": "worked"}


def test_an_unknown_machine_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert seccomp.missing() == "no table of system calls for riscv64"


def test_the_frames_of_a_session_carry_no_pickle() -> None:
    for name in ("wire", "worker", "protocol", "fields", "session", "zygote"):
        source = Path(sys.modules["autograder.sandbox.wire"].__file__ or "").with_name(f"{name}.py").read_text()
        assert "import pickle" not in source
        assert "eval(" not in source
    assert json.loads(bytes(wire.encode(wire.Frame({"a": 1}, []))[0])[16:]) == {"a": 1, "arrays": []}
