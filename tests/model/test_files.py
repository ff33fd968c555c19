"""Files are whole or as they were, name themselves when they cannot be written, and private where they ought to be."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import REPOSITORY, TINY

from autograder.grading.ledger import Ledger
from autograder.model.bank import Bank
from autograder.model.bank_files import save
from autograder.model.files import keep_private, make_private, write_atomic
from autograder.nbgrader_bridge.course import new_course


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_private_file_is_nobody_elses_and_one_opened_to_a_group_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    for before, after in ((None, 0o600), (0o644, 0o600), (0o640, 0o640), (0o660, 0o660), (0o604, 0o600)):
        if before is not None:
            path.chmod(before)
        write_atomic(path, "key", private=True)
        assert (mode(path), path.read_text()) == (after, "key")
    write_atomic(tmp_path / "page", "text")
    assert mode(tmp_path / "page") == 0o644


def test_folders_are_made_private_and_left_as_a_person_made_them(tmp_path: Path) -> None:
    make_private(tmp_path / "out" / "deep")
    assert mode(tmp_path / "out" / "deep") == 0o700
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    make_private(shared)
    assert mode(shared) == 0o755
    keep_private(shared)
    assert mode(shared) == 0o700
    shared.chmod(0o770)
    keep_private(shared)
    assert mode(shared) == 0o770
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(FileExistsError):
        make_private(file)


def test_a_bank_is_private_and_an_older_one_becomes_so(bank: Bank, tmp_path: Path) -> None:
    folder = tmp_path / "bank" / TINY
    save(bank, folder)
    files = (folder / "bank.json", folder / "arrays.npz")
    assert [mode(path) for path in (folder.parent, folder, *files)] == [0o700, 0o700, 0o600, 0o600]
    for path in (folder, *files):
        path.chmod(0o755 if path.is_dir() else 0o644)
    save(bank, folder)
    assert [mode(path) for path in (folder, *files)] == [0o700, 0o600, 0o600]


def test_a_ledger_is_private_with_the_files_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    with Ledger(f"sqlite:///{place}") as ledger:
        ledger.latest()
        found = sorted(path.name for path in tmp_path.iterdir())
        assert "ledger.sqlite" in found
        assert {mode(path) for path in tmp_path.iterdir()} == {0o600}, found
    place.chmod(0o640)
    Ledger(f"sqlite:///{place}").close()
    assert mode(place) == 0o640


def test_a_file_that_cannot_be_written_whole_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("as it was")
    program = (
        "import resource, signal, sys; from pathlib import Path; from autograder.model.files import write_atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_atomic(Path(sys.argv[1]), 'x' * 100_000)\n"
        "except OSError as error: print(error.filename, error.strerror)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": str(REPOSITORY)})  # fmt: skip
    assert done.stdout == f"{path} {os.strerror(errno.EFBIG)}\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]
    assert path.read_text() == "as it was"


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_with_the_path(full_disk: Path, course_copy: Path) -> None:
    (full_disk / "filler").write_bytes(b"x" * 60_000)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "release", str(full_disk)], cwd=course_copy,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {full_disk}/")
    assert line.endswith("No space left on device")
    assert not list(full_disk.rglob("*.partial"))


@pytest.mark.slow
def test_a_new_course_keeps_solutions_and_grades_private(course_copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "my-course"
    new_course(target, source_course=course_copy, language="en")
    assert [mode(target / name) for name in ("source", "gradebook.db")] == [0o700, 0o600]
    assert [mode(path) for path in (target, target / "release" / TINY)] == [0o755, 0o755]
