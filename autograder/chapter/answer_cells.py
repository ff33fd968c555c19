"""What an answer cell defines: functions or a class, with their parameters, and the names of what is returned."""

from __future__ import annotations

import ast

from autograder.chapter.grading_cells import parse
from autograder.chapter.percent import Cell
from autograder.judge.implementation import Implementation
from autograder.model.exercise import Exercise

CONVERSIONS = ("np.array", "np.asarray", "float", "int", "list", "tuple")


def functions_of(cell: Cell) -> dict[str, tuple[str, ...]]:
    """Top-level functions of an answer cell and their positional parameters; a class of its name is one, too."""
    defined = {node.name: _parameters(node) for node in parse(cell).body if isinstance(node, ast.FunctionDef)}
    if (asked := _class(cell)) is not None:
        own = {node.name: _parameters(node)[1:] for node in asked.body if isinstance(node, ast.FunctionDef)}
        defined[cell.name] = own.get("__init__", ())
    if cell.name not in defined:
        raise cell.fault(f"the answer cell {cell.name!r} defines no function or class {cell.name!r}")
    for name in (name for name in defined if hasattr(Implementation, name)):
        raise cell.fault(f"{name!r} is what an observe calls on every implementation: choose another name")
    return defined


def methods_of(cell: Cell, record: Exercise) -> dict[str, tuple[str, ...]]:
    """Methods of the class that an answer cell asks for, without `self`; {} where it asks for a function."""
    asked = _class(cell)
    if asked is None:
        return {}
    if any((group.observe or record.observe) is None for group in record.all_groups):
        raise cell.fault(f"the answer {cell.name!r} is a class: say with observe=… how its objects are used")
    public = [node for node in asked.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return {f"{cell.name}.{node.name}": _parameters(node)[1:] for node in public}


def _class(cell: Cell) -> ast.ClassDef | None:
    """The class of the cell's name, if it has one."""
    classes = (node for node in parse(cell).body if isinstance(node, ast.ClassDef))
    return next((node for node in classes if node.name == cell.name), None)


def _parameters(function: ast.FunctionDef) -> tuple[str, ...]:
    return tuple(argument.arg for argument in (*function.args.posonlyargs, *function.args.args))


def outputs_of(cell: Cell) -> tuple[str, ...]:
    """Names of the parts of the tuple that the exercise's function returns; () where it returns none.

    Of several `return`s the last one in the text counts: an early exit may return literals.  A part is called after
    its variable (`dx` for `dx[:, 1:]`), and by its number where there is none.
    """
    found = [node for node in parse(cell).body if isinstance(node, ast.FunctionDef) and node.name == cell.name]
    returns = _own_returns(found[0]) if found else []
    returned = [node.value for node in returns if isinstance(node.value, ast.Tuple)]
    if not returned:
        return ()
    names = [_name_of(part) or f"[{number}]" for number, part in enumerate(returned[-1].elts)]
    return tuple(name if names.count(name) == 1 else f"[{number}]" for number, name in enumerate(names))


def _own_returns(function: ast.FunctionDef) -> list[ast.Return]:
    """The function's own `return`s in the order of the text, without those of functions within it."""
    found: list[ast.Return] = []
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            found.append(node)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return sorted(found, key=lambda node: node.lineno)


def _name_of(part: ast.expr) -> str:
    """The variable that an expression is, a part of it or a conversion of it; "" for any other expression."""
    if isinstance(part, (ast.Subscript, ast.Attribute)):
        return _name_of(part.value)
    if isinstance(part, ast.Call) and len(part.args) == 1 and ast.unparse(part.func) in CONVERSIONS:
        return _name_of(part.args[0])
    return part.id if isinstance(part, ast.Name) else ""
