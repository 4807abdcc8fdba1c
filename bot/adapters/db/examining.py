"""The database as `lockout doctor` sees it; looking makes no database and migrates none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, make_url, select, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot.adapters.db.engine import NEWEST, begin, is_newer, open_engine, version_of
from bot.adapters.db.schema import delivery, snapshot
from bot.core.errors import Broken
from bot.core.timeline import parse_time
from bot.services.doctor import Check

MEND = "Start it, let the bot write to it, or look at LOCKOUT_DATABASE_URL"
# Any key that no delivery has; it is taken back at once.
KEY = "check:doctor"
# https://sqlite.org/pragma.html#pragma_synchronous
FULL = 2


def sqlite_file(url: str) -> Path | None:
    """The file of the database; None for PostgreSQL, in memory, or what is no URL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    if not parsed.drivername.startswith("sqlite") or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database)).expanduser()


def examine_database(url: str, open_it: Callable[[str], Engine] = open_engine) -> list[Check]:
    """Is it there, brought up to date, writable, and on disk after a commit."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return [_not_there(file)]
    try:
        engine = open_it(url)
    except Broken as error:
        return [Check("database", "fail", error.reason, error.hint)]
    try:
        version = version_of(engine)
        migrated = version == NEWEST or is_newer(version)
        checks = [_judge_version(version), _try_write(engine, migrated=migrated)]
        with engine.connect() as connection:
            checks.append(_look_at_sync(connection))
    except SQLAlchemyError as error:
        return [_failed("database", error, MEND)]
    finally:
        engine.dispose()
    return checks


def newest_snapshots(
    url: str, open_it: Callable[[str], Engine] = open_engine
) -> dict[str, datetime]:
    """When each tenant was read last (UTC); empty where there is no table to look into."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return {}
    try:
        engine = open_it(url)
    except Broken:
        return {}
    query = select(snapshot.c.tenant, func.max(snapshot.c.seen_at)).group_by(snapshot.c.tenant)
    try:
        with begin(engine) as connection:
            return {tenant: parse_time(seen) for tenant, seen in connection.execute(query)}
    except SQLAlchemyError:
        # What is wrong with the database, the checks of it say.
        return {}
    finally:
        engine.dispose()


def _not_there(file: Path) -> Check:
    folder = file.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        return Check("database", "ok", f"not there yet; {file} is made at the first start")
    return Check("database", "fail", f"{folder} cannot be written to", "Let the bot write there")


def _judge_version(version: str | None) -> Check:
    if version == NEWEST:
        return Check("database", "ok", f"migrated ({NEWEST})")
    if version is None:
        return Check("database", "warn", "empty", "Nothing to do: the first start makes its tables")
    if version < NEWEST:
        return Check(
            "database",
            "warn",
            f"of an older version ({version}, not {NEWEST})",
            "Make a backup; the next start brings it up to date",
        )
    if is_newer(version):
        return Check(
            "database",
            "warn",
            f"brought up to date by a newer Lockout ({version}, not {NEWEST})",
            "Nothing to do while versions change; else install that version",
        )
    return Check(
        "database",
        "fail",
        f"made by a newer Lockout ({version}, not {NEWEST})",
        "Install that version, or restore a backup",
    )


def _try_write(engine: Engine, *, migrated: bool) -> Check:
    try:
        with begin(engine) as connection:
            if migrated:
                row = {"key": KEY, "incident": "", "recorded_at": ""}
                connection.execute(insert(delivery).values(row))
                connection.execute(delivery.delete().where(delivery.c.key == KEY))
            else:
                connection.execute(text("CREATE TABLE lockout_doctor (looked INTEGER)"))
                connection.execute(text("DROP TABLE lockout_doctor"))
    except SQLAlchemyError as error:
        return _failed("writing", error, "Give the bot the right to write, and room on the disk")
    return Check("writing", "ok", "a row was written and taken back")


def _look_at_sync(connection: Connection) -> Check:
    """Whether a commit waits for the disk; without that, a power cut takes acknowledged facts."""
    if connection.dialect.name == "sqlite":
        level = connection.execute(text("PRAGMA synchronous")).scalar()
        if int(level or 0) >= FULL:
            return Check("fsync", "ok", "synchronous=FULL: a commit is on disk")
        return Check("fsync", "fail", f"synchronous is {level}, not {FULL} (FULL)", "Report this")
    off = [
        name
        for name in ("fsync", "synchronous_commit", "full_page_writes")
        if connection.execute(text(f"SHOW {name}")).scalar() == "off"
    ]
    if off:
        return Check("fsync", "fail", f"the server has {', '.join(off)} off", "Switch it on there")
    return Check("fsync", "ok", "the server waits for its disk at each commit")


def _failed(name: str, error: SQLAlchemyError, todo: str) -> Check:
    cause = str(getattr(error, "orig", None) or error).strip()
    return Check(name, "fail", cause.splitlines()[0] if cause else type(error).__name__, todo)
