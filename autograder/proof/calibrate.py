"""Calibrating gates: train the reference from many seeds, put the threshold below them all and above every mistake."""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder.build.described import describe_exercise
from autograder.build.draws import named_cases
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.chapter.thresholds import calibration_digest, calibrations_file, read_calibrations
from autograder.judge.criteria import metric_of
from autograder.judge.implementation import Implementation
from autograder.judge.observe import observe_case, observer
from autograder.model.criteria import Calibration
from autograder.model.errors import AuthoringError
from autograder.model.files import write_atomic
from autograder.model.tree import map_leaves

SEEDS = 3000  # none of so many right answers fell behind the worst of them: at 95% fewer than 1 in 1000 ever will
CHUNK = 256  # seeds trained at a time: bounds memory, and moves the progress bar
DRAWS = 8  # draws on which the solution and every mistake are run; each mistake's best counts
DIGITS = 6  # of stored numbers: the last bits of another machine's arithmetic do not show
THRESHOLD_DIGITS = 4  # of a threshold, since students read it; rounded in their favour


class CalibrationRefused(Exception):
    """No threshold separates right answers from a known mistake; the message says which and by how much."""


def calibrate_chapter(
    chapter: Chapter,
    only: Sequence[str] = (),
    *,
    seeds: int = SEEDS,
    device: str = "cpu",
    draws: int = DRAWS,
    resume: bool = False,
    progress: Callable[[str, float], None] = lambda name, share: None,
) -> dict[str, dict[str, Any]]:
    """Measure the gates of a chapter (all, or those named); what is returned is what `store` writes.

    With `resume`, seeds that are stored already are not trained again, where nothing that decides them has changed.
    Raises CalibrationRefused for the first gate without a threshold, AuthoringError for a name that has no Calibration.
    `progress` is told the exercise and the share of its seeds that is done.
    """
    entries = {entry.name: entry for entry in chapter.exercises if entry.calibration is not None}
    for name in only:
        if name not in entries:
            known = ", ".join(entries) or "none"
            raise AuthoringError(f"{chapter.id} has no exercise {name!r} with a Calibration, only: {known}")
    runner = SolutionRunner(chapter)
    stored = read_calibrations(calibrations_file(chapter.course, chapter.id)) if resume else {}
    return {
        name: _calibrate(chapter, entry, runner, stored.get(name), seeds, device, draws, progress)
        for name, entry in entries.items()
        if not only or name in only
    }


def store(chapter: Chapter, measured: dict[str, dict[str, Any]]) -> Path:
    """Write measured calibrations beside those already stored, in the order of the chapter; returns the file."""
    path = calibrations_file(chapter.course, chapter.id)
    stored = {**read_calibrations(path), **measured}
    known = [entry.name for entry in chapter.exercises if entry.calibration is not None]
    kept = {name: stored[name] for name in known if name in stored}
    write_atomic(path, _compact(json.dumps(kept, indent=1)) + "\n")
    return path


def _calibrate(
    chapter: Chapter,
    entry: ChapterExercise,
    runner: SolutionRunner,
    stored: dict[str, Any] | None,
    seeds: int,
    device: str,
    draws: int,
    progress: Callable[[str, float], None],
) -> dict[str, Any]:
    calibration = entry.calibration
    assert calibration is not None
    decides = {**_where(device), "digest": calibration_digest(calibration)}
    values = _train(calibration, entry, _known(stored, decides), seeds, device, progress)
    threshold = choose_threshold(values, calibration)
    solution = _metrics(entry, runner.solution(), chapter, draws)
    mistakes = {
        mistake.name: _best(_metrics(entry, runner.edited(entry, mistake), chapter, draws), calibration)
        for mistake in entry.record.mistakes
    }
    _refuse(entry.name, calibration, threshold, solution, mistakes)
    sign = 1.0 if calibration.higher_is_better else -1.0
    unique, counts = np.unique(values, return_counts=True)
    measured: dict[str, Any] = map_leaves(
        _rounded,
        {
            "threshold": threshold,
            "higher_is_better": calibration.higher_is_better,
            "margin": calibration.margin,
            "worst": sign * min(sign * values),
            "median": float(np.median(values)),
            "best": sign * max(sign * values),
            "false_fail_bound": 1.0 - 0.05 ** (1.0 / len(values)),  # none of n fell behind: exact binomial, 95%
            "solution": {"draws": draws, "worst": sign * min(sign * m for m in solution if m is not None)},
            "mistakes": mistakes,
            "seeds": {"first": 0, "count": len(values)},
            **decides,
            "distribution": [[float(value), int(count)] for value, count in zip(unique, counts, strict=True)],
        },
    )
    return measured


def _known(stored: dict[str, Any] | None, decides: dict[str, str]) -> np.ndarray:
    """The metrics of the seeds that are stored, smallest first; none where what decides them has changed since."""
    if stored is None or any(stored.get(name) != value for name, value in decides.items()):
        return np.zeros(0)
    values, counts = np.array(stored["distribution"]).T
    return np.repeat(values, counts.astype(int))


def _train(
    calibration: Calibration,
    entry: ChapterExercise,
    known: np.ndarray,
    seeds: int,
    device: str,
    progress: Callable[[str, float], None],
) -> np.ndarray:
    """The metrics of the first `seeds` seeds, `CHUNK` of them at a time; of the first, those that are known."""
    import torch

    parts = [known]
    for start in range(len(known), seeds, CHUNK):
        progress(entry.name, start / seeds)
        chunk = list(range(start, min(start + CHUNK, seeds)))
        metrics = torch.as_tensor(calibration.run(chunk, device)).detach().cpu().double().numpy()
        if metrics.shape != (len(chunk),) or not np.isfinite(metrics).all():
            shapes = f"({len(chunk)},), not {metrics.shape}"
            raise entry.grading.fault(f"{calibration.run.__name__!r} should give one finite number a seed: {shapes}")
        parts.append(metrics)
    progress(entry.name, 1.0)
    return np.array([float(f"{value:.{DIGITS}g}") for value in np.concatenate(parts)])


# --- the threshold ------------------------------------------------------------------------------------------------


def choose_threshold(values: np.ndarray, calibration: Calibration) -> float:
    """Behind the worst seed by the margin, rounded in the student's favour.

    No distribution is assumed: that none of n seeds is worse bounds, by itself, how often a right answer can be.
    """
    if calibration.higher_is_better:
        return _round_to(float(values.min()) - calibration.margin, math.floor)
    return _round_to(float(values.max()) + calibration.margin, math.ceil)


def _round_to(value: float, direction: Callable[[float], int]) -> float:
    if value == 0:
        return 0.0
    places = THRESHOLD_DIGITS - 1 - math.floor(math.log10(abs(value)))
    return round(direction(round(value * 10.0**places, 6)) / 10.0**places, max(places, 0))


def _refuse(
    name: str,
    calibration: Calibration,
    threshold: float,
    solution: Sequence[float | None],
    mistakes: dict[str, float | None],
) -> None:
    """Raise CalibrationRefused unless the threshold stands between every right answer and every mistake."""
    side, other = ("above", "below") if calibration.higher_is_better else ("below", "above")

    def passes(metric: float | None) -> bool:
        if metric is None or math.isnan(metric):
            return False
        return metric >= threshold if calibration.higher_is_better else metric <= threshold

    if not all(passes(metric) for metric in solution):
        raise CalibrationRefused(
            f"{name}: the solution reaches {_shown(solution)}, which is {other} the threshold {threshold:g} "
            f"that the seeds of the reference give"
        )
    for mistake, best in mistakes.items():
        if passes(best):
            raise CalibrationRefused(
                f"{name}: the threshold {threshold:g} does not lie {side} the mistake {mistake!r}, whose best is "
                f"{best:g}: choose inputs that hurt it more, or a smaller margin than {calibration.margin:g}"
            )


def _shown(metrics: Sequence[float | None]) -> str:
    return ", ".join("no number" if metric is None else f"{metric:.4g}" for metric in metrics)


# --- solution and mistakes ----------------------------------------------------------------------------------------


def _metrics(entry: ChapterExercise, impl: Implementation, chapter: Chapter, draws: int) -> list[float | None]:
    """What the gate would see on several draws: the worst of a draw's cases, None for a failure."""
    calibration = entry.calibration
    assert calibration is not None
    exercise = describe_exercise(chapter, entry)
    worst = min if calibration.higher_is_better else max
    metrics: list[float | None] = []
    for draw in range(draws):
        seen: list[float | None] = []
        for group, case in named_cases(entry, np.random.default_rng([draw, *chapter.id.encode()])):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a mistake may overflow as it likes
                observation = observe_case(observer(exercise, group), impl, case)
            metric = None if observation.failure else metric_of(observation.value)
            seen.append(None if metric is None or np.isnan(metric) else metric)
        known = [metric for metric in seen if metric is not None]
        metrics.append(worst(known) if len(known) == len(seen) and known else None)
    return metrics


def _best(metrics: Sequence[float | None], calibration: Calibration) -> float | None:
    known = [metric for metric in metrics if metric is not None]
    return (max(known) if calibration.higher_is_better else min(known)) if known else None


# --- what is written ----------------------------------------------------------------------------------------------


def _where(device: str) -> dict[str, str]:
    """The device by its name, and torch's version.  Raises AuthoringError for a device that is not here."""
    import torch

    if device != "cpu" and not torch.cuda.is_available():
        raise AuthoringError(f"there is no {device} device here: use --device cpu")
    return {"device": torch.cuda.get_device_name() if device != "cpu" else "cpu", "torch": torch.__version__}


def _rounded(value: Any) -> Any:
    return float(f"{float(value):.{DIGITS}g}") if isinstance(value, (float, np.floating)) else value


def _compact(text: str) -> str:
    """Value and count of the distribution on one line each, as a person would write them."""
    return re.sub(r"\[\s+([-+.\deE]+),\s+(\d+)\s+\]", r"[\1, \2]", text)


def plot(measured: dict[str, dict[str, Any]], path: Path) -> None:
    """A PNG for the instructor: every gate's seeds as a histogram, its threshold, and the best of each mistake."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 3.2 * len(measured)), layout="constrained")
    FigureCanvasAgg(figure)
    for number, (name, entry) in enumerate(measured.items()):
        wide = figure.add_subplot(len(measured), 2, 2 * number + 1)
        close = figure.add_subplot(len(measured), 2, 2 * number + 2)
        threshold = entry["threshold"]
        known = {mistake: best for mistake, best in entry["mistakes"].items() if best is not None}
        ordered = sorted(known.items(), key=lambda item: -item[1])
        wide.plot([best for _, best in ordered], range(len(ordered)), "x", color="#333333")
        wide.plot([entry["worst"], entry["best"]], [len(ordered)] * 2, "o-", color="#4c78a8", lw=6)
        wide.set_yticks(range(len(ordered) + 1), [*(mistake for mistake, _ in ordered), "the reference"], fontsize=8)
        wide.set_title(f"{name}: best of each mistake", fontsize=10)
        values, counts = np.array(entry["distribution"]).T
        if len(values) > 40:
            close.hist(values, bins=40, weights=counts, color="#4c78a8")
        else:
            width = 0.8 * float(np.diff(values).min()) if len(values) > 1 else 0.1 * entry["margin"]
            close.bar(values, counts, width=width, color="#4c78a8")
        close.set_title(
            f"{entry['seeds']['count']} seeds; P(a right answer fails) < {entry['false_fail_bound']:.1g} (95%)",
            fontsize=10,
        )
        close.set_ylabel("seeds")
        for axis in (wide, close):
            axis.axvline(threshold, color="#d62728", lw=2, label=f"threshold {threshold:g}")
            axis.set_xlabel("metric")
        close.legend(fontsize=8)
    figure.savefig(path, dpi=130)
