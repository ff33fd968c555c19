"""Writing what a grading gives: a feedback page per student, the class page, the table as CSV."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from urllib.parse import quote

from autograder.model.files import write_atomic
from autograder.model.texts import Text
from autograder.report import render_class_html, to_csv
from autograder.report.attention import OthersData
from autograder.report.class_list import Links
from autograder.report.feedback import render_html, render_markdown
from autograder.report.languages import in_known_languages
from autograder.report.similar import Pair
from autograder.report.standing import Person, Standing

NAME_BYTES = 100  # of a file name of 255, which also holds a hash, an ending and, while it is written, a little more
MOST_NAMED = 5  # files with the same trouble: on a full disk it is every file of the class


@dataclass(frozen=True)
class Published:
    """Where everything lies.  `notes` says what could not be written, and why."""

    class_page: Path
    scores: Path
    feedback: Path
    notes: tuple[str, ...] = ()


def publish(
    standings: Sequence[Standing],
    titles: Mapping[str, Text],
    out: Path,
    *,
    max_scores: Mapping[str, float] | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
    roster: Mapping[str, Person] | None = None,
    similar: Mapping[str, Sequence[Pair]] | None = None,
    others_data: Sequence[OthersData] = (),
    formgrader: str = "",
    troubles: Sequence[str] = (),
    language: str = "",
    course: str = "",
    zone: tzinfo = UTC,
) -> Published:
    """Write feedback/<student>/<assignment>.html and .md, index.html and scores.csv below `out`, each file whole.

    `titles` names assignments, exercises and questions, in the order of the lesson.  `max_scores` gives the points of a
    whole assignment, `missing` who of the `roster` handed nothing in, by assignment, `similar` the pairs of similar
    submissions, `others_data` notebooks with the data of somebody else; `formgrader` is the address below which
    formgrader's pages lie; `troubles` are sentences about what could not be looked at.  `language` and `course` are the
    course's, `zone` that in which students are told times.
    What is there already as it should be is left alone.  A file that cannot be written is a note: the others are.
    """
    standings = in_known_languages(standings, language)
    students = file_names(standing.report.student for standing in standings)
    assignments = file_names(standing.report.assignment for standing in standings)
    links: dict[tuple[str, str], Links] = {}
    unwritten: dict[str, list[Path]] = {}

    def write(path: Path, content: str) -> bool:
        try:
            if not (path.is_file() and path.read_bytes() == content.encode()):  # a sync costs 10 ms, a class has 800
                write_atomic(path, content)
        except OSError as error:
            unwritten.setdefault(error.strerror or type(error).__name__, []).append(path)
            return False
        return True

    for standing in standings:
        student, assignment = standing.report.student, standing.report.assignment
        page = out / "feedback" / students[student] / f"{assignments[assignment]}.html"
        written = write(page, render_html(standing, titles, course=course, max_scores=max_scores, zone=zone))
        links[student, assignment] = Links(
            feedback=page.relative_to(out).as_posix() if written else "",
            notebook=_relative(standing.source, out),
            formgrader=_in_formgrader(formgrader, student, assignment),
        )
        write(page.with_name(f"{page.stem}.md"), render_markdown(standing, titles, max_scores=max_scores, zone=zone))
    class_page, scores = out / "index.html", out / "scores.csv"
    write(
        class_page,
        render_class_html(
            standings, titles, links=links, max_scores=max_scores, missing=missing, roster=roster, similar=similar,
            others_data=others_data, formgrader=formgrader, troubles=troubles, language=language, course=course,
        ),
    )  # fmt: skip
    write(scores, to_csv(standings, max_scores=max_scores))
    notes = tuple(note for reason, paths in unwritten.items() for note in _notes(reason, paths))
    return Published(class_page, scores, out / "feedback", notes)


def _relative(source: str, out: Path) -> str:
    """The way from the class page to a submitted file that is still there; "" where there is none."""
    if not source or not os.path.isfile(source):
        return ""
    return Path(os.path.relpath(source, out.absolute())).as_posix()


def _in_formgrader(address: str, student: str, assignment: str) -> str:
    """formgrader's page of a submission."""
    if not address:
        return ""
    return (
        f"{address}/manage_students/{quote(student.encode('utf-8', 'replace'), safe='')}/{quote(assignment, safe='')}"
    )


def _notes(reason: str, paths: Sequence[Path]) -> list[str]:
    """A sentence for each of the first files that could not be written, and one for all the others."""
    notes = [f"{path} was not written: {reason}" for path in paths[:MOST_NAMED]]
    more = len(paths) - MOST_NAMED
    return [*notes, f"{more} more files were not written: {reason}"] if more > 0 else notes


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A file name for each name, no two of them alike on any file system, whatever students call themselves.

    An ordinary name stands for itself.  One that had to be changed, or that another would fall together with, has a
    hash at its end.
    """
    plain = {name: _safe(name) for name in names}
    changed = {name for name, safe in plain.items() if safe != name}
    while True:
        chosen = {name: f"{safe}-{_hash(name)}" if name in changed else safe for name, safe in plain.items()}
        counts = Counter(map(_folded, chosen.values()))
        twins = {name for name, safe in chosen.items() if counts[_folded(safe)] > 1} - changed
        if not twins:
            return chosen
        changed |= twins


def _safe(name: str) -> str:
    """A file name that stays in its folder and is not too long."""
    clean = "".join(c if c.isalnum() or c in "-_. " else "_" for c in name)
    return clean.encode()[:NAME_BYTES].decode(errors="ignore").strip(". ") or "_"


def _folded(name: str) -> str:
    """What two names have in common that a file system may take for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
