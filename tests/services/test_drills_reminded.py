"""Reminders of a drill and of its repairs, and of the drill that an incident promised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.adapters.memory import MemoryEventStore
from bot.core.events import IncidentClosed, StepAnswered
from bot.core.view import Settle
from bot.services.drilling import begin_drill
from bot.services.incidents import answer, open_incident
from bot.services.ports import Timer
from bot.services.reminding import due_now, rearm, wake
from tests.services.desks import LOCKED_OUT, ONCALL, put
from tests.services.drills import TENANT, all_proved, drilled, make_desk, turn


async def test_a_drill_is_reminded_of_by_the_day_and_says_that_it_is_one() -> None:
    """Nobody waits at a closed door; and every reminder begins with DRILL."""
    desk = make_desk()
    drill = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    assert isinstance(desk.store, MemoryEventStore)
    timers = [item for item in desk.store.effects if isinstance(item, Timer)]
    assert [(item.subject, item.at) for item in timers] == [
        ("drill-open", desk.clock.now() + timedelta(days=1))
    ]
    turn(desk, desk.clock.now() + timedelta(days=1, minutes=1))
    assert await due_now(desk) == 1
    assert await wake(desk, timers[0]) == "said"
    said = (await desk.store.read(drill.id))[-1]
    assert said.payload["text"].startswith("DRILL")


async def test_a_repair_is_reminded_of_after_the_drill_until_it_is_done() -> None:
    """Also after a restart: what is finished with something open is armed again."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved()[:3])
    turn(desk, desk.clock.now() + timedelta(days=15))
    await rearm(desk)
    texts = [
        fact.payload["text"] for fact in await desk.store.read(drill.id) if fact.kind == "Reminded"
    ]
    assert texts
    assert all(text.startswith("DRILL: ") for text in texts)
    await answer(desk, ONCALL, Settle(incident=drill.id, obligation="prove-alert"))
    before = len(await desk.store.read(drill.id))
    turn(desk, desk.clock.now() + timedelta(days=15))
    await rearm(desk)
    assert len(await desk.store.read(drill.id)) == before


@pytest.mark.parametrize(
    ("promised", "subjects"), [("2026-12-01", ["drill"]), ("2026-12-31", []), ("2027-02-01", [])]
)
async def test_the_promise_of_an_incident_is_not_made_twice(
    promised: str, subjects: list[str]
) -> None:
    """Before the first day of the schedule it stands; from then on the schedule reminds."""
    desk = make_desk()
    incident = (await open_incident(desk, ONCALL, LOCKED_OUT)).incident
    chosen = StepAnswered(
        playbook="triage",
        step="outage",
        visit=1,
        answer="x",
        label="X",
        values={"drill_at": f"{promised}T09:00:00.000000Z"},
    )
    await put(desk, incident.id, chosen, IncidentClosed(summary="over"))
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await rearm(desk)
    assert [item.subject for item in desk.store.effects if isinstance(item, Timer)] == subjects
