"""What a field of a message lets through: each `read` gives the value, or raises `Malformed` for anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from autograder.model.plain import Malformed

MAX_TEXT = 4000  # characters of a name or of an error's message
MAX_LINE = 10**6

Read: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """How a field travels.  `read` gets JSON data, or what was unpacked where the field is `packed` plain data."""

    read: Read
    packed: bool = False


def exactly(kind: type) -> Read:
    """Values of this very type; a truth value is no integer."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise Malformed(f"this is no {kind.__name__}")
        return value

    return read


_text, _list, _object = exactly(str), exactly(list), exactly(dict)


def tuple_of(read: Read) -> Read:
    """A list, as a tuple of what `read` makes of its items."""
    return lambda value: tuple(map(read, _list(value)))


def or_none(read: Read) -> Read:
    """None, or what `read` lets through."""
    return lambda value: None if value is None else read(value)


def one_of(*texts: str) -> Read:
    """One of these texts, or of these members of an enum by its value."""
    known = {str(text): text for text in texts}

    def read(value: Any) -> str:
        if type(value) is not str or value not in known:
            raise Malformed(f"this is none of {', '.join(known)}")
        return known[value]

    return read


def keywords(value: Any) -> dict[str, Any]:
    """Keyword arguments."""
    if type(value) is not dict or not all(type(name) is str for name in value):
        raise Malformed("keyword arguments have names")
    return value


def _place(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("this is no place")
    return value


def _line(value: Any) -> int | None:
    return value if type(value) is int and 0 < value < MAX_LINE else None


Flag: TypeAlias = Annotated[bool, Field(exactly(bool))]
Name: TypeAlias = Annotated[str, Field(lambda value: _text(value)[:MAX_TEXT])]
Text: TypeAlias = Annotated[str, Field(_text)]
Texts: TypeAlias = Annotated[tuple[str, ...], Field(tuple_of(_text))]
Line: TypeAlias = Annotated[int | None, Field(_line)]
Places: TypeAlias = Annotated[tuple[int, ...], Field(tuple_of(_place))]
SomePlaces: TypeAlias = Annotated[tuple[int, ...] | None, Field(or_none(tuple_of(_place)))]
Value: TypeAlias = Annotated[Any, Field(lambda value: value, packed=True)]
Arguments: TypeAlias = Annotated[tuple[Any, ...], Field(exactly(tuple), packed=True)]
SomeArguments: TypeAlias = Annotated[tuple[Any, ...] | None, Field(or_none(exactly(tuple)), packed=True)]
Keywords: TypeAlias = Annotated[dict[str, Any], Field(keywords, packed=True)]


def _datum(kind: str, datum: Any) -> Any:
    """Text, or JSON for the kinds that are JSON."""
    if type(datum) is str or kind == "application/json" or kind.endswith("+json"):
        return datum
    return json.dumps(datum)


def _count(value: Any) -> int | None:
    return value if type(value) is int else None


def _data(value: Any) -> dict[str, Any]:
    return {kind: _datum(kind, datum) for kind, datum in _object(value).items()}


_DISPLAY: dict[str, Read] = {"data": _data, "metadata": _object}
_OUTPUTS: dict[str, dict[str, Read]] = {
    "stream": {"name": one_of("stdout", "stderr"), "text": _text},
    "error": {"ename": _text, "evalue": _text, "traceback": lambda value: list(map(_text, _list(value)))},
    "display_data": _DISPLAY,
    "execute_result": {**_DISPLAY, "execution_count": _count},
}


def _output(value: Any) -> dict[str, Any]:
    """One nbformat output, rebuilt from the parts that nbformat knows."""
    kind = _object(value).get("output_type")
    if type(kind) is not str or kind not in _OUTPUTS:
        raise Malformed("this is no kind of output")
    return {"output_type": kind, **{name: read(value.get(name)) for name, read in _OUTPUTS[kind].items()}}


Outputs: TypeAlias = Annotated[tuple[dict[str, Any], ...], Field(tuple_of(_output))]
