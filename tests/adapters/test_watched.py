"""Facts and deliveries are counted after they happened, and the log says to whom they belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from bot.adapters.memory import FixedClock, MemoryEventStore, MemoryMeter
from bot.adapters.watched import WatchedAnnouncer, WatchedCourier, watch_backlog
from bot.core.errors import Refused, Unavailable
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.services.desk import Desk
from bot.services.incidents import add_note
from bot.services.ports import Backlog, Outgoing
from bot.services.watching import Watch
from tests.services.desks import ONCALL, STRANGER, declare, make_desk


@pytest.fixture(autouse=True)
def _unmarked() -> Iterator[None]:
    clear_contextvars()
    yield
    clear_contextvars()


@dataclass
class Ear:
    """Hears, and remembers which marks the log had then."""

    heard: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Remember."""
        self.heard.append((incident.id, get_contextvars()))


def watched() -> tuple[Desk, MemoryMeter, Ear]:
    """A desk whose announcer is watched."""
    desk, meter, ear = make_desk(), MemoryMeter(), Ear()
    desk.announcer = WatchedAnnouncer(ear, meter)
    return desk, meter, ear


async def test_facts_are_counted_by_kind_after_their_commit() -> None:
    """And the announcer behind hears of them as before."""
    desk, meter, ear = watched()
    incident = await declare(desk)
    await add_note(desk, ONCALL, incident.id, "called")
    assert meter.counted[("facts_appended", "IncidentDeclared")] == 1
    assert meter.counted[("facts_appended", "NoteAdded")] == 1
    assert [name for name, _ in ear.heard] == [incident.id, incident.id]
    assert ("presses_refused",) not in meter.counted


async def test_a_refused_attempt_is_counted_as_such() -> None:
    """It is a fact like any other, and a number of its own."""
    desk, meter, _ = watched()
    incident = await declare(desk)
    with pytest.raises(Refused):
        await add_note(desk, STRANGER, incident.id, "let me in")
    assert meter.counted[("presses_refused",)] == 1
    assert meter.counted[("facts_appended", "PressRefused")] == 1


async def test_what_is_logged_after_a_fact_names_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Incident and fact, beside the request that was bound before."""
    desk, _, ear = watched()
    bind_contextvars(request="abc")
    incident = await declare(desk)
    facts = [fact.id for fact in await desk.store.read(incident.id)]
    assert ear.heard[0][1] == {"request": "abc", "incident": incident.id, "facts": facts}


def test_nothing_recorded_marks_nothing() -> None:
    """The same delivery a second time."""
    ear, meter = Ear(), MemoryMeter()
    WatchedAnnouncer(ear, meter).announce(Incident(id="lo-1"), [])
    assert ear.heard == [("lo-1", {})]
    assert meter.counted == {}


@dataclass
class Postman:
    """A courier that remembers the marks, or is away."""

    away: bool = False
    marks: dict[str, object] = field(default_factory=dict)

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Where it is."""
        self.marks = get_contextvars()
        if self.away:
            raise Unavailable("Slack is away")
        return "C1/1.2"


async def test_a_delivery_bears_its_incident_and_its_facts() -> None:
    """Until it is done."""
    postman, meter = Postman(), MemoryMeter()
    courier = WatchedCourier(postman, Watch(meter))
    item = Outgoing("lo-1", "show", {"say": [3, 4]})
    assert await courier.deliver(item, "lockout-7", again=False) == "C1/1.2"
    assert postman.marks == {"incident": "lo-1", "delivery": "lockout-7", "versions": [3, 4]}
    assert get_contextvars() == {}
    assert meter.counted == {}


async def test_an_attempt_after_an_attempt_is_counted() -> None:
    """Whether it succeeds or not; the courier's error stays what it is."""
    meter = MemoryMeter()
    courier = WatchedCourier(Postman(away=True), Watch(meter))
    for again in (False, True, True):
        with pytest.raises(Unavailable):
            await courier.deliver(Outgoing("lo-1", "show", {}), "lockout-7", again=again)
    assert meter.counted == {("slack_calls_retried",): 2}


@dataclass
class Full(MemoryEventStore):
    """A store where something waits."""

    waits: Backlog = field(default_factory=Backlog)

    async def backlog(self) -> Backlog:
        """As told."""
        return self.waits


async def test_the_backlog_is_asked_when_somebody_looks() -> None:
    """How many, how old the oldest is, and how many never came; nothing is zero seconds old."""
    clock, meter = FixedClock(), MemoryMeter()
    store = Full(clock)
    watch_backlog(meter, store, clock)

    async def look() -> list[float | None]:
        names = ("deliveries_waiting", "oldest_delivery_seconds", "deliveries_dropped")
        found = [meter.gauges[name]() for name in names]
        return [value if isinstance(value, float | None) else await value for value in found]

    assert await look() == [0, 0.0, 0]
    store.waits = Backlog(2, clock.now() - timedelta(seconds=90), 3)
    assert await look() == [2, 90.0, 3]
