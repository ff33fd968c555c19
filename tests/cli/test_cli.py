"""The command line: exit codes, JSON, and one sentence for every misuse."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from support import REPOSITORY, TINY, Run, change, misuse

from autograder.cli import main as cli
from autograder.cli.ledger_place import shown
from autograder.model.bank import Bank
from autograder.model.bank_files import load, save
from autograder.model.version import __version__

COMMANDS = [command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    code, output, _ = run(command, "--help")
    assert code == 0
    assert f"Example: autograder {command}" in output


def test_all_commands_are_listed(run: Run) -> None:
    code, output, _ = run("--help")
    assert code == 0
    assert all(command in output for command in COMMANDS)
    assert {"build", "verify", "bank", "calibrate", "release", "wheel"} <= set(COMMANDS)
    assert {"new", "grade", "history", "diff", "export", "doctor", "demo"} <= set(COMMANDS)


def test_the_version_is_the_installed_one(run: Run) -> None:
    assert run("--version") == (0, f"autograder {__version__}\n", "")


# What goes well


def test_build_writes_then_checks(run: Run, course_copy: Path) -> None:
    assert run("build")[0] == 0
    assert run("build", "--check")[0] == 0
    path = course_copy / "assignments" / "en" / TINY / f"{TINY}.ipynb"
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    code, _, errors = run("build", "--check")
    assert code == 1
    assert "is not what its source gives" in errors
    assert path.read_bytes() == whole + b" "
    code, _, errors = run("build", TINY)
    assert (code, path.read_bytes()) == (0, whole)
    assert f"{TINY}: 1 files changed" in errors


def test_release_writes_a_folder_to_hand_out(run: Run, tmp_path: Path) -> None:
    assert run("release", tmp_path / "out", "--core-only")[0] == 0
    text = (tmp_path / "out" / "zh" / TINY / f"{TINY}.ipynb").read_text(encoding="utf-8")
    assert "line_loss" in text
    assert "def center" not in text


def test_verify_prints_the_documented_json(run: Run) -> None:
    code, output, _ = run("verify", "--draws", 2, "--json")
    assert code == 0
    data = json.loads(output)
    assert list(data) == ["ok", "chapters"]
    assert data["ok"] is True
    (chapter,) = data["chapters"]
    assert list(chapter) == [
        "id", "exercises", "own_data", "points", "mistakes", "caught", "diagnosed", "variants", "accepted", "leaks",
        "draws", "false_fails", "reach",
    ]  # fmt: skip
    assert list(chapter["reach"]) == ["named", "wrongly", "told", "where_made", "made", "left_out", "unnoticed"]
    assert (chapter["id"], chapter["draws"], chapter["caught"]) == (TINY, 2, 8)


def test_verify_names_every_problem(run: Run, course_copy: Path) -> None:
    change(course_copy / "solutions" / TINY, ("# A line through points.", "# residual = X @ w + b - y"))
    for flags in ([], ["--json"]):
        code, output, errors = run("verify", "--draws", 1, *flags)
        assert code == 1
        assert "holds a line of the solution of 'line_loss'" in errors
        assert TINY in output


def test_verify_shows_what_is_in_brackets(run: Run, course_copy: Path) -> None:
    """An index in a line of code is no style of the terminal's."""
    change(course_copy / "solutions" / TINY, ('"one sample", zh="只有一个样本",', '"one [sample]",'))
    code, output, errors = run("verify", "--draws", 1)
    assert code == 1
    assert "the case 'one [sample]' has no name in Chinese: Case('one [sample]', zh=…)\n" in errors
    assert f"│ {TINY} " in output


def test_bank_is_renewed_with_its_key(run: Run, course_copy: Path) -> None:
    before = load(course_copy / "bank" / TINY)
    code, _, errors = run("bank", TINY, "--draws", 2)
    assert code == 0
    after = load(course_copy / "bank" / TINY)
    assert (after.key, len(after.exercises[0].draws)) == (before.key, 2)
    assert after.digest[:12] in errors


def test_doctor_says_which_sandbox_is_in_use(run: Run) -> None:
    code, output, _ = run("doctor", "--json")
    data = json.loads(output)
    assert code == 0
    assert data["rung"] in ("bubblewrap", "landlock")
    assert {rung["name"] for rung in data["rungs"]} == {"bubblewrap", "landlock", "none"}
    assert all(set(rung) == {"name", "works", "why", "advice", "confines"} for rung in data["rungs"])
    code, output, _ = run("doctor")
    assert code == 0
    assert "in use" in output


def test_grade_prints_the_documented_json_and_writes_everything(
    run: Run, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    mean = "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"
    hand_in(tmp_path / "submitted" / "ada" / TINY / f"{TINY}.ipynb", {"line_loss": mean})
    hand_in(tmp_path / "submitted" / "bob" / TINY / f"{TINY}.ipynb").write_text("{")
    out = tmp_path / "graded"
    arguments = ("grade", tmp_path / "submitted", "--out", out, "--workers", 1, "--json")
    code, output, _ = run(*arguments)
    assert code == 1  # a submission could not be read
    data = json.loads(output)
    assert list(data) == ["submissions", "needs_a_person", "attention"]
    ada, bob = data["submissions"]
    assert {"student", "assignment", "outcome", "score", "max_score", "rung", "notes", "exercises"} <= set(ada)
    assert (ada["student"], ada["assignment"], ada["outcome"]) == ("ada", TINY, "GRADED")
    loss = ada["exercises"][0]
    told = [loss[key] for key in ("name", "outcome", "points", "max_points", "mistake")]
    assert told == ["line_loss", "FAILED", 0, 2, "mean_for_sum"]
    assert loss["hint"] == "You averaged; the docstring asks for a sum."
    assert loss["messages"][0].startswith("Values: ")
    assert (bob["outcome"], bob["score"], bob["exercises"]) == ("UNREADABLE", None, [])
    assert len(bob["notes"]) == 1
    assert "damaged" in bob["notes"][0]
    assert data["needs_a_person"] == [f"bob/{TINY}/the whole submission"]
    for name in ("index.html", "scores.csv", "ledger.sqlite", f"feedback/ada/{TINY}.html", f"feedback/bob/{TINY}.md"):
        assert (out / name).exists(), name
    written = (out / "ledger.sqlite").stat().st_mtime_ns
    again = run(*arguments)
    assert (again[0], json.loads(again[1])) == (1, data)
    assert (out / "ledger.sqlite").stat().st_mtime_ns == written  # nothing was graded again


def test_grade_of_a_readable_class_ends_well(run: Run, hand_in: Callable[..., Path], tmp_path: Path) -> None:
    hand_in(tmp_path / "ada.ipynb")
    code, output, _ = run("grade", tmp_path / "ada.ipynb", "--out", tmp_path / "graded", "--workers", 1)
    assert code == 0
    assert "ada" in output
    assert "ledger" in output


def test_where_results_lie_is_said_as_paths_that_can_be_copied(
    run: Run, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    hand_in(tmp_path / "ada.ipynb")
    out = tmp_path / "课程 [draft]" / ("a long name of a folder " * 6)
    out.mkdir(parents=True)
    _, output, _ = run("grade", tmp_path / "ada.ipynb", "--out", out, "--workers", 1)
    lines = output.splitlines()
    assert f"class        {out}/index.html" in lines
    assert f"ledger       {out}/ledger.sqlite" in lines


def test_a_password_of_the_ledger_is_not_shown() -> None:
    assert shown("postgresql+psycopg://teacher:secret@db/ml") == "postgresql+psycopg://teacher:***@db/ml"
    assert shown("sqlite:////tmp/%E8%AF%BE 1/ledger.sqlite") == "/tmp/课 1/ledger.sqlite"


def test_a_bank_alone_grades(run: Run, course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path) -> None:
    """Without the solutions nothing can be stale."""
    alone = tmp_path / "alone"
    shutil.copytree(course_copy / "bank", alone / "bank")
    hand_in(tmp_path / "submitted" / "ada" / TINY / f"{TINY}.ipynb")
    arguments = ("grade", tmp_path / "submitted", "--out", tmp_path / "graded", "--workers", 1, "--course", alone)
    assert run(*arguments)[0] == 0
    shutil.copytree(course_copy / "reference", alone / "reference")
    assert run(*arguments)[0] == 0
    (alone / "solutions" / TINY).mkdir(parents=True)
    (alone / "solutions" / TINY / "00_chapter.py").write_text("# %% setup\n", encoding="utf-8")
    assert "made from other sources" in misuse(run, *arguments)


def test_a_change_of_text_grades_nobody_anew_and_is_read_on_the_page(
    run: Run, course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "graded"
    arguments = ("grade", hand_in(tmp_path / "ada.ipynb"), "--out", out, "--workers", 1)
    assert run(*arguments)[0] == 0
    written = (out / "ledger.sqlite").stat().st_mtime_ns
    change(course_copy / "solutions" / TINY, ("{n} The gradient", "{n} Which way is up"))
    assert run(*arguments)[0] == 0
    assert run("bank", "--draws", 3)[0] == 0
    assert run(*arguments)[0] == 0
    assert (out / "ledger.sqlite").stat().st_mtime_ns == written  # nothing was graded again
    assert "Which way is up" in (out / "index.html").read_text(encoding="utf-8")


def test_a_fault_of_ours_in_one_exercise_shows_in_the_exit_code(
    run: Run, course_copy: Path, bank: Bank, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    *others, last = bank.exercises
    broken = replace(bank, exercises=(*others, replace(last, draws=())))  # the judge finds no draw
    save(broken, course_copy / "bank" / TINY)
    arguments = ("grade", hand_in(tmp_path / "ada.ipynb"), "--out", tmp_path / "graded", "--workers", 1)
    for _ in range(2):
        code, output, _ = run(*arguments)
        assert code == 1
        assert "blocked" in output
        assert "1 grader error" in output


def test_the_sandbox_is_said_and_none_is_warned_of(run: Run, hand_in: Callable[..., Path], tmp_path: Path) -> None:
    def grade(*options: str) -> str:
        path = hand_in(tmp_path / "ada.ipynb")
        code, _, errors = run("grade", path, "--out", tmp_path / f"out{options}", "--workers", 1, *options)
        assert code == 0
        return errors

    safe = grade()
    assert re.search(r"^sandbox: (bubblewrap|landlock) \(1\)$", safe, re.MULTILINE)
    assert "warning" not in safe
    unsafe = grade("--rung", "none", "--json")
    assert "sandbox: none (1)" in unsafe
    assert "warning: the rung `none` is no sandbox. Students' code ran with your rights" in unsafe


def test_what_could_not_be_written_is_a_finding(run: Run, hand_in: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "graded" / "scores.csv").mkdir(parents=True)
    path = hand_in(tmp_path / "ada.ipynb")
    code, _, errors = run("grade", path, "--out", tmp_path / "graded", "--workers", 1)
    assert code == 1
    assert "scores.csv was not written: Is a directory" in errors
    assert (tmp_path / "graded" / "feedback" / "ada" / f"{TINY}.html").exists()


@pytest.mark.slow
def test_demo_builds_proves_grades_and_says_what_to_open(run: Run, course_copy: Path) -> None:
    shutil.rmtree(course_copy / "assignments")
    shutil.rmtree(course_copy / "bank")
    out = course_copy / "demo"
    for _ in range(2):  # the second replaces what the first wrote
        code, output, errors = run("demo", "--all", "--size", 8, "--workers", 1, "--out", "demo")
        assert code == 0, (output, errors)
        assert re.search(r"8/8 mistakes caught, 8 named, \d+/\d+ variants accepted, 0 leaks, 0 false fails", output)
        assert "class        8 notebooks: " in output
        assert all(f"student0{number}" in output for number in range(1, 9))
        for path in ("graded/index.html", "graded/scores.csv", "course/ledger.sqlite", "course/gradebook.db"):
            assert (out / path).is_file(), path
            assert f"demo/{path}\n" in output
        assert len(list((out / "graded" / "feedback").rglob("*.html"))) == 8
    for path in (f"assignments/zh/{TINY}/{TINY}.ipynb", f"bank/{TINY}/bank.json"):
        assert (course_copy / path).is_file(), path


def test_demo_stops_where_the_proof_of_a_chapter_fails(run: Run, course_copy: Path, tmp_path: Path) -> None:
    change(course_copy / "solutions" / TINY, ("# A line through points.", "# residual = X @ w + b - y"))
    code, output, _ = run("demo", "--size", 1, "--out", tmp_path / "demo")
    assert code == 1
    assert "holds a line of the solution of 'line_loss'" in output
    assert not (tmp_path / "demo" / "graded").exists()


def test_demo_takes_every_chapter_or_those_named(run: Run) -> None:
    assert "give one of the two" in misuse(run, "demo", "--all", "--chapter", TINY)


def test_demo_removes_nothing_that_it_did_not_make(run: Run, tmp_path: Path) -> None:
    thesis = tmp_path / "home" / "thesis.tex"
    thesis.parent.mkdir()
    thesis.write_text("five years of work")
    assert "is not empty, and no demo" in misuse(run, "demo", "--size", 1, "--out", thesis.parent)
    assert thesis.read_text() == "five years of work"


@pytest.mark.slow
def test_new_writes_a_course_and_says_where(run: Run, tmp_path: Path) -> None:
    code, _, errors = run("new", tmp_path / "my course", "--language", "zh")
    assert code == 0
    assert f"{TINY}: public cases computed" in errors  # a whole course takes minutes: nobody is to take it for dead
    assert str(tmp_path / "my course") in errors
    made = {path.name for path in (tmp_path / "my course").iterdir()}
    assert {"README.md", "nbgrader_config.py", "roster.csv", "source", "release", "gradebook.db"} <= made
    assert "is not empty" in misuse(run, "new", tmp_path / "my course")
    assert "no language 'fr'" in misuse(run, "new", tmp_path / "another", "--language", "fr")


def test_new_takes_chapters_by_name(run: Run, course_copy: Path, tmp_path: Path) -> None:
    shutil.copytree(course_copy / "solutions" / TINY, course_copy / "solutions" / "ch02_other")
    code, _, _ = run("new", tmp_path / "one", "--course", course_copy, "--chapter", TINY)
    assert code == 0
    assert [path.name for path in (tmp_path / "one" / "release").iterdir()] == [TINY]
    assert "ch02_othre" in misuse(run, "new", tmp_path / "two", "--course", course_copy, "--chapter", "ch02_othre")


# A cold start


def imported(course: Path, *arguments: object) -> set[str]:
    """The top-level packages that a command and its grader processes import."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "autograder", *map(str, arguments)],
        cwd=course, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}


def test_help_imports_nothing_that_a_command_needs(course_copy: Path) -> None:
    found = imported(course_copy, "--help")
    assert {"typer", "autograder"} <= found
    assert not found & {"nbformat", "nbgrader", "sqlalchemy", "jinja2", "IPython", "sklearn", "matplotlib", "torch"}


def test_grading_imports_neither_nbgrader_nor_what_the_reference_needs(
    course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    found = imported(course_copy, "grade", hand_in(tmp_path / f"{TINY}.ipynb"), "--out", tmp_path / "graded")
    assert {"sqlalchemy", "jinja2", "autograder"} <= found
    assert not found & {"nbformat", "nbgrader", "IPython", "sklearn", "matplotlib", "torch"}


def test_only_the_banks_that_the_notebooks_need_are_read(
    run: Run, course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    other = Path(shutil.copytree(course_copy / "bank" / TINY, course_copy / "bank" / "ch02_other"))
    (other / "bank.json").write_text("{")

    def grade(path: Path) -> tuple[object, ...]:
        return "grade", path, "--workers", 1, "--out", tmp_path / "graded"

    def anonymous(data: dict[str, Any]) -> None:
        del data["metadata"]["autograder"]

    by_metadata = hand_in(tmp_path / "ada.ipynb")
    by_name = hand_in(tmp_path / f"{TINY}.ipynb", edit=anonymous)
    by_place = hand_in(tmp_path / "submitted" / "ada" / TINY / "mine.ipynb", edit=anonymous)
    for path in (by_metadata, by_name, by_place.parents[2]):
        code, output, errors = run(*grade(path))
        assert (code, "graded" in output) == (0, True), errors
    by_code = hand_in(tmp_path / "bob.ipynb", edit=anonymous)
    assert "bank/ch02_other" in misuse(run, *grade(by_code))
    claiming = hand_in(tmp_path / f"{TINY}.ipynb", edit=lambda data: claim(data, "ch02_other"))
    assert "bank/ch02_other" in misuse(run, *grade(claiming))


def claim(data: dict[str, Any], assignment: str) -> None:
    data["metadata"]["autograder"]["assignment"] = assignment


# Misuse


@pytest.mark.parametrize("command", ["build", "verify", "bank"])
def test_a_course_or_chapter_that_is_not_there_is_named(run: Run, command: str) -> None:
    assert "nowhere: it has no solutions/. Run the command in the kit's folder" in misuse(
        run, command, "--course", "nowhere"
    )
    assert f"there is no chapter 'ch09_x' in solutions; chapters: {TINY}" in misuse(run, command, "ch09_x")


@pytest.mark.parametrize(
    "arguments",
    [
        ("calibrate", "ch09_x"),
        ("demo", "--chapter", "ch09_x"),
        ("release", "out", "ch09_x"),
        ("demo", "--course", "nowhere"),
    ],
)
def test_every_command_names_what_is_not_there(run: Run, arguments: tuple[str, ...]) -> None:
    sentence = misuse(run, *arguments)
    assert "there is no chapter 'ch09_x'" in sentence or "no course in" in sentence


def test_a_fault_of_the_author_is_one_sentence_with_file_and_line(run: Run, course_copy: Path) -> None:
    source = change(course_copy / "solutions" / TINY, ("tolerance=EXACT", "tolerance=[EXAKT]"))
    text = source.read_text(encoding="utf-8")
    line = text[: text.index("EXAKT")].count("\n") + 1
    assert f"{TINY}/04_facts.py:{line}: NameError: name 'EXAKT' is not defined" in misuse(run, "build")


def test_a_device_that_is_not_there_is_named(run: Run) -> None:
    assert "there is no abacus device here: use --device cpu" in misuse(run, "bank", "--device", "abacus")
    if not torch.cuda.is_available():
        assert "there is no cuda device here" in misuse(run, "bank", "--device", "cuda")


def test_grading_without_a_current_bank_names_the_command(
    run: Run, course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    arguments = ("grade", hand_in(tmp_path / "ada.ipynb"), "--out", tmp_path / "graded")
    change(course_copy / "solutions" / TINY, ("points=2", "points=3"))
    assert f"made from other sources: run `autograder bank {TINY}`" in misuse(run, *arguments)
    (course_copy / "bank" / TINY / "arrays.npz").write_bytes(b"")
    assert f"is damaged, arrays.npz is not what bank.json says: run `autograder bank {TINY}`" in misuse(run, *arguments)
    shutil.rmtree(course_copy / "bank")
    assert "there is no bank in bank: run `autograder bank`" in misuse(run, *arguments)
    assert not (tmp_path / "graded").exists()


def test_a_chapter_without_its_bank_stops_the_run_before_the_first_submission(
    run: Run, course_copy: Path, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    """Its submissions were unreadable, 0 of 0 points, and stayed so when the bank was back."""
    bank_dir = course_copy / "bank"
    source = course_copy / "solutions" / TINY
    shutil.copytree(source, source.with_name("ch02_second"))
    for name in ("ch02_second", "ch09_foreign"):
        hand_in(tmp_path / "submitted" / "ada" / name / f"{name}.ipynb")
    arguments = ("grade", tmp_path / "submitted", "--out", tmp_path / "graded", "--workers", 1)
    sentence = "there is no bank of ch02_second in bank: run `autograder bank ch02_second`"
    assert sentence in misuse(run, *arguments)
    (bank_dir / "ch02_second").mkdir()  # nor is an empty folder a bank
    assert sentence in misuse(run, *arguments)
    shutil.copy(bank_dir / TINY / "arrays.npz", bank_dir / "ch02_second")
    assert sentence in misuse(run, *arguments)
    assert not (tmp_path / "graded").exists()
    shutil.rmtree(tmp_path / "submitted" / "ada" / "ch02_second")
    shutil.rmtree(bank_dir / "ch02_second")
    code, output, _ = run(*arguments, "--json")
    assert (code, json.loads(output)["submissions"][0]["outcome"]) == (1, "UNREADABLE")  # no chapter of this course


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ledger", "nonsense"), "nonsense"),
        (("--ledger", "sqlite:////no/such/folder/x.sqlite"), "/no/such/folder"),
        (("--rung", "moat"), "there is no rung called 'moat'"),
        (("--out", "reference/tiny.py"), "reference/tiny.py"),
        (("--gradebook", "nowhere"), "nowhere"),
    ],
)
def test_an_option_of_grade_that_cannot_be_used_is_named(
    run: Run, hand_in: Callable[..., Path], tmp_path: Path, options: tuple[str, str], words: str
) -> None:
    out = () if options[0] == "--out" else ("--out", tmp_path / "graded")
    arguments = ("grade", hand_in(tmp_path / "ada.ipynb"), "--workers", 1, *out)
    assert words in misuse(run, *arguments, *options)


def test_a_place_without_notebooks_is_named(run: Run, tmp_path: Path) -> None:
    assert "there is no such file or folder" in misuse(run, "grade", tmp_path / "x", "--out", tmp_path / "graded")
    (tmp_path / "empty").mkdir()
    assert "no notebook found" in misuse(run, "grade", tmp_path / "empty", "--out", tmp_path / "graded")


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("grade",),
        ("verify", "--draws", "0"),
        ("bank", "--draws", "many"),
        ("grade", "x", "--out", "y", "--workers", "0"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_misuse(run: Run, arguments: tuple[str, ...]) -> None:
    code, _, errors = run(*arguments)
    assert code == 2
    assert "Traceback" not in errors
    assert "Usage: autograder" in errors
