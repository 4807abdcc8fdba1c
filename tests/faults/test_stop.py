"""Stopped as an orchestrator does it, under load: what was acknowledged is drained or taken up."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contracts.conftest import postgres, serve_postgres
from tests.faults.load import at_work
from tests.faults.provider import Provider
from tests.faults.siege import Siege, office
from tests.faults.table import show
from tests.postgres import PostgresServer

__all__ = ["postgres", "serve_postgres"]

pytestmark = [pytest.mark.faults, pytest.mark.slow]

STOPS = 6
# Longer than what is drained may take (DBOS: ten seconds), shorter than an orchestrator waits.
GONE_SECONDS = 25.0


async def stop_again_and_again(siege: Siege, tell: Callable[[str], None]) -> None:
    """One program after the other; each ends by itself, without an error."""
    try:
        for program in siege.programs:
            await program.start()
        async with at_work(siege.people):
            siege.weather.calm = False
            for number in range(STOPS):
                await asyncio.sleep(siege.chance.uniform(0.5, 2.5))
                program = siege.programs[number % len(siege.programs)]
                program.send(signal.SIGTERM)
                assert await program.is_gone(GONE_SECONDS) == 0
                siege.hits["SIGTERM"] += 1
                await program.start()
        siege.weather.calm = True
        until = await siege._drain()
        await siege._stop_gracefully()
    finally:
        await siege.doors.close()
        for program in siege.programs:
            await program.end()
    ledger = siege._reckon(until)
    tell(show(siege, ledger))
    assert ledger.details == []


async def test_on_sqlite_a_stop_loses_nothing(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """The next one takes up what was not drained."""
    async with office() as slack:
        siege = Siege(
            slack,
            tmp_path,
            f"sqlite:///{tmp_path}/lockout.db",
            # One process, and each stop may take ten seconds.
            patience=timedelta(seconds=60),
            provider=Provider(tmp_path),
        )
        await stop_again_and_again(siege, tell)


@pytest.mark.postgres
async def test_on_postgresql_a_stop_loses_nothing(
    tmp_path: Path, postgres: PostgresServer, tell: Callable[[str], None]
) -> None:
    """The other one takes up what was not drained."""
    async with office() as slack:
        siege = Siege(
            slack,
            tmp_path,
            postgres.new_database(),
            replicas=2,
            patience=timedelta(seconds=60),
            provider=Provider(tmp_path),
        )
        await stop_again_and_again(siege, tell)
