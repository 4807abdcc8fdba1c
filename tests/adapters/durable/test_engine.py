"""DBOS in our own database: what is enqueued with the facts happens, and after a restart too."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine, create_engine, update

from bot.adapters.db import outgoing
from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.schema import outgoing as table
from bot.adapters.db.writer import Writer
from bot.adapters.durable import engine as durable
from bot.adapters.durable.engine import DurableEngine, check_sqlite
from bot.adapters.durable.stranded import pending
from bot.adapters.system import SystemClock
from bot.core.errors import Broken
from bot.services.ports import Outgoing, Timer, Work

pytestmark = pytest.mark.slow


@dataclass
class Postman:
    """Remembers what it was given, in order."""

    given: list[Outgoing] = field(default_factory=list)
    woken: list[Timer] = field(default_factory=list)
    drawn: int = 0
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Taken."""
        self.given.append(item)
        self.bell.set()
        return key

    async def wake(self, timer: Timer) -> str:
        """Woken."""
        self.woken.append(timer)
        self.bell.set()
        return "said"

    async def rearm(self, *, first: bool = False) -> int:
        """Nothing stands."""
        return 0

    async def redraw(self) -> None:
        """Once more."""
        self.drawn += 1

    async def until(self, *, given: int = 0, woken: int = 0) -> None:
        """Wait for so many of each."""
        async with asyncio.timeout(20):
            while len(self.given) < given or len(self.woken) < woken:
                self.bell.clear()
                await self.bell.wait()


def open_database(folder: Path) -> Engine:
    """The same file every time."""
    engine = open_engine(f"sqlite:///{folder}/lockout.db")
    migrate(engine)
    return engine


@asynccontextmanager
async def serving(folder: Path, postman: Postman) -> AsyncIterator[SqlEventStore]:
    """A store whose effects are delivered."""
    engine, clock = open_database(folder), SystemClock()
    writer = Writer(engine)
    durable_engine = DurableEngine(engine, writer, clock)
    await durable_engine.launch(Work(postman, postman.wake, postman.rearm, postman.redraw))
    try:
        yield SqlEventStore(writer, clock, durable_engine.enqueue)
    finally:
        await durable_engine.close()
        writer.close()


async def settled(store: SqlEventStore) -> bool:
    """Whether nothing waits and nothing is left running, after at most ten seconds."""
    for _ in range(200):
        left = await asyncio.to_thread(lambda: len(pending()))
        if not left and not (await store.backlog()).waiting:
            return True
        await asyncio.sleep(0.05)
    return False


def show(line: int) -> Outgoing:
    """One line to say."""
    return Outgoing("lo-1", "show", {"say": [line]})


async def test_what_is_written_down_is_delivered_and_timers_wake(tmp_path: Path) -> None:
    """Each once; afterwards nothing waits and nothing is stranded."""
    postman = Postman()
    async with serving(tmp_path, postman) as store:
        soon = SystemClock().now() + timedelta(seconds=1)
        await store.schedule([show(1), Timer("lo-1", "news", 1, soon)])
        await postman.until(given=1, woken=1)
        assert postman.given == [show(1)]
        assert postman.woken[0].at == soon.replace(microsecond=postman.woken[0].at.microsecond)
        assert await settled(store)
    # The loop's own executor was taken away and must be usable again.
    assert await asyncio.to_thread(lambda: 1) == 1


async def test_what_waited_while_nobody_served_is_taken_up(tmp_path: Path) -> None:
    """Written down by a terminal, or left behind by a process that died."""
    engine = open_database(tmp_path)
    writer = Writer(engine)
    now = SystemClock().now()
    await writer.run(lambda connection: outgoing.add(connection, show(1), now))
    writer.close()
    postman = Postman()
    async with serving(tmp_path, postman):
        await postman.until(given=1)
    assert postman.given == [show(1)]


async def test_what_a_newer_release_wrote_down_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given back again and again, unmarked; what is patched is what this release knows."""
    monkeypatch.setattr(durable, "GIVE_BACK_SECONDS", 0.1)
    postman, item = Postman(), Outgoing("lo-1", "audit", {"asked": 1})
    async with serving(tmp_path, postman) as store:
        with monkeypatch.context() as older:
            older.setattr(outgoing, "KNOWN", frozenset({"show"}))
            await store.schedule([item])
            await store.schedule([show(2)])
            await postman.until(given=1)
            # It came round at least twice by now.
            await asyncio.sleep(3)
            assert postman.given == [show(2)]
            assert (await store.backlog()).waiting == 1
        await postman.until(given=2)
        assert postman.given == [show(2), item]
        assert await settled(store)


async def test_an_item_whose_workflow_is_over_gets_another_one(tmp_path: Path) -> None:
    """It would have waited for the hourly purge of what was over a day ago."""
    engine = open_database(tmp_path)
    writer, clock, postman = Writer(engine), SystemClock(), Postman()
    served = DurableEngine(engine, writer, clock)
    await served.launch(Work(postman, postman.wake, postman.rearm, postman.redraw))
    store = SqlEventStore(writer, clock, served.enqueue)
    await store.schedule([show(1)])
    await postman.until(given=1)
    assert await settled(store)
    # As if it had ended without settling its item.
    waiting = update(table).values(state="waiting", batch=None)
    await writer.run(lambda connection: connection.execute(waiting))
    assert await served.reconcile() == 1
    await postman.until(given=2)
    await served.close()
    writer.close()


async def test_nothing_waits_behind_what_a_terminal_wrote_down(tmp_path: Path) -> None:
    """That has no workflow yet, so the next one must have its own."""
    engine = open_database(tmp_path)
    writer, clock, postman = Writer(engine), SystemClock(), Postman()
    served = DurableEngine(engine, writer, clock)
    await served.launch(Work(postman, postman.wake, postman.rearm, postman.redraw))
    store = SqlEventStore(writer, clock, served.enqueue)
    beside = SqlEventStore(writer, clock, outgoing.write_effect)
    begun = asyncio.get_running_loop().time()
    await beside.schedule([show(1)])
    await store.schedule([show(2)])
    await postman.until(given=1)
    assert asyncio.get_running_loop().time() - begun < durable.TAKE_UP_SECONDS / 2
    assert postman.given == [Outgoing("lo-1", "show", {"say": [1, 2]})]
    await served.close()
    writer.close()


async def test_what_does_not_fit_into_a_message_follows_at_once(tmp_path: Path) -> None:
    """Fifty at once are three messages, a second apart, and none waits for a look at the table."""
    postman = Postman()
    async with serving(tmp_path, postman) as store:
        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(store.schedule([show(line)]) for line in range(50)))
        async with asyncio.timeout(20):
            while sum(len(item.payload["say"]) for item in postman.given) < 50:
                postman.bell.clear()
                await postman.bell.wait()
        assert asyncio.get_running_loop().time() - begun < durable.TAKE_UP_SECONDS / 1.5
        assert len(postman.given) <= 4


def test_a_machine_that_cannot_run_the_engine_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.12 with the SQLite of Debian 12; what is patched is the machine."""
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(Broken, match="cannot run") as refusal:
        check_sqlite()
    assert "PostgreSQL" in refusal.value.hint
    monkeypatch.setattr(sqlite3, "sqlite_version_info", durable.OLDEST_SQLITE)
    check_sqlite()


async def test_what_may_have_waited_to_be_drawn_is_drawn_at_the_start(tmp_path: Path) -> None:
    """A drawing is no work of the engine: it died with the process before."""
    postman = Postman()
    async with serving(tmp_path, postman):
        assert postman.drawn == 1


async def test_work_is_written_down_so_that_any_process_of_any_version_can_take_it(
    tmp_path: Path,
) -> None:
    """In JSON, since a pickle runs what it holds; under one version and the one server's name."""
    postman = Postman()
    async with serving(tmp_path, postman) as store:
        later = SystemClock().now() + timedelta(hours=1)
        await store.schedule([show(1), Timer("lo-1", "news", 1, later)])
        await postman.until(given=1)
        with closing(sqlite3.connect(tmp_path / "lockout.db")) as reader:
            written = reader.execute(
                "SELECT name, workflow_input.inputs, application_version, executor_id"
                " FROM workflow_status JOIN workflow_input USING (workflow_uuid) ORDER BY name"
            ).fetchall()
    (_, delivery, version, executor), (_, timer, *_) = written
    assert json.loads(delivery)["positionalArgs"] == [1]
    assert json.loads(timer)["positionalArgs"][:3] == ["lo-1", "news", 1]
    assert (version, executor) == (durable.VERSION, durable.SINGLE)


def test_processes_on_one_postgresql_have_names_of_their_own(tmp_path: Path) -> None:
    """Two of one name would run each other's work; on SQLite a restart must find its own."""
    shared = create_engine("postgresql+psycopg://db.example.com/x")
    own = open_database(tmp_path)
    names = [
        DurableEngine(engine, cast("Writer", None), SystemClock()).afoot.executor
        for engine in (shared, shared, own, own)
    ]
    assert len(set(names[:2])) == 2
    own.dispose()
    assert names[2:] == [durable.SINGLE] * 2
