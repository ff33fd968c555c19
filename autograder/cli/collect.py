"""`autograder collect`: downloads of a learning platform become nbgrader's submitted/ tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.options import Json
from autograder.cli.terminal import console, output, print_json
from autograder.model.near_names import listed

if TYPE_CHECKING:
    from autograder.collect.collect import Collected, Row

SHOWN = 10  # names in a sentence; JSON has all
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".xz", ".bz2")
_STYLES = {"kept aside": "bold red", "not filed": "bold red", "there already": "dim", "earlier attempt": "yellow"}


class Platform(StrEnum):
    """Where downloads may come from."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    CLASSROOM = "classroom"
    NBGRADER = "nbgrader"


def collect(
    downloads: Annotated[
        list[Path],
        typer.Argument(help="Zip files or folders as Canvas, Moodle, Gradescope … gave them.", metavar="DOWNLOAD…"),
    ],
    into: Annotated[Path, typer.Option("--into", help="nbgrader course folder, or its submitted/ tree.")],
    assignment: Annotated[
        str, typer.Option("--assignment", help="Assignment of the notebooks that do not say it themselves.")
    ] = "",
    roster: Annotated[
        Path | None,
        typer.Option("--roster", help="CSV of the class: nbgrader's, or what the platform exports."),
    ] = None,
    platform: Annotated[
        Platform | None, typer.Option("--from", help="The platform, where it is not recognised.", case_sensitive=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and write nothing.")] = False,
    json_output: Json = False,
) -> None:
    """File a platform's bulk download as nbgrader's submitted/ tree, and say who is missing.

    The newest hand-in of a student counts; earlier ones are kept in attempts/, and those of nobody on the roster in
    unmatched/, both beside submitted/.  The same command again changes nothing.  Exit code 1: a person must look.
    """
    from autograder.collect.collect import collect as collect_downloads
    from autograder.model.roster import read_roster

    people = read_roster(roster) if roster is not None else None
    collected = collect_downloads(
        downloads, into, assignment=assignment, roster=people, platform=platform and platform.value, dry_run=dry_run
    )
    if json_output:
        print_json(_to_json(collected, roster, dry_run=dry_run))
    else:
        output().print(_table(collected))
    for sentence in _sentences(collected, roster, dry_run=dry_run):
        console().print(Text(sentence), highlight=False, soft_wrap=True)
    raise typer.Exit(1 if collected.needs_a_person else 0)


def _table(collected: Collected) -> Table:
    several = len({row.assignment for row in collected.rows}) > 1
    known = any(row.by for row in collected.rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", max_width=28, no_wrap=True, overflow="ellipsis")
    if several:
        table.add_column("assignment", max_width=20, no_wrap=True, overflow="ellipsis")
    table.add_column("handed in (UTC)", no_wrap=True)
    if known:
        table.add_column("matched by", no_wrap=True)
    table.add_column("what becomes of it", no_wrap=True)
    table.add_column("file", overflow="fold")
    for row in sorted(collected.rows, key=lambda row: (row.assignment, row.student)):
        cells = [Text(_shown(row.student)), Text(_when(row)), _fate(row), Text(_shown(row.file))]
        if known:
            cells.insert(2, Text(row.by or "–"))
        if several:
            cells.insert(1, Text(_shown(row.assignment) or "–"))
        table.add_row(*cells)
    return table


def _fate(row: Row) -> Text:
    return Text(row.fate.value, style=_STYLES.get(row.fate.value, ""))


def _when(row: Row) -> str:
    when = f"{row.submitted_at:%Y-%m-%d %H:%M:%S}" if row.submitted_at is not None else ""
    late = "late" if row.is_late else ""
    return ", ".join(filter(None, [when, late])) or "not known"


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)


def _sentences(collected: Collected, roster: Path | None, *, dry_run: bool) -> Iterator[str]:
    """What was understood, then what a person should know or do."""
    for place, platform in collected.platforms:
        yield f"{place}: a download of {platform}"
    counts = Counter(row.fate for row in collected.rows)
    done = ", ".join(f"{count} {fate.value}" for fate, count in counts.items())
    verb = "would be filed" if dry_run else "filed"
    yield f"{len(collected.rows)} notebooks {verb} in {collected.trees.submitted}: {done}"
    if roster is None:
        yield "no roster: students are called as the platform calls them; --roster FILE.csv gives them their ids"
    for row in collected.rows:
        if row.why:
            yield f"{_shown(row.file)} ({row.fate.value}): {_shown(row.why)}"
    if any(row.fate.value == "kept aside" for row in collected.rows) and not dry_run:
        yield f"what is kept aside lies in {collected.trees.unmatched}"
    if any(row.fate.value == "replaces an earlier one" for row in collected.rows) and not dry_run:
        yield f"what was replaced is kept in {collected.trees.attempts}"
    yield from map(_shown, collected.refused)
    if collected.left:
        names = listed(collected.left, SHOWN)
        what = "file is no notebook and stays" if len(collected.left) == 1 else "files are no notebooks and stay"
        yield f"{len(collected.left)} {what} in the download: {names}"
    if archives := [name for name in collected.left if name.lower().endswith(_ARCHIVES)]:
        yield (
            f"{_shown(listed(archives, SHOWN))} may hold a notebook: take it out, and put it into "
            f"{collected.trees.submitted}/<student>/<assignment>/"
        )
    for assignment, students in collected.missing.items():
        yield f"{len(students)} on the roster without a submission of {assignment}: {listed(students, SHOWN)}"


def _to_json(collected: Collected, roster: Path | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "submitted": str(collected.trees.submitted),
        "roster": str(roster) if roster is not None else None,
        "downloads": [{"place": str(place), "platform": platform} for place, platform in collected.platforms],
        "notebooks": [
            {
                "student": row.student, "name": row.name, "assignment": row.assignment, "file": row.file,
                "submitted_at": row.submitted_at.isoformat() if row.submitted_at is not None else None,
                "late": row.is_late, "matched_by": row.by or None, "fate": row.fate.value, "why": row.why or None,
            }
            for row in collected.rows
        ],
        "missing": {assignment: list(students) for assignment, students in collected.missing.items()},
        "refused": list(collected.refused),
        "left": list(collected.left),
    }  # fmt: skip
