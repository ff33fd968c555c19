"""An exercise of ours out of an nbgrader notebook's assert cell and the answer that it tests: a file to complete."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.build.adopted_cases import AdoptedCases, adopted_cases, calls_in, names_bound, names_in
from autograder.chapter.solution_marks import BEGIN, END, marks_in, without_marks
from autograder.grading.notebook import Notebook, RawCell
from autograder.grading.release_cells import HEADING
from autograder.model.errors import UserError
from autograder.model.near_names import did_you_mean


class NotAdopted(UserError):
    """No exercise can be made of this cell; the message says why, and what to do."""


@dataclass(frozen=True)
class Adopted:
    """The exercise file, the name of its function, and a sentence for each thing that a person must still do."""

    text: str
    function: str
    left: tuple[str, ...]


def tests_in(notebook: Notebook) -> dict[str, RawCell]:
    """The autograded code cells of an nbgrader notebook, by grade_id."""
    return {
        cell.grade_id: cell
        for cell in notebook.cells
        if cell.kind == "code" and cell.label.get("grade") and not cell.label.get("solution") and cell.grade_id
    }


def adopt(notebook: Notebook, grade_id: str, *, module: str, where: str) -> Adopted:
    """The exercise that a test cell becomes; `module` is the chapter's in reference/, `where` names the notebook.

    Raises NotAdopted.
    """
    tests = tests_in(notebook)
    if grade_id not in tests:
        raise NotAdopted(f"{where} has no test cell {grade_id!r}: {did_you_mean(grade_id, tests)}".rstrip(": "))
    answers = _answers(notebook)
    test = tests[grade_id]
    tree = _parsed(test, f"the test `{grade_id}` of {where}")
    counts = Counter(call.func.id for call in calls_in(tree, answers) if isinstance(call.func, ast.Name))
    if not counts:
        raise NotAdopted(
            f"the test `{grade_id}` of {where} calls no function of an answer cell, so no cases can be made of it: "
            "let the answer be a function that returns what is tested"
        )
    function = counts.most_common(1)[0][0]
    answer = answers[function]
    parameters = {name: _parameters(name, cell) for name, cell in answers.items()}
    cases = adopted_cases(test.source, function, parameters)
    return _written(notebook, test, answer, function, cases, module, where)


# --- what is there ----------------------------------------------------------------------------------------------------


def _answers(notebook: Notebook) -> dict[str, RawCell]:
    """The answer cell that defines each function; of cells that are no Python nothing is known."""
    found: dict[str, RawCell] = {}
    for cell in notebook.cells:
        if cell.kind == "code" and cell.label.get("solution"):
            try:
                tree = ast.parse(without_marks(cell.source))
            except SyntaxError:
                continue
            found |= {node.name: cell for node in tree.body if isinstance(node, ast.FunctionDef)}
    return found


def _parsed(cell: RawCell, what: str) -> ast.Module:
    try:
        return ast.parse(cell.source)
    except SyntaxError as error:
        raise NotAdopted(f"{what} is not plain Python (line {error.lineno}: {error.msg}): take magics out") from None


def _definition(name: str, cell: RawCell) -> ast.FunctionDef:
    body = ast.parse(without_marks(cell.source)).body
    return next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == name)


def _parameters(name: str, cell: RawCell) -> tuple[str, ...]:
    arguments = _definition(name, cell).args
    return tuple(argument.arg for argument in (*arguments.posonlyargs, *arguments.args))


def _text_above(notebook: Notebook, answer: RawCell) -> tuple[str, str]:
    """The heading and the text between the code cell before the answer and the answer."""
    cells = list(notebook.cells[: answer.number - 1])
    above: list[str] = []
    while cells and cells[-1].kind == "markdown":
        above.insert(0, cells.pop().source)
    text = "\n\n".join(above)
    headings = HEADING.findall(text)
    return (headings[-1] if headings else ""), HEADING.sub("", text).strip()


# --- what is written --------------------------------------------------------------------------------------------------


def _written(
    notebook: Notebook, test: RawCell, answer: RawCell, function: str, cases: AdoptedCases, module: str, where: str
) -> Adopted:
    source, left = _answer_source(answer)
    imports, missing = _needed(notebook, answer)
    left = [*left, *missing, *(f"not made a case: {sentence}" for sentence in cases.left)]
    if not any(line.startswith("yield") for line in cases.lines):
        left.append("there is no case yet: write them into `cases`, with the parameters of the function as inputs")
    heading, text = _text_above(notebook, answer)
    points = test.label.get("points", 1)
    docstring = ast.get_docstring(_definition(function, answer))
    definition = ast.unparse(_definition(function, answer).args)
    name, renamed = (f"{module}_in_torch", f" as {module}_in_torch") if module == function else (module, "")
    lesson = [f"## {{n}} {heading or function}", *([""] if text else []), *(text.split("\n") if text else [])]
    lines = [
        f"# From the test `{test.grade_id}` of {where}. To be done, then `autograder build`, `verify` and `bank`:",
        f"# - Call this file NN_{function}.py, in the folder of its chapter below solutions/.",
        f"# - Write `def {function}({definition})` into reference/{module}.py: what is right, in torch, without a look",
        "#   at the solution below.",
        "# - Translate the cells in Chinese, then `autograder build --translated CHAPTER`.",
        "# - Cases of asserts are the same for everybody: draw further ones from rng. Write down mistakes you expect.",
        *(f"# - {sentence}" for sentence in left),
        "# %% prelude",
        *dict.fromkeys(("import numpy as np", *cases.imports)),
        "",
        f"from autograder import {'EXACT' if cases.exact else 'CLOSED_FORM'}, Case, Exercise",
        f"from reference import {module}{renamed}",
        "",
        *_markdown('lang="en"', lesson),
        *_markdown('lang="zh"', lesson),
        *(["# %% setup", *imports, "", ""] if imports else []),
        f'# %% answer="{function}"',
        source,
        "",
        "",
        *(_markdown(f'docstring="{function}" lang="zh"', docstring.split("\n")) if docstring else []),
        f'# %% grading="{function}"',
        "def cases(rng):",
        *(f"    {line}" for text in cases.lines or ["yield Case('…')"] for line in text.split("\n")),
        "",
        "",
        "Exercise(",
        f"    points={points:g}, reference={name}.{function}, cases=cases,",
        f"    tolerance={'EXACT' if cases.exact else 'CLOSED_FORM'},",
        '    mistakes=[],  # Mistake("name", "text of the solution", "text in its place", en="hint", zh="提示")',
        ")",
    ]
    return Adopted("\n".join(lines) + "\n", function, tuple(left))


def _markdown(options: str, lines: Sequence[str]) -> list[str]:
    return [f"# %% [markdown] {options}", *(f"# {line}".rstrip() for line in lines)]


def _answer_source(answer: RawCell) -> tuple[str, list[str]]:
    """The answer cell with marks around the bodies of its functions, and what of it is left to do."""
    source = answer.source.strip("\n")
    plain = without_marks(source).strip("\n")
    body = ast.parse(plain).body
    definitions = [node for node in body if isinstance(node, ast.FunctionDef)]
    left = [
        f"line {node.lineno} of the answer cell stands outside a function: put it into a setup cell"
        for node in body
        if not isinstance(node, (ast.FunctionDef, ast.Import, ast.ImportFrom))
    ]
    if marks_in(source) and all(_has_marks(source, node.name) for node in definitions):
        return source, left
    lines = plain.split("\n")
    for node in reversed(definitions):
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        indent = " " * first.col_offset
        lines.insert(node.end_lineno or len(lines), indent + END)
        lines.insert(first.lineno - 1, indent + BEGIN)
    return "\n".join(lines), left


def _has_marks(source: str, name: str) -> bool:
    """Whether the marks stand inside the function, so that its first line reaches students."""
    return re.search(rf"^def {re.escape(name)}\b", source.partition(BEGIN)[0], re.MULTILINE) is not None


def _needed(notebook: Notebook, answer: RawCell) -> tuple[list[str], list[str]]:
    """Imports of other cells that the answer needs, and a sentence for whatever else it takes from them."""
    tree = ast.parse(without_marks(answer.source))
    own = set().union(*map(names_bound, tree.body))
    used = names_in(tree) - own
    imports: dict[str, None] = {}
    others: Mapping[str, RawCell] = {name: cell for name, cell in _answers(notebook).items() if cell is not answer}
    called = sorted(used & others.keys())
    left = [f"it calls `{name}`: adopt that first, and import it `from chapter`" for name in called]
    for cell in notebook.cells[: answer.number - 1]:
        if cell.kind != "code" or cell.label.get("solution"):
            continue
        try:
            body = ast.parse(cell.source).body
        except SyntaxError:
            continue
        for statement in body:
            if not names_bound(statement) & used:
                continue
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                imports[ast.unparse(statement)] = None
            else:
                names = ", ".join(f"`{name}`" for name in sorted(names_bound(statement) & used))
                left.append(f"it needs {names} of another cell: put that into a setup cell")
    return list(imports), left
