"""The record of gradings: append-only, crash-safe, and the same grading is recorded once.

What `record` has reported as done survives a crash of the program and of the machine.  Nothing is ever
changed or removed; a regrade with another bank or engine is one more row.  A further attempt at the same grading is
one where the grader itself failed before, where somebody asked for it and it says something else, and where the
grading stands again after another came in between: a student's newest row of an assignment is always the one
that holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from autograder.grading.ledger_database import LedgerUnusable, make_private_file, open_engine, plainly, where_is
from autograder.grading.ledger_table import KEY, NAME_LENGTH, gradings, prepare
from autograder.grading.records import RecordTooNew, from_record, to_record
from autograder.model.verdict import Report

__all__ = ["Before", "Grading", "Ledger", "LedgerUnusable"]

MOST_ASKED = 5_000  # numbers in one query: SQLite takes 32,766 values
RACES = 5  # other graders that record another attempt at the same submission in the same milliseconds


@dataclass(frozen=True)
class Grading:
    """One row of the ledger: a report, when it was recorded (UTC) and the file that was graded."""

    number: int
    recorded_at: datetime
    source: str
    report: Report


@dataclass(frozen=True)
class Before:
    """What came before a grading of the same student's assignment, None where nothing did.

    handed_in  the last grading of another notebook: of the hand-in before.
    graded     the grading just before, where that is of the same notebook.
    """

    handed_in: Grading | None = None
    graded: Grading | None = None


class Ledger:
    """A ledger behind a database URL: `sqlite:///path/ledger.db`, or `postgresql+psycopg://…`.

    Opening creates it when it is missing, unless `create` is false.  Every method raises `LedgerUnusable` when the
    database is damaged, locked, out of reach or not a ledger.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._engine = open_engine(url)
        self._where = where_is(self._engine.url)
        try:
            if create:
                make_private_file(self._engine.url)
            else:
                self._refuse_missing()
            with plainly(self._where):
                prepare(self._engine)
                with self._engine.connect() as connection:  # fails on a table that is not ours
                    connection.execute(select(gradings).limit(0))
        except BaseException:
            self.close()
            raise

    def _refuse_missing(self) -> None:
        """A file that is not there is not made; a database without our table is none of ours."""
        file = self._engine.url.database if self._engine.url.get_backend_name() == "sqlite" else None
        with plainly(self._where):
            if (file and not Path(file).is_file()) or not inspect(self._engine).has_table(gradings.name):
                raise LedgerUnusable(f"there is no ledger in {self._where}: grade something first, or name another")

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the ledger is not used afterwards."""
        self._engine.dispose()

    def record(self, report: Report, source: Path | str, *, again: bool = False) -> bool:
        """Record a grading.  False when this very grading is known and the newest: then the earlier record stands.

        One that is known but not the newest (an earlier file was handed in again, a bank changed back) stands again.  A
        grading in which the grader failed does not stand: a further one is another attempt, unless it says the same.
        With `again` a further one that says something else replaces the earlier, unless the grader failed.
        """
        key = _key_of(report)
        for race in range(RACES):
            attempts = self._attempts(key)
            standing = _standing(report, [attempt.report for attempt in attempts], again=again)
            newest = self._greatest_number(
                gradings.c.student == key["student"], gradings.c.assignment == key["assignment"]
            )
            if attempts and standing == attempts[-1].report and attempts[-1].number == newest:
                return False
            row = {
                **key,
                "language": standing.language,
                "outcome": standing.outcome.value,
                "score": standing.score,
                "max_score": standing.max_score,
                "recorded_at": datetime.now(UTC),
                "source": _storable(str(source)),
                "report": json.dumps(to_record(standing), allow_nan=False),
                "attempt": len(attempts) + 1,
            }
            with plainly(self._where):
                try:
                    with self._engine.begin() as connection:
                        connection.execute(insert(gradings).values(row))
                    return True
                except IntegrityError:  # another grader was faster, or this is no race at all
                    if race == RACES - 1 or len(self._attempts(key)) == len(attempts):
                        raise
        raise AssertionError("unreachable")

    def find(self, student: str, assignment: str, submission: str, bank: str, engine: str) -> Report | None:
        """The report of one grading (its last attempt), or None when it has not been recorded."""
        values = (student, assignment, submission, bank, engine)
        attempts = self._attempts(dict(zip(KEY, map(_storable_name, values), strict=True)))
        return attempts[-1].report if attempts else None

    def latest(self, assignment: str | None = None) -> list[Grading]:
        """The newest grading of each student and assignment, ordered by assignment and student."""
        return self._newest_of(*(() if assignment is None else (gradings.c.assignment == _storable_name(assignment),)))

    def as_of(self, moment: datetime) -> list[Grading]:
        """What `latest` gave at a moment (with its time zone)."""
        return self._newest_of(gradings.c.recorded_at <= moment.astimezone(UTC))

    def as_of_number(self, number: int) -> list[Grading]:
        """What `latest` gave right after that grading was recorded."""
        return self._newest_of(gradings.c.number <= number)

    def history(self, student: str, assignment: str | None = None) -> list[Grading]:
        """Every grading of one student (of one assignment, where it is named), oldest first."""
        query = select(gradings).where(gradings.c.student == _storable_name(student))
        if assignment is not None:
            query = query.where(gradings.c.assignment == _storable_name(assignment))
        return self._rows(query.order_by(gradings.c.number))

    def before(self, gradings_now: Sequence[Grading]) -> dict[int, Before]:
        """What came before each of these gradings of the same student's assignment, by their numbers."""
        columns = (gradings.c.student, gradings.c.assignment, gradings.c.number, gradings.c.submission)
        rows: dict[tuple[str, str], list[tuple[int, str]]] = {}
        with plainly(self._where), self._engine.connect() as connection:
            for student, assignment, number, submission in connection.execute(select(*columns).order_by(columns[2])):
                rows.setdefault((student, assignment), []).append((number, submission))
        found = {}
        for each in gradings_now:
            key = _key_of(each.report)
            earlier = [row for row in rows.get((key["student"], key["assignment"]), ()) if row[0] < each.number]
            others = [number for number, submission in earlier if submission != key["submission"]]
            again = earlier[-1][0] if earlier and earlier[-1][1] == key["submission"] else None
            found[each.number] = (others[-1] if others else None, again)
        known = {each.number: each for each in self._numbered({at for pair in found.values() for at in pair if at})}
        return {number: Before(*(known.get(at or 0) for at in pair)) for number, pair in found.items()}

    def all(self) -> list[Grading]:
        """Every grading, oldest first."""
        return self._rows(select(gradings).order_by(gradings.c.number))

    def newest_number(self) -> int:
        """The number of the newest grading; 0 where there is none."""
        return self._greatest_number()

    def students(self) -> list[str]:
        """Everybody who has a grading, as the ledger writes their names."""
        return self._names(select(gradings.c.student).distinct().order_by(gradings.c.student))

    def assignments(self) -> list[str]:
        """Every assignment that has a grading."""
        return self._names(select(gradings.c.assignment).distinct().order_by(gradings.c.assignment))

    # --- queries --------------------------------------------------------------------------------------------------

    def _attempts(self, key: Mapping[str, Any]) -> list[Grading]:
        query = select(gradings).where(*(gradings.c[name] == key[name] for name in KEY))
        return self._rows(query.order_by(gradings.c.attempt))

    def _greatest_number(self, *where: ColumnElement[bool]) -> int:
        with plainly(self._where), self._engine.connect() as connection:
            return connection.execute(select(func.max(gradings.c.number)).where(*where)).scalar() or 0

    def _newest_of(self, *where: ColumnElement[bool]) -> list[Grading]:
        newest = select(func.max(gradings.c.number)).where(*where).group_by(gradings.c.student, gradings.c.assignment)
        rows = self._rows(select(gradings).where(gradings.c.number.in_(newest)))
        return sorted(rows, key=lambda grading: (grading.report.assignment, grading.report.student))

    def _numbered(self, numbers: Collection[int]) -> Iterator[Grading]:
        wanted = sorted(numbers)
        for at in range(0, len(wanted), MOST_ASKED):
            yield from self._rows(select(gradings).where(gradings.c.number.in_(wanted[at : at + MOST_ASKED])))

    def _names(self, query: Select[Any]) -> list[str]:
        with plainly(self._where), self._engine.connect() as connection:
            return [row[0] for row in connection.execute(query)]

    def _rows(self, query: Select[Any]) -> list[Grading]:
        with plainly(self._where), self._engine.connect() as connection:
            return [self._grading(row) for row in connection.execute(query)]

    def _grading(self, row: Row[Any]) -> Grading:
        try:
            report = from_record(json.loads(row.report))
        except RecordTooNew as error:
            raise LedgerUnusable(
                f"grading {row.number} in {self._where} was recorded by a later autograder ({row.engine}: {error}): "
                "read this ledger with that one"
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise LedgerUnusable(
                f"grading {row.number} in {self._where} is not a report: the ledger is damaged or was written by "
                "another version; restore it from a backup, or start a new one and grade again"
            ) from error
        return Grading(row.number, row.recorded_at.replace(tzinfo=UTC), row.source, report)


def _storable(text: str) -> str:
    """Text that every database takes: file names may hold bytes that are not UTF-8, and NUL is not text."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _storable_name(text: str) -> str:
    """A name that fits its column: of a long one the beginning, and a hash that tells it from others like it."""
    stored = _storable(text)
    if len(stored) <= NAME_LENGTH:
        return stored
    return f"{stored[:180]}…{hashlib.sha256(stored.encode()).hexdigest()[:32]}"


def _standing(report: Report, attempts: Sequence[Report], *, again: bool) -> Report:
    """Which of a further report and the earlier attempts at the same grading holds."""
    if not attempts or attempts[-1].has_grader_error or (again and not report.has_grader_error):
        return report
    return attempts[-1]


def _key_of(report: Report) -> dict[str, str]:
    key = (report.student, report.assignment, report.submission, report.bank, report.engine)
    return dict(zip(KEY, map(_storable_name, key), strict=True))
