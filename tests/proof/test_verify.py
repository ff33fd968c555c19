"""The proof of a chapter: it holds for the small one, and fails for each thing that can be wrong with a chapter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import COURSE, TINY, change

from autograder.chapter.chapter import Chapter, load_chapter
from autograder.proof.chapter_proof import ChapterProof
from autograder.proof.exercise import LEAST_DRAWS, SECONDS, affordable
from autograder.proof.verify import verify_chapter, verify_files


def proof_of(
    tmp_path: Path, *swaps: tuple[str, str], folder: str = f"solutions/{TINY}", draws: int = 1, reach: bool = False
):
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    change(tmp_path / "course" / folder, *swaps)
    return verify_chapter(load_chapter(tmp_path / "course" / "solutions" / TINY), draws=draws, reach=reach)


def test_the_small_chapter_is_proven(chapter: Chapter) -> None:
    told: list[str] = []
    proof = verify_chapter(chapter, draws=20, reach=False, progress=told.append)
    assert proof.ok
    assert proof.to_json() == {
        "id": TINY, "exercises": 6, "own_data": 0, "points": 13.0, "mistakes": 8, "caught": 8, "diagnosed": 8,
        "variants": 4, "accepted": 4, "leaks": 0, "draws": 20, "false_fails": 0, "reach": None,
    }  # fmt: skip
    assert told == [entry.name for entry in chapter.exercises]


@pytest.mark.parametrize(
    ("swaps", "problem"),
    [
        ([(".reshape(len(case.y_test))", "")], "nearest_mean: the observe accepts 40 rows for part 1 of the answer"),
        ([('"np.sum", "np.mean"', '"np.sum(residual**2)", "np.sum(residual**2) + 0.0"')],
         "line_loss: the mistake 'mean_for_sum' is not caught"),
        ([('"np.sum", "np.mean"', '"np.sum(residual**2)", "np.sum(residual**2) * (1 + 1e-4)"')],
         "line_loss: the mistake 'mean_for_sum' misses by less than 100 tolerances"),
        ([("'np.einsum(\"nd,n->d\", X, residual)'", "'X.T @ residual / len(y)'")],
         "line_grad: the variant 'einsum' is not accepted"),
        ([("w = w - lr * dw", "w = w - 2 * lr * dw"), ('"w - lr * dw", "w + lr * dw"', '"w - 2 * lr * dw", "w"')],
         "descend: the solution disagrees with the torch reference"),
        ([("at_least=0.85", "at_least=0.0"), (".reshape(len(case.y_test))", "")],
         "nearest_mean: a function that returns"),
        ([("def choice(impl, case):\n    return impl.facts().get(case.item)",
           "def choice(impl, case):\n    return impl.facts().get(case.item) or None"),
          ('"step": "against", "scale": "n"}\n    ### END', '"step": "along", "scale": "n"}\n    ### END')],
         "facts: the solution disagrees"),
        ([('    """{"step": "along" or "against", "scale": "n" or "n^2"}."""\n    ### BEGIN SOLUTION\n',
           '    ### BEGIN SOLUTION\n    """x"""\n    ### END SOLUTION\n    return {}\n    ### BEGIN SOLUTION\n')],
         "facts: the solution disagrees"),
        ([(' zh="只有一个样本",', "")], "line_loss: the case 'one sample' has no name in Chinese"),
        ([("# A line through points.", "# residual = X @ w + b - y")], "holds a line of the solution"),
    ],
)  # fmt: skip
def test_a_fault_of_a_chapter_is_found(tmp_path: Path, swaps: list[tuple[str, str]], problem: str) -> None:
    proof = proof_of(tmp_path, *swaps)
    assert not proof.ok
    assert any(problem in told for told in proof.problems), proof.problems


def test_a_change_of_the_solution_that_no_case_notices_is_found(tmp_path: Path) -> None:
    same = ('Variant("reversed"', 'Variant("plain"'), ("y - (X @ w + b)", "-(y - X @ w - b)")
    proof = proof_of(tmp_path, *same, reach=True)
    assert not proof.ok
    assert proof.problems == [
        f"{TINY} · line_loss: no case notices this change of the solution; add a case that does, or a Variant with "
        "this change if it is right: -     residual = X @ w + b - y +     residual = y - (X @ w + b)"
    ]


def test_a_wrong_gradient_of_the_reference_is_found(tmp_path: Path) -> None:
    old = "    return result\n\n\ndef descend"
    proof = proof_of(tmp_path, (old, "    return result[0] * 3, result[1]\n\n\ndef descend"), folder="reference")
    assert not proof.ok
    assert any("gradient for 'w' disagrees with finite differences" in told for told in proof.problems)


def test_a_starter_that_answers_is_found(tmp_path: Path) -> None:
    old = "    ### BEGIN SOLUTION\n    X = np.asarray(X)"
    early = "    if X is not None:\n        return np.asarray(X) - np.mean(X, 0)\n"
    proof = proof_of(tmp_path, (old, early + old))
    assert any("center: the starter is judged" in told for told in proof.problems), proof.problems


def test_a_starter_with_a_bug_that_earns_something_is_found(tmp_path: Path) -> None:
    assert proof_of(
        tmp_path / "one", ("points=1, reference=tiny.center", 'points=1, starter="rows", reference=tiny.center')
    ).ok
    proof = proof_of(
        tmp_path / "other", ("points=1, reference=tiny.center", 'points=1, starter="no_lists", reference=tiny.center')
    )
    assert any("center: the starter is judged PARTIAL" in told for told in proof.problems), proof.problems


def test_a_solution_that_fails_now_and_then_is_a_false_fail(tmp_path: Path) -> None:
    flaky = "    if X.size and X.flat[0] > 0.5:\n        return 0.0\n    return np.sum(residual**2)"
    proof = proof_of(tmp_path, ("    return np.sum(residual**2)", flaky), draws=12)
    assert 0 < proof.false_fails < 12
    assert not proof.ok


@pytest.mark.parametrize(
    ("draws", "cost", "made"),
    [(200, 0.01, 200), (200, 0.25, 80), (200, 5.0, LEAST_DRAWS), (7, 100.0, 7), (LEAST_DRAWS, 100.0, LEAST_DRAWS)],
)
def test_an_exercise_is_drawn_as_often_as_its_cost_allows(draws: int, cost: float, made: int) -> None:
    """`cost` seconds a draw; a clock that only the draws move."""
    spent = [0.0]
    numbers = []
    for number in affordable(draws, lambda: spent[0]):
        numbers.append(number)
        spent[0] += cost
    assert numbers == list(range(made))
    assert SECONDS == 20.0


def test_the_proof_tells_the_fewest_draws_of_any_exercise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.proof.exercise.SECONDS", 0.0)
    monkeypatch.setattr("autograder.proof.exercise.LEAST_DRAWS", 2)
    assert proof_of(tmp_path, draws=9).to_json()["draws"] == 2


@pytest.mark.parametrize(
    ("diagnosed", "problems", "ok"),
    [(100, [], True), (95, [], True), (94, [], False), (100, ["a leak is not named so"], False)],
)
def test_some_mistakes_may_go_without_a_name_but_nothing_else_may_be_wrong(
    diagnosed: int, problems: list[str], ok: bool
) -> None:
    unnamed = ["the mistake is not named"] * (100 - diagnosed)
    proof = ChapterProof("ch", mistakes=100, caught=100, diagnosed=diagnosed, problems=problems, unnamed=unnamed)
    assert proof.ok is ok


def test_two_mistakes_with_the_same_output_may_share_a_name(tmp_path: Path) -> None:
    first = 'Mistake("mean_for_sum"'
    twin = 'Mistake("twin", "np.sum", "1 * np.mean", en="You averaged, twice.", zh="你又取了平均。"),'
    proof = proof_of(tmp_path, (first, f"{twin}\n        {first}"))
    assert proof.ok, proof.problems
    assert proof.diagnosed == proof.mistakes == 9


def test_chapters_are_proven_side_by_side_and_told_in_order(tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    first = course / "solutions" / TINY
    second = Path(shutil.copytree(first, first.with_name("ch02_tiny")))
    change(second, ("np.sum(residual**2)", "np.sum(residual**2) + 1"))
    told: list[str] = []
    good, bad = verify_files([first, second], draws=2, progress=told.append)
    assert (good.id, bad.id, good.ok, bad.ok) == (TINY, "ch02_tiny", True, False)
    assert told == ["1 of 2 chapters", "2 of 2 chapters"]
