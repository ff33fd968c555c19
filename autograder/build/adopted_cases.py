"""Cases out of the asserts of a test cell: the calls that it makes of one function, with what it makes for them."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_HIDDEN = re.compile(r"### (BEGIN|END) HIDDEN TESTS")
_MOST_NAMED = 60  # characters of a case's name
_SHOWN = 70  # characters of a line of the test in a sentence


@dataclass
class AdoptedCases:
    """What was found: lines of the function that yields the cases, imports, and a sentence for what is left over."""

    lines: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    exact: bool = True


def calls_in(tree: ast.AST, functions: Collection[str]) -> list[ast.Call]:
    """Calls of these functions, in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in functions]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def names_in(tree: ast.AST) -> set[str]:
    """Names that are read."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def names_bound(statement: ast.stmt) -> set[str]:
    """Names that a statement makes."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def adopted_cases(
    source: str, function: str, parameters: Mapping[str, Sequence[str]], known: Collection[str] = ("np",)
) -> AdoptedCases:
    """The cases that a test cell makes for `function`.

    `parameters` are those of every function that an answer cell defines, by name; `known` names are there when cases
    are drawn.  Raises SyntaxError.
    """
    return _Reading(source, function, parameters, {*known, *dir(builtins)}).found


class _Reading:
    def __init__(self, source: str, function: str, parameters: Mapping[str, Sequence[str]], known: set[str]) -> None:
        self._lines, self._function, self._parameters = source.split("\n"), function, parameters
        self._known, self._results, self._names = known, set[str](), set[str]()
        self._hidden = set(_hidden_lines(self._lines))
        self.found = AdoptedCases()
        for statement in ast.parse(source).body:
            self._read(statement)

    def _read(self, statement: ast.stmt) -> None:
        calls = calls_in(statement, self._parameters)
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            self.found.imports.append(ast.unparse(statement))
            self._known |= names_bound(statement)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and not calls:
            self._keep(statement)
        elif isinstance(statement, (ast.Assign, ast.Assert, ast.Expr)) and calls:
            self._adopt(statement, calls)
            self._results |= names_bound(statement)
        elif isinstance(statement, (ast.Assert, ast.Expr)) and names_in(statement) & self._results:
            pass  # it looks at what an earlier call gave, and the reference says what that is
        elif not _says_nothing(statement):
            self._leave(statement, _why_left(statement))

    def _keep(self, statement: ast.stmt) -> None:
        """What the test makes for its calls, the cases make too."""
        if unknown := names_in(statement) - self._known - names_bound(statement):
            self._leave(statement, f"needs {_listed(unknown)}, which this cell does not make")
            return
        self.found.lines.append(ast.unparse(statement))
        self._known |= names_bound(statement)

    def _adopt(self, statement: ast.stmt, calls: Sequence[ast.Call]) -> None:
        for call in calls:
            inputs, trouble = self._inputs(call)
            if trouble:
                self._leave(statement, trouble)
                continue
            name = self._name(call)
            hidden = ", public=False" if call.lineno in self._hidden else ""
            arguments = "".join(f", {parameter}={text}" for parameter, text in inputs.items())
            said = self._said(statement)
            self.found.lines.append(f"yield Case({name!r}, zh={name!r}{hidden}{arguments})  # {said}")
        if any(word in ast.unparse(statement) for word in ("close", "approx", "almost", "float", "abs(", ".")):
            self.found.exact = False

    def _inputs(self, call: ast.Call) -> tuple[dict[str, str], str]:
        """The inputs of a case by parameter, or why there is none."""
        assert isinstance(call.func, ast.Name)
        if call.func.id != self._function:
            return {}, f"calls `{call.func.id}`: that is another exercise, or a group with an observe= of its own"
        parts = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(calls_in(part, self._parameters) for part in parts):
            return {}, "calls an answer with what an answer gave: write a group with an observe= for it"
        if any(isinstance(part, ast.Starred) for part in call.args) or any(not word.arg for word in call.keywords):
            return {}, "unpacks its arguments: write them out"
        if unknown := set().union(*map(names_in, parts)) - self._known if parts else set():
            return {}, f"needs {_listed(unknown)}, which this cell does not make"
        given = {**dict(zip(self._parameters[self._function], map(ast.unparse, call.args), strict=False))}
        given |= {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg}
        in_order = list(self._parameters[self._function][: len(given)])
        if sorted(given) != sorted(in_order) or len(call.args) > len(self._parameters[self._function]):
            return {}, f"does not give the parameters of `{self._function}` in their order"
        return {parameter: given[parameter] for parameter in in_order}, ""

    def _name(self, call: ast.Call) -> str:
        """What students are told of the case; of a hidden one not its inputs."""
        text = ast.unparse(call)
        if call.lineno in self._hidden or len(text) > _MOST_NAMED or "{" in text:
            text = "hidden" if call.lineno in self._hidden else "call"
        names = (text, *(f"{text} {number}" for number in range(2, 1000)))
        name = next(name for name in names if name not in self._names)
        self._names.add(name)
        return name

    def _leave(self, statement: ast.stmt, why: str) -> None:
        self.found.left.append(f"line {statement.lineno}, `{self._said(statement)}`: {why}")

    def _said(self, statement: ast.stmt) -> str:
        line = self._lines[statement.lineno - 1].strip()
        return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _hidden_lines(lines: Sequence[str]) -> Iterator[int]:
    inside = False
    for number, line in enumerate(lines, start=1):
        if found := _HIDDEN.search(line):
            inside = found[1] == "BEGIN"
        elif inside:
            yield number


def _says_nothing(statement: ast.stmt) -> bool:
    """A text, or something printed."""
    if isinstance(statement, ast.Pass):
        return True
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return isinstance(value, ast.Constant) or (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"
    )


def _why_left(statement: ast.stmt) -> str:
    if isinstance(statement, (ast.For, ast.While)):
        return "a loop: write its cases one by one, or draw them"
    if isinstance(statement, ast.Try):
        return "expects an exception: write a case for which the reference raises it, or leave it out"
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return "a definition of the test's own: put it into the prelude"
    if isinstance(statement, ast.Assert):
        return "looks at no call of an answer: write a group with an observe= for it"
    return "is no assert: write its cases by hand"


def _listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
