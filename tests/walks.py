"""Pages of the documentation, walked from top to bottom: their commands are run, and print what the pages say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from own_course import make_course
from support import REPOSITORY, TINY

DOCS = REPOSITORY / "docs"
CHAPTER = "ch01_regression"  # what the guides' chapter is called; the small course stands in for it
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT_CODE = re.compile(r"# exit code (\d)")
SIGNS = "✓◐✗–…·"  # outcomes of exercises


@dataclass(frozen=True)
class Step:
    """A block that does something, and what the page says that it shows."""

    language: str
    text: str
    shows: tuple[str, ...]


def steps(page: str) -> Iterator[Step]:
    """The blocks of a page in order; a block in the language `text` is what the one before it shows."""
    blocks = FENCE.findall((DOCS / page).read_text("utf-8"))
    for number, (language, text) in enumerate(blocks):
        if language != "text":
            after = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            yield Step(language, text, tuple(after[1].splitlines()) if after[0] == "text" else ())


def walk(page: str, folder: Path, stand_in: Mapping[str, str] | None = None) -> None:
    """Type every command of a page into one terminal, beginning in a folder.

    `stand_in` says what stands for the page's words where the chapter there is another than the page's.
    """
    here = folder
    for step in steps(page):
        if step.language == "sh":
            commands, shown = step.text, "\n".join(step.shows)
            for theirs, ours in (stand_in or {}).items():
                commands, shown = commands.replace(theirs, ours), shown.replace(theirs, ours)
            printed, here = typed(commands, here)
            in_order(shown.splitlines(), printed, even if stand_in is None else form)


def kit_of_the_small_course(folder: Path) -> Path:
    """A kit's folder whose chapter is called like the guides' and is the small course's, with own data."""
    make_course(folder)
    (folder / "reference" / "tiny.py").rename(folder / "reference" / "regression.py")
    for path in sorted((folder / "solutions").rglob("*"), reverse=True):
        if path.is_file():
            text = path.read_text("utf-8")
            path.write_text(text.replace("from reference import tiny", "from reference import regression as tiny"))
        path.rename(path.with_name(path.name.replace(TINY, CHAPTER)))
    return folder


def typed(commands: str, folder: Path) -> tuple[str, Path]:
    """Run commands with the environment active; returns what they print and the folder in which they end."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as ends_in:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"trap 'pwd > {ends_in.name}' EXIT\n{commands}"],
            cwd=folder, env={**os.environ, "PATH": path, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "120"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        )  # fmt: skip
        said = EXIT_CODE.search(commands)
        assert done.returncode == (int(said[1]) if said else 0), f"{commands}\n{done.stdout}"
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout, Path(ends_in.read().strip())


def in_order(lines: Sequence[str], printed: str, alike: Callable[[str], str]) -> None:
    """Assert that every line of a page is in what was printed, in the page's order."""
    rest = alike(printed)
    for line in lines:
        _, found, rest = rest.partition(alike(line))
        assert found, f"not printed, or not in this place: {line}\n{printed}"


def even(text: str) -> str:
    """Without the breaks and blanks that the width of a terminal makes."""
    return " ".join(text.split())


def form(text: str) -> str:
    """Of a line what does not depend on the chapter: a number, or a row of outcomes, is one like any other."""
    text = re.sub(rf"[{SIGNS}]( ?[{SIGNS}])+", "✓✓", text)
    return even(re.sub(r"\d+(\.\d+)?", "#", text))
