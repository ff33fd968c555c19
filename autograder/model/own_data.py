"""The number from which a student's own data are made: what it is, the line that holds it, and who received one."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from autograder.model.errors import UserError
from autograder.model.files import write_atomic
from autograder.model.texts import say

NAME = "MY_SEED"
ROLE = "own_data"
CELL = f"{ROLE}_"  # the grade_id of an exercise's cell is this and the exercise's name
COMMON = 0  # in a notebook that is everybody's
RECEIVED = "individual.json"  # beside a bank: who received a notebook with numbers of their own
_LEAST, _COUNT = 10**9, 2**32 - 10**9  # ten digits, which every generator takes as a seed
_LINE = re.compile(rf"{NAME} = \d+  # .*")
_SAID = re.compile(rf"^[ \t]*{NAME}[ \t]*=[ \t]*(\d[\d_]{{0,30}})", re.MULTILINE)


class ReceiversUnreadable(UserError):
    """What a bank knows of who received own numbers cannot be read; the message says where and what to do."""


def number_of(key: str, assignment: str, exercise: str, student: str) -> int:
    """The student's number for an exercise, predicted by nobody without the course's key (that of the bank)."""
    said = json.dumps([ROLE, assignment, exercise, unicodedata.normalize("NFC", student)])
    mac = hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()
    return _LEAST + int.from_bytes(mac[:8], "big") % _COUNT


def first_line(number: int, language: str) -> str:
    """The line of a notebook that sets the number, and says whose it is."""
    return f"{NAME} = {number}  # {say('notebook.seed_common' if number == COMMON else 'notebook.seed_own', language)}"


def with_number(source: str, number: int, language: str) -> str:
    """A cell of own data with another number; a teacher may have taken its first line away, then it stays as it is."""
    line, _, rest = source.partition("\n")
    return f"{first_line(number, language)}\n{rest}" if _LINE.fullmatch(line) else source


def numbers_in(source: str) -> set[int]:
    """The numbers that the text of a cell, anybody's, sets."""
    return {int(said) for said in _SAID.findall(source)}


def received(folder: Path) -> frozenset[str]:
    """Who received numbers of their own, as it stands beside the bank in `folder`.  Raises ReceiversUnreadable."""
    path = folder / RECEIVED
    try:
        students = json.loads(path.read_bytes())["students"]
        if not isinstance(students, list):
            raise TypeError
        return frozenset(map(str, students))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReceiversUnreadable(
            f"{path} cannot be read ({type(error).__name__}): it says who received data of their own. Take it away and "
            "run `autograder release --individual` with the same roster again"
        ) from None


def note_received(folder: Path, students: Iterable[str]) -> None:
    """Note beside the bank in `folder` that these students, too, received numbers of their own."""
    everybody = received(folder) | {unicodedata.normalize("NFC", student) for student in students}
    text = json.dumps({"students": sorted(everybody)}, ensure_ascii=False, indent=1)
    write_atomic(folder / RECEIVED, f"{text}\n", private=True)
