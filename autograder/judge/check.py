"""`check("…")` in the student's notebook: the public cases, offline, with numpy alone."""

from __future__ import annotations

import difflib
import functools
import html
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers
from autograder.judge.implementation import InProcess
from autograder.judge.judge import FORM, decide, look
from autograder.judge.observe import Seen
from autograder.judge.unrun import fault_in_source
from autograder.model.bank import Bank, BankedExercise, BankOutdated
from autograder.model.datasets import DataSetUnusable
from autograder.model.public_cases import public_from_text
from autograder.model.seeds import left_as_they_were
from autograder.model.texts import LANGUAGES, Text, in_language, say, sentence
from autograder.model.verdict import ExerciseVerdict, Outcome

SUFFIX = ".cases.json"
MOST_CASES = 3  # failing cases told in full: more hide the first, which is where to begin
LARGEST_MAP = 24  # rows and columns: a larger heat map is no longer readable
ON_COLOR = "#ffffff"  # text on a colour of COLORS: no one colour is readable both on a white page and on a black one
COLORS = {"PASSED": "#1a7f37", "PARTIAL": "#9a6700", "FAILED": "#cf222e", "NOT_ATTEMPTED": "#57606a"}


class CheckFailed(AssertionError):
    """A public check did not pass while `nbgrader validate` runs, which looks for exceptions."""


@dataclass(frozen=True)
class CheckResult:
    """What `check` shows: rich in a notebook, plain text elsewhere."""

    exercise: BankedExercise
    verdict: ExerciseVerdict
    seen: tuple[Seen, ...]
    language: str

    @property
    def passed(self) -> bool:
        """True when every public check passed."""
        return self.verdict.outcome is Outcome.PASSED

    def _head(self) -> str:
        """The verdict in a few words; where the public cases know only the form, no more is claimed."""
        if self.passed and all(entry.banked.group == FORM for entry in self.seen):
            return say("check.form_passed", self.language)
        page = "check" if self.verdict.outcome in (Outcome.PASSED, Outcome.PARTIAL) else "outcome"
        return say(f"{page}.{self.verdict.outcome}", self.language)

    def _lines(self) -> list[tuple[bool, str]]:
        """(passed, sentence) for every finding."""
        lines = []
        failing: list[Text] = []
        for finding in self.verdict.findings:
            if finding.case and not finding.passed and finding.case not in failing:
                failing.append(finding.case)
        left_out = failing[MOST_CASES:]
        for finding in self.verdict.findings:
            if finding.code == "not_attempted":
                continue  # the head says so, and then what to do
            if finding.case in left_out:
                continue
            case = in_language(finding.case, self.language)
            prefix = f"{case}{say('colon', self.language)}" if case else ""
            lines.append((finding.passed, prefix + sentence(finding, self.language)))
        if left_out:
            code = "check.more_cases" if len(left_out) > 1 else "check.one_more_case"
            lines.append((False, say(code, self.language, count=len(left_out))))
        return lines

    def __repr__(self) -> str:
        marks = "\n".join(f"  {'✓' if passed else '✗'} {line}" for passed, line in self._lines())
        start, hidden = say("check.start", self.language), say("check.hidden", self.language)
        return _printable(f"{self.exercise.name}: {self._head()}\n{marks or '  ' + start}\n  {hidden}")

    def _repr_html_(self) -> str:
        color = COLORS[self.verdict.outcome]
        title = f"<b style='{_on(color)};padding:.1em .5em'>{self._head()}</b>"
        start = f"<div style='margin:.2em 0'>{say('check.start', self.language)}</div>"
        items = "".join(
            f"<div style='margin:.2em 0'><span style='{_on(COLORS['PASSED' if passed else 'FAILED'])};padding:0 .3em'>"
            f"{'✓' if passed else '✗'}</span> {_inline(line)}</div>"
            for passed, line in self._lines()
        )
        return (
            f"<div style='border-left:4px solid {color};padding:.4em 1em;margin:.3em 0;line-height:1.5'>"
            f"{title} <code>{html.escape(self.exercise.name)}</code>{items or start}{self._maps()}"
            f"<div style='opacity:.7;font-size:.9em;margin-top:.4em'>{say('check.hidden', self.language)}</div></div>"
        )

    def _maps(self) -> str:
        mismatches = [mismatch for entry in self.seen for mismatch in entry.mismatches]
        drawn = [_heat_map(mismatch, say("check.error_map", self.language)) for mismatch in mismatches]
        return next((picture for picture in drawn if picture), "")


def check_in(name: str, namespace: Mapping[str, Any], folder: Path | None = None) -> CheckResult | str:
    """Judge the function of exercise `name` in `namespace` on the public cases found in `folder` (the notebook's)."""
    try:
        bank, exercise = _find(name, folder or Path.cwd())
    except BankOutdated as error:
        return str(error)
    impl = InProcess(namespace)
    cases = exercise.draws[0]
    try:
        with left_as_they_were():
            seen = look(exercise, cases, impl)
            verdict = decide(exercise, cases, impl, seen, reveal=True)
    except DataSetUnusable as error:
        return say(f"check.{error.code}", bank.language, exercise=name, **error.values)
    except KeyboardInterrupt:
        return say("check.interrupted", bank.language, exercise=name)
    history = namespace.get("In")
    if verdict.outcome is Outcome.NOT_ATTEMPTED and isinstance(history, list):
        fault = fault_in_source(exercise.name, history)
        verdict = replace(verdict, outcome=Outcome.FAILED, findings=(fault,)) if fault else verdict
    result = CheckResult(exercise, verdict, tuple(seen), bank.language)
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not result.passed:
        raise CheckFailed(repr(result))
    return result


def _find(name: str, folder: Path) -> tuple[Bank, BankedExercise]:
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        raise BankOutdated(say("check.no_file", LANGUAGES[0], suffix=SUFFIX, folder=folder))  # no file, no language
    known: list[str] = []
    for file in files:
        bank = _read(file, file.stat().st_mtime_ns)
        exercise = bank.exercise(name)
        if exercise is not None:
            return bank, exercise
        known += [entry.name for entry in bank.exercises]
    meant = difflib.get_close_matches(name, known, n=1)
    code, names = ("check.did_you_mean", meant) if meant else ("check.no_exercise", known)
    raise BankOutdated(say(code, bank.language, name=name, names=names))


@functools.lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> Bank:
    """The public bank in `file`; `changed` (its time of change) makes the cache notice a new one."""
    return public_from_text(file.read_text(encoding="utf-8"))


def _on(color: str) -> str:
    """Style of text that stands on a patch of its own, readable on whatever page is behind it."""
    return f"background:{color};color:{ON_COLOR};border-radius:.3em"


def _printable(text: str) -> str:
    """The text as the console can show it: one that knows no ✓ gets a question mark, not an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _inline(text: str) -> str:
    """Escaped text with `code` and *emphasis* rendered."""
    escaped = html.escape(text)
    return re.sub(r"\*(\w[^*]*)\*", r"<em>\1</em>", re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped))


def _heat_map(mismatch: Mismatch, caption: str) -> str:
    """A small table coloured by absolute error, for a wrong matrix; "" for anything else."""
    expected, actual = as_numbers(mismatch.expected), as_numbers(mismatch.actual)
    if expected is None or actual is None or expected.ndim != 2 or expected.shape != actual.shape:
        return ""
    if max(expected.shape) > LARGEST_MAP:
        return ""
    error = np.abs(actual.astype(float) - expected.astype(float))
    error = np.where(np.isfinite(error), error, np.nanmax(np.where(np.isfinite(error), error, 0.0)) or 1.0)
    share = error / (error.max() or 1.0)
    rows = "".join(
        "<tr>" + "".join(
            f"<td style='width:1.1em;height:1.1em;padding:0;border:1px solid rgba(128,128,128,.25);"
            f"background:rgba(207,34,46,{weight:.2f})' "
            f"title='[{i}, {j}] {actual[i, j]:.4g} ≠ {expected[i, j]:.4g}'></td>"
            for j, weight in enumerate(row)
        ) + "</tr>"
        for i, row in enumerate(share)
    )  # fmt: skip
    path = f"<code>{html.escape(mismatch.path)}</code> " if mismatch.path else ""
    return (
        f"<div style='margin:.5em 0 .2em'>{path}{caption}</div>"
        f"<table style='border-collapse:collapse;margin:0'>{rows}</table>"
    )
