"""Results for platforms that take a file a submission, and what is said where there is nothing to write."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text as Styled

from autograder.cli.terminal import console
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.model.texts import Text
    from autograder.report.standing import Standing

AUTOLAB, GRADESCOPE, PRAIRIELEARN = "autolab", "gradescope", "prairielearn"


class SeveralSubmissions(UserError):
    """A file takes one submission and there are more; the message says how to choose."""


def write_submissions(
    to: str, standings: Sequence[Standing], titles: Mapping[str, Text], visibility: str, out: Path | None
) -> None:
    """Write <student>/<assignment>.json below the folder `out`, or the only submission into the file `out`.

    Raises SeveralSubmissions, and typer.Exit(1) where there is a submission of which the platform can be told nothing.
    """
    ending = ".txt" if to == AUTOLAB else ".json"
    if out is not None and (out.is_dir() or out.suffix != ending):
        places = list(_places(standings, out, ending))
    elif len(standings) == 1:
        places = [(out, standings[0])]
    else:
        raise SeveralSubmissions(
            f"there are {len(standings)} submissions, and {to} takes one in a file: name a folder with --out, or one "
            "submission with --student and --assignment"
        )
    unsaid = []
    for place, standing in places:
        text = _result(to, standing, titles, visibility)
        if text is None:
            unsaid.append(standing)
        else:
            write(place, text.encode("utf-8", "backslashreplace"))
    if out is not None:
        say([f"{len(standings) - len(unsaid)} of {len(standings)} submissions written to {out}"])
    _say_open(standings, unsaid)
    if unsaid:
        raise typer.Exit(1)


def _places(standings: Sequence[Standing], out: Path, ending: str) -> Iterator[tuple[Path | None, Standing]]:
    """Under names that are file names."""
    from autograder.report.publish import file_names

    students = file_names(each.report.student for each in standings)
    assignments = file_names(each.report.assignment for each in standings)
    for each in standings:
        yield out / students[each.report.student] / f"{assignments[each.report.assignment]}{ending}", each


def _result(to: str, standing: Standing, titles: Mapping[str, Text], visibility: str) -> str | None:
    from autograder.report.exports.autolab import to_autolab
    from autograder.report.exports.gradescope import to_gradescope
    from autograder.report.exports.prairielearn import to_prairielearn

    if to == AUTOLAB:
        return to_autolab(standing, titles)
    is_gradescope = to == GRADESCOPE
    data = to_gradescope(standing, titles, visibility) if is_gradescope else to_prairielearn(standing, titles)
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n" if data is not None else None


def _say_open(standings: Sequence[Standing], unsaid: Sequence[Standing]) -> None:
    """Name what has no score yet, whole or in part."""
    from autograder.report.exports.settled import why_open

    reasons = [(each, why_open(each)) for each in standings]
    say([
        f"{each.report.student} · {each.report.assignment}: {reason}{'; nothing was written' if each in unsaid else ''}"
        for each, reason in reasons
        if reason
    ])  # fmt: skip


def say(sentences: Sequence[str]) -> None:
    """Sentences to people, a line each."""
    from autograder.report import one_line

    for sentence in sentences:
        console().print(Styled(one_line(sentence)), highlight=False, soft_wrap=True)


def write(out: Path | None, content: bytes) -> None:
    """Write a file for nobody else to read, or onto standard output."""
    from autograder.model.files import write_atomic

    if out is not None:
        write_atomic(out, content, private=True)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
