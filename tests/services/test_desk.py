"""How a decision becomes a fact: again on a conflict, never twice, told after the commit only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.core.errors import AlreadyRecorded, Conflict, Refused, Unavailable
from bot.core.events import Event, NoteAdded, PressRefused
from bot.core.incident import fold
from bot.core.timeline import Actor, Draft, Fact
from bot.playbook.situation import Situation
from bot.services.desk import KEPT_IN_MEMORY, TRIES, Desk
from bot.services.ports import Effect
from tests.services.desks import (
    ONCALL,
    SECOND,
    Listener,
    declare,
    example,
    kinds,
    library,
    make_desk,
    put,
)


def add(text: str) -> NoteAdded:
    """A note."""
    return NoteAdded(text=text)


@dataclass
class BusyStore(MemoryEventStore):
    """Somebody else is faster, so many times; or the disk is full."""

    faster: int = 0
    full: bool = False

    async def append(
        self,
        incident: str,
        drafts: Sequence[Draft],
        *,
        after: int,
        once: str = "",
        effects: Sequence[Effect] = (),
    ) -> list[Fact]:
        """As in memory, once nobody is in the way."""
        if self.full:
            raise Unavailable("The database does not take this now: disk full")
        if self.faster and after:
            self.faster -= 1
            other = Draft(f"other-{after}", add(f"other {after}"), SECOND.actor, self.clock.now())
            await super().append(incident, [other], after=after)
        return await super().append(incident, drafts, after=after, once=once, effects=effects)


def busy_desk() -> tuple[Desk, BusyStore, Listener]:
    """A desk over such a store."""
    store = BusyStore(FixedClock())
    listener = Listener(store)
    return Desk(store, store.clock, CountingIds(), example(), library(), listener), store, listener


async def test_a_decision_is_made_again_when_somebody_was_faster() -> None:
    """On the newer incident; the fact follows theirs."""
    desk, store, _ = busy_desk()
    incident = await declare(desk)
    store.faster = 2
    seen: list[int] = []

    def decide(situation: Situation) -> list[Event]:
        seen.append(situation.incident.version)
        return [add("mine")]

    recorded = await desk.record(incident.id, decide, ONCALL, what="add a note")
    assert seen == [incident.version, incident.version + 1, incident.version + 2]
    assert recorded.incident.version == incident.version + 3
    assert [note.text for note in recorded.incident.notes.values()][-1] == "mine"


async def test_who_is_never_fast_enough_is_told_so() -> None:
    """Not for ever: after some tries the person hears that nothing was recorded."""
    desk, store, _ = busy_desk()
    incident = await declare(desk)
    store.faster = TRIES
    with pytest.raises(Refused, match="not recorded") as refusal:
        await desk.record(incident.id, lambda _: [add("mine")], ONCALL, what="add a note")
    assert not isinstance(refusal.value, Conflict)
    texts = [note.text for note in (await desk.load(incident.id)).notes.values()]
    assert "mine" not in texts


async def test_a_refusal_leaves_a_fact_and_reaches_the_person() -> None:
    """What was tried, why not, and by whom."""
    desk = make_desk()
    incident = await declare(desk)

    def refuse(_: Situation) -> list[Event]:
        raise Refused("Not now", "Later", field="text")

    with pytest.raises(Refused) as refusal:
        await desk.record(incident.id, refuse, SECOND, what="close the incident", once="view-1")
    assert (refusal.value.reason, refusal.value.hint, refusal.value.field) == (
        "Not now",
        "Later",
        "text",
    )
    fact = (await desk.store.read(incident.id))[-1]
    assert fact.event == PressRefused(what="close the incident", reason="Not now")
    assert fact.actor == SECOND.actor
    with pytest.raises(Refused):
        await desk.record(incident.id, refuse, SECOND, what="close the incident", once="view-1")
    assert (await kinds(desk, incident.id)).count("PressRefused") == 1


async def test_a_refusal_is_kept_though_somebody_was_faster() -> None:
    """It does not matter on which version it stands."""
    desk, store, _ = busy_desk()
    incident = await declare(desk)
    store.faster = 3

    def refuse(_: Situation) -> list[Event]:
        raise Refused("Not now")

    with pytest.raises(Refused, match="Not now"):
        await desk.record(incident.id, refuse, ONCALL, what="press")
    assert (await kinds(desk, incident.id))[-1] == "PressRefused"


async def test_what_is_recorded_already_leaves_no_fact() -> None:
    """A double click is nobody's mistake."""
    desk = make_desk()
    incident = await declare(desk)
    before = await kinds(desk, incident.id)

    def again(_: Situation) -> list[Event]:
        raise AlreadyRecorded("You have it already")

    with pytest.raises(AlreadyRecorded):
        await desk.record(incident.id, again, ONCALL, what="take a step")
    assert await kinds(desk, incident.id) == before


async def test_the_same_delivery_records_once() -> None:
    """The second time gives the incident as it is, and no facts."""
    listener_desk = make_desk()
    incident = await declare(listener_desk)
    for expected in (1, 0):
        recorded = await listener_desk.record(
            incident.id, lambda _: [add("once")], ONCALL, what="add a note", once="event-1"
        )
        assert len(recorded.facts) == expected
        assert recorded.incident.version == incident.version + 1


async def test_no_decision_no_fact() -> None:
    """Nothing to record is nothing wrong."""
    desk = make_desk()
    incident = await declare(desk)
    recorded = await desk.record(incident.id, lambda _: [], ONCALL, what="nothing")
    assert recorded.facts == ()
    assert recorded.incident == incident


async def test_the_announcer_hears_after_the_commit() -> None:
    """Each fact once, and the store held it by then."""
    desk, store, listener = busy_desk()
    incident = await declare(desk)
    told = len(listener.heard)
    store.faster = 1
    await desk.record(incident.id, lambda _: [add("mine")], ONCALL, what="add a note", once="e-1")
    await desk.record(incident.id, lambda _: [add("mine")], ONCALL, what="add a note", once="e-1")
    assert listener.heard[told:] == ["NoteAdded"]
    assert listener.kept_by_then == [incident.version, incident.version + 2]


async def test_what_was_not_recorded_is_not_announced() -> None:
    """And the desk does not remember it either."""
    desk, store, listener = busy_desk()
    incident = await declare(desk)
    heard = list(listener.heard)
    store.full = True
    with pytest.raises(Unavailable):
        await desk.record(incident.id, lambda _: [add("lost")], ONCALL, what="add a note")
    store.full = False
    assert listener.heard == heard
    assert await desk.load(incident.id) == incident


async def test_facts_of_another_process_are_seen() -> None:
    """The desk remembers incidents, but never believes that it alone writes."""
    desk = make_desk()
    assert isinstance(desk.store, MemoryEventStore)
    other = make_desk(desk.store)
    other.ids = CountingIds(1_000)
    incident = await declare(desk)
    await put(other, incident.id, add("from elsewhere"))
    seen = await desk.load(incident.id)
    assert seen == fold(incident.id, await desk.store.read(incident.id))
    assert [note.text for note in seen.notes.values()] == ["from elsewhere"]


async def test_what_another_server_has_not_is_forgotten() -> None:
    """Also when it took over in the middle of a reading."""
    desk = make_desk()
    assert isinstance(desk.store, MemoryEventStore)
    incident = await declare(desk)
    await put(desk, incident.id, add("lost with its server"))
    lost = desk.store.facts[incident.id].pop()
    read = desk.store.read

    async def take_over(incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        desk.store.read = read  # type: ignore[method-assign]
        desk.forget()
        return await read(incident, after, until)

    desk.store.read = take_over  # type: ignore[method-assign]
    known = await desk.load(incident.id)
    assert known.version == lost.version - 1
    assert (await put(desk, incident.id, add("on the new one"))).version == lost.version


async def test_the_memory_of_the_desk_is_bounded_and_forgetting_is_harmless() -> None:
    """Only the newest incidents are kept folded; an older one is read again."""
    desk = make_desk()
    first = await declare(desk)
    for _ in range(KEPT_IN_MEMORY + 3):
        await declare(desk)
    assert len(desk._folded) == KEPT_IN_MEMORY
    assert await desk.load(first.id) == first


async def test_an_unknown_incident_is_refused() -> None:
    """With the way to find the known ones; its name is cut when it is long."""
    with pytest.raises(Refused, match="no incident 'lo-x'") as refusal:
        await make_desk().load("lo-x")
    assert "status" in refusal.value.hint
    with pytest.raises(Refused) as refusal:
        await make_desk().load("x" * 500)
    assert len(refusal.value.reason) < 80


async def test_a_time_that_was_given_is_when_it_occurred() -> None:
    """A pinned message has its own time; the recording has the clock's."""
    desk = make_desk()
    incident = await declare(desk)
    earlier = desk.clock.now().replace(hour=1)
    await desk.record(
        incident.id, lambda _: [add("earlier")], ONCALL, what="add a note", occurred_at=earlier
    )
    fact = (await desk.store.read(incident.id))[-1]
    assert (fact.occurred_at, fact.recorded_at) == (earlier, desk.clock.now())


@pytest.mark.parametrize(
    ("actor", "name", "roles"),
    [
        (Actor("slack:U0APPROV1", "sec"), "Head of security", {"approver", "responder"}),
        (Actor("slack:U0NOBODY1", "joe"), "joe", set()),
        (Actor("terminal:oncall", "oncall"), "On-call engineer", {"responder"}),
        (Actor("terminal:root", "root"), "root", {"responder"}),
        (
            Actor("exercise:root/security-lead", "root"),
            "Head of security",
            {"approver", "responder"},
        ),
    ],
)
def test_who_acts_may_do_what_the_organisation_file_says(
    actor: Actor, name: str, roles: set[str]
) -> None:
    """Under the name written there; a login that is not listed may respond, never approve."""
    doer = make_desk().doer(actor)
    assert (doer.actor.id, doer.actor.name, set(doer.roles)) == (actor.id, name, roles)
