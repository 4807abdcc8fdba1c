"""Drills to test with: desks at which they are due, and how one is held."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.core.drill_events import Given
from bot.core.drill_schedule import DrillSchedule
from bot.core.events import Event, EvidenceRecorded
from bot.core.incident import Incident
from bot.services.desk import Desk
from bot.services.drilling import begin_drill
from bot.services.incidents import close_incident
from bot.services.ports import Outgoing
from tests.services.desks import ONCALL, example, library, put, with_tenants
from tests.services.desks import make_desk as bare_desk

TENANT = "entra-example"
YEARS_END = DrillSchedule(first=date(2026, 12, 31))


def make_desk() -> Desk:
    """The example organisation, with a drill that is due at the end of the year."""
    desk = bare_desk()
    desk.organisation = example().model_copy(update={"drills": YEARS_END})
    return desk


def desk_at(moment: datetime, schedule: DrillSchedule | None = None, **changes: Any) -> Desk:  # noqa: ANN401
    """A desk with one tenant, at some moment; by default due at the end of the year."""
    schedule = schedule or YEARS_END
    organisation = with_tenants(TENANT).model_copy(update={"drills": schedule, **changes})
    store = MemoryEventStore(FixedClock(moment))
    return Desk(store, store.clock, CountingIds(), organisation, library())


def notices(desk: Desk) -> list[Outgoing]:
    """What was scheduled to be said."""
    assert isinstance(desk.store, MemoryEventStore)
    return [
        item for item in desk.store.effects if isinstance(item, Outgoing) and item.kind == "notice"
    ]


def turn(desk: Desk, to: datetime) -> None:
    """Let time pass."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.moment = to


async def drilled(desk: Desk, *more: Event, tenant: str = TENANT) -> Incident:
    """A drill that was begun and finished."""
    begun = (await begin_drill(desk, ONCALL, {"tenant": tenant, "why": "scheduled"})).incident
    if more:
        await put(desk, begun.id, *more)
    return (await close_incident(desk, ONCALL, begun.id)).incident


def all_proved() -> list[EvidenceRecorded]:
    """Evidence for all four parts."""
    return [
        EvidenceRecorded(
            playbook="entra-drill",
            step=part,
            part=part,
            item=part,
            label=part,
            result="passed",
            given=(Given(label="How", text="Looked"),),
        )
        for part in ("membership", "policies", "sign-in", "alert")
    ]
