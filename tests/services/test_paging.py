"""Timelines that are read page by page."""

from __future__ import annotations

import pytest

from bot.adapters.memory import FixedClock, MemoryEventStore
from bot.core.errors import Unavailable
from bot.core.events import NoteAdded
from bot.core.timeline import Draft, Fact
from bot.services.paging import PAGE, in_thread, pages_of
from tests.services.desks import ONCALL

ID = "lo-1"


async def filled(count: int) -> MemoryEventStore:
    """So many notes."""
    store = MemoryEventStore(FixedClock())
    now, note = store.clock.now(), NoteAdded(text="a")
    drafts = [Draft(f"f{number}", note, ONCALL.actor, now) for number in range(count)]
    await store.append(ID, drafts, after=0)
    return store


async def paged(store: MemoryEventStore, after: int = 0, until: int | None = None) -> list[Fact]:
    """All of it, when no page was larger than one may be."""
    pages = [page async for page in pages_of(store, ID, after, until)]
    assert max(map(len, pages)) <= PAGE
    return [fact for page in pages for fact in page]


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
async def test_the_pages_are_the_timeline(count: int) -> None:
    """Whether or not the last one is full; and between two versions as well."""
    store = await filled(count)
    facts = await store.read(ID)
    assert len(facts) == count
    assert await paged(store) == facts
    assert await paged(store, 3) == facts[3:]
    assert await paged(store, 1, PAGE + 1) == facts[1 : PAGE + 1]


@pytest.mark.parametrize("until", [0, 1, PAGE, PAGE + 1])
async def test_a_thread_takes_the_facts_up_to_a_version(until: int) -> None:
    """While the loop does the reading."""
    store = await filled(PAGE + 2)
    assert await in_thread(store, ID, until, list) == (await store.read(ID))[:until]


async def test_a_thread_hears_that_the_store_does_not_answer() -> None:
    """In the words of the store."""

    class Gone(MemoryEventStore):
        async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
            message = f"No answer for {incident}, {after} to {until}"
            raise Unavailable(message)

    with pytest.raises(Unavailable, match=f"No answer for {ID}, 0 to 7"):
        await in_thread(Gone(FixedClock()), ID, 7, list)
