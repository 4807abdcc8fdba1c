"""What every `EventStore` promises; the same tests in memory, in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.adapters.keepable import LONGEST_ACTOR, LONGEST_DELIVERY, LONGEST_ID
from bot.core.errors import AlreadyRecorded, Conflict, Refused
from bot.core.events import DrillBegun, DrillFinished, IncidentClosed, IncidentDeclared
from bot.core.timeline import GENESIS, Actor, check_chain, fact_to_dict
from bot.services.ports import Backlog, EventStore, Outgoing, Timer
from tests.contracts.places import AT, Place, draft, note

SHOW = Outgoing("lo-1", "show", {"say": [1]})
TIMER = Timer("lo-1", "exclusion", 1, AT + timedelta(hours=1))


@pytest.fixture
def store(place: Place) -> EventStore:
    """A store at an empty place."""
    return place.open()


async def declare(store: EventStore, incident: str, *, minutes: int = 0, once: str = "") -> None:
    """Put a declaration on an empty timeline."""
    declared = IncidentDeclared(tenant="entra-example", provider="entra")
    happened = draft(f"declared-{incident}", declared, at=AT + timedelta(minutes=minutes))
    await store.append(incident, [happened], after=0, once=once)


async def test_nothing_recorded_reads_as_nothing(store: EventStore) -> None:
    """An unknown incident has no facts, an unknown delivery no incident, the list no lines."""
    assert await store.read("lo-1") == []
    assert await store.incident_of("delivery") is None
    assert await store.incidents() == []


async def test_facts_are_read_back_as_they_were_appended(store: EventStore) -> None:
    """Versions count from 1, in order; what append returned is what is read."""
    first = await store.append("lo-1", [note("a"), note("b")], after=0)
    second = await store.append("lo-1", [note("c")], after=2)
    assert [fact.version for fact in first + second] == [1, 2, 3]
    assert await store.read("lo-1") == first + second


async def test_reading_after_a_version_gives_only_what_came_later(store: EventStore) -> None:
    """So that a cached incident needs only its news."""
    await store.append("lo-1", [note("a"), note("b"), note("c")], after=0)
    assert [fact.id for fact in await store.read("lo-1", after=2)] == ["c"]
    assert await store.read("lo-1", after=3) == []


async def test_each_incident_has_versions_of_its_own(store: EventStore) -> None:
    """Two timelines do not disturb each other."""
    await store.append("lo-1", [note("a"), note("b")], after=0)
    await store.append("lo-2", [note("c")], after=0)
    assert [fact.id for fact in await store.read("lo-1")] == ["a", "b"]
    assert [fact.id for fact in await store.read("lo-2")] == ["c"]


async def test_the_chain_is_intact_when_read_by_another_store(place: Place) -> None:
    """What a database gives back hashes to what was hashed, to the microsecond."""
    await place.open().append("lo-1", [note("a"), note("b")], after=0)
    place.clock.advance(microseconds=1)
    await place.open().append("lo-1", [note("c", at=AT - timedelta(days=9))], after=2)
    facts = await place.open().read("lo-1")
    assert [fact.previous for fact in facts] == [GENESIS, facts[0].hash, facts[1].hash]
    assert check_chain(map(fact_to_dict, facts)) is None
    assert facts[2].recorded_at - facts[1].recorded_at == timedelta(microseconds=1)
    assert facts[2].occurred_at == AT - timedelta(days=9)


@pytest.mark.parametrize("after", [0, 2, 7])
async def test_a_taken_or_missing_version_is_a_conflict(store: EventStore, after: int) -> None:
    """Neither a version that is taken nor one that leaves a gap is written."""
    await store.append("lo-1", [note("a")], after=0)
    with pytest.raises(Conflict):
        await store.append("lo-1", [note("b")], after=after)
    assert [fact.id for fact in await store.read("lo-1")] == ["a"]


async def test_a_delivery_is_recorded_once(store: EventStore) -> None:
    """The second time, even elsewhere and with a right version, nothing is written."""
    await store.append("lo-1", [note("a")], after=0, once="trigger-1")
    with pytest.raises(AlreadyRecorded):
        await store.append("lo-1", [note("b")], after=1, once="trigger-1")
    with pytest.raises(AlreadyRecorded):
        await store.append("lo-2", [note("c")], after=0, once="trigger-1")
    assert [fact.id for fact in await store.read("lo-1")] == ["a"]
    assert await store.read("lo-2") == []
    assert await store.incident_of("trigger-1") == "lo-1"


async def test_a_conflict_does_not_use_up_the_delivery(store: EventStore) -> None:
    """The same delivery may try again on the newer version."""
    await store.append("lo-1", [note("a")], after=0)
    with pytest.raises(Conflict):
        await store.append("lo-1", [note("b")], after=0, once="trigger-1")
    assert await store.incident_of("trigger-1") is None
    await store.append("lo-1", [note("b")], after=1, once="trigger-1")
    assert await store.incident_of("trigger-1") == "lo-1"


async def test_drafts_are_written_all_or_none(store: EventStore) -> None:
    """One draft that cannot be kept keeps the others out, and the delivery unused."""
    drafts = [note("a"), note("b", actor=Actor("slack:U0", "No\0body")), note("c")]
    with pytest.raises(Refused):
        await store.append("lo-1", drafts, after=0, once="trigger-1")
    assert await store.read("lo-1") == []
    assert await store.incident_of("trigger-1") is None


async def test_no_drafts_write_no_facts(store: EventStore) -> None:
    """An empty decision leaves the timeline as it is."""
    assert await store.append("lo-1", [], after=0) == []
    assert await store.read("lo-1") == []


@pytest.mark.parametrize(
    "text",
    [
        "Zürich 東京 🔒",
        "e\u0301 is not é",
        "\u202eright to left",
        "nul \0 inside",
        "\x7f\u2028\r\n",
    ],
    ids=["letters", "combined", "bidi", "nul", "controls"],
)
async def test_text_comes_back_letter_for_letter(store: EventStore, text: str) -> None:
    """Nothing is normalised: the hash is over what was said."""
    await store.append("lo-1", [note("a", text)], after=0)
    (fact,) = await store.read("lo-1")
    assert fact.payload["text"] == text
    assert check_chain([fact_to_dict(fact)]) is None


@pytest.mark.parametrize(
    "unkeepable",
    [
        note("a", "half a pair: \ud83d"),
        note("a", actor=Actor("slack:U0", "\udcff")),
        note("a", actor=Actor("slack:U0\0", "Nobody")),
        note("a\ud800"),
        note("a" * (LONGEST_ID + 1)),
        note("a", actor=Actor("slack:" + "U" * LONGEST_ACTOR, "Nobody")),
    ],
    ids=["text", "name", "nul", "id", "long id", "long actor"],
)
async def test_what_cannot_be_kept_is_refused_without_touching_others(
    store: EventStore, unkeepable: object
) -> None:
    """Refused, not broken; what is written in the same moment is written."""
    outcomes = await asyncio.gather(
        store.append("lo-1", [note("b")], after=0),
        store.append("lo-2", [unkeepable], after=0),  # type: ignore[list-item]
        store.append("lo-3", [note("c")], after=0),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Refused)
    assert not isinstance(outcomes[1], Conflict | AlreadyRecorded)
    assert [len(await store.read(name)) for name in ("lo-1", "lo-2", "lo-3")] == [1, 0, 1]


@pytest.mark.parametrize("once", ["\0", "\ud800", "x" * (LONGEST_DELIVERY + 1)])
async def test_a_delivery_that_cannot_be_kept_is_refused(store: EventStore, once: str) -> None:
    """A name that one store would take is a name that all take."""
    with pytest.raises(Refused):
        await store.append("lo-1", [note("a")], after=0, once=once)
    assert await store.read("lo-1") == []


async def test_names_as_long_as_may_be_are_kept(store: EventStore) -> None:
    """Each at its limit."""
    longest = note(
        "a" * LONGEST_ID, actor=Actor(("slack:" + "U" * LONGEST_ACTOR)[:LONGEST_ACTOR], "N" * 900)
    )
    facts = await store.append("l" * LONGEST_ID, [longest], after=0, once="x" * LONGEST_DELIVERY)
    assert await store.read("l" * LONGEST_ID) == facts
    assert await store.incident_of("x" * LONGEST_DELIVERY) == "l" * LONGEST_ID


async def test_a_long_text_is_kept_whole(store: EventStore) -> None:
    """A pasted terminal of 100 kB."""
    text = "Aé🔒\n" * 20_000
    await store.append("lo-1", [note("a", text)], after=0)
    (fact,) = await store.read("lo-1")
    assert fact.payload["text"] == text
    assert len(text.encode()) >= 100_000


async def test_incidents_are_listed_newest_first(store: EventStore) -> None:
    """By when they were declared, not by when that was recorded; the closed ones say when."""
    await declare(store, "lo-b", minutes=5)
    await declare(store, "lo-a", minutes=1)
    await declare(store, "lo-c", minutes=5)
    over = draft("over", IncidentClosed(summary="over"), at=AT + timedelta(minutes=9))
    await store.append("lo-a", [over], after=1)
    await store.append("lo-d", [note("never declared")], after=0)
    lines = await store.incidents()
    assert [(line.id, line.closed_at) for line in lines] == [
        ("lo-c", None),
        ("lo-b", None),
        ("lo-a", AT + timedelta(minutes=9)),
    ]
    assert lines[2].declared_at == AT + timedelta(minutes=1)


async def test_the_incident_of_a_delivery_is_known_to_every_store(place: Place) -> None:
    """A delivery that another process recorded is known here."""
    await declare(place.open(), "lo-1", once="view-1")
    assert await place.open().incident_of("view-1") == "lo-1"


async def test_of_two_stores_that_race_for_a_version_exactly_one_wins(place: Place) -> None:
    """Twenty times; the loser hears Conflict, and its delivery stays unused."""
    one, other = place.open(), place.open()
    for version in range(20):
        outcomes = await asyncio.gather(
            one.append("lo-1", [note(f"one-{version}")], after=version, once=f"1-{version}"),
            other.append("lo-1", [note(f"other-{version}")], after=version, once=f"2-{version}"),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
        known = [await one.incident_of(f"{store}-{version}") for store in (1, 2)]
        assert sorted(known, key=str) == [None, "lo-1"]
    facts = await one.read("lo-1")
    assert len(facts) == 20
    assert check_chain(map(fact_to_dict, facts)) is None


async def test_many_appends_at_once_are_all_there_for_another_store(place: Place) -> None:
    """200 incidents written in the same moment."""
    store = place.open()
    names = [f"lo-{number}" for number in range(200)]
    await asyncio.gather(*(store.append(name, [note(f"of {name}")], after=0) for name in names))
    other = place.open()
    assert [len(await other.read(name)) for name in names] == [1] * 200


async def test_what_must_be_delivered_is_written_with_its_facts(place: Place) -> None:
    """Every store then knows how much waits; a timer is no delivery."""
    store = place.open()
    assert await store.backlog() == Backlog()
    await store.append("lo-1", [note("a")], after=0, effects=[SHOW, SHOW, TIMER])
    await store.schedule([SHOW])
    assert (await place.open().backlog()).waiting == 3


async def test_what_is_not_recorded_is_not_delivered_either(store: EventStore) -> None:
    """A conflict, a repetition and a refusal leave nothing to deliver."""
    await store.append("lo-1", [note("a")], after=0, once="trigger-1")
    for happened, after, once in (
        (note("b"), 0, ""),
        (note("b"), 1, "trigger-1"),
        (note("b", "\ud800"), 1, ""),
    ):
        with pytest.raises(Refused):
            await store.append("lo-1", [happened], after=after, once=once, effects=[SHOW])
    assert (await store.backlog()).waiting == 0


async def test_a_check_leaves_nothing_behind(place: Place) -> None:
    """However often somebody asks whether it is ready."""
    store = place.open()
    await asyncio.gather(*(store.check() for _ in range(20)))
    assert await store.incidents() == []
    assert await store.incident_of("") is None


async def test_drills_and_incidents_are_in_lists_of_their_own(store: EventStore) -> None:
    """Nobody who looks for lockouts finds a drill, nor the other way round."""
    await declare(store, "lo-1")
    begun = DrillBegun(tenant="entra-example", provider="entra", why="scheduled")
    await store.append("drill-1", [draft("begun-1", begun)], after=0)
    later = draft("begun-2", begun, at=AT + timedelta(minutes=5))
    ended = draft("ended-2", DrillFinished(result="failed", summary=""), at=AT + timedelta(hours=1))
    await store.append("drill-2", [later, ended], after=0)
    assert [line.id for line in await store.incidents()] == ["lo-1"]
    lines = await store.drills()
    assert [line.id for line in lines] == ["drill-2", "drill-1"]
    assert [line.closed_at for line in lines] == [AT + timedelta(hours=1), None]


async def test_what_is_scheduled_once_is_scheduled_once(store: EventStore) -> None:
    """Every replica asks at every look; the second time nothing is written."""
    notice = Outgoing("", "notice", {"text": "DRILL due", "channel": "C1", "people": []})
    await store.schedule([notice], once="drill-due:entra-example:2026-12-31")
    with pytest.raises(AlreadyRecorded):
        await store.schedule([notice], once="drill-due:entra-example:2026-12-31")
    await store.schedule([notice], once="drill-due:entra-example:2027-03-31")
    assert (await store.backlog()).waiting == 2
