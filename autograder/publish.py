"""Writing what a grading gives: a feedback page per student, the class page, the table as CSV."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise import Text
from autograder.feedback import render_html, render_markdown
from autograder.files import write_whole
from autograder.report import render_class_html, to_csv
from autograder.verdict import Report

NAME_BYTES = 100  # of a file name of 255, which also holds a hash, an ending and, while it is written, a little more


@dataclass(frozen=True)
class Published:
    """Where everything lies.  `notes` says what could not be written, and why."""

    class_page: Path
    scores: Path
    feedback: Path
    notes: tuple[str, ...] = ()


def publish(reports: Sequence[Report], titles: Mapping[str, Text], out: Path) -> Published:
    """Write feedback/<student>/<assignment>.html and .md, index.html and scores.csv below `out`, each file whole.

    What is there already as it should be is left alone.  A file that cannot be written is a note: the others are.
    """
    students = file_names(report.student for report in reports)
    assignments = file_names(report.assignment for report in reports)
    links: dict[tuple[str, str], str] = {}
    notes: list[str] = []

    def write(path: Path, content: str) -> bool:
        try:
            if not (path.is_file() and path.read_bytes() == content.encode()):  # a sync costs 10 ms, a class has 800
                write_whole(path, content)
        except OSError as error:
            notes.append(f"{path} was not written: {error.strerror or type(error).__name__}")
            return False
        return True

    for report in reports:
        page = out / "feedback" / students[report.student] / f"{assignments[report.assignment]}.html"
        if write(page, render_html(report, titles)):
            links[report.student, report.assignment] = page.relative_to(out).as_posix()
        write(page.with_name(f"{page.stem}.md"), render_markdown(report, titles))
    class_page, scores = out / "index.html", out / "scores.csv"
    write(class_page, render_class_html(reports, titles, links=links))
    write(scores, to_csv(reports))
    return Published(class_page, scores, out / "feedback", tuple(notes))


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
