"""Progress where there is no terminal: a line at once, and not too many."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.cli.progress import SECONDS, Lines, progress_of


def test_a_line_at_once_and_then_one_every_few_seconds() -> None:
    clock = [100.0]
    said: list[str] = []
    lines = Lines("grading", 100, said.append, lambda: clock[0])
    assert said == ["grading 0/100"]
    for _ in range(99):
        clock[0] += 1
        lines(True)
    assert len(said) == 1 + 99 // SECONDS
    assert said[1] == "grading 10/100, 60 a minute, 1 min 30 s left"
    assert said[-1] == "grading 90/100, 60 a minute, 10 s left"


def test_what_was_only_looked_up_says_no_rate() -> None:
    clock = [0.0]
    said: list[str] = []
    lines = Lines("grading", 3, said.append, lambda: clock[0])
    clock[0] = 60.0
    lines(False)
    assert said[-1] == "grading 1/3"


def test_without_a_terminal_lines_are_whole_and_on_one_line() -> None:
    stream = io.StringIO()
    with progress_of("grading", 3, Console(file=stream, width=5)) as advance:
        advance(True)
    assert stream.getvalue() == "grading 0/3\n"


def test_a_terminal_has_its_bar() -> None:
    stream = io.StringIO()
    with progress_of("grading", 2, Console(file=stream, force_terminal=True, width=100)) as advance:
        advance(True)
        advance(True)
    assert "2/2" in stream.getvalue()
    assert "grading 0/2\n" not in stream.getvalue()
