"""How a ledger's database is opened: durable, private, and in one sentence where it cannot be."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from autograder.grading.database_errors import in_a_sentence
from autograder.model.errors import UserError

BUSY_SECONDS = 30  # another process holds the write lock for milliseconds; half a minute means that it hangs

_SENTENCES = {
    ("locked",): (
        "the ledger {where} is locked by another program: close it, or wait until it has finished, and try again"
    ),
    ("unable to open",): (
        "the ledger {where} cannot be opened: check that its folder exists and that you may write there"
    ),
    ("readonly", "read-only"): "the ledger {where} is read-only: make it and its folder writable",
    ("not a database",): "{where} is not a ledger (it is not a database): name another file, or move this one away",
    ("malformed", "corrupt", "disk I/O"): (
        "the ledger {where} is damaged ({cause}): restore it from a backup, or move it away and grade again"
    ),
    ("no such column", "UndefinedColumn"): (
        "{where} holds a table `gradings` that is not a ledger's: name another database"
    ),
    (): "the ledger {where} cannot be used: {cause}",
}


class LedgerUnusable(UserError):
    """The ledger cannot be read or written; the message says what, where and what to do."""


def open_engine(url: str) -> Engine:
    """The database behind a URL.  Raises LedgerUnusable where that is none, or its driver is missing."""
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # a Ctrl-C while it closes has its own sentence
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            seconds = float(str(parsed.query.get("timeout", BUSY_SECONDS)))
            engine = create_engine(parsed, connect_args={"timeout": seconds})
            event.listen(engine, "connect", lambda connection, _: _durable(connection, seconds))
            return engine
        return create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise LedgerUnusable(
            f"{url!r} is not a database URL: use sqlite:///path/ledger.db or postgresql+psycopg://user@host/name"
        ) from error
    except ImportError as error:
        raise LedgerUnusable(
            f"the driver of this database is missing ({error}): install it, psycopg[binary] for PostgreSQL"
        ) from error


def make_private_file(url: URL) -> None:
    """Grades are nobody else's to read.  SQLite gives the files beside it the same mode; one that is there is left."""
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith(("file:", ":")):
        with contextlib.suppress(OSError):  # then the database says what is wrong
            os.close(os.open(url.database, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


@contextlib.contextmanager
def plainly(where: str) -> Iterator[None]:
    """Turn database errors into one sentence about the ledger `where`."""
    try:
        yield
    except SQLAlchemyError as error:
        raise LedgerUnusable(in_a_sentence(error, where, _SENTENCES)) from error


def _durable(connection: Any, seconds: float) -> None:
    """A commit is on the disk when it returns, and readers never block the writer."""
    cursor = connection.cursor()
    _switch_to_wal(cursor, seconds)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _switch_to_wal(cursor: Any, seconds: float) -> None:
    """For this switch alone SQLite does not wait its turn while another program is at it."""
    end = time.monotonic() + seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def where_is(url: URL) -> str:
    """What people call the database: its file, or its URL without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    return url.render_as_string(hide_password=True)
