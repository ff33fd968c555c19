"""Commands of what is handed out: to everybody, to each student by name, and after the deadline."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from autograder.cli.options import HERE, Chapters, Course
from autograder.cli.terminal import console, output
from autograder.model.errors import UserError
from autograder.model.texts import LANGUAGES

if TYPE_CHECKING:
    from autograder.chapter.chapter import Chapter

ADDRESS = re.compile(r"https?://[\w.:/~%+-]+")  # goes into a line of code as it is
Files = Mapping[str, bytes]


def release(
    out: Annotated[Path, typer.Argument(help="Folder to write, with en/ and zh/ in it.")],
    chapters: Chapters = None,
    course: Course = HERE,
    core_only: Annotated[bool, typer.Option("--core-only", help="Leave the extra exercises out.")] = False,
    hints: Annotated[
        bool, typer.Option("--hints/--no-hints", help="Whether `check` tells a known mistake by its hint.")
    ] = True,
    url: Annotated[
        str, typer.Option(help="Where you publish OUT: the notebooks then fetch wheel and cases from there.")
    ] = "",
    language: Annotated[str, typer.Option(help="One language alone: en or zh.")] = "",
    individual: Annotated[
        bool, typer.Option("--individual", help="A folder for each student, OUT/<id>/, with data of their own.")
    ] = False,
    roster: Annotated[Path | None, typer.Option(help="CSV file of who gets one, with --individual.")] = None,
    gradebook: Annotated[
        Path | None, typer.Option(help="An nbgrader course, whose release/ is handed out with --individual.")
    ] = None,
) -> None:
    """Write what students receive into a folder of its own, to hand out as it is: notebooks, cases, their wheel."""
    from autograder.build.student_wheel import student_wheel

    if out.resolve() == (course / "assignments").resolve():
        raise UserError(f"{out} is what `autograder build` writes, without the students' wheel: name another folder")
    if url and not ADDRESS.fullmatch(url):
        raise UserError(f"--url {url!r} is no address of a folder: name one such as https://example.org/ml-2027")
    if language not in ("", *LANGUAGES):
        raise UserError(f"--language {language!r}: there is {' and '.join(LANGUAGES)}; without it, every language")
    if individual != (roster is not None):
        raise UserError("--individual writes a folder for each student of --roster: give both, or neither")
    if gradebook is not None and (not individual or core_only or not hints or url or language):
        raise UserError("--gradebook hands out what that course has released, to each student of --individual --roster")
    named = chapters or []
    made = functools.partial(
        _files, language=language, core_only=core_only, hints=hints, wheel=student_wheel(), url=url
    )
    if roster is None:
        _hand_out_to_everybody(made, out, course, named)
    else:
        from autograder.cli.individual import hand_out, released_by, students_on

        students = students_on(roster)
        releases = _by_chapter(made, course, named) if gradebook is None else released_by(gradebook, named)
        hand_out(releases, students, out, course / "bank", console())


def _files(chapter: Chapter, *, language: str, **how: object) -> Files:
    """What students receive of a chapter, in one language or in all."""
    from autograder.build.release import release_files

    files = release_files(chapter, **how)  # type: ignore[arg-type]
    return {name: content for name, content in files.items() if not language or name.startswith(f"{language}/")}


def _by_chapter(made: Callable[[Chapter], Files], course: Path, chapters: list[str]) -> dict[str, Callable[[], Files]]:
    from autograder.chapter.chapter import find_chapters, load_chapter

    def files(path: Path) -> Files:
        return made(load_chapter(path))

    return {path.name: functools.partial(files, path) for path in find_chapters(course, chapters)}


def _hand_out_to_everybody(made: Callable[[Chapter], Files], out: Path, course: Path, chapters: list[str]) -> None:
    from autograder.build.cores import on_every_core
    from autograder.build.release import write
    from autograder.chapter.chapter import find_chapters

    for path, files in on_every_core(made, find_chapters(course, chapters)):
        changed = write(files, out)
        languages = "|".join(dict.fromkeys(name.partition("/")[0] for name in files))
        console().print(f"{path.name}: {out}/{languages}/{path.name}/, {len(changed)} of {len(files)} files new")


def wheel(out: Annotated[Path, typer.Option("--out", help="Folder to write it into.")] = Path("dist")) -> None:
    """Write the wheel that students install: `check`, what it needs, and nothing else."""
    from autograder.build.student_wheel import write_student_wheel

    output().print(Text(str(write_student_wheel(out))), soft_wrap=True)


def solutions(
    out: Annotated[Path, typer.Option("--out", help="Folder to write, with solutions/ and teacher/ in it.")],
    chapters: Chapters = None,
    course: Course = HERE,
    individual: Annotated[
        str, typer.Option(help="A student's id: the solved notebooks with their own data alone, into OUT/<id>/.")
    ] = "",
) -> None:
    """Write what is handed out after the deadline, solved notebooks as .ipynb and HTML, and a page for the teacher."""
    from autograder.build.cores import on_every_core
    from autograder.build.release import write
    from autograder.chapter.chapter import find_chapters, load_chapter
    from autograder.handout import handout_files

    paths = find_chapters(course, chapters or ())
    with console().status("running the solved notebooks …"):
        if individual:
            from autograder.cli.individual import solved_for

            for chapter, files in solved_for(individual, map(load_chapter, paths), course / "bank"):
                write(files, out)
                console().print(f"{chapter}: {out}/{individual}/en|zh/{chapter}.html and .ipynb", markup=False)
            return
        for path, files in on_every_core(handout_files, paths):
            write(files, out)
            console().print(f"{path.name}: {out}/solutions/en|zh/{path.name}.html and .ipynb, {out}/teacher/en|zh/")
