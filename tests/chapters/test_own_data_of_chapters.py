"""What the lessons say of own data holds for everybody's number and for those of two hundred students."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from support import REPOSITORY

from autograder.build.own_data import MANY, made_of, numbers_to_try, own_data_cells
from autograder.chapter.chapter import find_chapters, load_chapter
from autograder.chapter.grading_cells import parse
from autograder.chapter.sections import read_sections
from autograder.chapter.solutions import SolutionRunner
from autograder.model.own_data import ROLE

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of torch about itself, as in notebooks
HAVE = {
    path.name: [cell.name for cell in read_sections(path) if cell.role == ROLE] for path in find_chapters(REPOSITORY)
}
PROVEN = {
    "ch01_regression": ["loss_may_rise"],
    "ch02_gradient_descent": ["condition_law"],
    "ch03_classification": ["plateau"],
    "ch04_backprop": ["memory"],
    "ch06_tricks": ["vanishing"],
}


def functions_and_data(chapter: str, exercise: str) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """The chapter's own functions, and the data that each number makes."""
    loaded = load_chapter(REPOSITORY / "solutions" / chapter)
    runner = SolutionRunner(loaded)
    (cell,) = [cell for cell in own_data_cells(loaded) if cell.name == exercise]
    numbers = numbers_to_try(loaded, exercise, MANY)
    return runner.namespace(), (made_of(cell, runner.setup(), number) for number in numbers)


def test_the_claims_about_all_own_data_are_proven_here() -> None:
    assert {name: exercises for name, exercises in HAVE.items() if exercises} == PROVEN


def test_below_the_limit_every_loss_falls_and_above_it_they_grow_in_the_end() -> None:
    ours, data = functions_and_data("ch01_regression", "loss_may_rise")
    for own in data:
        X, y = own["my_X"], own["my_y"]
        limit = ours["max_stable_lr"](X)
        below, above = (ours["linear_fit_gd"](X, y, share * limit, 30, np.zeros(2), 0.0)[2] for share in (0.9, 1.1))
        assert all(np.diff(below) < 0)
        assert all(np.diff(above[-5:]) > 0)
        assert above[-1] > 2 * min(above)


def test_forward_mode_visits_inputs_times_operations_and_reverse_mode_twice_the_operations() -> None:
    ours, data = functions_and_data("ch04_backprop", "memory")
    for own in data:
        ops, x = own["my_ops"], own["my_x"]
        forward, forward_visits = ours["forward_mode_grad"](ops, x)
        backward, backward_visits = ours["reverse_mode_grad"](ops, x)
        assert (forward_visits, backward_visits) == (len(x) * len(ops), 2 * len(ops))
        assert backward_visits < forward_visits
        np.testing.assert_allclose(forward, backward, rtol=1e-9, atol=1e-12)


def test_squared_error_pulls_hardly_on_either_side_and_cross_entropy_where_it_is_wrong() -> None:
    ours, data = functions_and_data("ch03_classification", "plateau")
    for own in data:
        (right, wrong), (right_cross, wrong_cross) = ours["pulls_on_logit"](own["my_z"])
        assert -1e-6 < right < 0
        assert -1e-3 < wrong < -1e-6
        assert -1e-3 < right_cross < 0
        assert -1 < wrong_cross < -0.999


def test_the_gradient_of_six_sigmoid_layers_falls_from_layer_to_layer() -> None:
    ours, data = functions_and_data("ch06_tricks", "vanishing")
    for own in data:
        lengths = ours["layer_grad_norms"](own["my_net"], own["my_X"], own["my_y"], "sigmoid")
        assert all(np.diff(lengths) > 0)
        assert 2 < (lengths[5] / lengths[0]) ** (1 / 5) < 7


@pytest.mark.parametrize("chapter", PROVEN)
def test_what_model_answers_show_runs_on_the_chapters_solutions(
    chapter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = load_chapter(REPOSITORY / "solutions" / chapter)
    runner = SolutionRunner(loaded)
    shown = {cell.name: cell for cell in loaded.cells if cell.role == "worked"}
    for cell in own_data_cells(loaded):
        if cell.name in shown:
            data = made_of(cell, runner.setup(), numbers_to_try(loaded, cell.name, 1)[1])
            exec(compile(parse(shown[cell.name]), cell.at, "exec"), {**runner.namespace(), **data})
            assert capsys.readouterr().out


def test_steps_grow_as_the_condition_number_and_standardizing_helps_against_units_alone() -> None:
    ours, data = functions_and_data("ch02_gradient_descent", "condition_law")
    for own in data:
        for stretch, correlation in ((8.0, 0.0), (1.0, 0.995)):
            raw, scaled, condition = [], [], []
            for seed in own["my_seeds"]:
                X, y = ours["narrow_valley"](seed, stretch, correlation)
                steps, number = steps_and_condition(X, y)
                raw.append(steps)
                condition.append(number)
                scaled.append(steps_and_condition((X - X.mean(axis=0)) / X.std(axis=0), y)[0])
            assert 3 < np.median(np.divide(raw, condition)) < 5
            if correlation:
                assert 0.9 < np.median(scaled) / np.median(raw) < 1.1
            else:
                assert np.median(scaled) <= 4
                assert np.median(raw) > 200


def steps_and_condition(X: np.ndarray, y: np.ndarray) -> tuple[int, float]:
    """Steps of gradient descent with 1/κ_max from zero until 1% of the way is left, and the condition number.

    Along each eigenvector a step multiplies the distance by 1 - κ/κ_max, so no step need be made.
    """
    A = np.column_stack([X, np.ones(len(X))])
    curvatures, directions = np.linalg.eigh(2 * A.T @ A)
    start = directions.T @ np.linalg.lstsq(A, y, rcond=None)[0]
    shrinks = 1 - curvatures / curvatures[-1]
    few, many = 0, 2**15
    while many - few > 1:
        half = (few + many) // 2
        near = np.linalg.norm(shrinks**half * start) <= 0.01 * np.linalg.norm(start)
        few, many = (few, half) if near else (half, many)
    return many, float(curvatures[-1] / curvatures[0])
