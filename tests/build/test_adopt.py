"""`autograder adopt`: an assert cell of an nbgrader notebook becomes an exercise that builds once it is completed."""

from __future__ import annotations

import shlex
from pathlib import Path

import nbformat
import pytest
from courses import own_cell, own_test
from support import Run, misuse

from autograder.build.adopt import NotAdopted, adopt
from autograder.build.adopted_cases import adopted_cases
from autograder.build.make_bank import compute_bank
from autograder.chapter.chapter import load_chapter
from autograder.grading.notebook import notebook_from

SOLUTION = '''def scaled(x, factor=2.0):
    """The vector x (N,) times factor."""
    ### BEGIN SOLUTION
    return np.asarray(x) * factor
    ### END SOLUTION'''
WHOLE = "### BEGIN SOLUTION\ndef shifted(x, by):\n    y = scaled(x)\n    return y + by + OFFSET\n### END SOLUTION"
TEST = """from math import pi
x = np.array([1.0, 2.0])
assert np.allclose(scaled(x), [2.0, 4.0])
assert np.allclose(scaled(x, factor=3), [3.0, 6.0]), "times three"
result = scaled([pi], 2)
assert len(result) == 1
### BEGIN HIDDEN TESTS
assert np.allclose(scaled(np.zeros(3), 5.0), 0.0)
### END HIDDEN TESTS"""
FIRST = """# %% [markdown] lang="en"
# # Vectors
# %% [markdown] lang="zh"
# # 向量
# %% setup
from autograder import case, check
"""
LAST = '# %% [markdown] lang="en"\n# The end.\n# %% [markdown] lang="zh"\n# 结束。\n'
REFERENCE = "import torch\n\n\ndef scaled(x, factor=2.0):\n    return torch.as_tensor(x) * factor\n"


def notebook(*tests: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("import numpy as np"),
            nbformat.v4.new_code_cell("OFFSET = 1"),
            nbformat.v4.new_markdown_cell("# Scaling\n\nMultiply $x$ by a factor."),
            own_cell("code", "scale", SOLUTION, solution=True),
            own_cell("code", "shift", WHOLE, solution=True),
            own_test("test_scaled", TEST, 3),
            own_test("test_shifted", "assert shifted(1, 2) == 5", 1),
            own_test("test_variable", "assert answer == 42", 1),
            own_test("test_magic", "%time scaled(1)", 1),
            *tests,
        ]
    )


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(), path)
    return path


def course_with(file: str, text: str, folder: Path, module: str = "vectors") -> Path:
    """A course of one chapter with the exercise, its reference filled in; returns the chapter's folder."""
    chapter = folder / "solutions" / f"ch01_{module}"
    chapter.mkdir(parents=True)
    for name, content in (("00_chapter.py", FIRST), (file, text), ("99_end.py", LAST)):
        (chapter / name).write_text(content, encoding="utf-8")
    (folder / "reference").mkdir()
    (folder / "reference" / f"{module}.py").write_text(REFERENCE)
    (folder / "reference" / "__init__.py").touch()
    return chapter


def test_the_file_builds_once_its_reference_is_there(run: Run, tmp_path: Path) -> None:
    source = write(tmp_path / "source" / "ps1" / "problem.ipynb")
    chapter = course_with("99_end.py", LAST, tmp_path / "vectors")
    exercise = chapter / "01_scaled.py"
    code, _, said = run("adopt", source, "test_scaled", "--out", exercise)
    assert code == 0, said
    code, _, said = run("build", "--course", tmp_path / "vectors", "--translated", "ch01_vectors")
    assert code == 0, said
    released = tmp_path / "vectors" / "assignments" / "en" / "ch01_vectors" / "ch01_vectors.ipynb"
    shown = released.read_text(encoding="utf-8")
    assert "Multiply $x$ by a factor." in shown
    assert "np.asarray(x) * factor" not in shown


@pytest.mark.parametrize("module", ["vectors", "scaled"])
def test_its_cases_are_the_calls_of_the_asserts(tmp_path: Path, module: str) -> None:
    """The module of the reference may be called like the function, too."""
    made = adopt(notebook_from(notebook()), "test_scaled", module=module, where="problem.ipynb")
    assert (made.function, made.left) == ("scaled", ())
    loaded = load_chapter(course_with("01_scaled.py", made.text, tmp_path / "vectors", module))
    bank = compute_bank(loaded, draws=2, key="tests")
    (exercise,) = bank.exercises
    assert exercise.points == 3
    cases = {banked.case.name: banked for banked in exercise.draws[0]}
    assert list(cases) == ["scaled(x)", "scaled(x, factor=3)", "scaled([pi], 2)", "hidden"]
    assert not cases["hidden"].case.public
    assert list(cases["scaled(x, factor=3)"].expected.value) == [3.0, 6.0]


def test_an_answer_that_is_a_solution_as_a_whole_gets_its_marks_inside() -> None:
    made = adopt(notebook_from(notebook()), "test_shifted", module="vectors", where="problem.ipynb")
    start = made.text.index("def shifted(x, by):\n    ### BEGIN SOLUTION\n    y = scaled(x)")
    assert made.text.index("    ### END SOLUTION", start) > start
    assert "it calls `scaled`: adopt that first, and import it `from chapter`" in made.left
    assert "it needs `OFFSET` of another cell: put that into a setup cell" in made.left


PARAMETERS = {"scaled": ("x", "factor"), "shifted": ("x", "by")}
LEFT_OVER = {
    "for n in (1, 2):\n    assert scaled(n) == 2 * n": "a loop",
    "try:\n    scaled()\nexcept TypeError:\n    pass": "expects an exception",
    "assert scaled(data) == 2": "needs `data`, which this cell does not make",
    "values = load('x.csv')": "needs `load`, which this cell does not make",
    "assert scaled(shifted(1, 2)) == 6": "calls an answer with what an answer gave",
    "assert shifted(1, 2) == 3": "calls `shifted`: that is another exercise",
    "assert scaled(*[1, 2]) == 2": "unpacks its arguments",
    "assert scaled(factor=3, y=1) == 3": "does not give the parameters of `scaled` in their order",
    "assert answer == 42": "looks at no call of an answer",
    "def same(a, b):\n    return a == b": "a definition of the test's own",
    "del scaled": "is no assert",
}


@pytest.mark.parametrize(("source", "why"), LEFT_OVER.items())
def test_what_is_no_case_is_said_with_its_line(source: str, why: str) -> None:
    found = adopted_cases(f"assert scaled(1) == 2\n{source}", "scaled", PARAMETERS)
    assert any(f"line 2, `{source.splitlines()[0]}" in sentence and why in sentence for sentence in found.left)
    assert found.lines[0].startswith("yield Case('scaled(1)', zh='scaled(1)', x=1)")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("test_variable", "calls no function of an answer cell"),
        ("test_magic", "is not plain Python"),
        ("test_scald", "did you mean"),
    ],
)
def test_a_cell_of_which_no_exercise_can_be_made_is_named(cell: str, sentence: str) -> None:
    with pytest.raises(NotAdopted, match=sentence):
        adopt(notebook_from(notebook()), cell, module="vectors", where="problem.ipynb")


def test_without_a_cell_the_test_cells_are_listed_and_no_file_is_overwritten(run: Run, tmp_path: Path) -> None:
    source = write(tmp_path / "problem.ipynb")
    code, output, _ = run("adopt", source)
    assert code == 0
    assert [line.split()[-1] for line in output.splitlines()] == [
        "test_scaled", "test_shifted", "test_variable", "test_magic"
    ]  # fmt: skip
    spaced = write(tmp_path / "teacher's problem.ipynb")
    lines = [shlex.split(line) for line in run("adopt", spaced)[1].splitlines()]  # a line is typed as it stands
    assert lines[0] == ["autograder", "adopt", str(spaced), "test_scaled"]
    code, output, _ = run("adopt", source, "test_scaled")
    assert code == 0
    assert '# %% answer="scaled"' in output
    there = tmp_path / "01_scaled.py"
    there.write_text("mine")
    assert "is there already" in misuse(run, "adopt", source, "test_scaled", "--out", there)
    assert there.read_text() == "mine"
    assert "cannot be read" in misuse(run, "adopt", tmp_path / "none.ipynb")
    assert "is no notebook" in misuse(run, "adopt", there)
