"""Calibration: a threshold is measured, stored with where it comes from, and refused when it separates nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.sources import companions
from autograder.chapter.thresholds import calibrations_file
from autograder.cli import main as cli
from autograder.model.criteria import Calibration, Gate
from autograder.model.errors import AuthoringError
from autograder.proof.calibrate import SEEDS, CalibrationRefused, calibrate_chapter, choose_threshold, plot, store

pytest.importorskip("torch")

REFERENCE = '''
"""A coin whose bias is estimated from a hundred tosses; the metric is how near the estimate comes to 1."""
import numpy as np
import torch


def hits(seed):
    return np.random.default_rng(seed).binomial(100, 0.95) / 100


def estimate(rng):
    return torch.tensor(0.95)


def unrelated(x):
    return x


def many(seeds, device):
    return torch.tensor([hits(seed) for seed in seeds], device=device)
'''

CHAPTER = """
# %% [markdown] lang="en"
# # Toy
# %% [markdown] lang="zh"
# # 玩具
# %% setup
import numpy as np
"""

SOLUTION = '''
# %% prelude
from autograder import Calibration, Case, Exercise, Mistake, Rng
from reference import toy
# %% [markdown] lang="en"
# ## {n} An estimate
# %% [markdown] lang="zh"
# ## {n} 估计
# %% answer="estimate"
def estimate(rng):
    """The share of successes in a hundred tosses."""
    ### BEGIN SOLUTION
    return rng.binomial(100, 0.95) / 100
    ### END SOLUTION
# %% grading="estimate"
def cases(rng):
    yield Case("seed", rng=Rng(int(rng.integers(1000))))


Exercise(
    points=1, reference=toy.estimate, cases=cases,
    tolerance=Calibration(toy.many, higher_is_better=True, margin=0.01, reason="share of successes"),
    mistakes=[
        Mistake("half", "0.95", "WRONG", en="Half of them.", zh="少了一半。"),
        Mistake("crash", "/ 100", "/ None", en="It stops.", zh="会中断。"),
    ],
)
'''


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in sys.modules if name == "reference" or name.startswith("reference.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "solutions" / "ch01_toy").mkdir(parents=True)
    (tmp_path / "solutions" / "ch01_toy" / "00_chapter.py").write_text(CHAPTER)
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "__init__.py").write_text("")
    (tmp_path / "reference" / "toy.py").write_text(REFERENCE)
    write(tmp_path, SOLUTION.replace("WRONG", "0.5"))
    return tmp_path


def write(course: Path, exercise: str) -> None:
    (course / "solutions" / "ch01_toy" / "01_estimate.py").write_text(exercise)


def load(course: Path, *, calibrated: bool = False) -> Chapter:
    for name in [name for name in sys.modules if name == "reference" or name.startswith("reference.")]:
        del sys.modules[name]  # a changed reference is read again
    return load_chapter(course / "solutions" / "ch01_toy", calibrated=calibrated)


def calibrated(course: Path) -> dict[str, dict[str, object]]:
    chapter = load(course)
    measured = calibrate_chapter(chapter)
    store(chapter, measured)
    return measured


def test_the_threshold_lies_below_every_seed_and_above_every_mistake(course: Path) -> None:
    entry = calibrated(course)["estimate"]
    assert entry["threshold"] < entry["worst"]  # type: ignore[operator]
    assert entry["threshold"] > entry["mistakes"]["half"]  # type: ignore[index]
    assert entry["mistakes"]["crash"] is None  # type: ignore[index]
    assert 0 < entry["false_fail_bound"] <= 1e-3  # type: ignore[operator]
    assert sum(count for _, count in entry["distribution"]) == entry["seeds"]["count"] == SEEDS  # type: ignore[attr-defined,index]


def test_the_chapter_gets_a_gate_that_says_where_its_number_comes_from(course: Path) -> None:
    entry = calibrated(course)["estimate"]
    chapter = load(course, calibrated=True)
    gate = chapter.exercises[0].criterion
    assert isinstance(gate, Gate)
    assert gate.at_least == entry["threshold"]
    assert gate.reason.startswith(f"share of successes; {SEEDS} seeds of the reference: worst")
    assert calibrations_file(course, "ch01_toy") in companions(course, "ch01_toy")  # a new one makes a bank stale


def test_the_stored_file_is_the_same_every_time(course: Path) -> None:
    calibrated(course)
    first = calibrations_file(course, "ch01_toy").read_bytes()
    calibrated(course)
    assert calibrations_file(course, "ch01_toy").read_bytes() == first
    assert json.loads(first)["estimate"]["device"] == "cpu"


def test_a_missing_calibration_names_the_command(course: Path) -> None:
    with pytest.raises(AuthoringError, match=r"/01_estimate\.py:\d+: .*run `autograder calibrate ch01_toy estimate`"):
        load(course, calibrated=True)


def test_a_change_in_a_function_that_run_calls_makes_it_stale(course: Path) -> None:
    calibrated(course)
    (course / "reference" / "toy.py").write_text(REFERENCE.replace("0.95) / 100", "0.94) / 100"))
    with pytest.raises(AuthoringError, match=r"'many' has changed since 'estimate' was calibrated: run `autograder"):
        load(course, calibrated=True)


def test_a_change_elsewhere_in_the_reference_does_not(course: Path) -> None:
    calibrated(course)
    (course / "reference" / "toy.py").write_text(REFERENCE.replace("return x", "return 2 * x"))
    assert load(course, calibrated=True).exercises


def test_a_mistake_that_would_pass_is_refused_by_name(course: Path) -> None:
    write(course, SOLUTION.replace("WRONG", "0.96"))
    with pytest.raises(
        CalibrationRefused, match=r"^estimate: the threshold .* does not lie above the mistake 'half', whose best"
    ):
        calibrate_chapter(load(course))


def test_a_solution_below_the_threshold_is_refused(course: Path) -> None:
    source = SOLUTION.replace("rng.binomial(100, 0.95)", "rng.binomial(100, 0.60)").replace(
        '"0.95", "WRONG"', '"0.60", "0.5"'
    )
    write(course, source)
    with pytest.raises(CalibrationRefused, match=r"the solution reaches .* which is below the threshold"):
        calibrate_chapter(load(course))


def test_a_run_of_the_wrong_shape_is_an_authors_error(course: Path) -> None:
    (course / "reference" / "toy.py").write_text(REFERENCE.replace("for seed in seeds]", "for seed in seeds[:3]]"))
    with pytest.raises(AuthoringError, match=r"one finite number a seed: \(256,\), not \(3,\)"):
        calibrate_chapter(load(course))


def test_an_unknown_exercise_is_named_with_those_there_are(course: Path) -> None:
    with pytest.raises(AuthoringError, match="no exercise 'nothing' with a Calibration, only: estimate"):
        calibrate_chapter(load(course), ["nothing"])


# The command


def test_the_command_measures_stores_plots_and_prints(course: Path) -> None:
    options = ["--course", str(course), "--plot", str(course / "gates.png"), "--json"]
    done = CliRunner().invoke(cli.app, ["calibrate", "ch01_toy", *options])
    assert done.exit_code == 0, done.output
    (measured,) = json.loads(done.stdout).items()
    assert measured[0] == "estimate"
    stored = calibrations_file(course, "ch01_toy")
    assert json.loads(stored.read_text(encoding="utf-8"))["estimate"] == measured[1]
    assert f"estimate: threshold {measured[1]['threshold']:g}; " in done.stderr
    assert "1 gates measured, stored in " in done.stderr
    assert (course / "gates.png").read_bytes().startswith(b"\x89PNG")
    assert isinstance(load(course, calibrated=True).exercises[0].criterion, Gate)


def test_the_command_stores_nothing_when_a_threshold_separates_nothing(course: Path) -> None:
    write(course, SOLUTION.replace("WRONG", "0.95 + 0.02"))
    done = CliRunner().invoke(cli.app, ["calibrate", "ch01_toy", "--course", str(course)])
    assert done.exit_code == 1
    assert "does not lie above the mistake 'half'" in " ".join(done.stderr.split())
    assert not calibrations_file(course, "ch01_toy").exists()


def test_fewer_seeds_bound_less(course: Path) -> None:
    entry = calibrate_chapter(load(course), seeds=100)["estimate"]
    assert entry["false_fail_bound"] == pytest.approx(0.0295, abs=1e-4)  # the rule of three: about 3 in n


def test_resuming_trains_the_seeds_that_are_missing_alone(course: Path) -> None:
    store(load(course), calibrate_chapter(load(course), seeds=300))
    whole = calibrate_chapter(load(course), seeds=500)
    shares: list[float] = []
    resumed = calibrate_chapter(load(course), seeds=500, resume=True, progress=lambda name, share: shares.append(share))
    assert resumed == whole
    assert shares == [300 / 500, 1.0]


def test_nothing_is_resumed_once_the_training_has_changed(course: Path) -> None:
    chapter = load(course)
    store(chapter, calibrate_chapter(chapter, seeds=300))
    (course / "reference" / "toy.py").write_text(REFERENCE.replace("binomial(100, 0.95)", "binomial(100, 0.96)"))
    whole = calibrate_chapter(load(course), seeds=500)
    assert calibrate_chapter(load(course), seeds=500, resume=True) == whole


@pytest.mark.parametrize(
    ("worst", "higher", "threshold"),
    [(0.98765, True, 0.9776), (0.95, True, 0.94), (2871.111, False, 2872), (0.01, True, 0.0)],
)
def test_a_threshold_lies_a_margin_behind_the_worst_and_is_rounded_in_the_students_favour(
    worst: float, higher: bool, threshold: float
) -> None:
    values = np.array([worst, worst + 1 if higher else worst - 1])
    assert choose_threshold(values, Calibration(lambda seeds, device: None, higher, 0.01, "accuracy")) == threshold


def test_the_plot_is_a_png(course: Path) -> None:
    plot(calibrated(course), course / "gates.png")
    assert (course / "gates.png").read_bytes().startswith(b"\x89PNG")
