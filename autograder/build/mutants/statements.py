"""Slips in the order and the presence of statements: each operator gives what may stand in a block's place."""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from autograder.build.mutants.patterns import expression, fill, rewritten

COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.FunctionDef)  # statements that hold others
CONVERSIONS = ("array", "asarray", "copy", "astype", "item", "float", "int", "list", "tuple")  # which change no number
PLACE = "_what_is_written_out"
Block = list[ast.stmt]
BlockOperator = Callable[[ast.FunctionDef, Block], Iterator[Block]]


def statement(text: str) -> ast.stmt:
    """The syntax tree of one statement."""
    return ast.parse(text).body[0]


def parameters(function: ast.FunctionDef) -> list[str]:
    """Names of a function's parameters, without `self`."""
    args = function.args
    names = [argument.arg for argument in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return [name for name in names if name != "self"]


def assigned(node: ast.AST) -> list[str]:
    """Names that a statement gives a value, in order."""
    found = [part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]
    return list(dict.fromkeys(found))


def changed_by(node: ast.AST) -> set[str]:
    """Names that a statement gives a value, whole or in part: of `a[0] = …` it is a."""
    parts = (part for part in ast.walk(node) if isinstance(part, (ast.Subscript, ast.Attribute)))
    stored = (name for part in parts if isinstance(part.ctx, ast.Store) for name in ast.walk(part.value))
    return {*assigned(node), *(name.id for name in stored if isinstance(name, ast.Name))}


def read(node: ast.AST) -> set[str]:
    """Names whose value a statement reads; what `+=` changes is among them."""
    loads = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    return loads | (set(assigned(node)) if isinstance(node, ast.AugAssign) else set())


def converts(node: ast.AST) -> bool:
    """Whether a call gives the numbers that it is given, in another form or elsewhere."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in CONVERSIONS


def bound_before(function: ast.FunctionDef, line: int) -> set[str]:
    """Names that have a value before a line is reached for the first time."""
    earlier = (node for node in ast.walk(function) if isinstance(node, ast.stmt) and node.lineno < line)
    simple = (node for node in earlier if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)))
    return {*parameters(function), *(name for node in simple for name in assigned(node))}


def sign_of_a_change(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`a += b` for `a -= b`, or the other way."""
    exchanged: dict[type[ast.operator], ast.operator] = {ast.Add: ast.Sub(), ast.Sub: ast.Add()}
    for at, node in enumerate(block):
        if isinstance(node, ast.AugAssign) and (other := exchanged.get(type(node.op))):
            yield _with(block, at, [ast.AugAssign(node.target, other, node.value)])


def written_out(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """What a name stands for is written in its place, without the parentheses that it needs there."""
    for at, node in enumerate(block):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)):
            continue
        formula, name = ast.unparse(node.value), ast.unparse(node.targets[0])
        for later, reader in enumerate(block[at + 1 :], at + 1):
            changed = changed_by(reader) & {name, *read(node.value)}
            if name in read(reader) and not changed and not isinstance(reader, COMPOUND):
                text = ast.unparse(_Replaced(name, PLACE).visit(copy.deepcopy(reader)))
                bare, right = (statement(text.replace(PLACE, new)) for new in (formula, f"({formula})"))
                if ast.dump(bare) != ast.dump(_LeftToRight().visit(right)):
                    yield _with(block, later, [bare])
            if changed:
                break


class _Replaced(ast.NodeTransformer):
    """Puts another name in the place of one that is read; words of a text are none."""

    def __init__(self, name: str, other: str) -> None:
        self._name, self._other = name, other

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._other, node.ctx) if node.id == self._name else node


class _LeftToRight(ast.NodeTransformer):
    """Takes parentheses away that change nothing: a * (b / c) is a * b / c."""

    CHANGE_NOTHING = ((ast.Mult, (ast.Mult, ast.Div)), (ast.Add, (ast.Add, ast.Sub)))

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        inner = node.right
        for outside, inside in self.CHANGE_NOTHING:
            if isinstance(node.op, outside) and isinstance(inner, ast.BinOp) and isinstance(inner.op, inside):
                left = self.visit(ast.BinOp(node.left, node.op, inner.left))
                return ast.BinOp(left, inner.op, inner.right)
        return node


def results_exchanged(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`b, a = f(x)` for `a, b = f(x)`; of exchanged results of one's own `judge/explain` says more."""
    for at, node in enumerate(block):
        if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Tuple):
            continue
        parts = node.targets[0]
        if not isinstance(parts, ast.Tuple):
            continue
        for one, other in itertools.combinations(range(len(parts.elts)), 2):
            elements = list(parts.elts)
            elements[one], elements[other] = elements[other], elements[one]
            yield _with(block, at, [ast.Assign([ast.Tuple(elements, parts.ctx)], node.value)])


def old_value(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """A statement reads what a name was before its last change."""
    for at, change in enumerate(block):
        if not isinstance(change, (ast.Assign, ast.AugAssign)) or _is_conversion(change):
            continue
        if converts(change.value):
            continue
        changed = [name for name in assigned(change) if name in bound_before(function, change.lineno)]
        for later in range(at + 1, len(block)):
            stale = [name for name in changed if name in read(block[later])]
            if isinstance(block[later], COMPOUND) or not stale:
                continue
            kept = [statement(f"old_{name} = {name}") for name in stale]
            yield [*block[:at], *kept, *block[at:later], _with_old(block[later], stale), *block[later + 1 :]]


def _is_conversion(change: ast.stmt) -> bool:
    """`a = np.array(a)`, after which the numbers are what they were."""
    return bool(re.match(r"(\w+) = np\.(as)?array\(\1\b", ast.unparse(change)))


def frozen(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """In each round of a loop a statement reads what a name was before the loop."""
    for at, loop in enumerate(block):
        if not isinstance(loop, ast.For):
            continue
        changed = {name for node in loop.body for name in assigned(node)} & bound_before(function, loop.lineno)
        for number, node in enumerate(loop.body):
            stale = sorted(changed & read(node))
            if isinstance(node, COMPOUND) or not stale:
                continue
            kept = [statement(f"old_{name} = {name}") for name in stale]
            body = _with(loop.body, number, [_with_old(node, stale)])
            inside = ast.For(loop.target, loop.iter, body, [])
            yield [*block[:at], *kept, inside, *block[at + 1 :]]


def new_value(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`a = …; b = …` one after the other for `a, b = …, …`, so that b already sees the new a."""
    for at, node in enumerate(block):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)):
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Tuple) or len(target.elts) != len(node.value.elts):
            continue
        single = [ast.Assign([name], value) for name, value in zip(target.elts, node.value.elts, strict=True)]
        if any(set(assigned(one)) & read(other.value) for one, other in itertools.combinations(single, 2)):
            yield _with(block, at, single)
        again = _recomputed(block[:at], single)
        if len(again) > len(single):
            yield _with(block, at, again)


def _recomputed(before: Block, single: Sequence[ast.Assign]) -> Block:
    """The assignments one by one, where what was computed from a name just now is computed from its new value."""
    told: Block = []
    for one in single:
        changed, needed = {name for node in told for name in assigned(node)}, read(one.value)
        for node in before:
            if isinstance(node, ast.Assign) and set(assigned(node)) & needed and changed & read(node.value):
                told.append(node)
        told.append(one)
    return told


def step_missing(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """A change of a value that is there already, or a call for its effect, is forgotten."""
    for at, node in enumerate(block):
        effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        again = isinstance(node, (ast.Assign, ast.AugAssign)) and (
            set(assigned(node)) <= bound_before(function, node.lineno) and not converts(node.value)
        )
        if effect or again:
            yield _with(block, at, [])


def special_case(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """An `if` that never holds, or always does."""
    for at, node in enumerate(block):
        if isinstance(node, ast.If):
            yield _with(block, at, node.orelse)
            yield _with(block, at, node.body)


def overwritten(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`a = …` for `a += …`: only the last is kept."""
    for at, node in enumerate(block):
        if isinstance(node, ast.AugAssign):
            yield _with(block, at, [ast.Assign([node.target], node.value)])


def early_return(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """What comes after a loop is indented into it, so that its first round ends the function."""
    for at, (loop, after) in enumerate(itertools.pairwise(block)):
        if isinstance(loop, ast.For) and isinstance(after, ast.Return):
            body = [*loop.body, after]
            yield [*block[:at], ast.For(loop.target, loop.iter, body, []), *block[at + 2 :]]


def reset(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """What should be set once, before a loop, is set in each of its rounds."""
    for at, loop in enumerate(block):
        if not isinstance(loop, ast.For):
            continue
        for before in range(at):
            start = block[before]
            if isinstance(start, ast.Assign) and set(assigned(start)) & {n for s in loop.body for n in assigned(s)}:
                inside = ast.For(loop.target, loop.iter, [start, *loop.body], [])
                yield [*block[:before], *block[before + 1 : at], inside, *block[at + 1 :]]


def counted_from_one(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`range(1, n + 1)` for `range(n)`, where the number is read; elsewhere the two are the same."""
    for at, loop in enumerate(block):
        if isinstance(loop, ast.For) and set(assigned(loop.target)) & set().union(*map(read, loop.body)):
            for numbers in rewritten(loop.iter, "range(a)", ("range(1, a + 1)",)):
                yield _with(block, at, [ast.For(loop.target, numbers, loop.body, loop.orelse)])


def in_place(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """`a -= b` for `a = a - b`, which changes whatever else is the same array."""
    for at, node in enumerate(block):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else []
            changes = [_changed_in_place(*pair) for pair in zip(node.targets[0].elts, values, strict=False)]
        else:
            changes = [_changed_in_place(node.targets[0], node.value)] if isinstance(node, ast.Assign) else []
        if changes and None not in changes:
            yield _with(block, at, [change for change in changes if change is not None])


def _changed_in_place(target: ast.expr, value: ast.expr) -> ast.AugAssign | None:
    if isinstance(target, ast.Name) and isinstance(value, ast.BinOp) and ast.unparse(value.left) == target.id:
        return ast.AugAssign(target, value.op, value.right)
    return None


def applied(function: ast.FunctionDef, block: Block) -> Iterator[Block]:
    """A function is applied to a value that should stay as it is."""
    for at, node in enumerate(block):
        if not isinstance(node, (ast.Assign, ast.Return)) or node.value is None or isinstance(node.value, ast.Tuple):
            continue
        if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name):
            continue
        for form in ("np.abs(a)", "np.sqrt(a)", "np.maximum(a, 0)", "np.square(a)"):
            value = fill(expression(form), {"a": node.value})
            yield _with(
                block, at, [ast.Return(value) if isinstance(node, ast.Return) else ast.Assign(node.targets, value)]
            )


BLOCK_OPERATORS: dict[str, BlockOperator] = {
    "sign": sign_of_a_change,
    "parentheses": written_out,
    "results": results_exchanged,
    "old_value": old_value,
    "frozen": frozen,
    "new_value": new_value,
    "step_missing": step_missing,
    "special_case": special_case,
    "overwritten": overwritten,
    "early_return": early_return,
    "reset": reset,
    "one_step": counted_from_one,
    "in_place": in_place,
    "applied": applied,
}


def _with_old(node: ast.stmt, names: Sequence[str]) -> ast.stmt:
    """The statement with `old_a` wherever it reads `a`; `a += …` reads it too."""

    class Renamed(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            stale = isinstance(name.ctx, ast.Load) and name.id in names
            return ast.Name(f"old_{name.id}", name.ctx) if stale else name

    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        node = ast.Assign([node.target], value)
    new: ast.stmt = Renamed().visit(copy.deepcopy(node))
    return new


def _with(block: Block, at: int, new: Sequence[ast.stmt]) -> Block:
    """The block with other statements in the place of one; never empty."""
    return [*block[:at], *new, *block[at + 1 :]] or [ast.Pass()]
