"""Which notebooks of an nbgrader course are ours to judge; all others are nbgrader's, as if we were not there."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.chapter.sources import require_banks
from autograder.grading.notebook import notebook_at
from autograder.model.bank import BankOutdated
from autograder.model.errors import UserError


class MisplacedNotebook(UserError):
    """A notebook of ours lies where its bank is not found; the message says where it belongs."""


def is_ours(coursedir: CourseDirectory, bank_dir: Path, assignment: str, notebook: str) -> bool:
    """Whether our judge grades this notebook of the course.

    It does where a bank or a chapter beside the banks has its name, or where the course's own notebook says that it is
    ours.  What a student's file says does not matter.  Other notebooks in an assignment's folder are nbgrader's.

    Raises BankOutdated where it is ours and has no bank, MisplacedNotebook where it is ours and not in its place.
    """
    claimed = claimed_assignment(coursedir, assignment, notebook)
    if claimed and (assignment, notebook) != (claimed, claimed):
        raise MisplacedNotebook(
            f"{assignment}/{notebook}.ipynb is the notebook of {claimed}: call it {claimed}/{claimed}.ipynb in "
            "source/, release/ and submitted/. Or take `autograder` out of its metadata in source/ and run `nbgrader "
            f"generate_assignment {assignment} --force`: then nbgrader grades it"
        )
    if notebook != assignment:
        return False
    require_banks(bank_dir, [assignment], course=bank_dir.parent)
    made = (bank_dir / assignment / "bank.json").exists()
    if not made and (claimed or (bank_dir / assignment).is_dir()):
        raise BankOutdated(
            f"there is no bank of {assignment} in {bank_dir}: run `autograder bank {assignment}`, or name the folder "
            f"that holds it as c.AutograderExecute.bank_dir in nbgrader_config.py"
        )
    return made


def claimed_assignment(coursedir: CourseDirectory, assignment: str, notebook: str) -> str:
    """What the course's own notebook, released or else in source/, says that it is; "" when it is none of ours."""
    for tree in (coursedir.release_directory, coursedir.source_directory):
        path = Path(coursedir.format_path(tree, ".", assignment)) / f"{notebook}.ipynb"
        if path.is_file():
            own = notebook_at(path)  # what is wrong with a file of the teacher's, nbgrader says
            return own.assignment if own is not None else ""
    return ""
