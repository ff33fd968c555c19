"""What a benchmark shows, in the terminal and as part of a page."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

MEASURED = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- /measured -->)", re.DOTALL)


class Shown:
    """Prints lines and tables, and keeps them as Markdown."""

    def __init__(self, console: Console) -> None:
        self._console, self._parts = console, list[str]()

    def print(self, what: str | Table) -> None:
        """Show a line or a table."""
        self._console.print(what)
        self._parts.append(what if isinstance(what, str) else as_markdown(what))

    def write(self, page: Path) -> None:
        """Put everything that was shown, with machine and date, between the two marks of a page."""
        text = page.read_text("utf-8")
        told = "\n" + "\n\n".join([where_and_when(), *self._parts]) + "\n\n"
        changed, count = MEASURED.subn(lambda _: told, text)
        if count != 1:
            raise ValueError(f"{page} has no place between <!-- measured --> and <!-- /measured -->")
        page.write_text(changed, "utf-8")


def as_markdown(table: Table) -> str:
    """A table of rich's."""
    columns = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    head, *rows = ["| " + " | ".join(cells) + " |" for cells in zip(*columns, strict=True)]
    return "\n".join([head, "|---" + "|---:" * (len(columns) - 1) + "|", *rows])


def where_and_when() -> str:
    """The machine and the day."""
    day = datetime.now(UTC).date().isoformat()
    return (
        f"Measured on {day}: {os.cpu_count()} cores, {platform.machine()}, Linux {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}."
    )
