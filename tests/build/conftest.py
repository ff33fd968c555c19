"""An environment with numpy, a kernel of Jupyter's, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from environments import pip
from support import REPOSITORY


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with numpy and a kernel.  CI demands that it can be had."""
    folder = tmp_path_factory.mktemp("anywhere") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    python = folder / "bin" / "python"
    pins = str(REPOSITORY / "constraints.txt")
    try:
        pip(python, "install", "--quiet", "--constraint", pins, "numpy", "ipykernel", seconds=600)
    except subprocess.SubprocessError:
        sentence = "pip cannot have numpy and ipykernel for an environment of their own"
        (pytest.fail if os.environ.get("AUTOGRADER_WHEELS") else pytest.skip)(sentence)
    return python


@pytest.fixture
def packages(python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where that Python has its packages, none of ours among them; notebooks find it as the kernel `student`."""
    kernel = tmp_path / "jupyter" / "kernels" / "student" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    launch = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": launch, "display_name": "student", "env": {"PYTHONPATH": ""}}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    yield packages
    pip(python, "uninstall", "--yes", "--quiet", "autograder-ml")
    shutil.rmtree(packages / "autograder", ignore_errors=True)
