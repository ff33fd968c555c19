"""`autograder collect`, and the whole way: a platform's download in, its gradebook filled out."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from support import TINY, Run, misuse

from autograder.nbgrader_bridge.course_folder import load_course_directory
from autograder.nbgrader_bridge.database import own_commands_on_path

HandIn = Callable[..., Path]
GRADEBOOK = (
    f"Student,ID,SIS Login ID,Section,{TINY} (77),Final Score\n    Points Possible,,,,12,(read only)\n"
    '"Chen, Carol",12345,carol,A,,50\n"Miller, Dave",12346,dave,A,,50\n"Eve, Eve",12347,eve,A,,50\n'
)


@pytest.fixture
def download(hand_in: HandIn, tmp_path: Path) -> Path:
    """What Canvas gives: Carol is right, Dave's file is damaged, and one is nobody's."""
    right = hand_in(tmp_path / "right.ipynb").read_bytes()
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        archive.writestr(f"chencarol_LATE_12345_678_{TINY}-1.ipynb", right)
        archive.writestr(f"millerdave_12346_679_{TINY}.ipynb", b"{")
        archive.writestr(f"wangwei_99_680_{TINY}.ipynb", right)
        archive.writestr("chencarol_12345_681_notes.pdf", b"x")
        archive.writestr("eveeve_12347_682_Work.ZIP", b"PK")
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK)
    return tmp_path / "submissions.zip"


@pytest.fixture
def ml(release_dir: Path, tmp_path: Path) -> Path:
    """An nbgrader course."""
    shutil.copytree(release_dir / "en" / TINY, tmp_path / "ml" / "release" / TINY)
    (tmp_path / "ml" / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'ml'\n")
    return tmp_path / "ml"


def test_it_shows_what_it_understood_and_what_to_do(run: Run, download: Path, ml: Path, tmp_path: Path) -> None:
    code, output, errors = run("collect", download, "--into", ml, "--roster", tmp_path / "gradebook.csv")
    assert code == 1  # a person must look
    assert [line.split() for line in output.splitlines()[1:]] == [
        ["carol", "late", "Canvas", "ID", "new", f"chencarol_LATE_12345_678_{TINY}-1.ipynb"],
        ["dave", "not", "known", "Canvas", "ID", "new", f"millerdave_12346_679_{TINY}.ipynb"],
        ["wangwei_99", "not", "known", "–", "kept", "aside", f"wangwei_99_680_{TINY}.ipynb"],
    ]
    for sentence in (
        "a download of Canvas",
        "2 new, 1 kept aside",
        "write wangwei_99 into the student's row",
        f"kept aside lies in {ml}/unmatched",
        "2 files are no notebooks and stay in the download: chencarol_12345_681_notes.pdf, eveeve_12347_682_Work.ZIP",
        f"eveeve_12347_682_Work.ZIP may hold a notebook: take it out, and put it into {ml}/submitted/<student>/",
        f"1 on the roster without a submission of {TINY}: eve",
    ):
        assert sentence in errors


def test_json_has_everything_and_a_dry_run_writes_nothing(run: Run, download: Path, ml: Path, tmp_path: Path) -> None:
    command = ("collect", download, "--into", ml, "--roster", tmp_path / "gradebook.csv", "--json")
    code, output, _ = run(*command, "--dry-run")
    shown = json.loads(output)
    assert code == 1
    assert not (ml / "submitted").exists()
    assert shown.pop("dry_run")
    done = json.loads(run(*command)[1])
    assert not done.pop("dry_run")
    assert done == shown
    assert done["missing"] == {TINY: ["eve"]}
    carol = done["notebooks"][0]
    assert (carol["student"], carol["name"], carol["late"], carol["matched_by"], carol["fate"]) == (
        "carol", "Chen, Carol", True, "Canvas ID", "new",
    )  # fmt: skip


def test_nbgrader_sees_what_was_collected(run: Run, hand_in: HandIn, ml: Path, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound" / f"carol+{TINY}+2027-03-01 22:15:00 UTC+Zx9"
    hand_in(inbound / f"{TINY}.ipynb")
    assert run("collect", inbound.parent, "--into", ml)[0] == 0
    coursedir, config = load_course_directory(ml)
    with own_commands_on_path():
        api = NbGraderAPI(coursedir=coursedir, config=config)
        assert api.get_submitted_students(TINY) == {"carol"}
        submission = api.get_submission(TINY, "carol")
    assert submission["timestamp"] == "2027-03-01T22:15:00"


def test_what_is_collected_is_graded_and_goes_back_into_the_gradebook_of_canvas(
    run: Run, download: Path, ml: Path, tmp_path: Path
) -> None:
    gradebook, upload = tmp_path / "gradebook.csv", tmp_path / "upload.csv"
    run("collect", download, "--into", ml, "--roster", gradebook)
    code, _, errors = run("grade", ml / "submitted", "--out", tmp_path / "graded", "--workers", 1, "--rung", "auto")
    assert code == 1, errors  # Dave's file
    command = ("export", "--to", "canvas", "--sheet", gradebook, "--assignment", TINY, "--ledger", tmp_path / "graded")
    code, output, errors = run(*command, "--out", upload)
    assert (code, output) == (0, "")
    assert "scores written: 1" in errors
    assert "dave: no score yet (the file could not be read); the cell stays empty" in errors
    assert upload.read_text() == GRADEBOOK.replace("carol,A,,50", "carol,A,11,50")


def test_misuse_is_one_sentence(run: Run, download: Path, ml: Path, tmp_path: Path) -> None:
    assert "is not there" in misuse(run, "collect", tmp_path / "nothing.zip", "--into", ml)
    assert "does not look like a download of Moodle" in misuse(
        run, "collect", download, "--into", ml, "--from", "moodle"
    )
    (tmp_path / "bad.csv").write_text("a,b\n")
    command = ("collect", download, "--into", ml)
    assert "is no roster that is known" in misuse(run, *command, "--roster", tmp_path / "bad.csv")
    assert f"did you mean {TINY}" in misuse(run, *command, "--assignment", "ch01_tinny")
    assert "nothing.csv" in misuse(run, *command, "--roster", tmp_path / "nothing.csv")
    assert not (ml / "submitted").exists()


def test_control_characters_reach_no_terminal(run: Run, hand_in: HandIn, ml: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    hand_in(folder / "a_1_2_\x1b[31mx.ipynb")
    hand_in(folder / f"b_2_3_{TINY}.ipynb")
    code, output, errors = run("collect", folder, "--into", ml)
    assert code == 1
    assert "\x1b" not in output + errors
    assert "control characters" in errors
