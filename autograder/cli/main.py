"""The command line: `autograder COMMAND`.  Exit codes: 0 ok, 1 findings, 2 misuse."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from autograder.cli.adopt import adopt
from autograder.cli.author import bank, build, calibrate, verify
from autograder.cli.collect import collect
from autograder.cli.export import EXAMPLE, export
from autograder.cli.github import fenced
from autograder.cli.grade_command import EXIT_CODES, grade
from autograder.cli.handing_out import release, solutions, wheel
from autograder.cli.ledger_commands import diff, history
from autograder.cli.options import HERE, Course, Json
from autograder.cli.terminal import console, in_one_sentence, output, print_json
from autograder.model.errors import UserError
from autograder.model.linux import require_linux
from autograder.model.version import __version__

app = typer.Typer(
    help="Assignments, a torch reference and an autograder for machine-learning courses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"autograder {__version__}")
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def _is_json(options: Mapping[str, Any]) -> bool:
    return bool(options["json_output"])


app.command(epilog="Example: autograder build ch01_regression")(build)
app.command(epilog="Example: autograder release handout ch01_regression --url https://example.org/handout")(release)
app.command(epilog="Example: autograder wheel --out handout")(wheel)
app.command(epilog="Example: autograder solutions ch01_regression --out after-the-deadline")(solutions)
app.command(epilog="Example: autograder verify ch01_regression --draws 20")(verify)
app.command(epilog="Example: autograder calibrate ch03_classification --seeds 4096 --plot gates.png")(calibrate)
app.command(epilog="Example: autograder bank ch01_regression --device cuda")(bank)
app.command(epilog="Example: autograder collect submissions.zip --into ../my-course --roster gradebook.csv")(
    fenced(collect, prints_data=_is_json)
)
app.command(epilog=f"{EXIT_CODES}\n\nExample: autograder grade submitted/ --out graded --workers 2")(grade)
app.command(epilog="Example: autograder adopt source/ps1/problem1.ipynb correct_squares")(adopt)
app.command(epilog="Example: autograder history student01 --assignment ch01_regression")(
    fenced(history, prints_data=_is_json)
)
app.command(epilog="Example: autograder diff 2027-03-01 now")(fenced(diff, prints_data=_is_json))
app.command(epilog=EXAMPLE)(fenced(export, prints_data=lambda options: options["out"] is None))


@app.command(epilog="Example: autograder new my-course --language zh")
def new(
    target: Annotated[Path, typer.Argument(help="Folder of the nbgrader course to make.")],
    course: Course = HERE,
    language: Annotated[str, typer.Option(help="Language of the notebooks: en or zh.")] = "en",
    chapters: Annotated[
        list[str] | None, typer.Option("--chapter", help="Chapters of the course; all when none is named.")
    ] = None,
) -> None:
    """Write an nbgrader course: configuration, source and release trees, roster."""
    from autograder.nbgrader_bridge.course import new_course

    said = console()
    with said.status("computing the public cases …"):
        new_course(
            target, source_course=course, language=language, chapters=chapters or (),
            computed=lambda chapter: said.print(f"{chapter}: public cases computed", highlight=False, soft_wrap=True),
        )  # fmt: skip
    said.print(f"The course is in {target}; its README.md has the next steps.")


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
    with in_one_sentence():
        app()


if __name__ == "__main__":
    main()
