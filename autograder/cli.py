"""The command line: `autograder COMMAND`.  Exit codes: 0 ok, 1 findings, 2 misuse."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    help="Assignments, a torch reference and an autograder for machine-learning courses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
Course = Annotated[Path, typer.Option("--course", help="Folder that holds solutions/ and reference/.")]
Chapters = Annotated[list[str] | None, typer.Argument(help="Chapters such as ch01_regression; all when none is named.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HERE = Path(".")


def console() -> Console:
    """Where people read; progress and messages go to stderr so that --json stays clean."""
    return Console(stderr=True)


def print_json(data: Any) -> None:
    """JSON on standard output."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


@app.command(epilog="Example: autograder build ch01_regression")
def build(chapters: Chapters = None, course: Course = HERE, check: Annotated[bool, typer.Option(help="Write nothing; fail when assignments/ is not what the sources give.")] = False) -> None:  # fmt: skip
    """Write the students' notebooks and public cases into assignments/."""
    from autograder.chapter import load_course
    from autograder.release import build as write
    from autograder.release import release_files

    stale = False
    for chapter in load_course(course, chapters or ()):
        folder = course / "assignments"
        if check:
            for name, content in release_files(chapter).items():
                path = folder / name
                if not path.exists() or path.read_bytes() != content:
                    stale = True
                    console().print(f"[red]{path} is not what its source gives[/]: run `autograder build {chapter.id}`")
            continue
        changed = write(chapter, folder)
        console().print(f"{chapter.id}: {len(changed)} files changed" if changed else f"{chapter.id}: up to date")
    raise typer.Exit(1 if stale else 0)


@app.command(epilog="Example: autograder verify ch01_regression --draws 20")
def verify(chapters: Chapters = None, course: Course = HERE, json_output: Json = False,
           draws: Annotated[int, typer.Option(min=1, help="Random draws on which the solution must get full marks.")] = 200) -> None:  # fmt: skip
    """Prove the checks: mistakes caught and named, variants accepted, nothing leaked, no false fail."""
    from autograder.chapter import load_course
    from autograder.verify import verify_chapter

    proofs = []
    with console().status("loading …") as status:
        for chapter in load_course(course, chapters or ()):
            proofs.append(
                verify_chapter(
                    chapter, draws=draws, progress=lambda name, id=chapter.id: status.update(f"{id} · {name}")  # type: ignore[misc]
                )
            )
    ok = all(proof.ok for proof in proofs)
    if json_output:
        print_json({"ok": ok, "chapters": [proof.to_json() for proof in proofs]})
    else:
        table = Table("chapter", "exercises", "points", "mistakes", "caught", "named", "variants", "accepted", "leaks", "draws", "false fails")  # fmt: skip
        for proof in proofs:
            table.add_row(*(f"{value:g}" if isinstance(value, (int, float)) else value for key, value in proof.to_json().items() if key != "problems"))  # fmt: skip
        Console().print(table)
        for proof in proofs:
            for problem in proof.problems:
                console().print(f"[red]✗[/] {problem}", highlight=False)
    raise typer.Exit(0 if ok else 1)


def main() -> None:
    """Entry point: a user's mistake is one sentence, never a traceback."""
    from autograder.bank import BankOutdated
    from autograder.exercise import AuthoringError

    try:
        app()
    except (AuthoringError, BankOutdated) as error:
        console().print(f"[red]error:[/] {error}", highlight=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
