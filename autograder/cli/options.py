"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Course = Annotated[Path, typer.Option("--course", help="Folder that holds solutions/ and reference/.")]
Chapters = Annotated[list[str] | None, typer.Argument(help="Chapters such as ch01_regression; all when none is named.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HERE = Path(".")
