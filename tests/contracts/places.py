"""Where a timeline can be kept, and drafts to keep there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, event

from bot.adapters.db import outgoing
from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.writer import Writer
from bot.adapters.memory import FixedClock, MemoryEventStore
from bot.core.events import Event, NoteAdded
from bot.core.timeline import Actor, Draft
from bot.services.ports import Effect, EventStore, Outgoing

RESPONDER = Actor("slack:U0RESPOND", "Responder")
AT = datetime.fromisoformat("2026-11-22T03:04:05.000006+00:00")


def note(name: str, text: str = "", *, actor: Actor = RESPONDER, at: datetime = AT) -> Draft:
    """One fact to be; `name` is its id."""
    return draft(name, NoteAdded(text=text or f"words of {name}"), actor=actor, at=at)


def draft(name: str, happened: Event, *, actor: Actor = RESPONDER, at: datetime = AT) -> Draft:
    """One fact to be, of any kind."""
    return Draft(name, happened, actor, at)


def write_effect(connection: Connection, effect: Effect, now: datetime) -> None:
    """What must be delivered is written down; nobody delivers it here, and no timer wakes."""
    if isinstance(effect, Outgoing):
        outgoing.add(connection, effect, now)


class Place(Protocol):
    """Somewhere that outlives a store."""

    clock: FixedClock

    def open(self) -> EventStore:
        """Another store for the same timelines, as another process would open it."""


@dataclass
class MemoryPlace:
    """Gone with the process, so every store there is the same one."""

    clock: FixedClock = field(default_factory=FixedClock)
    _store: MemoryEventStore | None = None

    def open(self) -> MemoryEventStore:
        """The one store."""
        self._store = self._store or MemoryEventStore(self.clock)
        return self._store


@dataclass
class DatabasePlace:
    """A database; `commits` counts those of all stores opened here."""

    url: str
    clock: FixedClock = field(default_factory=FixedClock)
    commits: int = 0
    writers: list[Writer] = field(default_factory=list)

    def engine(self) -> Engine:
        """A connection of its own, with the tables in place."""
        engine = open_engine(self.url)
        migrate(engine)
        return engine

    def open(self) -> SqlEventStore:
        """A store with a connection and a thread of its own."""
        return self.store_over(self.open_writer())

    def store_over(self, writer: Writer) -> SqlEventStore:
        """A store that shares a writer, and so its batches."""
        return SqlEventStore(writer, self.clock, write_effect)

    def open_writer(self) -> Writer:
        """What a store writes through."""
        engine = self.engine()

        def count(_connection: Connection) -> None:
            self.commits += 1

        event.listen(engine, "commit", count)
        self.writers.append(Writer(engine))
        return self.writers[-1]

    async def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Say something to the database on the newest store's own connection."""

        def work(connection: Connection) -> list[tuple[Any, ...]]:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

        return await self.writers[-1].run(work)

    def close(self) -> None:
        """Let go of the database."""
        for writer in self.writers:
            writer.close()
