"""What `autograder grade` does: hand-ins, banks, ledger, and everything that is written afterwards."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.cli import out_folder
from autograder.cli.answer_forms import similar_submissions
from autograder.cli.bank_folder import BankFolder, max_scores_of, titles_of
from autograder.cli.class_standings import standings_of
from autograder.cli.graded import Graded
from autograder.cli.ledger_place import FLEETING, USUAL, shown, url_to_write
from autograder.cli.others_data import others_data
from autograder.cli.out_folder import Owner
from autograder.cli.own_assignments import otter_in, own_in, sources_in
from autograder.cli.progress import progress_of
from autograder.grading.as_released import refuse_other_points
from autograder.grading.batch import grade_many
from autograder.grading.hand_ins import HandIns, Job, NothingToGrade, find
from autograder.grading.ledger import Before, Grading, Ledger
from autograder.grading.notebook import notebook_at
from autograder.grading.otter_places import otter_assignment_of, zipped
from autograder.grading.places import SUBMITTED, is_nbgrader_course
from autograder.grading.ran import Ran, RanFolder
from autograder.model.bank import Bank, BankOutdated
from autograder.model.errors import UserError
from autograder.model.files import make_private
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import Report
from autograder.report.attention import attention_to, missing_from
from autograder.report.languages import in_known_languages
from autograder.report.publish import publish
from autograder.report.standing import Person

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.nbgrader_bridge.course_folder import NbgraderCourse

OUTPUTS = "outputs"  # a folder of the course
_MAY_NOT_BE_READ = ("unreadable_permission", "unreadable_failed")  # faults of the machine, not of the student


class NowhereToWrite(UserError):
    """Several submissions would be graded, and nothing of it kept or shown but a table."""


class NoAddress(UserError):
    """What was given as the address of formgrader is none."""


@dataclass(frozen=True)
class _Plan:
    """What will be graded and where its results go, once nothing speaks against it."""

    hand_ins: HandIns
    shelf: BankFolder
    banks: list[Bank]
    out: Path | None
    owner: Owner | None
    ledger: str
    nbgrader: NbgraderCourse | None
    formgrader: str

    def keep(self, report: Report, ran: Ran) -> None:
        """Keep what cells of the course's own notebooks showed: without a course there are none of these."""
        if self.nbgrader is not None:
            _ran_in(self.nbgrader).keep(report, ran)


def grade_class(
    submissions: Sequence[Path],
    out: Path | None,
    *,
    course: Path,
    workers: int,
    rung: str,
    ledger: str | None,
    gradebook: Path | None,
    console: Console,
    students: Collection[str] = (),
    assignments: Collection[str] = (),
    force: bool = False,
    keeps_nothing: bool = False,
    bank_dir: Path | None = None,
    formgrader: str = "",
) -> Graded:
    """Grade what the ledger does not hold (all, with `force`), then write every result from the ledger.

    `students` and `assignments` leave out what others handed in; their results stay as they were.  Without `out`
    results go into graded/ of the nbgrader course `gradebook`; without either nothing is written, which for several
    submissions must be wanted: `keeps_nothing`.  `bank_dir` holds the banks where it is not the course's bank/.
    `formgrader` is the address of formgrader, or of the Jupyter server that has it.  What can be refused is, before
    anything is graded.
    """
    formgrader = formgrader_at(formgrader)
    nbgrader = _open_course(gradebook)
    if out is None and nbgrader is not None:
        out = nbgrader.folder / USUAL
    otter = otter_in(course, submissions, nbgrader) if bank_dir is None else {}
    about = functools.partial(otter_assignment_of, sources=otter)
    shelf = BankFolder(course, sources_in(nbgrader), own_in(nbgrader, otter), bank_dir, about)
    hand_ins = find(
        submissions, shelf.assignments, about=shelf.about, students=students, assignments=assignments,
        whole={} if nbgrader is None else dict.fromkeys(shelf.own, tuple(nbgrader.coursedir.ignore)),
    )  # fmt: skip
    _refuse_missing_banks(hand_ins, shelf, nbgrader)
    if out is None and ledger is None and len(hand_ins.jobs) > 1 and not keeps_nothing:
        raise NowhereToWrite(
            f"{len(hand_ins.jobs)} submissions, and nowhere to keep the results: name a folder, --out graded, or an "
            "nbgrader course with --gradebook; or ask for a report, --json or --junit FILE"
        )
    owner = Owner(nbgrader.folder, nbgrader.course_id) if nbgrader else _owner_around(hand_ins.jobs)
    if out is not None:
        out_folder.refuse_unfit(out, owner, submissions)
    wanted = {job.assignment or job.about for job in hand_ins.jobs if job.problem is None} - {""}
    if nbgrader is not None:
        nbgrader.refuse_foreign(wanted, submissions)
    url = url_to_write(ledger, nbgrader, out)
    sources, banks = shelf.load(wanted)
    for bank in banks if nbgrader is None else ():  # else the release of the course is what counts
        refuse_other_points(bank, course / "assignments")
    if otter:
        hand_ins = replace(hand_ins, troubles=(*hand_ins.troubles, *zipped(submissions)))
    plan = _Plan(hand_ins, shelf, banks, out, owner, url, nbgrader, formgrader)
    if out is not None:
        make_private(out)
    with Ledger(url) as opened:
        if out is not None:
            out_folder.mark(out, owner, url)
        with progress_of("grading", len(hand_ins.jobs), console) as advance:
            reports = grade_many(
                hand_ins.jobs, sources, opened, workers=workers, rung=rung, banks=banks, force=force,
                done=lambda report, fresh: advance(fresh), keep=plan.keep,
            )  # fmt: skip
        gradings = opened.latest()
        before = opened.before(gradings)
    return _write(plan, reports, gradings, before, whole_class=not students)


def _write(
    plan: _Plan,
    reports: Sequence[Report],
    gradings: Sequence[Grading],
    before: Mapping[int, Before],
    *,
    whole_class: bool,
) -> Graded:
    """Everything that a grading gives: this run's into the gradebook, all that the ledger holds onto the pages."""
    held = {_key(grading.report): grading.report for grading in gradings}
    paths: dict[str, Path | str] = {} if plan.ledger == FLEETING else {"ledger": shown(plan.ledger)}
    notes: tuple[str, ...] = ()
    roster: dict[str, Person] = {}
    if plan.nbgrader is not None:
        from autograder.nbgrader_bridge import write_scores

        takes = {_key(report): job.take for job, report in zip(plan.hand_ins.jobs, reports, strict=True)}
        released = released_notebooks(plan.shelf.course, plan.banks)
        notes = write_scores(
            plan.nbgrader.folder, [held[key] for key in takes], released,
            submissions=takes, own=plan.shelf.own, ran=_ran_in(plan.nbgrader).of,
            banks={bank.chapter: bank for bank in plan.banks},
        )  # fmt: skip
        paths["gradebook"] = plan.nbgrader.folder / "gradebook.db"
        roster = plan.nbgrader.roster()
    everybody = standings_of(gradings, plan.nbgrader, roster, before)
    standing = {_key(each.report): each for each in everybody}
    now = [standing[_key(report)] for report in reports]
    missing = missing_from(everybody, roster, {name for _, name in standing} & plan.shelf.assignments)
    asked = {report.assignment for report in reports} if whole_class else set()
    troubles = (*plan.hand_ins.troubles, *_unread(plan.hand_ins, reports))
    known = plan.shelf.outlines(plan.banks, {name for _, name in standing})
    titles, max_scores = titles_of(known), max_scores_of(known)
    others = others_data(everybody, known)
    language = plan.nbgrader.language if plan.nbgrader else ""
    if plan.out is not None:
        published = publish(
            everybody, titles, plan.out, max_scores=max_scores, missing=missing, roster=roster,
            similar=similar_submissions(everybody, known), others_data=others, formgrader=plan.formgrader,
            troubles=troubles, course=plan.nbgrader.course_id if plan.nbgrader else "", language=language,
            zone=plan.nbgrader.zone if plan.nbgrader else UTC,
        )  # fmt: skip
        lie = {"class": published.class_page, "feedback": published.feedback, "scores": published.scores}
        paths, notes = {**lie, **paths}, (*published.notes, *notes)
    attention = attention_to(
        now, folders=troubles, set_aside=plan.hand_ins.set_aside,
        others_data=[each for each in others if (each.student, each.assignment) in set(map(_key, reports))],
        missing={name: students for name, students in missing.items() if name in asked},
    )  # fmt: skip
    hints = [*_foreign(plan.hand_ins, plan.nbgrader), *_left_behind(plan), *_forced_in_vain(reports, held)]
    hints += plan.shelf.changed_by_release(plan.banks)
    files = {_key(report): job.path for job, report in zip(plan.hand_ins.jobs, reports, strict=True)}
    return Graded(in_known_languages(now, language), paths, max_scores, titles, files, attention, notes, tuple(hints))


def _ran_in(course: NbgraderCourse) -> RanFolder:
    """Where a course keeps what cells of its own notebooks showed."""
    return RanFolder(course.folder / OUTPUTS)


def _key(report: Report) -> tuple[str, str]:
    return report.student, report.assignment


def _open_course(folder: Path | None) -> NbgraderCourse | None:
    if folder is None:
        return None
    from autograder.nbgrader_bridge.course_folder import open_course  # nbgrader takes seconds

    return open_course(folder)


def formgrader_at(address: str) -> str:
    """The address that formgrader's pages lie below, from that of it or of its server.  Raises NoAddress."""
    if not address:
        return ""
    if not address.startswith(("http://", "https://")):
        raise NoAddress(f"{address!r} is no address of a Jupyter server: give it as in http://localhost:8888")
    address = address.partition("?")[0].rstrip("/")
    return address if address.endswith("/formgrader") else f"{address}/formgrader"


# --- what is refused, and what is said --------------------------------------------------------------------------------


def _refuse_missing_banks(hand_ins: HandIns, shelf: BankFolder, nbgrader: NbgraderCourse | None) -> None:
    """An assignment whose released notebook is the kit's is no other program's: its bank is missing."""
    for assignment, course in hand_ins.foreign:
        places = (course / tree / assignment / f"{assignment}.ipynb" for tree in ("release", "source"))
        if any(notebook.assignment for notebook in map(notebook_at, places) if notebook is not None):
            raise BankOutdated(
                f"there is no bank of {assignment} in {shelf.path}: run `autograder bank {assignment}`, or name "
                "the folder that has it with --course"
            )
    if not hand_ins.jobs:
        raise NothingToGrade("; ".join(_foreign(hand_ins, nbgrader)))


def _owner_around(jobs: Iterable[Job]) -> Owner | None:
    """The nbgrader course that all submissions lie in, where they lie in one."""
    roots = {job.inside.parent for job in jobs if job.inside is not None and job.inside.name == SUBMITTED}
    courses = {root.resolve() for root in filter(is_nbgrader_course, roots)}
    return Owner(courses.pop()) if len(courses) == 1 else None


def _foreign(hand_ins: HandIns, nbgrader: NbgraderCourse | None) -> list[str]:
    """A sentence for each assignment of an nbgrader course that was handed in and is not graded now."""
    if nbgrader is None:
        return [
            f"{assignment} is an assignment of the course {course}: add `--gradebook {course}` to grade it"
            for assignment, course in hand_ins.foreign
        ]
    from autograder.nbgrader_bridge.own import why_not

    return [
        f"{assignment} is not graded here: {why_not(nbgrader, assignment) or f'it is an assignment of {course}'}"
        for assignment, course in hand_ins.foreign
    ]


def _left_behind(plan: _Plan) -> list[str]:
    """A ledger that an earlier version kept beside the results of a course."""
    if plan.out is None or plan.nbgrader is None:
        return []
    before = plan.out / "ledger.sqlite"
    if not before.is_file() or plan.ledger.endswith(str(before.resolve())):
        return []
    return [
        f"gradings in {before} are not used, for the course's ledger is {shown(plan.ledger)}: --ledger {before} takes "
        "it"
    ]


def _forced_in_vain(reports: Iterable[Report], held: dict[tuple[str, str], Report]) -> list[str]:
    return [
        f"{report.student} · {report.assignment}: the grader failed at this try, so the earlier grading stands"
        for report in reports
        if report.has_grader_error and not held[report.student, report.assignment].has_grader_error
    ]


def _unread(hand_ins: HandIns, reports: Iterable[Report]) -> list[str]:
    """Files that the machine keeps from the grader, but for those in folders that are named already."""
    return [
        f"{job.path} may not be read"
        for job, report in zip(hand_ins.jobs, reports, strict=True)
        if any(note.code in _MAY_NOT_BE_READ for note in report.notes)
        and not any(said.startswith(f"{folder} ") for said in hand_ins.troubles for folder in job.path.parents)
    ]


def released_notebooks(course: Path, banks: Iterable[Bank]) -> dict[tuple[str, str], NotebookNode]:
    """The notebooks in assignments/ by (assignment, language), as far as they are there."""
    import nbformat  # loads a grammar for a second: only where a gradebook is written

    places = {
        (bank.chapter, language): course / "assignments" / language / bank.chapter / f"{bank.chapter}.ipynb"
        for bank in banks
        for language in LANGUAGES
    }
    return {key: nbformat.read(path, as_version=4) for key, path in places.items() if path.exists()}
