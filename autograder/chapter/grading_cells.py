"""Running a chapter's cells, which gives its exercise records."""

from __future__ import annotations

import ast
import contextlib
import importlib
import linecache
import math
import symtable
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.chapter.percent import Cell, where
from autograder.chapter.sections import FIRST
from autograder.model.choices import Choices
from autograder.model.criteria import Calibration, Gate, OneOf, Tolerance
from autograder.model.errors import AuthoringError, UserError
from autograder.model.exercise import Edit, Exercise, Mistake, Variant
from autograder.model.interrupts import held
from autograder.model.needs import pip_install
from autograder.model.own_data import COMMON, NAME, ROLE

SHARED = "chapter"  # the module that a chapter's files import from
OURS = (SHARED, "reference")  # modules that no package brings


def run_grading_cells(cells: Sequence[Cell], course: Path) -> dict[str, Exercise]:
    """Run all code but demos, each file of the chapter as a module of its own, and return the exercises' records.

    A file imports what it shares with others `from chapter`: all of the chapter's first file, and of earlier files what
    their setup and answer cells define.  What a demo or own data define has a name there for later demos, but no value,
    as neither is run.  A grading cell's last value is its record; the functions of the cell that are
    a `@mistake` or a `@variant` belong to it.
    """
    _import_from(course)
    records = {}
    with _shared_module() as shared, warnings.catch_warnings():
        vars(shared)[NAME] = COMMON
        warnings.simplefilter("ignore")  # as in a notebook, where a warning (of torch about itself, say) stops nothing
        with held(), contextlib.suppress(Exception):  # torch comes with it; what is wrong is said by the cell
            importlib.import_module(f"reference.{cells[0].path.parent.name.partition('_')[2]}")
        for path, of_file in groupby(cells, key=lambda cell: cell.path):
            namespace: dict[str, Any] = {"__name__": f"solutions.{path.parent.name}.{path.stem}"}
            linecache.checkcache(str(path))
            for cell in of_file:
                if cell.role in ("demo", ROLE):
                    vars(shared).update(dict.fromkeys(defined_by(cell)))
                if cell.role not in ("setup", "prelude", "answer", "grading"):
                    continue
                before = dict(namespace)
                value = _run(cell, namespace)
                defined = {name: found for name, found in namespace.items() if before.get(name) is not found}
                if cell.role == "grading":
                    records[cell.name] = _record(cell, value, [*defined.values()])
                elif cell.role != "prelude" or path.stem == FIRST:
                    vars(shared).update(defined)
    return records


def defined_by(cell: Cell) -> list[str]:
    """The names that a cell would define."""
    symbols = symtable.symtable(cell.source, str(cell.path), "exec").get_symbols()
    return [symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()]


def _run(cell: Cell, namespace: dict[str, Any]) -> Any:
    """Run a cell; returns the value of its last line where that is an expression."""
    tree = parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with located(cell):
        exec(compile(tree, str(cell.path), "exec"), namespace)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), str(cell.path), "eval"), namespace)
    return None


@contextlib.contextmanager
def located(cell: Cell) -> Iterator[None]:
    """Whatever a slip in a chapter raises (a name, an import, an argument) is an AuthoringError with file and line."""
    try:
        yield
    except Exception as error:
        raise _fault_at_line(cell, error) from error


def _fault_at_line(cell: Cell, error: Exception) -> AuthoringError:
    """The error as a sentence with the line of the chapter at which it was raised: the cell's where it was beyond."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [(path, frame.lineno) for frame in frames if (path := Path(frame.filename)).parent == cell.path.parent]
    path, line = places[-1] if places else (cell.path, cell.line)
    what = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    said = f"{where(path)}:{line}: {what}"
    if isinstance(error, ModuleNotFoundError) and error.name and error.name.partition(".")[0] not in OURS:
        said += f"; if the name is right, run `{pip_install([error.name.partition('.')[0]])}`"
    return AuthoringError(said)


def _record(cell: Cell, value: Any, defined: Sequence[Any]) -> Exercise:
    """The record that a grading cell ends with, with the mistakes and variants that are functions of the cell."""
    if isinstance(value, Choices):
        value = value.as_exercise()
    if not isinstance(value, Exercise):
        raise cell.fault("a grading cell ends with an Exercise(...) or a Choices(...)")
    _refuse_odd_values(cell, value)
    edits = [found for found in defined if isinstance(found, Edit)]
    record = replace(
        value,
        mistakes=(*(edit for edit in edits if isinstance(edit, Mistake)), *value.mistakes),
        variants=(*(edit for edit in edits if isinstance(edit, Variant)), *value.variants),
    )
    _refuse_equal_names(cell, record)
    swaps = [mistake.name for mistake in record.mistakes if mistake.old is not None]
    if record.starter and record.starter not in swaps:
        raise cell.fault(f"starter={record.starter!r} is none of the mistakes that swap a text: {', '.join(swaps)}")
    return record


def _refuse_odd_values(cell: Cell, record: Exercise) -> None:
    """Values of another kind, which would be noticed far from here, or by nobody."""
    if not isinstance(record.points, (int, float)) or not 0 <= record.points < math.inf:
        raise cell.fault(f"points={record.points!r}: it is a number, and not below 0")
    if not isinstance(record.tolerance, (Tolerance, Gate, OneOf, Calibration)):
        kinds = "CLOSED_FORM, EXACT, INVARIANT, Tolerance(…), Gate(…) or Calibration(…)"
        raise cell.fault(f"tolerance={record.tolerance!r}: it is {kinds}")
    if not callable(record.reference):
        raise cell.fault(f"reference={record.reference!r}: it is a function of the reference module, without quotes")
    if record.gradient is not None and isinstance(record.gradient.wrt, str):
        raise cell.fault(f'wrt={record.gradient.wrt!r}: it is a tuple of inputs, such as wrt=("w", "b") or wrt=("w",)')


def _refuse_equal_names(cell: Cell, record: Exercise) -> None:
    for kind, edits in (("mistake", record.mistakes), ("variant", record.variants)):
        for name, count in Counter(edit.name for edit in edits).items():
            if count > 1:
                raise cell.fault(f"{count} {kind}s of {cell.name!r} are called {name!r}")


@contextlib.contextmanager
def _shared_module() -> Iterator[ModuleType]:
    """An empty module `chapter`, which can be imported until the end."""
    before = sys.modules.get(SHARED)
    sys.modules[SHARED] = ModuleType(SHARED)
    try:
        yield sys.modules[SHARED]
    finally:
        if before is None:
            del sys.modules[SHARED]
        else:
            sys.modules[SHARED] = before


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
        raise AuthoringError(f"{where(cell.path)}:{line}: {error.msg}") from None
    ast.increment_lineno(tree, cell.line - 1)
    return tree
