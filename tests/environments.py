"""Environments in which a wheel is installed and numpy alone beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import numpy as np
from support import REPOSITORY


def kit_wheel(folder: Path) -> Path:
    """The whole kit's wheel, built from this clone."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def plugins_of_an_installed_kit(folder: Path) -> Path:
    """A folder for sys.path that tells pytest of the kit's plugin as an installation does; made from pyproject.toml."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = folder / "autograder_ml-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: autograder-ml\nVersion: 0.1.0\n")
    lines = [f"{name} = {place}" for name, place in project["entry-points"]["pytest11"].items()]
    (about / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines, ""]))
    return folder


def environment(folder: Path, wheel: Path) -> Path:
    """The Python of a fresh environment in `folder` that has the wheel and numpy."""
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (packages,) = folder.glob("lib/python*/site-packages")
    installed = Path(np.__file__).parent.parent
    for entry in (*installed.glob("numpy"), *installed.glob("numpy.libs"), *installed.glob("numpy-*.dist-info")):
        (packages / entry.name).symlink_to(entry)
    pip(python, "install", "--no-index", str(wheel))
    return python


def pip(python: Path, *arguments: str, seconds: float = 120) -> str:
    """Run this environment's pip in another one; returns what it prints."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds).stdout


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run that Python with warnings as errors, and without anything of this one's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    return subprocess.run(
        [str(python), "-W", "error", *arguments], cwd=cwd, env=clean, capture_output=True, text=True, timeout=60
    )


def distributions(python: Path, cwd: Path) -> dict[str, str]:
    """Name and version of everything that is installed there, as importlib.metadata knows it."""
    code = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
    return dict(line.split() for line in run(python, "-c", code, cwd=cwd).stdout.splitlines())
