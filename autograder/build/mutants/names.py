"""Slips in what is handed on: a name for another of its kind, a keyword that is left out."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence

from autograder.build.mutants.statements import assigned, parameters

OWN_KIND = ("axis", "keepdims", "ddof")  # keywords that a rule of their own drops


def keyword_dropped(node: ast.expr) -> Iterator[ast.expr]:
    """A call without one of its keywords, which then has its default."""
    if isinstance(node, ast.Call):
        for keyword in (
            keyword for keyword in node.keywords if keyword.arg and keyword.arg not in (*OWN_KIND, "dtype")
        ):
            yield ast.Call(node.func, node.args, [other for other in node.keywords if other is not keyword])


def renamed(kin: Mapping[str, Sequence[str]], node: ast.expr) -> Iterator[ast.expr]:
    """Another name of the same kind for one that is read."""
    if isinstance(node, ast.Name):
        for name in kin.get(node.id, ()):
            yield ast.Name(name, ast.Load())


def kin_of(function: ast.FunctionDef) -> dict[str, list[str]]:
    """For each variable those of its kind.

    Of a kind are neighbouring parameters, names in one tuple (`mu, sd`), and names with a part in common (`x_train`,
    `x_test`; `w`, `w_new`).
    """
    variables = list(dict.fromkeys([*parameters(function), *assigned(function)]))
    together = set(itertools.pairwise(parameters(function)))
    for node in ast.walk(function):
        if isinstance(node, ast.Tuple):
            names = [part.id for part in node.elts if isinstance(part, ast.Name)]
            together |= set(itertools.combinations(names, 2))

    def alike(one: str, other: str) -> bool:
        return {(one, other), (other, one)} & together != set() or bool(set(one.split("_")) & set(other.split("_")))

    return {one: [other for other in variables if other != one and alike(one, other)] for one in variables}
