"""The banks of a course: which there are, which a grading needs, and how the others call and weigh their exercises."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path

from autograder.chapter.chapter import NO_COURSE
from autograder.chapter.sections import chapter_names
from autograder.chapter.sources import refuse_stale, require_banks
from autograder.grading.as_released import BankSource, Source, as_released, differences
from autograder.grading.intake import Intake
from autograder.grading.release_cells import read_release
from autograder.grading.submission import assignment_of, named_assignment
from autograder.model.bank import Bank, BankOutdated
from autograder.model.bank_files import outline
from autograder.model.errors import UserError
from autograder.model.texts import Text


class BankFolder:
    """The folder bank/ of a course, or another, and what stands for banks of assignments of a course's own.

    `source_of` says which release a bank in a folder is laid under: by default none.  `own_in` gives the sources of
    assignments without a bank, when it is told which assignments have one, and `own_about` says which of these a
    notebook is for ("" for none).  Raises BankOutdated where there is neither.
    """

    def __init__(
        self,
        course: Path,
        source_of: Callable[[Path], BankSource] = BankSource,
        own_in: Callable[[Collection[str]], Mapping[str, Callable[[], Source]]] = lambda ours: {},
        path: Path | None = None,
        own_about: Callable[[Intake], str] = lambda taken: "",
    ) -> None:
        self._own_about = own_about
        self.course, self._source_of = course, functools.cache(source_of)  # which asks a course's gradebook
        self.path = path or course / "bank"
        files = (file for name in ("bank.json", "arrays.npz") for file in self.path.glob(f"*/{name}"))
        self.folders = {folder.name: folder for folder in sorted({file.parent for file in files})}
        self.own = {name: functools.cache(source) for name, source in own_in(self._ours).items()}
        if not self.folders and not self.own:
            raise BankOutdated(_why_none(self.path, course))

    @functools.cached_property
    def _ours(self) -> frozenset[str]:
        """Every bank, and every chapter whose bank is still to be made."""
        return frozenset(self.folders) | chapter_names(self.course)

    @property
    def assignments(self) -> frozenset[str]:
        """What can be graded here."""
        return self._ours | frozenset(self.own)

    def about(self, taken: Intake) -> str:
        """Which assignment a notebook is for whose place does not tell; "" where neither it nor its code says so."""
        named = named_assignment(taken, self.assignments) or assignment_of(taken, list(self._outlines.values()))
        return named or self._own_about(taken)

    def load(self, assignments: Iterable[str]) -> tuple[list[Source], list[Bank]]:
        """The banks of these assignments, and where they come from.

        Raises BankOutdated where one is missing, stale or damaged, ReleaseUnusable where its release is.
        """
        wanted = set(assignments)
        require_banks(self.path, wanted, course=self.course)
        sources: list[Source] = [self._source_of(folder) for name, folder in self.folders.items() if name in wanted]
        sources += [source() for name, source in self.own.items() if name in wanted]
        banks = [source.load() for source in sources]
        for bank in banks:
            if bank.own is None:
                refuse_stale(bank, bank.chapter, self.course)
        return sources, banks

    def outlines(self, loaded: Iterable[Bank], assignments: Iterable[str]) -> list[Bank]:
        """The loaded banks, and outlines of those of further assignments, as far as they can be read."""
        found = list(loaded)
        for name in sorted(set(assignments).intersection(self.assignments) - {bank.chapter for bank in found}):
            with contextlib.suppress(UserError):  # it is not graded now, and its names are shown as they are
                if name in self.own:
                    found.append(self.own[name]().load())
                elif name in self.folders:
                    found.append(self._outline_as_released(self.folders[name]))
        return found

    def changed_by_release(self, banks: Collection[Bank]) -> list[str]:
        """A sentence for each of these banks that a course's release changes, and on what of an assignment of its own
        is not done here; only a bank that is changed is read again."""
        folders = ((bank, self.folders[bank.chapter]) for bank in banks if bank.own is None)
        laid_over = ((bank, folder) for bank, folder in folders if self._source_of(folder).release is not None)
        found = ((bank, differences(outline(folder), bank)) for bank, folder in laid_over)
        own = ((bank, bank.own.remarks) for bank in banks if bank.own is not None)
        return [f"{bank.chapter}: {'; '.join(sentences)}" for bank, sentences in (*found, *own) if sentences]

    def _outline_as_released(self, folder: Path) -> Bank:
        source = self._source_of(folder)
        if source.release is None:
            return outline(folder)
        return as_released(outline(folder), read_release(source.release), source.full_sources)

    @functools.cached_property
    def _outlines(self) -> Mapping[str, Bank]:
        return {name: outline(folder) for name, folder in self.folders.items()}


def _why_none(path: Path, course: Path) -> str:
    """What to do where no bank is in `path`: a machine that only grades has no sources to make one from."""
    if any(path.glob("bank/*/bank.json")):
        return f"there is no bank in {path}: they are one folder further in, in {path / 'bank'}"
    if (course / "solutions").is_dir():
        return f"there is no bank in {path}: run `autograder bank`"
    if path.is_dir():
        return f"there is no bank in {path}: bring the chapters' folders there, which `autograder bank` made"
    if any(course.glob("*/bank.json")):
        return f"{course.absolute()} is a folder of banks: name the one that it lies in, as bank/, with --course"
    return NO_COURSE.format(course=course.absolute(), lacks="neither bank/ nor solutions/")


def titles_of(banks: Iterable[Bank]) -> dict[str, Text]:
    """Titles of several banks' chapters, exercises and written questions, by id and name."""
    return {name: title for bank in banks for name, title in {bank.chapter: bank.title, **bank.titles()}.items()}


def max_scores_of(banks: Iterable[Bank]) -> dict[str, float]:
    """Points of each assignment: its exercises, questions and tests but for bonuses."""
    return {
        bank.chapter: round(
            sum(exercise.points for exercise in bank.exercises if not exercise.extra)
            + sum(question.points for part in bank.by_notebook for question in part.written if not question.extra)
            + sum(test.points for part in bank.by_notebook for test in part.tests),
            6,
        )
        for bank in banks
    }
