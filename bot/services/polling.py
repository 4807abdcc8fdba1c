"""When which tenant is read: each every so often, by one process at a time, whatever fails.

Asked again and again by the serving process; it waits for nobody, and a provider that does not
answer is said once and asked less and less often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.errors import LockoutError
from bot.core.facts import AnyTenant, format_moment
from bot.services.desk import Desk
from bot.services.known_policies import KnownPolicies
from bot.services.watching_policies import take_snapshot

# Seconds: the forms are no older than this, whoever took the snapshot.
LONGEST_REST = 60.0
MOST_BACK_OFF = timedelta(hours=1)
# Which part of an interval may be taken off, so that tenants and processes do not go in step.
SPREAD = 0.1


class Say(Protocol):
    """A line of the log, with its details."""

    def __call__(self, event: str, **details: object) -> object:
        """Never fails."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A tenant that cannot be read, since when, and how often it was tried."""

    since: datetime
    reason: str
    times: int


class Polling:
    """`jitter` gives a number between 0 and 1; `say` writes to the log."""

    def __init__(
        self, desk: Desk, known: KnownPolicies, *, jitter: Callable[[], float], say: Say
    ) -> None:
        self._desk = desk
        self._known = known
        self._jitter = jitter
        self._say = say
        self._next: dict[str, datetime] = {}
        self._failing: dict[str, Failing] = {}

    async def tick(self) -> float:
        """Read what is due, and say in how many seconds to come again. Errors: Unavailable."""
        # First what others took: a provider may take its time.
        await self._known.refresh()
        tenants = self._desk.organisation.watched()
        store = self._desk.snapshots
        if tenants and store is not None:
            read = {head.tenant: head.taken_at for head in await store.heads()}
            due = [tenant for tenant in tenants if self._is_due(tenant, read)]
            await asyncio.gather(*(self._read(tenant) for tenant in due))
            await self._known.refresh()
        now = self._desk.clock.now()
        rests = [(moment - now).total_seconds() for moment in self._next.values()]
        return max(1.0, min([LONGEST_REST, *rests]))

    def state(self) -> str:
        """For `/readyz`: a provider that does not answer keeps nobody from recording."""
        if not self._failing:
            return "ok"
        zone = self._desk.organisation.time_zone
        told = [
            f"{name} could not be read since {format_moment(one.since, zone)}: {one.reason}"
            for name, one in sorted(self._failing.items())
        ]
        return f"ok, but {'; '.join(told)}"

    def _is_due(self, tenant: AnyTenant, read: Mapping[str, datetime]) -> bool:
        """Another process may have read it meanwhile: then its reading counts as ours."""
        now, at = self._desk.clock.now(), read.get(tenant.id)
        planned = self._next.get(tenant.id)
        if at is not None:
            after = at + self._interval()
            planned = after if planned is None else max(planned, after)
        if planned is None or planned <= now:
            return True
        self._next[tenant.id] = planned
        return False

    def _interval(self) -> timedelta:
        settings = self._desk.organisation.snapshots
        assert settings is not None  # noqa: S101 - else nobody is watched
        return settings.every * (1 - SPREAD * self._jitter())

    async def _read(self, tenant: AnyTenant) -> None:
        begun = self._desk.clock.now()
        try:
            taken = await take_snapshot(self._desk, tenant, announcing=self._desk.posting)
        except Exception as error:  # noqa: BLE001 - a reader's fault must not disturb the others
            self._failed(tenant, error)
            return
        self._next[tenant.id] = begun + self._interval()
        if self._failing.pop(tenant.id, None):
            self._say("tenant_read_again", tenant=tenant.id)
        self._say(
            "tenant_read",
            tenant=tenant.id,
            changes=len(taken.changes or ()),
            announced=taken.announced,
            problems=len(taken.snapshot.problems),
        )

    def _failed(self, tenant: AnyTenant, error: Exception) -> None:
        now, earlier = self._desk.clock.now(), self._failing.get(tenant.id)
        known = isinstance(error, LockoutError)
        reason = str(error) if known else f"an error of Lockout ({type(error).__name__})"
        times = earlier.times + 1 if earlier else 1
        self._failing[tenant.id] = Failing(earlier.since if earlier else now, reason, times)
        longest = max(MOST_BACK_OFF, self._interval())
        pause = min(self._interval() * 2 ** min(times - 1, 10), longest)
        asked = timedelta(seconds=getattr(error, "retry_after", None) or 0)
        self._next[tenant.id] = now + min(max(pause, asked), longest)
        if earlier is None:
            trace = {} if known else {"exc_info": error}
            hint = getattr(error, "hint", "")
            self._say("tenant_not_read", tenant=tenant.id, reason=reason, hint=hint, **trace)
