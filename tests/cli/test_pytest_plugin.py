"""`pytest submission.ipynb`: real runs of pytest, in this process and in others, with the plugin as it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from environments import plugins_of_an_installed_kit
from support import REPOSITORY, TINY

from autograder.build.student_wheel import student_wheel

pytest_plugins = ["pytester"]

HandIn = Callable[..., Path]
ALL = ["line_loss", "line_grad", "descend", "facts", "nearest_mean", "center", "why"]
MEAN = {"line_loss": "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"}


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tells pytest of the plugin."""
    return plugins_of_an_installed_kit(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def project(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installed: Path, bank_dir: Path
) -> pytest.Pytester:
    """A folder with bank/ in which pytest runs with the plugin."""
    shutil.copytree(bank_dir, pytester.path / "bank" / TINY)
    monkeypatch.syspath_prepend(str(installed))
    paths = [str(installed), str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return pytester


@pytest.fixture
def carol(project: pytest.Pytester, hand_in: HandIn) -> Path:
    """A submission with a mistake, an answer to mark, and no bonus."""
    path = hand_in(project.path / "carol.ipynb", {**MEAN, "why": "Because.", "center": "pass"})
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))  # as Jupyter saves it
    return path


# What is collected


def test_each_exercise_and_question_is_an_item(project: pytest.Pytester, carol: Path) -> None:
    items, _ = project.inline_genitems(carol)
    assert [item.nodeid for item in items] == [f"carol.ipynb::{name}" for name in ALL]
    lines = carol.read_text().splitlines()
    assert "def line_loss(" in lines[items[0].reportinfo()[1] or 0]


def test_a_notebook_in_a_folder_is_collected_where_it_names_an_assignment_that_has_a_bank(
    project: pytest.Pytester, carol: Path, hand_in: HandIn
) -> None:
    def is_of(assignment: str | None) -> Callable[[dict[str, Any]], object]:
        def edit(data: dict[str, Any]) -> None:
            data["metadata"]["autograder"] = {} if assignment is None else {"assignment": assignment}

        return edit

    hand_in(project.path / "other.ipynb", edit=is_of("ch02_other"))
    hand_in(project.path / "outside.ipynb", edit=is_of("../bank/ch01_tiny"))
    hand_in(project.path / f"{TINY}.ipynb", edit=is_of(None))
    (project.path / "broken.ipynb").write_text('{"autograder"')
    project.makepyfile(test_own="def test_own():\n    pass\n")
    collected, _ = project.inline_genitems()
    assert {item.path.name for item in collected} == {"carol.ipynb", "test_own.py"}
    shutil.rmtree(project.path / "bank")
    collected, _ = project.inline_genitems()
    assert [item.name for item in collected] == ["test_own"]


def test_a_named_notebook_is_known_by_its_code_too(project: pytest.Pytester, hand_in: HandIn) -> None:
    def unlabel(data: dict[str, Any]) -> None:
        data["metadata"] = {}
        for cell in data["cells"]:
            cell["metadata"] = {}

    items, _ = project.inline_genitems(hand_in(project.path / "carol.ipynb", edit=unlabel))
    assert [item.name for item in items] == ALL


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "belongs to no assignment"),
        ("{", "damaged"),
        ("", "empty"),
    ],
)
def test_a_named_notebook_that_is_no_assignments_is_one_clear_error(
    project: pytest.Pytester, content: str, sentence: str
) -> None:
    (project.path / "own.ipynb").write_text(content)
    result = project.runpytest_inprocess("own.ipynb")
    result.assert_outcomes(errors=1)
    (said,) = [line for line in result.outlines if line.startswith("own.ipynb: ")]
    assert sentence in said
    assert "Traceback" not in result.stdout.str()


def test_a_named_notebook_without_a_bank_says_where_one_was_looked_for(project: pytest.Pytester, carol: Path) -> None:
    shutil.rmtree(project.path / "bank")
    result = project.runpytest_inprocess(carol)
    result.assert_outcomes(errors=1)
    (said,) = [line for line in result.outlines if line.startswith("carol.ipynb: ")]
    assert f"there is no folder of banks {project.path / 'bank'}; name it with --autograder-bank" in said


def test_the_folder_around_the_banks_is_told_from_the_banks(project: pytest.Pytester, carol: Path) -> None:
    result = project.runpytest_inprocess(carol, "--autograder-bank", ".")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["there is no bank in *: they are one folder further in, in *bank"])


def test_what_another_plugin_collects_is_left_to_it(project: pytest.Pytester) -> None:
    (project.path / "own.ipynb").write_text("{}")
    project.makeconftest(
        """
        import pytest

        class Item(pytest.Item):
            def runtest(self): pass

        class File(pytest.File):
            def collect(self):
                yield Item.from_parent(self, name="theirs")

        def pytest_collect_file(file_path, parent):
            if file_path.suffix == ".ipynb":
                return File.from_parent(parent, path=file_path)
        """
    )
    project.runpytest_inprocess("own.ipynb").assert_outcomes(passed=1)


# Where the banks are


@pytest.mark.parametrize("how", ["ini", "command line"])
def test_banks_may_lie_elsewhere(project: pytest.Pytester, carol: Path, how: str) -> None:
    (project.path / "bank").rename(project.path / "secret")
    if how == "ini":
        project.makeini("[pytest]\nautograder_bank = secret\n")
    arguments = ["--autograder-bank", "secret"] if how == "command line" else []
    items, _ = project.inline_genitems(*arguments)
    assert [item.name for item in items] == ALL


def test_banks_that_are_named_and_not_there_are_misuse(project: pytest.Pytester, carol: Path) -> None:
    result = project.runpytest_inprocess("--autograder-bank", "nowhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --autograder-bank nowhere: there is no such folder"])


# What is told


def test_the_explanation_is_the_text_of_a_failure_and_nothing_else(project: pytest.Pytester, carol: Path) -> None:
    result = project.runpytest_inprocess(carol, "-rs", "-W", "error")
    result.assert_outcomes(passed=4, failed=1, skipped=2)
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            "*_ line_loss _*",
            "1.1 The loss: 0 / 2 points",
            "What went wrong: You averaged; the docstring asks for a sum.",
            "✗ Values: The result is wrong. (typical, wide)",
            "✓ Edge cases: right.",
            "*= short test summary info =*",
            "SKIPPED [[]1[]] carol.ipynb:*: There is no function called `center` yet. *",
            "SKIPPED [[]1[]] carol.ipynb:*: Waiting to be marked by a person.",
        ],
        consecutive=True,
    )
    said = result.stdout.str()
    assert not [word for word in ("pytest_notebook", "NotRight", "Traceback") if word in said]


def test_an_unsolved_notebook_fails_by_each_exercise_and_question(project: pytest.Pytester, hand_in: HandIn) -> None:
    result = project.runpytest_inprocess(hand_in(project.path / "empty.ipynb", only={}))
    result.assert_outcomes(failed=6, skipped=1)  # the bonus
    result.stdout.fnmatch_lines(["· Not attempted yet."])


def test_a_fault_of_ours_is_an_error_and_no_failure(project: pytest.Pytester, carol: Path) -> None:
    path = project.path / "bank" / TINY / "arrays.npz"
    path.write_bytes(b"")
    result = project.runpytest_inprocess(carol)
    result.assert_outcomes(errors=7)
    result.stdout.fnmatch_lines(
        ["*_ ERROR at setup of line_loss _*", "the bank in * is damaged, arrays.npz is not what bank.json says: *"],
        consecutive=True,
    )
    assert "runner.py" not in result.stdout.str()


def test_k_chooses_and_nothing_is_graded_that_is_not_asked_for(project: pytest.Pytester, carol: Path) -> None:
    project.runpytest_inprocess(carol, "-k", "grad or descend").assert_outcomes(passed=2, deselected=5)
    (project.path / "bank" / TINY / "arrays.npz").write_bytes(b"")
    project.runpytest_inprocess(carol, "-k", "nothing").assert_outcomes(deselected=7)
    project.runpytest_inprocess(carol, "--collect-only").assert_outcomes()


# In processes of their own


def pytest_in(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_junit_xml_of_pytest_has_points_and_explanations(project: pytest.Pytester, carol: Path) -> None:
    done = pytest_in(project.path, carol, "--junitxml", "out.xml")
    assert done.returncode == 1, done.stdout
    cases = {case.attrib["name"]: case for case in ET.parse(project.path / "out.xml").iter("testcase")}
    assert list(cases) == ALL
    loss = cases["line_loss"]
    assert {each.attrib["name"]: each.attrib["value"] for each in loss.iter("property")} == {
        "title": "1.1 The loss", "points": "0.0", "max_points": "2",
    }  # fmt: skip
    assert (loss.findtext("failure") or "").startswith("1.1 The loss: 0 / 2 points\nWhat went wrong: You averaged")
    assert [case.find("skipped") is not None for case in cases.values()] == [False] * 5 + [True] * 2


COUNTS = """
    import os
    from autograder.cli import pytest_notebook

    grade_class = pytest_notebook.grade_class

    def counted(places, *arguments, **options):
        with open("graded", "a") as file:
            file.write(f"{os.getpid()} {places[0].name}\\n")
        return grade_class(places, *arguments, **options)

    pytest_notebook.grade_class = counted
"""


@pytest.mark.slow
@pytest.mark.parametrize(("how", "most"), [(["--dist", "loadfile"], 2), ([], 4)])
def test_a_worker_grades_a_notebook_once_at_most(
    project: pytest.Pytester, carol: Path, hand_in: HandIn, how: list[str], most: int
) -> None:
    hand_in(project.path / "dave.ipynb")
    project.makeconftest(COUNTS)
    done = pytest_in(project.path, "-n", "2", *how)
    assert "2 failed, 10 passed, 2 skipped" in done.stdout, done.stdout  # dave answers no question
    graded = (project.path / "graded").read_text().splitlines()
    assert len(graded) == len(set(graded)) <= most
    assert {line.split()[1] for line in graded} == {"carol.ipynb", "dave.ipynb"}


def test_a_run_without_notebooks_imports_nothing_of_ours_but_the_plugin(project: pytest.Pytester) -> None:
    names = {
        "autograder",
        "autograder.cli",
        "autograder.cli.pytest_plugin",
        "autograder.model",
        "autograder.model.version",
    }
    project.makepyfile(
        f"""
        import sys

        def test_own():
            assert {{name for name in sys.modules if name.startswith("autograder")}} == {names}
            assert not {{"numpy", "rich", "sqlalchemy"}} & set(sys.modules)
        """
    )
    (project.path / "own.ipynb").write_text("{}")
    done = pytest_in(project.path, "-W", "error")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


def test_the_kits_wheel_has_the_plugin_and_the_students_has_not(kit_wheel: Path) -> None:
    with zipfile.ZipFile(kit_wheel) as archive:
        (entries,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "[pytest11]\nautograder = autograder.cli.pytest_plugin" in archive.read(entries).decode()
    assert b"pytest11" not in student_wheel()[1]
