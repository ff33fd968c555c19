"""What a wrong result is a copy of: an input as it came in, or its sum, its product, its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.judge.describe import output_in_words
from autograder.judge.explain import Pair, pairs_by_path
from autograder.judge.observe import Seen
from autograder.judge.probes import array_of, same
from autograder.model.texts import part
from autograder.model.verdict import Finding

SUMMARIES: dict[str, Callable[[np.ndarray], Any]] = {
    "the_sum": np.sum,
    "the_product": np.prod,
    "the_mean": np.mean,
    "the_largest": np.max,
    "the_smallest": np.min,
    "the_length": np.size,
}


def resemblances(failing: Sequence[Seen]) -> Iterator[Finding]:
    """The inputs of which a wrong part of the result is a copy, or a summary, on every failing case."""
    for path, pairs in pairs_by_path(failing).items():
        output = output_in_words(path)
        for name in pairs[0].case.inputs if _is_enough(pairs) else ():
            inputs = [array_of(pair.case.inputs.get(name)) for pair in pairs]
            arrays = [array for array in inputs if array is not None and array.size]
            if len(arrays) < len(pairs):
                continue
            if _are(pairs, arrays):
                yield Finding("is_an_input", {"output": output, "input": f"`{name}`"})
            for code, summary in SUMMARIES.items():
                if min(array.size for array in arrays) > 1 and _are(pairs, [np.asarray(summary(a)) for a in arrays]):
                    yield Finding("is_of_an_input", {"output": output, "input": f"`{name}`", "what": part(code)})


def _are(pairs: Sequence[Pair], arrays: Sequence[np.ndarray]) -> bool:
    """Whether the wrong arrays are these."""
    return all(same(pair.actual, array) for pair, array in zip(pairs, arrays, strict=True))


def _is_enough(pairs: Sequence[Pair]) -> bool:
    """Whether what holds is no coincidence: a few small whole numbers may be many things."""
    numbers = np.concatenate([pair.actual.ravel() for pair in pairs])
    return len(np.unique(numbers)) > 1 and bool(np.abs(numbers).max() > 9 or (numbers % 1).any())
