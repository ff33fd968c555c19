"""What `autograder demo` does: the whole way from the chapter's source to a graded class."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from autograder.build.cores import on_every_core
from autograder.build.make_bank import renew
from autograder.build.release import CASES, release_files, write
from autograder.chapter.chapter import Chapter, find_chapters, load_course
from autograder.cli.grade import grade_class
from autograder.cli.made_up_class import make_class
from autograder.cli.terminal import crossed
from autograder.nbgrader_bridge.course import CourseError, new_course
from autograder.proof.verify import verify_chapter
from autograder.report import class_table

MARK = ".made-by-autograder-demo"
DRAWS = 20  # `autograder verify` takes 200, and makes mistakes; a demonstration need not wait for these


@dataclass(frozen=True)
class Prepared:
    """What a part of making a chapter ready to grade gave: lines to print, problems with which it is not, its cases."""

    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()
    cases: Mapping[str, bytes] = field(default_factory=dict)


def run_demo(course: Path, out: Path, *, size: int, workers: int, chapters: Sequence[str], console: Console) -> int:
    """Build, verify, bank, make a class, grade it, and show everything.  Returns the exit code."""
    started = time.monotonic()
    paths = find_chapters(course, chapters)
    _empty(out)
    cases: dict[str, bytes] = {}
    for _, prepared in on_every_core((build_and_verify, bank), paths):
        for line in prepared.lines:
            console.print(line)
        for problem in prepared.problems:
            console.print(crossed(problem), highlight=False)
        if prepared.problems:
            return 1
        cases |= prepared.cases
    loaded = load_course(course, chapters)
    ids = [chapter.id for chapter in loaded]
    new_course(out / "course", source_course=course, language="en", chapters=ids, cases=cases)
    kinds = make_class(loaded, out / "course", size=size)
    counts = Counter(kind.partition(":")[0] for kind in kinds.values())
    console.print(f"class        {size} notebooks: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()))
    graded = grade_class(
        [out / "course" / "submitted"], out / "graded", course=course, workers=workers, rung="auto",
        ledger=None, gradebook=out / "course", console=Console(stderr=True),
    )  # fmt: skip
    console.print(class_table(graded.standings))
    console.print("Open these:")
    for what, path in graded.paths.items():  # unbroken, so that a path can be copied
        console.print(f"{what:<12} {path}", highlight=False, markup=False, soft_wrap=True)
    for remark in graded.remarks:
        console.print(remark, highlight=False, markup=False)
    console.print(f"{time.monotonic() - started:.0f} s in all")
    return 0


def build_and_verify(chapter: Chapter) -> Prepared:
    """Write what students receive of a chapter, and prove its checks."""
    files = release_files(chapter)
    write(files, chapter.course / "assignments")
    proof = verify_chapter(chapter, draws=DRAWS, reach=False, files=files)
    lines = (
        f"notebooks    {chapter.course / 'assignments'}/en|zh/{chapter.id}/",
        f"verify       {chapter.id}: {proof.caught}/{proof.mistakes} mistakes caught, {proof.diagnosed} named, "
        f"{proof.accepted}/{proof.variants} variants accepted, {proof.leaks} leaks, "
        f"{proof.false_fails} false fails in {proof.draws} draws",
    )
    problems = () if proof.ok else (*proof.problems, *proof.unnamed)
    return Prepared(lines, problems, {name: content for name, content in files.items() if name.endswith(CASES)})


def bank(chapter: Chapter) -> Prepared:
    """Renew a chapter's bank."""
    renewed = renew(chapter, chapter.course / "bank" / chapter.id)
    made = renewed.provenance
    return Prepared((f"bank         {chapter.id}: {renewed.digest[:12]}, {made['draws']} draws on {made['device']}",))


def _empty(out: Path) -> None:
    """Remove an earlier demo.  What another program wrote is somebody's work: a CourseError, and it stays."""
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        raise CourseError(f"{out} is not empty, and no demo: name a new folder, or remove this one")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).write_text("Made by `autograder demo`; the next demo replaces this folder.\n", encoding="utf-8")
