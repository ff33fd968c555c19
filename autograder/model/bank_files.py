"""Storing banks: npz and JSON, never pickle."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.model.bank import APART, Bank, BankOutdated
from autograder.model.bank_json import FORMAT, from_json, to_json
from autograder.model.comments import without_comments
from autograder.model.files import keep_private, make_private, write_atomic
from autograder.model.own_data import received

ARRAYS_HASH = "arrays_sha256"  # in bank.json: the hash of arrays.npz


def digest_of(data: Mapping[str, Any]) -> str:
    """What identifies a stored bank: a hash of everything in it that a grade or a hint can depend on.

    Titles, lesson text and where it was made are no part of it: a bank renewed for these alone grades nobody anew.
    Nor are made mistakes, which earn and cost nothing: which of them are found hangs on the machine's speed.
    """
    exercises, written = ([_untitled(entry) for entry in data[name]] for name in ("exercises", "written"))
    cells = [(cell["grade_id"], cell["role"], _what_runs(cell)) for cell in data["cells"] if cell["role"] not in APART]
    counts = {
        **_untitled(data),
        "format": None,
        "provenance": None,
        "made": None,
        "exercises": exercises,
        "written": written,
        "cells": cells,
    }
    return hashlib.sha256(json.dumps(counts, sort_keys=True).encode()).hexdigest()


def _untitled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "title"}


def _what_runs(cell: Mapping[str, Any]) -> dict[str, str]:
    """A cell's source by language, as far as it can matter: an exercise has its starter, a demo's comments are text."""
    sources: Mapping[str, str] = {} if cell["role"] == "answer" else cell["source"]
    return {name: without_comments(text) if cell["role"] == "demo" else text for name, text in sources.items()}


def save(bank: Bank, folder: Path) -> Bank:
    """Write `bank.json` and `arrays.npz` into `folder`, for nobody else to read; returns the bank with its digest.

    The JSON holds the hash of the arrays: a crash between the two files, or a change of one, leaves no bank that loads.
    """
    arrays: list[np.ndarray] = []
    data = to_json(bank, arrays)
    packed = pack_arrays(arrays)
    text = json.dumps({**data, ARRAYS_HASH: hashlib.sha256(packed).hexdigest()}, ensure_ascii=False, indent=1)
    make_private(folder.parent)  # it holds the solutions and the hidden cases
    make_private(folder)
    keep_private(folder)
    write_atomic(folder / "arrays.npz", packed, private=True)
    write_atomic(folder / "bank.json", text, private=True)
    return load(folder)


def load(folder: Path) -> Bank:
    """The bank in `folder`.

    Raises BankOutdated when it is missing, damaged or of another format, and ReceiversUnreadable.
    """
    advice = _advice(folder)
    with _said(folder, advice):
        data = json.loads((folder / "bank.json").read_bytes())
        if data.get("format") != FORMAT or ARRAYS_HASH not in data:
            raise BankOutdated(f"the bank in {folder} has another format: {advice}")
        packed = (folder / "arrays.npz").read_bytes()
        if hashlib.sha256(packed).hexdigest() != data[ARRAYS_HASH]:
            raise BankOutdated(f"the bank in {folder} is damaged, arrays.npz is not what bank.json says: {advice}")
        bank = from_json(data, unpack_arrays(packed), digest_of(data))  # the arrays' hash is in it
    return replace(bank, received=received(folder))


def outline(folder: Path) -> Bank:
    """The bank in `folder` without its cases: titles, points, names.  Its arrays are not read.

    Raises BankOutdated and ReceiversUnreadable.
    """
    with _said(folder, _advice(folder)):
        text = (folder / "bank.json").read_bytes()
        data = json.loads(text)
        exercises = [{**exercise, "draws": []} for exercise in data["exercises"]]
        bank = from_json({**data, "exercises": exercises, "made": {}}, [], hashlib.sha256(text).hexdigest())
    return replace(bank, received=received(folder))


def _advice(folder: Path) -> str:
    return f"run `autograder bank {folder.name}` where its sources are"


@contextlib.contextmanager
def _said(folder: Path, advice: str) -> Iterator[None]:
    """Turn whatever an absent, closed or damaged bank raises into BankOutdated."""
    try:
        yield
    except FileNotFoundError:
        raise BankOutdated(f"there is no bank in {folder}: {advice}") from None
    except PermissionError:
        raise BankOutdated(
            f"the bank in {folder} may not be read by you: work as the user who made it, or have it given to a group "
            "of yours (chmod 750 on its folders, 640 on its files)"
        ) from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BankOutdated(f"the bank in {folder} cannot be read ({type(error).__name__}): {advice}") from None


def stored_key(folder: Path) -> str | None:
    """The key of the bank in `folder`, where that much of it can be read: a damaged bank is renewed with its key."""
    try:
        key = json.loads((folder / "bank.json").read_bytes())["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return key if isinstance(key, str) and key else None


def pack_arrays(arrays: Sequence[np.ndarray]) -> bytes:
    """An npz file with one flat array a dtype, and whose turn it is: thousands of members take long to open."""
    flat: dict[np.dtype, list[np.ndarray]] = {}
    layout = []
    for array in arrays:
        flat.setdefault(array.dtype, []).append(array.ravel())
        layout.append([list(flat).index(array.dtype), array.shape])
    members = {f"a{number}": np.concatenate(parts) for number, parts in enumerate(flat.values())}
    stream = io.BytesIO()
    np.savez_compressed(stream, layout=np.frombuffer(json.dumps(layout).encode(), np.uint8), **members)  # type: ignore[arg-type]
    return stream.getvalue()


def unpack_arrays(packed: bytes) -> list[np.ndarray]:
    """The arrays that `pack_arrays` packed.  Raises what numpy, zipfile and json raise for other bytes."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        flat = {name: stored[name] for name in stored.files}
    arrays = []
    used = dict.fromkeys(flat, 0)
    for number, shape in json.loads(flat["layout"].tobytes()):
        name, size = f"a{number}", math.prod(shape)
        arrays.append(flat[name][used[name] : used[name] + size].reshape(shape).copy())
        used[name] += size
    return arrays
