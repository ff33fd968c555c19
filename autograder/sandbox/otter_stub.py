"""What `import otter` gives in the sandbox: a notebook's own checks do nothing, and a course's test cases can be run.

A case that fails raises.  Of a doctest case the error's text is JSON: the example, what it should give, and what it
gave or, where it stopped, the names of the error and its text.
"""

from __future__ import annotations

import inspect
import json
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

_SHOWN = 200  # characters of a part of a failed example: several of them fit into what is told of an error


class CaseFailed(AssertionError):
    """A doctest case failed; see the module for its text."""


def modules() -> Mapping[str, types.ModuleType]:
    """The modules of a student's process, by name."""
    otter, test_files = types.ModuleType("otter"), types.ModuleType("otter.test_files")
    otter.__path__ = []
    test_files.test_case = test_case  # type: ignore[attr-defined]
    for name, value in {
        "Notebook": Notebook,
        "test_files": test_files,
        "run_doctest": run_doctest,
        "run_function": _runner_of_functions(),
    }.items():
        setattr(otter, name, value)
    return {"otter": otter, "otter.test_files": test_files}


class Notebook:
    """Stands for Otter's: your work is checked when it is graded."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def check(self, *_: object, **__: object) -> None:
        """Does nothing here."""

    check_all = export = to_pdf = add_plugin_files = run_plugin = check


class test_case:
    """Otter's decorator of a function that is a test case."""

    def __init__(
        self,
        name: str | None = None,
        points: float | None = None,
        hidden: bool = False,
        success_message: str | None = None,
        failure_message: str | None = None,
    ) -> None:
        self.function: Callable[..., object] = lambda: None

    def __call__(self, function: Callable[..., object]) -> test_case:
        self.function = function
        return self


def run_doctest(code: str, name: str) -> None:
    """Run a case as Otter does, on a copy of the caller's globals.  Raises CaseFailed."""
    import doctest  # a course's own notebooks have it preloaded; others do without

    class Runner(doctest.DocTestRunner):
        """Keeps the first failure, and prints none."""

        failure: tuple[str, ...] = ()

        def report_failure(self, out: object, test: object, example: doctest.Example, got: str) -> None:
            self.failure = self.failure or (example.source, example.want, got)

        def report_unexpected_exception(
            self, out: object, test: object, example: doctest.Example, exc_info: tuple[Any, ...]
        ) -> None:
            self.failure = self.failure or (example.source, example.want, exc_info[0].__name__, _text(exc_info[1]))

    runner = Runner(verbose=False)
    examples = [each for each in doctest.DocTestParser().parse(code, name) if isinstance(each, doctest.Example)]
    test = doctest.DocTest(examples, sys._getframe(1).f_globals, name, None, None, code)
    if runner.run(test, clear_globs=False).failed:
        parts = [part.strip()[:_SHOWN] for part in runner.failure]
        raise CaseFailed(json.dumps(parts, ensure_ascii=False))


def _runner_of_functions() -> Callable[[str, str], None]:
    files: dict[str, dict[str, Any]] = {}  # what the cases of one file share

    def run_function(source: str, name: str) -> None:
        """Run a function of a test file with what it asks for by its parameters' names, `env` being all globals."""
        env = sys._getframe(1).f_globals
        if source not in files:
            made: dict[str, Any] = {}
            exec(compile(source, "<tests>", "exec"), made)
            files[source] = made
        function = files[source][name].function
        function(**{each: env if each == "env" else env.get(each) for each in inspect.signature(function).parameters})

    return run_function


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a student's exception may fail to describe itself
        return ""
