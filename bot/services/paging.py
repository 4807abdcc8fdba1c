"""A timeline of any length, read page by page: no more than one page is held at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from bot.core.timeline import Fact
from bot.services.ports import EventStore

# So few that nobody who presses a button waits for a page to be read.
PAGE = 500
Result = TypeVar("Result")


async def pages_of(
    store: EventStore, incident_id: str, after: int = 0, until: int | None = None
) -> AsyncIterator[list[Fact]]:
    """Facts with a version above `after`, up to `until`, in order. Errors: Unavailable."""
    whole = True
    while whole:
        end = after + PAGE if until is None else min(after + PAGE, until)
        page = await store.read(incident_id, after, end)
        yield page
        whole, after = len(page) == PAGE, end


async def in_thread(
    store: EventStore, incident_id: str, until: int, work: Callable[[Iterator[Fact]], Result]
) -> Result:
    """What `work` makes of the facts up to `until`, in a thread that does not hold up the loop.

    The loop does the reading, for as long as it runs. Errors: those of `work`; Unavailable.
    """
    loop = asyncio.get_running_loop()

    def facts() -> Iterator[Fact]:
        for after in range(0, until, PAGE):
            reading = store.read(incident_id, after, min(after + PAGE, until))
            yield from asyncio.run_coroutine_threadsafe(reading, loop).result()

    return await asyncio.to_thread(lambda: work(facts()))
