"""nbgrader's database: what is wrong with one, said in a sentence, before anything is written and while it is."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from nbgrader.api import InvalidEntry, MissingEntry
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from tornado.log import app_log

from autograder.grading.database_errors import in_a_sentence
from autograder.model.errors import UserError

_SENTENCES = {
    ("locked",): "the gradebook {where} is locked: close formgrader and other nbgrader commands, then try again",
    ("not a database", "malformed"): (
        "the gradebook {where} is damaged or not a database: restore it from a backup, or move it away"
    ),
    ("no such column", "no such table"): (
        "the gradebook {where} is of an older nbgrader: back it up and run `nbgrader db upgrade`"
    ),
    ("unable to open", "readonly"): (
        "the gradebook {where} cannot be written: check that its folder exists and that you may write there"
    ),
    ("is full",): (
        "the gradebook {where} cannot be written, the disk is full: make space, then run the same command again"
    ),
    (): "the gradebook {where} cannot be used: {cause}",
}


class GradebookUnusable(UserError):
    """nbgrader's gradebook cannot take the scores; the message says what, where and what to do."""


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for a database on a server or in memory."""
    made = make_url(url)
    on_disk = made.get_backend_name() == "sqlite" and made.database not in (None, "", ":memory:")
    return Path(str(made.database).removeprefix("file:")) if on_disk else None


def anchored(url: str, folder: Path) -> str:
    """The URL with the file of an SQLite database taken relative to `folder`."""
    file = sqlite_file(url)
    if file is None or file.is_absolute():
        return url
    prefix = "file:" if str(make_url(url).database).startswith("file:") else ""
    return make_url(url).set(database=f"{prefix}{folder / file}").render_as_string(hide_password=False)


def probe(url: str) -> None:
    """Fail early and quietly where an SQLite database cannot be written: nbgrader would find out in the middle.

    A table is made and taken back, which needs all that a grade needs: the file, its lock, its folder, some space.
    """
    if sqlite_file(url) is None:
        return
    with _connection(url) as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            connection.exec_driver_sql("CREATE TABLE autograder_probe (id INTEGER)")
        finally:
            connection.exec_driver_sql("ROLLBACK")


@contextlib.contextmanager
def reading(url: str) -> Iterator[Connection]:
    """A connection that only reads; database errors become GradebookUnusable."""
    with plainly(url), _connection(url) as connection:
        yield connection


@contextlib.contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextlib.contextmanager
def plainly(url: str) -> Iterator[None]:
    """Turn database errors into one sentence, keep nbgrader from logging them, and let it find its helper `alembic`."""
    where = make_url(url).database or make_url(url).render_as_string()
    logged = app_log.disabled
    app_log.disabled = True  # nbgrader logs the statement and a traceback of what it raises
    try:
        with own_commands_on_path(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader links objects before it adds them
            yield
    except (SQLAlchemyError, InvalidEntry, MissingEntry) as error:
        said_by = error.__context__ if isinstance(error, InvalidEntry) else error  # nbgrader's has no cause
        raise GradebookUnusable(in_a_sentence(said_by or error, where, _SENTENCES)) from error
    finally:
        app_log.disabled = logged


@contextlib.contextmanager
def own_commands_on_path() -> Iterator[None]:
    """nbgrader starts `alembic` by name, which fails where this Python's environment has not been activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
