"""How a report is written into the ledger, and how one of an earlier form is read: every record carries its version.

What changes the form of a report, takes a sentence of `texts` away or asks for other values of it is another version:
it comes with a function that makes a record of it out of one of the version before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from autograder.model.texts import AS_SAID
from autograder.model.verdict import Report

VERSION = 3  # of the records that are written now
Record = Mapping[str, Any]


class RecordTooNew(Exception):
    """A later version of autograder wrote the record."""


def to_record(report: Report) -> dict[str, Any]:
    """The report as JSON data, with its version."""
    return {"version": VERSION, **report.to_json()}


def from_record(record: Record) -> Report:
    """The report that a record of this or any earlier version holds.

    Raises RecordTooNew, and whatever data that is no record provokes: ValueError, TypeError, LookupError or
    AttributeError.
    """
    version = record.get("version", 1)
    if version > VERSION:
        raise RecordTooNew(f"its records are of version {version}, and this one reads up to {VERSION}")
    while version < VERSION:
        record = _UPGRADES[version](record)
        version += 1
    return Report.from_json({name: value for name, value in record.items() if name != "version"})


def _with_codes_and_values(record: Record) -> Record:
    """Version 1 has findings and notes in words, which stay as they were said.  Early ones name a case in English."""

    def upgraded(said: Record) -> dict[str, Any]:
        kept = {name: value for name, value in said.items() if name != "message"}
        if isinstance(case := kept.get("case"), str):
            kept["case"] = {"en": case} if case else {}
        return {**kept, "values": {AS_SAID: said["message"]}}

    exercises = [{**each, "findings": [upgraded(said) for said in each["findings"]]} for each in record["exercises"]]
    return {**record, "exercises": exercises, "notes": [upgraded(note) for note in record["notes"]]}


def _without_answers(record: Record) -> Record:
    """Version 2 did not keep what was handed in."""
    return {**record, "exercises": [{**each, "answer": None} for each in record["exercises"]]}


_UPGRADES: Mapping[int, Callable[[Record], Record]] = {1: _with_codes_and_values, 2: _without_answers}
