"""A step of GitHub Actions: its files for summary and outputs, its annotations, and what must not be heard as commands.

A runner obeys `::add-mask::…` and its likes wherever a step prints them, and students choose what is printed of them.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.terminal import in_one_sentence
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.cli.graded import Graded
    from autograder.report.standing import Standing

_SUMMARY, _OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"  # variables that name a step's files


class NotInAStep(UserError):
    """Nobody would read what --github writes."""


def require_step() -> None:
    """Raise NotInAStep outside a step of GitHub Actions."""
    if missing := [name for name in (_SUMMARY, _OUTPUT) if not os.environ.get(name)]:
        raise NotInAStep(
            f"--github writes into files of a step of GitHub Actions, and {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not set here: leave it out elsewhere"
        )


@contextlib.contextmanager
def unheard(*, one_stream: bool) -> Iterator[None]:
    """Within, nothing that is printed is a command to the runner of GitHub Actions.

    A runner reads standard output and error apart, so that a fence on one comes too late for the other: with
    `one_stream` both are one from here on.  Without it nothing a person wrote may go to standard output.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    sys.stdout.flush()
    sys.stderr.flush()
    if one_stream:
        os.dup2(1, 2)
    token = secrets.token_hex(16)  # nobody who was graded can know it
    print(f"::stop-commands::{token}", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        sys.stdout.flush()
        print(f"::{token}::", file=sys.stderr, flush=True)


def fenced(command: Callable[..., None], *, prints_data: Callable[[Mapping[str, Any]], bool]) -> Callable[..., None]:
    """A command that shows what students wrote, all of it unheard.

    `prints_data`, of its options: whether standard output is for a program, and so is left as it is.
    """

    @functools.wraps(command)
    def unheard_command(**options: Any) -> None:
        with unheard(one_stream=not prints_data(options)), in_one_sentence():
            command(**options)

    return unheard_command


def report(graded: Graded, *, is_enough: bool | None) -> None:
    """Annotations on standard error, which `--json` leaves free, and the summary.

    Of a single submission also the outputs `result` (for Classroom), `score` and `max-score`.
    """
    from autograder.report.classroom import classroom_result, encoded
    from autograder.report.feedback.figures import number
    from autograder.report.github import annotated, summary
    from autograder.report.standing import maximum

    lines: Mapping[str, int] = {}
    for standing in graded.standings:
        file = graded.sources[standing.report.student, standing.report.assignment]
        lines = _lines_in(file, standing)
        for annotation in annotated(standing, graded.titles, file=_in_repository(file), lines=lines):
            print(annotation, file=sys.stderr)
    _append(_SUMMARY, summary(graded.standings, graded.titles, graded.max_scores))
    if len(graded.standings) == 1:
        (standing,) = graded.standings
        result = classroom_result(standing, graded.titles, graded.max_scores, lines=lines, is_enough=is_enough)
        whole = maximum(standing, graded.max_scores)
        outputs = {
            "result": encoded(result),
            "score": "" if standing.score is None else number(standing.score),
            "max-score": "" if whole is None else number(whole),
        }
        _append(_OUTPUT, "".join(f"{name}={value}\n" for name, value in outputs.items()))


def report_refusal(sentence: str) -> None:
    """The same where no grading was started."""
    from autograder.report.classroom import encoded, refused
    from autograder.report.github import command

    print(command("error", sentence, title="autograder"), file=sys.stderr)
    _append(_OUTPUT, f"result={encoded(refused(sentence))}\n")


def _lines_in(file: Path, standing: Standing) -> dict[str, int]:
    from autograder.grading.intake import take
    from autograder.grading.notebook_lines import lines_of_answers

    return lines_of_answers(take(file).content, [item.name for item in standing.items])


def _in_repository(file: Path) -> str:
    """The path that GitHub knows the file by."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _append(variable: str, text: str) -> None:
    with open(os.environ[variable], "a", encoding="utf-8") as file:
        file.write(text)
