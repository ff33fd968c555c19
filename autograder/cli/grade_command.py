"""`autograder grade`: its options, and how its results are shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from autograder.cli.github import report, report_refusal, require_step, unheard
from autograder.cli.options import HERE, Json
from autograder.cli.terminal import console, in_one_sentence, output, print_json
from autograder.model.errors import UserError
from autograder.model.linux import require_linux

if TYPE_CHECKING:
    from autograder.cli.graded import Graded

EXIT_CODES = (
    "Exit code: 0 all is graded, 1 something is below --fail-under or needs a person (a file that cannot be read, a "
    "failure of the grader, something that was not written), 2 nothing was started, and a sentence says why."
)


class NoPlaceForReport(UserError):
    """What --junit names is a folder or a notebook, in whose place a report would stand."""


def grade(
    submissions: Annotated[
        list[Path], typer.Argument(help="nbgrader's submitted/ tree, folders of notebooks, or notebooks.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Where feedback and scores are written; with --gradebook the course's graded/. Without either one "
            "notebook is graded and shown, and nothing is kept.",
        ),
    ] = None,
    course: Annotated[
        Path,
        typer.Option(
            "--course",
            help="Folder that holds bank/; or what Otter Assign has made: its folder, or its zip file for Gradescope.",
        ),
    ] = HERE,
    students: Annotated[
        list[str] | None, typer.Option("--student", help="Grade this student alone; may be given several times.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--assignment", help="Grade this assignment alone; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what the ledger holds.")] = False,
    formgrader: Annotated[
        str,
        typer.Option(
            envvar="AUTOGRADER_FORMGRADER",
            help="Address of the Jupyter server with formgrader, http://localhost:8888: the class page links there.",
        ),
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help="Grader processes, each with a sandbox of its own.")] = 2,
    rung: Annotated[str, typer.Option(help="Sandbox: auto, bubblewrap, landlock, or none (not a sandbox).")] = "auto",
    ledger: Annotated[
        str | None,
        typer.Option(
            help="Ledger: a database URL, a file, or a folder of results; by default the course's or in --out."
        ),
    ] = None,
    gradebook: Annotated[
        Path | None, typer.Option(help="nbgrader course folder whose gradebook receives the scores.")
    ] = None,
    json_output: Json = False,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the results as JUnit XML into this file.")
    ] = None,
    fail_under: Annotated[
        str | None,
        typer.Option("--fail-under", help="End with 1 where a score is below this: 60% of the points, or 24 points."),
    ] = None,
    github: Annotated[
        bool,
        typer.Option(
            "--github", help="In a step of GitHub Actions: annotations, the job's summary, and Classroom's result."
        ),
    ] = False,
) -> None:
    """Grade submissions in the sandbox.  Interrupted at any moment, the same command resumes."""
    if github:
        require_step()
    keeps = out is not None or ledger is not None or gradebook is not None
    refused: list[str] = []
    try:
        with unheard(one_stream=not json_output), in_one_sentence(refused.append), _interrupted(keeps=keeps):
            require_linux("grading")
            if junit is not None:
                _refuse_place(junit, submissions)
            from autograder.cli.grade import grade_class
            from autograder.cli.threshold import Threshold

            enough = Threshold.of(fail_under) if fail_under is not None else None
            graded = grade_class(
                submissions,
                out,
                course=course,
                workers=workers,
                rung=rung,
                ledger=ledger,
                gradebook=gradebook,
                console=console(),
                students=students or (),
                assignments=assignments or (),
                force=force,
                formgrader=formgrader,
                keeps_nothing=json_output or github or junit is not None,
            )
            _print_json(graded) if json_output else _print(graded, in_full=not keeps)
            unwritten = _write_junit(graded, junit) if junit is not None else ""
            short = enough.shortfall(graded.standings, graded.max_scores) if enough is not None else ""
            for remark in filter(None, [*graded.remarks, unwritten, short]):
                _say(remark)
    finally:
        if github and refused:
            report_refusal(refused[0])
    if github:
        report(graded, is_enough=None if enough is None else not short)
    raise typer.Exit(1 if graded.needs_attention or unwritten or short else 0)


@contextlib.contextmanager
def _interrupted(*, keeps: bool) -> Iterator[None]:
    """A Ctrl-C ends the command in a sentence that says whether anything was kept."""
    try:
        yield
    except KeyboardInterrupt:
        kept = " What was graded is recorded: the same command goes on from here." if keeps else ""
        console().print(f"Interrupted.{kept}")
        raise typer.Exit(1) from None


def _print(graded: Graded, *, in_full: bool) -> None:
    """A table and what lies where; with `in_full` a single submission is shown with all that is said of it."""
    from autograder.report import class_table
    from autograder.report.printout import printout

    if in_full and len(graded.standings) == 1:
        output().print(printout(graded.standings[0], graded.titles, max_scores=graded.max_scores))
    else:
        output().print(class_table(graded.standings, max_scores=graded.max_scores))
    for what, path in graded.paths.items():
        output().print(f"{what:<12} {path}", highlight=False, markup=False, soft_wrap=True)  # a path can be copied


def _print_json(graded: Graded) -> None:
    from autograder.report import to_json

    results = to_json(graded.standings, max_scores=graded.max_scores)
    print_json({**results, "attention": graded.attention.to_json()})


def _refuse_place(junit: Path, submissions: list[Path]) -> None:
    """Raise NoPlaceForReport, before anything is graded: nobody's work is written over for a name left out."""
    if junit.is_dir():
        raise NoPlaceForReport(f"--junit {junit}: that is a folder; name a file, such as {junit / 'junit.xml'}")
    if junit.suffix.lower() == ".ipynb" or junit.resolve() in {path.resolve() for path in submissions}:
        raise NoPlaceForReport(f"--junit {junit}: the report would take this notebook's place; name another file")


def _write_junit(graded: Graded, path: Path) -> str:
    """Writes the file; returns a sentence where it cannot be, for the grading itself is done."""
    from autograder.model.files import write_atomic
    from autograder.report.junit import to_junit

    try:
        write_atomic(path, to_junit(graded.standings, graded.titles, max_scores=graded.max_scores))
    except OSError as error:
        return f"{path} was not written: {error.strerror}"
    return ""


def _say(sentence: str) -> None:
    from autograder.report import one_line

    console().print(Text(one_line(sentence)), highlight=False, soft_wrap=True)
