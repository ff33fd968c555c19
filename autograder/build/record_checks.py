"""What an author can get wrong in a record that shows only with its cases and texts; each fault has file and line."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.chapter.chapter import ChapterExercise
from autograder.chapter.percent import where
from autograder.chapter.solutions import function_source
from autograder.judge.criteria import criterion_of
from autograder.model.bank import BankedExercise
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Case
from autograder.model.markers import Tensor
from autograder.model.texts import LANGUAGES
from autograder.model.tree import leaves
from autograder.report.feedback import inline

OF_A_CASE = ("name", "zh", "title", "public", "graded", "given", "inputs")  # what an observe may not look at


def refuse_odd_cases(entry: ChapterExercise, drawn: Sequence[tuple[str, Case]]) -> None:
    """Every group draws a case, each case has a name of its own, and without torch no tensor can arrive."""
    for group in entry.record.all_groups:
        if group.name not in {name for name, _ in drawn}:
            raise entry.grading.fault(f"the group {group.name!r} of {entry.name!r} draws no case")
    for name, count in Counter(case.name for _, case in drawn).items():
        if count > 1:
            raise entry.grading.fault(f"{count} cases of {entry.name!r} are called {name!r}")
    holds = [case.name for _, case in drawn if any(isinstance(leaf, Tensor) for leaf in leaves(case.inputs))]
    if holds and "torch" in entry.record.forbids:
        raise entry.grading.fault(
            f"the case {holds[0]!r} of {entry.name!r} holds a tensor, but the exercise forbids torch"
        )


def refuse_inputs_out_of_order(entry: ChapterExercise, drawn: Sequence[tuple[str, Case]]) -> None:
    """Without an observe a case's inputs are the arguments of one call: named as its parameters, in their order."""
    called = {group.name for group in entry.record.all_groups if (group.observe or entry.record.observe) is None}
    parameters = entry.functions[entry.name]
    for case in (case for group, case in drawn if group in called):
        if (given := tuple(case.inputs)) != parameters[: len(given)]:
            raise entry.grading.fault(
                f"the inputs of case {case.name!r} are {', '.join(given)}, but {entry.name!r} takes "
                f"{', '.join(parameters) or 'none'}: name them so, in this order, or give the group an observe"
            )


def refuse_branching_observes(entry: ChapterExercise) -> None:
    """What is looked at depends on a case's inputs alone: what else is looked at is another group's observe."""
    record = entry.record
    observes = [record.observe, *(group.observe for group in record.all_groups)]
    for function in filter(None, (*observes, record.gradient.of if record.gradient else None)):
        for line in _lines_that_branch(function):
            at = f"{where(Path(function.__code__.co_filename))}:{function.__code__.co_firstlineno + line - 1}"
            raise AuthoringError(
                f"{at}: {function.__name__!r} looks at the name of a case, or at which inputs it has: give those cases "
                "a Group with an observe of its own"
            )


def _lines_that_branch(function: Callable[..., Any]) -> Iterator[int]:
    """The lines of an observe at which it looks at more of its case than the values of the inputs."""
    tree = ast.parse(function_source(function))
    case = list(inspect.signature(function).parameters)[1]
    whole = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "values"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == case:
            if node.attr in OF_A_CASE and id(node) not in whole:
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node).startswith((f"hasattr({case},", f"getattr({case},")):
            yield node.lineno


def refuse_gate_without_shapes(entry: ChapterExercise, exercise: BankedExercise) -> None:
    """A gate holds the shapes of returned parameters: one for each sample could be a table of answers."""
    returns = exercise.returns.get(entry.name, ())
    if exercise.shapes is None and not criterion_of(exercise).expects_value and any(map(_holds_numbers, returns)):
        raise entry.grading.fault(
            f"{entry.name!r} is judged by a gate and returns numbers: declare their shapes with shapes=…, so that no "
            "table of answers passes for parameters"
        )


def _holds_numbers(structure: Any) -> bool:
    return any(isinstance(leaf, int) for leaf in leaves(structure))


def refuse_odd_formulas(entry: ChapterExercise) -> None:
    """A formula that cannot be set would reach students as code."""
    texts = [mistake.hint for mistake in entry.record.mistakes]
    texts += [group.title for group in entry.record.all_groups if group.title]
    for text in (text[language] for text in texts for language in LANGUAGES):
        for tex in inline.unset_formulas(text):
            raise entry.grading.fault(f"the formula ${tex}$ in a text of {entry.name!r} cannot be set: {text!r}")
