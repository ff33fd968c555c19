"""Running a chapter's own solutions, and its known mistakes and variants, in this process."""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import textwrap
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.numbering import REFERENCE
from autograder.chapter.percent import where
from autograder.chapter.solution_marks import without_marks
from autograder.chapter.ticking import TICK, Steps, with_ticks
from autograder.judge.implementation import InProcess
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Edit


def solution_source(exercise: ChapterExercise) -> str:
    """The answer cell without its solution markers."""
    return without_marks(exercise.answer.source + "\n")


def edited_source(exercise: ChapterExercise, edit: Edit) -> str:
    """The answer cell after an edit.  Raises AuthoringError unless an edit's old text occurs exactly once."""
    source = solution_source(exercise)
    if edit.old is not None:
        return swapped(exercise, edit, source)
    if edit.choices:
        name, right = exercise.name, f"_right_{exercise.name}"  # a notebook may hold several such cells
        other = f"def {name}():\n    return {{**{right}(), **{dict(edit.choices)!r}}}"
        return f"{source}\n\n{right} = {name}\n\n\n{other}\n"
    assert edit.function is not None
    replaced = edit.replaces or exercise.name
    if replaced not in {*exercise.functions, *exercise.methods}:
        raise exercise.grading.fault(
            f"{edit.name!r} replaces {replaced!r}, which is not a function of {exercise.name!r}"
        )
    return f"{source}\n\n{function_source(edit.function)}\n{replaced} = {edit.function.__name__}\n"


def swapped(exercise: ChapterExercise, edit: Edit, source: str) -> str:
    """A text of the solution after an edit that is a swap.  Raises AuthoringError as `edited_source` does."""
    assert edit.old is not None
    assert edit.new is not None
    count = source.count(edit.old)
    if count != 1:
        raise exercise.grading.fault(
            f"the old text of {edit.name!r} stands in the solution of {exercise.name!r} {count} times, not once: "
            f"{edit.old!r}"
        )
    source = source.replace(edit.old, edit.new)
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise exercise.grading.fault(f"{edit.name!r} gives code that is not Python: {error.msg}") from None
    return source


def function_source(function: Callable[..., Any]) -> str:
    """Dedented source text of a function, without what decorates it."""
    at = f"{where(Path(function.__code__.co_filename))}:{function.__code__.co_firstlineno}"
    if function.__name__ == "<lambda>":
        raise AuthoringError(f"{at}: what travels on its own is a function with a name: write `def` for the lambda")
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    source = "".join(source.splitlines(keepends=True)[definition.lineno - 1 :])
    if REFERENCE.search(source):  # read from the file, where references have no number yet
        raise AuthoringError(f"{at}: {function.__name__!r} travels on its own, so it can refer to no number")
    return source


@functools.lru_cache(maxsize=4096)
def _compiled(source: str, filename: str, ticking: bool = False) -> CodeType:
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    code = with_ticks(ast.parse(source, filename)) if ticking else source
    return compile(code, filename, "exec", dont_inherit=True)  # a notebook has none of our __future__


class SolutionRunner:
    """Executes a chapter's setup once, then any combination of answer cells on top of it."""

    def __init__(self, chapter: Chapter) -> None:
        self._chapter = chapter
        self._base: dict[str, Any] = {"__name__": "__main__"}  # as in a notebook: dataclasses look there
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for cell in chapter.cells:
                if cell.role == "setup" and cell.language in ("", "en"):
                    exec(_compiled(cell.source, f"<cell setup {cell.at}>"), self._base)

    def setup(self) -> dict[str, Any]:
        """Globals after the setup cells alone."""
        return dict(self._base)

    def namespace(self, replaced: Mapping[str, str] | None = None, ticks: Steps | None = None) -> dict[str, Any]:
        """Globals after all answer cells, some of them `replaced` by other source; `ticks` counts their steps."""
        namespace = dict(self._base) if ticks is None else {**self._base, TICK: ticks}
        for exercise in self._chapter.exercises:
            source = (replaced or {}).get(exercise.name, None)
            source = solution_source(exercise) if source is None else source
            exec(_compiled(source, f"<cell {exercise.name} {hash(source) & 0xFFFFFF:x}>", ticks is not None), namespace)
        return namespace

    def solution(self) -> InProcess:
        """The right numpy implementation."""
        return InProcess(self.namespace())

    def edited(self, exercise: ChapterExercise, edit: Edit) -> InProcess:
        """The implementation with one edit applied to one exercise."""
        return InProcess(self.namespace({exercise.name: edited_source(exercise, edit)}))

    def replaced(self, exercise: ChapterExercise, source: str) -> InProcess:
        """The implementation with one exercise's answer cell replaced by `source`."""
        return InProcess(self.namespace({exercise.name: source}))
