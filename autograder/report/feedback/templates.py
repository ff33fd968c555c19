"""What all pages share: the templates, the titles of exercises, and the order in which these stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.model.texts import Text, in_language, sentence
from autograder.model.verdict import MARKS
from autograder.report.feedback import inline
from autograder.report.feedback.figures import moment, number, outcome_name, unit

Named = TypeVar("Named")


@cache
def environment() -> Environment:
    """The templates, with every value escaped unless it says that it is HTML."""
    result = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result.filters |= {
        "zip": zip,
        "inline": inline.to_html,
        "moment": moment,
        "number": number,
        "readable": inline.readable,
    }
    result.globals |= {
        "unit": unit,
        "outcome_name": outcome_name,
        "MARKS": MARKS,
        "text": in_language,
        "sentence": sentence,
    }
    return result


def title_of(name: str, titles: Mapping[str, Text], language: str) -> str:
    """The title of an exercise; a readable form of its name where none is known."""
    return in_language(titles.get(name, {}), language) or inline.readable(name)


def in_lesson_order(entries: Iterable[Named], titles: Mapping[str, Text], name: Callable[[Named], str]) -> list[Named]:
    """Entries as `titles` orders their names; those that it does not know stay behind, in their own order."""
    places = {known: place for place, known in enumerate(titles)}
    return sorted(entries, key=lambda entry: places.get(name(entry), len(places)))
