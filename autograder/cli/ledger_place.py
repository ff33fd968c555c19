"""Where the ledger is: one rule for every command that writes or reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.out_folder import ledger_of
from autograder.grading.ledger import Ledger, LedgerUnusable

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.course_folder import NbgraderCourse

USUAL = "graded"  # the folder for results in every example
FLEETING = "sqlite://"  # a ledger in memory, gone with the command


def url_of(named: str) -> str:
    """The database URL of a ledger named by its URL, its SQLite file, or a folder with results.

    Raises LedgerUnusable where it is none of these.
    """
    if "://" in named:
        return named
    path = Path(named)
    if path.is_dir():
        if (url := ledger_of(path)) is None:
            raise LedgerUnusable(f"there is no ledger in {path}: name a folder that `autograder grade` wrote")
        return url
    if path.is_file() or path.suffix in (".sqlite", ".db"):
        return f"sqlite:///{path.absolute()}"
    raise LedgerUnusable(
        f"{named!r} is no ledger: name a folder that `autograder grade` wrote, a ledger's file, or a database URL such "
        "as sqlite:///path/ledger.sqlite"
    )


def url_to_write(named: str | None, course: NbgraderCourse | None, out: Path | None) -> str:
    """The ledger of a grading: the one named, else the course's, else the one that `out` came from, else one there.

    Without any of these it lives as long as the command.
    """
    if named is not None:
        return url_of(named)
    if course is not None:
        return course.ledger_url
    if out is None:
        return FLEETING
    return ledger_of(out) or f"sqlite:///{(out / 'ledger.sqlite').resolve()}"


def shown(url: str) -> str:
    """What a person reads of a ledger's URL: the path of its file, or the URL without its password."""
    from sqlalchemy.engine import make_url

    made = make_url(url)
    if made.get_backend_name() == "sqlite" and made.database:
        return made.database
    return made.render_as_string(hide_password=True)


def open_to_read(named: str | None, course: NbgraderCourse | None) -> Ledger:
    """The ledger that is named, else the course's, else that of the results here or in graded/.

    Raises LedgerUnusable where there is none; none is made.
    """
    if named is not None:
        return Ledger(url_of(named), create=False)
    if course is not None:
        return Ledger(course.ledger_url, create=False)
    url = ledger_of(Path()) or ledger_of(Path(USUAL))
    if url is None:
        raise LedgerUnusable(
            f"there is no ledger here or in {USUAL}/: name a folder that `autograder grade` wrote with --ledger, "
            "or the nbgrader course with --gradebook"
        )
    return Ledger(url, create=False)
