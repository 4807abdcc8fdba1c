"""Work that DBOS takes for running, while nobody runs it, is found and runs again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.writer import Writer
from bot.adapters.durable.engine import DurableEngine
from bot.adapters.durable.stranded import KEPT, pending, purge
from bot.adapters.system import SystemClock
from bot.services.ports import Outgoing, Timer, Work

pytestmark = pytest.mark.slow


@dataclass
class Walkout:
    """A courier that leaves its first delivery where it is, as a process that must stop does."""

    asked: list[bool] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Gone the first time, delivered the second time."""
        self.asked.append(again)
        if len(self.asked) == 1:
            self.left.set()
            raise asyncio.CancelledError
        self.done.set()
        return key

    async def wake(self, timer: Timer) -> str:
        """Nobody is reminded here."""
        return timer.subject

    async def rearm(self, *, first: bool = False) -> int:
        """Nothing stands."""
        return 0

    async def redraw(self) -> None:
        """Nothing hangs."""


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again, for ten seconds at most."""
    for _ in range(1000):
        if await asyncio.to_thread(condition):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(condition)


async def test_what_was_left_lying_runs_again_once_it_was_seen_twice(tmp_path: Path) -> None:
    """Seen once, it may be about to begin; it is asked to look, since it may have arrived."""
    engine, clock, courier = open_engine(f"sqlite:///{tmp_path}/a.db"), SystemClock(), Walkout()
    migrate(engine)
    writer = Writer(engine)
    durable = DurableEngine(engine, writer, clock)
    await durable.launch(Work(courier, courier.wake, courier.rearm, courier.redraw))
    try:
        store = SqlEventStore(writer, clock, durable.enqueue)
        await store.schedule([Outgoing("lo-1", "show", {"say": [1]})])
        async with asyncio.timeout(20):
            await courier.left.wait()
            # The first look comes once DBOS has put the workflow away, unfinished.
            await until(lambda: not durable.afoot.runs("deliver:1"))
            assert await asyncio.to_thread(durable.afoot.revive) == 0
            assert [item.workflow_id for item in await asyncio.to_thread(pending)] == ["deliver:1"]
            assert await asyncio.to_thread(durable.afoot.revive) == 1
            await courier.done.wait()
        assert courier.asked == [False, True]
        assert await asyncio.to_thread(purge, clock.now()) == 0
        await until(lambda: not pending())
        assert await asyncio.to_thread(purge, clock.now() + KEPT + timedelta(hours=1)) == 1
    finally:
        await durable.close()
        writer.close()
