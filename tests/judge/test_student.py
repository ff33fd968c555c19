"""`check` in the student's notebook: what it says, in which language, and what it needs."""

from __future__ import annotations

import html
import linecache
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from nbformat import NotebookNode
from support import TINY, repacked

from autograder.cli.made_up_class import answered
from autograder.judge.beside import NotBeside, case_beside
from autograder.judge.check import check_all_in, check_in
from autograder.judge.check_page import CheckResult
from autograder.judge.check_summary import CheckSummary
from autograder.model.bank import Bank, BankedCase, BankedExercise, BankedGroup, Observation
from autograder.model.criteria import EXACT
from autograder.model.exercise import HEART, Case
from autograder.model.markers import Dataset
from autograder.model.public_cases import public_to_text
from autograder.model.texts import part
from autograder.model.verdict import Finding, Outcome

BLOCKED = ("torch", "sklearn", "nbgrader", "scipy", "sqlalchemy", "typer", "rich", "jinja2", "nbformat", "pandas")
META_PATH = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {BLOCKED!r}:
            raise ModuleNotFoundError(f"{{name}} is not installed here", name=name)
sys.meta_path.insert(0, Blocked())
"""
SOURCE = "def line_loss(w, b, X, y):\n    r = X @ w + b - y\n    return {}\n"


@pytest.fixture(scope="session")
def checked(release_dir: Path) -> Callable[..., CheckResult]:
    """What `check` says of a source in a language."""

    def run(name: str, source: str, language: str = "en") -> CheckResult:
        namespace: dict[str, object] = {"np": np}
        exec(source, namespace)
        result = check_in(name, namespace, release_dir / language / TINY)
        assert isinstance(result, CheckResult), result
        return result

    return run


def test_a_right_answer_passes_and_hidden_cases_are_named(checked: Callable[..., CheckResult], right) -> None:
    result = checked("line_loss", right["line_loss"])
    assert result.passed
    assert "Every public check passed" in repr(result)
    assert "Hidden cases with other numbers decide the grade." in repr(result)
    chinese = checked("line_loss", right["line_loss"], "zh")
    assert "公开检查全部通过" in repr(chinese)
    assert "最终成绩由另外一批不公开的测试数据决定" in repr(chinese)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("value", ["np.sum(r**2)", "7.0", "None"])
def test_it_never_says_that_all_tests_passed(checked: Callable[..., CheckResult], value: str, language: str) -> None:
    result = checked("line_loss", SOURCE.format(value), language)
    for text in (repr(result), result._repr_html_()):
        assert "all tests passed" not in text.lower()
        assert ("Hidden cases" if language == "en" else "不公开") in text


def test_a_wrong_answer_is_told_where_and_what(checked: Callable[..., CheckResult]) -> None:
    source = "def center(X):\n    X = np.asarray(X)\n    out = X - X.mean(0)\n    out[2, 1] += 9\n    return out"
    result = checked("center", source)
    assert not result.passed
    assert re.search(r"\(worst at index \[2, 1\]\) should be -?[\d.]+, but is -?[\d.]+\.", repr(result))
    page = result._repr_html_()
    assert page.count("<td") == 12  # a map of the error of a 4 × 3 matrix
    assert "rgba(207,34,46,1.00)" in page
    assert "✗" in repr(result)


def test_the_map_is_only_for_wrong_matrices_of_a_readable_size(checked: Callable[..., CheckResult]) -> None:
    assert "<table" not in checked("line_loss", SOURCE.format("7.0"))._repr_html_()
    assert "<table" not in checked("center", "def center(X):\n    return np.asarray(X)[0]")._repr_html_()
    nan = checked("center", "def center(X):\n    return np.asarray(X) * np.nan")._repr_html_()
    assert nan.count("<td") == 12


def test_the_wrong_gradient_is_named(checked: Callable[..., CheckResult], right: Mapping[str, str]) -> None:
    source = right["line_loss"] + right["line_grad"].replace("db = 2 *", "db =")
    result = checked("line_grad", source)
    assert repr(result).splitlines()[1] == "  ✗ `db` is exactly half of what it should be."
    assert "`db` should be" in repr(result)
    assert "`dw` should be" not in repr(result)
    _, _, folded = result._repr_html_().partition("<details")
    assert "do not match your gradient with respect to <code>b</code>" in folded


def test_a_slip_that_nobody_listed_is_named(checked: Callable[..., CheckResult]) -> None:
    source = SOURCE.format("np.sum(r)")
    assert repr(checked("line_loss", source)).splitlines()[1] == "  ✗ A square or another power is missing."
    assert repr(checked("line_loss", source, "zh")).splitlines()[1] == "  ✗ 漏了平方（或别的乘方）。"
    assert checked("line_loss", SOURCE.format("np.sum(r**2) * 1.3")).verdict.hint is None


GRAD = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return {}\n"


CUBES = "def line_loss(w, b, X, y):\n    {}\n    return np.sum(np.abs(X @ w + b - y) ** 3)\n"


@pytest.mark.parametrize(("language", "fact"), [("en", "4 times as large; yours"), ("zh", "4 倍，而你的不是")])
def test_what_nothing_explains_is_narrowed_by_a_fact(checked: Callable[..., CheckResult], language, fact) -> None:
    _, cause, case, *_ = repr(checked("line_loss", CUBES.format("pass"), language)).splitlines()
    assert fact in cause
    assert "`w = [" in case


def test_a_probe_that_never_ends_is_given_up(checked: Callable[..., CheckResult]) -> None:
    result = checked("line_loss", CUBES.format("while not np.any(w): pass"))
    assert result.verdict.outcome is Outcome.FAILED
    assert "The result should be" in repr(result)


def test_the_diagnosis_comes_first_then_a_case_with_its_inputs(checked: Callable[..., CheckResult]) -> None:
    result = checked("line_grad", GRAD.format("-2 * X.T @ r, -2 * np.sum(r)"))
    head, cause, inputs, dw, db, try_it, *_ = repr(result).splitlines()
    assert head == "line_grad (3 points): Not right yet"
    assert cause == "  ✗ Your result is right but for its sign."
    assert re.fullmatch(
        r"  ✗ typical, with `w = \[.*\]`, `b = [\d.-]+`, `X \(7, 3\) = \[\[.*\], …\]`, `y \(7,\) = .*…\]`:", inputs
    )
    assert dw.startswith("    `dw` should be [")
    assert db.startswith("    `db` should be ")
    assert try_it == '    To try it yourself: `w, b, X, y = case("line_grad", "typical")`'
    hinted = replace(result, verdict=replace(result.verdict, hint={"en": "A **written** hint, $-1$.", "zh": "提示"}))
    assert repr(hinted).splitlines()[1] == "  ✗ A written hint, -1."
    assert "<strong>written</strong> hint, $-1$." in hinted._repr_html_()
    assert "wrong sign" not in repr(hinted)  # it is folded, as are further cases


@pytest.mark.parametrize(("language", "folded"), [("en", "… and 1 more case fails."), ("zh", "……另有 1 组数据不对。")])
def test_further_cases_are_folded(checked: Callable[..., CheckResult], language: str, folded: str) -> None:
    result = checked("line_grad", GRAD.format("X.T @ r, 5"), language)
    page = result._repr_html_()
    assert repr(result).splitlines()[-2] == f"  {folded}"
    before, _, behind = page.partition("<details")
    assert f"<summary>{folded}</summary>" in behind
    assert before.count("case(") == behind.count("case(") == 1


def test_an_error_is_told_with_its_text_and_line(checked: Callable[..., CheckResult], tmp_path: Path) -> None:
    source = "def line_loss(w, b, X, y):\n    return np.sum(X + y)"
    file = "<cell of a student>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    told = checked("line_loss", f"exec(compile({source!r}, {file!r}, 'exec'))")
    assert (
        "`line_loss` stopped with `ValueError`: `operands could not be broadcast together with shapes (7,3) (7,)`, "
        "at line 2 of the cell: `return np.sum(X + y)`."
    ) in repr(told)
    own = "class Oops(Exception):\n    def __str__(self): raise ValueError\ndef line_loss(w, b, X, y): raise Oops"
    assert "`line_loss` stopped with `Oops`." in repr(checked("line_loss", own))
    long = "def line_loss(w, b, X, y): raise ValueError('`<b>' + 'x' * 999 + '\\nsecond line')"
    told = checked("line_loss", long)
    assert "'<b>xxx" in repr(told)
    assert "second line" not in repr(told)
    assert len(repr(told)) < 1000
    assert "<b>xxx" not in told._repr_html_()


def test_what_a_wrong_predecessor_does_is_said_first(checked: Callable[..., CheckResult], right) -> None:
    both = GRAD.format("X.T @ r, np.sum(r)") + right["descend"]
    assert repr(checked("descend", both)).splitlines()[1] == (
        "  ✗ `descend` calls your `line_grad`, which is not right yet: mend that first."
    )
    through = GRAD.format("X.T @ r, np.sum(r)") + "\ndef help(*a): return line_grad(*a)\n"
    through += right["descend"].replace("line_grad(", "help(")
    assert "calls your `line_grad`" in repr(checked("descend", through))
    own = right["line_grad"] + right["descend"].replace("w - lr", "w + lr")
    assert "calls your" not in repr(checked("descend", own))
    attribute = GRAD.format("0, 0") + "\ndef descend(w, b, X, y, lr, steps): return np.line_grad\n"
    assert "calls your" not in repr(checked("descend", attribute))


def test_an_answer_that_draws_its_own_numbers_is_told_so(checked: Callable[..., CheckResult]) -> None:
    again = "Calling the function twice with the same inputs gives two different answers."
    assert again in repr(checked("line_loss", SOURCE.format("np.random.default_rng().normal()")))
    assert again not in repr(checked("line_loss", SOURCE.format("np.random.normal()")))  # from a fixed state


def test_of_an_answer_without_arguments_nothing_right_is_told(checked: Callable[..., CheckResult]) -> None:
    result = checked("facts", "def facts(): return {'step': 'nowhere', 'scale': 'nowhere'}")
    assert not result.passed
    for banked in result.exercise.draws[0]:
        assert repr(banked.expected.value) not in repr(result)
        assert repr(banked.expected.value) not in html.unescape(result._repr_html_())
    assert "The result is wrong." in repr(result)
    assert "case(" not in repr(result)


def test_check_without_a_name_checks_everything(
    release_dir: Path, right: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = release_dir / "en" / TINY
    namespace: dict[str, object] = {"np": np}
    for name, source in right.items():
        exec(source if name != "line_grad" else GRAD.format("X.T @ r, np.sum(r)"), namespace)
    summary = check_all_in(namespace, folder)
    assert isinstance(summary, CheckSummary)
    assert "2 / 6  line_grad" in capsys.readouterr().out
    shown = repr(summary)
    assert re.search(r"^✓ line_loss +Every public check passed \(2 / 2 points\)$", shown, re.MULTILINE)
    assert re.search(r"^✗ line_grad +Not right yet \(0 / 3 points\)$", shown, re.MULTILINE)
    assert "4 of 6 exercises pass their public checks" in shown
    assert "Begin with `line_grad`: it is the first that is not right yet." in shown
    assert "<code>line_grad</code>" in summary._repr_html_()
    assert not summary.passed
    exec(right["line_grad"], namespace)
    better = check_all_in(namespace, folder)
    assert better.passed
    assert "And a bonus of 1 point." in repr(better)
    assert "Begin with" not in repr(better)
    assert "Put the one that came with the notebook beside it" in repr(check_all_in(namespace, folder.parent))


def test_ctrl_c_ends_a_check_of_everything_with_what_is_known(release_dir: Path, right: Mapping[str, str]) -> None:
    namespace: dict[str, object] = {"np": np}
    exec(right["line_loss"] + "\ndef line_grad(w, b, X, y): raise KeyboardInterrupt", namespace)
    summary = check_all_in(namespace, release_dir / "en" / TINY)
    assert "Interrupted before `line_grad` was through" in repr(summary)
    assert "✓ line_loss" in repr(summary)
    assert not summary.passed


@pytest.mark.parametrize(("language", "name"), [("en", "typical"), ("zh", "一般数据"), ("zh", "typical")])
def test_a_case_gives_its_inputs_to_play_with(release_dir: Path, language: str, name: str) -> None:
    folder = release_dir / language / TINY
    w, b, X, y = given = case_beside("line_loss", name, folder)
    assert given.X is X
    assert (w.shape, type(b), X.shape, y.shape) == ((3,), float, (7, 3), (7,))
    X[:] = 0  # a copy: what is played with stays out of the checks
    assert case_beside("line_loss", name, folder).X.any()


@pytest.mark.parametrize(
    ("exercise", "name", "sentence"),
    [
        ("line_los", "typical", "There is no exercise called 'line_los'. Did you mean 'line_loss'"),
        ("line_loss", "typcal", "`line_loss` has no public case called 'typcal'. Did you mean 'typical'?"),
        ("line_loss", "?", "`line_loss` has no public case called '?'; there are: 'typical'"),
        ("line_loss", "", "`line_loss` has no public case called ''; there are: 'typical'"),
        ("line_loss", 3, "`line_loss` has no public case called '3'; there are: 'typical'"),
        (case_beside, "typical", 'Write the name of the exercise in quotes, as in `check("case_beside")`.'),
        (3, "typical", 'Write the name of the exercise in quotes, as in `check("line_loss")`.'),
        ("facts", "step", "`facts` takes no arguments, so its cases have no inputs."),
    ],
)
def test_a_case_that_is_not_there_is_one_sentence(release_dir: Path, exercise: Any, name: Any, sentence: str) -> None:
    with pytest.raises(NotBeside) as caught:
        case_beside(exercise, name, release_dir / "en" / TINY)
    assert str(caught.value).startswith(sentence)
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_a_starter_is_not_attempted(checked: Callable[..., CheckResult]) -> None:
    result = checked("line_loss", "def line_loss(w, b, X, y):\n    raise NotImplementedError()")
    assert "Not attempted yet" in repr(result)
    assert not result.passed
    gone = repr(checked("line_loss", ""))
    assert "There is no function called `line_loss` here. After a restart of the kernel every cell must be run" in gone
    assert "Write your answer in the cell above" in gone


@pytest.mark.parametrize(
    ("language", "outcome", "sentence"),
    [
        ("en", "Waits for an earlier answer", "`descend` calls `line_grad`, still to be written, so"),
        ("zh", "要等前面的题", "`descend` 调用了 `line_grad`，而那里还没有写"),
    ],
)
def test_an_answer_that_calls_one_still_to_be_written_waits_for_it(
    checked: Callable[..., CheckResult], right: Mapping[str, str], language: str, outcome: str, sentence: str
) -> None:
    starter = "def line_grad(w, b, X, y):\n    raise NotImplementedError()\n"
    told = checked("descend", starter + right["descend"], language)
    assert told.outcome == outcome
    assert sentence in repr(told)
    assert not told.passed
    unwritten = "def descend(w, b, X, y, lr, steps):\n    line_grad(w, b, X, y)\n    raise NotImplementedError()"
    assert checked("descend", starter + unwritten, language).outcome != outcome, "it is not written itself"


def test_what_a_student_wrote_cannot_become_html(checked: Callable[..., CheckResult]) -> None:
    source = SOURCE.format("{'<script>alert(1)</script>': 1}")
    assert "<script>" not in checked("line_loss", source)._repr_html_()
    keys = "def descend(w, b, X, y, lr, steps):\n    return {'<script>': 1}"
    assert "<script>" not in checked("descend", keys)._repr_html_()


def test_a_check_leaves_the_students_data_as_it_was(release_dir: Path) -> None:
    folder = release_dir / "en" / TINY
    overwrite = "def line_loss(w, b, X, y):\n    y -= X @ w + b\n    return np.sum(y**2)"
    namespace: dict[str, object] = {"np": np}
    exec(overwrite, namespace)
    first, second = (check_in("line_loss", namespace, folder) for _ in range(2))
    assert repr(first) == repr(second)
    assert "changes its input `y`" in repr(first)


def test_a_check_leaves_the_students_generators_as_they_were(release_dir: Path) -> None:
    """Calls are made from a fixed state; the numbers that the student's next cell draws are the student's."""
    draws = "def line_loss(w, b, X, y):\n    random.random(), torch.rand(1)\n    return np.random.rand()"
    namespace: dict[str, object] = {"np": np, "random": random, "torch": torch}
    exec(draws, namespace)
    drawn = []
    for checks in (0, 1):
        np.random.seed(7)
        random.seed(7)
        torch.manual_seed(7)
        for _ in range(checks):
            check_in("line_loss", namespace, release_dir / "en" / TINY)
        drawn.append((np.random.rand(), random.random(), float(torch.rand(()))))
    assert drawn[0] == drawn[1]


def test_an_unknown_name_and_missing_or_damaged_cases_are_one_sentence(release_dir: Path, tmp_path: Path) -> None:
    folder = release_dir / "en" / TINY
    unknown = check_in("line_los", {}, folder)
    assert isinstance(unknown, str)
    assert "no exercise called 'line_los'. Did you mean 'line_loss'?" in unknown
    assert "是不是想写 'line_loss'？" in str(check_in("line_los", {}, release_dir / "zh" / TINY))
    missing = check_in("line_loss", {}, tmp_path)
    assert isinstance(missing, str)
    assert "Put the one that came with the notebook beside it" in missing
    (tmp_path / "x.cases.json").write_text("{")
    damaged = check_in("line_loss", {}, tmp_path)
    assert isinstance(damaged, str)
    assert damaged == (
        "x.cases.json cannot be read: put the one that you were given back beside the notebook.\n"
        "读不了 x.cases.json：请把发下来的那个文件重新放到笔记本旁边。"
    ), "no file, no language"
    with pytest.raises(NotBeside, match=r"^x\.cases\.json cannot be read"):
        case_beside("line_loss", "typical", tmp_path)
    shutil.copy(folder / f"{TINY}.cases.json", tmp_path / "x.cases.json")
    assert isinstance(check_in("line_loss", {}, tmp_path), CheckResult)  # a repaired file is read again


def answers_for(right: Mapping[str, str]) -> dict[str, str]:
    return {**right, "line_loss": SOURCE.format("np.mean(r**2)")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_check_works_in_a_kernel_with_numpy_and_the_engine_alone(
    release_dir: Path, tmp_path: Path, right: Mapping[str, str], language: str
) -> None:
    """The released folder, as a student has it: right answers, one wrong one, one untouched."""
    folder = tmp_path / TINY
    shutil.copytree(release_dir / language / TINY, folder)
    given: NotebookNode = nbformat.read(folder / f"{TINY}.ipynb", as_version=4)
    chosen = {name: source for name, source in answers_for(right).items() if name != "facts"}
    notebook = answered(given, chosen)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(META_PATH))
    notebook.cells.append(nbformat.v4.new_code_cell("print(sorted(set(sys.modules) & set(Blocked.names)))"))
    notebook.cells[0].source += f"Blocked.names = {BLOCKED!r}\n"
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    outputs = {
        cell.metadata.nbgrader.grade_id.removeprefix("check_"): cell.outputs
        for cell in notebook.cells
        if cell.cell_type == "code" and "nbgrader" in cell.metadata and cell.source.startswith("check(")
    }
    shown = {name: (cells[0].data["text/html"], cells[0].data["text/plain"]) for name, cells in outputs.items()}
    assert set(shown) == {"line_loss", "line_grad", "descend", "facts", "nearest_mean", "center"}
    passed, wrong, untouched = {
        "en": ("Every public check passed", "Not right yet", "Not attempted yet"),
        "zh": ("公开检查全部通过", "还不对", "尚未作答"),
    }[language]
    for name, texts in shown.items():
        expected = {"line_loss": wrong, "facts": untouched}.get(name, passed)
        for text in texts:
            assert expected in text, name
            assert ("Hidden cases" if language == "en" else "不公开") in text
            assert "all tests passed" not in text.lower()
    assert notebook.cells[-1].outputs[0].text == "[]\n"


def test_the_released_notebook_runs_to_its_end_with_every_answer_missing(release_dir: Path, tmp_path: Path) -> None:
    """A student who has answered nothing sees six friendly boxes and no traceback but the starters' own."""
    folder = tmp_path / TINY
    shutil.copytree(release_dir / "en" / TINY, folder)
    notebook = nbformat.read(folder / f"{TINY}.ipynb", as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    texts = [cell.outputs[0].data["text/plain"] for cell in notebook.cells if cell.source.startswith("check(")]
    assert len(texts) == 6
    assert all("Not attempted yet" in text for text in texts)


HINTS = {"en": "You averaged; the docstring asks for a sum.", "zh": "题目要求求和，你取了平均。"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_known_mistake_is_named_in_the_notebook(
    release_dir: Path, released: Mapping[str, NotebookNode], right: Mapping[str, str], tmp_path: Path, language: str
) -> None:
    """In a real kernel, from what students receive; in their language."""
    folder = tmp_path / TINY
    shutil.copytree(release_dir / language / TINY, folder)
    notebook = answered(released[language], {**right, "line_loss": right["line_loss"].replace("np.sum", "np.mean")})
    for name in ("line_loss", "line_grad"):
        notebook.cells.append(nbformat.v4.new_code_cell(f'print(check("{name}").verdict.hint)'))
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    assert [cell.outputs[0].text.strip() for cell in notebook.cells[-2:]] == [repr({language: HINTS[language]}), "None"]


DIGITS = {
    "en": "f: the public cases use scikit-learn's data set 'digits', and scikit-learn is not installed here. "
    "Run `pip install scikit-learn`, then run this cell again.",
    "zh": "f：公开样例要用到 scikit-learn 自带的数据集 'digits'，而这里没有安装 scikit-learn。"
    "请先运行 `pip install scikit-learn`，再运行本单元格。",
}
CHANGED = {
    "en": "scikit-learn has other numbers in its data set 'digits'",
    "zh": "数据集 'digits' 与制作公开样例时用的不一样",
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_data_set_that_is_not_here_is_one_sentence_and_stops_no_other_check(tmp_path: Path, language: str) -> None:
    def exercise(name: str, X: object) -> BankedExercise:
        case = BankedCase(Case("three", X=X), HEART, Observation(3))
        groups = (BankedGroup(HEART),)
        return BankedExercise(name, {"en": name, "zh": name}, 1, EXACT, {name: ("X",)}, groups=groups, draws=((case,),))

    exercises = exercise("f", Dataset("digits", rows=[5, 0, 9])), exercise("g", np.zeros((3, 64)))
    text = public_to_text(Bank("ch01_named", {"en": "Named", "zh": "命名"}, language, exercises))
    code = (
        "from autograder import check\ndef f(X): return len(X)\ndef g(X): return len(X)\n"
        "print(check('f') if isinstance(check('f'), str) else check('f').passed, check('g').passed)"
    )

    def said(text: str, code: str) -> str:
        (tmp_path / "named.cases.json").write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", code]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=True
        )
        return done.stdout

    assert said(text, META_PATH + code) == f"{DIGITS[language]} True\n"
    assert said(text, code) == "True True\n"
    other = said(repacked(text, r'"digest":"\w+"', '"digest":"0123456789ab"'), code)
    assert CHANGED[language] in other
    assert "pip install scikit-learn --upgrade" in other
    assert other.endswith(" True\n")


def test_importing_check_loads_numpy_and_nothing_heavy() -> None:
    code = (
        "import sys, numpy, numpy.random; before = set(sys.modules)\n"
        "import autograder; from autograder.judge.check import check_in\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "third = {n for n in new if n not in sys.stdlib_module_names and not n.startswith('_')}\n"
        "print(sorted(third - {'numpy', 'autograder'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_many_failing_cases_are_counted_rather_than_listed(checked: Callable[..., CheckResult]) -> None:
    result = checked("line_loss", SOURCE.format("7.0"))
    findings = tuple(
        Finding("wrong_value", {"output": part("result")}, "values", {"en": f"case {number}", "zh": "某例"})
        for number in range(5)
    )
    shown = repr(replace(result, verdict=replace(result.verdict, findings=findings)))
    assert "case 0: The result is wrong." in shown
    assert "case 1" not in shown
    assert "… and 4 more cases fail." in shown


def luminance(color: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2 defines it."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("source", ["np.sum(r**2)", "7.0", "None", ""], ids=["right", "wrong", "none", "missing"])
def test_coloured_text_is_readable_on_a_page_of_any_colour(checked: Callable[..., CheckResult], source: str) -> None:
    """JupyterLab's dark theme puts it on #111111, the light one on white: every colour brings its own ground."""
    page = checked("line_loss", SOURCE.format(source) if source else "pass")._repr_html_()
    coloured = [style for style in re.findall(r"style='([^']*)'", page) if re.search(r"(?<!-)\bcolor:", style)]
    assert coloured
    for style in coloured:
        ground = re.search(r"background:(#[0-9a-f]{6})", style)
        text = re.search(r"(?<!-)\bcolor:(#[0-9a-f]{6})", style)
        assert ground is not None, style
        assert text is not None, style
        dark, light = sorted((luminance(ground[1]), luminance(text[1])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, style


def test_a_name_with_a_slip_is_answered_with_the_one_that_was_meant(release_dir: Path) -> None:
    assert "Did you mean 'line_loss'?" in str(check_in("line_los", {}, release_dir / "en" / TINY))
    assert "there are: 'line_loss'" in str(check_in("nothing_like_it", {}, release_dir / "en" / TINY))


@pytest.mark.parametrize(("language", "sentence"), [("en", "never end"), ("zh", "不会结束的循环")])
def test_an_endless_loop_that_is_interrupted_is_a_sentence(release_dir: Path, language: str, sentence: str) -> None:
    def line_loss(w: object, b: object, X: object, y: object) -> None:
        raise KeyboardInterrupt

    assert sentence in str(check_in("line_loss", {"line_loss": line_loss}, release_dir / language / TINY))


def test_a_console_without_check_marks_prints_what_it_can(release_dir: Path) -> None:
    program = (
        "from autograder.judge.check import check_in\n"
        f"print(check_in('line_loss', {{}}, __import__('pathlib').Path({str(release_dir / 'en' / TINY)!r})))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"line_loss" in done.stdout
