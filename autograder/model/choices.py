"""What an author writes down about an exercise whose answer is a dict of choices from one list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograder.model import tools
from autograder.model.criteria import OneOf
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Case, Exercise, Group, Mistake, Variant
from autograder.model.texts import LANGUAGES

AN_OPTION = "one of the options"  # all that `check` may know of a choice


def chosen(impl: Any, case: Case) -> Any:
    """What was chosen for each of the case's items, None for an item without an answer; `case.told` has other words.

    Case, blanks, hyphens and quotes do not matter.  It is stored with a bank, so it sees `tools` alone.
    """
    choices = {tools.plain(key): word for key, word in getattr(impl, case.question)().items()}
    words = {item: choices.get(tools.plain(item)) for item in case.items}
    return {item: None if word is None else case.told.get(tools.plain(word), word) for item, word in words.items()}


@dataclass(frozen=True)
class Choices:
    """The grading record of a question whose answer is a dict: for each item one of the options.

    reference  the function of the reference module that returns the right dict; the exercise is called as it is.
    items      titles (en, zh) by key; several keys together earn their share only if all of them are right.
    mistakes   hints (en, zh) by key and wrong option: {("xray", "transfer"): …}; of several keys one after the other.
    variants   as for an Exercise.

    `check` tells only whether each item has an answer from the list.  A wrong choice costs its own item alone.
    """

    points: float
    reference: Callable[[], Mapping[str, str]]
    options: tuple[str, ...] | list[str]
    items: Mapping[str | tuple[str, ...], tuple[str, str]]
    mistakes: Mapping[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    variants: tuple[Variant, ...] | list[Variant] = ()

    def __post_init__(self) -> None:
        for what, texts in (*self.items.items(), *self.mistakes.items()):
            if isinstance(texts, str) or len(texts) != len(LANGUAGES):
                raise AuthoringError(
                    f"{what!r} has the text {texts!r}: it is one for {' and one for '.join(LANGUAGES)}"
                )
        right = {key: tools.plain(word) for key, word in self.reference().items()}
        options = set(map(tools.plain, self.options))
        if len(options) < max(2, len(self.options)):
            raise AuthoringError(f"options={self.options!r}: it is at least two that differ in letters or digits")
        keys = [key for item in self.items for key in _keys(item)]
        if sorted(keys) != sorted(right):
            raise AuthoringError(f"items has the keys {sorted(keys)}, the reference returns {sorted(right)}")
        for key, word in right.items():
            if word not in options:
                raise AuthoringError(f"the reference's {word!r} for {key!r} is none of the options")
        for named in self.mistakes:
            wrong = _choices(named)
            if (
                len(named) % 2
                or not wrong
                or not set(wrong) <= set(right)
                or not set(wrong.values()) <= {*self.options}
            ):
                raise AuthoringError(f"the mistake {named!r} is no key of an item and one of the options")
            if any(right[key] == tools.plain(option) for key, option in wrong.items()):
                raise AuthoringError(f"the mistake {named!r} is the right answer")

    def as_exercise(self) -> Exercise:
        """The same as an exercise: a group for each item, and "form", which `check` has in their place."""
        keys = tuple(key for item in self.items for key in _keys(item))
        masked = {tools.plain(option): AN_OPTION for option in self.options}
        form = Case("answers from the list", zh="答案出自列表", graded=False, **self._inputs(keys, masked))
        groups = [Group("form", partial(_just, form))]
        for item, (en, zh) in self.items.items():
            name = " + ".join(_keys(item))
            case = Case(name, zh=zh, public=False, **self._inputs(_keys(item), {}))
            groups.append(Group(name, partial(_just, case), en=en, zh=zh))
        mistakes = [
            Mistake(re.sub(r"\W+", "_", "_".join(named)), choices=_choices(named), en=en, zh=zh)
            for named, (en, zh) in self.mistakes.items()
        ]
        return Exercise(
            points=self.points, reference=self.reference, observe=chosen, tolerance=OneOf(tuple(self.options)),
            groups=groups, mistakes=mistakes, variants=self.variants,
        )  # fmt: skip

    def _inputs(self, keys: tuple[str, ...], told: Mapping[str, str]) -> dict[str, Any]:
        return {"question": self.reference.__name__, "items": list(keys), "told": dict(told)}


def _just(case: Case, rng: np.random.Generator) -> Iterator[Case]:
    yield case


def _keys(item: str | tuple[str, ...]) -> tuple[str, ...]:
    return (item,) if isinstance(item, str) else item


def _choices(named: tuple[str, ...]) -> dict[str, str]:
    """The wrong option by key of a mistake, whose name has them one after the other."""
    return dict(zip(named[::2], named[1::2], strict=False))
