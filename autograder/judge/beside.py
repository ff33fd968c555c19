"""The public cases that lie beside a notebook: where they are found, and what a wrong name meant."""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.judge.implementation import InProcess
from autograder.model.bank import Bank, BankedExercise, BankOutdated
from autograder.model.bank_json import FORMAT
from autograder.model.errors import UserError
from autograder.model.near_names import near
from autograder.model.public_cases import public_from_text
from autograder.model.texts import LANGUAGES, in_language, say

SUFFIX = ".cases.json"


class NotBeside(UserError):
    """The public cases are not beside the notebook, or hold nothing of that name.  A notebook shows the sentence."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [str(self)]


def banks_beside(folder: Path) -> list[Bank]:
    """The public banks in a folder, in the order of their names.  Raises NotBeside."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        raise NotBeside(_in_each_language("check.no_file", suffix=SUFFIX, folder=folder))
    return [_read(file, file.stat().st_mtime_ns) for file in files]


def ready_for(chapter: str, cases_format: int, folder: Path) -> bool:
    """Whether this copy of the kit reads public cases of that format, and those of the chapter are in the folder."""
    return cases_format == FORMAT and (folder / f"{chapter}{SUFFIX}").is_file()


def language_beside(folder: Path) -> str:
    """The language of the notebook, which its public cases name; the first where there are none."""
    try:
        return banks_beside(folder)[0].language
    except UserError:
        return LANGUAGES[0]


def exercise_beside(name: str, folder: Path) -> tuple[Bank, BankedExercise]:
    """The exercise called `name` and its bank.  Raises NotBeside, of a name without quotes too."""
    banks = banks_beside(folder)
    if not isinstance(name, str):
        meant = getattr(name, "__name__", banks[-1].exercises[0].name)
        raise NotBeside(say("check.in_quotes", banks[-1].language, name=meant))
    for bank in banks:
        exercise = bank.exercise(name)
        if exercise is not None:
            return bank, exercise
    known = [exercise.name for bank in banks for exercise in bank.exercises]
    raise _unknown(name, known, banks[-1].language, "check.did_you_mean", "check.no_exercise")


def case_beside(exercise: str, name: str, folder: Path) -> Any:
    """The inputs of a public case as a named tuple of what the student's function is given, copies all of them.

    Raises NotBeside, DataSetUnusable.
    """
    bank, found = exercise_beside(exercise, folder)
    if not found.takes_arguments:
        raise NotBeside(say("check.no_inputs", bank.language, exercise=exercise))
    cases = [banked.case for banked in found.draws[0]]
    case = next((case for case in cases if name in case.title.values()), None)
    if case is None:
        known = [in_language(case.title, bank.language) for case in cases]
        raise _unknown(name, known, bank.language, "check.did_you_mean_case", "check.no_case", exercise=exercise)
    fields = namedtuple("Inputs", case.inputs, rename=True)  # type: ignore[misc]
    return fields(*InProcess({}).received(list(case.inputs.values())))


def _unknown(name: str, known: Sequence[str], language: str, meant: str, unmeant: str, **values: str) -> NotBeside:
    close = near(name, known) if isinstance(name, str) else []
    names = [f"'{each}'" for each in close or known]
    return NotBeside(say(meant if close else unmeant, language, name=name, names=names, **values))


@functools.lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> Bank:
    """The public bank in `file`; `changed` (its time of change) makes the cache notice a new one.  Raises NotBeside."""
    try:
        return public_from_text(file.read_text(encoding="utf-8"))
    except (BankOutdated, UnicodeDecodeError) as error:
        raise NotBeside(_in_each_language("check.damaged", file=file.name)) from error


def _in_each_language(code: str, **values: object) -> str:
    """A sentence where no public cases tell which language the notebook has."""
    return "\n".join(say(code, language, **values) for language in LANGUAGES)
