"""Opening the database so that a commit is on disk, and bringing its tables up to date.

SQLite: one pooled connection (its WAL-reset bug needs two), WAL, synchronous=FULL, and an explicit
BEGIN IMMEDIATE, because the driver's own transaction control leaves a SELECT before the first
write outside the transaction.
PostgreSQL: one pooled connection as well, tried before each use, and given up soon when nobody
answers, because everything else waits behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.core.errors import Broken, Unavailable

log = structlog.get_logger(__name__)

BUSY_MS = 5_000
# Of libpq. Seconds, but tcp_user_timeout in milliseconds.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,
    "application_name": "lockout",
}
# Any number that only this program uses, so that two that start at once migrate one by one.
MIGRATION_LOCK = 0x10C4007
MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0003"


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`.

    Errors: Broken for a URL that cannot work; what it says never holds the URL's password.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql+psycopg":
            return _open_postgres(parsed)
        if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
            return _open_sqlite(parsed)
        reason = f"'{parsed.drivername}' is neither sqlite nor postgresql+psycopg"
    except (ArgumentError, ModuleNotFoundError, OSError) as error:
        reason = str(error)
    except ValueError:
        # A password with a ':' or a '/' in it lands in the port, and so in the error's text.
        reason = "its port is not a number (write special characters of a password as %XX)"
    raise Broken(
        f"The database setting does not work: {reason}",
        "LOCKOUT_DATABASE_URL is like sqlite:///lockout.db "
        "or postgresql+psycopg://user@host/name "
        "(PostgreSQL needs: pip install 'lockout[postgres]')",
    )


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        file = Path(url.database).expanduser()
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            # A timeline is sensitive. What SQLite puts beside the file gets the same rights.
            file.touch(mode=0o600)
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _open_postgres(url: URL) -> Engine:
    engine = create_engine(patient(url), pool_size=1, max_overflow=0, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def patient(url: URL) -> URL:
    """With how long to wait for a server that is gone; what the URL says itself wins."""
    patience = {name: str(value) for name, value in PATIENCE.items() if name not in url.query}
    return url.update_query_dict(patience)


def _prepare_sqlite(
    connection: sqlite3.Connection,
    _record: Any,  # noqa: ANN401 - SQLAlchemy's own
) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: Any, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
    for setting in ("synchronous_commit = on", f"lock_timeout = {BUSY_MS}"):
        connection.execute(f"SET {setting}")
    connection.commit()


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """A transaction that is one from its first statement, a read included; commits at the end.

    Left to itself, the SQLite driver begins before the first write only. It is begun by hand here
    and not by an event of the engine, since the delivery engine, which shares it, does the same.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest form; quick when they have it.

    Alembic is imported only when there is something to do, since it costs a cold start.
    Errors: Unavailable when the database does not answer, Broken when it cannot be migrated.
    """
    try:
        found = version_of(engine)
        if found == NEWEST:
            return
        if is_newer(found):
            log.info("database_is_newer", version=found, known=NEWEST)
            return
        _upgrade(engine)
    except SQLAlchemyError as error:
        engine.dispose()
        cause = getattr(error, "orig", None) or error
        raise Unavailable(f"The database cannot be opened: {cause}") from error
    except Broken:
        engine.dispose()
        raise


def is_newer(version: str | None) -> bool:
    """Whether a later release brought the tables up to date, and this one can live with them.

    Versions change one by one, and back again: a migration only adds, unless its number begins a
    new thousand.
    """
    return version is not None and version > NEWEST and version[:1] == NEWEST[:1]


def version_of(engine: Engine) -> str | None:
    """The migration that the tables have; None before the first."""
    with begin(engine) as connection:
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
        with begin(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise Broken(
            f"The database was made by a newer Lockout: {error}",
            "Install that version, or restore a backup",
        ) from error
