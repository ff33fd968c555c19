"""What students receive beside their notebook: a public bank as one JSON text, data sets in it by their names.

All but its head is packed, so that nobody reads by accident a hint, or a check that follows a recipe step by step.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.model import plain
from autograder.model.bank import (
    Bank,
    BankedCase,
    BankedExercise,
    BankedMistake,
    BankedProbe,
    BankOutdated,
    Observation,
)
from autograder.model.bank_json import from_json, to_json
from autograder.model.criteria import EXACT, Tolerance
from autograder.model.datasets import digest_of
from autograder.model.exercise import HEART, Case
from autograder.model.markers import Dataset, Function, Tensor
from autograder.model.packed import Packed
from autograder.model.texts import in_language
from autograder.model.tree import map_leaves

UNSEEN = 1e-5  # of an absolute tolerance: less is the rounding of a zero


def public_to_text(bank: Bank) -> str:
    """A public bank as one JSON text, arrays in it; the same bank always gives the same bytes."""
    arrays: list[np.ndarray] = []
    shortened = replace(bank, exercises=tuple(map(_shortened, bank.exercises)))
    data = to_json(without_probes(shortened), arrays, named=True)
    usual, usual_case = _usual()
    for exercise in data["exercises"]:
        exercise["draws"] = [[_told(case, usual_case) for case in draw] for draw in exercise["draws"]]
    data["packed"] = Packed.of(
        {
            "exercises": [_told(exercise, usual) for exercise in data.pop("exercises")],
            "hints": _hints(bank, data.pop("made")),
            "probes": _told_probes(shortened),
            "arrays": _numbers(arrays),
        }
    ).text
    return json.dumps(data, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n"


def public_from_text(text: str) -> Bank:
    """The bank that `public_to_text` wrote.  Raises BankOutdated when the text is something else."""
    try:
        data = json.loads(text)
        packed = Packed(data["packed"]).data
        arrays = _arrays(packed["arrays"])
        usual, usual_case = _usual()
        data["exercises"] = [{**usual, **exercise} for exercise in packed["exercises"]]
        for exercise in data["exercises"]:
            exercise["draws"] = [[{**usual_case, **case} for case in draw] for draw in exercise["draws"]]
        hints = packed["hints"]
        made = {name: {**one, "mistakes": Packed.of(one["mistakes"]).text} for name, one in hints["made"].items()}
        bank = _with_probes(from_json({**data, "made": made}, arrays), packed["probes"])
        manners = hints["manners"]
        exercises = [_with_manners(entry, manners.get(entry.name, ()), bank.language) for entry in bank.exercises]
        return replace(bank, exercises=tuple(exercises))
    except (ValueError, KeyError, TypeError, AttributeError, LookupError, zlib.error) as error:
        raise BankOutdated(
            "the public cases cannot be read: put the .cases.json file you were given back beside the notebook"
        ) from error


def unpacked(text: str) -> dict[str, Any]:
    """What is packed in the public cases `text`: exercises, hints, probes and arrays as JSON data.

    Raises what base64, zlib and json raise for other text.
    """
    data: dict[str, Any] = Packed(json.loads(text)["packed"]).data
    return data


def _numbers(arrays: Iterable[np.ndarray]) -> list[Any]:
    return [[array.dtype.str, list(array.shape), array.ravel().tolist()] for array in arrays]


def _arrays(stored: Iterable[Any]) -> list[np.ndarray]:
    return [np.array(numbers, dtype=np.dtype(kind)).reshape(shape) for kind, shape, numbers in stored]


def _told_probes(bank: Bank) -> Any:
    """By exercise and case: the probes, each with what is right; they are alike, so that little is left of them."""
    arrays: list[np.ndarray] = []
    told = [
        [
            [[each.kind, dict(each.inputs), plain.pack(each.expected.value, arrays)] for each in banked.probes]
            for banked in cases
        ]
        for exercise in bank.exercises
        for cases in exercise.draws
    ]
    return [told, _numbers(arrays)]


def _with_probes(bank: Bank, stored: Any) -> Bank:
    told, numbers = stored
    arrays = _arrays(numbers)

    def probe(kind: str, inputs: Mapping[str, int], right: Any) -> BankedProbe:
        return BankedProbe(kind, inputs, Observation(plain.unpack(right, arrays)))

    def probed(exercise: BankedExercise, probes: Any) -> BankedExercise:
        (cases,) = exercise.draws
        draw = (
            replace(banked, probes=tuple(probe(*each) for each in of)) for banked, of in zip(cases, probes, strict=True)
        )
        return replace(exercise, draws=(tuple(draw),))

    return replace(bank, exercises=tuple(map(probed, bank.exercises, told)))


def without_probes(bank: Bank) -> Bank:
    """A bank that asks about no changed case."""

    def plainly(exercise: BankedExercise) -> BankedExercise:
        draws = tuple(tuple(replace(banked, probes=()) for banked in draw) for draw in exercise.draws)
        return replace(exercise, draws=draws)

    return replace(bank, exercises=tuple(map(plainly, bank.exercises)))


def _hints(bank: Bank, made: Mapping[str, Any]) -> dict[str, Any]:
    """By exercise: the hints of mistakes in manners with the probes that each fails, and those that letters tell."""
    manners = {
        exercise.name: [[in_language(m.hint, bank.language), list(m.contract)] for m in exercise.mistakes]
        for exercise in bank.exercises
        if exercise.mistakes
    }
    spoken = {
        exercise.name: {**made[exercise.name], "mistakes": _spoken(exercise.made.data, bank.language)}
        for exercise in bank.exercises
        if exercise.name in made
    }
    return {"manners": manners, "made": spoken}


def _spoken(made: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {**made, "hints": [{language: in_language(hint, language)} for hint in made["hints"]]}


def _with_manners(exercise: BankedExercise, told: Any, language: str) -> BankedExercise:
    mistakes = [
        BankedMistake(str(number), {language: hint}, tuple(contract))
        for number, (hint, contract) in enumerate(told, start=1)
    ]
    return replace(exercise, mistakes=tuple(mistakes))


def _usual() -> tuple[dict[str, Any], dict[str, Any]]:
    """What is stored of an exercise and of a case of which nothing is known: the same in a record is left out."""
    case = BankedCase(Case(""), HEART, Observation())
    exercise = BankedExercise("", {}, 0, EXACT, {}, draws=((case,),))
    stored: dict[str, Any] = to_json(Bank("", {}, "", (exercise,)), [])["exercises"][0]
    return stored, stored["draws"][0][0]


def _told(data: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value != usual[name]}


def _shortened(exercise: BankedExercise) -> BankedExercise:
    """The exercise without mistakes, with floats that are the same on every processor, whose last bits differ.

    Inputs have 12 digits and what is computed 10, and is 0 where it is far below what the tolerance can see.
    """
    unseen = UNSEEN * exercise.criterion.atol if isinstance(exercise.criterion, Tolerance) else 0.0

    def computed(seen: Observation) -> Observation:
        return replace(seen, value=_rounded(seen.value, 10, unseen))

    def shortened(banked: BankedCase) -> BankedCase:
        case = banked.case.with_inputs({name: _rounded(value, 12, 0.0) for name, value in banked.case.given.items()})
        probes = tuple(replace(probe, expected=computed(probe.expected)) for probe in banked.probes)
        loss = _rounded(banked.loss, 10, unseen)
        return replace(banked, case=case, expected=computed(banked.expected), mistakes={}, loss=loss, probes=probes)

    return replace(exercise, mistakes=(), draws=tuple(tuple(map(shortened, draw)) for draw in exercise.draws))


def _rounded(value: Any, digits: int, unseen: float) -> Any:
    def shortened(leaf: Any) -> Any:
        if isinstance(leaf, float):
            return 0.0 if abs(leaf) < unseen else float(f"{leaf:.{digits}g}")
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
            return np.array([shortened(number) for number in leaf.ravel().tolist()], leaf.dtype).reshape(leaf.shape)
        if isinstance(leaf, Tensor):
            return replace(leaf, array=shortened(leaf.array))
        if isinstance(leaf, Function):
            return replace(leaf, bound=map_leaves(shortened, dict(leaf.bound)))
        if isinstance(leaf, Dataset):
            return replace(leaf, digest=digest_of(leaf.array))
        return leaf

    return map_leaves(shortened, value)
