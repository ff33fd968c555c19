"""Rewriting an expression: patterns and templates are expressions themselves, in which some names stand for any other.

`a` to `f` match any expression, `n` a number; `*more` and `**named` the further arguments of a call.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from typing import Any

ANY, NUMBER = frozenset("abcdef"), "n"
MORE, NAMED = "more", "named"
UNSEEN = ("ctx", "kind", "type_comment")  # fields that do not change what an expression is

Found = dict[str, Any]
"""What each name of a pattern stands for: an expression, or lists of arguments and keywords."""


@functools.lru_cache(maxsize=1024)
def expression(text: str) -> ast.expr:
    """The syntax tree of an expression; it is shared, so nobody may change it."""
    return ast.parse(text, mode="eval").body


def is_constant(node: ast.AST) -> bool:
    """Whether no name stands in it: as an index it picks an entry, and is no formula."""
    return not any(isinstance(part, ast.Name) for part in ast.walk(node))


def match(pattern: ast.AST, node: ast.AST, found: Found) -> bool:
    """Whether a node has the form of a pattern; `found` receives what its names stand for."""
    if isinstance(pattern, ast.Name) and (pattern.id in ANY or pattern.id == NUMBER):
        if pattern.id == NUMBER and not (isinstance(node, ast.Constant) and isinstance(node.value, (int, float))):
            return False
        return isinstance(node, ast.expr) and ast.dump(found.setdefault(pattern.id, node)) == ast.dump(node)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return match(pattern.func, node.func, found) and _match_arguments(pattern, node, found)
    return all(
        _match_field(getattr(pattern, field), getattr(node, field), found)
        for field in pattern._fields
        if field not in UNSEEN
    )


def _match_field(wanted: Any, given: Any, found: Found) -> bool:
    if isinstance(wanted, list):
        return len(wanted) == len(given) and all(_match_field(w, g, found) for w, g in zip(wanted, given, strict=True))
    if isinstance(wanted, ast.AST):
        return isinstance(given, ast.AST) and match(wanted, given, found)
    return type(wanted) is type(given) and bool(wanted == given)


def _match_arguments(pattern: ast.Call, node: ast.Call, found: Found) -> bool:
    """Arguments in order, keywords in any; what is beyond those of the pattern goes to `*more` and `**named`."""
    wanted = [argument for argument in pattern.args if not isinstance(argument, ast.Starred)]
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    keywords = {keyword.arg: keyword.value for keyword in pattern.keywords if keyword.arg}
    more = node.args[len(wanted) :]
    named = [keyword for keyword in node.keywords if keyword.arg not in keywords]
    for name, rest, takes_rest in (
        (MORE, more, len(wanted) < len(pattern.args)),
        (NAMED, named, len(keywords) < len(pattern.keywords)),
    ):
        if takes_rest:
            found[name] = rest
        elif rest:
            return False
    return (
        len(node.args) >= len(wanted)
        and all(match(one, other, found) for one, other in zip(wanted, node.args, strict=False))
        and all(name in given and match(value, given[name], found) for name, value in keywords.items())
    )


def fill(template: ast.AST, found: Found) -> Any:
    """A new expression of the form of a template, with what was found in the places of its names."""
    if isinstance(template, ast.Name) and template.id in found:
        return found[template.id]
    if isinstance(template, ast.Call):
        return ast.Call(
            fill(template.func, found),
            [part for argument in template.args for part in _filled(argument, found)],
            [part for keyword in template.keywords for part in _filled(keyword, found)],
        )
    return type(template)(**{field: _fill_field(value, found) for field, value in ast.iter_fields(template)})


def _filled(part: ast.AST, found: Found) -> list[Any]:
    """An argument or a keyword, or all that `*more` and `**named` stand for."""
    if isinstance(part, ast.Starred) and ast.unparse(part.value) == MORE:
        return list(found[MORE])
    if isinstance(part, ast.keyword) and part.arg is None:
        return list(found[NAMED])
    return [fill(part, found)]


def _fill_field(value: Any, found: Found) -> Any:
    if isinstance(value, list):
        return [_fill_field(part, found) for part in value]
    return fill(value, found) if isinstance(value, ast.AST) else value


def rewritten(node: ast.expr, pattern: str, templates: tuple[str, ...]) -> Iterator[ast.expr]:
    """What the templates make of a node that has the form of the pattern; nothing where it has another."""
    found: Found = {}
    if match(expression(pattern), node, found):
        yield from (fill(expression(template), found) for template in templates)
