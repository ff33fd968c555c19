"""The students' wheel: `check` and what it needs, of one piece with the kit, working beside numpy alone."""

from __future__ import annotations

import ast
import base64
import csv
import email
import hashlib
import io
import json
import os
import re
import shutil
import sys
import tokenize
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from environments import distributions, environment, pip, run
from support import TINY, Run

from autograder.build.student_wheel import ROOMS, KitNotInstalled, package_files, write_student_wheel
from autograder.model.texts import LANGUAGES
from autograder.model.version import DISTRIBUTION, __version__

LARGEST = 100_000  # bytes: it comes along with every hand-out, in a lecture hall too
EXTRAS = {"matplotlib", "sklearn", "torch"}  # what may be there, and is imported where it is needed alone
WRITE = "import pathlib, sys; from autograder.build.student_wheel import write_student_wheel as write; " \
    "print(write(pathlib.Path(sys.argv[1])))"  # fmt: skip


@pytest.fixture(scope="module")
def kit(kit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the whole kit."""
    return environment(tmp_path_factory.mktemp("teacher") / "venv", kit_wheel)


@pytest.fixture(scope="module")
def wheel(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The students' wheel, as an installed kit writes it."""
    folder = tmp_path_factory.mktemp("handout")
    done = run(kit, "-c", WRITE, str(folder), cwd=folder)
    assert done.returncode == 0, done.stderr
    (written,) = folder.iterdir()
    assert done.stdout.strip() == str(written)
    return written


@pytest.fixture(scope="module")
def student(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a student, who has the students' wheel and numpy."""
    return environment(tmp_path_factory.mktemp("student") / "venv", wheel)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def shape(module: bytes) -> list[str]:
    """What a module does and where each part of it begins: its syntax tree without docstrings."""
    tree = ast.parse(module)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, False) is not None:
            node.body[0] = ast.Pass()
    begins = ("lineno", "col_offset")
    return [f"{ast.dump(node)} {[getattr(node, place, 0) for place in begins]}" for node in ast.walk(tree)]


def metadata(wheel: Path) -> email.message.Message:
    (text,) = [text for name, text in contents(wheel).items() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(text)


# What it holds


def test_it_holds_of_two_rooms_what_check_needs_and_nothing_else(kit_wheel: Path, wheel: Path) -> None:
    whole = {name: content for name, content in contents(kit_wheel).items() if name.startswith("autograder/")}
    held = {name: content for name, content in contents(wheel).items() if ".dist-info/" not in name}
    assert held == package_files()  # whether it is made from an installed kit or from a clone
    assert {name.split("/")[1] for name in held} == {"__init__.py", "__main__.py", *ROOMS}
    for name in (name for name in held if name.endswith(".py")):
        assert shape(held[name]) == shape(whole[name]), name
        kinds = {token.type for token in tokenize.tokenize(io.BytesIO(held[name]).readline)}
        assert tokenize.COMMENT not in kinds or name.count("/") == 1, name
    left_out = {name for name in whole if name.split("/")[1] in ROOMS} - set(held)
    assert "autograder/judge/figures.py" in held
    assert {f"autograder/model/{name}.py" for name in ("bank_files", "choices", "files")} <= left_out
    assert not {name for name in left_out if name.startswith("autograder/judge/")}
    assert wheel.stat().st_size <= LARGEST


def test_its_words_are_those_of_check(wheel: Path, kit_wheel: Path) -> None:
    for language in LANGUAGES:
        name = f"autograder/model/{language}.toml"
        ours, kits = (tomllib.loads(contents(path)[name].decode()) for path in (wheel, kit_wheel))
        assert ours["page"]["check"] == kits["page"]["check"]
        assert ours["value"] == kits["value"]
        assert "feedback" not in ours["page"]
        assert "note" not in ours
        assert "mutant" not in ours["page"]


def test_what_a_student_calls_keeps_its_docstring(student: Path, tmp_path: Path) -> None:
    code = "import autograder; print(autograder.check.__doc__, autograder.case.__doc__)"
    done = run(student, "-c", code, cwd=tmp_path)
    assert "Hidden cases decide the grade" in done.stdout
    assert "The inputs of one public case" in done.stdout


def test_what_it_says_of_itself_is_what_the_kit_says(kit_wheel: Path, wheel: Path) -> None:
    ours, kits = metadata(wheel), metadata(kit_wheel)
    assert kits["Version"] == __version__
    assert re.fullmatch(re.escape(f"{__version__}+student") + "[0-9a-f]{8}", str(ours["Version"]))
    for header in ("Name", "License-Expression", "Requires-Python"):
        assert ours[header] == kits[header]
    extras = {"plots", "torch", "course"}
    assert set(ours.get_all("Provides-Extra", [])) == extras
    assert set(ours.get_all("Requires-Dist", [])) == {
        line for line in kits.get_all("Requires-Dist", []) if "extra ==" not in line or line.split("'")[1] in extras
    }
    assert [line for line in ours.get_all("Requires-Dist", []) if "extra" not in line] == ["numpy>=1.26"]
    (licence,) = [text for name, text in contents(wheel).items() if name.endswith("/licenses/LICENSE")]
    assert b"Redistribution and use" in licence


def test_its_record_is_complete_and_right(wheel: Path) -> None:
    held = contents(wheel)
    own = next(name for name in held if name.endswith("/RECORD"))
    recorded = {name: (digest, size) for name, digest, size in csv.reader(held[own].decode().splitlines())}
    assert recorded.pop(own) == ("", "")
    assert set(recorded) == set(held) - {own}
    for name, (digest, size) in recorded.items():
        found = base64.urlsafe_b64encode(hashlib.sha256(held[name]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={found}", len(held[name]))


def test_the_same_kit_gives_the_same_bytes_and_another_one_another_version(
    kit: Path, wheel: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "venv"
    shutil.copytree(kit.parents[1], folder, symlinks=True)
    python, out = folder / "bin" / "python", tmp_path / "out"
    (file,) = folder.glob("lib/python*/site-packages/autograder/judge/check.py")
    os.utime(file)
    run(python, "-c", WRITE, str(out), cwd=tmp_path)
    assert (out / wheel.name).read_bytes() == wheel.read_bytes()
    file.write_text(file.read_text() + "\n")
    (out / "torch-2.4.0+student-py3-none-any.whl").touch()
    run(python, "-c", WRITE, str(out), cwd=tmp_path)
    others, newer = sorted(out.iterdir(), key=os.path.getsize)  # the older one is in nobody's way any more
    assert (others.name, newer.name) != (wheel.name, wheel.name)
    assert metadata(newer)["Version"] != metadata(wheel)["Version"]


def test_a_kit_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(KitNotInstalled, match=f"{DISTRIBUTION} is not installed here: run `pip install"):
        write_student_wheel(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_command_says_where_it_is(run: Run, tmp_path: Path) -> None:
    code, output, _ = run("wheel", "--out", tmp_path / "out")
    (written,) = (tmp_path / "out").iterdir()
    assert (code, output.strip()) == (0, str(written))


# Where it is installed


def imports(source: bytes) -> set[str]:
    """The modules that a text imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_no_import_reaches_what_students_have_not() -> None:
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in package_files()}
    for name, source in package_files().items():
        if name.endswith(".py") and name.count("/") > 1:  # the package's own say what is not there
            ours = {module for module in imports(source) if module.split(".")[0] == "autograder"}
            assert ours <= modules, name
            others = {module.split(".")[0] for module in imports(source)} - {"autograder"}
            assert others <= {"numpy", *EXTRAS, *sys.stdlib_module_names}, name


def test_every_module_of_it_can_be_imported(student: Path, tmp_path: Path) -> None:
    names = [name.removesuffix(".py").replace("/", ".") for name in package_files() if name.endswith(".py")]
    done = run(student, "-c", f"import importlib; [importlib.import_module(name) for name in {names}]", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_student_has_nothing_else(student: Path, wheel: Path, tmp_path: Path) -> None:
    assert distributions(student, tmp_path) == {
        DISTRIBUTION: str(metadata(wheel)["Version"]), "numpy": np.__version__,
    }  # fmt: skip
    assert "No broken requirements" in pip(student, "check")


NOTEBOOK = """
import ast, json, sys
answers, names = json.loads(sys.argv[2]), {}
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        source = answers.get(cell["metadata"]["nbgrader"]["grade_id"], "".join(cell["source"]))
        tree = ast.parse(source)
        shown = [ast.Expression(tree.body.pop().value)] if isinstance(tree.body[-1], ast.Expr) else []
        exec(compile(tree, "<cell>", "exec"), names)
        for expression in shown:
            print(eval(compile(expression, "<cell>", "eval"), names))
"""


def open_notebook(python: Path, folder: Path, answers: Mapping[str, str]) -> str:
    """What the notebook in `folder` prints, run from top to bottom with these answers in it."""
    done = run(python, "-c", NOTEBOOK, f"{TINY}.ipynb", json.dumps(answers), cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_checks_of_a_released_notebook_work_beside_numpy_alone(
    student: Path, release_dir: Path, right: Mapping[str, str], language: str
) -> None:
    folder = release_dir / language / TINY
    passed, hidden = {
        "en": ("Every public check passed", "Hidden cases with other numbers decide the grade"),
        "zh": ("公开检查全部通过", "最终成绩由另外一批不公开的测试数据决定"),
    }[language]
    everything = open_notebook(student, folder, right)
    assert everything.count(hidden) == len(right)
    averaged = {**right, "line_loss": right["line_loss"].replace("sum", "mean")}
    one_wrong = open_notebook(student, folder, averaged)
    assert (everything.count(passed), one_wrong.count(passed)) == (len(right), len(right) - 1)
    assert passed not in open_notebook(student, folder, {})


def test_a_student_who_asks_for_commands_is_told_of_check(student: Path, tmp_path: Path) -> None:
    done = run(student, "-m", "autograder", "grade", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "error: the students' copy of autograder has no command line: write `from autograder import check` in a "
        "notebook. Whoever grades installs the whole kit.\n"
    )
    assert not (student.parent / "autograder").exists()


def test_the_kit_and_the_students_copy_take_each_others_place_whole(
    kit_wheel: Path, wheel: Path, tmp_path: Path
) -> None:
    python = environment(tmp_path / "venv", wheel)
    (package,) = tmp_path.glob("venv/lib/python*/site-packages")

    def installed() -> tuple[str, set[str]]:
        files = {path.relative_to(package).as_posix() for path in (package / "autograder").rglob("*") if path.is_file()}
        return distributions(python, tmp_path)[DISTRIBUTION], {name for name in files if "__pycache__" not in name}

    for chosen in (kit_wheel, wheel):
        pip(python, "install", "--no-index", str(chosen))
        held = {name for name in contents(chosen) if name.startswith("autograder/")}
        assert installed() == (metadata(chosen)["Version"], held)
    pip(python, "uninstall", "--yes", DISTRIBUTION)
    assert set(distributions(python, tmp_path)) == {"numpy"}
    assert not list(package.glob("autograder*"))
