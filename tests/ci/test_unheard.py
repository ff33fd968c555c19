"""Commands that show names and words of students, in a step of GitHub Actions: the runner hears none of them."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from runner import heard_in, lines
from support import TINY

from autograder.grading.ledger import Ledger
from autograder.model.verdict import Report, SubmissionOutcome

HOSTILE = ["::add-mask::a", "x##[set-output name=result]eA==", "##[error]forged"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A ledger with two gradings of each of these students, and a download with their names in it."""
    with Ledger(f"sqlite:///{tmp_path}/ledger.sqlite") as ledger:
        for outcome in (SubmissionOutcome.GRADED, SubmissionOutcome.UNREADABLE):
            for name in HOSTILE:
                ledger.record(Report(name, TINY, "en", outcome, f"{name}-{outcome}", "b", "0.1.0", 0), f"{name}.ipynb")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for number, name in enumerate(HOSTILE):
            archive.writestr(f"carol_{number}_678_{name}.ipynb", b"{")
            archive.writestr(f"carol_{number}_678_{name}.pdf", b"x")
    (tmp_path / "sheet.csv").write_text("Identifier,Full name,Grade,Last modified (grade)\nParticipant 1,Ann,,-\n")
    return tmp_path


def in_a_step(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *command],
        cwd=place, env={**os.environ, "GITHUB_ACTIONS": "true"}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["history", HOSTILE[0], "--json"], 0),
        (["history", HOSTILE[1], "--assignment", HOSTILE[2]], 2),
        (["diff", "#3"], 0),
        (["diff", "#3", "--json"], 0),
        (["collect", "submissions.zip", "--into", "course", "--from", "canvas"], 1),
        (["collect", "submissions.zip", "--into", "course", "--from", "canvas", "--json"], 1),
        (["collect", HOSTILE[2], "--into", "course"], 2),
        (["export", "--to", "moodle", "--sheet", "sheet.csv", "--assignment", TINY, "--out", "filled.csv"], 1),
    ],
)
def test_a_runner_hears_nothing_that_a_student_wrote(place: Path, command: list[str], code: int) -> None:
    done = in_a_step(place, *command)
    assert done.returncode == code, done.stdout + done.stderr
    assert "forged" in done.stdout + done.stderr or HOSTILE[0] in done.stdout  # it was there to be heard
    assert not list(heard_in(lines(done.stdout) + lines(done.stderr)))
    assert not list(heard_in(lines(done.stderr) + lines(done.stdout)))


def test_a_file_on_standard_output_is_the_file_alone(place: Path) -> None:
    done = in_a_step(place, "export")
    assert "stop-commands" in done.stderr
    assert done.stdout.startswith('"assignment","duedate"')
    assert HOSTILE[0] in done.stdout
