"""Running a chapter's grading cells, which give its exercise records."""

from __future__ import annotations

import ast
import importlib
import linecache
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.exercise import AuthoringError, Exercise
from autograder.needs import pip_install
from autograder.percent import Cell


def run_grading_cells(cells: Sequence[Cell], course: Path) -> dict[str, Exercise]:
    """Run prelude and grading cells, and those alone, in one namespace; a grading cell's last value is its record."""
    _import_from(course)
    namespace: dict[str, Any] = {"__name__": f"solutions.{cells[0].path.stem}" if cells else "solutions"}
    records = {}
    for cell in cells:
        if cell.role not in ("prelude", "grading"):
            continue
        tree = parse(cell)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        linecache.checkcache(str(cell.path))
        try:
            exec(compile(tree, str(cell.path), "exec"), namespace)
            value = None
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), str(cell.path), "eval"), namespace)
        except AuthoringError as error:
            raise cell.fault(str(error)) from None
        except Exception as error:  # whatever an author's slip raises: a name, an import, an argument
            raise _fault_at_line(cell, error) from error
        if cell.role == "grading":
            if not isinstance(value, Exercise):
                raise cell.fault("a grading cell ends with an Exercise(...)")
            _refuse_equal_names(cell, value)
            records[cell.name] = value
    return records


def _fault_at_line(cell: Cell, error: Exception) -> AuthoringError:
    """The error as a sentence with the line of the chapter at which it was raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(cell.path)]
    line = lines[-1] if lines else cell.line
    said = f"{cell.path.name}:{line}: {type(error).__name__}: {error}"
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] != "reference":
        said += f"; if the name is right, run `{pip_install([error.name.partition('.')[0]])}`"
    return AuthoringError(said)


def _refuse_equal_names(cell: Cell, record: Exercise) -> None:
    for kind, edits in (("mistake", record.mistakes), ("variant", record.variants)):
        for name, count in Counter(edit.name for edit in edits).items():
            if count > 1:
                raise cell.fault(f"{count} {kind}s of {cell.name!r} are called {name!r}")


def _import_from(course: Path) -> None:
    """Make `reference` mean this course's folder, also when another course was loaded before."""
    for name, module in list(sys.modules.items()):
        if name == "reference" or name.startswith("reference."):
            places = list(getattr(module, "__path__", [])) or [str(getattr(module, "__file__", ""))]
            if not any(Path(place).is_relative_to(course / "reference") for place in places):
                del sys.modules[name]
    if str(course) in sys.path:
        sys.path.remove(str(course))
    sys.path.insert(0, str(course))
    importlib.invalidate_caches()


def parse(cell: Cell) -> ast.Module:
    """The cell's syntax tree with the file's line numbers.  Raises AuthoringError for a syntax error."""
    try:
        tree = ast.parse(cell.source, filename=str(cell.path))
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1) - 1
        raise AuthoringError(f"{cell.path.name}:{line}: {error.msg}") from None
    ast.increment_lineno(tree, cell.line - 1)
    return tree
