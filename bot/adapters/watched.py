"""Announcer and courier with somebody watching: counted, traced, and marked in the log.

Between a press and its post lies a commit, and perhaps a restart. What ties the two together in the
log is the incident and the versions of its facts; the request stands at the press only.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, unbind_contextvars

from bot.core.events import PressRefused
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.services.ports import Announcer, Clock, Courier, EventStore, Meter, Outgoing
from bot.services.watching import Watch

log = structlog.get_logger(__name__)


class WatchedAnnouncer:
    """Counts facts after their commit, and marks what the same request logs from here on."""

    def __init__(self, announcer: Announcer, meter: Meter) -> None:
        self._announcer = announcer
        self._meter = meter

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Never fails, and hands on."""
        for fact in facts:
            self._meter.count("facts_appended", kind=fact.kind)
            if isinstance(fact.event, PressRefused):
                self._meter.count("presses_refused")
        if facts:
            bind_contextvars(incident=incident.id, facts=[fact.id for fact in facts])
            log.info("recorded", versions=[fact.version for fact in facts])
        self._announcer.announce(incident, facts)


def watch_backlog(meter: Meter, store: EventStore, clock: Clock) -> None:
    """What waits for delivery, and for how long, and what reached nobody.

    Asked of the store whenever somebody looks.
    """

    async def waiting() -> float:
        return (await store.backlog()).waiting

    async def oldest() -> float:
        since = (await store.backlog()).oldest
        return (clock.now() - since).total_seconds() if since else 0.0

    async def dropped() -> float:
        return (await store.backlog()).dropped

    meter.gauge("deliveries_waiting", waiting)
    meter.gauge("deliveries_dropped", dropped)
    meter.gauge("oldest_delivery_seconds", oldest)


class WatchedCourier:
    """Marks what is logged during a delivery, and counts those that are tried again."""

    def __init__(self, courier: Courier, watch: Watch) -> None:
        self._courier = courier
        self._watch = watch

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """As the courier does it. Errors: the courier's."""
        if again:
            self._watch.meter.count("slack_calls_retried")
        marks = {"incident": item.incident, "delivery": key}
        with (
            bound_contextvars(**marks, versions=item.payload.get("say", [])),
            self._watch.tracer.span("deliver", kind=item.kind, **marks),
        ):
            reference = await self._courier.deliver(item, key, again=again)
            # Of the card, when the courier has just posted it; not what was delivered.
            unbind_contextvars("facts")
            log.info("delivered", kind=item.kind, reference=reference)
            return reference
