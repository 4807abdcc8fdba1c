"""One lockout from the command to its close; the process dies over every single press.

Each life has its trap at the next of the named points, so that a walk passes all of them. Whoever
pressed looks at the card when the program is back, as people do, and presses again if need be.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from bot.adapters.db.engine import open_engine
from bot.app import App
from bot.core.timeline import Fact
from bot.services.desk import Desk
from tests.contracts.conftest import postgres, serve_postgres
from tests.faults.ledger import _shown, read_database
from tests.faults.points import POINTS
from tests.faults.siege import Siege, office
from tests.postgres import PostgresServer
from tests.walks.office import ONCALL, Answers, Office
from tests.walks.scripts import WALKS
from tests.walks.test_three_methods import play
from tests.workspace import NotThere

__all__ = ["postgres", "serve_postgres"]

pytestmark = [pytest.mark.faults, pytest.mark.slow]

PATIENCE = 90.0


@dataclass(frozen=True)
class Mortal(Office):
    """An office whose program dies at each press."""

    siege: Siege
    points: Iterator[str]

    async def press(self, label: str, who: str = ONCALL) -> None:
        """Until it is recorded, which it is once."""
        await self._killed(partial(Office.press, self, label, who), who)

    async def answer(self, label: str, answers: Answers, who: str = ONCALL) -> None:
        """Until it is recorded, form and all."""
        await self._killed(partial(Office.answer, self, label, answers, who), who)

    async def _killed(self, act: Callable[[], Awaitable[None]], who: str) -> None:
        siege = self.siege
        victim, everybody = siege.chance.choice(siege.programs), list(siege.programs)
        await self._shows_everything()
        await siege._kill(victim)
        await victim.start(next(self.points))
        # Or the other replica would take the press, and this one nothing.
        siege.doors.programs = [victim]
        before = self._done()
        task = asyncio.ensure_future(act())
        while victim.is_alive():
            done, _ = await asyncio.wait({task}, timeout=0.01)
            if done:
                break
        task.cancel()
        with suppress(asyncio.CancelledError, AssertionError, NotThere):
            await task
        await siege._kill(victim)
        await victim.start()
        siege.doors.programs = everybody
        self.slack.world.screens.clear(who)
        if self._done() == before:
            await self._shows_everything()
            await act()
        assert self._done() > before

    def timeline(self) -> list[Fact]:
        """As it is on disk."""
        engine = open_engine(self.siege.database)
        (facts,) = read_database(engine).timelines.values()
        engine.dispose()
        return facts

    def _done(self) -> int:
        """How much people did that was recorded."""
        return sum(fact.actor.id.startswith("slack:U") for fact in self.timeline())

    async def _shows_everything(self) -> None:
        """A card that shows less may offer what was pressed already."""
        async with asyncio.timeout(PATIENCE):
            while True:
                facts = [fact for fact in self.timeline() if fact.kind != "CardPosted"]
                cards = self._cards()
                if cards and _shown(cards[-1]) >= facts[-1].version:
                    return
                await asyncio.sleep(0.1)


async def walk(siege: Siege, provider: str, method: str) -> None:
    """Declare, walk, close; then everything is held against the ledger."""
    nobody = cast("App", None), cast("Desk", None)
    mortal = Mortal(siege.slack, *nobody, siege, itertools.cycle(POINTS))
    try:
        for program in siege.programs:
            await program.start()
        await Office.declare(mortal, provider)
        await play(mortal, WALKS[provider, method])
        await mortal.press("Close the incident")
        until = await siege._drain()
        await siege._stop_gracefully()
    finally:
        await siege.doors.close()
        for program in siege.programs:
            await program.end()
    assert siege._reckon(until).details == []
    kinds = [fact.kind for fact in mortal.timeline()]
    assert kinds.count("IncidentClosed") == 1
    assert kinds.count("ObligationOpened") == kinds.count("ObligationSettled")
    assert siege.kills >= len(POINTS)


async def test_on_sqlite_a_walk_goes_on_after_every_death(tmp_path: Path) -> None:
    """By its own trap at each press, or at the latest after the answer."""
    async with office() as slack:
        database, patience = f"sqlite:///{tmp_path}/lockout.db", timedelta(seconds=PATIENCE)
        await walk(Siege(slack, tmp_path, database, patience=patience), "aws", "support-user")


@pytest.mark.postgres
async def test_on_postgresql_a_walk_goes_on_with_either_of_two_replicas(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """What the dead one had begun, the other one ends."""
    async with office() as slack:
        database, patience = postgres.new_database(), timedelta(seconds=PATIENCE)
        siege = Siege(slack, tmp_path, database, replicas=2, patience=patience)
        await walk(siege, "aws", "support-user")
