"""What several tests of the engine need to read a report."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograder.model import texts
from autograder.model.bank import BankedCase
from autograder.model.packed import Packed
from autograder.model.public_cases import unpacked
from autograder.model.texts import LANGUAGES, Values, sentence
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Report

Run = Callable[..., tuple[int, str, str]]  # `autograder …` → exit code, standard output and error
REPOSITORY = Path(__file__).resolve().parents[1]
COURSE = Path(__file__).resolve().parent / "course"
TINY = "ch01_tiny"


def change(folder: Path, *swaps: tuple[str, str]) -> Path:
    """Replace texts in a chapter's files, each in the first file that has it; returns the file changed last."""
    changed = folder
    for old, new in swaps:
        changed = file_with(folder, old)
        text = changed.read_text(encoding="utf-8")
        changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    return changed


def file_with(folder: Path, text: str) -> Path:
    """The first of a chapter's files in which a text stands."""
    return next(file for file in sorted(folder.glob("*.py")) if text in file.read_text(encoding="utf-8"))


def by_name(report: Report) -> dict[str, ExerciseVerdict]:
    """The verdicts of a report by exercise."""
    return {verdict.name: verdict for verdict in report.exercises}


def codes(verdict: ExerciseVerdict) -> list[str]:
    """The codes of a verdict's findings that did not pass."""
    return [finding.code for finding in verdict.findings if not finding.passed]


def notes(report: Report) -> list[str]:
    """The codes of a report's notes."""
    return [note.code for note in report.notes]


def sentences(verdict: ExerciseVerdict) -> str:
    """Everything a verdict says, in both languages."""
    return " ".join(
        text
        for finding in verdict.findings
        for text in (*(in_words(finding, language) for language in LANGUAGES), *finding.case.values())
    )


def in_words(said: Finding | Note | str | Values, language: str = "en") -> str:
    """What a finding, a note or a value of a sentence says."""
    return sentence(said, language) if isinstance(said, (Finding, Note)) else texts.in_words(said, language)


def numbers(value: Any) -> Iterator[float]:
    """Every number in a plain value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        yield from np.asarray(value, dtype=float).ravel().tolist()


def telling_digits(cases: Iterable[BankedCase]) -> set[str]:
    """The significant digits (three at least) of every input and expected output: what must not be told."""
    found = set()
    for banked in cases:
        for number in numbers([*banked.case.inputs.values(), banked.expected.value]):
            digits = re.sub(r"e.*|[-.]", "", f"{abs(number):.4g}").strip("0")
            if len(digits) >= 3:
                found |= {f"{abs(number):.4g}", f"{abs(number):.6g}"}
    return found


@contextlib.contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Root may read everything."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def misuse(run: Run, *arguments: object) -> str:
    """The one sentence that a misuse gives."""
    code, output, errors = run(*arguments)
    assert code == 2, (output, errors)
    assert "Traceback" not in output + errors
    assert output == ""
    (line,) = without_progress(errors)
    assert line.startswith("error: ")
    return line


def without_progress(errors: str) -> list[str]:
    """The lines of standard error, but for the one that says how much there is to grade."""
    return [line for line in errors.strip().splitlines() if not line.startswith("grading 0/")]


def hears_interrupts() -> None:
    """For `preexec_fn`: a run in the background ignores Ctrl-C, and so would whatever it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def released(chapter: str) -> dict[str, bytes]:
    """What students receive of a chapter of the course, as it is committed: `build --check` holds it to its sources."""
    folders = (REPOSITORY / "assignments" / language / chapter for language in LANGUAGES)
    files = (path for folder in folders for path in folder.iterdir())
    return {path.relative_to(REPOSITORY / "assignments").as_posix(): path.read_bytes() for path in files}


def repacked(text: str, pattern: str, new: str) -> str:
    """Public cases in which what is packed has something else where a regular expression matches."""
    packed, count = re.subn(pattern, new, json.dumps(unpacked(text), ensure_ascii=False, separators=(",", ":")))
    assert count, pattern
    return json.dumps({**json.loads(text), "packed": Packed.of(json.loads(packed)).text}, ensure_ascii=False)
