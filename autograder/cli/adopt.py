"""`autograder adopt`: how a test cell of an nbgrader notebook becomes an exercise of ours."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from autograder.cli.terminal import console
from autograder.model.errors import UserError

_MODULE = "course"  # of reference/, where no chapter is named


def adopt(
    notebook: Annotated[Path, typer.Argument(help="A notebook in source/ of an nbgrader course.")],
    cell: Annotated[str, typer.Argument(help="The grade_id of a test cell; without it they are listed.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write, such as solutions/ch01_sums/02_squares.py.")
    ] = None,
) -> None:
    """Show how an assert cell and the answer that it tests become an exercise, whose checks no student can forge."""
    from autograder.build.adopt import NotAdopted, tests_in
    from autograder.build.adopt import adopt as adopted
    from autograder.grading.notebook import NotebookUnreadable, read_notebook
    from autograder.model.files import write_atomic

    try:
        read = read_notebook(notebook.read_bytes())
    except OSError as error:
        raise UserError(f"{notebook} cannot be read: {error.strerror}") from error
    except NotebookUnreadable as error:
        raise UserError(f"{notebook} is no notebook: name one in source/ of an nbgrader course") from error
    if not cell:
        tests = tests_in(read)
        if not tests:
            raise NotAdopted(f"{notebook} has no autograded test cell: name a notebook of source/")
        for name in tests:
            typer.echo(shlex.join(["autograder", "adopt", str(notebook), name]))
        return
    if out is not None and out.exists():
        raise UserError(f"{out} is there already: name a new file, or remove it")
    module = out.absolute().parent.name.partition("_")[2] if out is not None else ""
    made = adopted(read, cell, module=module or _MODULE, where=notebook.name)
    if out is None:
        typer.echo(made.text, nl=False)
    else:
        write_atomic(out, made.text)
        console().print(Text(f"{out}: its first lines say what is to be done"), highlight=False, soft_wrap=True)
    for sentence in made.left:
        console().print(Text(sentence), highlight=False, soft_wrap=True)
