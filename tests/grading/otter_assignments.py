"""Assignments of Otter's, handed in by a few students: what its documentation shows, group by group."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

CHECK = "grader.check({name!r})"
START = 'import otter\ngrader = otter.Notebook("hw.ipynb")'


@dataclass(frozen=True)
class Assignment:
    """Test files by name, what students handed in (cells of code, by student), configuration and files beside."""

    tests: Mapping[str, str]
    students: Mapping[str, Sequence[str]]
    config: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def doctests(name: str, *cases: str | Mapping[str, Any], **spec: Any) -> str:
    """A test file in OK format; a case that is text is a public one."""
    entries = [{"code": case, "hidden": False, "locked": False} if isinstance(case, str) else case for case in cases]
    suite = {"cases": entries, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\n\ntest = { ({'name': name, **spec, 'suites': [suite]})!r}\n"


def hidden(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "hidden": True, "locked": False, **more}


def public(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "hidden": False, "locked": False, **more}


def notebook(cells: Sequence[str], **metadata: Any) -> NotebookNode:
    """A notebook of code cells that begins as Otter Assign's do; one that starts with "#!md" is text."""
    made: NotebookNode = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(cell.removeprefix("#!md\n"))
            if cell.startswith("#!md\n")
            else nbformat.v4.new_code_cell(cell)
            for cell in (START, *cells)
        ]
    )
    made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    if metadata:
        made.metadata["otter"] = metadata
    return made


def zip_file(path: Path, assignment: Assignment) -> Path:
    """What `otter generate` writes, as far as anything is read of it."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("setup.sh", "#!/bin/sh\n")
        archive.writestr("otter_config.json", json.dumps(assignment.config))
        for name, text in assignment.tests.items():
            archive.writestr(f"tests/{name}.py", text)
        for name, text in assignment.files.items():
            archive.writestr(f"files/{name}", text)
    return path


def folder(path: Path, assignment: Assignment, master: NotebookNode | None = None) -> Path:
    """The same as a folder, as `otter assign` writes it where the folder is called as there; else with files/."""
    beside = path if path.name in ("autograder", "student") else path / "files"
    (path / "tests").mkdir(parents=True)
    for name, text in assignment.tests.items():
        (path / "tests" / f"{name}.py").write_text(text)
    for name, text in assignment.files.items():
        (beside / name).parent.mkdir(parents=True, exist_ok=True)
        (beside / name).write_text(text)
    if assignment.config:
        (path / "otter_config.json").write_text(json.dumps(assignment.config))
    if master is not None:
        nbformat.write(master, path / "hw.ipynb")
    return path


def hand_in(path: Path, assignment: Assignment, students: Sequence[str] = ()) -> Path:
    """A folder with a folder of each student: a notebook of another name cannot be opened by `otter.Notebook`."""
    for student in students or assignment.students:
        (path / student).mkdir(parents=True)
        nbformat.write(notebook(assignment.students[student]), path / student / "hw.ipynb")
    return path


def checks(*names: str) -> list[str]:
    return [CHECK.format(name=name) for name in names]


DOUBLE = "def double(x):\n    return 2 * x"
ABS_DOUBLE = "def double(x):\n    return abs(2 * x)"
_RIGHT, _WRONG, _HIDDEN = ">>> double(1)\n2", ">>> double(1)\n3", ">>> double(-3)\n-6"

POINTS = Assignment(  # every rule by which points are shared; a case called _WRONG fails for everybody
    tests={
        "shared": doctests("shared", _RIGHT, _RIGHT, hidden(_HIDDEN), points=2),
        "nothing_said": doctests("nothing_said", _RIGHT, hidden(_HIDDEN)),
        "each": doctests("each", public(_RIGHT, points=0.5), hidden(_HIDDEN, points=2)),
        "list": doctests("list", _RIGHT, hidden(_HIDDEN), _RIGHT, points=[1, 3, 0]),
        "rest": doctests("rest", public(_RIGHT, points=1), hidden(_HIDDEN), hidden(_HIDDEN), points=4),
        "public_0": doctests("public_0", public(_RIGHT, points=0), hidden(_HIDDEN), points=2),
        "only_zeros": doctests("only_zeros", public(_RIGHT, points=0), hidden(_HIDDEN, points=0)),
        "zero_or_open": doctests("zero_or_open", public(_RIGHT, points=0), hidden(_HIDDEN), hidden(_HIDDEN)),
        "some_named": doctests("some_named", public(_RIGHT, points=1), hidden(_HIDDEN)),
        "all_or_nothing": doctests("all_or_nothing", _RIGHT, hidden(_HIDDEN), points=3, all_or_nothing=True),
        "too_few": doctests("too_few", public(_RIGHT, points=1), hidden(_HIDDEN, points=1), points=5),
        "by_default_hidden": "OK_FORMAT = True\ntest = {'name': 'by_default_hidden', "
        "'suites': [{'cases': [{'code': '>>> double(1)\\n2'}]}]}\n",
        "fails": doctests("fails", _RIGHT, _WRONG, points=1),
    },
    students={
        "right": [DOUBLE, *checks("shared")],
        "half": [ABS_DOUBLE, *checks("shared", "each")],
        "wrong": ["def double(x):\n    return x", *checks("shared")],
        "crash": ["1 / 0", "def double(x:\n    return 2 * x", *checks("shared")],
    },
)

DOCTESTS = Assignment(  # as doctest compares, and where the notebook asks
    tests={
        "ellipsis": doctests("ellipsis", ">>> list(range(answer))  # doctest: +ELLIPSIS\n[0, 1, ..., 41]"),
        "raised": doctests("raised", ">>> strict(-1)\nTraceback (most recent call last):\nValueError: negative"),
        "lines": doctests("lines", ">>> for i in range(2):\n...     print(i * answer)\n0\n42"),
        "blank": doctests("blank", ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n>>> answer\n42"),
        "quotes": doctests("quotes", '>>> str(answer)\n"42"', ">>> str(answer)\n'42'"),
        "own_copy": doctests("own_copy", ">>> answer = 41\n>>> answer\n41", ">>> answer\n42"),
        "several": doctests("several", ">>> import math\n>>> math.isqrt(answer)\n6\n>>> print('not seen')\nnot seen"),
        "at_its_place": doctests("at_its_place", ">>> moving\n1"),
        "asked_twice": doctests("asked_twice", ">>> moving\n2"),
        "not_asked": doctests("not_asked", ">>> moving\n3"),
        "exits": doctests("exits", ">>> leave()\n", ">>> answer\n42"),
        "quiet": doctests("quiet", ">>> noisy()\n"),
    },
    students={
        "right": [
            "answer = 42\nimport sys",
            "def strict(x):\n    if x < 0:\n        raise ValueError('negative')",
            "def leave():\n    pass",
            "def noisy():\n    print('to stderr', file=sys.stderr)",
            *checks("asked_twice", "ellipsis", "raised"),
            "moving = 1",
            *checks("at_its_place"),
            "moving = 2",
            *checks("asked_twice"),
            "moving = 3",
            "grader.check_all()",
            "grader.export(pdf=False)",
        ],
        "half": [
            "answer = 42.0\nmoving = 1",
            "def strict(x):\n    raise ValueError",
            "def leave():\n    raise SystemExit(3)",
            "def noisy():\n    print('loud')",
            *checks("at_its_place"),
            "answer = 42",
        ],
        "wrong": ["answer = None", "strict = leave = noisy = print", "moving = 'one'"],
        "crash": ["raise RuntimeError('early')", *checks("ellipsis"), "answer = 42", "moving = undefined"],
    },
)

FUNCTIONS_FILE = """\
from otter.test_files import test_case
import math

OK_FORMAT = False

name = "functions"
points = 6

seen = []

def near(a, b):
    return math.isclose(a, b)

@test_case(points=1, hidden=False, success_message="Well done.", failure_message="Think of zero.")
def test_zero(double):
    seen.append("zero")
    assert double(0) == 0

@test_case(points=None, hidden=True)
def test_env(env):
    assert near(env["double"](1.5), 3)
    assert seen == ["zero"], "the file is run once"

@test_case()
def test_absent(nothing_of_this_name, double):
    assert nothing_of_this_name is None
    if double(-1) != -2:
        raise ValueError("negative")

@test_case(name="the last of two", points=2)
def test_same():
    raise RuntimeError("replaced below")

@test_case(name="the last of two", points=2)
def test_same(double):
    assert double("a") == "aa", "text too"
"""
FUNCTIONS = Assignment(
    tests={
        "functions": FUNCTIONS_FILE,
        "whole": FUNCTIONS_FILE.replace('"functions"', '"whole"').replace("points = 6", "all_or_nothing = True"),
    },
    students={
        "right": [DOUBLE, *checks("functions")],
        "half": [ABS_DOUBLE, *checks("functions", "whole")],
        "wrong": ["double = 3", *checks("functions")],
        "crash": ["double = None\nraise KeyError('x')", *checks("functions")],
    },
)

FILES = Assignment(  # data, a module beside, and a total of its own
    tests={
        "total": doctests(
            "total", ">>> total > 0\nTrue", hidden(">>> import helper\n>>> total == helper.EXPECTED\nTrue")
        ),
        "hidden_file": doctests("hidden_file", hidden(">>> open('data/more.txt').read().strip()\n'more'"), points=2),
    },
    students={
        "right": ["total = sum(map(float, open('data/numbers.csv')))", *checks("total")],
        "half": ["total = 1", *checks("total")],
        "wrong": ["total = sum(map(float, open('data/nothing.csv')))", *checks("total")],
        "crash": ["total = 6.5\nraise ValueError", *checks("hidden_file")],
    },
    config={"points_possible": 10, "show_hidden": True, "assignment_name": None},
    files={"data/numbers.csv": "1\n2\n3.5\n", "helper.py": "EXPECTED = 6.5\n", "data/more.txt": "more\n"},
)

ASSIGNMENTS = {"points": POINTS, "doctests": DOCTESTS, "functions": FUNCTIONS, "files": FILES}
