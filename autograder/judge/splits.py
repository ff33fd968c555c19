"""Which cases are wrong: those of one kind, or a few alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograder.judge.observe import Seen
from autograder.judge.probes import shape_of
from autograder.model.texts import part
from autograder.model.verdict import Finding

MOST_CASES = 4  # that are told by their names


def kinds(failing: Sequence[Seen], seen: Sequence[Seen]) -> Iterator[Finding]:
    """An input that is a certain word in all wrong cases, or has several axes there, and not so in some right ones."""
    right = [entry for entry in seen if entry.passed]
    if len(failing) < 2 or not right:
        return
    for name in failing[0].banked.case.inputs:
        for code, of in (("when_word", _word), ("when_axes", _several_axes)):
            wrong, others = ({of(entry.banked.case.inputs.get(name)) for entry in cases} for cases in (failing, right))
            several_cases_each = 2 * len(wrong | others) <= len(seen)
            if several_cases_each and wrong < wrong | others and not wrong & {"", None}:
                yield Finding("wrong_when", {"when": part(code, name=name, words=sorted(wrong))})


def _word(value: Any) -> str | None:
    return f"`{value!r}`" if isinstance(value, (str, bool)) else None


def _several_axes(value: Any) -> str | None:
    axes = len(shape_of(value))
    return "several" if axes > 1 else "" if axes else None


def special_cases(failing: Sequence[Seen], seen: Sequence[Seen]) -> Iterator[Finding]:
    """The few cases that are wrong, where every other one is right."""
    right = sum(entry.passed for entry in seen)
    titles = [entry.banked.case.title for entry in failing]
    if len(titles) + right < len(seen) or right < 2:
        return
    if len(titles) == 1:
        yield Finding("special_case", {"case": titles[0]})
    elif len(titles) <= min(right, MOST_CASES):
        yield Finding("special_cases", {"cases": [part("titled", title=title) for title in titles]})
