"""The table of what must reach people: the truth about deliveries, whatever the engine thinks.

An item is written with its facts, marked before each attempt and settled after it, so that a crash
between the post and its record is known as an attempt whose outcome is not known.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from bot.adapters.db.prepared import Prepared
from bot.adapters.db.schema import outgoing
from bot.core.errors import NeedsNewer
from bot.core.timeline import canonical_json, format_time, parse_time
from bot.services.ports import Backlog, Effect, Outgoing, OutgoingKind

MOST_TOGETHER = 20
ADDED = ("incident", "kind", "payload", "created_at", "state", "attempts")
_ADD = Prepared(
    insert(outgoing).values({name: bindparam(name) for name in ADDED}).returning(outgoing.c.id)
)
_UNCLAIMED = Prepared(
    select(outgoing.c.id)
    .where(
        outgoing.c.state == "waiting",
        outgoing.c.incident == bindparam("incident"),
        outgoing.c.kind == "show",
        outgoing.c.batch.is_(None),
    )
    .order_by(outgoing.c.id)
    .limit(1)
)

Ending = Literal["sent", "dropped"]
# What this release can deliver; a newer one beside it may write down more.
KNOWN = frozenset(get_args(OutgoingKind))


def write_effect(connection: Connection, effect: Effect, now: datetime) -> None:
    """For a process that delivers nothing itself: the serving one takes it up from the table.

    A timer is not kept: the serving process arms what stands when it looks.
    """
    if isinstance(effect, Outgoing):
        add(connection, effect, now)


@dataclass(frozen=True, slots=True)
class Claim:
    """Items that are delivered as one. `attempts` counts those before this one."""

    batch: int
    items: tuple[int, ...]
    item: Outgoing
    attempts: int


def add(connection: Connection, item: Outgoing, now: datetime) -> int:
    """Write an item down; its number is its place in the order."""
    row = {
        "incident": item.incident,
        "kind": item.kind,
        "payload": canonical_json(item.payload).decode(),
        "created_at": format_time(now),
        "state": "waiting",
        "attempts": 0,
    }
    return int(_ADD(connection, row).scalar_one())


def leader(connection: Connection, item: Outgoing) -> int | None:
    """The oldest drawing there that nobody has claimed: whoever claims it takes others along."""
    if item.kind != "show":
        return None
    oldest = _UNCLAIMED(connection, {"incident": item.incident}).scalar()
    return None if oldest is None else int(oldest)


def claim(connection: Connection, number: int) -> Claim | None:
    """Mark an attempt on what waits now where this item belongs; None when nothing does.

    What people missed while Slack was slow comes as one message: all waiting drawings of an
    incident become a batch. A batch stays as it was at its first attempt, so that a second one can
    look for the very same message. Errors: NeedsNewer for a kind that this release does not know;
    nothing is marked then.
    """
    row = connection.execute(select(outgoing).where(outgoing.c.id == number)).first()
    if row is None:
        return None
    if row.state == "waiting" and row.kind not in KNOWN:
        message = f"'{row.kind}' is of a newer release"
        raise NeedsNewer(message)
    if row.kind != "show":
        return _mark(connection, [row]) if row.state == "waiting" else None
    lane = (
        select(outgoing)
        .where(
            outgoing.c.incident == row.incident,
            outgoing.c.kind == "show",
            outgoing.c.state == "waiting",
        )
        .order_by(outgoing.c.id)
        .limit(MOST_TOGETHER)
    )
    rows = connection.execute(lane).all()
    if not rows:
        return None
    batch = rows[0].batch
    return _mark(connection, [other for other in rows if other.batch == batch])


def _mark(connection: Connection, rows: Sequence[Row[Any]]) -> Claim:
    numbers = tuple(int(row.id) for row in rows)
    batch = rows[0].batch or numbers[0]
    connection.execute(
        update(outgoing)
        .where(outgoing.c.id.in_(numbers))
        .values(attempts=outgoing.c.attempts + 1, batch=batch)
    )
    payload = json.loads(rows[0].payload)
    if rows[0].kind == "show":
        payload = {"say": [line for row in rows for line in json.loads(row.payload)["say"]]}
    item = Outgoing(rows[0].incident, rows[0].kind, payload)
    return Claim(batch, numbers, item, rows[0].attempts)


def settle(connection: Connection, claimed: Claim, ending: Ending, reference: str = "") -> None:
    """How it ended, and where it can be found (or why it was dropped)."""
    connection.execute(
        update(outgoing)
        .where(outgoing.c.id.in_(claimed.items), outgoing.c.state == "waiting")
        .values(state=ending, reference=reference[:400])
    )


def waiting(connection: Connection, limit: int = 1000) -> list[tuple[int, Outgoing]]:
    """Number and item of what is not settled, oldest first.

    Of the drawings of an incident that nobody has claimed only the oldest: whoever claims it takes
    the others along.
    """
    leading = (
        select(func.min(outgoing.c.id))
        .where(outgoing.c.state == "waiting", outgoing.c.kind == "show", outgoing.c.batch.is_(None))
        .group_by(outgoing.c.incident)
    )
    query = (
        select(outgoing)
        .where(
            outgoing.c.state == "waiting",
            or_(
                outgoing.c.kind != "show",
                outgoing.c.batch.is_not(None),
                outgoing.c.id.in_(leading),
            ),
        )
        .order_by(outgoing.c.id)
        .limit(limit)
    )
    return [
        (row.id, Outgoing(row.incident, row.kind, json.loads(row.payload)))
        for row in connection.execute(query)
    ]


def oldest_of(connection: Connection, incident: str) -> int | None:
    """The number of the oldest waiting drawing of an incident."""
    query = select(func.min(outgoing.c.id)).where(
        outgoing.c.incident == incident,
        outgoing.c.kind == "show",
        outgoing.c.state == "waiting",
    )
    return connection.execute(query).scalar()


def backlog(connection: Connection) -> Backlog:
    """How much waits, and since when; how much was dropped, and when last."""
    created = outgoing.c.created_at
    query = (
        select(outgoing.c.state, func.count(), func.min(created), func.max(created))
        .where(outgoing.c.state.in_(("waiting", "dropped")))
        .group_by(outgoing.c.state)
    )
    found = {row[0]: row for row in connection.execute(query)}
    waits, dropped = found.get("waiting"), found.get("dropped")
    return Backlog(
        waits[1] if waits else 0,
        parse_time(waits[2]) if waits else None,
        dropped[1] if dropped else 0,
        parse_time(dropped[3]) if dropped else None,
    )
