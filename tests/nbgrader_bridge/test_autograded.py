"""The notebook that graders see."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import determine_grade
from one_chapter import (
    GRAD,
    LOSS,
    PNG,
    RELEASE,
    REPORT,
    WHY,
    by_id,
    submission,
)

from autograder.model.verdict import Note, Outcome, Report
from autograder.nbgrader_bridge import (
    graded_notebook,
)


def graded(tmp_path: Path, notebook: NotebookNode, report: Report = REPORT) -> NotebookNode:
    path = tmp_path / "submitted.ipynb"
    path.write_text(json.dumps(notebook))
    result = graded_notebook(RELEASE, path.read_bytes(), report)
    nbformat.validate(result)
    MetadataValidator().validate_nb(result)
    return result


def test_the_answers_are_the_students_and_the_rest_is_ours(tmp_path: Path) -> None:
    theirs = submission(check_linear_loss="check = 100", setup_01="import antigravity", text_01="# Hacked")
    theirs.cells = [each for each in theirs.cells if each.metadata.nbgrader.grade_id != "check_linear_grad"]
    result = by_id(graded(tmp_path, theirs))
    assert list(result) == list(by_id(RELEASE))
    assert result["linear_loss"].source == "def linear_loss(x):\n    return 1"
    assert result["why"].source == "Because."
    for name in ("text_01", "setup_01", "check_linear_loss", "check_linear_grad"):
        assert result[name].source == by_id(RELEASE)[name].source
    for name, each in result.items():
        assert each.metadata == by_id(RELEASE)[name].metadata


def test_the_findings_are_the_output_of_the_test_cell(tmp_path: Path) -> None:
    outputs = by_id(graded(tmp_path, submission()))["check_linear_loss"].outputs
    assert len(outputs) == 1
    assert "The loss is a <em>sum</em>." in outputs[0].data["text/html"]
    assert "0.7 / 2 points" in outputs[0].data["text/html"]


def test_nbgraders_own_reading_of_the_notebook_gives_the_same_points(tmp_path: Path) -> None:
    zero = replace(LOSS, outcome=Outcome.FAILED, points=0)
    for report in (REPORT, replace(REPORT, exercises=(zero, GRAD, WHY))):
        cells = by_id(graded(tmp_path, submission(), report))
        for exercise in report.exercises[:2]:
            assert determine_grade(cells[f"check_{exercise.name}"]) == (exercise.points, exercise.max_points)


def test_the_students_own_cells_stay_where_they_were(tmp_path: Path) -> None:
    theirs = submission()
    theirs.cells.insert(3, nbformat.v4.new_code_cell("scratch = 1"))
    theirs.cells.insert(0, nbformat.v4.new_markdown_cell("my notes"))
    theirs.cells.append(nbformat.v4.new_raw_cell("raw"))
    sources = [each.source for each in graded(tmp_path, theirs).cells]
    assert sources[0] == "my notes"
    assert sources.index("scratch = 1") == sources.index("def linear_loss(x):\n    return 1") + 1
    assert sources[-1] == "raw"


def test_the_last_of_two_answers_counts_and_both_are_shown(tmp_path: Path) -> None:
    theirs = submission()
    second = copy.deepcopy(by_id(theirs)["linear_loss"])
    second.source = "def linear_loss(x):\n    return 2"
    theirs.cells.append(second)
    result = graded(tmp_path, theirs)
    assert by_id(result)["linear_loss"].source == second.source
    assert "def linear_loss(x):\n    return 1" in [each.source for each in result.cells]


def test_answers_without_labels_are_found_by_their_function(tmp_path: Path) -> None:
    theirs = submission()
    for each in theirs.cells:
        each.metadata = {}
    assert by_id(graded(tmp_path, theirs))["linear_loss"].source == "def linear_loss(x):\n    return 1"


def test_only_text_and_images_of_the_students_outputs_are_kept(tmp_path: Path) -> None:
    theirs = submission()
    demo = by_id(theirs)["demo_01"]
    demo.outputs = [
        {"output_type": "stream", "name": "stderr", "text": ["warn", "ing"]},
        {
            "output_type": "display_data",
            "data": {"text/html": "<script>alert(1)</script>", "image/png": PNG, "text/plain": "<Figure>"},
            "metadata": {"image/png": {"width": '" onload="alert(1)'}},
        },
        {"output_type": "execute_result", "data": {"image/png": '"><script>', "image/svg+xml": "<svg/>"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["trace", 3]},
        {"output_type": "update_display_data"},
        "nonsense",
    ]
    outputs = by_id(graded(tmp_path, theirs))["demo_01"].outputs
    assert [output.output_type for output in outputs] == ["stream", "display_data", "stream"]
    assert outputs[0].text == "warning"
    assert outputs[1].data == {"image/png": PNG, "text/plain": "<Figure>"}
    assert outputs[1].metadata == {}
    assert outputs[2].text == "trace"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"cells": 3}',
        '{"cells": [3, {}, {"cell_type": "code"}, {"cell_type": "x", "source": 4, "metadata": 5}]}',
        '{"nbformat": 3, "worksheets": 7}',
        '{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a", 1], "metadata": {"nbgrader": 1}}]}',
        '{"cells": [{"cell_type": "markdown", "source": "\\ud800", "attachments": {"a": 1, "b": {"image/png": "<"}}}]}',
        "[" * 100_000,
    ],
)
def test_any_file_gives_a_notebook_that_opens(content: str) -> None:
    result = graded_notebook(
        RELEASE, content.encode(), replace(REPORT, notes=(Note("note_edited", {"cells": ["\ud800"]}),))
    )
    nbformat.validate(result)
    nbformat.writes(result).encode()
    assert list(by_id(result)) == list(by_id(RELEASE))


def test_pasted_images_of_a_written_answer_stay(tmp_path: Path) -> None:
    theirs = submission(why="![](attachment:a.png)")
    by_id(theirs)["why"].attachments = {"a.png": {"image/png": PNG}, "b.svg": {"image/svg+xml": "<svg/>"}}
    assert by_id(graded(tmp_path, theirs))["why"].attachments == {"a.png": {"image/png": PNG}}
