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
from autograder.model.verdict import ExerciseVerdict, Outcome

SUFFIX = ".cases.json"
MOST_CASES = 3  # failing cases told in full: more hide the first, which is where to begin
LARGEST_MAP = 24  # rows and columns: a larger heat map is no longer readable
HEAD = {
    "en": {
        "PASSED": "Every public check passed",
        "PARTIAL": "Some public checks passed",
        "FAILED": "Not right yet",
        "NOT_ATTEMPTED": "Not attempted yet",
    },
    "zh": {
        "PASSED": "公开检查全部通过",
        "PARTIAL": "部分公开检查通过",
        "FAILED": "还不对",
        "NOT_ATTEMPTED": "尚未作答",
    },
}
START = {
    "en": "Write your answer in the cell above, run it, then run this cell again.",
    "zh": "在上面的单元格里写好答案并运行，然后再运行本单元格。",
}
COLON = {"en": ": ", "zh": "："}
MORE_CASES = {
    "en": "{} more {} too. Begin with the first.",
    "zh": "另外还有 {} 组数据不对，先从第一组改起。",
}
INTERRUPTED = {
    "en": "{}: interrupted while your function was running. Does a loop in it never end?",
    "zh": "{}：函数运行时被中断。其中是否有不会结束的循环？",
}
DATA_SET = {
    "data_set_missing": {
        "en": "{exercise}: the public cases use scikit-learn's data set {name!r}, and scikit-learn is not installed "
        "here. Run `{command}`, then run this cell again.",
        "zh": "{exercise}：公开样例要用到 scikit-learn 自带的数据集 {name!r}，而这里没有安装 scikit-learn。"
        "请先运行 `{command}`，再运行本单元格。",
    },
    "data_set_differs": {
        "en": "{exercise}: your scikit-learn has other numbers in its data set {name!r} than the public cases were "
        "made with. Run `{command}`, restart the kernel and try again; if that changes nothing, tell your teacher.",
        "zh": "{exercise}：你的 scikit-learn 里的数据集 {name!r} 与制作公开样例时用的不一样。"
        "请运行 `{command}`，重启内核后再试；如果还是这样，请告诉老师。",
    },
}
FORM_PASSED = {"en": "The form is right", "zh": "格式正确"}
HIDDEN = {
    "en": "Hidden cases with other numbers decide the grade.",
    "zh": "最终成绩由另外一批不公开的测试数据决定。",
}
ERROR_MAP = {"en": "Where the error is (darker is larger)", "zh": "误差分布（颜色越深误差越大）"}
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
            return FORM_PASSED[self.language]
        return HEAD[self.language][self.verdict.outcome]

    def _lines(self) -> list[tuple[bool, str]]:
        """(passed, sentence) for every finding."""
        lines = []
        shown = list(dict.fromkeys(f.case["en"] for f in self.verdict.findings if f.case and not f.passed))
        for finding in self.verdict.findings:
            if finding.code == "not_attempted":
                continue  # the head says so, and START what to do
            if finding.case.get("en") in shown[MOST_CASES:]:
                continue
            prefix = f"{finding.case[self.language]}{COLON[self.language]}" if finding.case else ""
            lines.append((finding.passed, prefix + finding.message[self.language]))
        if len(shown) > MOST_CASES:
            more = len(shown) - MOST_CASES
            lines.append((False, MORE_CASES[self.language].format(more, "cases fail" if more > 1 else "case fails")))
        return lines

    def __repr__(self) -> str:
        marks = "\n".join(f"  {'✓' if passed else '✗'} {line}" for passed, line in self._lines())
        return _printable(
            f"{self.exercise.name}: {self._head()}\n{marks or '  ' + START[self.language]}\n  {HIDDEN[self.language]}"
        )

    def _repr_html_(self) -> str:
        color = COLORS[self.verdict.outcome]
        title = f"<b style='{_on(color)};padding:.1em .5em'>{self._head()}</b>"
        start = f"<div style='margin:.2em 0'>{START[self.language]}</div>"
        items = "".join(
            f"<div style='margin:.2em 0'><span style='{_on(COLORS['PASSED' if passed else 'FAILED'])};padding:0 .3em'>"
            f"{'✓' if passed else '✗'}</span> {_inline(line)}</div>"
            for passed, line in self._lines()
        )
        return (
            f"<div style='border-left:4px solid {color};padding:.4em 1em;margin:.3em 0;line-height:1.5'>"
            f"{title} <code>{html.escape(self.exercise.name)}</code>{items or start}{self._maps()}"
            f"<div style='opacity:.7;font-size:.9em;margin-top:.4em'>{HIDDEN[self.language]}</div></div>"
        )

    def _maps(self) -> str:
        mismatches = [mismatch for entry in self.seen for mismatch in entry.mismatches]
        drawn = [_heat_map(mismatch, ERROR_MAP[self.language]) for mismatch in mismatches]
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
        return DATA_SET[error.code][bank.language].format(exercise=name, **error.values)
    except KeyboardInterrupt:
        return INTERRUPTED[bank.language].format(name)
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
        raise BankOutdated(
            f"check: there is no {SUFFIX} file in {folder}. Put the one that came with the notebook beside it."
        )
    known: list[str] = []
    for file in files:
        bank = _read(file, file.stat().st_mtime_ns)
        exercise = bank.exercise(name)
        if exercise is not None:
            return bank, exercise
        known += [entry.name for entry in bank.exercises]
    meant = difflib.get_close_matches(name, known, n=1)
    raise BankOutdated(
        f"check: there is no exercise called {name!r}. Did you mean {meant[0]!r}?"
        if meant
        else f"check: there is no exercise called {name!r}; there are: {', '.join(known)}."
    )


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
