"""The command line: `autograder COMMAND`.  Exit codes: 0 ok, 1 findings, 2 misuse."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from autograder.cli.author import bank, build, calibrate, release, solutions, verify, wheel
from autograder.cli.ledger_commands import diff, export, history
from autograder.cli.options import HERE, Course, Json
from autograder.cli.terminal import console, output, print_json
from autograder.model.errors import UserError
from autograder.model.linux import require_linux

app = typer.Typer(
    help="Assignments, a torch reference and an autograder for machine-learning courses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command(epilog="Example: autograder build ch01_regression")(build)
app.command(epilog="Example: autograder release handout ch01_regression --url https://example.org/handout")(release)
app.command(epilog="Example: autograder wheel --out handout")(wheel)
app.command(epilog="Example: autograder solutions ch01_regression --out after-the-deadline")(solutions)
app.command(epilog="Example: autograder verify ch01_regression --draws 20")(verify)
app.command(epilog="Example: autograder calibrate ch03_classification --seeds 4096 --plot gates.png")(calibrate)
app.command(epilog="Example: autograder bank ch01_regression --device cuda")(bank)
app.command(epilog="Example: autograder history student01 --assignment ch01_regression")(history)
app.command(epilog="Example: autograder diff 2027-03-01 now")(diff)
app.command(epilog="Example: autograder export --format json --out scores.json")(export)


@app.command(epilog="Example: autograder grade submitted/ --out graded --workers 2")
def grade(
    submissions: Annotated[
        list[Path], typer.Argument(help="nbgrader's submitted/ tree, folders of notebooks, or notebooks.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where feedback and scores are written; with --gradebook the course's graded/."),
    ] = None,
    course: Course = HERE,
    students: Annotated[
        list[str] | None, typer.Option("--student", help="Grade this student alone; may be given several times.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--assignment", help="Grade this assignment alone; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what the ledger holds.")] = False,
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
    formgrader: Annotated[
        str,
        typer.Option(
            envvar="AUTOGRADER_FORMGRADER",
            help="Address of the Jupyter server with formgrader, http://localhost:8888: the class page links there.",
        ),
    ] = "",
    json_output: Json = False,
) -> None:
    """Grade submissions in the sandbox.  Interrupted at any moment, the same command resumes."""
    require_linux("grading")
    try:
        from autograder.cli.grade import grade_class
        from autograder.report import class_table, one_line, to_json

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
        )
    except KeyboardInterrupt:
        console().print("Interrupted. What was graded is recorded: the same command goes on from here.")
        raise typer.Exit(1) from None
    if json_output:
        results = to_json(graded.standings, max_scores=graded.max_scores)
        print_json({**results, "attention": graded.attention.to_json()})
    else:
        output().print(class_table(graded.standings, max_scores=graded.max_scores))
        for what, path in graded.paths.items():
            output().print(f"{what:<12} {path}", highlight=False)
    for remark in graded.remarks:
        console().print(Text(one_line(remark)), highlight=False, soft_wrap=True)
    raise typer.Exit(1 if graded.needs_attention else 0)


@app.command(epilog="Example: autograder new my-course --language zh")
def new(
    target: Annotated[Path, typer.Argument(help="Folder of the nbgrader course to make.")],
    course: Course = HERE,
    language: Annotated[str, typer.Option(help="Language of the notebooks: en or zh.")] = "en",
) -> None:
    """Write an nbgrader course: configuration, source and release trees, roster."""
    from autograder.nbgrader_bridge.course import new_course

    new_course(target, source_course=course, language=language)
    console().print(f"The course is in {target}; its README.md has the next steps.")


@app.command(epilog="Example: autograder doctor --course my-course --json")
def doctor(course: Course = HERE, json_output: Json = False) -> None:
    """Say whether this machine has what grading needs, which sandbox it uses, and what to do about the rest."""
    from autograder.cli.doctor import examine

    with console().status("looking …"):
        found = examine(course)
    if json_output:
        print_json(found.to_json())
    else:
        marks = {"ok": "[green]✓[/]", "remark": "[yellow]![/]", "problem": "[red]✗[/]"}
        for check in found.checks:  # unbroken lines, so that a command can be copied
            output().print(marks[check.level], f"{check.name:<19}", Text(check.seen), highlight=False, soft_wrap=True)
            if check.to_do:
                output().print(" " * 22, Text(f"to do: {check.to_do}"), highlight=False, soft_wrap=True)
    raise typer.Exit(0 if found.ok else 1)


@app.command(epilog="Example: autograder demo --out demo")
def demo(
    course: Course = HERE,
    out: Annotated[Path, typer.Option("--out", help="Where the class is written.")] = Path("demo"),
    size: Annotated[int, typer.Option(min=1, help="Notebooks in the class.")] = 40,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    chapters: Annotated[
        list[str] | None, typer.Option("--chapter", help="Chapters to try; the first when none is named.")
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="Try every chapter.")] = False,
) -> None:
    """Build, verify, bank and grade a made-up class: the whole way on real notebooks."""
    require_linux("the demo")
    from autograder.chapter.chapter import find_chapters
    from autograder.cli.demo import run_demo

    if whole and chapters:
        raise UserError("--all tries every chapter, --chapter those that you name: give one of the two")
    tried = () if whole else chapters or [find_chapters(course)[0].name]
    raise typer.Exit(run_demo(course, out, size=size, workers=workers, chapters=tried, console=output()))


def main() -> None:
    """Entry point: a user's mistake is one sentence, never a traceback."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # arrays are small: torch's threads would wait for each other
    try:
        app()
    except UserError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _stop(sentence: str) -> NoReturn:
    console().print("[red]error:[/]", Text(sentence), highlight=False, soft_wrap=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
