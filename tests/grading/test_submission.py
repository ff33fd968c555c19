"""Reading a submitted notebook: whatever was done to it is an outcome or a note with one clear sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support import TINY, in_words

from autograder.grading.intake import SubmissionUnreadable, take
from autograder.grading.notebook import MAX_CELLS
from autograder.grading.submission import Submission, read_submission
from autograder.model.bank import Bank

HandIn = Callable[..., Path]
Edit = Callable[[dict[str, Any]], object]


def cell_of(data: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(cell for cell in data["cells"] if cell["metadata"]["nbgrader"]["grade_id"] == grade_id)


def reader(bank: Bank, hand_in: HandIn, tmp_path: Path) -> Callable[..., Submission]:
    def read(edit: Edit | None = None, *, name: str = TINY, assignment: str = TINY, **how: Any) -> Submission:
        path = hand_in(tmp_path / f"{name}.ipynb", edit=edit, **how)
        return read_submission(take(path), [bank], assignment)[0]

    return read


@pytest.fixture
def read(bank: Bank, hand_in: HandIn, tmp_path: Path) -> Callable[..., Submission]:
    """Hand in a notebook (changed by `edit`) and read it."""
    return reader(bank, hand_in, tmp_path)


def note_codes(submission: Submission) -> list[str]:
    return [note.code for note in submission.notes]


def sources(submission: Submission) -> list[str]:
    return [cell.source for cell in submission.cells]


def test_an_ordinary_notebook_needs_no_note(read: Callable[..., Submission], right: dict[str, str]) -> None:
    for language in ("en", "zh"):
        submission = read(language=language)
        assert (submission.assignment, submission.language) == (TINY, language)
        assert note_codes(submission) == []
        assert [cell.source for cell in submission.cells if not cell.demo] == [right[name] for name in right]
        assert [cell.demo for cell in submission.cells].count(True) == 1
        assert submission.written == {"why": ""}


def test_what_is_ours_never_runs_from_the_notebook(read: Callable[..., Submission]) -> None:
    def edit(data: dict[str, Any]) -> None:
        cell_of(data, "setup_01")["source"] = "import evil"
        cell_of(data, "check_line_loss")["source"] = "evil()"
        cell_of(data, "text_01")["source"] = "edited text is nobody's business"

    submission = read(edit)
    assert "evil" not in " ".join(sources(submission))
    assert note_codes(submission) == ["note_edited"]
    assert "`setup_01`, `check_line_loss`" in in_words(submission.notes[0])


def test_a_demo_whose_comments_alone_differ_is_untouched(read: Callable[..., Submission]) -> None:
    """They are lesson text: a chapter may have changed it since its bank was made."""

    def edit(data: dict[str, Any]) -> None:
        cell = cell_of(data, "demo_curve")
        cell["source"] = "# What is shown?\n" + "".join(cell["source"])

    assert [cell.demo for cell in read(edit).cells].count(True) == 1


def test_an_edited_demo_is_the_students_own(read: Callable[..., Submission]) -> None:
    submission = read(lambda data: cell_of(data, "demo_curve").update(source="mine = 1"))
    assert [cell.demo for cell in submission.cells if cell.source == "mine = 1"] == [False]


def test_a_cell_of_the_students_own_runs_in_its_place(read: Callable[..., Submission]) -> None:
    own = {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": {}, "outputs": [], "execution_count": None}
    submission = read(lambda data: data["cells"].insert(0, own))
    assert submission.cells[0].source == "a = 1\nb = 2"
    assert note_codes(submission) == []


def retype(cell: dict[str, Any], kind: str) -> None:
    cell["cell_type"] = kind


@pytest.mark.parametrize(
    ("edit", "note", "cells"),
    [
        (lambda data: data["cells"].remove(cell_of(data, "check_line_loss")), "note_missing", "`check_line_loss`"),
        (lambda data: data["cells"].remove(cell_of(data, "line_loss")), "note_missing", "`line_loss`"),
        (lambda data: data["cells"].append(cell_of(data, "check_line_loss")), "note_duplicated", "`check_line_loss`"),
        (lambda data: data["cells"].append(cell_of(data, "line_loss")), "note_duplicated", "`line_loss`"),
        (lambda data: retype(cell_of(data, "check_line_loss"), "markdown"), "note_retyped", "`check_line_loss`"),
        (lambda data: retype(cell_of(data, "line_loss"), "raw"), "note_retyped", "`line_loss`"),
        (lambda data: retype(cell_of(data, "why"), "code"), "note_retyped", "`why`"),
        (lambda data: cell_of(data, "check_line_loss").update(source="assert 1"), "note_edited", "`check_line_loss`"),
        (lambda data: data["cells"].reverse(), "note_reordered", ""),
    ],
)
def test_damage_to_cells_is_noted_and_mended(
    read: Callable[..., Submission], edit: Edit, note: str, cells: str
) -> None:
    submission = read(edit)
    assert note_codes(submission) == [note]
    assert cells in in_words(submission.notes[0])
    assert in_words(submission.notes[0], "zh") != in_words(submission.notes[0])


def test_a_missing_extra_or_text_is_no_damage(read: Callable[..., Submission]) -> None:
    def edit(data: dict[str, Any]) -> None:
        for grade_id in ("center", "check_center", "text_02", "demo_curve"):
            data["cells"].remove(cell_of(data, grade_id))

    assert note_codes(read(edit)) == []


def test_an_answer_that_became_text_still_runs(read: Callable[..., Submission], right: dict[str, str]) -> None:
    def edit(data: dict[str, Any]) -> None:
        cell = cell_of(data, "line_loss")
        cell["cell_type"] = "markdown"
        cell["source"] = f"```python\n{right['line_loss'].strip()}\n```"

    submission = read(edit)
    assert right["line_loss"].strip() in sources(submission)


def test_a_duplicated_answer_runs_twice_in_order(read: Callable[..., Submission]) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["cells"].append({**cell_of(data, "line_loss"), "source": "def line_loss(w, b, X, y):\n    return 7"})

    assert sources(read(edit))[-1].endswith("return 7")


def test_cells_without_labels_are_found_by_their_text(read: Callable[..., Submission], right: dict[str, str]) -> None:
    def strip(data: dict[str, Any]) -> None:
        data["metadata"] = {}
        for cell in data["cells"]:
            cell["metadata"] = {}

    submission = read(strip, assignment="")
    assert submission.assignment == TINY
    assert note_codes(submission) == ["note_no_metadata"]
    assert [source for source in sources(submission) if source in right.values()] == list(right.values())
    assert not any("check(" in source or "import numpy" in source for source in sources(submission))
    assert read(strip, language="zh").language == "zh"


def test_without_labels_a_written_answer_waits_for_a_person_unless_it_is_as_released(
    read: Callable[..., Submission],
) -> None:
    def strip(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            cell["metadata"] = {}

    def answer(data: dict[str, Any]) -> None:
        cell_of(data, "why")["source"] = "Because of the square."
        strip(data)

    assert read(answer).written["why"]
    assert not read(strip).written["why"]
    assert not read(lambda data: data["cells"].remove(cell_of(data, "why"))).written["why"]


def test_a_single_lost_label_is_found_by_its_text(read: Callable[..., Submission]) -> None:
    submission = read(lambda data: cell_of(data, "check_line_loss").update(metadata={}))
    assert note_codes(submission) == []


def test_a_renamed_notebook_is_recognised_where_it_lies(read: Callable[..., Submission]) -> None:
    submission = read(name="final FINAL (2)")
    assert note_codes(submission) == ["note_renamed"]
    assert TINY in in_words(submission.notes[0])


def test_a_flat_notebook_is_recognised_by_what_it_says_then_its_name_then_what_it_defines(
    bank: Bank, hand_in: HandIn, tmp_path: Path
) -> None:
    other = replace(bank, chapter="ch02_other", exercises=())
    banks = [other, bank]
    said = hand_in(tmp_path / "ada.ipynb")
    assert read_submission(take(said), banks)[1] is bank

    def unsigned(data: dict[str, Any]) -> None:
        data["metadata"] = {}

    assert read_submission(take(hand_in(tmp_path / f"{TINY}.ipynb", edit=unsigned)), banks)[1] is bank
    assert read_submission(take(hand_in(tmp_path / "bob.ipynb", edit=unsigned)), banks)[1] is bank
    with pytest.raises(SubmissionUnreadable) as unknown:
        read_submission(take(hand_in(tmp_path / "eve.ipynb", edit=unsigned)), [other])
    assert unknown.value.note.code == "unreadable_assignment"


def test_the_place_of_a_file_decides_what_it_is_graded_as(bank: Bank, hand_in: HandIn, tmp_path: Path) -> None:
    """A notebook in the folder of another assignment is not graded as the one that it claims to be."""
    path = hand_in(tmp_path / "x.ipynb")
    with pytest.raises(SubmissionUnreadable) as elsewhere:
        read_submission(take(path), [bank], "ch02_other")
    assert elsewhere.value.note.code == "unreadable_assignment"


def test_a_written_answer_is_read_and_a_released_one_is_none(read: Callable[..., Submission]) -> None:
    submission = read(lambda data: cell_of(data, "why").update(source="Because."))
    assert submission.written == {"why": "Because."}
    assert read(lambda data: cell_of(data, "why").update(source="YOUR ANSWER  HERE\n")).written == {"why": ""}
    assert read(lambda data: cell_of(data, "why").update(source="在这里作答")).written == {"why": ""}


def test_an_old_notebook_is_converted(bank: Bank, hand_in: HandIn, tmp_path: Path, right: dict[str, str]) -> None:
    path = hand_in(tmp_path / f"{TINY}.ipynb")
    old = nbformat.convert(nbformat.read(path, as_version=4), 3)
    path.write_text(json.dumps(old), encoding="utf-8")
    submission, _ = read_submission(take(path), [bank], TINY)
    assert "note_upgraded" in note_codes(submission)
    assert right["line_loss"] in sources(submission)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable_empty"),
        (b" \n\t\n", "unreadable_empty"),
        (b"\xef\xbb\xbf", "unreadable_empty"),
        (b'{"cells": [\n{"cell_type"', "unreadable_json"),
        (b"PK\x03\x04 a zip file", "unreadable_zip"),
        (b"\x89PNG\xff\xfe\x00", "unreadable_json"),
        (b"<html>sign in</html>", "unreadable_json"),
        (b"[" * 100_000, "unreadable_json"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "unreadable_json"),
        (b"[]", "unreadable_notebook"),
        (b"7", "unreadable_notebook"),
        (b"null", "unreadable_notebook"),
        (b"{}", "unreadable_notebook"),
        (b'{"cells": {}}', "unreadable_notebook"),
        (b'{"nbformat": 3, "worksheets": 7}', "unreadable_notebook"),
        (b'{"nbformat": 3}', "unreadable_notebook"),
        (b'{"nbformat": -3, "cells": []}', "unreadable_notebook"),
    ],
)
def test_a_file_that_is_no_notebook_has_a_named_outcome(bank: Bank, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / f"{TINY}.ipynb"
    path.write_bytes(content)
    with pytest.raises(SubmissionUnreadable) as fault:
        read_submission(take(path), [bank], TINY)
    assert fault.value.note.code == code
    assert fault.value.digest == hashlib.sha256(content).hexdigest()
    assert len(in_words(fault.value.note).splitlines()) == 1


def test_the_line_of_damage_is_told(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text('{"cells": [\n  {"cell_type"')
    with pytest.raises(SubmissionUnreadable, match="stops being JSON at line 2"):
        read_submission(take(path), [bank], TINY)


def test_a_file_of_more_than_fifty_megabytes_is_not_read(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(51 * 10**6)
    with pytest.raises(SubmissionUnreadable, match="has 51 MB; at most 50 MB"):
        read_submission(take(path), [bank], TINY)


def test_a_notebook_of_very_many_cells_is_not_graded(bank: Bank, hand_in: HandIn, tmp_path: Path) -> None:
    """A hundred thousand empty cells cost two minutes."""
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [], "execution_count": None}

    def read(count: int) -> Submission:
        path = hand_in(tmp_path / f"{TINY}.ipynb", edit=lambda data: data["cells"].extend([cell] * count))
        return read_submission(take(path), [bank], TINY)[0]

    assert read(MAX_CELLS - 100)
    with pytest.raises(SubmissionUnreadable, match=r"has 5\d\d\d cells; at most 5000") as fault:
        read(MAX_CELLS)
    assert fault.value.note.code == "unreadable_cells"


@pytest.mark.parametrize(
    "cell",
    [
        7, None, "text", [], {}, {"cell_type": 7}, {"cell_type": "code"}, {"cell_type": "code", "source": 7},
        {"cell_type": "code", "source": [7, "x = 1"]}, {"cell_type": "code", "source": "x", "metadata": 7},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": []}},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["line_loss"]}}},
        {"cell_type": "heading", "source": "x"},
    ],
)  # fmt: skip
def test_a_strange_cell_stops_nothing(read: Callable[..., Submission], right: dict[str, str], cell: object) -> None:
    submission = read(lambda data: data["cells"].insert(3, cell))
    assert right["line_loss"] in sources(submission)
    assert note_codes(submission) == []


@pytest.mark.parametrize("metadata", [7, [], {"autograder": 7}, {"autograder": {"assignment": [], "language": {}}}])
def test_strange_metadata_stops_nothing(read: Callable[..., Submission], metadata: object) -> None:
    submission = read(lambda data: data.update(metadata=metadata), assignment="")
    assert submission.assignment == TINY
    assert submission.language == "en"
