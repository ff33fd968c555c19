"""How students are called on the class page: by their names, and told apart where two have the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

from markupsafe import Markup, escape

from autograder.report.class_list import Row

_TURNS = ("R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI")  # what may turn its neighbours


class Names:
    """What to call the students of these rows."""

    def __init__(self, rows: Iterable[Row]) -> None:
        called = {row.student: row.person.name or row.student for row in rows}
        counts = Counter(called.values())
        self._called = {
            student: f"{name} ({student})" if counts[name] > 1 and name != student else name
            for student, name in called.items()
        }

    def called(self, students: Iterable[str], between: str) -> Markup:
        """The names as HTML."""
        return escape(between).join(isolated(self._called.get(student, student)) for student in students)

    def listed(self, row: Row) -> Markup:
        """The name as a list has it."""
        return isolated(row.person.listed or row.student)


def isolated(text: str) -> Markup:
    """The text as HTML, by itself where it would turn the direction of what stands beside it."""
    turns = any(unicodedata.bidirectional(character) in _TURNS for character in text)
    return Markup("<bdi>{}</bdi>").format(text) if turns else escape(text)
