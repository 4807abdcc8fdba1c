"""Several processes on one PostgreSQL: what one leaves behind, another one takes up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest
from sqlalchemy import insert, select, text

from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.schema import replica
from bot.adapters.db.writer import Writer
from bot.adapters.durable.engine import DurableEngine
from bot.adapters.durable.replicas import NEVER, Replicas
from bot.services.ports import Work
from tests.contracts.conftest import postgres, serve_postgres
from tests.faults.plan import PAUSED
from tests.faults.siege import Siege, office
from tests.postgres import PostgresServer

__all__ = ["postgres", "serve_postgres"]

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

PROMISED_SECONDS = 30


@asynccontextmanager
async def two_replicas(folder: Path, database: str) -> AsyncIterator[Siege]:
    """Both born at the same moment, on a database without a single table."""
    async with office() as slack:
        siege = Siege(slack, folder, database, replicas=2)
        try:
            await asyncio.gather(*(program.start() for program in siege.programs))
            yield siege
        finally:
            await siege.doors.close()
            for program in siege.programs:
                await program.end()


def posted(siege: Siege, words: str) -> int:
    """How often it was said."""
    messages = siege.slack.world.state.messages.values()
    return sum(f"'{words}'" in message.text for message in messages)


async def test_the_work_of_a_killed_replica_is_taken_over(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """Killed between the mark of an attempt and its post; said once, within half a minute."""
    async with two_replicas(tmp_path, postgres.new_database()) as siege:
        people, victim = siege.people, siege.programs[0]
        channel = await people.declare()
        await siege._kill(victim)
        await victim.start(PAUSED)
        async with asyncio.timeout(60):
            while victim.is_alive():
                await people.note(channel)
                await asyncio.sleep(0.3)
        killed = time.monotonic()
        for words in people.notes:
            await siege.slack.until(partial(posted, siege, words), within=60)
        assert time.monotonic() - killed < PROMISED_SECONDS
        assert people.notes
        assert {posted(siege, words) for words in people.notes} == {1}


@pytest.fixture
async def alone(postgres: PostgresServer) -> AsyncIterator[tuple[Replicas, Writer]]:
    """One process among none; it may be silent for a fifth of a second."""
    engine = open_engine(postgres.new_database())
    migrate(engine)
    writer = Writer(engine)
    yield Replicas(engine, writer, lease_seconds=0.2), writer
    writer.close()


async def test_who_did_not_say_that_it_lives_may_not_work(alone: tuple[Replicas, Writer]) -> None:
    """Not before the first beat, and not once the others may think it dead."""
    replicas, _ = alone
    with pytest.raises(TimeoutError):
        async with replicas.lease():
            await asyncio.sleep(10)
    await replicas.beat()
    async with replicas.lease():
        pass
    with pytest.raises(TimeoutError):
        async with replicas.lease():
            await asyncio.sleep(10)


async def test_who_says_again_that_it_lives_works_on(alone: tuple[Replicas, Writer]) -> None:
    """A delivery may take longer than a lease."""
    replicas, _ = alone
    # Long enough for a slow disk: nothing here waits for its end.
    replicas._lease_seconds = 60
    await replicas.beat()
    async with replicas.lease():
        (limit,) = replicas._leases
        before = limit.when()
        assert before is not None
        await replicas.beat()
        after = limit.when()
        assert after is not None
        assert after > before


async def test_who_leaves_says_so(alone: tuple[Replicas, Writer]) -> None:
    """So that nobody has to wait until its silence is long enough."""
    replicas, writer = alone
    await replicas.beat()
    await replicas.leave()
    query = select(replica.c.id, replica.c.beat)
    ((name, beat),) = await writer.run(lambda connection: connection.execute(query).all())
    assert (name, beat.year) == (replicas.own, 1970)


async def test_when_one_has_died_the_others_draw_what_it_may_have_left(
    alone: tuple[Replicas, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, by whoever found it; a drawing that waits for its turn is written down nowhere."""
    replicas, writer = alone
    monkeypatch.setattr("bot.adapters.durable.replicas.pending", list)
    drawn: list[str] = []

    async def redraw() -> None:
        drawn.append("again")

    work = Mock(spec=Work, redraw=redraw)
    await replicas.beat()
    await DurableEngine._rescue(replicas, work)
    assert drawn == []
    died = insert(replica).values(id="died", beat=text(NEVER))
    await writer.run(lambda connection: connection.execute(died))
    await DurableEngine._rescue(replicas, work)
    await DurableEngine._rescue(replicas, work)
    assert drawn == ["again"]
