"""Everything that goes out to Slack after an ack: tracked, in order a channel, patient.

A lane (a channel) sends one after another; work with the same key that still waits is replaced,
since only the newest state of a card is worth sending. In memory: what was recorded is safe
without it, and open cards are drawn again at the next start.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from bot.core.errors import LockoutError, Unavailable

log = structlog.get_logger(__name__)

Send = Callable[[], Awaitable[None]]
ATTEMPTS = 6
LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class _Work:
    key: str
    send: Send
    what: str
    repeatable: bool
    marks: Mapping[str, Any]
    under_way: bool = False


class Outbox:
    """`put` never waits and never fails; `drain` waits until all lanes are empty."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep
        self._lanes: dict[str, deque[_Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many sends have not been done yet."""
        return sum(map(len, self._lanes.values()))

    def put(
        self, lane: str, send: Send, *, what: str, key: str = "", repeatable: bool = False
    ) -> None:
        """Send in this lane's order.

        `key` replaces what waits under it; `repeatable` says that doing it twice does no harm, so
        that a lost answer may be tried again.
        """
        work = _Work(key, send, what, repeatable, get_contextvars())
        queue = self._lanes.get(lane)
        if queue is None:
            self._lanes[lane] = deque([work])
            self._track(self._run(lane))
            return
        for index, other in enumerate(queue):
            # What is under way cannot be taken back; what rests before it tries again can.
            if key and other.key == key and not other.under_way:
                queue[index] = work
                return
        queue.append(work)

    def now(self, send: Coroutine[Any, Any, None], what: str) -> None:
        """At once and beside all lanes: a modal's trigger lives for three seconds."""
        self._track(self._once(send, what))

    async def drain(self, seconds: float) -> bool:
        """Wait until everything is sent, at most so long; whether it was."""
        tasks = set(self._tasks)
        if not tasks:
            return True
        _, left = await asyncio.wait(tasks, timeout=seconds)
        for task in left:
            task.cancel()
        return not left

    def _track(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _once(self, send: Coroutine[Any, Any, None], what: str) -> None:
        try:
            await send
        except LockoutError as error:
            log.warning("slack_not_sent", what=what, error=str(error))
        except Exception:
            log.exception("slack_send_broke", what=what)

    async def _run(self, lane: str) -> None:
        queue = self._lanes[lane]
        while queue:
            await self._send_first(queue)
            queue.popleft()
        del self._lanes[lane]

    async def _send_first(self, queue: deque[_Work]) -> None:
        """Send what stands first; it may be replaced while it rests between two attempts."""
        for attempt in range(ATTEMPTS):
            work = queue[0]
            work.under_way = True
            # A lane's task outlives the request that began it: each send bears its own marks.
            clear_contextvars()
            bind_contextvars(**work.marks)
            try:
                await work.send()
            except Unavailable as error:
                # A stated wait means that Slack did not take it, so trying again cannot double it.
                if error.retry_after is None and not work.repeatable:
                    log.warning("slack_not_sent", what=work.what, error=error.reason)
                    return
                work.under_way = False
                pause = 2.0**attempt if error.retry_after is None else error.retry_after
                await self._sleep(min(pause, LONGEST_PAUSE))
            except LockoutError as error:
                log.warning("slack_refused", what=work.what, error=str(error))
                return
            except Exception:
                log.exception("slack_send_broke", what=work.what)
                return
            else:
                return
        log.error("slack_gave_up", what=queue[0].what, attempts=ATTEMPTS)
