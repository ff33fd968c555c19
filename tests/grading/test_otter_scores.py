"""Otter's assignments get the scores that Otter gives them, test by test: the real one grades the same files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from otter_assignments import ASSIGNMENTS, hand_in, zip_file
from rich.console import Console

from autograder.cli.grade import Graded, grade_class
from autograder.model.verdict import Report

pytestmark = pytest.mark.slow
OTTER_RUN = """
import contextlib, json, os, sys, tempfile
from otter.run import main
archive, *submissions = sys.argv[1:]
found = {}
for submission in submissions:
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        main(submission, autograder=archive, output_dir=folder, no_logo=True)
        with open(os.path.join(folder, "results.json")) as file:
            found[os.path.basename(os.path.dirname(submission))] = json.load(file)
print(json.dumps(found))
"""


def grade(submissions: Path, course: Path, out: Path, **options: Any) -> Graded:
    return grade_class(
        [submissions], out, course=course, workers=2, rung="auto", ledger=None, gradebook=None,
        console=Console(quiet=True), **options,
    )  # fmt: skip


def points_by_test(report: Report) -> dict[str, tuple[float, float]]:
    return {each.name: (each.points, each.max_points) for each in report.exercises}


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_test_gets_what_otter_gives_it(name: str, tmp_path: Path) -> None:
    assignment = ASSIGNMENTS[name]
    archive = zip_file(tmp_path / f"{name}-autograder.zip", assignment)
    submissions = hand_in(tmp_path / "submissions", assignment)
    done = subprocess.run(
        [sys.executable, "-c", OTTER_RUN, archive, *submissions.glob("*/hw.ipynb")],
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    theirs = json.loads(done.stdout)
    ours = {report.student: report for report in grade(submissions, archive, tmp_path / "graded").reports}
    assert ours.keys() == assignment.students.keys()
    assert len({report.score for report in ours.values()}) > 2
    total = assignment.config.get("points_possible")
    for student, report in ours.items():
        results = theirs[student]
        scored = {each["name"]: each for each in results["tests"] if "score" in each}
        factor = total / sum(each["max_score"] for each in scored.values()) if total else 1
        expected = {key: (each["score"] * factor, each["max_score"] * factor) for key, each in scored.items()}
        assert points_by_test(report) == {key: pytest.approx(each, abs=1e-4) for key, each in expected.items()}, student
        if total:
            assert report.score == pytest.approx(results["score"])
            assert report.max_score == pytest.approx(total)
