"""The table of what must reach people: the truth about deliveries, whatever the engine thinks.

An item is written with its facts, marked before each attempt and settled after it, so that a crash
between the post and its record is known as an attempt whose outcome is not known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select, update

from bot.adapters.db.schema import outgoing
from bot.core.timeline import canonical_json, format_time, parse_time
from bot.services.ports import Backlog, Outgoing

Ending = Literal["sent", "superseded", "dropped"]


@dataclass(frozen=True, slots=True)
class Claim:
    """An item at the beginning of an attempt. `attempts` counts those before this one."""

    id: int
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
    result = connection.execute(insert(outgoing).values(row))
    key = result.inserted_primary_key
    assert key is not None  # noqa: S101 - a single-row insert has one
    return int(key[0])


def claim(connection: Connection, number: int) -> Claim | None:
    """Mark an attempt; None when the item is settled already."""
    row = connection.execute(select(outgoing).where(outgoing.c.id == number)).first()
    if row is None or row.state != "waiting":
        return None
    connection.execute(
        update(outgoing).where(outgoing.c.id == number).values(attempts=row.attempts + 1)
    )
    item = Outgoing(row.incident, row.kind, json.loads(row.payload))
    return Claim(number, item, row.attempts)


def is_superseded(connection: Connection, number: int, item: Outgoing) -> bool:
    """A card alone need not be drawn when a newer drawing waits: only the newest state counts."""
    if item.kind != "show" or item.payload.get("say"):
        return False
    newer = select(outgoing.c.id).where(
        outgoing.c.incident == item.incident,
        outgoing.c.kind == "show",
        outgoing.c.state == "waiting",
        outgoing.c.id > number,
    )
    return connection.execute(newer.limit(1)).first() is not None


def settle(connection: Connection, number: int, ending: Ending, reference: str = "") -> None:
    """How it ended, and where it can be found (or why it was dropped)."""
    connection.execute(
        update(outgoing)
        .where(outgoing.c.id == number, outgoing.c.state == "waiting")
        .values(state=ending, reference=reference[:400])
    )


def waiting(connection: Connection, limit: int = 1000) -> list[tuple[int, str]]:
    """Number and incident of what is not settled, oldest first."""
    query = (
        select(outgoing.c.id, outgoing.c.incident)
        .where(outgoing.c.state == "waiting")
        .order_by(outgoing.c.id)
        .limit(limit)
    )
    return [(row.id, row.incident) for row in connection.execute(query)]


def backlog(connection: Connection) -> Backlog:
    """How much waits, and since when."""
    row = connection.execute(
        select(func.count(), func.min(outgoing.c.created_at)).where(outgoing.c.state == "waiting")
    ).one()
    return Backlog(int(row[0]), parse_time(row[1]) if row[1] else None)
