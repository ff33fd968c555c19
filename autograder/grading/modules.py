"""Which modules grading with a bank needs, and what to install where one is missing."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator, Sequence

from autograder.grading.notebook import Notebook
from autograder.grading.release_cells import parse_cell
from autograder.model.bank import Bank
from autograder.model.errors import UserError
from autograder.model.needs import installed, pip_install

_STOOD_FOR = ("autograder", "otter")  # packages for which the sandbox has stand-ins


class ModulesMissing(UserError):
    """Modules that the submissions need are not installed; the message names them, the chapters and the command."""


def modules_of(banks: Iterable[Bank]) -> tuple[str, ...]:
    """Every module that setup cells and solutions import: a session finds them imported."""
    return tuple(dict.fromkeys(("numpy", *(module for bank in banks for module in _imports(bank)))))


def welcome_modules(banks: Iterable[Bank]) -> tuple[str, ...]:
    """What notebooks of the course's own import: a session that finds them imported starts sooner, no more."""
    found = dict.fromkeys(module for bank in banks if bank.own is not None for module in bank.own.imports)
    return tuple(filter(installed, found))


def packages_in(notebook: Notebook) -> tuple[str, ...]:
    """The packages that the code of a course's own notebook imports, installed or not."""
    found: dict[str, None] = {}
    for cell in notebook.cells:
        with contextlib.suppress(SyntaxError, ValueError):  # a cell to be completed, say
            found |= dict.fromkeys(name.partition(".")[0] for name in _imported(cell.source) if cell.kind == "code")
    return tuple(found)


def absent_packages(sources: Iterable[str], beside: Iterable[str]) -> list[str]:
    """Packages that these sources import at their top level and that are neither installed nor files `beside` them."""
    there = {name.partition("/")[0].removesuffix(".py") for name in beside}
    found: dict[str, None] = {}
    for source in sources:
        with contextlib.suppress(SyntaxError, ValueError):  # a cell to be completed, say
            top = ast.Module([node for node in parse_cell(source).body if not isinstance(node, ast.Try)], [])
            found |= dict.fromkeys(name.partition(".")[0] for name in _imported_in(top))
    return [name for name in found if name not in there and not installed(name)]


def missing_modules(banks: Iterable[Bank]) -> dict[str, list[str]]:
    """Packages that are not installed here, each with the chapters that need it."""
    missing: dict[str, list[str]] = {}
    for bank in banks:
        for package in dict.fromkeys(module.partition(".")[0] for module in modules_of([bank])):
            if not installed(package):
                missing.setdefault(package, []).append(bank.chapter)
    return missing


def require_modules(banks: Sequence[Bank]) -> None:
    """Raise ModulesMissing when a submission could not be graded for lack of a module."""
    if missing := missing_modules(banks):
        named = ", ".join(f"{package} (for {', '.join(chapters)})" for package, chapters in missing.items())
        raise ModulesMissing(f"grading needs what is not installed here, {named}: run `{pip_install(missing)}`")


def _imports(bank: Bank) -> Iterator[str]:
    setup = [cell.source["en"] for cell in bank.cells if cell.role in ("setup", "support")]
    for source in (*setup, *(exercise.solution for exercise in (*bank.withheld, *bank.exercises))):
        yield from _imported(source)
    own = [cell.source["en"] for cell in bank.cells if cell.role == "locked"]
    for source in (*own, *(test.source for test in bank.tests)):  # these may try what is not there
        packages = {name.partition(".")[0] for name in _imported(source)}
        yield from sorted(filter(installed, packages))


def _imported(source: str) -> Iterator[str]:
    """The modules that a cell imports."""
    return _imported_in(parse_cell(source))


def _imported_in(tree: ast.Module) -> Iterator[str]:
    """Those of a tree, but for what is another one in there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            names = []
        yield from (name for name in names if name.partition(".")[0] not in _STOOD_FOR)
