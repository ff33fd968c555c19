"""Mutants: a solution with one slip of a hurried hand, made by operators on its syntax tree.

What a slip is stands elsewhere (`rules`, `statements`, `names`, `wholes`); here slips are found their places.
"""

from __future__ import annotations

import ast
import builtins
import functools
import itertools
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.build.mutants.names import keyword_dropped, kin_of, renamed
from autograder.build.mutants.patterns import is_constant, rewritten
from autograder.build.mutants.rules import BY_ORDER, EVERYWHERE, MONOTONE, RULES, Rule
from autograder.build.mutants.statements import BLOCK_OPERATORS, BlockOperator, converts, parameters
from autograder.build.mutants.wholes import (
    ARGUMENTS,
    ARGUMENTS_BY_LENGTH,
    RESULTS,
    RESULTS_BY_LENGTH,
    Whole,
    argument,
    argument_by_length,
    default_left,
    everywhere,
    ignored,
    named_output,
    result,
    result_by_length,
    taken_for_each_other,
)

BUDGET = 500  # of one function: the longest solutions of four chapters have about so many, and a bank runs them all

TO_ITSELF = re.compile(r"^ *(\w+) = \1$", re.MULTILINE)  # `w = w`: the same as a step that is missing, which is a kind

COMMUTING = ("maximum", "minimum", "max", "min", "add", "multiply", "logaddexp", "hypot")

RESULT_OPERATORS: dict[str, Whole] = {
    **{kind: functools.partial(result, template) for kind, template in RESULTS.items()},
    **{kind: functools.partial(result_by_length, template) for kind, template in RESULTS_BY_LENGTH.items()},
}
ARGUMENT_OPERATORS: dict[str, Whole] = {
    **{kind: functools.partial(argument, template) for kind, template in ARGUMENTS.items()},
    **{kind: functools.partial(argument_by_length, template) for kind, template in ARGUMENTS_BY_LENGTH.items()},
    "ignored": ignored,
}
KINDS = tuple(dict.fromkeys((*RESULT_OPERATORS, *RULES, *BLOCK_OPERATORS, *ARGUMENT_OPERATORS, "default", "names")))


@dataclass(frozen=True)
class Mutant:
    """A wrong answer made of a right one.

    kind    of slip: the code of its sentence.
    values  for that sentence, public names alone: the `output` that it concerns, the `argument`.
    source  the whole answer cell.
    """

    kind: str
    values: Mapping[str, str] = field(hash=False)
    source: str


def mutants(source: str, function: str, outputs: Sequence[str] = (), budget: int = BUDGET) -> Iterator[Mutant]:
    """Mutants of one function of an answer cell, or of a method ("KMeans.fit"), simplest explanation first.

    Each is Python, and none is given twice.  `outputs` names the parts of the tuple that the function returns.  A
    function without parameters is a choice or a constant: its mutants would be answers, so there are none.
    Raises LookupError where the source has no such function.
    """
    tree = ast.parse(source)
    defined = _find(tree, function)
    if not parameters(defined):
        return
    seen = {_essence(ast.unparse(tree))}  # of two trees with one text the program is the same
    for kind, values, place, new in _slips(defined, tuple(outputs)):
        text = place.text_with(new, tree)
        if TO_ITSELF.search(text) or not is_python(text) or (essence := _essence(text)) in seen:
            continue
        if len(seen) > budget:
            return
        seen.add(essence)
        yield Mutant(kind, values, ast.unparse(ast.parse(text)) + "\n")  # no parentheses that are not needed


@dataclass(frozen=True)
class _Place:
    """Where a node, or a whole block, hangs in the tree; `output` is the part of the result that is made there."""

    holder: Any
    key: str
    number: int | None = None
    output: str = ""

    @property
    def node(self) -> Any:
        value = getattr(self.holder, self.key)
        return value if self.number is None else value[self.number]

    def put(self, node: Any) -> None:
        if self.number is None:
            setattr(self.holder, self.key, node)
        else:
            getattr(self.holder, self.key)[self.number] = node

    def text_with(self, new: Any, tree: ast.Module) -> str:
        """The tree's text with another node here."""
        old = self.node
        self.put(new)
        try:
            return ast.unparse(ast.fix_missing_locations(tree))
        finally:
            self.put(old)


Slip = tuple[str, Mapping[str, str], _Place, Any]


def _slips(function: ast.FunctionDef, outputs: tuple[str, ...]) -> Iterator[Slip]:
    """Every slip with its place, kind by kind."""
    body = _Place(function, "body")
    expressions, blocks = list(_expressions(function, outputs)), list(_blocks(function))

    def whole(kind: str, operator: Whole) -> Iterator[Slip]:
        return ((kind, values, body, new) for values, new in operator(function, outputs))

    def each(kind: str, operator: Callable[[ast.expr], Iterator[ast.expr]]) -> Iterator[Slip]:
        places = (place for place in expressions if not _is_no_slip(kind, place))
        return ((kind, named_output(p.output), p, new) for p in places for new in operator(p.node))

    def each_block(kind: str, operator: BlockOperator) -> Iterator[Slip]:
        return ((kind, {}, place, new) for place in blocks for new in operator(function, place.node))

    yield from itertools.chain(
        *(whole(kind, operator) for kind, operator in RESULT_OPERATORS.items()),
        *(each(kind, functools.partial(_by_rules, rules)) for kind, rules in RULES.items()),
        *(whole(kind, functools.partial(everywhere, RULES[kind])) for kind in EVERYWHERE),
        *(each_block(kind, operator) for kind, operator in BLOCK_OPERATORS.items()),
        *(whole(kind, operator) for kind, operator in ARGUMENT_OPERATORS.items()),
        whole("default", default_left),
        each("default", keyword_dropped),
        whole("names", taken_for_each_other),
        each("names", functools.partial(renamed, kin_of(function))),
    )


def _is_no_slip(kind: str, place: _Place) -> bool:
    """Whether it could only give what is right (a conversion less, another scale where only the order counts).

    Or results in another order, of which `judge/explain` says more.
    """
    if kind == "results" and isinstance(place.holder, ast.Return):
        return True
    if kind == "call_missing":
        return converts(place.node)
    if kind == "twice":
        return not _calls_own_function(place.node)
    within = ast.unparse(place.holder.func) if isinstance(place.holder, ast.Call) and place.key == "args" else ""
    return kind in MONOTONE and within.endswith(BY_ORDER)


def _calls_own_function(node: ast.AST) -> bool:
    """Whether a function is called by its bare name, and is none of Python's."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not hasattr(builtins, node.func.id)


def _by_rules(rules: Sequence[Rule], node: ast.expr) -> Iterator[ast.expr]:
    for pattern, *templates in rules:
        yield from rewritten(node, pattern, tuple(templates))


def _expressions(function: ast.FunctionDef, outputs: tuple[str, ...]) -> Iterator[_Place]:
    """Places of expressions whose value is used, in the order of the text; constants of an index are no formula."""

    def below(node: ast.AST, output: str, made: Mapping[int, str]) -> Iterator[_Place]:
        made = {**made, **_outputs_made(node, outputs)}
        for key, value in ast.iter_fields(node):
            if key == "slice" and is_constant(value):
                continue
            for number, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST):
                    continue
                concerned = made.get(id(child), output)
                if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
                    yield _Place(node, key, number, concerned)
                yield from below(child, concerned, made)

    for statement in function.body:
        yield from below(statement, "", {})


def _outputs_made(node: ast.AST, outputs: tuple[str, ...]) -> dict[int, str]:
    """Which output an expression of a statement makes, by the expression's id."""
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == len(outputs):
        return {id(part): output for part, output in zip(node.value.elts, outputs, strict=True)}
    if isinstance(node, (ast.Assign, ast.AugAssign)) and node.value is not None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts, strict=False))
        return {id(value): ast.unparse(one) for one, value in pairs if ast.unparse(one) in outputs}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        changed = ast.unparse(node.value.func.value)  # losses.append(…)
        return {id(node.value): changed} if changed in outputs else {}
    return {}


def _blocks(function: ast.FunctionDef) -> Iterator[_Place]:
    for node in ast.walk(function):
        for key in ("body", "orelse"):
            block = getattr(node, key, None)
            if isinstance(block, list) and block:
                yield _Place(node, key)


def _find(tree: ast.Module, function: str) -> ast.FunctionDef:
    inside: list[ast.stmt] = tree.body
    *classes, name = function.split(".")
    for wanted in classes:
        inside = next((node.body for node in inside if isinstance(node, ast.ClassDef) and node.name == wanted), [])
    found = [node for node in inside if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        raise LookupError(f"the source has no function {function!r}")
    return found[-1]


def _essence(text: str) -> str:
    """The text with what may be written in two ways, which are the same, in one of them."""
    return ast.unparse(_OneWay().visit(ast.parse(text)))


class _OneWay(ast.NodeTransformer):
    """Writes `(b - a) ** 2` as `(a - b) ** 2`, and the arguments of what commutes in one order."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.BinOp(one, ast.Sub(), other), ast.Pow(), ast.Constant(2)):
                first, last = sorted((one, other), key=ast.unparse)
                return ast.BinOp(ast.BinOp(first, ast.Sub(), last), node.op, node.right)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if ast.unparse(node.func).rpartition(".")[2] in COMMUTING and len(node.args) == 2:
            return ast.Call(node.func, sorted(node.args, key=ast.unparse), node.keywords)
        return node


def is_python(text: str) -> bool:
    """Whether it compiles, however odd what it says: Python warns of calling a tuple, say."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(text, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
