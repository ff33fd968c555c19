"""Writing what a grading gives: a feedback page per student, the class page, the table as CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise import Text
from autograder.feedback import render_html, render_markdown
from autograder.files import write_whole
from autograder.report import render_class_html, to_csv
from autograder.verdict import Report


@dataclass(frozen=True)
class Published:
    """Where everything lies."""

    class_page: Path
    scores: Path
    feedback: Path


def publish(reports: Sequence[Report], titles: Mapping[str, Text], out: Path) -> Published:
    """Write feedback/<student>/<assignment>.html and .md, index.html and scores.csv below `out`, each file whole."""
    links = {}
    for report in reports:
        folder = out / "feedback" / _safe(report.student)
        page = folder / f"{_safe(report.assignment)}.html"
        write_whole(page, render_html(report, titles))
        write_whole(page.with_suffix(".md"), render_markdown(report, titles))
        links[report.student, report.assignment] = page.relative_to(out).as_posix()
    write_whole(out / "index.html", render_class_html(reports, titles, links=links))
    write_whole(out / "scores.csv", to_csv(reports))
    return Published(out / "index.html", out / "scores.csv", out / "feedback")


def _safe(name: str) -> str:
    """A file name that stays in its folder, whatever a student calls a notebook."""
    return "".join(c if c.isalnum() or c in "-_. " else "_" for c in name).strip(". ") or "_"
