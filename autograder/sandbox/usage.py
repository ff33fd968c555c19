"""What a session uses, seen from outside: CPU time and memory of all its processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAX_PROCESSES = 4096  # far above any limit; bounds the walk


def cpu_clock(pid: int) -> float:
    """CPU seconds of one process with all its threads, to the nanosecond.  Raises OSError when it has ended."""
    return time.clock_gettime((~pid << 3) | 2)  # the clock's number, see clock_getcpuclockid(3)


def supported() -> bool:
    """Whether the kernel lists a process's children; without that, their use could not be limited."""
    return os.path.exists("/proc/thread-self/children")


def pid_of(pidfd: int) -> int:
    """The process id, as this side numbers processes."""
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), -1)


def parent(pid: int) -> int:
    """The parent's process id."""
    return int(_stat(pid)[1])


def descendants(pid: int) -> list[int]:
    """All processes beneath `pid`, without itself."""
    found: list[int] = []
    pending = [pid]
    while pending and len(found) < _MAX_PROCESSES:
        current = pending.pop()
        try:
            for task in os.listdir(f"/proc/{current}/task"):
                children = Path(f"/proc/{current}/task/{task}/children").read_text().split()
                pending += map(int, children)
                found += map(int, children)
        except OSError:  # it ended meanwhile
            continue
    return found


def cpu_seconds(pids: list[int]) -> float:
    """CPU seconds of these processes and of their children that have ended, to a hundredth."""
    ticks = 0
    for pid in pids:
        try:
            ticks += sum(map(int, _stat(pid)[11:15]))  # utime, stime, cutime, cstime
        except OSError:
            continue
    return ticks / _TICKS


def delayed(pids: list[int]) -> float | None:
    """Seconds that threads of these processes were ready to run and no processor was free; None if it is not counted.

    It tells a busy machine from a process that sleeps.
    """
    total = 0
    for pid in pids:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[1])
        except FileNotFoundError:
            if not os.path.exists("/proc/self/schedstat"):
                return None
        except OSError:  # it ended meanwhile
            continue
    return total / 1e9


class OwnDelay:
    """Seconds that this thread was ready to run and no processor was free; 0 if it is not counted.

    The file stays open: it is read at every request.
    """

    def __init__(self) -> None:
        try:
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._file = -1

    def read(self) -> float:
        """The seconds so far."""
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9 if self._file >= 0 else 0.0

    def close(self) -> None:
        """Safe to call again."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def memory(pids: list[int], enough: int) -> int:
    """Bytes of memory in use; exact only above `enough`.

    Resident sizes are quick to read but count a page once for each process that shares it, so a sum above
    `enough` is confirmed with proportional sizes.
    """
    resident = sum(map(_resident, pids))
    return resident if resident <= enough else sum(map(_proportional, pids))


def scratch_bytes(folder: Path, pids: list[int], *, most_entries: int) -> int:
    """Bytes in files beneath `folder`, also deleted ones that are still open.

    2**62 for too many entries, and for folders that were made too deep or too closed to be counted.
    """
    total, entries, pending = 0, 0, [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as listing:
                for entry in listing:
                    entries += 1
                    if entries > most_entries:
                        return 2**62
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except FileNotFoundError:  # it was removed meanwhile
            continue
        except OSError:
            return 2**62
    return total + _deleted_bytes(pids, folder.stat().st_dev)


def _deleted_bytes(pids: list[int], device: int) -> int:
    seen: dict[int, int] = {}
    for pid in pids:
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                status = os.stat(f"/proc/{pid}/fd/{number}")
                if status.st_dev == device and status.st_nlink == 0:
                    seen[status.st_ino] = status.st_blocks * 512
        except OSError:
            continue
    return sum(seen.values())


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the name, which may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except PermissionError:
        return _resident(pid)  # counts too much rather than too little
    except OSError:
        pass
    return 0
