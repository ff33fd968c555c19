"""Slips of a function as a whole: its result is a simple function of the right one, or an argument is."""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from autograder.build.mutants.patterns import expression, fill, is_constant, rewritten
from autograder.build.mutants.rules import Rule
from autograder.build.mutants.statements import Block, parameters, read, statement

Values = dict[str, str]
Whole = Callable[[ast.FunctionDef, Sequence[str]], Iterator[tuple[Values, Block]]]

RESULTS = {  # what is returned for `a`, or for one part of it
    "ratio_negative": "-np.asarray(a)",
    "ratio_double": "2 * np.asarray(a)",
    "ratio_half": "np.asarray(a) / 2",
    "summed": "sum(a)",  # which refuses a single number
    "averaged": "sum(a) / len(a)",
    "first_missing": "a[1:]",
    "last_missing": "a[:-1]",
    "sorted": "np.sort(a)",
    "reversed": "np.asarray(a)[..., ::-1]",
}
RESULTS_BY_LENGTH = {  # where the length of an argument `b` comes in
    "ratio_1_n": "np.asarray(a) / len(b)",
    "ratio_n": "np.asarray(a) * len(b)",
    "ratio_1_2n": "np.asarray(a) / (2 * len(b))",
    "ratio_n_1": "np.asarray(a) * len(b) / (len(b) - 1)",
}
ARGUMENTS = {  # what an argument `a` is taken for
    "argument_negative": "-a",
    "argument_double": "2 * a",
    "argument_half": "a / 2",
    "argument_squared": "a ** 2",
    "argument_inverse": "1 / a",
    "argument_sign": "np.sign(a)",
    "argument_absolute": "np.abs(a)",
}
ARGUMENTS_BY_LENGTH = {"argument_n": "a * len(b)", "argument_1_n": "a / len(b)"}
SCALES = ("argument_double", "argument_half", *ARGUMENTS_BY_LENGTH)  # what leaves an argument its direction


def result(template: str, function: ast.FunctionDef, outputs: Sequence[str]) -> Iterator[tuple[Values, Block]]:
    """The whole result, or one of its parts, is a simple function of the right one."""
    yield {}, _returning(function, template, "", None)
    for part, output in enumerate(outputs):
        yield named_output(output), _returning(function, template, "", part)


def result_by_length(
    template: str, function: ast.FunctionDef, outputs: Sequence[str]
) -> Iterator[tuple[Values, Block]]:
    """The same, where the length of an argument comes in: a sum for a mean, or the reverse."""
    for part in (None, *range(len(outputs))):
        for name in parameters(function):
            values = {} if part is None else named_output(outputs[part])
            yield {"argument": name, **values}, _returning(function, template, name, part)


def argument(template: str, function: ast.FunctionDef, outputs: Sequence[str]) -> Iterator[tuple[Values, Block]]:
    """An argument is taken for a simple function of it, throughout."""
    for name in _amounts(function):
        new = fill(expression(template), {"a": ast.Name(name, ast.Load())})
        yield {"argument": name}, _begun_with(function, f"{name} = {ast.unparse(new)}")


def argument_by_length(
    template: str, function: ast.FunctionDef, outputs: Sequence[str]
) -> Iterator[tuple[Values, Block]]:
    """The same, where the length of another argument comes in."""
    for name, other in itertools.product(_amounts(function), parameters(function)):
        if name == other:
            continue
        new = fill(expression(template), {"a": ast.Name(name, ast.Load()), "b": ast.Name(other, ast.Load())})
        yield {"argument": name, "other": other}, _begun_with(function, f"{name} = {ast.unparse(new)}")


def ignored(function: ast.FunctionDef, outputs: Sequence[str]) -> Iterator[tuple[Values, Block]]:
    """An argument stands for 0 or 1, or for 0, 1, 2 …, whatever it is."""
    for name in (name for name in parameters(function) if name in read(function)):
        for stand_in in (f"{name} * 0", f"{name} * 0 + 1", f"np.arange(len({name}))"):
            yield {"argument": name}, _begun_with(function, f"{name} = {stand_in}")


def default_left(function: ast.FunctionDef, outputs: Sequence[str]) -> Iterator[tuple[Values, Block]]:
    """An argument that has a default is never used: the default is."""
    args = function.args
    with_default = (args.posonlyargs + args.args)[len(args.posonlyargs + args.args) - len(args.defaults) :]
    pairs = [*zip(with_default, args.defaults, strict=True), *zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    for taken, default in pairs:
        if default is not None:
            yield {"argument": taken.arg}, _begun_with(function, f"{taken.arg} = {ast.unparse(default)}")


def taken_for_each_other(function: ast.FunctionDef, outputs: Sequence[str]) -> Iterator[tuple[Values, Block]]:
    """Two neighbouring arguments are taken for each other throughout."""
    names = parameters(function)
    for one, other in itertools.pairwise(names):
        yield {}, _begun_with(function, f"{one}, {other} = {other}, {one}")


def everywhere(
    rules: Sequence[Rule], function: ast.FunctionDef, outputs: Sequence[str]
) -> Iterator[tuple[Values, Block]]:
    """One misconception, several places: a rule of a kind is followed wherever it can be."""
    for number in range(max(map(len, rules)) - 1):
        following = _Everywhere(rules, number)
        body = [following.visit(copy.deepcopy(node)) for node in function.body]
        if following.places > 1:
            yield {}, body


def named_output(output: str) -> Values:
    """What a sentence may call a part of the result; a part without a name is not mentioned."""
    return {"output": output} if output and not output.startswith("[") else {}


def _amounts(function: ast.FunctionDef) -> list[str]:
    """The arguments but those that are only asked whether they are true: a flag has no size."""
    nodes = list(ast.walk(function))
    asked = [node.test for node in nodes if isinstance(node, (ast.If, ast.IfExp))]
    asked += [node.operand for node in nodes if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    flags = {node.id for node in names if node in asked} - {node.id for node in names if node not in asked}
    return [name for name in parameters(function) if name not in flags]


def _begun_with(function: ast.FunctionDef, text: str) -> Block:
    docstring = 1 if ast.get_docstring(function, clean=False) is not None else 0
    return [*function.body[:docstring], statement(text), *function.body[docstring:]]


def _returning(function: ast.FunctionDef, template: str, argument: str, part: int | None) -> Block:
    new = _InTemplate(template, argument, part)
    return [new.visit(copy.deepcopy(node)) for node in function.body]


class _Everywhere(ast.NodeTransformer):
    """Rewrites every expression by the first rule that it fits; `number` says by which of a rule's templates."""

    def __init__(self, rules: Sequence[Rule], number: int) -> None:
        self._rules, self._number, self.places = rules, number, 0

    def visit(self, node: ast.AST) -> Any:
        if isinstance(node, ast.Subscript) and is_constant(node.slice):
            node.value = self.visit(node.value)
        else:
            node = self.generic_visit(node)
        if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
            for pattern, *templates in self._rules:
                for new in rewritten(node, pattern, tuple(templates[self._number : self._number + 1])):
                    self.places += 1
                    return new
        return node


class _InTemplate(ast.NodeTransformer):
    """Puts what is returned, or one part of it, into a template."""

    def __init__(self, template: str, argument: str, part: int | None) -> None:
        self._template, self._argument, self._part = template, argument, part

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node  # its returns are its own

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if isinstance(node.value, ast.Tuple):
            parts = [self._in_template(p) if self._part in (None, n) else p for n, p in enumerate(node.value.elts)]
            return ast.Return(ast.Tuple(parts, ast.Load()))
        return ast.Return(self._in_template(node.value)) if node.value is not None and self._part is None else node

    def _in_template(self, value: ast.expr) -> ast.expr:
        new: ast.expr = fill(expression(self._template), {"a": value, "b": ast.Name(self._argument, ast.Load())})
        return new
