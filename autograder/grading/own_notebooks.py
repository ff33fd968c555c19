"""The bank of an assignment that has no exercise of ours, made of nothing but what the course has released.

Its points are given by the course's own tests and by people.  All that follows is as for a chapter: the same
submission, sandbox, ledger and pages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.grading.as_released import as_released, what_matters
from autograder.grading.folders import TooMuch, read_beside
from autograder.grading.modules import packages_in
from autograder.grading.release_cells import ReleaseUnusable, read_release
from autograder.model.bank import Bank
from autograder.model.course_tests import OwnNotebooks
from autograder.model.texts import LANGUAGES


@dataclass(frozen=True)
class OwnSource:
    """Where such a bank comes from.

    releases         the released notebooks, by name.
    full_sources     for each of them as for `as_released`.
    beside           the folder whose further files are put beside the notebooks; None for none.
    ignored_files    patterns of names in it, and in what students hand in, that do not count.
    theirs, seconds, ignored   as of `OwnNotebooks`.
    """

    assignment: str
    releases: Mapping[str, Path]
    full_sources: Mapping[str, Mapping[str, str]]
    beside: Path | None = None
    ignored_files: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    seconds: float = 30.0
    ignored: str = ""

    def load(self) -> Bank:
        """The bank.  Raises ReleaseUnusable."""
        notebooks: list[Bank] = []
        imports: dict[str, None] = {}
        for name, path in self.releases.items():
            released = read_release(path)
            title = dict.fromkeys(LANGUAGES, name)
            bare = Bank(name, title, released.language or LANGUAGES[0], ())
            notebooks.append(as_released(bare, released, self.full_sources.get(name, {}), where=str(path)))
            imports |= dict.fromkeys(packages_in(released))
        own = OwnNotebooks(
            tuple(notebooks), self._files(), self.theirs, tuple(imports), seconds=self.seconds, ignored=self.ignored
        )
        title = dict.fromkeys(LANGUAGES, self.assignment)
        bank = Bank(self.assignment, title, notebooks[0].language, (), own=own)
        return replace(bank, digest=digest_of(own))

    def _files(self) -> Mapping[str, bytes]:
        if self.beside is None:
            return {}
        try:
            return read_beside(self.beside, self.beside, self.ignored_files).files
        except TooMuch as much:
            raise ReleaseUnusable(
                f"the files in {self.beside} are more than the sandbox takes along ({much}): leave out what no cell "
                "reads"
            ) from None


def digest_of(own: OwnNotebooks) -> str:
    """What a grade can depend on."""
    cells = [[part.chapter, what_matters(part)] for part in own.notebooks]
    files = {name: hashlib.sha256(content).hexdigest() for name, content in own.files.items()}
    text = json.dumps([cells, files, own.theirs, own.seconds, own.ignored], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
