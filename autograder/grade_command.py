"""What `autograder grade` does: jobs, progress, ledger, and everything that is written afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from autograder.bank import Bank, BankOutdated
from autograder.bank_files import load
from autograder.batch import Job, find_jobs, grade_many
from autograder.chapter import refuse_stale, require_banks
from autograder.exercise import LANGUAGES, Text
from autograder.files import make_private
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
    notes: tuple[str, ...] = ()  # what could not be written

    @property
    def needs_attention(self) -> bool:
        """True when a submission could not be read, the grader failed, or something could not be written."""
        not_graded = any(report.outcome is not SubmissionOutcome.GRADED for report in self.reports)
        return not_graded or any(report.has_grader_error for report in self.reports) or bool(self.notes)

    @property
    def remarks(self) -> list[str]:
        """What a person should read besides the table: the sandbox, and what could not be written."""
        counts = Counter(report.rung for report in self.reports if report.rung)
        used = ", ".join(f"{rung} ({count})" for rung, count in counts.most_common())
        remarks = [f"sandbox: {used}"] if used else []
        if "none" in counts:
            remarks.append(
                "warning: the rung `none` is no sandbox. Students' code ran with your rights and could read and change "
                "your files; `autograder doctor` says how to get a sandbox."
            )
        return [*remarks, *self.notes]


def current_banks(course: Path, jobs: Sequence[Job]) -> dict[Path, Bank]:
    """The banks that the jobs need, by folder: all of them where a notebook does not say what it is for.

    Raises BankOutdated when there is none, one is stale or damaged, or a job's place is a chapter without one.
    """
    bank_dir = course / "bank"
    folders = sorted({file.parent for name in ("bank.json", "arrays.npz") for file in bank_dir.glob(f"*/{name}")})
    if not folders:
        raise BankOutdated(f"there is no bank in {bank_dir}: run `autograder bank`")
    require_banks(bank_dir, {job.assignment for job in jobs}, course=course)
    known = {folder.name for folder in folders}
    unplaced = (job.take() for job in jobs if not job.assignment)  # one at a time: a class may not fit into memory
    needed = {named_assignment(taken, known) for taken in unplaced if taken.problem is None}  # no file, no bank
    needed |= {job.assignment for job in jobs} - {""}
    if "" not in needed:
        folders = [folder for folder in folders if folder.name in needed]
    banks = {folder: load(folder) for folder in folders}
    for folder, bank in banks.items():
        refuse_stale(bank, folder.name, course)
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
    make_private(out)
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
    notes = published.notes
    if gradebook is not None:
        from autograder.nbgrader_bridge import write_scores

        taken = {(job.student, report.assignment): job.take for job, report in zip(jobs, reports, strict=True)}
        notes += write_scores(gradebook, reports, released_notebooks(course, banks), submissions=taken)
        paths["gradebook"] = gradebook / "gradebook.db"
    return Graded(reports, paths, notes)


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
