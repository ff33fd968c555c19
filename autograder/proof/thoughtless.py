"""Answers without any thought, which must earn nothing in any exercise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.judge.implementation import Implementation, InProcess
from autograder.model.bank import BankedExercise


def thoughtless(exercise: BankedExercise) -> dict[str, Implementation]:
    """Answers without any thought, which must earn nothing; a class has methods without any."""

    def build(give: Callable[[tuple[Any, ...]], Any]) -> InProcess:
        def function(*args: Any) -> Any:
            return give(args)

        class Thoughtless:
            def __init__(self, *args: Any) -> None:
                pass

            def __call__(self, *args: Any) -> Any:
                return give(args)

        for method in exercise.methods:
            setattr(Thoughtless, method.removeprefix(f"{exercise.name}."), lambda self, *args: give(args))
        namespace: dict[str, Any] = dict.fromkeys(exercise.functions, function)
        return InProcess({**namespace, exercise.name: Thoughtless} if exercise.methods else namespace)

    return {
        "None": build(lambda args: None),
        "0": build(lambda args: 0.0),
        "its first argument": build(lambda args: args[0] if args else {}),
        "zeros like its first argument": build(lambda args: np.zeros_like(args[0]) if args else []),
        "NaN": build(lambda args: math.nan),
    }
