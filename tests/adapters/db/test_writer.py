"""A batch is all or nothing, an error is its own job's, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Never

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import mark_once
from bot.adapters.db.writer import Writer
from bot.core.errors import AlreadyRecorded, OutcomeUnknown, Unavailable
from bot.core.timeline import parse_time

NOW = parse_time("2026-11-22T03:04:05.000000Z")

Work = Callable[[Connection], Any]


class NoException(BaseException):
    """As DBOS has some, so that nobody catches them by accident."""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A fresh file."""
    opened = open_engine(f"sqlite:///{tmp_path}/lockout.db")
    migrate(opened)
    return opened


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    """On that file."""
    opened = Writer(engine)
    yield opened
    opened.close()


def mark(name: str) -> Work:
    """Record a name; the same one again is AlreadyRecorded."""
    return lambda connection: mark_once(connection, "", name, NOW)


def marks(connection: Connection) -> list[str]:
    """What is recorded."""
    rows = connection.exec_driver_sql("SELECT key FROM delivery ORDER BY key")
    return [str(row[0]) for row in rows]


def fail(error: BaseException) -> Work:
    """A job that errs."""

    def work(_connection: Connection) -> Never:
        raise error

    return work


def lose_connection(_connection: Connection) -> Never:
    """As SQLAlchemy says it when the server is gone."""
    raise OperationalError("SELECT 1", {}, Exception("gone"), connection_invalidated=True)


def lose_commit(connection: Connection) -> Never:
    """The server is gone with what it was to commit."""
    connection.connection.rollback()
    lose_connection(connection)


async def together(writer: Writer, *works: Work) -> list[Any]:
    """All in one batch: the first one holds the writer until they are queued."""
    gate = threading.Event()
    held = asyncio.create_task(writer.run(lambda _connection: gate.wait(10)))
    await asyncio.sleep(0)
    jobs = [asyncio.create_task(writer.run(work)) for work in works]
    await asyncio.sleep(0)
    gate.set()
    await held
    return await asyncio.gather(*jobs, return_exceptions=True)


async def test_the_others_of_a_batch_are_recorded_once(writer: Writer) -> None:
    """They were run twice, once together and once alone: their names count once."""
    outcomes = await together(writer, mark("a"), fail(LookupError("ours")), mark("b"), mark("a"))
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        LookupError,
        type(None),
        AlreadyRecorded,
    ]
    assert await writer.run(marks) == ["a", "b"]


async def test_what_is_no_exception_ends_its_job_and_not_the_writer(writer: Writer) -> None:
    """Or nothing would ever be recorded again, and everybody would wait."""
    outcomes = await together(writer, mark("a"), fail(NoException()), mark("b"))
    assert isinstance(outcomes[1], NoException)
    assert await asyncio.wait_for(writer.run(marks), 5) == ["a", "b"]


async def test_a_database_that_goes_while_each_is_tried_alone_is_waited_for_once(
    writer: Writer,
) -> None:
    """Those behind hear it at once; each would wait for the server anew, five seconds long."""
    tries = 0

    def count(_connection: Connection) -> None:
        nonlocal tries
        tries += 1

    outcomes = await together(writer, mark("a"), fail(LookupError()), lose_connection, count)
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        LookupError,
        Unavailable,
        Unavailable,
    ]
    assert tries == 0
    assert await writer.run(marks) == ["a"]


async def test_a_commit_without_an_answer_is_not_said_to_be_nothing(
    engine: Engine, writer: Writer
) -> None:
    """`Unavailable` promises that nothing was recorded; here nobody knows."""
    await writer.run(mark("before"))
    event.listen(engine, "commit", lose_commit, once=True)
    with pytest.raises(OutcomeUnknown):
        await writer.run(mark("a"))
    assert await writer.run(marks) == ["before"]


async def test_whoever_is_cancelled_has_been_heard(writer: Writer) -> None:
    """Its job is done all the same, once, and those behind it are answered."""
    gate = threading.Event()
    held = asyncio.create_task(writer.run(lambda _connection: gate.wait(10)))
    await asyncio.sleep(0)
    gone = asyncio.create_task(writer.run(mark("a")))
    behind = asyncio.create_task(writer.run(marks))
    await asyncio.sleep(0)
    gone.cancel()
    gate.set()
    assert await behind == ["a"]
    assert gone.cancelled()
    await held


async def test_a_cancelled_job_that_errs_harms_nobody(writer: Writer) -> None:
    """There is nobody to tell."""
    gate = threading.Event()
    held = asyncio.create_task(writer.run(lambda _connection: gate.wait(10)))
    await asyncio.sleep(0)
    gone = asyncio.create_task(writer.run(fail(LookupError())))
    behind = asyncio.create_task(writer.run(mark("b")))
    await asyncio.sleep(0)
    gone.cancel()
    gate.set()
    await behind
    assert await writer.run(marks) == ["b"]
    await held
