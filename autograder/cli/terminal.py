"""Where the command line writes: tables and JSON on standard output, all that is said to people on standard error."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console


def console() -> Console:
    """Where people read; progress and messages go to stderr so that --json stays clean."""
    return Console(stderr=True)


def output() -> Console:
    """Standard output; wide enough for a table where it is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=120)


def print_json(data: Any) -> None:
    """JSON on standard output."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    print(text.encode("utf-8", "backslashreplace").decode())  # a lone surrogate, of an odd file name, as JSON writes it
