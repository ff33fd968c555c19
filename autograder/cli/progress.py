"""How far a long command is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SECONDS = 10  # between two lines: a log stays short, and nobody takes the command for dead

Advance = Callable[[bool], None]


@contextlib.contextmanager
def progress_of(what: str, total: int, console: Console) -> Iterator[Advance]:
    """Gives a function to call after each step, with whether it took work: what is only looked up says no rate."""
    if console.is_terminal:
        with _bar(console) as bar:
            task = bar.add_task(what, total=total, rate="")
            fresh = 0

            def advance(is_fresh: bool) -> None:
                nonlocal fresh
                fresh += is_fresh
                bar.update(task, advance=1, rate=f"{60 * fresh / (bar.tasks[0].elapsed or 1.0):.0f} a minute")

            yield advance
    else:
        yield Lines(what, total, lambda line: console.print(line, highlight=False, soft_wrap=True))


class Lines:
    """A line at once, then one at most every ten seconds."""

    def __init__(
        self, what: str, total: int, say: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what, self._total, self._say, self._clock = what, total, say, clock
        self._done = self._fresh = 0
        self._started = self._said = clock()
        say(f"{what} 0/{total}")

    def __call__(self, is_fresh: bool) -> None:
        """A step is done."""
        self._done += 1
        self._fresh += is_fresh
        now = self._clock()
        if now - self._said >= SECONDS:
            self._said = now
            self._say(self._line(now - self._started))

    def _line(self, elapsed: float) -> str:
        rate = self._fresh / elapsed
        line = f"{self._what} {self._done}/{self._total}"
        return (
            f"{line}, {60 * rate:.0f} a minute, {_duration((self._total - self._done) / rate)} left" if rate else line
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(), TimeRemainingColumn(), console=console,
    )  # fmt: skip
