"""`autograder grade` where a program reads what it gives: one notebook, a bank alone, JUnit XML, thresholds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
from support import TINY, Run, misuse, without_progress

from autograder.model.bank_files import load

HandIn = Callable[..., Path]
MEAN = {"line_loss": "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"}


@pytest.fixture
def machine(tmp_path: Path, bank_dir: Path) -> Path:
    """A folder with bank/ and nothing else."""
    shutil.copytree(bank_dir, tmp_path / "machine" / "bank" / TINY)
    return tmp_path / "machine"


@pytest.fixture
def graded(run: Run, machine: Path) -> Callable[..., tuple[int, str, str]]:
    """Grade there with one worker."""
    return lambda *arguments: run("grade", *arguments, "--workers", 1, "--course", machine)


Graded = Callable[..., tuple[int, str, str]]


def files(*folders: Path) -> set[Path]:
    return {path for folder in folders for path in folder.rglob("*")}


# One notebook


def test_a_notebook_beside_a_bank_is_graded_and_nothing_is_left_behind(
    graded: Graded, hand_in: HandIn, machine: Path, course_copy: Path
) -> None:
    notebook = hand_in(machine / "carol.ipynb", {**MEAN, "why": "Because."})
    before = files(machine, course_copy)
    code, output, errors = graded(notebook)
    assert code == 0
    assert output.splitlines() == [
        "Tiny · carol",
        "",
        "✗ 1.1 The loss (line_loss): 0 / 2 points",
        "    What went wrong: You averaged; the docstring asks for a sum.",
        "    ✗ Values: The result is wrong. (typical, wide)",
        "    ✓ Edge cases: right.",
        "✓ 1.2 The gradient (line_grad): 3 / 3 points",
        "✓ 1.3 Descent (descend): 2 / 2 points",
        "✓ 1.4 Two choices (facts): 1 / 1 point",
        "✓ 1.5 Nearest mean (nearest_mean): 2 / 2 points",
        "✓ 1.6 Centring (center): 1 / 1 point (bonus)",
        "… 1.7 In your own words: ? / 2 points",
        "    · Waiting to be marked by a person.",
        "",
        "Total so far: 9 / 12 points",
    ]
    assert f"1 answer to mark: carol/{TINY}/why" in errors
    assert files(machine, course_copy) == before


def test_the_result_is_in_the_language_of_the_notebook(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    _, output, _ = graded(hand_in(tmp_path / "carol.ipynb", MEAN, language="zh"))
    assert "✗ 1.1 损失 (line_loss)：0 / 2 分" in output
    assert "    问题出在哪里：题目要求求和，你取了平均。" in output
    assert "总分：9 / 12 分" in output


def test_what_was_done_to_the_notebook_is_said(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    def unlabel(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            cell["metadata"] = {}

    _, output, _ = graded(hand_in(tmp_path / "carol.ipynb", {"line_loss": "1 / 0"}, edit=unlabel))
    assert "    The notebook had lost its cell labels; your functions were found by name." in output
    assert "    Cell 5 stopped with " in output


def test_a_file_that_cannot_be_read_has_its_reason_and_no_score(graded: Graded, tmp_path: Path) -> None:
    (tmp_path / "carol.ipynb").write_text("{")
    code, output, _ = graded(tmp_path / "carol.ipynb")
    assert code == 1
    assert "damaged" in output
    assert "–" in output.splitlines()[-1]


def test_nothing_a_student_calls_themselves_steers_the_terminal(
    graded: Graded, hand_in: HandIn, tmp_path: Path
) -> None:
    _, output, errors = graded(hand_in(tmp_path / "a\x1b[31mred\nx.ipynb", MEAN))
    assert "\x1b" not in output + errors
    assert "a�[31mred�x" in output


def test_several_submissions_need_a_place_or_a_report(
    graded: Graded, run: Run, hand_in: HandIn, tmp_path: Path
) -> None:
    for name in ("ann", "bob"):
        hand_in(tmp_path / "class" / f"{name}.ipynb")
    assert "2 submissions, and nowhere to keep the results" in misuse(run, "grade", tmp_path / "class")
    code, output, _ = graded(tmp_path / "class", "--json")
    assert (code, len(json.loads(output)["submissions"])) == (0, 2)
    code, output, _ = graded(tmp_path / "class", "--ledger", tmp_path / "ledger.sqlite")
    assert (code, output.split()[0]) == (0, "student")
    assert (tmp_path / "ledger.sqlite").is_file()


# JSON


def test_json_says_what_is_wrong_in_sentences_and_by_what_it_was_judged(
    graded: Graded, hand_in: HandIn, machine: Path, tmp_path: Path
) -> None:
    _, output, _ = graded(hand_in(tmp_path / "carol.ipynb", MEAN), "--json")
    (carol,) = json.loads(output)["submissions"]
    loss = carol["exercises"][0]
    assert loss["hint"] == "You averaged; the docstring asks for a sum."
    assert loss["messages"] == ["Values: The result is wrong. (typical, wide)"]
    assert carol["bank"] == load(machine / "bank" / TINY).digest
    assert carol["engine"] == "0.1.0"
    assert carol["late"] is None  # nobody knows


# JUnit XML


def test_junit_has_a_suite_a_submission_and_a_case_an_exercise(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    hand_in(tmp_path / "class" / "ann.ipynb", {**MEAN, "why": "Because.", "center": "pass"})
    hand_in(tmp_path / "class" / "bob.ipynb")
    (tmp_path / "class" / "eve.ipynb").write_text("{")
    assert graded(tmp_path / "class", "--junit", tmp_path / "reports" / "junit.xml")[0] == 1
    ann, bob, eve = junitparser.JUnitXml.fromfile(str(tmp_path / "reports" / "junit.xml"))
    assert [suite.name for suite in (ann, bob, eve)] == [f"{TINY} · ann", f"{TINY} · bob", "eve · eve"]
    assert (ann.tests, ann.failures, ann.skipped, ann.errors) == (7, 1, 2, 0)
    assert (bob.tests, bob.failures, bob.skipped, bob.errors) == (7, 1, 0, 0)  # the question is not answered
    assert (eve.tests, eve.errors) == (1, 1)
    cases = {case.name: case for case in ann}
    assert {case.classname for case in ann} == {f"{TINY}.ann"}
    (failure,) = cases["line_loss"].result
    assert failure.message == "What went wrong: You averaged; the docstring asks for a sum."
    assert "✗ Values: The result is wrong. (typical, wide)" in failure.text
    assert [type(cases[name].result[0]).__name__ for name in ("center", "why")] == ["Skipped", "Skipped"]
    assert cases["line_grad"].is_passed
    (error,) = next(iter(eve)).result
    assert "damaged" in error.message


def test_points_are_properties_of_a_case(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    graded(hand_in(tmp_path / "carol.ipynb", MEAN), "--junit", tmp_path / "junit.xml")
    root = ET.parse(tmp_path / "junit.xml").getroot()

    def properties(element: ET.Element | None) -> dict[str, str]:
        assert element is not None
        return {each.attrib["name"]: each.attrib["value"] for each in element.iterfind("properties/property")}

    assert properties(root.find("*/testcase[@name='line_loss']")) == {
        "title": "1.1 The loss", "outcome": "FAILED", "points": "0", "max_points": "2", "mistake": "mean_for_sum",
    }  # fmt: skip
    suite = properties(root.find("testsuite"))
    assert (suite["score"], suite["max_score"], suite["engine"]) == ("9", "12", "0.1.0")
    assert (root.attrib["tests"], root.attrib["failures"]) == ("7", "2")


def test_junit_is_xml_whatever_a_student_is_called(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    name = 'a"<&]]>\x01\x1b\udce9'
    graded(hand_in(tmp_path / f"{name}.ipynb", MEAN), "--junit", tmp_path / "junit.xml")
    (suite,) = ET.parse(tmp_path / "junit.xml").getroot()
    assert suite.attrib["name"] == f'{TINY} · a"<&]]>���'


def test_a_report_that_cannot_be_written_is_a_finding(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, output, errors = graded(hand_in(tmp_path / "carol.ipynb"), "--junit", tmp_path / "file" / "junit.xml")
    assert code == 1
    assert "Total: 11 / 12 points" in output
    assert f"{tmp_path / 'file' / 'junit.xml'} was not written: File exists" in errors


def test_a_report_takes_no_folders_and_no_notebooks_place(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    carol, dan = (hand_in(tmp_path / f"{name}.ipynb") for name in ("carol", "dan"))
    unnamed = shutil.copy(carol, tmp_path / "erin")
    before = dan.read_bytes()
    for folder in (tmp_path, "", "/"):
        assert "that is a folder; name a file" in misuse(run, "grade", carol, "--junit", folder)
    for notebook, graded in ((dan, carol), (unnamed, unnamed)):
        assert "would take this notebook's place" in misuse(run, "grade", graded, "--junit", notebook)
    assert (dan.read_bytes(), Path(unnamed).read_bytes()) == (before, carol.read_bytes())


# Thresholds


@pytest.mark.parametrize(
    ("threshold", "enough"),
    [
        ("60%", True),
        ("80%", True),  # 8 of the 10 points that no person has to give
        ("80.1%", False),
        ("8", True),
        ("8.5", False),
        ("0", True),
        ("12", False),
    ],
)
def test_a_score_below_the_threshold_ends_with_1_and_a_sentence(
    graded: Graded, hand_in: HandIn, tmp_path: Path, threshold: str, enough: bool
) -> None:
    notebook = hand_in(tmp_path / "carol.ipynb", {**MEAN, "why": "Because.", "center": "pass"})
    code, _, errors = graded(notebook, "--fail-under", threshold)
    said = without_progress(errors)[-1]
    assert code == (0 if enough else 1)
    written = threshold if "%" in threshold else f"{threshold} points"
    assert (said == f"below {written}: carol/{TINY} (8 of 10, 80%)") is not enough


def test_a_threshold_that_no_score_reaches_says_so(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    code, _, errors = graded(hand_in(tmp_path / "carol.ipynb"), "--fail-under", "60")
    assert code == 1
    assert without_progress(errors)[-1].endswith("; nobody can have as many: with a percent sign it is a share")


def test_all_who_are_below_are_counted_and_the_first_named(graded: Graded, hand_in: HandIn, tmp_path: Path) -> None:
    for number in range(12):
        hand_in(tmp_path / "class" / f"s{number:02}.ipynb", only={})
    hand_in(tmp_path / "class" / "right.ipynb")
    code, _, errors = graded(tmp_path / "class", "--json", "--fail-under", "50%")
    assert code == 1
    below = without_progress(errors)[-1]
    assert below.startswith(f"below 50%: s00/{TINY} (0 of 12, 0%), s01/")
    assert below.endswith(f"s09/{TINY} (0 of 12, 0%), and 2 more")


@pytest.mark.parametrize("threshold", ["sixty", "-1", "0.6", "101%", "60 %%", "", "nan", "1e3"])
def test_a_threshold_that_is_none_is_misuse(run: Run, hand_in: HandIn, tmp_path: Path, threshold: str) -> None:
    said = misuse(run, "grade", hand_in(tmp_path / "carol.ipynb"), "--fail-under", threshold)
    assert "write a percentage such as 60%, or points such as 24" in said


def test_help_says_what_the_exit_codes_mean(run: Run) -> None:
    _, output, _ = run("grade", "--help")
    assert "Exit code: 0 all is graded, 1 something is below --fail-under or needs a person" in output
    assert "2 nothing was started" in output


# GitHub (tests/ci runs the action)


def test_outside_a_step_nobody_would_read_what_github_reads(
    run: Run, hand_in: HandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    said = misuse(run, "grade", hand_in(tmp_path / "carol.ipynb"), "--github")
    assert "GITHUB_STEP_SUMMARY is not set here: leave it out elsewhere" in said


def test_github_and_json_go_together(
    graded: Graded, hand_in: HandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.setenv(name, str(tmp_path / name))
    _, output, errors = graded(hand_in(tmp_path / "carol.ipynb", MEAN), "--github", "--json")
    assert json.loads(output)["submissions"][0]["student"] == "carol"
    assert [line.split("::")[1].split(" ")[0] for line in errors.splitlines() if line.startswith("::")] == ["error"] * 2
    written = (tmp_path / "GITHUB_OUTPUT").read_text().splitlines()
    assert [line.partition("=")[0] for line in written] == ["result", "score", "max-score"]
