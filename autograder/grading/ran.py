"""What the cells of a submission showed when they ran, kept until the notebooks that formgrader shows are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model.files import write_atomic
from autograder.model.verdict import Report

Outputs = Mapping[str, Sequence[Mapping[str, Any]]]
"""What a notebook's cells showed, as nbformat outputs, by `StudentCell.key`."""

Ran = Mapping[str, Outputs]
"""That of each notebook of a hand-in, by its name; none of a chapter, whose functions the judge calls."""


@dataclass(frozen=True)
class RanFolder:
    """A folder that keeps it by grading, so that it is there after an interruption too."""

    folder: Path

    def keep(self, report: Report, ran: Ran) -> None:
        """Keep what a grading showed.  Raises OSError."""
        write_atomic(self._file(report), json.dumps(ran), private=True)

    def of(self, report: Report) -> Ran:
        """What was kept; {} where that is nothing."""
        try:
            ran: Ran = json.loads(self._file(report).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return ran

    def _file(self, report: Report) -> Path:
        names = [report.student, report.assignment, report.submission, report.bank]
        return self.folder / f"{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:40]}.json"
