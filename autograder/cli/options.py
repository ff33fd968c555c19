"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Course = Annotated[Path, typer.Option("--course", help="Folder that holds solutions/ and reference/.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HERE = Path(".")
