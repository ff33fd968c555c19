"""What two answers have in common that differ in nothing but names, comments and layout."""

from __future__ import annotations

import ast
import hashlib
import warnings

from autograder.model.comments import squeezed

LONGEST = 20_000  # characters of an answer that is parsed; what is longer is compared as text
SHORTEST = 40  # characters of a text in words: "I do not know" is anybody's


def form_of_code(source: str) -> str:
    """A hash of what an answer does, or of its text where that is no Python.

    Comments, docstrings, annotations and layout make no difference, nor do the names that the answer gives to its own
    functions, arguments and variables.  "" for an answer without a statement.
    """
    tree = _parsed(source)
    if tree is None:
        return _hash(squeezed(source)) if source.strip() else ""
    try:
        tree = _Plain().visit(tree)
        names = _own_names(tree)
        for node in ast.walk(tree):
            _rename(node, names)
        return _hash(ast.dump(tree)) if tree.body else ""
    except RecursionError:
        return _hash(squeezed(source))


def form_of_words(text: str) -> str:
    """A hash of what an answer says, whatever its layout; "" where it is too short to be somebody's own."""
    words = squeezed(text).casefold()
    return _hash(words) if len(words) >= SHORTEST else ""


class _Plain(ast.NodeTransformer):
    """Without docstrings, annotations and `pass`."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [line for line in body if not _says_nothing(line)]  # type: ignore[attr-defined]
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            return ast.Assign(targets=[node.target], value=node.value)
        return node


def _says_nothing(line: ast.AST) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def _own_names(tree: ast.AST) -> dict[str, str]:
    """The names that are bound in the answer, numbered as they come; those of modules are everybody's."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        bound: str | None = None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            bound = node.name
        elif isinstance(node, ast.arg):
            bound = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound = node.id
        if bound is not None:
            names.setdefault(bound, str(len(names)))
    return names


def _rename(node: ast.AST, names: dict[str, str]) -> None:
    if isinstance(node, ast.Name):
        node.id = names.get(node.id, node.id)
    elif isinstance(node, ast.arg):
        node.arg = names[node.arg]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
        node.name = names[node.name]


def _parsed(source: str) -> ast.Module | None:
    if len(source) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a student's escapes and comparisons
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
