"""The kit's wheel: the engine and nothing of the course; and what its installation needs."""

from __future__ import annotations

import ast
import email
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from environments import environment, run
from packaging.requirements import Requirement
from support import COURSE, REPOSITORY

from autograder.build.leaks import TELLING, _telling_lines
from autograder.chapter.percent import read_cells
from autograder.chapter.solution_marks import solutions_in
from autograder.model.comments import squeezed


@pytest.fixture(scope="module")
def contents(kit_wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(kit_wheel) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_the_wheel_holds_the_engine_and_nothing_else(contents: Mapping[str, str]) -> None:
    engine = {
        path.relative_to(REPOSITORY).as_posix()
        for path in (REPOSITORY / "autograder").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    held = {name for name in contents if ".dist-info/" not in name}
    assert held == engine
    assert "autograder/py.typed" in held
    kinds = (".py", ".typed", ".toml", ".html", ".md", ".css", ".js", ".jinja", ".j2", ".json", ".csv")
    assert {Path(name).suffix for name in held} <= {*kinds}


def test_no_file_of_the_wheel_holds_a_solution_a_reference_or_a_mistake(contents: Mapping[str, str]) -> None:
    packed = {name: squeezed(text) for name, text in contents.items() if name.startswith("autograder/")}
    for course in (REPOSITORY, COURSE):
        secrets = []
        for path in (course / "solutions").glob("ch*/*.py"):
            text = path.read_text(encoding="utf-8")
            secrets += [line for block in solutions_in(text) for line in _telling_lines(block)]
            secrets += re.findall(r'^ +en="([^"]+)"', text, re.MULTILINE)
        for path in (course / "reference").glob("*.py"):
            secrets += [line for line in _telling_lines(path.read_text(encoding="utf-8")) if "torch." in line]
        secrets = [secret for secret in secrets if len(squeezed(secret)) >= TELLING]
        assert secrets
        found = [(name, line) for line in secrets for name, text in packed.items() if squeezed(line) in text]
        assert not found


def test_the_engine_needs_numpy_and_nothing_else(contents: Mapping[str, str]) -> None:
    (metadata,) = [text for name, text in contents.items() if name.endswith(".dist-info/METADATA")]
    message = email.message_from_string(metadata)
    required = [line for line in message.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert [re.split(r"[<>=~ ]", line)[0] for line in required] == ["numpy"]
    assert message["License-Expression"] == "BSD-3-Clause"
    extras = {"plots", "torch", "course", "grading", "nbgrader", "docs", "dev"}
    assert set(message.get_all("Provides-Extra", [])) == extras


def extras() -> dict[str, list[Requirement]]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name: list(map(Requirement, lines)) for name, lines in project["optional-dependencies"].items()}


def test_plots_come_without_torch_and_a_course_with_both() -> None:
    assert {requirement.name for requirement in extras()["plots"]} == {"matplotlib", "scikit-learn"}
    assert {requirement.name for requirement in extras()["torch"]} == {"torch"}
    assert {"plots", "torch"} in [requirement.extras for requirement in extras()["course"]]


def test_what_released_cells_import_is_what_the_extras_install() -> None:
    installed = {"numpy", *(requirement.name for name in ("plots", "torch") for requirement in extras()[name])}
    imported = {"scikit-learn": "sklearn"}
    known = {imported.get(name, name) for name in installed} | {"autograder"} | sys.stdlib_module_names
    for path in sorted((REPOSITORY / "solutions").glob("ch*/*.py")):
        for cell in read_cells(path):
            if cell.role in ("setup", "demo", "answer"):
                assert imports(cell.source) <= known, cell.at


def imports(source: str) -> set[str]:
    """The top-level names of the modules that a cell imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names}


# What the README's two commands install


CPU_BUILDS = "https://download.pytorch.org/whl/cpu"


@pytest.mark.parametrize(
    ("choice", "index"),
    [([], CPU_BUILDS), (["TORCH_INDEX=https://my.index/cu"], "https://my.index/cu"), (["TORCH_INDEX="], "")],
)
def test_make_takes_torch_from_where_it_is_told(choice: list[str], index: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "TORCH_INDEX"))}
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", ".venv/.ready", *choice],
        cwd=REPOSITORY, env=own, check=True, capture_output=True, text=True,
    )  # fmt: skip
    asked = re.findall(r"--index-url '?([^' ]+)'? torch==(\S+)", done.stdout)
    assert asked == ([(index, pins()["torch"])] if index else [])
    assert "nvidia-smi" in done.stdout or choice


def pins() -> dict[str, str]:
    """The versions in constraints.txt by normalised name; every line but a comment must be `name==version`."""
    found: dict[str, str] = {}
    for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([0-9][A-Za-z0-9.!]*)", line)
            assert match, f"not name==version: {line!r}"
            assert normalised(match[1]) not in found, f"twice: {line!r}"
            found[normalised(match[1])] = match[2]
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_constraint_is_a_name_and_a_version() -> None:
    assert len(pins()) > 100
    comments = [line for line in (REPOSITORY / "constraints.txt").read_text().splitlines() if line.startswith("#")]
    assert comments == ["# Made by `make constraints`."]


def test_everything_that_the_extras_ask_for_is_pinned_to_a_version_they_allow() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(line for lines in project["optional-dependencies"].values() for line in lines)]
    requirements = [Requirement(line) for line in asked]
    assert len(requirements) > 20
    for requirement in requirements:
        if requirement.name != project["name"]:  # one extra may take in the others
            assert requirement.specifier.contains(pins()[normalised(requirement.name)]), requirement


def test_the_pins_are_complete() -> None:
    """What any of the installed packages asks for here is pinned too: nothing is left to the day of installation."""
    missing = {
        (distribution.name, requirement.name)
        for distribution in importlib.metadata.distributions()
        if normalised(distribution.name) in pins()
        for requirement in map(Requirement, distribution.requires or ())
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if normalised(requirement.name) not in pins()
    }
    assert not missing


def test_the_command_line_says_what_it_needs(kit_wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv", kit_wheel)
    for command in (["-m", "autograder", "--help"], [str(python.parent / "autograder"), "grade"]):
        done = run(python, *command, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.startswith("error: the command line needs ")
        assert len(done.stderr.splitlines()) == 1


def test_an_import_against_the_way_of_the_rooms_is_found(tmp_path: Path) -> None:
    """The same contract with its layers upside down: whatever the rooms import is then against it."""
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        (contract,) = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    rooms = {path.parent.name for path in (REPOSITORY / "autograder").glob("*/__init__.py")}
    assert {
        name.strip().removeprefix("autograder.") for layer in contract["layers"] for name in layer.split("|")
    } == rooms
    for layers, code in ((contract["layers"], 0), (contract["layers"][::-1], 1)):
        written = "\n".join(f"    {layer}" for layer in layers)
        config = tmp_path / f"{code}.ini"
        config.write_text(
            "[importlinter]\nroot_package = autograder\n"
            f"[importlinter:contract:1]\nname = rooms\ntype = layers\nlayers =\n{written}\n"
        )
        command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(config)]
        assert subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=False).returncode == code
