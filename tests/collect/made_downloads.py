"""Downloads as the platforms make them, of real notebooks, as zip files and as folders."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import nbformat

ONE, TWO = "ch01_regression", "ch02_gradient_descent"


def notebook(said: str, assignment: str = "") -> bytes:
    """A notebook in which a student has said something; `assignment` is what a released one says that it is for."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(f"answer = {said!r}", id="answer")])
    if assignment:
        made.metadata["autograder"] = {"assignment": assignment, "language": "en"}
    return nbformat.writes(made).encode()


def zipped(place: Path, files: Mapping[str, bytes]) -> Path:
    """A zip file with these files."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return place


def unpacked(place: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place


CAROL, DAVE = notebook("carol", ONE), notebook("dave", ONE)
METADATA = b"""---
submission_7:
  :submitters:
  - :name: Carol Chen
    :sid: '0042'
    :email: carol@example.org
  :created_at: 2027-03-01 22:15:00.123456789 Z
  :score: 0.0
  :status: unprocessed
submission_8:
  :submitters:
  - :name: Dave Miller
    :sid: '0043'
    :email: dave@example.org
  :created_at: 2027-03-02 08:00:00.000000000 +0100
"""
PLATFORMS: dict[str, dict[str, bytes]] = {
    "canvas": {
        "chencarol_LATE_12345_678_ch01_regression-1.ipynb": CAROL,
        "millerdave_12346_679_ch01_regression.ipynb": DAVE,
    },
    "moodle": {
        "Carol Chen_123_assignsubmission_file_/ch01_regression.ipynb": CAROL,
        "Dave Miller_124_assignsubmission_file/ch01_regression.ipynb": DAVE,
    },
    "moodle without folders": {
        "Carol Chen_123_assignsubmission_file_ch01_regression.ipynb": CAROL,
        "Group A-Dave Miller_124_assignsubmission_file_ch01_regression.ipynb": DAVE,
    },
    "gradescope": {
        "assignment_99_export/submission_metadata.yml": METADATA,
        "assignment_99_export/submission_7/ch01_regression.ipynb": CAROL,
        "assignment_99_export/submission_8/ch01_regression.ipynb": DAVE,
    },
    "classroom": {
        "ch01-submissions/ch01-carol-c/ch01_regression.ipynb": CAROL,
        "ch01-submissions/ch01-carol-c/.git/HEAD": b"ref: refs/heads/main\n",
        "ch01-submissions/ch01-dave/work/ch01_regression.ipynb": DAVE,
    },
    "classroom without its folder": {
        "ch01-carol-c/ch01_regression.ipynb": CAROL,
        "ch01-dave/ch01_regression.ipynb": DAVE,
    },
    "nbgrader's exchange": {
        "inbound/carol+ch01_regression+2027-03-01 22:15:00.500000 UTC+Zx9/ch01_regression.ipynb": CAROL,
        "inbound/carol+ch01_regression+2027-03-01 22:15:00.500000 UTC+Zx9/timestamp.txt": b"2027-03-01 22:15:00 UTC",
        "inbound/dave+ch01_regression+2027-03-02 07:00:00 UTC/ch01_regression.ipynb": DAVE,
    },
    "nbgrader's tree": {
        "submitted/carol/ch01_regression/ch01_regression.ipynb": CAROL,
        "submitted/carol/ch01_regression/timestamp.txt": b"2027-03-01 23:15:00 Europe/Berlin\n",
        "submitted/dave/ch01_regression/ch01_regression.ipynb": DAVE,
    },
}
ROSTERS = {
    "canvas": (
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,ch01 (55)\r\n    Points Possible,,,,,40\r\n"
        '"Chen, Carol",12345,0042,carol,A,\r\n"Miller, Dave",12346,0043,dave,A,\r\n"Eve, Eve",12347,0044,eve,A,\r\n'
        '"Student, Test",99,,3f5d,A,\r\n'
    ),
    "moodle": (
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments\n"
        "Participant 123,Carol Chen,carol,carol@example.org,,,40.00,Yes,-,-,\n"
        "Participant 124,Dave Miller,dave,dave@example.org,,,40.00,Yes,-,-,\n"
        "Participant 125,Eve Eve,eve,eve@example.org,,,40.00,Yes,-,-,\n"
    ),
    "classroom": "identifier,github_username,github_id,name\ncarol,carol-c,1,\ndave,dave,2,\neve,eve,3,\n",
    "nbgrader": (
        "id,first_name,last_name,email,github_username\ncarol,Carol,Chen,carol@example.org,carol-c\n"
        "dave,Dave,Miller,dave@example.org,\neve,Eve,Eve,eve@example.org,\n"
    ),
}
