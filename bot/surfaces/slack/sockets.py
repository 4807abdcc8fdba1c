"""Socket Mode that comes back: two connections, each watched and replaced with a fresh ticket.

Two, because a lockout is when connections break: while one is rebuilt, Slack sends over the other
(measured with a cut every three seconds: one connection missed 57 % of what was sent, two 31 %).
What comes over both is recorded once; that is the store's promise, not this module's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Broken, Unavailable
from bot.surfaces.slack.connection import FRIENDLY, TELLING, Connection, Pace

log = structlog.get_logger(__name__)

CONNECTIONS = 2


@dataclass(slots=True, eq=False)
class _Place:
    """Where one connection belongs; `trouble` says why there is none."""

    number: int
    connection: Connection | None = None
    trouble: str = ""
    failures: int = 0

    @property
    def alive(self) -> bool:
        return self.connection is not None and self.connection.alive


class Sockets:
    """`start` returns at once; `stop` lets acks finish; `state` and `last_event_age` report."""

    def __init__(
        self, bolt: AsyncApp, app_token: str, client: AsyncWebClient, pace: Pace | None = None
    ) -> None:
        """`client` gives the address, the proxy and the HTTP session, not the token."""
        self._bolt = bolt
        self._pace = pace or Pace()
        self._client = AsyncWebClient(
            token=app_token,
            base_url=client.base_url,
            timeout=client.timeout,
            session=client.session,
            proxy=client.proxy,
            ssl=client.ssl,
            retry_handlers=[],
        )
        self._places = [_Place(number) for number in range(1, CONNECTIONS + 1)]
        self._alive: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._received: float | None = None

    async def start(self) -> None:
        """Connect from now on; Slack may be away for long, so nobody waits for it here."""
        for place in self._places:
            self._track(self._keep(place))

    async def stop(self, seconds: float) -> bool:
        """Take nothing new, let acks under way finish within `seconds`, close.

        Returns whether all acks were sent.
        """
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        leaving = list(self._alive)
        drained = await asyncio.gather(*(connection.drain(seconds) for connection in leaving))
        await asyncio.gather(*map(self._close, leaving))
        for place in self._places:
            place.trouble = "stopped"
        if not all(drained):
            log.warning("slack_acks_not_sent", seconds=seconds)
        return all(drained)

    def state(self) -> str:
        """For `/readyz`: "ok", "connecting", "1 of 2", or "not connected: " and why."""
        alive = sum(place.alive for place in self._places)
        if alive == len(self._places):
            return "ok"
        if alive:
            return f"{alive} of {len(self._places)}"
        trouble = next((place.trouble for place in self._places if place.trouble), "")
        return f"not connected: {trouble}" if trouble else "connecting"

    def last_event_age(self) -> float | None:
        """Seconds since Slack sent anything, pings and their answers too; None before the first."""
        known = [connection.received for connection in self._alive]
        if self._received is not None:
            known.append(self._received)
        return self._pace.clock() - max(known) if known else None

    def _track(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- one place

    async def _keep(self, place: _Place) -> None:
        """Fill the place until the end, or until Slack says that only a person can help."""
        while True:
            try:
                connection = await self._fill(place)
            except Unavailable as error:
                await self._rest(place, error.reason, error.retry_after or 0.0)
            except Broken as error:
                self._give_up(place, error)
                return
            except Exception:
                log.exception("slack_connecting_broke", place=place.number)
                await self._rest(place, "a fault of ours, see the log", self._pace.longest_pause)
            else:
                await self._attend(place, connection)

    def _give_up(self, place: _Place, error: Broken) -> None:
        said = any(other.trouble == error.reason for other in self._places)
        place.trouble = error.reason
        if not said:
            log.error("slack_connection_refused", error=error.reason, hint=error.hint)

    async def _fill(self, place: _Place) -> Connection:
        """Open a connection, and only then let go of the one that was there."""
        connection = Connection(self._bolt, self._client, self._pace)
        await connection.open()
        self._alive.add(connection)
        former, place.connection, place.trouble = place.connection, connection, ""
        if former is not None:
            self._track(self._retire(former))
        return connection

    async def _attend(self, place: _Place, connection: Connection) -> None:
        """Wait until another connection is wanted here, and pause if that comes too often."""
        why = await connection.farewell
        lasted = self._pace.clock() - connection.opened
        if why not in FRIENDLY:
            place.connection = None
            self._track(self._retire(connection, linger=False))
        if why in TELLING:
            await self._rest(place, why, self._pace.longest_pause)
        elif lasted < self._pace.silence:
            await self._rest(place, why)
        else:
            place.failures, place.trouble = 0, why
            log.info("slack_connection_replaced", place=place.number, why=why)

    async def _rest(self, place: _Place, why: str, at_least: float = 0.0) -> None:
        """Longer each time, so that nobody hammers a Slack that is down."""
        longest = self._pace.longest_pause
        # Bounded before the power, which overflows after a thousand failures.
        pause = max(at_least, min(2.0 ** min(place.failures, 10), longest))
        place.failures, place.trouble = place.failures + 1, TELLING.get(why, why)
        log.warning("slack_reconnects", place=place.number, why=place.trouble, again_in=pause)
        await self._pace.sleep(pause)

    async def _retire(self, connection: Connection, *, linger: bool = True) -> None:
        """Slack may still send over a connection that it wants replaced; listen for a while."""
        if linger:
            await connection.linger(self._pace.linger)
        await connection.drain(self._pace.linger)
        await self._close(connection)

    async def _close(self, connection: Connection) -> None:
        self._received = max(self._received or connection.received, connection.received)
        await connection.close()
        self._alive.discard(connection)
