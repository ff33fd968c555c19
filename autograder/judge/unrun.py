"""Why a function is not there although a cell defines it: the cell is not Python, or stopped before it came to it."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Sequence
from typing import Any

from autograder.model.texts import Values, part
from autograder.model.verdict import Finding

_NO_MODULE = re.compile(r"No module named '([A-Za-z_][\w.]{0,60})'")


def defines(source: str, function: str) -> bool:
    """Whether a cell defines the function or the class, as far as its text tells."""
    head = rf"^[ \t]*((async[ \t]+)?def|class)[ \t]+{re.escape(function)}[ \t]*[(:]"
    return re.search(head, source, re.MULTILINE) is not None


def stopped_cell(
    function: str, source: str, error: str, message: str, line: int | None, error_name: str | Values = ""
) -> Finding:
    """What is said of a cell that stopped; `error_name` is how the error may be called.

    A package is named only when the student's own source names it.
    """
    where = part("at_line_in_cell", line=line) if line else ""
    package = _NO_MODULE.search(message)
    values: dict[str, Any]
    if error in ("SyntaxError", "IndentationError", "TabError"):
        code, values = "cell_syntax", {"where": where}
    elif error == "ModuleNotFoundError" and package and package[1].partition(".")[0] in source:
        code, values = "cell_package", {"package": package[1]}
    else:
        code, values = "cell_stopped", {"error": error_name, "where": where}
    return Finding(code, {"function": function, **values})


def fault_in_source(function: str, sources: Sequence[str]) -> Finding | None:
    """The same from the sources alone, for the student's own kernel: a syntax error, or a package that is not there."""
    source = next((source for source in reversed(sources) if defines(source, function)), "")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return stopped_cell(function, source, "SyntaxError", "", error.lineno)
    for node in ast.walk(tree):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for module in (name.partition(".")[0] for name in modules):
            if importlib.util.find_spec(module) is None:
                message = f"No module named '{module}'"
                return stopped_cell(function, source, "ModuleNotFoundError", message, None)
    return None
