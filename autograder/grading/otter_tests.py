"""Reading Otter's tests: files of `tests/` and entries of a notebook's metadata, in both of Otter's formats.

A file is read and never run here: its cases run beside the student's code.  What cannot be read so is a sentence to the
teacher, never a student's loss.
"""

from __future__ import annotations

import ast
import doctest
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import dedent
from typing import Any

from autograder.grading.otter_points import points_of_cases
from autograder.grading.release_cells import ReleaseUnusable
from autograder.model.course_tests import BankedTest, BankedTestCase
from autograder.model.texts import LANGUAGES

_DECORATOR = "test_case"
_SET = re.compile(r"^(OK_FORMAT|test) *=", re.MULTILINE)
_OPTIONS = ("name", "points", "hidden", "success_message", "failure_message")  # of the decorator, in their order


@dataclass(frozen=True)
class OtterTest:
    """A test, and a sentence on what is odd about it; "" for none."""

    test: BankedTest
    remark: str = ""


def read_test_file(text: str, called: str, where: str) -> OtterTest:
    """The test of the file `called`.py; `where` is what a message calls it.  Raises ReleaseUnusable."""
    tree = _parsed(text, where)
    values = _assigned(tree)
    if "OK_FORMAT" in values:
        is_ok = bool(_literal(values["OK_FORMAT"], where, "OK_FORMAT"))
    elif "test" in values:  # as Otter's first versions wrote them
        is_ok = True
    else:
        raise ReleaseUnusable(f"{where} is no test that is understood: it sets neither OK_FORMAT nor `test`")
    if not is_ok:
        return _from_functions(text, tree, called, where)
    if "test" not in values:
        raise ReleaseUnusable(f"{where} says OK_FORMAT and sets no `test`")
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.Import | ast.ImportFrom) and not _is_text(node):
            raise ReleaseUnusable(f"{where}, line {node.lineno}: only assignments are understood beside `test`")
    return _from_doctests(_literal(values["test"], where, "test"), called, where)


def read_metadata_test(entry: Any, is_ok: bool, called: str, where: str) -> OtterTest:
    """The test that a notebook's metadata has under the name `called`.  Raises ReleaseUnusable."""
    if is_ok:
        return _from_doctests(entry, called, where)
    if not isinstance(entry, str):
        raise ReleaseUnusable(f"{where} is no text, as a test without OK_FORMAT must be")
    return _from_functions(entry, _parsed(entry, where), called, where)


def refuse_two_of_one_name(tests: Sequence[BankedTest], where: str) -> None:
    """Raise ReleaseUnusable where two tests have one name: Otter would count the last alone."""
    for name, count in Counter(test.name for test in tests).items():
        if count > 1:
            files = " and ".join(test.called for test in tests if test.name == name)
            raise ReleaseUnusable(f"{count} tests of {where} are called `{name}` ({files}): give each another name")


def looks_like_a_test(text: str) -> bool:
    """Whether a Python file is one of Otter's tests: other programs have a tests/ too."""
    return bool(_SET.search(text))


# --- doctests ---------------------------------------------------------------------------------------------------------


def _from_doctests(spec: Any, called: str, where: str) -> OtterTest:
    if not isinstance(spec, Mapping) or not isinstance(spec.get("name"), str) or not spec["name"].strip():
        raise ReleaseUnusable(f"{where} is no test with a name")
    suites = spec.get("suites")
    if not isinstance(suites, list) or len(suites) != 1 or not isinstance(suites[0], Mapping):
        raise ReleaseUnusable(f"{where} must have one suite: Otter knows no more")
    suite, name = suites[0], spec["name"]
    if suite.get("type", "doctest") != "doctest":
        raise ReleaseUnusable(f"{where} has a suite of the type {suite['type']!r}, and only doctest is understood")
    for part in ("setup", "teardown"):
        if suite.get(part):
            raise ReleaseUnusable(f"{where} has a {part}, which neither Otter nor this kit runs: put it into the cases")
    entries = suite.get("cases")
    if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
        raise ReleaseUnusable(f"{where} has no list of cases")
    codes = [_doctest_code(each, f"case {number} of {where}") for number, each in enumerate(entries, start=1)]
    cases = [
        BankedTestCase(
            name=str(each.get("name", f"{name} - {number}")),
            points=0.0,
            source=f'__import__("otter").run_doctest({code!r}, {f"{name} {number - 1}"!r})',
            hidden=bool(each.get("hidden", True)),
            success=_words(each.get("success_message")),
            failure=_words(each.get("failure_message")),
        )
        for number, (each, code) in enumerate(zip(entries, codes, strict=True), start=1)
    ]
    given = [each.get("points") for each in entries]
    shown = "\n".join(example.source for code in codes for example in _examples(code))
    return _test(name, called, cases, (spec.get("points"), given), bool(spec.get("all_or_nothing")), shown, where)


def _doctest_code(case: Mapping[str, Any], where: str) -> str:
    code = case.get("code")
    if not isinstance(code, str):
        raise ReleaseUnusable(f"{where} has no code")
    code = dedent(code)
    try:
        for example in _examples(code):
            if example.exc_msg is None:
                compile(example.source, "<case>", "single")
    except (SyntaxError, ValueError) as error:
        said = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise ReleaseUnusable(f"{where} is no valid doctest ({said})") from None
    return code


def _examples(code: str) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(code)


# --- functions that raise ---------------------------------------------------------------------------------------------


def _from_functions(text: str, tree: ast.Module, called: str, where: str) -> OtterTest:
    values = _assigned(tree)
    if "name" not in values:
        raise ReleaseUnusable(f"{where} does not set `name`")
    name = _literal(values["name"], where, "name")
    if not isinstance(name, str) or not name.strip():
        raise ReleaseUnusable(f"{where} is no test with a name")
    points = _literal(values["points"], where, "points") if "points" in values else None
    all_or_nothing = "all_or_nothing" in values and bool(_literal(values["all_or_nothing"], where, "all_or_nothing"))
    functions = dict(_decorated(tree, where))  # of two of one name the last counts, where the first stood
    cases = [
        BankedTestCase(
            name=_words(options.get("name")) or f"{name} - {number}",
            points=0.0,
            source=f'__import__("otter").run_function({text!r}, {function!r})',
            hidden=bool(options.get("hidden")),
            success=_words(options.get("success_message")),
            failure=_words(options.get("failure_message")),
        )
        for number, (function, options) in enumerate(functions.items(), start=1)
    ]
    given = [options.get("points") for options in functions.values()]
    return _test(name, called, cases, (points, given), all_or_nothing, text, where)


def _decorated(tree: ast.Module, where: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each function that is a case, with what its decorator says.

    Raises ReleaseUnusable for the decorator in any other place: a case that nobody sees would be worth nothing.
    """
    found = 0
    for node in tree.body:
        decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
        for decorator in decorators:
            if isinstance(decorator, ast.Call) and _is_test_case(decorator.func):
                if len(decorators) > 1:
                    raise ReleaseUnusable(f"{where}, line {node.lineno}: `{node.name}` has two decorators")  # type: ignore[attr-defined]
                options = dict(zip(_OPTIONS, decorator.args, strict=False))
                options |= {each.arg or "": each.value for each in decorator.keywords}
                if unknown := sorted(set(options) - set(_OPTIONS)):
                    raise ReleaseUnusable(f"{where}, line {node.lineno}: @test_case takes no {unknown[0] or '**'}")
                found += 1
                yield node.name, {key: _literal(value, where, key) for key, value in options.items()}  # type: ignore[attr-defined]
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute) and _is_test_case(node)]
    if len(used) != found:
        raise ReleaseUnusable(f"{where}: @test_case(…) is understood above functions at the top of the file alone")


def _is_test_case(node: ast.expr) -> bool:
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) == _DECORATOR


# --- both -------------------------------------------------------------------------------------------------------------


def _test(
    name: str,
    called: str,
    cases: Sequence[BankedTestCase],
    points: tuple[Any, Sequence[Any]],
    all_or_nothing: bool,
    source: str,
    where: str,
) -> OtterTest:
    if not cases:
        raise ReleaseUnusable(f"{where} has no cases")
    try:
        resolved = points_of_cases(*points)
    except ValueError as error:
        raise ReleaseUnusable(f"the points of {where} do not add up: {error}") from None
    worth = tuple(replace(case, points=float(each)) for case, each in zip(cases, resolved, strict=True))
    title = dict.fromkeys(LANGUAGES, name)
    test = BankedTest(name, title, float(sum(resolved)), source, worth, called, all_or_nothing)
    total = points[0]
    odd = type(total) in (int, float) and total > test.points + 1e-9
    remark = f"`{name}` says {total:g} points and its cases have {test.points:g}, which count" if odd else ""
    return OtterTest(test, remark)


def _parsed(text: str, where: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        said = f" (line {error.lineno}: {error.msg})" if isinstance(error, SyntaxError) else ""
        raise ReleaseUnusable(f"{where} is not valid Python{said}") from None


def _assigned(tree: ast.Module) -> dict[str, ast.expr]:
    """What the file's own lines assign to names."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def _literal(node: ast.expr, where: str, what: str) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ReleaseUnusable(
            f"{where}, line {node.lineno}: `{what}` is computed, and only values that stand there are understood"
        ) from None


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
