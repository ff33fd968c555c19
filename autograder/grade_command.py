"""What `autograder grade` does: jobs, progress, ledger, and everything that is written afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.bank import Bank, BankOutdated, require_current
from autograder.bank_files import load
from autograder.batch import Job, find_jobs, grade_many
from autograder.chapter import sources_of
from autograder.exercise import LANGUAGES, Text
from autograder.ledger import Ledger
from autograder.publish import publish
from autograder.submission import named_assignment
from autograder.verdict import Report, SubmissionOutcome

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Graded:
    """The reports of a grading and where its results lie."""

    reports: list[Report]
    paths: dict[str, Path | str]

    @property
    def needs_attention(self) -> bool:
        """True when a submission could not be read or the grader failed."""
        return any(report.outcome is not SubmissionOutcome.GRADED for report in self.reports)


def current_banks(course: Path, jobs: Sequence[Job]) -> dict[Path, Bank]:
    """The banks that the jobs need, by folder: all of them where a notebook does not say what it is for.

    Raises BankOutdated when there is none, or one of them is stale.
    """
    folders = sorted(path for path in (course / "bank").glob("*") if (path / "bank.json").exists())
    if not folders:
        raise BankOutdated(f"there is no bank in {course / 'bank'}: run `autograder bank`")
    known = {folder.name for folder in folders}
    needed = {job.assignment or named_assignment(job.path, known) for job in jobs}
    if "" not in needed:
        folders = [folder for folder in folders if folder.name in needed]
    banks = {folder: load(folder) for folder in folders}
    for folder, bank in banks.items():
        require_current(bank, sources_of(course, folder.name))
    return banks


def grade_class(
    submissions: Sequence[Path],
    out: Path,
    *,
    course: Path,
    workers: int,
    rung: str,
    ledger_url: str | None,
    gradebook: Path | None,
    console: Console,
) -> Graded:
    """Grade all submissions that the ledger does not hold, then write every result from the ledger's reports."""
    jobs = find_jobs(submissions)
    found = current_banks(course, jobs)
    folders, banks = list(found), list(found.values())
    out.mkdir(parents=True, exist_ok=True)
    url = ledger_url or f"sqlite:///{(out / 'ledger.sqlite').resolve()}"
    with Ledger(url) as ledger, _progress(console) as progress:
        task = progress.add_task("grading", total=len(jobs), rate="")
        fresh = 0

        def done(report: Report, is_fresh: bool) -> None:
            nonlocal fresh
            fresh += is_fresh
            elapsed = progress.tasks[0].elapsed or 1.0
            progress.update(task, advance=1, rate=f"{60 * fresh / elapsed:.0f} a minute")

        reports = grade_many(jobs, folders, ledger, workers=workers, rung=rung, banks=banks, done=done)
    published = publish(reports, titles_of(banks), out)
    paths: dict[str, Path | str] = {
        "class": published.class_page, "feedback": published.feedback, "scores": published.scores, "ledger": url,
    }  # fmt: skip
    if gradebook is not None:
        from autograder.nbgrader_bridge import write_scores

        lie = {(job.student, report.assignment): job.path for job, report in zip(jobs, reports, strict=True)}
        write_scores(gradebook, reports, released_notebooks(course, banks), submissions=lie)
        paths["gradebook"] = gradebook / "gradebook.db"
    return Graded(reports, paths)


def titles_of(banks: Sequence[Bank]) -> dict[str, Text]:
    """Titles of several banks' chapters, exercises and written questions, by id and name."""
    return {name: title for bank in banks for name, title in {bank.chapter: bank.title, **bank.titles()}.items()}


def released_notebooks(course: Path, banks: Sequence[Bank]) -> dict[tuple[str, str], NotebookNode]:
    """The notebooks in assignments/ by (assignment, language), as far as they are there."""
    import nbformat  # loads a grammar for a second: only where a gradebook is written

    places = {
        (bank.chapter, language): course / "assignments" / language / bank.chapter / f"{bank.chapter}.ipynb"
        for bank in banks
        for language in LANGUAGES
    }
    return {key: nbformat.read(path, as_version=4) for key, path in places.items() if path.exists()}


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=console, disable=not console.is_terminal,
    )  # fmt: skip
