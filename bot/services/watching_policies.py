"""Reading a tenant's policies: audited, compared with what is known, kept, and announced.

What is announced is kept in the same transaction as what it follows from, so that a change is said
once, however many processes saw it, and whenever one of them dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.audit.difference import (
    Audited,
    PolicyChange,
    changes_between,
    dangers,
    is_whole,
    named_changes,
)
from bot.audit.model import Report
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.errors import AlreadyRecorded, Broken, Unavailable
from bot.core.facts import AnyTenant
from bot.core.timeline import format_time
from bot.services.announcements import announce, announce_first
from bot.services.desk import Desk
from bot.services.ports import Outgoing, SnapshotStore

# Seconds for all of a tenant; whoever takes longer does not answer.
PATIENCE = 600.0
# How many snapshots back a whole one is looked for.
BACK = 10
TRIES = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as it was kept. `changes` are None when nothing was known of the tenant before.

    `announced`: how many messages were written down.
    """

    snapshot: Snapshot
    report: Report
    changes: tuple[PolicyChange, ...] | None
    announced: int = 0


async def read_tenant(desk: Desk, tenant: AnyTenant) -> Snapshot:
    """As the provider has it now. Errors: Unavailable, Broken."""
    if desk.source is None:
        hint = f"Name exported files instead: lockout snapshot {tenant.id} exported/"
        raise Broken("Nothing here can read a provider", hint)
    try:
        return await asyncio.wait_for(desk.source.read(tenant), PATIENCE)
    except TimeoutError as error:
        minutes = PATIENCE / 60
        raise Unavailable(f"{tenant.name} was not read within {minutes:.0f} minutes") from error


async def take_snapshot(
    desk: Desk, tenant: AnyTenant, *, announcing: bool, given: Snapshot | None = None
) -> Taken:
    """Read the tenant, or take what is given, and keep it. Errors: Unavailable, Broken.

    `announcing`: somebody delivers what is written down to be said.
    """
    store = desk.snapshots
    if store is None:
        raise Broken("There is no place to keep a snapshot in")
    snapshot = given or await read_tenant(desk, tenant)
    # Auditing takes a part of a second; those who press a button meanwhile do not wait for it.
    now = await asyncio.to_thread(_audit, snapshot, tenant)
    seen: list[Snapshot] = []
    for attempt in range(TRIES):
        before = await _known(store, now.snapshot)
        taken, messages = await asyncio.to_thread(
            _compare, tenant, before, now, desk.organisation.time_zone
        )
        # Tried again without news, a message was said already: see below.
        if not announcing or (attempt and before[:1] == seen):
            messages = []
        seen = before[:1]
        since = format_time(seen[0].taken_at) if seen else "first"
        once = f"snapshot:{tenant.id}:{since}" if messages else ""
        try:
            await store.keep(taken.snapshot, effects=messages, once=once)
        except AlreadyRecorded:
            # Another process announced a change since the same snapshot. Look what is left.
            continue
        return replace(taken, announced=len(messages))
    raise Unavailable("Others keep snapshots of this tenant at the same time")


async def last_taken(desk: Desk, tenant: AnyTenant) -> Taken | None:
    """What is kept, audited anew; None when there is nothing. Errors: Unavailable."""
    snapshot = await desk.snapshots.newest(tenant.id) if desk.snapshots else None
    if snapshot is None:
        return None
    report = await asyncio.to_thread(audit_snapshot, snapshot, tenant)
    return Taken(snapshot, report, ())


async def _known(store: SnapshotStore, now: Snapshot) -> list[Snapshot]:
    """The newest, and behind one that is not whole older ones, up to the newest whole one.

    An unchanged tenant needs no older one, and that is how it nearly always is.
    """
    found: list[Snapshot] = []
    older = await store.newest(now.tenant)
    if older is not None and await asyncio.to_thread(_say_the_same, older, now):
        return [older]
    while older is not None and len(found) < BACK:
        found.append(older)
        if is_whole(older):
            break
        older = await store.before(now.tenant, older.taken_at)
    return found


def _say_the_same(one: Snapshot, other: Snapshot) -> bool:
    return one.digest == other.digest


def _audit(snapshot: Snapshot, tenant: AnyTenant) -> Audited:
    audited = Audited(snapshot, audit_snapshot(snapshot, tenant))
    return replace(audited, snapshot=replace(snapshot, changes=named_changes(audited)))


def _compare(
    tenant: AnyTenant, before: Sequence[Snapshot], now: Audited, zone: str
) -> tuple[Taken, list[Outgoing]]:
    snapshot, report = now.snapshot, now.report
    if not before:
        first = announce_first(tenant, snapshot, report, dangers(report, snapshot))
        return Taken(snapshot, report, None), [first]
    if _say_the_same(before[0], snapshot):
        return Taken(snapshot, report, ()), []
    known = [Audited(one, audit_snapshot(one, tenant)) for one in before]
    changes = changes_between(known, now)
    news = [change for change in changes if change.dangerous]
    return Taken(snapshot, report, tuple(changes)), announce(tenant, snapshot, news, zone)
