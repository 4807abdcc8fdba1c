"""Processes are killed under load, at random and at every named write point: nothing is lost.

A short run by default; LOCKOUT_FAULTS=long (`make faults`) is the one whose table is shown around.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contracts.conftest import fragile_postgres, serve_postgres
from tests.faults.ledger import AFTER_A_PAUSE, Ledger
from tests.faults.load import dice
from tests.faults.plan import Blow, make_plan
from tests.faults.provider import Provider
from tests.faults.siege import Siege, office
from tests.faults.table import show
from tests.postgres import PostgresServer

__all__ = ["fragile_postgres", "serve_postgres"]

pytestmark = [pytest.mark.faults, pytest.mark.slow]

AT_LEAST = 30


async def besiege(siege: Siege, plan: list[Blow], tell: Callable[[str], None]) -> Ledger:
    """Run it, and show its table whatever it says."""
    ledger = await siege.run(plan)
    tell(show(siege, ledger))
    assert siege.kills >= AT_LEAST
    return ledger


async def test_on_sqlite_nothing_is_lost(
    tmp_path: Path, tell: Callable[[str], None], kills: int
) -> None:
    """One process, killed and started again, stopped and continued."""
    async with office() as slack:
        database, provider = f"sqlite:///{tmp_path}/lockout.db", Provider(tmp_path)
        siege = Siege(slack, tmp_path, database, provider=provider)
        plan = make_plan(kills, dice(siege.seed), 4, stop=3)
        ledger = await besiege(siege, plan, tell)
    assert ledger.details == []
    # Or the points would no longer be where they are named; with one process, each is come to.
    assert not siege.missed.keys() - siege.hits.keys()


@pytest.mark.postgres
async def test_on_postgresql_two_replicas_lose_nothing(
    tmp_path: Path,
    fragile_postgres: PostgresServer,
    tell: Callable[[str], None],
    kills: int,
) -> None:
    """Each is killed while the other works, or is stopped so long that the other takes over.

    A process that is stopped after its last look at its lease and before its bytes leave cannot be
    kept from posting what the other has posted: that row is shown and must stay below the pauses.
    """
    async with office() as slack:
        siege = Siege(
            slack,
            tmp_path,
            fragile_postgres.new_database(),
            replicas=2,
            # Taken over by somebody who is killed over it, more than once.
            patience=timedelta(seconds=90),
            server=fragile_postgres,
            provider=Provider(tmp_path),
        )
        often = 1 + kills // 50
        plan = make_plan(kills, dice(siege.seed), often, stop=2, pause=often, server=often)
        ledger = await besiege(siege, plan, tell)
    assert [line for line in ledger.details if not line.startswith(AFTER_A_PAUSE)] == []
    assert ledger.counts[AFTER_A_PAUSE] < often
