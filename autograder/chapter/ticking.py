"""Answer cells that count their steps: a measure of work that is the same on every machine, as seconds are not."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TypeVar

from autograder.judge.alarm import TooCostly

TICK = "__tick__"  # the name under which a namespace has its Steps
Node = TypeVar("Node", ast.For, ast.While, ast.FunctionDef)


@dataclass
class Steps:
    """The steps so far, of which there may be `most`: turns of loops, and calls of a cell's functions."""

    most: float = math.inf
    so_far: int = 0

    def __call__(self) -> None:
        """One more.  Raises TooCostly for one too many."""
        self.so_far += 1
        if self.so_far > self.most:
            raise TooCostly

    def begin(self, most: float = math.inf) -> None:
        """Count anew."""
        self.so_far, self.most = 0, most


def with_ticks(tree: ast.Module) -> ast.Module:
    """The code of a cell that calls `TICK` at each step; what it gives is the same."""
    return ast.fix_missing_locations(_Ticking().visit(tree))  # type: ignore[no-any-return]


class _Ticking(ast.NodeTransformer):
    def _ticking(self, node: Node) -> Node:
        self.generic_visit(node)
        tick = ast.Expr(ast.Call(ast.Name(TICK, ast.Load()), [], []))
        documented = isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None
        node.body.insert(1 if documented else 0, tick)
        return node

    visit_For = visit_While = visit_FunctionDef = _ticking
