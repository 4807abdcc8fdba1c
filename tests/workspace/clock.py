"""Time in the stand-in workspace: the wall's, or one that a test moves by hand.

Everything that expires (trigger ids, response URLs, rate windows, retries of events) asks this
clock, so a test can pass half an hour without waiting for it. Request signatures are the one
exception: they carry the wall's time, because the app checks them against the wall.
"""

import asyncio
import heapq
import itertools
import time
from typing import Protocol


class Clock(Protocol):
    """What the workspace asks of time."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return once `now()` has moved on by `seconds`."""


class WallClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait for real."""
        await asyncio.sleep(seconds)


class HandClock:
    """A clock that stands still until `advance` moves it."""

    def __init__(self, start: float | None = None) -> None:
        """Start at `start`, by default at the present."""
        self._now = time.time() if start is None else start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return once `advance` has covered `seconds`; at once for zero."""
        if seconds <= 0:
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Move time on and wake whoever slept long enough."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
