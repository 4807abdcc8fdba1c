"""`SnapshotStore` on SQLAlchemy Core.

A tenant is read every few minutes and changes every few weeks, so what was found unchanged is not
written again: the newest row of a tenant says when it was first read like this (`taken_at`), and
when it was last found so (`seen_at`). Its age is that of `seen_at`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from bot.adapters.db.event_store import WriteEffect, mark_once
from bot.adapters.db.schema import snapshot as table
from bot.adapters.db.writer import Writer
from bot.audit.snapshot import Snapshot, from_json, to_json
from bot.core.errors import Invalid
from bot.core.timeline import format_time, parse_time
from bot.services.ports import Clock, Effect, SnapshotHead

log = structlog.get_logger(__name__)

KEPT = 100


class SqlSnapshotStore:
    """Every method errs with Unavailable when the database does not answer."""

    def __init__(self, writer: Writer, clock: Clock, write_effect: WriteEffect) -> None:
        self._writer = writer
        self._clock = clock
        self.write_effect = write_effect

    async def keep(
        self, snapshot: Snapshot, *, effects: Sequence[Effect] = (), once: str = ""
    ) -> None:
        """All or nothing. Errors: AlreadyRecorded, Unavailable."""
        now = self._clock.now()
        # Megabytes, perhaps: neither the loop nor whoever waits for the database waits for this.
        content, digest = await asyncio.to_thread(lambda: (to_json(snapshot), snapshot.digest))

        def work(connection: Connection) -> None:
            if once:
                mark_once(connection, "", once, now)
            _keep(connection, snapshot, digest, content)
            for effect in effects:
                self.write_effect(connection, effect, now)

        await self._writer.run(work)

    async def newest(self, tenant: str) -> Snapshot | None:
        """By when it was last read."""
        return await self._first(_of(tenant).limit(1))

    async def before(self, tenant: str, moment: datetime) -> Snapshot | None:
        """What was known then; read until then, as far as is kept."""
        query = _of(tenant).where(table.c.taken_at < format_time(moment)).limit(1)
        return await self._first(query, until=moment)

    async def heads(self) -> list[SnapshotHead]:
        """The newest of every tenant, by name."""
        last = (
            select(table.c.tenant, func.max(table.c.seen_at).label("seen_at"))
            .group_by(table.c.tenant)
            .subquery()
        )
        query = (
            select(table.c.tenant, table.c.digest, table.c.seen_at)
            .join(last, (last.c.tenant == table.c.tenant) & (last.c.seen_at == table.c.seen_at))
            .order_by(table.c.id)
        )
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        heads = {
            row.tenant: SnapshotHead(row.tenant, row.digest, parse_time(row.seen_at))
            for row in rows
        }
        return sorted(heads.values(), key=lambda head: head.tenant)

    async def _first(
        self, query: Select[tuple[str, str, str]], until: datetime | None = None
    ) -> Snapshot | None:
        row = await self._writer.run(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        seen = parse_time(row.seen_at)
        if until is not None and seen >= until:
            seen = parse_time(row.taken_at)
        try:
            found = await asyncio.to_thread(from_json, row.content)
        except Invalid as error:
            # Of a later release. It is read again soon, and nothing hangs on an old one.
            log.warning("snapshot_not_readable", problem=str(error))
            return None
        return replace(found, taken_at=seen)


def _of(tenant: str) -> Select[tuple[str, str, str]]:
    """A tenant's, the newest first."""
    return (
        select(table.c.taken_at, table.c.seen_at, table.c.content)
        .where(table.c.tenant == tenant)
        .order_by(table.c.seen_at.desc(), table.c.id.desc())
    )


def _keep(connection: Connection, snapshot: Snapshot, digest: str, content: str) -> None:
    taken = format_time(snapshot.taken_at)
    own = (
        select(table.c.id, table.c.digest, table.c.seen_at)
        .where(table.c.tenant == snapshot.tenant)
        .order_by(table.c.seen_at.desc(), table.c.id.desc())
    )
    newest = connection.execute(own.limit(1)).first()
    if newest is not None and newest.digest == digest:
        seen = max(newest.seen_at, taken)
        connection.execute(update(table).where(table.c.id == newest.id).values(seen_at=seen))
        return
    row = {
        "tenant": snapshot.tenant,
        "provider": snapshot.provider,
        "taken_at": taken,
        "seen_at": taken,
        "digest": digest,
        "content": content,
    }
    connection.execute(insert(table).values(row))
    kept = [row.id for row in connection.execute(own.limit(KEPT))]
    connection.execute(
        delete(table).where(table.c.tenant == snapshot.tenant, table.c.id.not_in(kept))
    )
