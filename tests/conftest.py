"""A small course, its bank, its notebooks and one warm sandbox, made once for all tests of the engine."""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before torch comes: every core has a worker, and threads wait for each other
os.environ.pop("GITHUB_ACTIONS", None)  # what tests print is no step's log

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import environments
import pytest
from nbformat import NotebookNode
from support import COURSE, TINY, Run, change

from autograder.build.make_bank import compute_bank
from autograder.build.notebooks import student_notebook, to_bytes
from autograder.build.release import release_files, write
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner, solution_source
from autograder.cli import main as cli
from autograder.cli.made_up_class import answered
from autograder.grading.grade_one import Budget, grade_file, open_sandbox
from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.model.bank import Bank, BankedExercise
from autograder.model.bank_files import load, save
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import ExerciseVerdict, Report
from autograder.sandbox import Sandbox


@pytest.fixture(scope="session")
def chapter() -> Chapter:
    return load_chapter(COURSE / "solutions" / TINY)


@pytest.fixture(scope="session")
def with_a_bug(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    """The small chapter in which students are to find the bug of one exercise."""
    course = tmp_path_factory.mktemp("with_a_bug") / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    change(
        course / "solutions" / TINY,
        ("points=2, reference=tiny.line_loss", 'starter="mean_for_sum", points=2, reference=tiny.line_loss'),
    )
    return load_chapter(course / "solutions" / TINY)


@pytest.fixture(scope="session")
def runner(chapter: Chapter) -> SolutionRunner:
    return SolutionRunner(chapter)


@pytest.fixture(scope="session")
def bank_dir(chapter: Chapter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank") / TINY
    save(compute_bank(chapter, draws=3, key="tests"), folder)
    return folder


@pytest.fixture(scope="session")
def bank(bank_dir: Path) -> Bank:
    return load(bank_dir)


@pytest.fixture(scope="session")
def right(chapter: Chapter) -> dict[str, str]:
    """The right source of every answer cell."""
    return {exercise.name: solution_source(exercise) for exercise in chapter.exercises}


@pytest.fixture(scope="session")
def released(chapter: Chapter) -> dict[str, NotebookNode]:
    """The students' notebook in each language."""
    return {language: student_notebook(chapter, language) for language in LANGUAGES}


@pytest.fixture(scope="session")
def release_dir(chapter: Chapter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignments/ folder."""
    folder = tmp_path_factory.mktemp("assignments")
    write(release_files(chapter), folder)
    return folder


@pytest.fixture(scope="session")
def kit_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the whole kit."""
    return environments.kit_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def judged(bank: Bank, runner: SolutionRunner) -> Callable[..., ExerciseVerdict]:
    """Judge the solution with some answer cells replaced: `judged("line_loss", "def line_loss…")`."""

    def run(
        name: str,
        source: str | None = None,
        *,
        others: Mapping[str, str] | None = None,
        reveal: bool = False,
        draw: int = 0,
        **record: Any,
    ) -> ExerciseVerdict:
        exercise = bank.exercise(name)
        assert isinstance(exercise, BankedExercise)
        exercise = replace(exercise, **record)
        impl = InProcess(runner.namespace({**(others or {}), **({name: source} if source else {})}))
        return judge(exercise, exercise.draws[draw], impl, reveal=reveal)

    return run


@pytest.fixture(scope="session")
def hand_in(released: Mapping[str, NotebookNode], right: Mapping[str, str]) -> Callable[..., Path]:
    """Write a submission whose answers are right but for those given; `edit` changes its JSON data in place."""

    def write(
        path: Path,
        answers: Mapping[str, str] | None = None,
        *,
        language: str = "en",
        edit: Callable[[dict[str, Any]], object] | None = None,
        only: Mapping[str, str] | None = None,
    ) -> Path:
        chosen = dict(only) if only is not None else {**right, **(answers or {})}
        data = json.loads(to_bytes(answered(released[language], chosen)))
        if edit is not None:
            edit(data)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def sandbox(bank: Bank) -> Iterator[Sandbox]:
    with open_sandbox([bank]) as warm:
        yield warm


@pytest.fixture
def grade(bank: Bank, sandbox: Sandbox, hand_in: Callable[..., Path], tmp_path: Path) -> Callable[..., Report]:
    """Hand in a notebook and grade it in the real sandbox; arguments as for `hand_in`."""

    def run(answers: Mapping[str, str] | None = None, *, budget: Budget | None = None, **how: Any) -> Report:
        path = hand_in(tmp_path / f"{TINY}.ipynb", answers, **how)
        return grade_file(path, [bank], sandbox, student="ada", budget=budget)

    return run


@pytest.fixture
def course_copy(tmp_path: Path, bank_dir: Path, release_dir: Path) -> Path:
    """A course of its own to change: sources, bank and assignments."""
    folder = tmp_path / "course"
    shutil.copytree(COURSE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(bank_dir, folder / "bank" / TINY)
    shutil.copytree(release_dir, folder / "assignments")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], course_copy: Path) -> Run:
    """Run `autograder …` in a course of its own; returns exit code, standard output and error."""

    def invoke(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.chdir(course_copy)
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "300")
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        output, errors = capsys.readouterr()
        code = end.value.code
        return (code if isinstance(code, int) else 0 if code is None else 1), output, errors

    return invoke
