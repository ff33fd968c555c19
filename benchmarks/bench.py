"""`make bench`: the same right submissions through nbgrader's autograde, through ours, and through a bare fork.

Everything is measured in one run on one machine; read the ratios.  "Each" is the marginal time of one more
submission, so that nobody's start-up is counted; "all" is the whole command.  "Cold" is one notebook and nothing
warm, as in a student's CI: the whole process, in a course that has every chapter's bank.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from autograder.build import notebooks
from autograder.build.make_bank import renew
from autograder.chapter.chapter import Chapter, find_chapters, load_chapter
from autograder.chapter.solutions import solution_source
from autograder.cli.made_up_class import answered
from autograder.grading.as_released import BankSource
from autograder.grading.batch import Job, grade_many
from autograder.grading.ledger import Ledger
from autograder.judge.compare import numbers_in
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import MOST_WATCHED, InProcess, Recorded
from autograder.judge.observe import observer
from autograder.model.bank import Bank, BankedExercise
from autograder.model.calls import CallFailed
from autograder.model.verdict import Report
from benchmarks import own_course
from benchmarks.page import Shown

SUBMISSIONS = 16
WITH_TORCH = "ch05_cnn"  # a chapter that needs torch; its trainings are left out, whose seconds drown what grading adds
FEW = 4  # of its submissions are enough
COLD_ROUNDS = 3  # of each cold command in turn; the best of each is printed
YARDSTICK = "import numpy, sklearn.datasets"  # what a notebook of a numpy chapter imports anyway
ROUNDS = 4  # the same submissions again under other names: the first round warms up, the others are measured


@dataclass(frozen=True)
class Timing:
    """Seconds of the whole run and of each further submission."""

    whole: float
    each: float
    cold: float = math.nan


def main() -> None:
    """Measure and print the tables; `--out PAGE` writes them into a page too."""
    arguments = argparse.ArgumentParser(description=main.__doc__)
    arguments.add_argument("--out", type=Path, help="page with a place for what is measured, such as docs/speed.md")
    page = arguments.parse_args().out
    course = Path(__file__).resolve().parent.parent
    chapter = load_chapter(find_chapters(course)[0])
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        bank = renew(chapter, work / "bank" / chapter.id)
        jobs = make_submissions(chapter, work / "submissions")
        console = Shown(Console(width=110))
        console.print(
            f"{SUBMISSIONS} right submissions of {chapter.id}, {len(bank.exercises)} exercises, {os.cpu_count()} cores"
        )
        memory: list[str] = []
        timings = {
            "floor: bare fork": floor(chapter, bank),
            "ours, 1 worker": ours(jobs, bank, work, workers=1, memory=memory),
            "ours, 2 workers": ours(jobs, bank, work, workers=2),
            "nbgrader autograde": nbgraders(chapter, bank, work),
        }
        print_table(console, timings)
        print_cold(console, cold(course, jobs[0].path, work), timings["nbgrader autograde"].cold)
        console.print(f"grader memory with 1 worker after {', '.join(memory)}")
        own_course.print_rows(console, work / "own", runner)
        print_torch(console, *with_torch(load_chapter(*find_chapters(course, [WITH_TORCH])), work / WITH_TORCH))
        if page is not None:
            console.write(page)


def with_torch(chapter: Chapter, work: Path) -> tuple[Timing, Timing]:
    """What answers to a chapter that needs torch cost in a bare fork, and graded by us."""
    bank = renew(chapter, work / "bank" / chapter.id)
    trainings = {exercise.name for exercise in bank.exercises if is_gate(exercise)}
    jobs = make_submissions(chapter, work / "submissions", FEW, without=trainings)
    return floor(chapter, bank, FEW, without=trainings), ours(jobs, bank, work, workers=1, without=trainings)


def make_submissions(
    chapter: Chapter, folder: Path, count: int = SUBMISSIONS, without: Collection[str] = ()
) -> list[Job]:
    """Right notebooks, each with bytes of its own; exercises in `without` have no answer."""
    released = notebooks.student_notebook(chapter, "en")
    solved = [exercise for exercise in chapter.exercises if exercise.name not in without]
    answers = {exercise.name: solution_source(exercise) for exercise in solved}
    folder.mkdir(parents=True)
    jobs = []
    for number in range(count):
        notebook = answered(released, answers)
        notebook.cells.append(nbformat.v4.new_code_cell(f"# student {number}", id=f"own{number}"))
        path = folder / f"student{number:02d}.ipynb"
        path.write_bytes(notebooks.to_bytes(notebook))
        jobs.append(Job(path.stem, chapter.id, path))
    return jobs


def floor(chapter: Chapter, bank: Bank, count: int = SUBMISSIONS, without: Collection[str] = ()) -> Timing:
    """Fork a warm process; the child runs the same cells and the same calls, unsandboxed, and exits."""
    setup = [cell.source["en"] for cell in bank.cells if cell.role == "setup"]
    cells = [solution_source(exercise) for exercise in chapter.exercises if exercise.name not in without]
    judged = [exercise for exercise in bank.exercises if exercise.name not in without]
    exec("\n".join(setup), {})  # warm: every import is done before the first fork

    def child() -> None:
        namespace: dict[str, Any] = {}
        for source in (*setup, *cells):
            exec(compile(source, "<cell>", "exec"), namespace)
        impl = InProcess(namespace)
        for exercise in judged:
            groups: set[str] = set()
            for banked in exercise.draws[0]:
                observe, case = observer(exercise, banked.group), banked.case
                calls = Recorded(impl)
                with contextlib.suppress(CallFailed):  # a case whose right outcome is an error
                    observe(calls, case)
                large = max(numbers_in(list(args)) for _, args, _ in calls.calls) > MOST_WATCHED
                asked = 0 if large or is_gate(exercise) else 1 + promised_calls(exercise) * (banked.group not in groups)
                groups.add(banked.group)
                for _ in range(asked):
                    with contextlib.suppress(CallFailed):
                        observe(impl, case)

    started = time.perf_counter()
    for _ in range(count * ROUNDS):
        pid = os.fork()
        if pid == 0:
            child()
            os._exit(0)
        os.waitpid(pid, 0)
    whole = time.perf_counter() - started
    return Timing(whole / ROUNDS, whole / count / ROUNDS)


def promised_calls(exercise: BankedExercise) -> int:
    """How often the judge asks once more with other kinds of input, on the first case of each group."""
    return sum({"integers": 2, "lists": 1, "float32": 1}[promise] for promise in exercise.accepts)


def ours(
    jobs: Sequence[Job],
    bank: Bank,
    work: Path,
    *,
    workers: int,
    memory: list[str] | None = None,
    without: Collection[str] = (),
) -> Timing:
    """Our whole grading with sandbox, judge and ledger; "all" is the first round, start-up included."""
    many = [Job(f"{job.student}_{number}", job.assignment, job.path) for number in range(ROUNDS) for job in jobs]
    arrived: list[float] = []

    def done(report: Report, fresh: bool) -> None:
        assert report.score == report.max_score - missing, (report.notes, report.exercises)
        arrived.append(time.perf_counter())
        if memory is not None and len(arrived) % len(jobs) == 0:
            processes = [psutil.Process(), *psutil.Process().children()]
            total = sum(process.memory_info().rss for process in processes) / 2**20
            memory.append(f"{len(arrived)} submissions: {total:.0f} MiB")

    missing = sum(question.points for question in bank.written if not question.extra)
    missing += sum(exercise.points for exercise in bank.exercises if exercise.name in without and not exercise.extra)
    missing -= sum(exercise.points for exercise in bank.exercises if exercise.extra and exercise.name not in without)
    started = time.perf_counter()
    with Ledger(f"sqlite:///{work / f'ledger{workers}.sqlite'}") as ledger:
        grade_many(many, [BankSource(work / "bank" / bank.chapter)], ledger, workers=workers, done=done)
    measured = arrived[len(jobs) - 1 :]
    return Timing(measured[0] - started, (measured[-1] - measured[0]) / (len(measured) - 1))


def nbgraders(chapter: Chapter, bank: Bank, work: Path) -> Timing:
    """nbgrader on its own terms: the same cases as asserts in the notebook's locked test cells."""
    course = work / "nbgrader"
    source = course / "source" / chapter.id
    source.mkdir(parents=True)
    notebook = notebooks.instructor_notebook(chapter, "en")
    for cell in notebook.cells:
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id.startswith("check_"):
            exercise = bank.exercise(grade_id.removeprefix("check_"))
            assert exercise is not None
            cell.source = asserts(exercise)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.autograder.role != "demo"]
    nbformat.write(notebook, source / f"{chapter.id}.ipynb")
    (course / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "bench"\n')
    run = runner(course)
    run("generate_assignment", chapter.id)
    for number in range(SUBMISSIONS):
        folder = course / "submitted" / f"student{number:02d}" / chapter.id
        folder.mkdir(parents=True)
        shutil.copy(source / f"{chapter.id}.ipynb", folder)
    one = run("autograde", chapter.id, "--student=student00")
    rest = run("autograde", chapter.id, "--CourseDirectory.student_id_exclude=student00")
    return Timing(one + rest, (rest - one) / (SUBMISSIONS - 2), one)  # both runs pay start-up and one submission


def cold(course: Path, notebook: Path, work: Path) -> dict[str, float]:
    """Seconds of whole processes that start with nothing: the imports of a notebook, our help, our grading of one."""
    own = work / "course"
    own.mkdir()
    for name in ("solutions", "reference"):
        (own / name).symlink_to(course / name)
    for path in find_chapters(course):
        renew(load_chapter(path), own / "bank" / path.name)
    graded = work / "cold"
    commands = {
        YARDSTICK: ["-c", YARDSTICK],
        "autograder --help": ["-m", "autograder", "--help"],
        "autograder grade": ["-m", "autograder", "grade", str(notebook), "--out", str(graded)],
    }
    best = dict.fromkeys(commands, math.inf)
    for _ in range(COLD_ROUNDS):
        for name, arguments in commands.items():
            shutil.rmtree(graded, ignore_errors=True)
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=own, check=True, capture_output=True)
            best[name] = min(best[name], time.perf_counter() - started)
    return best


def runner(course: Path) -> Callable[..., float]:
    """A function that runs an nbgrader command in `course` and returns its seconds."""

    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}  # it calls alembic

    def run(*arguments: str) -> float:
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return time.perf_counter() - started

    return run


def asserts(exercise: BankedExercise) -> str:
    """A test cell as an instructor would write it: the cases' inputs, one observation, one assert each."""
    lines = ["import types", "cases, expected = [], []"]
    lines += ["def call_once(impl, case):", f"    return {exercise.name}(*vars(case).values())"]
    for banked in exercise.draws[0]:
        observe = exercise.group(banked.group).observe or exercise.observe
        if banked.expected.failure or (observe is None and not plain_enough(banked.expected.value)):
            continue
        inputs = ", ".join(f"{name}={literal(value)}" for name, value in banked.case.inputs.items())
        lines += [observe.source] if observe else []
        lines.append(f"cases.append(({observe.name if observe else 'call_once'}, types.SimpleNamespace({inputs})))")
        lines.append(f"expected.append({literal(banked.expected.value)})")
    lines += [
        "def same(a, b):",
        "    if isinstance(b, dict):",
        "        return all(same(a[key], b[key]) for key in b)",
        "    if isinstance(b, tuple):",
        "        return all(same(x, y) for x, y in zip(a, b))",
        "    plain = isinstance(b, (str, set, type(None))) or not len(np.shape(b)) and isinstance(b, bool)",
        "    return a == b if plain else np.allclose(a, b, rtol=1e-3)",
        "here = types.SimpleNamespace(**{k: v for k, v in globals().items() if callable(v)})",
        "for (observe, case), right in zip(cases, expected):",
        "    observe(here, case)" if is_gate(exercise) else "    assert same(observe(here, case), right)",
    ]
    return "\n".join(lines)


def is_gate(exercise: BankedExercise) -> bool:
    """True when the expected value is not to be met but passed."""
    return not criterion_of(exercise).expects_value


def plain_enough(value: Any) -> bool:
    """True for values whose literal is exact."""
    return not isinstance(value, (list,)) or all(isinstance(part, (int, float, str)) for part in value)


def literal(value: Any) -> str:
    """Python source of plain data."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r}, dtype='{value.dtype}').reshape({value.shape})".replace(
            "nan", "np.nan"
        ).replace("inf", "np.inf")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + "".join(f"{literal(part)}, " for part in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(literal(part) for part in value) + "]"
    if type(value).__name__ == "Rng":
        return f"np.random.default_rng({value.seed})"
    return repr(value).replace("nan", "np.nan").replace("inf", "np.inf") if isinstance(value, float) else repr(value)


def print_table(console: Shown, timings: dict[str, Timing]) -> None:
    """Seconds, milliseconds each, overhead over the floor, and how many times less than nbgrader's."""
    base = timings["floor: bare fork"].each
    theirs = timings["nbgrader autograde"].each - base
    table = Table("", "all, s", "each, ms", "overhead, ms", "nbgrader's overhead is")
    for name, timing in timings.items():
        overhead = timing.each - base
        factor = f"{theirs / overhead:.1f}×" if overhead > 0 else ""
        table.add_row(name, f"{timing.whole:.2f}", f"{1000 * timing.each:.1f}", f"{1000 * overhead:.1f}", factor)
    console.print(table)
    serial, parallel = timings["ours, 1 worker"].each, timings["ours, 2 workers"].each
    console.print(f"2 workers: {serial / parallel:.2f}× the submissions a second of 1")


def print_torch(console: Shown, floor: Timing, ours: Timing) -> None:
    """What grading adds where torch is needed."""
    overhead = 1000 * (ours.each - floor.each)
    console.print(
        f"{WITH_TORCH}, which needs torch, without its trainings: {floor.each:.2f} s each in a bare fork, "
        f"{ours.each:.2f} s graded: overhead {overhead:.0f} ms"
    )


def print_cold(console: Shown, seconds: dict[str, float], nbgraders: float) -> None:
    """One notebook from nothing: seconds, and how many times the imports of a notebook."""
    table = Table("cold", "s", "times the imports")
    for name, value in {**seconds, "nbgrader autograde": nbgraders}.items():
        table.add_row(name, f"{value:.2f}", f"{value / seconds[YARDSTICK]:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
