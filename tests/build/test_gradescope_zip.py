"""Gradescope's autograder: what the zip file holds, and what its script does where Gradescope would run it."""

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

import pytest
from support import COURSE, TINY, Run, misuse

from autograder.build.leaks import TELLING, _telling_lines
from autograder.chapter.solution_marks import solutions_in
from autograder.model.comments import squeezed

HandIn = Callable[..., Path]


@pytest.fixture
def archive(run: Run, kit_wheel: Path, tmp_path: Path) -> Path:
    """As `autograder export` writes it."""
    out = tmp_path / "autograder.zip"
    command = ("export", "--to", "gradescope-autograder", "--assignment", TINY, "--wheel", kit_wheel, "--out", out)
    code, output, errors = run(*command, "--visibility", "after_due_date")
    assert (code, output) == (0, ""), errors
    return out


@pytest.fixture
def autograder(archive: Path, tmp_path: Path) -> Callable[[], tuple[int, dict[str, Any] | None, str]]:
    """Unpack it as Gradescope does into a root of its own; returns what runs a submission: code, results, output."""
    root = tmp_path / "autograder"
    (root / "submission").mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(root / "source")
    (wheel,) = (root / "source").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "installed")  # stands for `pip install`: its requirements are here
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)

    def run_autograder() -> tuple[int, dict[str, Any] | None, str]:
        env = {**os.environ, "AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable}
        done = subprocess.run(
            [root / "run_autograder"], cwd=root, env=env | {"PYTHONPATH": str(tmp_path / "installed")},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        results = root / "results" / "results.json"
        data = json.loads(results.read_text(encoding="utf-8")) if results.exists() else None
        return done.returncode, data, done.stdout + done.stderr

    return run_autograder


def test_the_zip_file_holds_scripts_wheel_and_bank_and_no_solutions(archive: Path, kit_wheel: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert sorted(opened.namelist()) == sorted([
            "setup.sh", "run_autograder", kit_wheel.name, f"bank/{TINY}/bank.json", f"bank/{TINY}/arrays.npz",
        ])  # fmt: skip
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in opened.infolist()}
        assert modes["setup.sh"] == modes["run_autograder"] == 0o755
        scripts = opened.read("setup.sh").decode() + opened.read("run_autograder").decode()
    for path in (COURSE / "solutions").glob("ch*/*.py"):
        lines = [line for block in solutions_in(path.read_text("utf-8")) for line in _telling_lines(block)]
        assert not [line for line in lines if len(squeezed(line)) >= TELLING and squeezed(line) in squeezed(scripts)]
    assert archive.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_valid_bash(script: str, archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(script)
    assert text.startswith(b"#!/usr/bin/env bash\n")
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_a_submission_gets_its_results(
    autograder: Callable[[], tuple[int, dict[str, Any] | None, str]], hand_in: HandIn, tmp_path: Path
) -> None:
    hand_in(tmp_path / "autograder" / "submission" / "my work" / "Untitled (2).ipynb")
    elsewhere = hand_in(tmp_path / "neighbour.ipynb", {"line_loss": "def line_loss(w, b, X, y):\n    return 0.0"})
    os.symlink(elsewhere, tmp_path / "autograder" / "submission" / f"{TINY}.ipynb")
    code, results, said = autograder()
    assert code == 0, said
    assert results is not None
    assert results["score"] == 11.0
    assert results["visibility"] == "after_due_date"
    failed = [test["name"] for test in results["tests"] if test["status"] == "failed"]
    assert len(failed) == 1  # the written question, which was not answered
    assert "–" in failed[0]


@pytest.mark.slow
@pytest.mark.parametrize(("content", "sentence"), [(b"{", "could not be read"), (None, "could not be read")])
def test_without_a_score_there_are_no_results_and_the_staff_are_told(
    content: bytes | None,
    sentence: str,
    autograder: Callable[[], tuple[int, dict[str, Any] | None, str]],
    tmp_path: Path,
) -> None:
    if content is not None:
        (tmp_path / "autograder" / "submission" / "x.ipynb").write_bytes(content)
    code, results, said = autograder()
    assert (code, results) == (1, None)
    assert sentence in said


def test_a_missing_wheel_or_bank_is_one_sentence(run: Run, kit_wheel: Path, course_copy: Path, tmp_path: Path) -> None:
    command = ("export", "--to", "gradescope-autograder", "--out", tmp_path / "x.zip")
    assert "run `make wheel`, or name it with --wheel" in misuse(run, *command, "--assignment", TINY)
    assert "is not the kit's wheel" in misuse(run, *command, "--assignment", TINY, "--wheel", tmp_path / "x.whl")
    sentence = misuse(run, *command, "--assignment", "ch09_nothing", "--wheel", kit_wheel)
    assert "ch09_nothing" in sentence
    assert not (tmp_path / "x.zip").exists()
