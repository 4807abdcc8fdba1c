"""A full disk, a database that may only be read: refused clearly, health red, then well again.

The full disk is a limit that the system puts on the size of every file of the running process
(RLIMIT_FSIZE): it needs no rights, can be taken back, and SQLite cannot tell it from a disk error.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.contracts.conftest import postgres, serve_postgres
from tests.faults.load import dice
from tests.faults.siege import Siege, office
from tests.postgres import PostgresServer
from tests.walks.office import ONCALL

__all__ = ["postgres", "serve_postgres"]

pytestmark = [pytest.mark.faults, pytest.mark.slow]

RECORDED, REFUSED = "Recorded on the timeline", "*NOT recorded.*"
FILLED_UP = 6


@asynccontextmanager
async def declared(folder: Path, database: str) -> AsyncIterator[tuple[Siege, str]]:
    """A served lockout in fair weather, and its channel."""
    async with office() as slack:
        siege = Siege(slack, folder, database)
        (program,) = siege.programs
        try:
            await program.start()
            yield siege, await siege.people.declare()
        finally:
            await siege.doors.close()
            await program.end()


async def health(siege: Siege) -> tuple[int, int]:
    """What monitors see: whether it runs, and whether it can record."""
    async with aiohttp.ClientSession() as session:
        found = []
        for path in ("/healthz", "/readyz"):
            async with session.get(siege.programs[0].url + path) as answer:
                found.append(answer.status)
    return found[0], found[1]


async def note(siege: Siege, channel: str, words: str) -> str:
    """What the person who wrote it is told."""
    said = await siege.people.types(ONCALL, channel, f"note {words}")
    if RECORDED in said:
        siege.people.notes[words] = channel
    return said


async def settle(siege: Siege) -> None:
    """Deliver what waits, stop, and hold everything against the ledger."""
    until = await siege._drain()
    await siege._stop_gracefully()
    assert siege._reckon(until).details == []


async def test_a_full_disk_is_refused_and_said_and_then_everything_goes_on(tmp_path: Path) -> None:
    """Filled up at any moment of a delivery; nobody is told 'recorded' of what is not."""
    chance = dice(7)
    async with declared(tmp_path, f"sqlite:///{tmp_path}/lockout.db") as (siege, channel):
        for number in range(FILLED_UP):
            assert RECORDED in await note(siege, channel, f"n-before-{number}-")
            await asyncio.sleep(chance.uniform(0, 1.2))
            siege.programs[0].limit_files(1)
            assert REFUSED in await note(siege, channel, f"n-full-{number}-")
            assert await health(siege) == (200, 503)
            await asyncio.sleep(chance.uniform(0, 1.5))
            siege.programs[0].limit_files(None)
            assert RECORDED in await note(siege, channel, f"n-after-{number}-")
            assert await health(siege) == (200, 200)
        await settle(siege)


async def test_a_file_that_may_only_be_read_is_said_at_the_start(tmp_path: Path) -> None:
    """It does not serve what it cannot record; with the right to write it goes on."""
    async with declared(tmp_path, f"sqlite:///{tmp_path}/lockout.db") as (siege, channel):
        (program,) = siege.programs
        program.send(signal.SIGTERM)
        assert await program.is_gone() == 0
        writable = program.environment
        program.environment = {
            **writable,
            "LOCKOUT_DATABASE_URL": f"sqlite:///file:{tmp_path}/lockout.db?mode=ro&uri=true",
        }
        await program.start()
        assert await program.is_gone() != 0
        assert "readonly database" in program.log.read_text()
        program.environment = writable
        await program.start()
        assert RECORDED in await note(siege, channel, "n-writable-")
        await settle(siege)


@pytest.mark.postgres
async def test_a_server_that_only_lets_read_is_refused_and_said(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """As after a failover to a standby: red until it may write again."""
    url = postgres.new_database()
    name = make_url(url).database

    def only_read(on: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=postgres.port, user="lockout", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(
                f"ALTER DATABASE {name} SET default_transaction_read_only = {on}".encode()
            )
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    async with declared(tmp_path, url) as (siege, channel):
        assert RECORDED in await note(siege, channel, "n-before-")
        await asyncio.to_thread(only_read, "on")
        assert REFUSED in await note(siege, channel, "n-read-only-")
        assert await health(siege) == (200, 503)
        await asyncio.to_thread(only_read, "off")
        assert RECORDED in await note(siege, channel, "n-after-")
        assert await health(siege) == (200, 200)
        await settle(siege)
