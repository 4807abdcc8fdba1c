"""A backup of what is broken is still written, and said; it is never restored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.memory import FixedClock, MemoryEventStore, MemoryMover
from bot.core.errors import Invalid
from bot.core.events import NoteAdded
from bot.core.timeline import Draft
from bot.services.moving import Moved, back_up, restore
from tests.services.desks import ONCALL


async def stored(*incidents: str) -> MemoryEventStore:
    """Five notes on each."""
    store = MemoryEventStore(FixedClock())
    for incident in incidents:
        drafts = [
            Draft(f"{incident}-{number}", NoteAdded(text="x"), ONCALL.actor, store.clock.now())
            for number in range(1, 6)
        ]
        await store.append(incident, drafts, after=0, once=f"of {incident}")
    return store


async def backed_up(store: MemoryEventStore) -> tuple[Moved, bytes]:
    """What it says, and the file."""
    pieces: list[bytes] = []
    moved = await back_up(MemoryMover(store), pieces.append)
    return moved, b"".join(pieces)


async def test_a_backup_says_how_much_it_holds() -> None:
    """Incidents with their heads, facts, deliveries."""
    store = await stored("lo-1", "lo-2")
    moved, _ = await backed_up(store)
    assert [head.incident for head in moved.heads] == ["lo-1", "lo-2"]
    assert moved.heads[1].hash == store.facts["lo-2"][-1].hash
    assert (moved.facts, moved.deliveries, moved.problems) == (10, 2, ())


async def test_a_broken_chain_is_written_and_named() -> None:
    """It is all there is; the first fact at fault of each incident is said, the others are well."""
    store = await stored("lo-1", "lo-2")
    for version in (2, 4):
        fact = store.facts["lo-1"][version - 1]
        store.facts["lo-1"][version - 1] = replace(fact, payload={"text": "changed"})
    moved, data = await backed_up(store)
    assert moved.problems == (
        "incident lo-1: fact 2 (id lo-1-2): its content does not match its hash: changed",
    )
    assert data.count(b"changed") == 2
    empty = MemoryEventStore(FixedClock())
    with pytest.raises(Invalid, match=r"incident lo-1, fact 2 \(id lo-1-2\)"):
        await restore(MemoryMover(empty), lambda: [data], "backup.json")
    assert empty.facts == {}


async def test_a_timeline_that_lost_its_middle_is_named() -> None:
    """Also when the database gives fewer facts than it said."""
    store = await stored("lo-1")
    mover = MemoryMover(store)
    full = list(store.facts["lo-1"])

    class Forgetful(MemoryMover):
        """Loses facts after it was asked how many there are."""

        async def page(self, incident: str, after: int, until: int) -> list:  # type: ignore[type-arg]
            return full[after : after + 2] if after < 4 else []

    moved = await back_up(Forgetful(mover.store), lambda _: None)
    assert moved.problems == ("incident lo-1: it ends at fact 4, not at 5",)


async def test_a_restored_backup_is_what_was_backed_up() -> None:
    """Facts and deliveries; the file is read twice and held never."""
    store = await stored("lo-1", "lo-2")
    _, data = await backed_up(store)
    empty, opened = MemoryEventStore(FixedClock()), []

    def open_file() -> list[bytes]:
        opened.append(1)
        return [data[at : at + 100] for at in range(0, len(data), 100)]

    moved = await restore(MemoryMover(empty), open_file, "backup.json")
    assert (empty.facts, empty.deliveries) == (store.facts, store.deliveries)
    assert (moved.facts, moved.deliveries, len(opened)) == (10, 2, 2)
