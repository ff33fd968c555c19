"""A cell that is not Python, or whose package is missing, is told as that: its function was attempted."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from support import TINY, in_words

from autograder.judge.check import CheckResult, check_in
from autograder.judge.unrun import fault_in_source, stopped_cell
from autograder.model.verdict import Outcome

STARTER = "def line_loss(w, b, X, y):\n    raise NotImplementedError()\n"
BROKEN = "def line_loss(w, b, X, y):\n    r = (X @ w + b - y\n    return np.sum(r**2)\n"
MISSING = "import no_such_package.stats as stats\ndef line_loss(w, b, X, y):\n    return stats.loss(w)\n"


@pytest.mark.parametrize(
    ("sources", "code", "words"),
    [
        ([STARTER, BROKEN], "cell_syntax", "`line_loss` is not valid Python (line 2)"),
        ([STARTER, MISSING, "x = 1"], "cell_package", "the package `no_such_package` is not available"),
        (["%%time\n" + BROKEN], "cell_syntax", "is not valid Python"),
        ([BROKEN, STARTER], None, ""),  # mended since
        (["def line_losses(x):\n    return ("], None, ""),
        ([], None, ""),
    ],
)
def test_the_last_cell_that_defines_a_function_is_read(sources: list[str], code: str | None, words: str) -> None:
    finding = fault_in_source("line_loss", sources)
    assert (finding.code if finding else None) == code
    if finding:
        assert words in in_words(finding)
        assert "`line_loss`" in in_words(finding, "zh")


def test_check_says_so_in_place_of_not_attempted(release_dir: Path) -> None:
    namespace: dict[str, object] = {"In": ["", STARTER, BROKEN]}
    exec(STARTER, namespace)
    result = check_in("line_loss", namespace, release_dir / "en" / TINY)
    assert isinstance(result, CheckResult)
    assert result.verdict.outcome is Outcome.FAILED
    assert "is not valid Python (line 2)" in repr(result)
    assert "Not attempted" not in repr(result)


def test_check_says_so_in_a_real_kernel(release_dir: Path) -> None:
    sources = ["from autograder import check", BROKEN, 'print(check("line_loss"))']
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    folder = release_dir / "en" / TINY
    NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": str(folder)}}).execute()
    assert "is not valid Python (line 2)" in notebook.cells[2].outputs[0].text


def test_a_package_is_named_only_when_the_students_own_source_names_it() -> None:
    """The text of an error comes from the student's process."""
    error = {"en": "`ModuleNotFoundError`", "zh": "`ModuleNotFoundError`"}
    told = stopped_cell("f", "import pandas", "ModuleNotFoundError", "No module named 'x3_1415'", 1, error)
    assert told.code == "cell_stopped"
    assert "3_1415" not in in_words(told)
