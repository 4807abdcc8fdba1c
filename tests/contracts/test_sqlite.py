"""SQLite's own troubles: a full disk, a file that cannot be written, rows that are replaced."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.core.errors import Unavailable
from bot.core.timeline import check_chain, fact_to_dict
from tests.contracts.places import DatabasePlace, note

BIG = "x" * 100_000


@pytest.fixture
def file(sqlite_place: DatabasePlace) -> Path:
    """Where the database is."""
    return Path(sqlite_place.url.removeprefix("sqlite:///"))


async def fill_up(place: DatabasePlace, spare: int = 1) -> None:
    """Let the database grow by so many pages of 4 kB and no further."""
    ((pages,),) = await place.run("PRAGMA page_count")
    await place.run(f"PRAGMA max_page_count = {pages + spare}")


async def test_a_full_disk_is_unavailable_and_keeps_nothing(sqlite_place: DatabasePlace) -> None:
    """Not half a fact and not the delivery; when there is room again, it works again."""
    store = sqlite_place.open()
    await store.append("lo-1", [note("a")], after=0)
    await fill_up(sqlite_place)
    with pytest.raises(Unavailable, match="full"):
        await store.append("lo-1", [note("b"), note("c", BIG)], after=1, once="trigger-1")
    assert [fact.id for fact in await store.read("lo-1")] == ["a"]
    assert await store.incident_of("trigger-1") is None
    await sqlite_place.run("PRAGMA max_page_count = 1000000")
    await store.append("lo-1", [note("b", BIG)], after=1, once="trigger-1")
    assert check_chain(map(fact_to_dict, await store.read("lo-1"))) is None


def flood(connection: Connection) -> None:
    """Deliveries until the disk is full."""
    for number in range(10_000):
        connection.exec_driver_sql("INSERT INTO delivery VALUES (?, '', '')", (f"{number:0200}",))


async def test_what_fits_is_recorded_beside_what_does_not(sqlite_place: DatabasePlace) -> None:
    """SQLite may take the whole batch back when its disk is full; each is then tried alone."""
    writer = sqlite_place.open_writer()
    store = sqlite_place.store_over(writer)
    await store.append("lo-1", [note("a")], after=0)
    await fill_up(sqlite_place, spare=4)
    gate = threading.Event()

    def hold(_connection: Connection) -> bool:
        return gate.wait(10)

    async def open_gate() -> None:
        gate.set()

    outcomes = await asyncio.gather(
        writer.run(hold),
        store.append("lo-1", [note("b")], after=1, once="trigger-b"),
        store.append("lo-2", [note("c", BIG)], after=0, once="trigger-c"),
        writer.run(flood),
        store.append("lo-1", [note("d")], after=2, once="trigger-d"),
        open_gate(),
        return_exceptions=True,
    )
    failed = [isinstance(outcome, Unavailable) for outcome in outcomes]
    assert failed == [False, False, True, True, False, False]
    other = sqlite_place.open()
    assert [fact.id for fact in await other.read("lo-1")] == ["a", "b", "d"]
    assert await other.read("lo-2") == []
    assert await other.incident_of("trigger-c") is None
    assert await sqlite_place.run("SELECT count(*) FROM delivery") == [(2,)]


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """For this process: the operating system refuses to write past `size` bytes of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_write_that_fails_at_the_commit_is_unavailable(
    sqlite_place: DatabasePlace, file: Path
) -> None:
    """The write-ahead log cannot grow: nothing is recorded, and it works again afterwards."""
    store = sqlite_place.open()
    await store.append("lo-1", [note("a")], after=0)
    with no_file_grows_beyond(file.with_name("lockout.db-wal").stat().st_size):
        with pytest.raises(Unavailable):
            await store.append("lo-1", [note("b")], after=1, once="trigger-1")
        with pytest.raises(Unavailable):
            await store.check()
    assert [fact.id for fact in await store.read("lo-1")] == ["a"]
    await store.check()
    await store.append("lo-1", [note("b")], after=1, once="trigger-1")
    assert len(await sqlite_place.open().read("lo-1")) == 2


async def test_a_read_only_database_is_unavailable(sqlite_place: DatabasePlace) -> None:
    """The check sees it too; nothing is recorded, and it works again as soon as it may."""
    store = sqlite_place.open()
    await store.append("lo-1", [note("a")], after=0)
    raw: Any = await sqlite_place.writers[-1].run(
        lambda connection: connection.connection.dbapi_connection
    )
    raw.execute("PRAGMA query_only = ON")
    with pytest.raises(Unavailable, match="readonly"):
        await store.append("lo-1", [note("b")], after=1)
    with pytest.raises(Unavailable, match="readonly"):
        await store.check()
    raw.execute("PRAGMA query_only = OFF")
    await store.append("lo-1", [note("b")], after=1)
    await store.check()


async def test_a_database_locked_by_somebody_else_is_unavailable(
    sqlite_place: DatabasePlace, file: Path
) -> None:
    """Not for ever: the writer waits its time, gives up, and works again afterwards."""
    store = sqlite_place.open()
    await sqlite_place.run("PRAGMA busy_timeout = 20")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            await store.append("lo-1", [note("a")], after=0)
        other.execute("ROLLBACK")
    await store.append("lo-1", [note("a")], after=0)
    assert len(await store.read("lo-1")) == 1


OTHERS = (
    "occurred_at, recorded_at, actor_id, actor_name, surface, kind, '{}', previous, hash FROM fact"
)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT OR REPLACE INTO fact SELECT id, incident, version, {OTHERS}",
        f"REPLACE INTO fact SELECT 'other', incident, version, {OTHERS}",
        "INSERT INTO fact SELECT * FROM fact WHERE true ON CONFLICT DO UPDATE SET payload = '{}'",
        "UPDATE OR REPLACE fact SET version = 1",
    ],
)
async def test_a_fact_is_never_replaced(
    sqlite_place: DatabasePlace, file: Path, statement: str
) -> None:
    """Neither by its id nor by its version, and not from the outside either."""
    store = sqlite_place.open()
    facts = await store.append("lo-1", [note("a"), note("b")], after=0)
    with (
        closing(sqlite3.connect(file)) as outside,
        pytest.raises(sqlite3.IntegrityError, match="never changed or removed"),
    ):
        outside.execute(statement)
    assert await store.read("lo-1") == facts


async def test_the_file_is_as_safe_as_sqlite_makes_it(sqlite_place: DatabasePlace) -> None:
    """Write-ahead log, and a flush to disk at every commit."""
    sqlite_place.open()
    assert await sqlite_place.run("PRAGMA journal_mode") == [("wal",)]
    assert await sqlite_place.run("PRAGMA synchronous") == [(2,)]


async def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    """`sqlite:///new/folder/lockout.db` works on a new machine."""
    place = DatabasePlace(f"sqlite:///{tmp_path}/new/folder/lockout.db")
    await place.open().check()
    place.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    """At the start, in one sentence."""
    (tmp_path / "lockout.db").write_text("notes of the night shift\n" * 100, encoding="utf-8")
    with pytest.raises(Unavailable, match="not a database"):
        DatabasePlace(f"sqlite:///{tmp_path}/lockout.db").engine()
