"""submission_metadata.yml of a Gradescope export: who handed in which folder, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from autograder.collect.downloads import DownloadUnusable

METADATA = "submission_metadata.yml"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d*)?\s*(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True)
class Submitter:
    """A student as Gradescope knows them; "" for what it does not say."""

    name: str
    sid: str
    email: str


@dataclass(frozen=True)
class Submission:
    """Whose a folder is; several, where a group handed in."""

    submitters: tuple[Submitter, ...]
    created_at: datetime | None


def read_metadata(content: bytes) -> dict[str, Submission]:
    """The submissions by their folder.  Raises DownloadUnusable."""
    import yaml  # takes a moment

    loader = getattr(
        yaml, "CBaseLoader", yaml.BaseLoader
    )  # text alone: 00123 is a name, and a tag of Ruby's is nothing
    try:
        data = yaml.load(content, Loader=loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where is not None else ""
        raise DownloadUnusable(f"{METADATA}{line} cannot be read: export the submissions again") from None
    return {str(folder): _submission(entry) for folder, entry in _mapping(data).items()}


def _submission(entry: Any) -> Submission:
    people = _mapping(entry).get(":submitters")
    created = _mapping(entry).get(":created_at")
    submitters = tuple(_submitter(_mapping(person)) for person in people) if isinstance(people, list) else ()
    return Submission(submitters, _moment(created))


def _submitter(person: Mapping[Any, Any]) -> Submitter:
    values = (str(person.get(key) or "").strip() for key in (":name", ":sid", ":email"))
    return Submitter(*("" if value in ("null", "~") else value for value in values))


def _moment(value: Any) -> datetime | None:
    found = _TIME.fullmatch(str(value))
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3] or ''}")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}
