"""What the course around a submitted/ tree knows of its assignments: their names, and those of their notebooks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model.near_names import did_you_mean

_TREES = ("source", "release")
# Canvas's -1, a browser's (1), Jupyter's -Copy1
_AGAIN = re.compile(r"(?:-\d+| ?\(\d+\)|[-_ ]copy\d*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Released:
    """The notebooks' names by assignment; none where there is no course, and then every name will do."""

    assignments: Mapping[str, frozenset[str]]

    @staticmethod
    def around(submitted: Path) -> Released:
        """Of the course that a submitted/ tree belongs to."""
        names: dict[str, set[str]] = {}
        for tree in _TREES:
            for folder in (submitted.parent / tree).glob("*/"):
                if not folder.name.startswith("."):
                    names.setdefault(folder.name, set()).update(path.stem for path in folder.glob("*.ipynb"))
        return Released({name: frozenset(notebooks) for name, notebooks in names.items()})

    def why_unknown(self, assignment: str) -> str:
        """Why the course has no such assignment; "" where it has."""
        if not self.assignments or assignment in self.assignments:
            return ""
        return f"is none of this course: {did_you_mean(assignment, self.assignments)}"

    def named(self, called: str) -> str:
        """The assignment that a notebook is called after, or whose notebook is called so; "" where none or several."""
        for name in _spellings(called):
            if name in self.assignments:
                return name
            found = [assignment for assignment, notebooks in self.assignments.items() if name in notebooks]
            if len(found) == 1:
                return found[0]
        return ""

    def notebook(self, assignment: str, called: str) -> str:
        """What a student's notebook is to be called: as the one that was handed out, or else as the student did."""
        notebooks = self.assignments.get(assignment, frozenset())
        known = notebooks or {assignment}
        named = [name for name in _spellings(called) if name in known]
        return named[0] if named else next(iter(notebooks)) if len(notebooks) == 1 else called


def _spellings(called: str) -> list[str]:
    """A name, and the same with less and less of what says that it is a copy or was handed in again."""
    spellings = [called]
    while (shorter := _AGAIN.sub("", spellings[-1])) not in ("", spellings[-1]):
        spellings.append(shorter)
    return spellings
