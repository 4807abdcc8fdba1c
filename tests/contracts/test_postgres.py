"""PostgreSQL's own troubles: a restart under the store, two that wait for each other."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, event

from bot.adapters.db.writer import Writer
from bot.core.errors import Conflict, OutcomeUnknown, Unavailable
from bot.core.timeline import Fact, check_chain, fact_to_dict
from tests.contracts.places import DatabasePlace, note
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres


def connect(place: DatabasePlace) -> psycopg.Connection:
    """Past the store, as a person with psql."""
    return psycopg.connect(place.url.replace("+psycopg", ""))


def lose_next_commit(writer: Writer, *, arrived: bool) -> None:
    """The connection is gone before the answer; the commit reached the server, or it did not."""

    def lose(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if arrived:
            raw.commit()
        raw.close()

    event.listen(writer._engine, "commit", lose, once=True)


async def test_a_server_that_restarts_is_unavailable_until_it_is_back(
    fragile_postgres: PostgresServer,
) -> None:
    """Nothing is recorded meanwhile; afterwards the same store works, without a restart."""
    place = DatabasePlace(fragile_postgres.new_database())
    store = place.open()
    await store.append("lo-1", [note("a")], after=0)
    fragile_postgres.stop()
    try:
        for _ in range(2):
            with pytest.raises(Unavailable):
                await store.append("lo-1", [note("b")], after=1, once="trigger-1")
        with pytest.raises(Unavailable):
            await store.check()
    finally:
        fragile_postgres.start()
    assert await store.incident_of("trigger-1") is None
    await store.append("lo-1", [note("b")], after=1, once="trigger-1")
    await store.check()
    facts = await store.read("lo-1")
    assert [fact.id for fact in facts] == ["a", "b"]
    assert check_chain(map(fact_to_dict, facts)) is None
    place.close()


async def test_a_connection_that_is_cut_in_the_middle_keeps_nothing(
    postgres_place: DatabasePlace,
) -> None:
    """The whole batch hears Unavailable; the next one has a new connection."""
    writer = postgres_place.open_writer()
    store = postgres_place.store_over(writer)
    gate = threading.Event()

    def hold(_connection: Connection) -> bool:
        return gate.wait(10)

    def cut(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    async def open_gate() -> None:
        gate.set()

    outcomes = await asyncio.gather(
        writer.run(hold),
        store.append("lo-1", [note("a")], after=0),
        writer.run(cut),
        store.append("lo-2", [note("b")], after=0),
        open_gate(),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes[1:4]] == [Unavailable] * 3
    assert await store.read("lo-1") + await store.read("lo-2") == []
    await store.append("lo-1", [note("a")], after=0)
    assert len(await store.read("lo-1")) == 1


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("once", ["trigger-1", ""])
async def test_a_commit_that_got_no_answer_is_found_out(
    postgres_place: DatabasePlace, once: str, *, arrived: bool
) -> None:
    """Whether it came to that or not: recorded once, and said so."""
    writer = postgres_place.open_writer()
    store = postgres_place.store_over(writer)
    await store.append("lo-1", [note("a")], after=0)

    lose_next_commit(writer, arrived=arrived)
    recorded = await store.append("lo-1", [note("b"), note("c")], after=1, once=once)
    facts = await store.read("lo-1")
    assert [fact.id for fact in facts] == ["a", "b", "c"]
    assert recorded == facts[1:]
    await store.append("lo-1", [note("d")], after=3)
    assert check_chain(map(fact_to_dict, await store.read("lo-1"))) is None


async def test_a_lost_commit_whose_facts_cannot_be_read_is_said_to_be_open(
    postgres_place: DatabasePlace,
) -> None:
    """It did arrive, so 'not recorded' would be false; and nobody answers who could say so."""
    writer = postgres_place.open_writer()
    store = postgres_place.store_over(writer)
    await store.append("lo-1", [note("a")], after=0)

    async def unread(incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        raise Unavailable("The database does not answer")

    lose_next_commit(writer, arrived=True)
    store.read = unread  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknown):
        await store.append("lo-1", [note("b")], after=1)


async def test_a_server_that_took_over_without_the_newest_facts_gets_no_gap(
    postgres_place: DatabasePlace,
) -> None:
    """A replica that was promoted behind its primary: what this process remembers is not there."""
    writer = postgres_place.open_writer()
    store = postgres_place.store_over(writer)
    await store.append("lo-1", [note("a")], after=0)
    await store.append("lo-1", [note("b")], after=1)
    with closing(connect(postgres_place)) as other:
        other.execute("ALTER TABLE fact DISABLE TRIGGER USER")
        other.execute("DELETE FROM fact WHERE id = 'b'")
        other.execute("ALTER TABLE fact ENABLE TRIGGER USER")
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        other.commit()
    with pytest.raises(Conflict):
        await store.append("lo-1", [note("c")], after=2)
    await store.append("lo-1", [note("d")], after=1)
    assert check_chain(map(fact_to_dict, await store.read("lo-1"))) is None


async def test_a_lost_commit_of_a_server_that_stays_away_is_said_to_be_open(
    fragile_postgres: PostgresServer,
) -> None:
    """Neither 'recorded' nor 'not recorded' would be true."""
    place = DatabasePlace(fragile_postgres.new_database())
    writer = place.open_writer()
    store = place.store_over(writer)

    def stop(_connection: Connection) -> None:
        fragile_postgres.stop("immediate")

    event.listen(writer._engine, "commit", stop, once=True)
    with pytest.raises(OutcomeUnknown):
        await store.append("lo-1", [note("a")], after=0)
    fragile_postgres.start()
    place.close()


async def test_two_that_wait_for_each_other_decide_again(postgres_place: DatabasePlace) -> None:
    """PostgreSQL ends a deadlock by taking one back; each of its facts is then tried by itself."""
    writer = postgres_place.open_writer()
    store = postgres_place.store_over(writer)
    started, first_is_in, crossed = threading.Event(), threading.Event(), threading.Event()

    def hold(_connection: Connection) -> bool:
        return started.wait(10)

    def let_the_other_cross(_connection: Connection) -> bool:
        first_is_in.set()
        return crossed.wait(10)

    def cross() -> None:
        """Another process, which takes the same two versions in the other order."""
        insert = sql.SQL("INSERT INTO fact VALUES ({}, {}, 1, '', '', '', '', '', '', '', '', '')")
        with closing(connect(postgres_place)) as other:
            (pid,) = other.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            other.execute(insert.format("x", "lo-2"))
            started.set()
            first_is_in.wait(10)
            watcher = threading.Thread(target=say_when_it_waits, args=(pid,))
            watcher.start()
            other.execute(insert.format("y", "lo-1"))
            watcher.join()
            other.commit()

    def say_when_it_waits(pid: int) -> None:
        # Its deadlock check must find nothing, so that ours is the one that finds it.
        with closing(connect(postgres_place)) as watch:
            watch.autocommit = True
            waits = "SELECT now() - state_change > '150 ms' AND wait_event_type = 'Lock'"
            while watch.execute(
                f"{waits} FROM pg_stat_activity WHERE pid = %s".encode(), (pid,)
            ).fetchone() != (True,):
                pass
        crossed.set()

    other = asyncio.create_task(asyncio.to_thread(cross))
    outcomes = await asyncio.gather(
        writer.run(hold),
        store.append("lo-1", [note("a")], after=0),
        writer.run(let_the_other_cross),
        store.append("lo-2", [note("b")], after=0),
        return_exceptions=True,
    )
    await other
    # The other process went on and took both versions, so both of ours decide again.
    assert [type(outcome) for outcome in (outcomes[1], outcomes[3])] == [Conflict, Conflict]
    await store.append("lo-3", [note("c")], after=0)


async def test_facts_cannot_be_truncated(postgres_place: DatabasePlace) -> None:
    """Not by the owner of the tables either, from any connection."""
    store = postgres_place.open()
    facts = await store.append("lo-1", [note("a")], after=0)
    for statement in (b"TRUNCATE fact", b"TRUNCATE fact CASCADE", b"DELETE FROM fact"):
        with (
            closing(connect(postgres_place)) as outside,
            pytest.raises(psycopg.errors.RaiseException, match="never changed or removed"),
        ):
            outside.execute(statement)
    assert await store.read("lo-1") == facts


async def test_a_commit_waits_for_the_disk_whatever_the_server_says(
    postgres_place: DatabasePlace,
) -> None:
    """`synchronous_commit` off for the database would lose acknowledged facts."""
    with closing(connect(postgres_place)) as outside:
        outside.autocommit = True
        name = outside.info.dbname
        change = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
        outside.execute(change.format(sql.Identifier(name)))
    postgres_place.open()
    assert await postgres_place.run("SHOW synchronous_commit") == [("on",)]


async def test_a_server_that_is_not_there_is_said_at_the_start(
    postgres: PostgresServer,
) -> None:
    """Unavailable, without the password."""
    url = f"postgresql+psycopg://lockout:geheim@127.0.0.1:{postgres.port}/no_such_database"
    with pytest.raises(Unavailable) as refusal:
        DatabasePlace(url).engine()
    assert "geheim" not in str(refusal.value)
