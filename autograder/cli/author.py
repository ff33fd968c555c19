"""Commands of those who write chapters: the notebooks in assignments/, their proof, and the bank that grades them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from autograder.cli.options import HERE, Chapters, Course, Json
from autograder.cli.terminal import console, crossed, output, print_json
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.chapter.chapter import Chapter


def build(
    chapters: Chapters = None,
    course: Course = HERE,
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail when assignments/ is not what the sources give.")
    ] = False,
    translated: Annotated[
        bool, typer.Option("--translated", help="Note that the translations of these chapters say what the texts say.")
    ] = False,
) -> None:
    """Write the students' notebooks and public cases into assignments/."""
    from autograder.build.cores import on_every_core
    from autograder.build.release import differing, release_files, write
    from autograder.chapter.chapter import find_chapters
    from autograder.chapter.twins import mark_translated, twins_apart

    if translated and (check or not chapters):
        raise UserError("--translated changes the sources of the chapters that it names: name them, without --check")
    stale = False
    paths = find_chapters(course, chapters or ())
    for path in paths:
        for twin in mark_translated(path) if translated else ():
            console().print(f"{twin.translation.at}: says what its English says", highlight=False)
        for twin in twins_apart(path):
            stale = True
            console().print(crossed(twin.sentence), highlight=False, soft_wrap=True)
    folder = course / "assignments"
    for path, files in on_every_core(release_files, paths):
        if check:
            for name in differing(files, folder):
                stale = True
                console().print(
                    f"[red]{folder / name} is not what its source gives[/]: run `autograder build {path.name}`"
                )
            continue
        changed = write(files, folder)
        console().print(f"{path.name}: {len(changed)} files changed" if changed else f"{path.name}: up to date")
    raise typer.Exit(1 if check and stale else 0)


def verify(
    chapters: Chapters = None,
    course: Course = HERE,
    json_output: Json = False,
    draws: Annotated[
        int,
        typer.Option(min=1, help="Draws on which the solution must get full marks; fewer where it costs."),
    ] = 200,
) -> None:
    """Prove the checks: mistakes caught and named, variants accepted, nothing leaked, no false fail."""
    from autograder.chapter.chapter import find_chapters
    from autograder.proof.verify import verify_files

    with console().status("proving …") as status:
        paths = find_chapters(course, chapters or ())
        proofs = verify_files(paths, draws=draws, progress=lambda what: status.update(f"proving · {what}"))
    ok = all(proof.ok for proof in proofs)
    if json_output:
        print_json({"ok": ok, "chapters": [proof.to_json() for proof in proofs]})
    else:
        proven = ("exercises", "points", "mistakes", "caught", "named", "variants", "accepted")
        table = Table(Column("chapter", no_wrap=True), *proven, "leaks", "draws, at least", "false fails")
        for proof in proofs:
            counts = [count for name, count in proof.counts.items() if name != "own_data"]
            table.add_row(*(f"{n:g}" if isinstance(n, (int, float)) else n for n in counts))
        output().print(table)
        for proof in (proof for proof in proofs if proof.own_data):
            output().print(f"{proof.id}: {proof.own_data} with data of each student's own, tried with many numbers")
        for proof, reach in ((proof, proof.reach) for proof in proofs if proof.reach):
            output().print(
                f"{proof.id}: {sum(reach.fates.values())} mistakes made, {len(reach.unnoticed)} noticed by no case; of "
                f"{len(reach.left_out)} written ones left out {reach.named:.0%} named, {reach.wrongly:.1%} wrongly, "
                f"{reach.narrowed:.0%} named or told a fact, {reach.where_made.narrowed:.0%} where mistakes can be made"
            )
    for proof in proofs:
        for problem in (*proof.problems, *proof.unnamed):
            console().print(crossed(problem), highlight=False, soft_wrap=True)
    raise typer.Exit(0 if ok else 1)


def calibrate(
    chapter: Annotated[str, typer.Argument(help="A chapter such as ch03_classification.")],
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Exercises with a Calibration; all when none is named.")
    ] = None,
    course: Course = HERE,
    json_output: Json = False,
    seeds: Annotated[
        int, typer.Option(min=256, help="Seeds to train the reference from; fewer only where a training takes seconds.")
    ] = 3000,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    resume: Annotated[
        bool, typer.Option("--resume", help="Train the seeds that are missing; those stored stay, if nothing changed.")
    ] = False,
    plot: Annotated[
        Path | None, typer.Option(help="Write a PNG: the seeds, the threshold, the best of each mistake.")
    ] = None,
) -> None:
    """Measure the thresholds of a chapter's gates from many seeds of the reference, and store them."""
    from autograder.chapter.chapter import find_chapters, load_chapter
    from autograder.chapter.thresholds import describe
    from autograder.proof import calibrate as measure

    loaded = load_chapter(find_chapters(course, [chapter])[0], calibrated=False)
    try:
        with console().status("training …") as status:
            measured = measure.calibrate_chapter(
                loaded,
                exercises or (),
                seeds=seeds,
                device=device,
                resume=resume,
                progress=lambda name, share: status.update(f"{name} · {share:.0%}"),
            )
    except measure.CalibrationRefused as refusal:
        console().print(crossed(str(refusal)), highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    path = measure.store(loaded, measured)
    if plot is not None and measured:
        measure.plot(measured, plot)
    if json_output:
        print_json(measured)
    for name, entry in measured.items():
        console().print(f"{name}: threshold {entry['threshold']:g}; {describe(entry)}", highlight=False)
    console().print(f"{len(measured)} gates measured, stored in {path}", highlight=False)


def bank(
    chapters: Chapters = None,
    course: Course = HERE,
    device: Annotated[str, typer.Option(help="Where the reference runs: cpu or cuda.")] = "cpu",
    draws: Annotated[int, typer.Option(min=1, help="Draws of the hidden cases; a submission is judged on one.")] = 4,
) -> None:
    """Compute the hidden cases and their expected outputs into bank/."""
    from autograder.build.cores import on_every_core
    from autograder.chapter.chapter import find_chapters

    made = functools.partial(_renewed, course=course, device=device, draws=draws)
    with console().status("computing …"):
        for path, (computed_on, digest) in on_every_core(made, find_chapters(course, chapters or ())):
            console().print(f"{path.name}: {draws} draws on {computed_on}, bank {digest[:12]}")


def _renewed(chapter: Chapter, course: Path, device: str, draws: int) -> tuple[str, str]:
    """Renew a chapter's bank: the name of what it was computed on, and its digest."""
    from autograder.build.make_bank import renew

    made = renew(chapter, course / "bank" / chapter.id, device=device, draws=draws)
    return made.provenance["device"], made.digest
