"""A module that is missing is named with its chapter and the command that installs it, and is no missing sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import REPOSITORY, TINY, change, without_progress

from autograder.chapter.chapter import load_chapter
from autograder.model.bank import Bank, BankedCell
from autograder.model.bank_files import save
from autograder.model.errors import AuthoringError
from autograder.model.needs import ModulesMissing, missing_modules, modules_of, pip_install, require_modules
from autograder.sandbox import ModuleUnusable, Sandbox


def needing(bank: Bank, *statements: str) -> Bank:
    """The bank of a chapter whose setup cell imports more."""
    source = "\n".join(statements)
    return replace(bank, cells=(*bank.cells, BankedCell("more-setup", "setup", {"en": source, "zh": source})))


def test_what_setup_and_solutions_import_is_needed(bank: Bank) -> None:
    assert modules_of([needing(bank, "import torch.nn as nn", "from sklearn.svm import SVC")])[0] == "numpy"
    assert {"torch.nn", "sklearn.svm"} <= set(modules_of([needing(bank, "import torch.nn", "import sklearn.svm")]))
    assert "autograder" not in modules_of([needing(bank, "from autograder import check")])


def test_every_missing_module_is_named_with_its_chapters(bank: Bank) -> None:
    one = needing(bank, "import no_such_module.part")
    other = replace(needing(bank, "import no_such_module", "import nor_this"), chapter="ch02_other")
    assert missing_modules([bank]) == {}
    assert missing_modules([one, other]) == {"no_such_module": [TINY, "ch02_other"], "nor_this": ["ch02_other"]}
    with pytest.raises(ModulesMissing) as refusal:
        require_modules([one, other])
    assert str(refusal.value) == (
        f"grading needs what is not installed here, no_such_module (for {TINY}, ch02_other), "
        "nor_this (for ch02_other): run `pip install no_such_module nor_this`"
    )


def test_a_package_is_installed_by_its_own_name() -> None:
    assert pip_install(["sklearn", "matplotlib"]) == "pip install scikit-learn matplotlib"


def test_grading_stops_before_the_first_submission(
    course_copy: Path, bank: Bank, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    save(needing(bank, "import no_such_module"), course_copy / "bank" / TINY)
    for number in range(3):
        hand_in(tmp_path / "submitted" / f"student{number}" / TINY / f"{TINY}.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", str(tmp_path / "submitted"), "--out", str(tmp_path / "graded"),
         "--workers", "2"],
        cwd=course_copy, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = without_progress(done.stderr)
    assert line.startswith("error: grading needs what is not installed here, no_such_module")
    assert "bubblewrap" not in line
    assert not (tmp_path / "graded" / "index.html").exists()


def test_a_module_that_is_there_and_broken_is_no_missing_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "broken_one.py").write_text("import libcuda_of_yesterday\n")
    monkeypatch.syspath_prepend(packages)
    with pytest.raises(ModuleUnusable) as problem:
        Sandbox(preload=("broken_one",))
    sentence = str(problem.value)
    assert "the module broken_one cannot be imported in the sandbox (ModuleNotFoundError" in sentence
    assert "bubblewrap" not in sentence
    assert sentence.count("To do:") == 1


def test_several_workers_that_cannot_start_say_so_once(
    course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    for number in range(3):
        hand_in(tmp_path / "submitted" / f"student{number}" / TINY / f"{TINY}.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", str(tmp_path / "submitted"), "--out", str(tmp_path / "graded"),
         "--workers", "2", "--rung", "moat"],
        cwd=course_copy, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert len(without_progress(done.stderr)) == 1, done.stderr


def test_a_chapter_that_imports_what_is_not_installed_says_how_to_install_it(course_copy: Path) -> None:
    folder = course_copy / "solutions" / TINY
    change(folder, ("tolerance=EXACT", "tolerance=__import__('sklearn_of_yore.svm')"))
    with pytest.raises(AuthoringError, match=r"if the name is right, run `pip install sklearn_of_yore`$"):
        load_chapter(folder)
