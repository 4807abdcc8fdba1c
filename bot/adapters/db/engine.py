"""Opening the database so that a commit is on disk, and bringing its tables up to date.

SQLite: one pooled connection (its WAL-reset bug needs two), WAL, synchronous=FULL, and an explicit
BEGIN IMMEDIATE, because the driver's own transaction control leaves a SELECT before the first
write outside the transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from bot.core.errors import Broken, Unavailable

BUSY_MS = 5_000
MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0001"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`.

    Errors: Broken for a URL that cannot work.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_size=1, max_overflow=0, pool_pre_ping=True)
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed,
            pool_size=1,
            max_overflow=0,
            pool_reset_on_return=None,
            connect_args={"check_same_thread": False},
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, OSError) as error:
        raise Broken(
            f"The database setting does not work: {error}",
            "LOCKOUT_DATABASE_URL is like sqlite:///lockout.db "
            "or postgresql+psycopg://user@host/name "
            "(PostgreSQL needs: pip install 'lockout[postgres]')",
        ) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest form; quick when they have it.

    Alembic is imported only when there is something to do, since it costs a cold start.
    Errors: Unavailable when the database does not answer, Broken when it cannot be migrated.
    """
    try:
        if _version(engine) == NEWEST:
            return
        _upgrade(engine)
    except SQLAlchemyError as error:
        raise Unavailable(
            f"The database cannot be opened: {error.__class__.__name__}: {error}"
        ) from error


def _version(engine: Engine) -> str | None:
    with engine.begin() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found else None


def _upgrade(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415 - see `migrate`
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise Broken(
            f"The database was made by a newer Lockout: {error}",
            "Install that version, or restore a backup",
        ) from error
