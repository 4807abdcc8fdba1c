"""`EventStore` on SQLAlchemy Core: append, read, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from bot.adapters.db.outgoing import backlog
from bot.adapters.db.prepared import Prepared
from bot.adapters.db.schema import delivery, fact
from bot.adapters.db.writer import Writer
from bot.adapters.keepable import check_keepable, seal_keepable
from bot.core.errors import AlreadyRecorded, Conflict, OutcomeUnknown, Unavailable
from bot.core.timeline import (
    GENESIS,
    Actor,
    Draft,
    Fact,
    canonical_json,
    format_time,
    parse_time,
)
from bot.services.ports import Backlog, Clock, Effect, IncidentLine

REMEMBERED = 1_000
FASTER = "Somebody else recorded something first"
# The largest version that the column can hold.
NEWEST = 2**31 - 1
_READ = Prepared(
    select(fact)
    .where(
        fact.c.incident == bindparam("incident"),
        fact.c.version > bindparam("after"),
        fact.c.version <= bindparam("until"),
    )
    .order_by(fact.c.version)
)
_NEWEST = Prepared(
    select(fact.c.version, fact.c.hash)
    .where(fact.c.incident == bindparam("incident"))
    .order_by(fact.c.version.desc())
    .limit(1)
)
_WRITE, _MARK = Prepared(insert(fact)), Prepared(insert(delivery))

# Writes an effect down in the transaction of its facts: see `durable.engine`.
WriteEffect = Callable[[Connection, Effect, datetime], None]


class SqlEventStore:
    """The timeline in a database. Every method errs with Unavailable when it does not answer."""

    def __init__(self, writer: Writer, clock: Clock, write_effect: WriteEffect) -> None:
        self._writer = writer
        self._clock = clock
        self.write_effect = write_effect
        # Where timelines ended when this process wrote to them last. A fact never changes, so what
        # is known of a version stays true; whether there is a newer one, the insert itself says.
        self._heads: dict[str, tuple[int, str]] = {}
        # A server that took over from another one may not have what that one had written last.
        writer.on_connect(self._heads.clear)

    async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        """Facts with a version above `after`, up to `until`, in order."""
        wanted = {"incident": incident, "after": after, "until": until or NEWEST}
        rows = await self._writer.run(lambda connection: _READ(connection, wanted).all())
        return [fact_of(row) for row in rows]

    async def append(
        self,
        incident: str,
        drafts: Sequence[Draft],
        *,
        after: int,
        once: str = "",
        effects: Sequence[Effect] = (),
    ) -> list[Fact]:
        """All or none. Errors: Refused, Conflict, AlreadyRecorded, Unavailable, OutcomeUnknown."""
        check_keepable(incident, drafts, once)
        now = self._clock.now()

        def work(connection: Connection) -> list[Fact]:
            if once:
                mark_once(connection, incident, once, now)
            known = self._heads.get(incident)
            end = known if known and known[0] == after else _newest(connection, incident)
            if end[0] != after:
                raise Conflict(FASTER)
            sealed = _append(connection, incident, drafts, end, now)
            for effect in effects:
                self.write_effect(connection, effect, now)
            return sealed

        try:
            facts = await self._writer.run(work)
        except OutcomeUnknown:
            facts = await self._find_out(incident, drafts, work)
        if facts:
            if len(self._heads) >= REMEMBERED:
                self._heads.clear()
            self._heads[incident] = (facts[-1].version, facts[-1].hash)
        return facts

    async def _find_out(
        self, incident: str, drafts: Sequence[Draft], work: Callable[[Connection], list[Fact]]
    ) -> list[Fact]:
        """Once more: the same facts have the same ids, so they cannot be recorded twice.

        If the commit that was lost is still on its way, the database lets this one wait for it.
        Errors: OutcomeUnknown when it does not answer; else as `append`.
        """
        ids = {draft.id for draft in drafts}
        try:
            try:
                return await self._writer.run(work)
            except (AlreadyRecorded, Conflict):
                found = [fact for fact in await self.read(incident) if fact.id in ids]
                if len(found) < len(ids) or not ids:
                    raise
                return found
        except Unavailable as error:
            raise OutcomeUnknown(error.reason) from error

    async def schedule(self, effects: Sequence[Effect], *, once: str = "") -> None:
        """Effects that follow from no fact. Errors: Refused, AlreadyRecorded, Unavailable."""
        check_keepable("", (), once)
        now = self._clock.now()

        def work(connection: Connection) -> None:
            if once:
                mark_once(connection, "", once, now)
            for effect in effects:
                self.write_effect(connection, effect, now)

        await self._writer.run(work)

    async def backlog(self) -> Backlog:
        """What still waits to be delivered."""
        return await self._writer.run(backlog)

    async def incident_of(self, once: str) -> str | None:
        """The incident that a delivery was recorded in."""
        query = select(delivery.c.incident).where(delivery.c.key == once)
        return await self._writer.run(lambda connection: connection.execute(query).scalar())

    async def incidents_at(self, channel: str) -> list[str]:
        """Found in the facts that cards were posted, by the canonical JSON of their payload."""
        named = canonical_json({"channel": channel}).decode()[1:-1]
        query = (
            select(fact.c.incident)
            .where(fact.c.kind == "CardPosted", fact.c.payload.contains(named, autoescape=True))
            .order_by(fact.c.recorded_at.desc())
        )
        rows = await self._writer.run(lambda connection: connection.execute(query).scalars().all())
        return list(dict.fromkeys(rows))

    async def incidents(self) -> list[IncidentLine]:
        """Every incident, newest first; no drill."""
        return await self._lines("IncidentDeclared", "IncidentClosed")

    async def drills(self) -> list[IncidentLine]:
        """Every drill, newest first."""
        return await self._lines("DrillBegun", "DrillFinished")

    async def _lines(self, first: str, last: str) -> list[IncidentLine]:
        declared = select(fact.c.incident, fact.c.occurred_at).where(fact.c.kind == first)
        closed = select(fact.c.incident, fact.c.occurred_at).where(fact.c.kind == last)
        opened, ended = await self._writer.run(
            lambda connection: (
                connection.execute(declared).all(),
                connection.execute(closed).all(),
            )
        )
        ends = {row.incident: parse_time(row.occurred_at) for row in ended}
        lines = [
            IncidentLine(row.incident, parse_time(row.occurred_at), ends.get(row.incident))
            for row in opened
        ]
        return sorted(lines, key=lambda line: (line.declared_at, line.id), reverse=True)

    async def check(self) -> None:
        """Write and take back, so that a full disk or a read-only file shows."""
        key = f"check:{format_time(self._clock.now())}"
        row = {"key": key, "incident": "", "recorded_at": format_time(self._clock.now())}

        def write_and_remove(connection: Connection) -> None:
            _MARK(connection, row)
            connection.execute(delivery.delete().where(delivery.c.key == key))

        await self._writer.run(write_and_remove)


def _append(
    connection: Connection,
    incident: str,
    drafts: Sequence[Draft],
    end: tuple[int, str],
    now: datetime,
) -> list[Fact]:
    """`end` is where the timeline ends: its newest version and hash."""
    if not drafts:
        return []
    sealed = seal_keepable(incident, drafts, after=end[0], head=end[1], now=now)
    try:
        for item in sealed:
            _WRITE(connection, row_of(item))
    except IntegrityError as error:
        raise Conflict(FASTER) from error
    return sealed


def mark_once(connection: Connection, incident: str, once: str, now: datetime) -> None:
    """Errors: AlreadyRecorded. By the insert itself, since nearly every delivery is new."""
    row = {"key": once, "incident": incident, "recorded_at": format_time(now)}
    try:
        _MARK(connection, row)
    except IntegrityError as error:
        raise AlreadyRecorded("This was recorded already") from error


def _newest(connection: Connection, incident: str) -> tuple[int, str]:
    row = _NEWEST(connection, {"incident": incident}).first()
    return (row.version, row.hash) if row else (0, GENESIS)


def row_of(item: Fact) -> dict[str, Any]:
    """A fact as the table keeps it."""
    return {
        "id": item.id,
        "incident": item.incident,
        "version": item.version,
        "occurred_at": format_time(item.occurred_at),
        "recorded_at": format_time(item.recorded_at),
        "actor_id": item.actor.id,
        "actor_name": item.actor.name,
        "surface": item.surface,
        "kind": item.kind,
        "payload": canonical_json(item.payload).decode(),
        "previous": item.previous,
        "hash": item.hash,
    }


def fact_of(row: Row[Any]) -> Fact:
    """The inverse of `row_of`."""
    return Fact(
        id=row.id,
        incident=row.incident,
        version=row.version,
        occurred_at=parse_time(row.occurred_at),
        recorded_at=parse_time(row.recorded_at),
        actor=Actor(row.actor_id, row.actor_name),
        surface=row.surface,
        kind=row.kind,
        payload=json.loads(row.payload),
        previous=row.previous,
        hash=row.hash,
    )
