"""What only a database can promise: it guards the facts, and commits waiting work together."""

from __future__ import annotations

import asyncio
import threading
from typing import Never

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.schema import metadata
from bot.adapters.db.writer import MOST_TOGETHER
from bot.core.errors import Broken, Unavailable
from bot.core.timeline import check_chain, fact_to_dict
from tests.contracts.places import DatabasePlace, note


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET payload = '{}' WHERE version = 1",
        "UPDATE fact SET payload = payload",
        "DELETE FROM fact",
        "DELETE FROM fact WHERE id = 'b'",
    ],
)
async def test_a_fact_is_never_changed_or_removed(database: DatabasePlace, statement: str) -> None:
    """The database refuses, whoever asks, and says what to do instead."""
    store = database.open()
    facts = await store.append("lo-1", [note("a"), note("b")], after=0)
    with pytest.raises(Unavailable, match="record a correction instead"):
        await database.run(statement)
    assert await store.read("lo-1") == facts


async def test_a_failing_job_takes_no_other_with_it(database: DatabasePlace) -> None:
    """In one batch: a bug of ours, a database error, and two facts, which are recorded."""
    writer = database.open_writer()
    store: SqlEventStore = database.store_over(writer)
    gate = threading.Event()

    def hold(_connection: Connection) -> bool:
        return gate.wait(10)

    def break_down(_connection: Connection) -> Never:
        message = "a bug of ours"
        raise LookupError(message)

    def ask_nonsense(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT nonsense FROM nowhere")

    async def open_gate() -> None:
        gate.set()

    outcomes = await asyncio.gather(
        writer.run(hold),
        store.append("lo-1", [note("a")], after=0),
        writer.run(break_down),
        store.append("lo-1", [note("b")], after=1),
        writer.run(ask_nonsense),
        store.append("lo-1", [note("c")], after=2),
        open_gate(),
        return_exceptions=True,
    )
    assert isinstance(outcomes[2], LookupError)
    assert isinstance(outcomes[4], Unavailable)
    assert [fact.id for fact in await store.read("lo-1")] == ["a", "b", "c"]


async def test_appends_that_wait_together_share_a_commit(database: DatabasePlace) -> None:
    """200 at once are all on disk, for far fewer commits than appends."""
    assert MOST_TOGETHER >= 200
    store = database.open()
    before = database.commits
    names = [f"lo-{number}" for number in range(200)]
    await asyncio.gather(*(store.append(name, [note(f"of {name}")], after=0) for name in names))
    assert database.commits - before <= 40
    other = database.open()
    assert [len(await other.read(name)) for name in names] == [1] * 200


async def test_a_fact_is_visible_elsewhere_when_its_append_returns(database: DatabasePlace) -> None:
    """So that the ack, which comes after it, never comes too soon."""
    one, other = database.open(), database.open()
    for version in range(10):
        await one.append("lo-1", [note(f"n{version}")], after=version)
        assert len(await other.read("lo-1")) == version + 1


async def test_a_closed_store_says_so(database: DatabasePlace) -> None:
    """Instead of letting somebody wait for ever."""
    store = database.open()
    database.writers[-1].close()
    with pytest.raises(Unavailable, match="stopping"):
        await store.append("lo-1", [note("a")], after=0)


async def test_what_waits_at_closing_time_is_still_written(database: DatabasePlace) -> None:
    """Closing finishes the queue first."""
    store = database.open()
    waiting = [
        asyncio.ensure_future(store.append(f"lo-{number}", [note(f"n{number}")], after=0))
        for number in range(50)
    ]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.writers[-1].close)
    await asyncio.gather(*waiting)
    other = database.open()
    assert [len(await other.read(f"lo-{number}")) for number in range(50)] == [1] * 50


async def test_an_append_that_nobody_waits_for_harms_nobody(database: DatabasePlace) -> None:
    """A cancelled task leaves the writer at work."""
    store = database.open()
    task = asyncio.ensure_future(store.append("lo-1", [note("a")], after=0))
    await asyncio.sleep(0)
    task.cancel()
    await store.append("lo-2", [note("b")], after=0)
    assert [fact.id for fact in await store.read("lo-2")] == ["b"]


async def test_migrating_again_changes_nothing(database: DatabasePlace) -> None:
    """At every start; the facts stay."""
    store = database.open()
    await store.append("lo-1", [note("a")], after=0)
    for _ in range(2):
        database.engine().dispose()
    facts = await store.read("lo-1")
    assert check_chain(map(fact_to_dict, facts)) is None
    assert len(facts) == 1


async def test_two_that_start_at_once_migrate_one_by_one(database: DatabasePlace) -> None:
    """Both serve afterwards; neither fails over the other's tables."""
    engines = await asyncio.gather(*(asyncio.to_thread(database.engine) for _ in range(4)))
    for engine in engines:
        engine.dispose()
    store = database.open()
    assert len(await store.append("lo-1", [note("a")], after=0)) == 1


def test_the_migrations_make_the_tables_that_the_code_uses(database: DatabasePlace) -> None:
    """Every table and every column, so that schema and migrations cannot drift."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - costs half a second
    from alembic.migration import MigrationContext  # noqa: PLC0415

    engine = database.engine()
    with engine.begin() as connection:
        drift = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert drift == []


async def test_a_newer_database_is_refused_with_the_way_out(database: DatabasePlace) -> None:
    """An older program must not write into what it does not know."""
    database.open()
    await database.run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Broken, match="newer Lockout") as refusal:
        database.engine()
    assert "Install that version" in refusal.value.hint


async def test_a_database_of_the_next_release_is_served(database: DatabasePlace) -> None:
    """Versions change one by one and back again; its number says that it only added."""
    database.open()
    await database.run("UPDATE alembic_version SET version_num = '0999'")
    other = database.open()
    assert len(await other.append("lo-1", [note("a")], after=0)) == 1
    assert await database.run("SELECT version_num FROM alembic_version") == [("0999",)]


async def test_a_migration_that_fails_half_way_leaves_nothing(database: DatabasePlace) -> None:
    """The next start finds an empty database again, and not half of one."""
    engine = open_engine(database.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE delivery (in_the_way INTEGER)")
    with pytest.raises(Unavailable):
        migrate(engine)
    with engine.begin() as connection, pytest.raises(SQLAlchemyError):
        connection.exec_driver_sql("SELECT 1 FROM fact")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE delivery")
    migrate(engine)
    engine.dispose()
