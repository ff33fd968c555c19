"""A chapter of objects, from its source to a grade: class answers, tensors and functions as inputs, generators."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support import by_name, change, codes, sentences

from autograder.build.make_bank import compute_bank
from autograder.build.notebooks import starter_source, student_notebook, to_bytes
from autograder.build.public_bank import public_bank
from autograder.build.release import release_files, write
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner, solution_source
from autograder.cli.made_up_class import CRASHES, ENDLESS, FORGERIES, answered, misbehaving
from autograder.grading.grade_one import grade_file, open_sandbox
from autograder.judge.check import check_in
from autograder.model.bank import Bank
from autograder.model.bank_files import load, save
from autograder.model.errors import AuthoringError
from autograder.model.markers import Function, Tensor
from autograder.model.public_cases import public_from_text, public_to_text, unpacked
from autograder.model.verdict import Outcome, Report
from autograder.proof.verify import verify_chapter
from autograder.sandbox import Sandbox

OBJECTS = "ch01_objects"
COURSE = Path(__file__).resolve().parents[1] / "objects"


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(COURSE / "solutions" / OBJECTS)


@pytest.fixture(scope="module")
def bank(chapter: Chapter, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return save(compute_bank(chapter, draws=2, key="tests"), tmp_path_factory.mktemp("bank") / OBJECTS)


@pytest.fixture(scope="module")
def sandbox(bank: Bank) -> Iterator[Sandbox]:
    with open_sandbox([bank]) as warm:
        yield warm


@pytest.fixture
def graded(chapter: Chapter, bank: Bank, sandbox: Sandbox, tmp_path: Path) -> Callable[..., Report]:
    """Grade the right answers but for those given, in the real sandbox."""

    def run(**answers: str) -> Report:
        right = {entry.name: solution_source(entry) for entry in chapter.exercises}
        path = tmp_path / f"{OBJECTS}.ipynb"
        path.write_bytes(to_bytes(answered(student_notebook(chapter, "en"), {**right, **answers})))
        return grade_file(path, [bank], sandbox, student="ada")

    return run


def solution(chapter: Chapter, name: str) -> str:
    return solution_source(next(entry for entry in chapter.exercises if entry.name == name))


def test_a_chapter_of_objects_is_proven(chapter: Chapter) -> None:
    proof = verify_chapter(chapter, draws=3)
    assert proof.problems == []
    assert (proof.caught, proof.diagnosed, proof.accepted) == (7, 7, 3)


def test_a_class_is_known_by_its_parameters_and_methods(bank: Bank) -> None:
    kmeans, net = bank.exercises[:2]
    assert kmeans.functions == {"KMeans": ("centers",)}
    assert kmeans.methods == {"KMeans.fit": ("X", "steps"), "KMeans.predict": ("X",), "KMeans.distances": ("X",)}
    assert net.functions == {"Net": ("inputs", "hidden")}
    assert bank.exercises[4].requires == ("KMeans",)


@pytest.mark.parametrize("kind", [*FORGERIES, "syntax error", "endless function"])
def test_a_made_up_class_answer_misbehaves_in_every_method_and_earns_nothing(
    chapter: Chapter, graded: Callable[..., Report], kind: str
) -> None:
    source = misbehaving(chapter.exercises[0], (FORGERIES | CRASHES | ENDLESS)[kind])
    report = graded(KMeans=source)
    kmeans, net = report.exercises[:2]
    assert (kmeans.outcome, kmeans.points) == (Outcome.FAILED, 0)
    assert net.outcome is Outcome.PASSED
    stopped = {"syntax error": "cell_syntax", "endless function": "timeout"}
    answered_wrong = {"wrong_type", "wrong_shape", "raised", "memory", "timeout"}  # not: a class that is not there
    assert set(codes(kmeans)) <= ({stopped[kind]} if kind in stopped else answered_wrong)


def test_the_starter_of_a_class_keeps_its_form_and_is_translated(chapter: Chapter) -> None:
    answer = chapter.exercises[0].answer
    starter = starter_source(chapter, answer, "en")
    assert starter.count("raise NotImplementedError()") == 3
    assert "self.centers = centers" in starter
    chinese = starter_source(chapter, answer, "zh")
    assert '    """聚类，从给定的中心 (K, D) 开始。"""\n' in chinese
    assert '        """每个点最近的中心，(N,)。"""\n' in chinese
    compile(chinese, "starter", "exec")


def test_tensors_and_functions_are_stored_and_read_back(chapter: Chapter, bank: Bank) -> None:
    net, hessian = bank.exercises[1], bank.exercises[2]
    X = net.draws[0][0].case.X
    assert isinstance(X, Tensor)
    assert X.array.shape == (7, 2)
    named, shipped = (banked.case.f for banked in hessian.draws[0])
    assert isinstance(named, Function)
    assert (named.name, named.source) == ("bowl", "")
    assert 1 <= shipped.bound["a"] <= 2
    assert shipped.load()(np.array([1.0, 0.0]), 2.0) == 2.0
    public = public_bank(chapter, "en")
    text = public_to_text(public)
    assert text == public_to_text(public_from_text(text))
    assert max(len(str(number)) for _, _, numbers in unpacked(text)["arrays"] for number in numbers) <= 20


def test_right_answers_have_full_marks(graded: Callable[..., Report]) -> None:
    report = graded()
    assert [verdict.outcome for verdict in report.exercises] == [Outcome.PASSED] * 5, [
        sentences(verdict) for verdict in report.exercises
    ]


def test_what_is_not_begun_is_not_attempted(graded: Callable[..., Report], chapter: Chapter) -> None:
    starters = {entry.name: starter_source(chapter, entry.answer, "en") for entry in chapter.exercises}
    assert {verdict.outcome for verdict in graded(**starters).exercises} == {Outcome.NOT_ATTEMPTED}


def test_a_mistake_in_a_method_is_named(graded: Callable[..., Report], chapter: Chapter) -> None:
    farthest = solution(chapter, "KMeans").replace("argmin", "argmax")
    no_relu = solution(chapter, "Net").replace("torch.relu(self.first(X))", "self.first(X)")
    verdicts = by_name(graded(KMeans=farthest, Net=no_relu))
    assert verdicts["KMeans"].mistake == "farthest"
    assert verdicts["Net"].mistake == "no_relu"
    assert verdicts["hessian"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("def predict(", "def guess(", "missing", "`KMeans.predict`"),
        ("def fit(self, X, steps)", "def fit(self, X)", "signature", "`KMeans.fit(X, steps)`"),
        ("def __init__(self, centers)", "def __init__(self)", "signature", "`KMeans(centers)`"),
        ("return self\n", "return [1, 2][steps + 9]\n", "raised", "`KMeans.fit` stopped with `IndexError` (line"),
        (
            "class KMeans:",
            "def KMeans(centers):\n    pass\n\n\nclass Other:",
            "wrong_return",
            "should return an object",
        ),
        (
            "self.centers = centers",
            "self.middles = centers",
            "raised",
            "`KMeans.predict` stopped with `AttributeError`",
        ),
        ("labels = self.predict(X)", "while True: pass", "timeout", "`KMeans.fit` did not finish"),
    ],
)
def test_what_is_wrong_with_a_class_is_told_by_its_method(
    graded: Callable[..., Report], chapter: Chapter, old: str, new: str, code: str, words: str
) -> None:
    right = solution(chapter, "KMeans")
    assert old in right
    verdict = by_name(graded(KMeans=right.replace(old, new)))["KMeans"]
    assert verdict.outcome in (Outcome.FAILED, Outcome.PARTIAL)
    assert code in codes(verdict), codes(verdict)
    assert words in sentences(verdict), sentences(verdict)


def test_a_class_that_is_gone_was_not_attempted(graded: Callable[..., Report]) -> None:
    verdict = by_name(graded(KMeans="class Clusters:\n    pass"))["KMeans"]
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_ATTEMPTED, ["missing"])


def test_a_cell_that_stops_before_its_class_is_told(graded: Callable[..., Report], chapter: Chapter) -> None:
    verdict = by_name(graded(KMeans="centers = 1 / 0\n" + solution(chapter, "KMeans")))["KMeans"]
    assert (verdict.outcome, codes(verdict)) == (Outcome.FAILED, ["cell_stopped"])


def test_what_builds_on_a_wrong_class_is_not_told_of_an_error_of_ours(
    graded: Callable[..., Report], chapter: Chapter
) -> None:
    """An object cannot be answered from outside: the verdict on top of the student's own class stays."""
    farthest = solution(chapter, "KMeans").replace("argmin", "argmax")
    verdict = by_name(graded(KMeans=farthest))["spread"]
    assert verdict.outcome is Outcome.FAILED
    assert "raised" not in codes(verdict)


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("def minibatches(X, size, order):\n    while True:\n        yield X[order[:size]]", Outcome.FAILED),
        ("def minibatches(X, size, order):\n    yield X[order[:size]]\n    1 / 0", Outcome.FAILED),
        ("def minibatches(X, size, order):\n    while True:\n        yield np.zeros(10**6)", Outcome.FAILED),
        ("def minibatches(X, size, order):\n    return 3", Outcome.FAILED),
        ("def minibatches(X, size, order):\n    return iter([X[order[i:i + size]] for i in range(0, len(X), size)])",
         Outcome.PASSED),
        ("def minibatches(X, size, order):\n    return tuple(X[order[i:i + size]] for i in range(0, len(X), size))",
         Outcome.PASSED),
    ],
)  # fmt: skip
def test_a_generator_is_walked_within_bounds(graded: Callable[..., Report], source: str, outcome: Outcome) -> None:
    verdict = by_name(graded(minibatches=source))["minibatches"]
    assert verdict.outcome is outcome, sentences(verdict)
    assert "grader_error" not in codes(verdict)


def test_check_knows_classes_tensors_and_functions(chapter: Chapter, tmp_path: Path) -> None:
    write(release_files(chapter), tmp_path)
    namespace: dict[str, Any] = SolutionRunner(chapter).namespace()
    for entry in chapter.exercises:
        assert check_in(entry.name, namespace, tmp_path / "en" / OBJECTS).passed, entry.name
    del namespace["bowl"]  # the setup cell was not run
    told = repr(check_in("hessian", namespace, tmp_path / "en" / OBJECTS))
    assert "NameError" in told
    namespace["KMeans"] = type("KMeans", (), {})
    assert "does not accept these arguments" in repr(check_in("KMeans", namespace, tmp_path / "en" / OBJECTS))


def test_a_class_answer_without_an_observe_is_an_authors_fault(tmp_path: Path) -> None:
    with pytest.raises(
        AuthoringError, match=r"ch01_objects/01_KMeans.py:\d+: the answer 'KMeans' is a class: say with observe"
    ):
        edited(tmp_path, " observe=clusters,", "")


def test_a_name_that_every_implementation_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"ch01_objects/03_hessian.py:\d+: 'take' is what an observe calls"):
        edited(tmp_path, "\ndef hessian(f, x):", "\ndef take(x):\n    return x\n\n\ndef hessian(f, x):")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'f=Function("bowl")',
            'f=Function("valley")',
            "the reference fails on case 'bowl' of 'hessian': valley: missing",
        ),
        (
            "observe=outputs,",
            'observe=outputs, forbids=("torch",),',
            "a tensor, but the exercise forbids torch",
        ),
    ],
)
def test_an_input_that_cannot_be_had_is_an_authors_fault(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(AuthoringError, match=fault):
        compute_bank(edited(tmp_path, old, new), draws=1, key="tests")


def edited(tmp_path: Path, old: str, new: str) -> Chapter:
    """The chapter with one change."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "course" / "solutions" / OBJECTS
    change(folder, (old, new))
    return load_chapter(folder)


def test_the_global_generator_of_torch_is_the_same_before_each_call(bank: Bank, sandbox: Sandbox) -> None:
    with sandbox.session() as session:
        session.run_cell("import torch\ndef draw(): return float(torch.rand(()))\ntorch.rand(5)", seconds=20)
        drawn = [session.call("draw", seconds=5).value for _ in range(2)]
    torch.manual_seed(0)
    assert drawn[0] == drawn[1]


def test_a_bank_of_another_format_is_told_as_such(bank: Bank, tmp_path: Path) -> None:
    save(replace(bank, exercises=()), tmp_path)
    assert load(tmp_path).exercises == ()
