"""Loading a chapter: what it finds, and that every fault of an author is named with file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import COURSE, TINY

from autograder.answer_cells import outputs_of
from autograder.chapter import Chapter, find_chapters, load_chapter, load_course, sources_of
from autograder.exercise import AuthoringError, Case, Exercise, Gate, Mistake, Tolerance, Variant
from autograder.percent import Cell
from autograder.solutions import SolutionRunner, edited_source


def changed(tmp_path: Path, *swaps: tuple[str, str], append: str = "") -> Path:
    """The small chapter with textual changes, in a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "course" / "solutions" / f"{TINY}.py"
    text = path.read_text(encoding="utf-8")
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text + append, encoding="utf-8")
    return path


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def fault(path: Path) -> str:
    with pytest.raises(AuthoringError) as raised:
        load_chapter(path)
    return str(raised.value)


def test_a_chapter_is_what_its_cells_say(chapter: Chapter) -> None:
    assert chapter.id == TINY
    assert chapter.title == {"en": "Tiny", "zh": "迷你"}
    assert [entry.name for entry in chapter.exercises] == [
        "line_loss", "line_grad", "descend", "facts", "nearest_mean", "center",
    ]  # fmt: skip
    grad, descend, center = chapter.exercises[1], chapter.exercises[2], chapter.exercises[5]
    assert grad.outputs == ("dw", "db")
    assert grad.title == {"en": "1.2 The gradient", "zh": "1.2 梯度"}
    assert descend.requires == ("line_grad",)
    assert center.extra
    assert not grad.extra
    assert chapter.exercises[4].functions == {"nearest_mean": ("X", "y"), "predict": ("model", "X")}
    assert [(entry.name, entry.points) for entry in chapter.written] == [("why", 2.0)]
    assert chapter.reference.__name__ == "reference.tiny"


def test_requirements_reach_through_others(tmp_path: Path) -> None:
    path = changed(tmp_path, ('return {"step": "against", "scale": "n"}', "descend\n    return {}"))
    facts = load_chapter(path).exercises[3]
    assert facts.requires == ("line_grad", "descend")


def test_a_second_course_brings_its_own_reference(tmp_path: Path, chapter: Chapter) -> None:
    path = changed(tmp_path)
    other = load_chapter(path)
    assert Path(str(other.reference.__file__)).is_relative_to(tmp_path)
    assert Path(str(chapter.reference.__file__)).is_relative_to(COURSE)
    assert Path(str(load_chapter(chapter.path).reference.__file__)).is_relative_to(COURSE)


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ('# %% demo="curve"', '# %% plot="curve"', '# %% plot="curve"', "unknown cell role"),
        ('# %% demo="curve"', '# %% demo="descend"', "def descend(", "'descend' is already used at ch01_tiny.py:"),
        ('answer="descend"', 'answer="line_grad"', "def descend(", "'line_grad' is already used at ch01_tiny.py:"),
        ('grading="descend"', 'grading="line_grad"', "def descend_cases", "already used"),
        ('written="why" points="2" lang="en"', 'written="facts" points="2" lang="en"', "# Why is", "already used at"),
        ('grading="descend"', 'grading="descent"', "def descend(", 'no cell with grading="descend"'),
        ("def descend(w", "def descent(w", "def descent(w", "defines no function or class 'descend'"),
        ("residual = X @ w + b - y  # (N,)", "residual = X @ w + b - y)", "- y)", "unmatched ')'"),
        ('print(shown([1, 2]))', "print(shown([1, 2])", "print(shown([1, 2])", "was never closed"),
        ("import numpy as np", "import numpy np", "import numpy np", "invalid syntax"),
        ("reference=tiny.descend", "reference=tiny.descent", "reference=tiny.descent", "no attribute 'descent'"),
        ("from reference import tiny", "from reference import small", "from reference import small", "cannot import"),
        ("tolerance=EXACT", "tolerance=EXAKT", "tolerance=EXAKT", "NameError"),
        ("tolerance=EXACT", "tolerances=EXACT", "Exercise(\n    points=1", "TypeError"),
        ('Gate("the centres lie three standard deviations from the middle"', 'Gate(" "', "def blobs", "needs a reason"),
        ("at_least=0.85", "", "def blobs", "exactly one of at_least and at_most"),
        ('"zh": "你的每一步都在上坡。"', '"fr": "non"', "def descend_cases", "has no text in: zh"),
        ('"uphill"', '"up hill"', "def descend_cases", "not a name"),
        ('swap=("w - lr * dw", "w + lr * dw"),', "", "def descend_cases", "exactly one of swap and function"),
        ('"absolute_errors"', '"mean_for_sum"', "def loop_loss", "2 mistakes of 'line_loss' are called 'mean_for_sum'"),
        ('"float32"', '"loop"', "def loop_loss", "2 variants of 'line_loss' are called 'loop'"),
        ('# # 迷你', "# 迷你", "", "no # heading"),
        ('# %% [markdown] lang="zh"\n# ## 1.3 下降\n', "", "# ## 1.3 Descent", "no counterpart in the other language"),
        ('# %% [markdown] written="why" points="2" lang="zh"', '# %% [markdown] lang="zh"', "", "no counterpart"),
        ('points="2" lang="en"', 'lang="en"', "# Why is", 'needs points="…"'),
        ("# ### BEGIN SOLUTION\n# It is smooth, and large errors count more: one point each.\n# ### END SOLUTION",
         "# It is smooth.", "# Why is", "no marking scheme"),
        ("Exercise(\n    points=1,\n    reference=tiny.center", "dict(\n    points=1", "def matrices", "ends with"),
        ('    ### END SOLUTION\n\n\n# %% grading="facts"', '\n\n# %% grading="facts"', "def facts", "come in pairs"),
        ("# A line through points.", "# ### BEGIN SOLUTION\n# ### END SOLUTION", "# # Tiny", "and written cells"),
        ("    ### BEGIN SOLUTION\n    X = np", "    X = np", "def center(", "come in pairs"),
        ("reference=tiny.facts", "reference=choice", "def fact_cases", "must be a function of reference.tiny"),
    ],
)  # fmt: skip
def test_a_fault_of_the_author_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    path = changed(tmp_path, (old, new))
    message = fault(path)
    assert words in message
    if at:
        text = path.read_text(encoding="utf-8")
        line = text[: text.index(at)].count("\n") + 1
        assert message.startswith(f"ch01_tiny.py:{line}: "), message


def test_an_answer_without_markers_would_reach_students_whole(tmp_path: Path) -> None:
    solution = '    ### BEGIN SOLUTION\n    return {"step": "against", "scale": "n"}\n    ### END SOLUTION'
    assert "has no ### BEGIN SOLUTION" in fault(changed(tmp_path, (solution, "    return {}")))


def test_an_exercise_may_not_use_a_later_one(tmp_path: Path) -> None:
    path = changed(tmp_path, ("return np.sum(residual**2)", "return descend(w, b, X, y, 0, 0)"))
    assert "uses 'descend', which comes later in the chapter" in fault(path)


def test_a_last_cell_in_one_language_alone_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, append='# %% [markdown] lang="zh"\n# 再见\n')
    assert "no counterpart in the other language" in fault(path)


@pytest.mark.parametrize(
    ("old", "new", "count"), [("w - lr * dw", "w - lr*dw", 0), ("lr * db", "lr * db + 0 * (w - lr * dw)", 2)]
)
def test_a_swap_that_matches_not_exactly_once_is_refused(tmp_path: Path, old: str, new: str, count: int) -> None:
    path = changed(tmp_path, (old, new))
    chapter = load_chapter(path)
    descend = chapter.exercises[2]
    with pytest.raises(AuthoringError, match=rf"ch01_tiny\.py:\d+: the swap of 'uphill' .* {count} times, not once"):
        SolutionRunner(chapter).edited(descend, descend.record.mistakes[0])


def test_a_function_that_replaces_nothing_is_refused(chapter: Chapter) -> None:
    edit = Variant("other", function=line_of, replaces="nothing")
    with pytest.raises(AuthoringError, match=r"ch01_tiny\.py:\d+: 'other' replaces 'nothing'"):
        edited_source(chapter.exercises[0], edit)


def test_a_record_refuses_what_it_cannot_mean() -> None:
    def reference() -> None:
        return None

    with pytest.raises(AuthoringError, match="a tolerance needs a reason"):
        Tolerance(1e-5, 1e-7, " ")
    with pytest.raises(AuthoringError, match="exactly one of at_least"):
        Gate("why", at_least=0.5, at_most=0.6)
    with pytest.raises(AuthoringError, match="no text in: en, zh"):
        Mistake("name", swap=("a", "b"))
    with pytest.raises(AuthoringError, match="exactly one of swap"):
        Variant("name")
    with pytest.raises(AuthoringError, match="it is a tuple of some of lists, integers, float32"):
        Exercise(1, reference, lambda rng: [], Tolerance(0, 0, "why"), accepts=("list",))
    with pytest.raises(AuthoringError, match="names that libraries are imported by"):
        Exercise(1, reference, lambda rng: [], Tolerance(0, 0, "why"), forbids=("scikit-learn",))
    with pytest.raises(AuthoringError, match="the title of group 'wide' has no text in: zh"):
        Exercise(1, reference, lambda rng: [], Tolerance(0, 0, "why"), groups={"wide": {"en": "Wide"}})
    assert Exercise(1, reference, lambda rng: [], Tolerance(0, 0, "why")).seconds == 5.0
    with pytest.raises(AttributeError, match="case 'tiny' has no input 'z'"):
        _ = Case("tiny", x=1).z


@pytest.mark.parametrize(
    ("body", "outputs"),
    [
        ("if w is None:\n        return 0, 1\n    return dw, db", ("dw", "db")),
        (
            "if w is None:\n        return dw, db\n    def inner():\n        return a, b, c\n    return dw, db",
            ("dw", "db"),
        ),
        ("return dx[:, 1:], np.array(train), float(db)", ("dx", "train", "db")),
        ("return w - lr * dw, db", ("[0]", "db")),
        ("return g[0], g[1]", ("[0]", "[1]")),
        ("return dw", ()),
    ],
)
def test_outputs_are_called_after_the_variables_that_are_returned(body: str, outputs: tuple[str, ...]) -> None:
    cell = Cell("answer", "grad", "", f"def grad(w):\n    {body}\n", Path("x.py"), 1, {})
    assert outputs_of(cell) == outputs


def test_chapters_are_found_by_name_and_in_order(tmp_path: Path) -> None:
    path = changed(tmp_path)
    course = path.parent.parent
    second = path.with_name("ch02_more.py")
    shutil.copy(path, second)
    (path.parent / "notes.py").write_text("")
    assert find_chapters(course) == [path, second]
    assert find_chapters(course, ["ch02_more"]) == [second]
    with pytest.raises(AuthoringError, match=r"no chapter 'ch09_x' .* chapters: ch01_tiny, ch02_more"):
        find_chapters(course, ["ch09_x"])
    with pytest.raises(AuthoringError, match=re.escape("must be a function of reference.more")):
        load_course(course)
    with pytest.raises(AuthoringError, match="no chapter found"):
        find_chapters(tmp_path / "nowhere")


def test_the_sources_of_a_bank_are_the_chapter_and_its_reference() -> None:
    assert [file.name for file in sources_of(COURSE, TINY)] == ["ch01_tiny.py", "tiny.py"]


def test_a_chapter_without_an_exercise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "solutions" / "ch01_x.py"
    path.parent.mkdir()
    path.write_text('# %% [markdown] lang="en"\n# # T\n# %% [markdown] lang="zh"\n# # 题\n', encoding="utf-8")
    assert "has no exercise" in fault(path)
