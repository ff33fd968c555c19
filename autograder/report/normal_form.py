"""What two answers have in common that differ in nothing but names, comments and layout."""

from __future__ import annotations

import ast
import hashlib
import warnings
from functools import lru_cache
from typing import Any

from autograder.model.comments import squeezed

LONGEST = 20_000  # characters of an answer that is parsed; what is longer is compared as text
SHORTEST = 40  # characters of a text in words: "I do not know" is anybody's


@lru_cache(maxsize=4096)  # what students were given is handed in by many
def form_of_code(source: str) -> str:
    """A hash of what an answer does, or of its text where that is no Python.

    Comments, docstrings, annotations and layout make no difference, nor do the names that the answer gives to its own
    functions, arguments and variables.  "" for an answer without a statement.
    """
    tree = _parsed(source)
    if tree is None:
        return _hash(squeezed(source)) if source.strip() else ""
    written: list[_Written] = []
    own: set[str] = set()
    try:
        _write(tree.body, written, own)
    except RecursionError:
        return _hash(squeezed(source))
    if written == ["[", "]"]:
        return ""
    numbers: dict[str, str] = {}
    return _hash(" ".join(each if isinstance(each, str) else _numbered(*each, own, numbers) for each in written))


def form_of_words(text: str) -> str:
    """A hash of what an answer says, whatever its layout; "" where it is too short to be somebody's own."""
    words = squeezed(text).casefold()
    return _hash(words) if len(words) >= SHORTEST else ""


_Written = str | tuple[str]
"""A part of a tree as text; a name in a tuple."""

_NAMED = {  # where a node has a name that may be the answer's own; names of modules are everybody's
    ast.Name: "id",
    ast.arg: "arg",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
}
_LEFT_OUT = ("annotation", "returns", "ctx", "type_comment", "kind")  # ctx: it follows from the place


def _write(node: Any, written: list[_Written], own: set[str]) -> None:
    """The tree as text, in one walk: a class of 500 has 12,500 answers.  `own` takes the names that are bound there."""
    if isinstance(node, list):
        written.append("[")
        for each in node:
            if not _says_nothing(each):
                _write(each, written, own)
        written.append("]")
    elif not isinstance(node, ast.AST):
        written.append(repr(node))
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        _write(ast.Assign([node.target], node.value), written, own)
    else:
        kind = type(node)
        written.append(kind.__name__)
        named = _NAMED.get(kind)
        for field in kind._fields:
            value = getattr(node, field, None)
            if field == named and value is not None:
                written.append((value,))
                if kind is not ast.Name or isinstance(node.ctx, ast.Store):  # type: ignore[attr-defined]
                    own.add(value)
            elif field not in _LEFT_OUT:
                _write(value, written, own)


def _says_nothing(line: object) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def _numbered(name: str, own: set[str], numbers: dict[str, str]) -> str:
    """An own name as a number, in the order in which they come."""
    return numbers.setdefault(name, f"#{len(numbers)}") if name in own else name


def _parsed(source: str) -> ast.Module | None:
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a student's escapes and comparisons
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
