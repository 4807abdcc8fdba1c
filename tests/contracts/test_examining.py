"""The doctor looks at a database and leaves it as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, inspect, text

from bot.adapters.db import examining
from bot.adapters.db.engine import NEWEST, begin, open_engine
from bot.adapters.db.examining import examine_database, sqlite_file
from bot.services.doctor import Check
from tests.contracts.places import DatabasePlace, note
from tests.postgres import PostgresServer


def levels(checks: list[Check]) -> dict[str, str]:
    """By what was looked at."""
    return {check.name: check.level for check in checks}


def set_version(place: DatabasePlace, version: str) -> None:
    """As another release would have left it."""
    engine = open_engine(place.url)
    with begin(engine) as connection:
        statement = text("UPDATE alembic_version SET version_num = :version")
        connection.execute(statement, {"version": version})
    engine.dispose()


async def test_a_database_in_use_is_well(database: DatabasePlace) -> None:
    """While the bot writes; afterwards nothing is in it that was not."""
    store = database.open()
    facts = await store.append("lo-1", [note("a")], after=0)
    checks = examine_database(database.url)
    assert levels(checks) == {"database": "ok", "writing": "ok", "fsync": "ok"}
    assert await store.read("lo-1") == facts
    assert await store.incident_of(examining.KEY) is None


def test_an_empty_database_is_looked_at_and_stays_empty(database: DatabasePlace) -> None:
    """No table is made by looking."""
    engine = open_engine(database.url)
    with begin(engine):
        pass
    checks = examine_database(database.url)
    assert levels(checks) == {"database": "warn", "writing": "ok", "fsync": "ok"}
    assert "the first start makes its tables" in checks[0].todo
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_another_release_of_the_tables_is_said(database: DatabasePlace) -> None:
    """An older one will be brought up to date; a newer one must not be touched."""
    database.engine().dispose()
    set_version(database, "0000")
    older = examine_database(database.url)[0]
    assert (older.level, older.said) == ("warn", f"of an older version (0000, not {NEWEST})")
    assert "backup" in older.todo
    set_version(database, "0999")
    next_one, writing, *_ = examine_database(database.url)
    assert (next_one.level, writing.level) == ("warn", "ok")
    assert "newer Lockout" in next_one.said
    set_version(database, "9999")
    newer = examine_database(database.url)[0]
    assert newer.level == "fail"
    assert "newer Lockout" in newer.said


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Nor its folder; a place where it could be made is well."""
    (check,) = examine_database(f"sqlite:///{tmp_path}/new/lockout.db")
    assert check.level == "ok"
    assert "made at the first start" in check.said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_made_fails() -> None:
    """Said before the first start."""
    (check,) = examine_database("sqlite:////proc/1/lockout.db")
    assert (check.name, check.level) == ("database", "fail")
    assert "/proc/1" in check.said


def test_a_file_that_is_no_database_fails(tmp_path: Path) -> None:
    """In the words of SQLite."""
    path = tmp_path / "lockout.db"
    path.write_bytes(b"not a database, but long enough to have a header " * 20)
    (check,) = examine_database(f"sqlite:///{path}")
    assert check.level == "fail"
    assert "not a database" in check.said


def opening(pragma: str) -> Callable[[str], Engine]:
    """Opens a database in which something is not as it should be."""

    def open_it(url: str) -> Engine:
        engine = open_engine(url)
        event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}"))
        return engine

    return open_it


def test_a_database_that_takes_nothing_fails(sqlite_place: DatabasePlace) -> None:
    """Read-only, or not ours."""
    sqlite_place.engine().dispose()
    (check,) = examine_database(sqlite_place.url, opening("query_only=ON"))
    assert check.level == "fail"
    assert "readonly" in check.said


def test_tables_that_somebody_changed_fail(sqlite_place: DatabasePlace) -> None:
    """What can still be looked at is."""
    engine = sqlite_place.engine()
    with begin(engine) as connection:
        connection.exec_driver_sql("DROP TABLE delivery")
    engine.dispose()
    checks = examine_database(sqlite_place.url)
    assert levels(checks) == {"database": "ok", "writing": "fail", "fsync": "ok"}
    assert "delivery" in checks[1].said


def test_a_database_that_does_not_wait_for_its_disk_fails(sqlite_place: DatabasePlace) -> None:
    """A power cut would take what was acknowledged."""
    sqlite_place.engine().dispose()
    checks = examine_database(sqlite_place.url, opening("synchronous=NORMAL"))
    assert levels(checks) == {"database": "ok", "writing": "ok", "fsync": "fail"}


@pytest.mark.postgres
def test_a_server_that_does_not_wait_for_its_disk_fails(
    fragile_postgres: PostgresServer,
) -> None:
    """Each setting that is off is named."""
    settings = fragile_postgres.folder / "data" / "postgresql.conf"
    with settings.open("a", encoding="utf-8") as file:
        file.write("fsync = off\nfull_page_writes = off\n")
    fragile_postgres.stop()
    fragile_postgres.start()
    place = DatabasePlace(fragile_postgres.new_database())
    place.engine().dispose()
    check = examine_database(place.url)[-1]
    assert (check.name, check.level) == ("fsync", "fail")
    assert "fsync, full_page_writes off" in check.said


def test_a_server_that_is_away_fails() -> None:
    """With its address, without a password."""
    url = "postgresql+psycopg://lockout:geheim@127.0.0.1:1/lockout"
    (check,) = examine_database(url)
    assert (check.name, check.level) == ("database", "fail")
    assert "geheim" not in check.said + check.todo


def test_a_setting_that_cannot_work_says_how_to_write_it() -> None:
    """As the start would."""
    for url in (
        "mysql://u:geheim@db.example.com/x",
        "lockout.db",
        "postgresql+psycopg://u:a/b@h/x",
    ):
        (check,) = examine_database(url)
        assert check.level == "fail"
        assert "LOCKOUT_DATABASE_URL" in check.todo
        assert "geheim" not in check.said


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///lockout.db", Path("lockout.db")),
        ("sqlite+pysqlite:////data/lockout.db", Path("/data/lockout.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql+psycopg://u@h/n", None),
        ("no url", None),
    ],
)
def test_only_sqlite_has_a_file(url: str, file: Path | None) -> None:
    """Whose disk and permissions can be looked at."""
    assert sqlite_file(url) == file
