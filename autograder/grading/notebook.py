"""A notebook's file, whatever it holds: the one reader of submissions, of releases and of a course's own notebooks.

Nothing is assumed about the file: a student may hand in anything.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SKIPPED = "skip-execution"  # nbclient's tag
MAX_CELLS = 5_000  # a released chapter has about 120; a hundred thousand empty ones cost minutes


class NotebookUnreadable(Exception):
    """A file is no notebook; `code` and `values` say why, as a sentence of `texts`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class RawCell:
    """A cell as a file holds it, before anybody asks whose it is.

    number       its place in the notebook from 1.
    kind         code, markdown or raw; whatever else a file may say is raw.
    label, own   nbgrader's metadata and the kit's, {} where there is none.
    otter, tags  Otter's metadata, and the cell's tags.
    skipped      whether a tag says that it is not to be run.
    outputs      JSON objects as they are in the file, anything in them.
    attachments  a JSON object as it is in the file.
    """

    number: int
    kind: str
    source: str
    label: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)
    otter: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    id: str = ""
    skipped: bool = False
    outputs: tuple[Mapping[str, Any], ...] = ()
    attachments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def grade_id(self) -> str:
        """The name that nbgrader knows the cell by; "" where it has none."""
        return _word(self.label.get("grade_id"))


@dataclass(frozen=True)
class Notebook:
    """A notebook as its file holds it.

    own, otter      what the kit and Otter wrote into its metadata, {} where that is not there.
    kernel          the language that its kernel speaks; "" where it does not say.
    converted_from  the major format that it was saved in, where that is older than 4.
    """

    cells: tuple[RawCell, ...]
    own: Mapping[str, Any] = field(default_factory=dict)
    otter: Mapping[str, Any] = field(default_factory=dict)
    converted_from: int | None = None
    kernel: str = ""

    @property
    def assignment(self) -> str:
        """Which assignment it says that it is; "" where it does not say."""
        return _word(self.own.get("assignment"))

    @property
    def language(self) -> str:
        """Which language it says that it is in; "" where it does not say."""
        return _word(self.own.get("language"))


def read_notebook(content: bytes) -> Notebook:
    """The notebook of a file's bytes.  Raises NotebookUnreadable."""
    try:
        text = content.decode("utf-8-sig")
        if not text.strip():
            raise NotebookUnreadable("unreadable_empty")
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotebookUnreadable("unreadable_json", line=error.lineno) from None
    except (RecursionError, ValueError):  # no UTF-8, a hundred thousand brackets, a number of ten thousand digits
        raise NotebookUnreadable("unreadable_json", line=1) from None
    return notebook_from(data, most=MAX_CELLS)


def notebook_from(data: object, *, most: float = math.inf) -> Notebook:
    """The notebook in JSON data, or of a NotebookNode, with at most so many cells.  Raises NotebookUnreadable."""
    data = _object(data)
    major = data.get("nbformat")
    old = major if isinstance(major, int) and major < 4 else None
    if old is not None:
        data = _upgraded(data)
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise NotebookUnreadable("unreadable_notebook")
    if len(cells) > most:
        raise NotebookUnreadable("unreadable_cells", cells=len(cells), limit=most)
    metadata = _object(data.get("metadata"))
    numbered = enumerate(cells, start=1)
    return Notebook(
        tuple(_cell(number, _object(cell)) for number, cell in numbered),
        _object(metadata.get("autograder")),
        _object(metadata.get("otter")),
        old,
        _kernel(metadata),
    )


def notebook_at(path: Path) -> Notebook | None:
    """The notebook at `path`, a course's own; None where there is none that can be read."""
    try:
        return read_notebook(path.read_bytes())
    except (OSError, NotebookUnreadable):
        return None


def text_of(value: object) -> str:
    """Text or lines of text of a notebook's JSON as one text that can be written; "" for anything else."""
    return _word("".join(part for part in value if isinstance(part, str)) if isinstance(value, list) else value)


def _word(value: object) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _words(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _cell(number: int, cell: Mapping[str, Any]) -> RawCell:
    kind = cell.get("cell_type")
    metadata, outputs = _object(cell.get("metadata")), cell.get("outputs")
    tags = _words(metadata.get("tags"))
    return RawCell(
        number=number,
        kind=kind if kind in ("code", "markdown") else "raw",
        source=text_of(cell.get("source")),
        label=_object(metadata.get("nbgrader")),
        own=_object(metadata.get("autograder")),
        otter=_object(metadata.get("otter")),
        tags=tags,
        id=_word(cell.get("id")),
        skipped=_SKIPPED in tags,
        outputs=tuple(filter(_object, outputs)) if isinstance(outputs, list) else (),
        attachments=_object(cell.get("attachments")),
    )


def _kernel(metadata: Mapping[str, Any]) -> str:
    spoken = _object(metadata.get("kernelspec")).get("language") or _object(metadata.get("language_info")).get("name")
    return _word(spoken).lower()


def _object(value: object) -> Mapping[str, Any]:
    """The JSON object; {} for anything else."""
    return value if isinstance(value, dict) else {}


def _upgraded(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A notebook of an older format converted to nbformat 4; {} when that fails."""
    import nbformat  # takes a moment, for an old file alone

    try:
        return _object(nbformat.convert(nbformat.from_dict(data), 4))
    except Exception:  # nbformat raises whatever a hostile old notebook provokes
        return {}
