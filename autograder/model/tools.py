"""What many observes need, by name beside numpy: `tools.auc(scores, y)`.  Values may come from a student.

Text, NaN and arrays of another shape are refused with TypeError or ValueError, which the judge tells as a wrong answer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.model.tree import leaves

MOST_KINDS = 12  # of labels that are matched: time doubles with each
ROUNDING = 1e-6  # of the longest direction of a span: less is float32's rounding


def plain(word: Any) -> str:
    """A choice in words as it is compared: case, blanks, hyphens and quotes do not matter."""
    return "".join(part for part in str(word).lower() if not (part.isspace() or part in "-_'\"‘’“”"))


def up_to_sign(v: Any) -> np.ndarray:
    """v vᵀ / ‖v‖: the same for v and −v alone, as long as v, and continuous, which a choice of the sign is not.

    v (D,) gives (D, D); V (D, K), each of whose columns has a sign of its own, gives (K, D, D).  0 gives 0.
    """
    columns = _numbers(v, 1, 2).T  # (D,) or (K, D)
    length = np.linalg.norm(columns, axis=-1)[..., None, None]
    return columns[..., :, None] * (columns[..., None, :] / np.where(length == 0, 1.0, length))


def projector(A: Any) -> np.ndarray:
    """A A⁺ (D, D), the orthogonal projection onto the span of the columns of A (D, K), whatever basis they are.

    a (D,) is a single column; columns that depend on others but for rounding add nothing.
    """
    columns = _numbers(A, 1, 2)
    columns = columns[:, None] if columns.ndim == 1 else columns
    projection: np.ndarray = columns @ np.linalg.pinv(columns, rcond=ROUNDING)
    return projection


def accuracy(labels: Any, y: Any) -> float:
    """The share of samples whose label is right: labels (N,), truth y (N,)."""
    return float(np.mean(np.equal(*_alike(labels, y))))


def auc(scores: Any, y: Any) -> float:
    """The area under the ROC curve: P(s₊ > s₋) + ½ P(s₊ = s₋) (Hanley & McNeil 1982).

    scores (N,), truth y (N,) of 0 and 1, or of False and True, both of which occur.
    """
    scores, y = _alike(scores, y)
    if set(np.unique(y)) != {0.0, 1.0}:
        raise ValueError("y is 0 and 1")
    positive, negative = scores[y == 1], np.sort(scores[y == 0])
    below = [np.searchsorted(negative, positive, side) for side in ("left", "right")]  # ties count half
    return float(np.mean(below) / len(negative))


def up_to_relabelling(labels: Any, y: Any) -> np.ndarray:
    """Clusters (N,) under names of the classes y (N,), matched one to one so that as many samples as possible agree.

    Clusters beyond the number of classes get names that no class has.  How the clusters were called changes nothing,
    not even where several matchings are equally good.
    """
    labels, y = _alike(labels, y)
    _, first, number = np.unique(labels, return_index=True, return_inverse=True)
    classes, truth = np.unique(y, return_inverse=True)
    clusters = np.argsort(np.argsort(first))[number]  # numbered in the order in which they appear
    if max(len(first), len(classes)) > MOST_KINDS:
        raise ValueError(f"more than {MOST_KINDS} kinds of labels")
    agree = np.zeros((len(first), max(len(first), len(classes))))
    np.add.at(agree, (clusters, truth), 1)
    names = np.append(classes, classes[-1] + 1 + np.arange(len(first)))
    return names[_matching(agree)][clusters]


def _matching(gain: np.ndarray) -> list[int]:
    """A column for each row, no two alike, of the greatest total gain; the best choice for every set of columns."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for row in gain:
        longer: dict[int, tuple[float, list[int]]] = {}
        for used, (total, chosen) in best.items():
            for column in (column for column in range(len(row)) if not used >> column & 1):
                found = (total + float(row[column]), [*chosen, column])
                if found[0] > longer.get(used | 1 << column, (-1.0, []))[0]:
                    longer[used | 1 << column] = found
        best = longer
    return max(best.values(), key=lambda found: found[0])[1]


def _numbers(values: Any, *axes: int) -> np.ndarray:
    """The values as floats in an array with so many axes."""
    if any(isinstance(leaf, (str, bytes)) for leaf in leaves(values)):
        raise TypeError("text where numbers belong")
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim not in axes or not numbers.size or np.isnan(numbers).any():
        raise ValueError("no array of numbers with the axes that are needed")
    return numbers


def _alike(values: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    one, other = _numbers(values, 1), _numbers(y, 1)
    if len(one) != len(other):
        raise ValueError("a value for each sample")
    return one, other
