"""The command line: `autograder COMMAND`.  Exit codes: 0 ok, 1 findings, 2 misuse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.ledger_commands import diff, export, history
from autograder.cli.terminal import console, output, print_json
from autograder.model.errors import UserError
from autograder.model.linux import require_linux

app = typer.Typer(
    help="Assignments, a torch reference and an autograder for machine-learning courses.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
Course = Annotated[Path, typer.Option("--course", help="Folder that holds solutions/ and reference/.")]
Chapters = Annotated[list[str] | None, typer.Argument(help="Chapters such as ch01_regression; all when none is named.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HERE = Path(".")

app.command(epilog="Example: autograder history student01 --assignment ch01_regression")(history)
app.command(epilog="Example: autograder diff 2027-03-01 now")(diff)
app.command(epilog="Example: autograder export --format json --out scores.json")(export)


@app.command(epilog="Example: autograder build ch01_regression")
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
    from autograder.build.release import build as write
    from autograder.build.release import release_files
    from autograder.chapter.chapter import load_course
    from autograder.chapter.twins import mark_translated, twins_apart

    if translated and (check or not chapters):
        raise UserError("--translated changes the sources of the chapters that it names: name them, without --check")
    stale = False
    for chapter in load_course(course, chapters or ()):
        for twin in mark_translated(chapter.path) if translated else ():
            console().print(f"{twin.translation.at}: says what its English says", highlight=False)
        for twin in twins_apart(chapter.path):
            stale = True
            console().print(f"[red]✗[/] {twin.sentence}", highlight=False, soft_wrap=True)
        folder = course / "assignments"
        if check:
            for name, content in release_files(chapter).items():
                path = folder / name
                if not path.exists() or path.read_bytes() != content:
                    stale = True
                    console().print(f"[red]{path} is not what its source gives[/]: run `autograder build {chapter.id}`")
            continue
        changed = write(chapter, folder)
        console().print(f"{chapter.id}: {len(changed)} files changed" if changed else f"{chapter.id}: up to date")
    raise typer.Exit(1 if check and stale else 0)


@app.command(epilog="Example: autograder release handout ch01_regression --core-only")
def release(
    out: Annotated[Path, typer.Argument(help="Folder to write, with en/ and zh/ in it.")],
    chapters: Chapters = None,
    course: Course = HERE,
    core_only: Annotated[bool, typer.Option("--core-only", help="Leave the extra exercises out.")] = False,
) -> None:
    """Write what students receive into a folder of its own, to hand out as it is."""
    from autograder.build.release import build as write
    from autograder.chapter.chapter import load_course

    if core_only and out.resolve() == (course / "assignments").resolve():
        raise UserError(f"{out} holds all exercises, as `autograder build` writes them: name another folder")
    for chapter in load_course(course, chapters or ()):
        write(chapter, out, core_only=core_only)
        console().print(f"{chapter.id}: {out}/en|zh/{chapter.id}/")


@app.command(epilog="Example: autograder verify ch01_regression --draws 20")
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
        table = Table(
            "chapter",
            "exercises",
            "points",
            "mistakes",
            "caught",
            "named",
            "variants",
            "accepted",
            "leaks",
            "draws, at least",
            "false fails",
        )
        for proof in proofs:
            table.add_row(
                *(f"{value:g}" if isinstance(value, (int, float)) else value for value in proof.to_json().values())
            )
        output().print(table)
    for proof in proofs:
        for problem in (*proof.problems, *proof.unnamed):
            console().print(f"[red]✗[/] {problem}", highlight=False)
    raise typer.Exit(0 if ok else 1)


@app.command(epilog="Example: autograder calibrate ch03_classification --seeds 4096 --plot gates.png")
def calibrate(
    chapter: Annotated[str, typer.Argument(help="A chapter such as ch03_classification.")],
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Exercises with a Calibration; all when none is named.")
    ] = None,
    course: Course = HERE,
    json_output: Json = False,
    seeds: Annotated[int, typer.Option(min=256, help="Seeds to train the reference from.")] = 256,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
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
                progress=lambda name, share: status.update(f"{name} · {share:.0%}"),
            )
    except measure.CalibrationRefused as refusal:
        console().print(f"[red]✗[/] {refusal}", highlight=False)
        raise typer.Exit(1) from None
    path = measure.store(loaded, measured)
    if plot is not None and measured:
        measure.plot(measured, plot)
    if json_output:
        print_json(measured)
    for name, entry in measured.items():
        console().print(f"{name}: threshold {entry['threshold']:g}; {describe(entry)}", highlight=False)
    console().print(f"{len(measured)} gates measured, stored in {path}", highlight=False)


@app.command(epilog="Example: autograder bank ch01_regression --device cuda")
def bank(
    chapters: Chapters = None,
    course: Course = HERE,
    device: Annotated[str, typer.Option(help="Where the reference runs: cpu or cuda.")] = "cpu",
    draws: Annotated[int, typer.Option(min=1, help="Draws of the hidden cases; a submission is judged on one.")] = 4,
) -> None:
    """Compute the hidden cases and their expected outputs into bank/."""
    from autograder.build.make_bank import renew
    from autograder.chapter.chapter import load_course

    with console().status("computing …") as status:
        for chapter in load_course(course, chapters or ()):
            status.update(f"{chapter.id} …")
            made = renew(chapter, course / "bank" / chapter.id, device=device, draws=draws)
            console().print(f"{chapter.id}: {draws} draws on {made.provenance['device']}, bank {made.digest[:12]}")


@app.command(epilog="Example: autograder grade submitted/ --out graded --workers 2")
def grade(
    submissions: Annotated[
        list[Path], typer.Argument(help="nbgrader's submitted/ tree, folders of notebooks, or notebooks.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where feedback and scores are written; with --gradebook the course's graded/."),
    ] = None,
    course: Course = HERE,
    students: Annotated[
        list[str] | None, typer.Option("--student", help="Grade this student alone; may be given several times.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--assignment", help="Grade this assignment alone; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Grade again what the ledger holds.")] = False,
    workers: Annotated[int, typer.Option(min=1, help="Grader processes, each with a sandbox of its own.")] = 2,
    rung: Annotated[str, typer.Option(help="Sandbox: auto, bubblewrap, landlock, or none (not a sandbox).")] = "auto",
    ledger: Annotated[
        str | None,
        typer.Option(
            help="Ledger: a database URL, a file, or a folder of results; by default the course's or in --out."
        ),
    ] = None,
    gradebook: Annotated[
        Path | None, typer.Option(help="nbgrader course folder whose gradebook receives the scores.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Grade submissions in the sandbox.  Interrupted at any moment, the same command resumes."""
    require_linux("grading")
    try:
        from autograder.cli.grade import grade_class
        from autograder.report import class_table, one_line, to_json

        graded = grade_class(
            submissions,
            out,
            course=course,
            workers=workers,
            rung=rung,
            ledger=ledger,
            gradebook=gradebook,
            console=console(),
            students=students or (),
            assignments=assignments or (),
            force=force,
        )
    except KeyboardInterrupt:
        console().print("Interrupted. What was graded is recorded: the same command goes on from here.")
        raise typer.Exit(1) from None
    if json_output:
        results = to_json(graded.standings, max_scores=graded.max_scores)
        print_json({**results, "attention": graded.attention.to_json()})
    else:
        output().print(class_table(graded.standings, max_scores=graded.max_scores))
        for what, path in graded.paths.items():
            output().print(f"{what:<12} {path}", highlight=False)
    for remark in graded.remarks:
        console().print(Text(one_line(remark)), highlight=False, soft_wrap=True)
    raise typer.Exit(1 if graded.needs_attention else 0)


@app.command(epilog="Example: autograder new my-course --language zh")
def new(
    target: Annotated[Path, typer.Argument(help="Folder of the nbgrader course to make.")],
    course: Course = HERE,
    language: Annotated[str, typer.Option(help="Language of the notebooks: en or zh.")] = "en",
) -> None:
    """Write an nbgrader course: configuration, source and release trees, roster."""
    from autograder.nbgrader_bridge.course import new_course

    new_course(target, source_course=course, language=language)
    console().print(f"The course is in {target}; its README.md has the next steps.")


@app.command(epilog="Example: autograder doctor --course my-course --json")
def doctor(course: Course = HERE, json_output: Json = False) -> None:
    """Say whether this machine has what grading needs, which sandbox it uses, and what to do about the rest."""
    from autograder.cli.doctor import examine

    with console().status("looking …"):
        found = examine(course)
    if json_output:
        print_json(found.to_json())
    else:
        marks = {"ok": "[green]✓[/]", "remark": "[yellow]![/]", "problem": "[red]✗[/]"}
        for check in found.checks:  # unbroken lines, so that a command can be copied
            output().print(marks[check.level], f"{check.name:<19}", Text(check.seen), highlight=False, soft_wrap=True)
            if check.to_do:
                output().print(" " * 22, Text(f"to do: {check.to_do}"), highlight=False, soft_wrap=True)
    raise typer.Exit(0 if found.ok else 1)


@app.command(epilog="Example: autograder demo --out demo")
def demo(
    course: Course = HERE,
    out: Annotated[Path, typer.Option("--out", help="Where the class is written.")] = Path("demo"),
    size: Annotated[int, typer.Option(min=1, help="Notebooks in the class.")] = 40,
    workers: Annotated[int, typer.Option(min=1)] = 2,
    chapters: Annotated[
        list[str] | None, typer.Option("--chapter", help="Chapters to try; the first when none is named.")
    ] = None,
) -> None:
    """Build, verify, bank and grade a made-up class: the whole way on real notebooks."""
    require_linux("the demo")
    from autograder.cli.demo import run_demo

    raise typer.Exit(run_demo(course, out, size=size, workers=workers, chapters=chapters or (), console=output()))


def main() -> None:
    """Entry point: a user's mistake is one sentence, never a traceback."""
    try:
        app()
    except UserError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _stop(sentence: str) -> NoReturn:
    console().print("[red]error:[/]", Text(sentence), highlight=False, soft_wrap=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
