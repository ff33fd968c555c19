"""The ledger's table: its form, the guards that keep it append-only, and how an older one is brought to this form."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    inspect,
)

NAME_LENGTH = 255  # of the columns that name a student, an assignment …: PostgreSQL refuses what is longer
KEY = ("student", "assignment", "submission", "bank", "engine")  # what makes two gradings the same
_metadata = MetaData()
gradings = Table(
    "gradings",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("student", String(NAME_LENGTH), nullable=False),
    Column("assignment", String(NAME_LENGTH), nullable=False),
    Column("submission", String(128), nullable=False),
    Column("bank", String(128), nullable=False),
    Column("engine", String(128), nullable=False),
    Column("language", String(16), nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),  # UTC
    Column("source", Text, nullable=False),
    Column("report", Text, nullable=False),  # JSON, see `records`
    Column(
        "attempt", Integer, nullable=False, server_default="1"
    ),  # above 1: a further row of the same grading, see `Ledger.record`
    UniqueConstraint(*KEY, "attempt", name="one_row_an_attempt"),
)
Index("gradings_by_assignment", gradings.c.assignment, gradings.c.student)

_REFUSAL = "the ledger is append-only"
_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS gradings_no_update BEFORE UPDATE ON gradings "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        f"CREATE TRIGGER IF NOT EXISTS gradings_no_delete BEFORE DELETE ON gradings "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE removes the old row without firing the trigger above
        f"CREATE TRIGGER IF NOT EXISTS gradings_no_replace BEFORE INSERT ON gradings "
        f"WHEN EXISTS (SELECT 1 FROM gradings WHERE number = NEW.number OR (student = NEW.student "
        f"AND assignment = NEW.assignment AND submission = NEW.submission AND bank = NEW.bank "
        f"AND engine = NEW.engine AND attempt = NEW.attempt)) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION gradings_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE OR REPLACE TRIGGER gradings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gradings "
        "FOR EACH STATEMENT EXECUTE FUNCTION gradings_refuse()",
    ],
}
for _dialect, _statements in _GUARDS.items():
    for _statement in _statements:
        guard = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's DDL is untyped
        event.listen(gradings, "after_create", guard)

_BEFORE_ATTEMPTS = {column.name for column in gradings.columns} - {"attempt"}  # the columns of older ledgers
_LOCKS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(7277364)",  # any number of our own; it ends with the transaction
}


def prepare(engine: Engine) -> None:
    """Make the table where there is none, or bring an older one to today's form; a table of another program stays.

    Two programs that come at once wait for each other.
    """
    if _columns(engine) not in (set(), _BEFORE_ATTEMPTS):
        return
    with engine.begin() as connection:
        if lock := _LOCKS.get(connection.dialect.name):
            connection.exec_driver_sql(lock)
        columns = _columns(connection)  # another program may have been here meanwhile
        if not columns:
            _metadata.create_all(connection)
        elif columns == _BEFORE_ATTEMPTS:
            _add_attempts(connection)


def _columns(where: Engine | Connection) -> set[str]:
    """Names of the table's columns; none where there is no table."""
    found = inspect(where)
    return {column["name"] for column in found.get_columns("gradings")} if found.has_table("gradings") else set()


def _add_attempts(connection: Connection) -> None:
    """Bring a table from before attempts to today's form, its rows as they are."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE gradings ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1")
        connection.exec_driver_sql("ALTER TABLE gradings DROP CONSTRAINT one_row_a_grading")
        connection.exec_driver_sql(
            f"ALTER TABLE gradings ADD CONSTRAINT one_row_an_attempt UNIQUE ({', '.join(KEY)}, attempt)"
        )
        return
    # SQLite cannot drop a constraint: the rows move into a new table, within one transaction
    for name in ("no_update", "no_delete", "no_replace"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS gradings_{name}")
    connection.exec_driver_sql("DROP INDEX IF EXISTS gradings_by_assignment")
    connection.exec_driver_sql("ALTER TABLE gradings RENAME TO gradings_before")
    _metadata.create_all(connection)
    columns = ", ".join(column.name for column in gradings.columns if column.name != "attempt")
    connection.exec_driver_sql(
        f"INSERT INTO gradings ({columns}) SELECT {columns} FROM gradings_before ORDER BY number"
    )
    connection.exec_driver_sql("DROP TABLE gradings_before")
