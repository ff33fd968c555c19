"""Which parts of what is returned are wrong, and in which cases: those of one kind, or a few alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograder.judge.describe import output_in_words
from autograder.judge.observe import Seen
from autograder.judge.probes import shape_of
from autograder.model.bank import BankedExercise
from autograder.model.texts import part
from autograder.model.verdict import Finding

MOST_CASES = 4  # that are told by their names
MOST_LETTERS = 20  # of a word that says which kind of case it is; a longer one is a text


def right_parts(exercise: BankedExercise, failing: Sequence[Seen]) -> Iterator[Finding]:
    """Which parts of what is returned are right on every case, and which are wrong on some.

    Of the entries of a dict, which may differ from case to case: whether the first or the last of them are right.
    """
    parts = {_parts(exercise, entry.banked.expected.value) for entry in failing}
    wrong = {part_with(mismatch.path) for entry in failing for mismatch in entry.mismatches}
    if len(parts) == 1 and wrong < set(named := parts.pop()):
        right = [f"`{name}`" for name in named if name not in wrong]
        yield Finding("right_parts", {"right": right, "wrong": [f"`{name}`" for name in named if name in wrong]})
        return
    for path in ("", *exercise.outputs):
        orders = [_wrong_entries(exercise, entry, path) for entry in failing]
        for code, beginning in (("right_at_end", True), ("right_at_beginning", False)):
            if orders and all(0 < sum(each) < len(each) and each == sorted(each, reverse=beginning) for each in orders):
                yield Finding(code, {"output": output_in_words(path)})


def part_with(path: str) -> str:
    """The part of the result in which a place is: "cache['A1']" is in "cache"."""
    return path.partition("[")[0]


def _parts(exercise: BankedExercise, value: object) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(map(str, value))
    return exercise.outputs if isinstance(value, tuple) and len(value) == len(exercise.outputs) else ()


def _wrong_entries(exercise: BankedExercise, entry: Seen, path: str) -> list[bool]:
    """Which entries of a dict (the result, or this part of it) are wrong on a case, in their order."""
    value = entry.banked.expected.value
    if path and _parts(exercise, value) == exercise.outputs:
        value = value[exercise.outputs.index(path)] if isinstance(value, tuple) else value[path]
    elif path:
        return []
    entries = [f"{path}[{key!r}]" if path else str(key) for key in value] if isinstance(value, dict) else []
    wrong = [mismatch.path for mismatch in entry.mismatches]
    return [any(each == place or each.startswith(f"{place}[") for each in wrong) for place in entries]


def kinds(failing: Sequence[Seen], seen: Sequence[Seen]) -> Iterator[Finding]:
    """An input that is a certain word in all wrong cases, or has several axes there, and not so in some right ones."""
    right = [entry for entry in seen if entry.passed]
    if len(failing) < 2 or not right:
        return
    for name in failing[0].banked.case.inputs:
        for code, of in (("when_word", _word), ("when_axes", _several_axes)):
            wrong, others = ({of(entry.banked.case.inputs.get(name)) for entry in cases} for cases in (failing, right))
            several_cases_each = 2 * len(wrong | others) <= len(seen)
            if several_cases_each and others - wrong - {None} and not wrong & {"", None}:
                yield Finding("wrong_when", {"when": part(code, name=name, words=sorted(wrong))})


def _word(value: Any) -> str | None:
    short = isinstance(value, bool) or (isinstance(value, str) and len(value) <= MOST_LETTERS)
    return f"`{value!r}`" if short and "`" not in repr(value) else None


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
