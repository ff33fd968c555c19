"""Stored calibrations: the measured thresholds of a chapter's gates, and whether they still describe the reference."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from autograder.model.criteria import Calibration, CriterionRecord, Gate
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Exercise


def calibrations_file(course: Path, chapter: str) -> Path:
    """Where a chapter's calibrations are stored; committed beside the reference."""
    return course / "reference" / "calibrations" / f"{chapter}.json"


def read_calibrations(path: Path) -> dict[str, Any]:
    """What is stored, by exercise; empty when there is no file.  Raises AuthoringError when it cannot be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        advice = f"run `autograder calibrate {path.stem}`"
        raise AuthoringError(f"{path}: cannot be read ({type(error).__name__}): {advice}") from None
    if not isinstance(stored, dict):
        raise AuthoringError(f"{path}: holds no calibrations: run `autograder calibrate {path.stem}`")
    return stored


def calibration_digest(calibration: Calibration) -> str:
    """Identifies what was measured: `run` with the functions of its module that it calls, direction and margin."""
    digest = hashlib.sha256(f"{calibration.higher_is_better} {calibration.margin!r}\0".encode())
    for function in sorted(_called(calibration.run), key=lambda one: one.__name__):
        digest.update(inspect.getsource(function).encode() + b"\0")
    return digest.hexdigest()


def criterion_of(
    record: Exercise, stored: dict[str, Any], name: str, chapter: str, *, calibrated: bool
) -> tuple[CriterionRecord, Calibration | None]:
    """An exercise's criterion, and where a measured one comes from.

    Raises AuthoringError for a threshold that was never measured or is stale; without `calibrated` it stands open.
    """
    if not isinstance(record.tolerance, Calibration):
        return record.tolerance, None
    calibration = record.tolerance
    return resolve(calibration, stored, name, chapter) if calibrated else unresolved(calibration), calibration


def resolve(calibration: Calibration, stored: dict[str, Any], name: str, chapter: str) -> Gate:
    """The gate that a stored calibration gives.  Raises AuthoringError for none or a stale one, naming the command."""
    advice = f"run `autograder calibrate {chapter} {name}`"
    entry = stored.get(name)
    if entry is None:
        raise AuthoringError(f"the threshold of {name!r} was never calibrated: {advice}")
    if entry.get("digest") != calibration_digest(calibration):
        raise AuthoringError(f"{calibration.run.__name__!r} has changed since {name!r} was calibrated: {advice}")
    reason = f"{calibration.reason}; {describe(entry)}"
    threshold = float(entry["threshold"])
    if calibration.higher_is_better:
        return Gate(reason, at_least=threshold)
    return Gate(reason, at_most=threshold)


def unresolved(calibration: Calibration) -> Gate:
    """A gate that lets everything pass: stands in while the threshold is being measured."""
    bound = float("-inf") if calibration.higher_is_better else float("inf")
    reason = "not calibrated yet"
    return Gate(reason, at_least=bound) if calibration.higher_is_better else Gate(reason, at_most=bound)


def describe(entry: dict[str, Any]) -> str:
    """Where a stored threshold comes from, in one clause."""
    return (
        f"{entry['seeds']['count']} seeds of the reference: worst {entry['worst']:.4g}, median {entry['median']:.4g}, "
        f"margin {entry['margin']:g}; a right answer fails with a probability below {entry['false_fail_bound']:.1g} "
        "(at 95% confidence, from the count alone)"
    )


def _called(run: Callable[..., Any]) -> set[Callable[..., Any]]:
    """`run` and every function of its module that it calls, directly or through others."""
    module = inspect.getmodule(run)
    found: set[Callable[..., Any]] = set()
    waiting: list[Any] = [run]
    while waiting:
        function = waiting.pop()
        if function in found:
            continue
        found.add(function)
        for name in _names(function.__code__):
            used = getattr(module, name, None)
            if inspect.isfunction(used) and used.__module__ == run.__module__:
                waiting.append(used)
    return found


def _names(code: CodeType) -> Iterator[str]:
    """Every global name that a function's code mentions, nested functions included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
