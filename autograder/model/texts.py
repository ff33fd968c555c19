"""Every sentence and word that a student or a teacher reads, by its code: one file a language, `en.toml` and its likes.

What was seen is kept as a code with its values and becomes words where it is shown.  The tables under `page` hold the
words of pages, whose names stand in front of their keys: "feedback.total".  What authors write (titles, hints, names
of cases) is a `Text` of theirs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

_FOLDER = Path(__file__).parent
_ORIGINAL = "en"  # the language that chapters are written in first, and that stands in for an unknown one
LANGUAGES = (_ORIGINAL, *sorted(file.stem for file in _FOLDER.glob("*.toml") if file.stem != _ORIGINAL))
AS_SAID = "as_said"  # the value that is the whole sentence: a Text, of gradings from before there were codes for all

FULL_WIDTH = tuple("：，。；、？！（）“”")
"""Marks beside which no space stands: a value brings one along where it begins or ends with other than Chinese."""

Text = Mapping[str, str]
"""A message in every language: {"en": …, "zh": …}."""

Values = Mapping[str, Any]
"""What fills a sentence, plain JSON data: numbers, text, a `Text`, a `part` of a sentence, or a list of these."""


class Said(Protocol):
    """A code and its values."""

    @property
    def code(self) -> str: ...
    @property
    def values(self) -> Values: ...


def sentence(said: Said, language: str) -> str:
    """What a finding or a note says.  Raises KeyError where no sentence has this code, or a value of its is missing."""
    if AS_SAID in said.values:
        return in_language(said.values[AS_SAID], language)
    return say(said.code, language, **said.values)


def say(code: str, language: str, /, **values: Any) -> str:
    """The text `code` with its values filled in.  Raises KeyError as `sentence` does."""
    template = texts(language if language in LANGUAGES else _ORIGINAL)[code]
    said = ""
    for literal, name, _, _ in Formatter().parse(template):
        said = (said.removesuffix(" ") if literal.startswith(FULL_WIDTH) else said) + literal
        if name is not None:
            value = in_words(values[name], language)
            said += value.removeprefix(" ") if not said or said.endswith(FULL_WIDTH) else value
    return said


def in_every_language(code: str, /, **values: Any) -> Text:
    """The same in all languages."""
    return {language: say(code, language, **values) for language in LANGUAGES}


def part(code: str, **values: Any) -> dict[str, Any]:
    """A part of a sentence, to be a value of it: "an array of shape (3,)"."""
    return {"code": code, "values": values}


def in_language(text: Text, language: str) -> str:
    """The text in a language, or in the first language that it has."""
    return text.get(language) or next((text[each] for each in LANGUAGES if text.get(each)), "")


def in_words(value: Any, language: str) -> str:
    """What a value of a sentence says."""
    if isinstance(value, list):
        return say("comma", language).join(in_words(each, language) for each in value)
    if isinstance(value, Mapping):
        return say(value["code"], language, **value["values"]) if "code" in value else in_language(value, language)
    return str(value)


@cache
def group_titles() -> Mapping[str, Text]:
    """The common titles of groups of cases, by the group's name."""
    codes = [code for code in texts(_ORIGINAL) if code.startswith("group.")]
    return {code.removeprefix("group."): in_every_language(code) for code in codes}


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its code, read once.  Raises ValueError where two have the same code."""
    tables = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    pages = tables.pop("page")
    entries = [entry for table in tables.values() for entry in table.items()]
    entries += [(f"{page}.{key}", text) for page, table in pages.items() for key, text in table.items()]
    found = dict(entries)
    if len(found) < len(entries):
        raise ValueError(f"{language}.toml has two texts of one code")
    return found
