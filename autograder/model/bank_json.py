"""A bank as JSON data beside a list of arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.model import plain
from autograder.model.bank import (
    NOTHING,
    Bank,
    BankedCase,
    BankedCell,
    BankedExercise,
    BankedGroup,
    BankedMistake,
    BankedProbe,
    BankedWritten,
    Code,
    Observation,
)
from autograder.model.calls import CallStatus, Failure
from autograder.model.criteria import CriterionRecord, Gate, OneOf, Tolerance
from autograder.model.exercise import Case
from autograder.model.packed import Packed

FORMAT = 7  # raised when a stored bank can no longer be read by this code
CODE = ("observe", "shapes", "gradient_of")  # fields of an exercise that are code or None
CRITERIA: dict[str, type[CriterionRecord]] = {kind.__name__: kind for kind in (Tolerance, Gate, OneOf)}


def _criterion_from_json(data: dict[str, Any]) -> CriterionRecord:
    fields: dict[str, Any] = {key: tuple(value) if type(value) is list else value for key, value in data.items()}
    return CRITERIA[fields.pop("kind")](**fields)


def _code_to_json(code: Code | None) -> dict[str, Any] | None:
    return dict(vars(code)) if code else None


def failure_to_json(failure: Failure | None) -> dict[str, Any] | None:
    """What tells failures apart; where and with what value one came about is of the day."""
    told = ("status", "function", "error", "built")
    return {name: getattr(failure, name) for name in told} if failure else None


def failure_from_json(data: dict[str, Any] | None) -> Failure | None:
    """The failure that `failure_to_json` stored."""
    return Failure(**{**data, "status": CallStatus(data["status"])}) if data else None


def to_json(bank: Bank, arrays: list[np.ndarray], *, named: bool = False) -> dict[str, Any]:
    """The bank as JSON data; its arrays are appended to `arrays`.  `named` keeps data sets as names, not as numbers."""

    def observation(seen: Observation) -> dict[str, Any]:
        return {"value": plain.pack(seen.value, arrays), "failure": failure_to_json(seen.failure)}

    def banked_case(banked: BankedCase) -> dict[str, Any]:
        case = banked.case
        inputs = case.given if named else case.inputs
        return {
            "name": case.name,
            "zh": case.zh,
            "group": banked.group,
            "public": case.public,
            "inputs": {name: plain.pack(value, arrays) for name, value in inputs.items()},
            "expected": observation(banked.expected),
            "loss": banked.loss,
            "mistakes": {name: observation(seen) for name, seen in banked.mistakes.items()},
            "probes": [
                [probe.kind, dict(probe.inputs), plain.pack(probe.expected.value, arrays)] for probe in banked.probes
            ],
        }

    def exercise(entry: BankedExercise) -> dict[str, Any]:
        return {
            **{name: value for name, value in vars(entry).items() if name != "made"},
            "criterion": {"kind": type(entry.criterion).__name__, **vars(entry.criterion)},
            "groups": [{**vars(group), "observe": _code_to_json(group.observe)} for group in entry.groups],
            **{name: _code_to_json(getattr(entry, name)) for name in CODE},
            "mistakes": [vars(mistake) for mistake in entry.mistakes],
            "draws": [[banked_case(banked) for banked in draw] for draw in entry.draws],
        }

    made = {
        entry.name: {"mistakes": entry.made.text, "letters": [[banked.made for banked in draw] for draw in entry.draws]}
        for entry in bank.exercises
        if entry.made.text
    }
    return {
        "format": FORMAT,
        "chapter": bank.chapter,
        "title": bank.title,
        "language": bank.language,
        "key": bank.key,
        "provenance": bank.provenance,
        "exercises": [exercise(entry) for entry in bank.exercises],
        "made": made,
        "written": [vars(entry) for entry in bank.written],
        "cells": [vars(entry) for entry in bank.cells],
    }


def from_json(data: dict[str, Any], arrays: list[np.ndarray], digest: str = "") -> Bank:
    """The bank that `to_json` wrote."""

    def observation(stored: dict[str, Any]) -> Observation:
        return Observation(plain.unpack(stored["value"], arrays), failure_from_json(stored["failure"]))

    def banked_case(stored: dict[str, Any], made: str = "") -> BankedCase:
        inputs = {name: plain.unpack(tree, arrays) for name, tree in stored["inputs"].items()}
        case = Case(stored["name"], zh=stored["zh"], public=stored["public"]).with_inputs(inputs)
        mistakes = {name: observation(seen) for name, seen in stored["mistakes"].items()}
        probes = tuple(
            BankedProbe(kind, names, Observation(plain.unpack(right, arrays)))
            for kind, names, right in stored["probes"]
        )
        return BankedCase(
            case, stored["group"], observation(stored["expected"]), mistakes, stored["loss"], made, probes
        )

    def code(stored: dict[str, str] | None) -> Code | None:
        return None if stored is None else Code(**stored)

    def exercise(stored: dict[str, Any]) -> BankedExercise:
        made = data["made"].get(stored["name"])
        letters = made["letters"] if made else [[""] * len(draw) for draw in stored["draws"]]
        tuples = ("outputs", "gradient_wrt", "accepts", "exempt", "forbids", "requires", "losses")
        return BankedExercise(
            **{
                **stored,
                **{name: tuple(stored[name]) for name in tuples},
                "criterion": _criterion_from_json(stored["criterion"]),
                "groups": tuple(
                    BankedGroup(**{**entry, "observe": code(entry["observe"])}) for entry in stored["groups"]
                ),
                **{
                    kind: {name: tuple(names) for name, names in stored.get(kind, {}).items()}
                    for kind in ("functions", "methods")
                },
                **{name: code(stored[name]) for name in CODE},
                "mistakes": tuple(
                    BankedMistake(**{**mistake, "contract": tuple(mistake["contract"])})
                    for mistake in stored["mistakes"]
                ),
                "made": Packed(made["mistakes"]) if made else NOTHING,
                "draws": tuple(
                    tuple(map(banked_case, draw, told)) for draw, told in zip(stored["draws"], letters, strict=True)
                ),
            }
        )

    return Bank(
        chapter=data["chapter"],
        title=data["title"],
        language=data["language"],
        exercises=tuple(exercise(entry) for entry in data["exercises"]),
        written=tuple(BankedWritten(**entry) for entry in data["written"]),
        cells=tuple(BankedCell(**entry) for entry in data["cells"]),
        provenance=dict(data["provenance"]),
        key=data["key"],
        digest=digest,
    )
