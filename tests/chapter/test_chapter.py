"""Loading a chapter: what it finds, and that every fault of an author is named with file and line."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from support import COURSE, TINY, change, file_with

from autograder.chapter.answer_cells import outputs_of
from autograder.chapter.chapter import Chapter, find_chapters, load_chapter, load_course
from autograder.chapter.percent import Cell
from autograder.chapter.solutions import SolutionRunner, edited_source
from autograder.model.criteria import Gate, Tolerance
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Case, Exercise, Group, Mistake, Variant
from autograder.model.texts import LANGUAGES


def changed(tmp_path: Path, *swaps: tuple[str, str]) -> Path:
    """The small chapter with textual changes, in a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "course" / "solutions" / TINY
    change(path, *swaps)
    return path


def written(path: Path, **files: str) -> Path:
    """A chapter's folder with more files: `01_more="text"` writes 01_more.py."""
    for name, text in files.items():
        (path / f"{name.removeprefix('_')}.py").write_text(text, encoding="utf-8")
    return path


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
        ('# %% demo="curve"', '# %% demo="descend"', "def descend(", "'descend' is already used at ch01_tiny/02_"),
        ('answer="descend"', 'answer="line_grad"', "def descend(", "'line_grad' is already used at ch01_tiny/02_"),
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
        ("tolerance=EXACT", "tolerances=EXACT", "Exercise(\n    points=1, reference=tiny.facts", "TypeError"),
        ('Gate("the centres lie three standard deviations from the middle"', 'Gate(" "', 'Gate(" "', "needs a reason"),
        ("at_least=0.85", "", 'Gate("the centres', "exactly one of at_least and at_most"),
        ('zh="你的每一步都在上坡。"', 'zh=" "', 'Mistake("uphill"', "has no text in: zh"),
        ('"uphill"', '"up hill"', 'Mistake("up hill"', "not a name"),
        ('"w - lr * dw", "w + lr * dw",', "", 'Mistake("uphill"', "either a text of the solution and what"),
        ('"absolute_errors"', '"mean_for_sum"', "@variant\ndef loop", "2 mistakes of 'line_loss' are called 'mean"),
        ('Variant("float32"', 'Variant("loop"', "@variant\ndef loop", "2 variants of 'line_loss' are called 'loop'"),
        ('# # 迷你', "# 迷你", "", "no # heading"),
        ('# %% [markdown] lang="zh" of="1ce3"\n# ## {n} 下降\n', "",
         "# ## {n} Descent", "no counterpart in the other language"),
        ('# %% [markdown] written="why" points="2" lang="zh"', '# %% [markdown] lang="zh"', "", "no counterpart"),
        ('points="2" lang="en"', 'lang="en"', "# Why is", 'needs points="…"'),
        ("# ### BEGIN SOLUTION\n# It is smooth, and large errors count more: one point each.\n# ### END SOLUTION",
         "# It is smooth.", "# Why is", "no marking scheme"),
        ("Exercise(\n    points=1, reference=tiny.center", "dict(\n    points=1", "def matrices", "ends with"),
        ('    ### END SOLUTION\n\n\n# %% grading="facts"', '\n\n# %% grading="facts"', "def facts", "come in pairs"),
        ("# A line through points.", "# ### BEGIN SOLUTION\n# ### END SOLUTION", "# # Tiny", "and written cells"),
        ("    ### BEGIN SOLUTION\n    X = np", "    X = np", "def center(", "come in pairs"),
        ("reference=tiny.facts", "reference=choice", "def step_cases", "must be a function of reference.tiny"),
        ("reference=tiny.facts", 'reference="facts"', "def step_cases", "reference='facts': it is a function of"),
        ("tolerance=EXACT", "tolerance=1e-6", "def step_cases", "tolerance=1e-06: it is CLOSED_FORM, EXACT, INVARI"),
        ("points=1, reference=tiny.facts", 'points="1", reference=tiny.facts', "def step_cases", "it is a number"),
        ("points=1, reference=tiny.facts", "points=-1, reference=tiny.facts", "def step_cases", "and not below 0"),
        ('wrt=("w", "b")', 'wrt="w"', "def loss_at", "wrt='w': it is a tuple of inputs"),
        ('points="2" lang="en"', 'points="3" lang="en"', "# Why is", "are one number, the same in each language"),
    ],
)  # fmt: skip
def test_a_fault_of_the_author_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, at: str, words: str
) -> None:
    path = changed(tmp_path, (old, new))
    message = fault(path)
    assert words in message
    if at:
        file = file_with(path, at)
        text = file.read_text(encoding="utf-8")
        line = text[: text.index(at)].count("\n") + 1
        assert message.startswith(f"{TINY}/{file.name}:{line}: "), message


def test_an_answer_without_markers_would_reach_students_whole(tmp_path: Path) -> None:
    solution = '    ### BEGIN SOLUTION\n    return {"step": "against", "scale": "n"}\n    ### END SOLUTION'
    assert "has no ### BEGIN SOLUTION" in fault(changed(tmp_path, (solution, "    return {}")))


def test_an_exercise_may_not_use_a_later_one(tmp_path: Path) -> None:
    path = changed(tmp_path, ("return np.sum(residual**2)", "return descend(w, b, X, y, 0, 0)"))
    assert "uses 'descend', which comes later in the chapter" in fault(path)


def test_a_last_cell_in_one_language_alone_is_refused(tmp_path: Path) -> None:
    path = written(changed(tmp_path), _99_end='# %% [markdown] lang="zh"\n# 再见\n')
    assert "no counterpart in the other language" in fault(path)


@pytest.mark.parametrize(
    ("old", "new", "count"), [("w - lr * dw", "w - lr*dw", 0), ("lr * db", "lr * db + 0 * (w - lr * dw)", 2)]
)
def test_an_edit_that_matches_not_exactly_once_is_refused(tmp_path: Path, old: str, new: str, count: int) -> None:
    path = changed(tmp_path, (old, new))
    chapter = load_chapter(path)
    descend = chapter.exercises[2]
    with pytest.raises(AuthoringError, match=rf"/03_descend\.py:\d+: the old text of 'uphill' .* {count} times, not"):
        SolutionRunner(chapter).edited(descend, descend.record.mistakes[0])


def test_a_function_that_replaces_nothing_is_refused(chapter: Chapter) -> None:
    edit = Variant("other", function=change, replaces="nothing")
    with pytest.raises(AuthoringError, match=r"ch01_tiny/01_line_loss\.py:\d+: 'other' replaces 'nothing'"):
        edited_source(chapter.exercises[0], edit)


WHY = Tolerance(0, 0, "why")


def test_a_record_refuses_what_it_cannot_mean() -> None:
    def reference() -> None:
        return None

    with pytest.raises(AuthoringError, match="a tolerance needs a reason"):
        Tolerance(1e-5, 1e-7, " ")
    with pytest.raises(AuthoringError, match="exactly one of at_least"):
        Gate("why", at_least=0.5, at_most=0.6)
    with pytest.raises(AuthoringError, match="no text in: en, zh"):
        Mistake("name", "a", "b")
    with pytest.raises(AuthoringError, match="either a text of the solution"):
        Mistake("name", "a", en="What takes its place was forgotten.", zh="忘了写替换成什么。")
    with pytest.raises(AuthoringError, match="either a text of the solution"):
        Variant("name")
    with pytest.raises(AuthoringError, match="it is a tuple of some of lists, integers, float32"):
        Exercise(1, reference, WHY, lambda rng: [], accepts=("list",))
    with pytest.raises(AuthoringError, match="names that libraries are imported by"):
        Exercise(1, reference, WHY, lambda rng: [], forbids=("scikit-learn",))
    with pytest.raises(AuthoringError, match="the title of group 'wide' has no text in: zh"):
        Group("wide", lambda rng: [], en="Wide")
    with pytest.raises(AuthoringError, match="'egde' has no title: give it en= and zh="):
        Group("egde", lambda rng: [])
    with pytest.raises(AuthoringError, match="an exercise needs cases=, or groups="):
        Exercise(1, reference, WHY)
    for groups in ({"edge": lambda rng: []}, ["edge"], Group("edge", lambda rng: [])):
        with pytest.raises(AuthoringError, match=r"groups= is a list such as \[Group\('edge', edge_cases\)\], not "):
            Exercise(1, reference, WHY, lambda rng: [], groups=groups)
    with pytest.raises(AuthoringError, match="2 groups are called 'values'"):
        Exercise(1, reference, WHY, lambda rng: [], groups=[Group("values", lambda rng: [])])
    with pytest.raises(AuthoringError, match="contract leaves out 'flaot32', which is not tried"):
        Exercise(1, reference, WHY, lambda rng: [], contract={"flaot32": "casting flips ties"})
    with pytest.raises(AuthoringError, match="contract leaves out 'again' without a reason"):
        Exercise(1, reference, WHY, lambda rng: [], contract={"again": " "})
    assert Exercise(1, reference, WHY, lambda rng: []).seconds == 5.0
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
    second = Path(shutil.copytree(path, path.with_name("ch02_more")))
    (path.parent / "notes.py").write_text("")
    assert find_chapters(course) == [path, second]
    assert find_chapters(course, ["ch02_more"]) == [second]
    with pytest.raises(AuthoringError, match=r"no chapter 'ch09_x' .* chapters: ch01_tiny, ch02_more"):
        find_chapters(course, ["ch09_x"])
    with pytest.raises(AuthoringError, match=re.escape("must be a function of reference.more")):
        load_course(course)
    with pytest.raises(AuthoringError, match=r"no course in .*nowhere: it has no solutions"):
        find_chapters(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["ch3_more", "ch03_more.py", "ch03_more.ipynb"])
def test_what_is_nearly_a_chapter_is_refused(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path)
    path.with_name(name).write_text("")
    with pytest.raises(AuthoringError, match=f"{name}: a chapter is a folder with a name such as ch01_regression"):
        find_chapters(path.parent.parent)


# The folder


@pytest.mark.parametrize(
    "name", ["8_more.py", "08-more.py", "08_.py", "08_more.txt", "more.py", "00_more.py", "99_more.py", "08_more.py~"]
)
def test_a_file_that_is_none_of_a_chapters_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path)
    (path / name).write_text("")
    assert fault(path).startswith(f"{TINY}/{name}: no file of a chapter is called so: 00_chapter.py, then one file")


def test_what_python_and_editors_leave_behind_is_no_file_of_a_chapter(tmp_path: Path) -> None:
    path = changed(tmp_path)
    (path / "__pycache__").mkdir()
    (path / ".ipynb_checkpoints").mkdir()
    (path / ".01_line_loss.py.swp").write_text("")
    assert load_chapter(path).id == TINY


def test_two_files_of_the_same_number_are_refused_by_their_names(tmp_path: Path) -> None:
    path = written(changed(tmp_path), _02_more="")
    assert fault(path) == f"{TINY}: 02_line_grad.py and 02_more.py have the same number: rename all but one"


def test_a_chapter_begins_with_its_first_file(tmp_path: Path) -> None:
    path = changed(tmp_path)
    (path / "00_chapter.py").unlink()
    assert fault(path) == f"{TINY}: there is no 00_chapter.py, with which a chapter begins"


def test_two_files_of_the_same_name_are_refused_by_their_names(tmp_path: Path) -> None:
    path = written(changed(tmp_path), _08_descend="")
    assert fault(path) == f"{TINY}: 03_descend.py and 08_descend.py have the same name: rename all but one"


def test_an_exercise_stands_in_the_file_of_its_name(tmp_path: Path) -> None:
    path = changed(tmp_path)
    (path / "03_descend.py").rename(path / "03_descent.py")
    assert "03_descent.py:" in fault(path)
    assert "'descend' belongs into NN_descend.py" in fault(path)


def test_why_a_solution_is_so_stands_beside_it(tmp_path: Path) -> None:
    swaps = [(f'why="line_loss" lang="{language}"', f'why="line_grad" lang="{language}"') for language in LANGUAGES]
    path = changed(tmp_path, *swaps)
    assert "'line_grad' belongs into NN_line_grad.py" in fault(path)
    question = '# %% [markdown] written="why" points="2" lang="en"'
    both = "".join(f'# %% [markdown] why="why" lang="{language}"\n# So.\n' for language in LANGUAGES)
    path = changed(tmp_path / "question", (question, both + question))
    assert "'why' has no solution, so there is nothing to say of why it is so" in fault(path)


# What files share


def test_a_file_imports_what_is_shared_from_the_chapter(tmp_path: Path) -> None:
    path = changed(tmp_path, ("from chapter import draw", "from chapter import check, draw, line_cases, line_grad, np"))
    load_chapter(path)
    assert "chapter" not in sys.modules


@pytest.mark.parametrize("name", ["loss_at", "facts", "tiny"])
def test_a_grading_cells_own_names_are_not_shared_nor_are_later_ones(tmp_path: Path, name: str) -> None:
    path = changed(tmp_path, ("from chapter import draw", f"from chapter import draw, {name}"))
    assert re.match(rf"{TINY}/03_descend\.py:\d+: ImportError: cannot import name '{name}' from 'chapter'", fault(path))


def test_a_later_demo_may_use_what_an_earlier_one_defines(tmp_path: Path) -> None:
    """For the eye of a linter: demos are not run here, so that the name has no value."""
    path = changed(tmp_path, ("from chapter import draw", "from chapter import draw, shown\n\nassert shown is None"))
    assert load_chapter(path).id == TINY


def test_an_answer_that_cannot_run_is_named_with_its_line(tmp_path: Path) -> None:
    path = changed(tmp_path, ("class Model:", "class Model(Base):"))
    assert re.match(rf"{TINY}/05_nearest_mean\.py:\d+: NameError: name 'Base' is not defined", fault(path))


def test_functions_that_are_mistakes_or_variants_belong_to_the_exercise_of_their_cell(tmp_path: Path) -> None:
    functions = """
@mistake(en="It predicts one class.", zh="只预测了一类。", replaces="predict")
def constant(model, X):
    return np.zeros(len(X), dtype=int)


@variant(replaces="predict")
def lists(model, X):
    return [int(np.argmin(((x - model.means) ** 2).sum(axis=-1))) for x in X]


def accuracy_cases"""
    path = changed(
        tmp_path,
        ("def accuracy_cases", functions.strip()),
        ("Gate, Group, Mistake", "Gate, Group, Mistake, mistake, variant"),
    )
    chapter = load_chapter(path)
    entry = chapter.exercises[4]
    assert [(edit.name, edit.replaces) for edit in entry.record.mistakes] == [("constant", "predict"), ("farthest", "")]
    assert entry.record.mistakes[0].hint == {"en": "It predicts one class.", "zh": "只预测了一类。"}
    (lists,) = entry.record.variants
    source = edited_source(entry, lists)
    assert source.endswith("\npredict = lists\n")
    assert "@variant" not in source
    assert not chapter.exercises[5].record.variants
    X = np.array([[0.0, 0.0], [4.0, 0.0], [0.2, 0.0]])
    impl = SolutionRunner(chapter).edited(entry, lists)
    model = impl.call("nearest_mean", (X, np.array([0, 1, 0]))).value
    assert impl.call("predict", (model, X)).value == [0, 1, 0]


def test_a_mistake_may_not_be_called_as_a_function_of_the_chapter(tmp_path: Path) -> None:
    path = changed(tmp_path, ("@variant\ndef loop(", "@variant\ndef descend("))
    assert "a mistake or variant called 'descend' would replace that function" in fault(path)


def test_a_chapter_without_an_exercise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "solutions" / "ch01_x"
    path.mkdir(parents=True)
    written(path, _00_chapter='# %% [markdown] lang="en"\n# # T\n# %% [markdown] lang="zh"\n# # 题\n')
    assert "has no exercise" in fault(path)


def test_a_starter_is_one_of_the_mistakes_that_swap_a_text(tmp_path: Path) -> None:
    told = fault(
        changed(tmp_path, ("points=1, reference=tiny.center", 'starter="row", points=1, reference=tiny.center'))
    )
    assert "06_center.py" in told
    assert told.endswith("starter='row' is none of the mistakes that swap a text: rows, no_lists")
