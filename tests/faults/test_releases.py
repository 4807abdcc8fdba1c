"""Versions change one by one under load, and back again: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.adapters.db.engine import MIGRATIONS, begin, open_engine, version_of
from bot.adapters.db.schema import outgoing
from tests.contracts.conftest import postgres, serve_postgres
from tests.faults.load import at_work
from tests.faults.program import Program
from tests.faults.provider import Provider
from tests.faults.releases import MIGRATION, OLD_OUTGOING
from tests.faults.siege import Siege, office
from tests.faults.table import show
from tests.postgres import PostgresServer
from tests.walks.office import APPROVER

__all__ = ["postgres", "serve_postgres"]

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.postgres]

TOGETHER_SECONDS = 4.0


def migrate_to(database: str, revision: str) -> None:
    """As the older program leaves it."""
    from alembic import command  # noqa: PLC0415 - costs half a second
    from alembic.config import Config  # noqa: PLC0415

    engine, config = open_engine(database), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with begin(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def tables_of(database: str) -> str | None:
    """Which release brought the tables up to date."""
    engine = open_engine(database)
    found = version_of(engine)
    engine.dispose()
    return found


def unknown_to_the_older(database: str) -> list[str]:
    """What waits that only the newer program can deliver."""
    engine = open_engine(database)
    query = select(outgoing.c.kind).where(outgoing.c.state == "waiting")
    with engine.connect() as connection:
        kinds = [str(row.kind) for row in connection.execute(query)]
    engine.dispose()
    return [kind for kind in kinds if kind not in OLD_OUTGOING]


async def change(program: Program, *, older: bool) -> None:
    """Stopped as a deploy does it, and started as the other release."""
    program.send(signal.SIGTERM)
    assert await program.is_gone() == 0
    await program.start(older=older)


async def drill(siege: Siege) -> None:
    """Somebody begins one; the older program cannot, so it is tried until the newer one hears."""
    person = siege.slack.person(APPROVER)
    for _ in range(40):
        siege.slack.world.screens.clear(APPROVER)
        try:
            await person.types("/lockout", "drill entra-example")
            await person.sees_modal("DRILL")
            await person.submits()
            if "has begun" in (await person.sees_modal("DRILL")).text:
                return
        except AssertionError:
            await asyncio.sleep(0.2)
    raise AssertionError


def drills(siege: Siege) -> list[str]:
    """The cards of drills that hang, by their first words."""
    return [
        message.text
        for channel in siege.slack.world.state.channels
        for message in siege.slack.messages(channel)
        if str((message.metadata or {}).get("event_payload", {}).get("key", "")).startswith("drill")
    ]


async def test_a_rolling_deploy_and_its_way_back_lose_nothing(
    tmp_path: Path, postgres: PostgresServer, tell: Callable[[str], None]
) -> None:
    """Old and old, old and new, new and new, new and old; a new one is killed in between.

    What the older program does not know waits for the newer one, also while only the older serves.
    """
    async with office() as slack:
        database = postgres.new_database()
        migrate_to(database, MIGRATION)
        siege = Siege(
            slack,
            tmp_path,
            database,
            replicas=2,
            patience=timedelta(seconds=90),
            provider=Provider(tmp_path),
        )
        one, other = siege.programs
        try:
            await asyncio.gather(one.start(older=True), other.start(older=True))
            async with at_work(siege.people):
                await asyncio.sleep(TOGETHER_SECONDS / 2)
                assert tables_of(database) == MIGRATION
                await change(other, older=False)
                await drill(siege)
                await asyncio.sleep(TOGETHER_SECONDS)
                await siege._kill(other)
                await asyncio.sleep(TOGETHER_SECONDS / 2)
                await other.start()
                await asyncio.sleep(TOGETHER_SECONDS / 2)
                await change(one, older=False)
                await asyncio.sleep(TOGETHER_SECONDS / 2)
                await change(other, older=True)
                await asyncio.sleep(TOGETHER_SECONDS)
            until = await siege._drain()
            assert unknown_to_the_older(database) == []
            assert drills(siege)
            await siege._stop_gracefully()
        finally:
            await siege.doors.close()
            for program in siege.programs:
                await program.end()
        ledger = siege._reckon(until)
        tell(show(siege, ledger))
    assert ledger.details == []
