"""Submissions that are alike where nobody else's are: a hint to look, never a proof.

The right answer in its usual form and the common mistake are everybody's.  So the same answer counts by how rare it is:
by the information in it, −log₂ of the share of classmates who gave it (Shannon 1948), less one bit, so that what half
of the class has says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

CHANCE = 0.01  # pairs of a class that reach the threshold by chance, at most, were answers independent of each other

Forms = Mapping[str, Mapping[str, str]]
"""Student → exercise → form of the answer (see `normal_form`); exercises without an answer are left out."""


@dataclass(frozen=True)
class Pair:
    """Two students, the exercises that are alike where few others are, and what that weighs in bits."""

    one: str
    other: str
    exercises: tuple[str, ...]
    bits: float


def similar_pairs(forms: Forms, usual: Mapping[str, Collection[str]]) -> list[Pair]:
    """The pairs whose answers are alike beyond chance, the most alike first.

    `usual` has, for each exercise, forms that say nothing: what students were given, and the right answer as the course
    writes it.  The threshold is Markov's inequality for 2 to the power of the bits: of all pairs of the class, no more
    than CHANCE are expected beyond it, however large the class and however many its exercises.
    """
    students = sorted(forms)
    if len(students) < 2:
        return []
    weights = {name: _weights(forms, name, usual.get(name, ())) for name in _exercises(forms)}
    threshold = math.log2(math.comb(len(students), 2) / CHANCE)
    bits = np.zeros((len(students), len(students)), np.float32)
    for name, weight in weights.items():
        holders: dict[str, list[int]] = {}
        for number, student in enumerate(students):
            if weight.get(form := forms[student].get(name, ""), 0.0) > 0:
                holders.setdefault(form, []).append(number)
        expected = 1.0  # of 2 to the power of the bits of this exercise, over all pairs
        for form, numbers in holders.items():
            bits[np.ix_(numbers, numbers)] += weight[form]
            expected += math.comb(len(numbers), 2) / math.comb(len(students), 2) * (2 ** weight[form] - 1)
        threshold += math.log2(expected)
    found = np.argwhere(np.triu(bits >= threshold, k=1))
    pairs = [_pair(students[one], students[other], float(bits[one, other]), forms, weights) for one, other in found]
    return sorted(pairs, key=lambda pair: (-pair.bits, pair.one, pair.other))


def _exercises(forms: Forms) -> dict[str, None]:
    return dict.fromkeys(name for answers in forms.values() for name in answers)


def _weights(forms: Forms, exercise: str, usual: Collection[str]) -> dict[str, float]:
    """The bits of each form of an exercise's answer; 0 where it is usual or half of the classmates have it."""
    counts: dict[str, int] = {}
    for answers in forms.values():
        if form := answers.get(exercise, ""):
            counts[form] = counts.get(form, 0) + 1
    others = sum(counts.values()) - 1  # classmates of one who gave an answer
    return {
        form: 0.0 if form in usual or count < 2 else max(0.0, -math.log2((count - 1) / others) - 1)
        for form, count in counts.items()
    }


def _pair(one: str, other: str, bits: float, forms: Forms, weights: Mapping[str, Mapping[str, float]]) -> Pair:
    alike = {
        name: weight[form]
        for name, form in forms[one].items()
        if (weight := weights[name]).get(form, 0.0) > 0 and forms[other].get(name) == form
    }
    return Pair(one, other, tuple(sorted(alike, key=lambda name: -alike[name])), bits)
