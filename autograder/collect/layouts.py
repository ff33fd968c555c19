"""Which platform a download is from, and what of it was handed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.collect.downloads import Download, DownloadUnusable, File
from autograder.collect.handed_in import HandedIn, notebooks_of
from autograder.collect.platforms import canvas, classroom, gradescope, moodle, nbgrader
from autograder.collect.platforms.gradescope_metadata import METADATA
from autograder.grading.intake import SECRET, TIMESTAMP


@dataclass(frozen=True)
class Layout:
    """A platform: how it is called, and what of a download is recognised."""

    name: str
    title: str
    read: Callable[[Download], list[HandedIn]]


LAYOUTS = (
    Layout("gradescope", "Gradescope", gradescope.read),
    Layout("moodle", "Moodle", moodle.read),
    Layout("nbgrader", "nbgrader", nbgrader.read),
    Layout("canvas", "Canvas", canvas.read),
    Layout("classroom", "GitHub Classroom", classroom.read),
)


def recognised(download: Download, named: str | None) -> tuple[Layout, list[HandedIn]]:
    """The platform that a download is from, the one that recognises most of it, and what was handed in.

    `named` is the platform that the user says.  Raises DownloadUnusable where none recognises anything.
    """
    layouts = [layout for layout in LAYOUTS if named in (None, layout.name)]
    read = [(layout, layout.read(download)) for layout in layouts]
    layout, found = max(read, key=lambda each: len({handed.file for handed in each[1]}))
    if found:
        return layout, found
    count = len(notebooks_of(download))
    if not count:
        raise DownloadUnusable(f"there is no notebook in {download.place}")
    looked = (
        f"a download of {layout.title}"
        if named
        else "a download of Canvas, Moodle, Gradescope, GitHub Classroom or nbgrader"
    )
    raise DownloadUnusable(
        f"{download.place} does not look like {looked} (first of its {count} notebooks: "
        f"{notebooks_of(download)[0].path}). Name what the platform gave, as it came, or the platform with --from; a "
        "folder of notebooks called after students needs no collecting: `autograder grade` takes it"
    )


def others(download: Download, found: Sequence[HandedIn]) -> tuple[list[File], list[File]]:
    """The notebooks that the layout does not recognise, and the files that are no notebooks."""
    taken = {handed.file for handed in found}
    notebooks = notebooks_of(download)
    known = set(notebooks)
    rest = [file for file in download.files if file not in known and file.name not in (TIMESTAMP, SECRET, METADATA)]
    return [file for file in notebooks if file not in taken], rest
