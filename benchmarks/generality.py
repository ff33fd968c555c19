"""How far diagnosis reaches, measured: `python -m benchmarks.generality [--course FOLDER] CHAPTER …`.

For each chapter: what came of the made mistakes, how the written ones are named when they are left out, and which
mutants no case notices.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.chapter.chapter import load_course
from autograder.proof.generality import Generality, generality


def show(console: Console, figures: Generality, seconds: float) -> None:
    """One chapter's figures."""
    fates = ", ".join(f"{count} {fate}" for fate, count in figures.fates.most_common())
    console.print(
        f"[bold]{figures.chapter}[/bold]: {sum(figures.fates.values())} made mistakes in {seconds:.0f} s: {fates}"
    )
    console.print(
        f"{len(figures.left_out)} written mistakes left out: {figures.named:.0%} named, {figures.wrongly:.1%} wrongly"
    )
    table = Table("exercise", "left out", "named", "rightly")
    for one in figures.left_out:
        names = sorted({name or "—" for name in one.names})
        table.add_row(one.exercise, one.mistake, ", ".join(names), f"{one.share_named:.0%}")
    console.print(table)
    for mutant in figures.unnoticed:
        console.print(f"unnoticed: {mutant.exercise} {mutant.mutant}", *mutant.changes, sep="\n", markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--course", type=Path, default=Path())
    arguments = parser.parse_args()
    console = Console()
    for chapter in load_course(arguments.course, arguments.chapters):
        began = time.process_time()
        figures = generality(chapter, progress=lambda name: console.print(f"… {name}", style="dim"))
        show(console, figures, time.process_time() - began)


if __name__ == "__main__":
    main()
