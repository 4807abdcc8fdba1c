"""One item delivered, one timer woken: what a workflow does once its turn has come.

Knows nothing of DBOS but this: a workflow that is cancelled stays PENDING with whoever has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

import structlog

from bot.adapters.db import outgoing
from bot.adapters.db.writer import Writer
from bot.core.errors import Broken, LockoutError, NeedsNewer, Refused, Unavailable
from bot.services.pace import Pace
from bot.services.ports import Clock, Outgoing, Timer, Work

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 30.0
# One message a second is what Slack takes in a channel.
QUIET_SECONDS = 1.0
# In all channels together, "several hundred messages a minute".
# https://docs.slack.dev/apis/web-api/rate-limits
HURRIED_AT_ONCE, HURRIED_SECONDS = 20, 0.2
# What Slack asks for is heeded, unless it is nonsense.
LONGEST_ASKED = 600.0
# An error of ours is hardly gone the next time; but a message is worth several attempts.
MOST_BREAKS = 5

# Told how often it broke before.
Attempt = Callable[[int], Awaitable[str]]
Sleep = Callable[[float], Awaitable[None]]
# Ends what is under way (TimeoutError) once another process may have taken it over.
Lease = Callable[[], AbstractAsyncContextManager[None]]


class Left(asyncio.CancelledError):
    """Another process must do it, one that knows what this is: its workflow is to be given back."""


class Worker:
    """`deliver` and `wake` come back when it is done. `alarm`: what somebody must change."""

    def __init__(
        self, work: Work, writer: Writer, clock: Clock, lease: Lease, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._work = work
        self._writer = writer
        self._clock = clock
        self._lease = lease
        self._sleep = sleep
        self.alarm = ""
        # Batches that this process hands over now, each with what to wait on.
        self._under_way: dict[int, asyncio.Event] = {}
        # When something was said in an incident last, or will be; and who is hurried just now.
        self._said: dict[str, float] = {}
        self._hurried: set[str] = set()
        self._pace = Pace(HURRIED_AT_ONCE, HURRIED_SECONDS)

    async def hurry(self, incident: str) -> None:
        """Deliver what waits for an incident at once, if nothing was said there just now.

        Only a head start on the engine, which polls once a second and tries again when this fails.
        """
        if not self.may_hurry(incident):
            return
        self._pace.take(asyncio.get_running_loop().time())
        self._hurried.add(incident)
        try:
            number = await self._writer.run(
                lambda connection: outgoing.oldest_of(connection, incident)
            )
            if number is not None:
                await self._deliver(number, 0)
        except (LockoutError, asyncio.CancelledError) as error:
            log.info("not_hurried", incident=incident, error=str(error))
        except Exception:
            log.exception("hurry_broke", incident=incident)
        finally:
            self._hurried.discard(incident)

    def may_hurry(self, incident: str) -> bool:
        """Whether nothing was said there within the second, nor very much elsewhere."""
        now = asyncio.get_running_loop().time()
        quiet = incident not in self._hurried and self._rest(incident, now) == 0.0
        return quiet and self._pace.free(now)

    def _rest(self, incident: str, now: float) -> float:
        return max(0.0, self._said.get(incident, -QUIET_SECONDS) + QUIET_SECONDS - now)

    async def _take_turn(self, item: Outgoing) -> None:
        """Slack takes one message a second, whether the engine's turn brought it or a hurry."""
        if item.kind != "show":
            return
        now = asyncio.get_running_loop().time()
        rest = self._rest(item.incident, now)
        self._said[item.incident] = now + rest
        if rest:
            await self._sleep(rest)

    async def deliver(self, number: int) -> str:
        """Until the item is settled. Slack is never called inside a transaction.

        Errors: Left when this release does not know the item.
        """
        return await self._patiently(f"delivery {number}", partial(self._deliver, number))

    async def wake(self, timer: Timer) -> str:
        """Until the reminder is said, put off, or does not stand any more."""
        return await self._patiently(f"reminder of {timer.incident}", partial(self._wake, timer))

    async def _patiently(self, what: str, attempt: Attempt) -> str:
        """Again and again while something does not answer; an error of ours only so often."""
        pause, breaks = 1.0, 0
        while True:
            rest = pause
            try:
                return await attempt(breaks)
            except (Unavailable, Refused) as error:
                # Refused: others were faster, again and again.
                rest = min(getattr(error, "retry_after", None) or pause, LONGEST_ASKED)
                if isinstance(error.__cause__, Broken):
                    self.alarm = error.reason
                log.warning("work_waits", work=what, reason=error.reason, seconds=rest)
            except NeedsNewer as error:
                log.warning("work_left", work=what, reason=str(error))
                raise Left from error
            except Exception:
                breaks += 1
                log.exception("work_broke", work=what, times=breaks)
                if breaks > MOST_BREAKS:
                    raise
            await self._sleep(rest)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _wake(self, timer: Timer, _breaks: int) -> str:
        # Another clock may have ended the delay; by ours it is a moment early. Woken early, it
        # would be armed again under the name that this very timer has, which does nothing.
        early = (timer.at - self._clock.now()).total_seconds()
        if early > 0:
            await self._sleep(early)
        return await self._work.wake(timer)

    async def _deliver(self, number: int, breaks: int) -> str:
        claimed = await self._claim(number)
        if claimed is None:
            return "settled before"
        self._under_way[claimed.batch] = over = asyncio.Event()
        try:
            await self._take_turn(claimed.item)
            ending, reference = await self._hand_over(claimed, last=breaks >= MOST_BREAKS)
            await self._writer.run(
                lambda connection: outgoing.settle(connection, claimed, ending, reference)
            )
        finally:
            del self._under_way[claimed.batch]
            over.set()
        return ending

    async def _claim(self, number: int) -> outgoing.Claim | None:
        """When this process is at the same batch already, wait how that ends."""
        while True:
            claimed = await self._writer.run(lambda connection: outgoing.claim(connection, number))
            other = self._under_way.get(claimed.batch) if claimed else None
            if other is None:
                return claimed
            await other.wait()

    async def _hand_over(
        self, claimed: outgoing.Claim, *, last: bool
    ) -> tuple[outgoing.Ending, str]:
        try:
            async with self._lease():
                reference = await self._work.courier.deliver(
                    claimed.item, f"lockout-{claimed.batch}", again=claimed.attempts > 0
                )
        except Broken as error:
            reference = error.reason
        except TimeoutError as error:
            # Another process may be at it by now: leave it to whoever has it.
            log.warning("delivery_left", items=claimed.items)
            raise asyncio.CancelledError from error
        except Exception as error:
            if not last or isinstance(error, LockoutError):
                raise
            log.exception("delivery_broke", items=claimed.items)
            reference = f"an error of Lockout: {error!r}"
        else:
            self.alarm = ""
            return "sent", reference
        self.alarm = reference
        log.error("delivery_dropped", items=claimed.items, reason=reference)
        return "dropped", reference
