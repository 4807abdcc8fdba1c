"""A timer that wakes looks at the incident as it is now."""

from __future__ import annotations

from bot.adapters.memory import FixedClock, MemoryEventStore
from bot.core.events import IncidentClosed, Reminded, StepAnswered
from bot.services.desk import Desk
from bot.services.ports import Timer
from bot.services.reminding import CLOSED, due_now, rearm, wake
from tests.services.desks import declare, kinds, make_desk, obligation, put

DRILL_PROMISED = StepAnswered(
    playbook="triage",
    step="outage",
    visit=1,
    answer="x",
    label="X",
    values={"drill_at": "2026-12-01T09:00:00.000000Z"},
)


def timer_of(desk: Desk, subject: str) -> Timer:
    """The armed timer of a subject, the newest."""
    assert isinstance(desk.store, MemoryEventStore)
    found = [
        effect
        for effect in desk.store.effects
        if isinstance(effect, Timer) and effect.subject.startswith(subject)
    ]
    return found[-1]


def turn(desk: Desk, **by: float) -> None:
    """Let time pass."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(**by)


async def test_a_reminder_that_is_due_is_said_once() -> None:
    """However often the timer wakes; and the next one is armed with it."""
    desk = make_desk()
    incident = await declare(desk)
    timer = timer_of(desk, "news")
    turn(desk, minutes=31)
    assert await due_now(desk) >= 1
    assert await wake(desk, timer) == "said"
    assert "said" not in {await wake(desk, timer)} - {"said before", "does not stand any more"}
    assert (await kinds(desk, incident.id)).count("Reminded") == 1
    assert timer_of(desk, "news").number == 2


async def test_a_timer_that_wakes_too_early_is_armed_again() -> None:
    """Somebody acted meanwhile, so there is news."""
    desk = make_desk()
    incident = await declare(desk)
    timer = timer_of(desk, "news")
    turn(desk, minutes=20)
    await put(desk, incident.id, obligation("exclusion"))
    turn(desk, minutes=11)
    assert await wake(desk, timer) == "later"
    assert timer_of(desk, "news").at > timer.at
    assert "Reminded" not in await kinds(desk, incident.id)


async def test_what_does_not_stand_any_more_is_not_said() -> None:
    """Nothing was cancelled; there is simply nothing to say."""
    desk = make_desk()
    incident = await declare(desk)
    timer = timer_of(desk, "news")
    await put(desk, incident.id, IncidentClosed(summary="over"))
    turn(desk, hours=2)
    assert await wake(desk, timer) == "does not stand any more"
    assert "Reminded" not in await kinds(desk, incident.id)


async def test_what_was_closed_long_ago_is_looked_through_at_a_start() -> None:
    """Restored from elsewhere, its promised drill has no timer here."""
    desk = make_desk()
    first, *others = [await declare(desk) for _ in range(CLOSED + 2)]
    await put(desk, first.id, DRILL_PROMISED, IncidentClosed(summary="over"))
    for other in others:
        await put(desk, other.id, IncidentClosed(summary="over"))
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await rearm(desk)
    assert [e.incident for e in desk.store.effects if isinstance(e, Timer)] == []
    await rearm(desk, first=True)
    assert [e.incident for e in desk.store.effects if isinstance(e, Timer)] == [first.id]


async def test_a_timer_of_an_unknown_incident_is_let_go() -> None:
    """A restored database may not have it."""
    desk = make_desk()
    assert await wake(desk, Timer("lo-none", "news", 1, desk.clock.now())) == "no such incident"


async def test_at_the_start_everything_that_stands_is_armed() -> None:
    """A process that was away arms what others wrote down."""
    desk = make_desk()
    incident = await declare(desk)
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    assert await rearm(desk) == len(desk.store.effects) > 0
    assert {e.incident for e in desk.store.effects if isinstance(e, Timer)} == {incident.id}


async def test_the_reminder_is_the_bots_own_fact() -> None:
    """Nobody is said to have written it."""
    desk = make_desk()
    incident = await declare(desk)
    turn(desk, minutes=31)
    await wake(desk, timer_of(desk, "news"))
    fact = next(f for f in await desk.store.read(incident.id) if isinstance(f.event, Reminded))
    assert fact.actor.id == "bot:lockout"


async def test_what_is_due_is_said_whatever_became_of_its_timer() -> None:
    """A timer that broke, or was armed under a name that was used before, is nobody's excuse."""
    desk = make_desk()
    incident = await declare(desk)
    turn(desk, minutes=30)
    await rearm(desk)
    said = [f.event for f in await desk.store.read(incident.id) if isinstance(f.event, Reminded)]
    assert {event.subject.partition(":")[0] for event in said} == {"news", "step"}
    await rearm(desk)
    assert (await kinds(desk, incident.id)).count("Reminded") == len(said)


async def test_the_drill_of_a_closed_incident_is_armed_again() -> None:
    """Closed in a terminal, where no timers run."""
    desk = make_desk()
    incident = await declare(desk)
    await put(desk, incident.id, DRILL_PROMISED, IncidentClosed(summary="over"))
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await rearm(desk)
    assert [e.subject for e in desk.store.effects if isinstance(e, Timer)] == ["drill"]
