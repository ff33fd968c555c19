"""Where the command line writes: tables and JSON on standard output, all that is said to people on standard error."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from autograder.model.errors import UserError

MISUSE = 2  # the exit code of what did not start


def console() -> Console:
    """Where people read; progress and messages go to stderr so that --json stays clean."""
    return Console(stderr=True)


def output() -> Console:
    """Standard output; wide enough for a table where it is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=120)


def crossed(sentence: str) -> Text:
    """A sentence on what is not as it should be; brackets in it, of code, are no style of rich's."""
    return Text.assemble(("✗", "red"), " ", sentence)


def print_json(data: Any) -> None:
    """JSON on standard output; in a log of GitHub Actions no part of it is a command to the runner."""
    text = json.dumps(data, ensure_ascii=False, indent=2).replace("##[", "##\\u005b")
    print(text.encode("utf-8", "backslashreplace").decode())  # a lone surrogate, of an odd file name, as JSON writes it


@contextlib.contextmanager
def in_one_sentence(tell: Callable[[str], object] = lambda sentence: None) -> Iterator[None]:
    """A user's mistake, and whatever a file system refuses, ends the command in a sentence with the code of misuse.

    `tell` hears the sentence too.
    """
    try:
        yield
    except UserError as error:
        sentence = str(error)
    except OSError as error:
        sentence = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return
    tell(sentence)
    console().print("[red]error:[/]", Text(sentence), highlight=False, soft_wrap=True)
    sys.exit(MISUSE)
