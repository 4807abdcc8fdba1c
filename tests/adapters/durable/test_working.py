"""One item delivered, one timer woken: until it is done, and not twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.db import outgoing
from bot.adapters.db.engine import migrate, open_engine
from bot.adapters.db.writer import Writer
from bot.adapters.durable.working import Lease, Left, Worker
from bot.adapters.memory import FixedClock
from bot.core.errors import Broken, NeedsNewer, Refused, Unavailable
from bot.services.ports import Outgoing, Timer, Work

NOW = FixedClock().now()


@dataclass
class FakeCourier:
    """Answers as it is told to, and remembers."""

    answers: list[Exception | str] = field(default_factory=list)
    asked: list[tuple[Outgoing, str, bool]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    look: Callable[[], None] = lambda: None

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """The next answer, `1.1` when there is none left."""
        self.asked.append((item, key, again))
        self.look()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else "1.1"
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Desk:
    """A worker, its courier and the table that both look at."""

    writer: Writer
    courier: FakeCourier
    worker: Worker
    rests: list[float]

    async def add(self, *lines: int) -> int:
        """Something to show."""
        item = Outgoing("lo-1", "show", {"say": list(lines)})
        return await self.writer.run(lambda connection: outgoing.add(connection, item, NOW))

    async def waiting(self) -> int:
        """How much is not settled."""
        return (await self.writer.run(outgoing.backlog)).waiting


@asynccontextmanager
async def open_desk(folder: Path, lease: Lease = nullcontext) -> AsyncIterator[Desk]:
    """On a fresh SQLite file; nobody rests between two attempts."""
    engine = open_engine(f"sqlite:///{folder}/lockout.db")
    migrate(engine)
    writer, courier = Writer(engine), FakeCourier()
    rests: list[float] = []

    async def woken(timer: Timer) -> str:
        return f"woke {timer.subject}"

    async def none(*, first: bool = False) -> int:
        return 0

    async def nothing() -> None:
        pass

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    worker = Worker(Work(courier, woken, none, nothing), writer, FixedClock(), lease, rest)
    yield Desk(writer, courier, worker, rests)
    writer.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """The only process there is."""
    async with open_desk(tmp_path) as desk:
        yield desk


async def test_an_item_is_delivered_once(desk: Desk) -> None:
    """A workflow that runs again has nothing to do."""
    number = await desk.add(1)
    assert await desk.worker.deliver(number) == "sent"
    assert await desk.worker.deliver(number) == "settled before"
    assert [again for _, _, again in desk.courier.asked] == [False]


async def test_what_slack_does_not_take_now_is_tried_again_with_a_look(desk: Desk) -> None:
    """The second attempt is told that the first one may have arrived."""
    desk.courier.answers = [Unavailable("later", 0.01)]
    assert await desk.worker.deliver(await desk.add(1)) == "sent"
    assert [again for _, _, again in desk.courier.asked] == [False, True]
    assert len({key for _, key, _ in desk.courier.asked}) == 1


async def test_what_slack_will_never_take_is_dropped_and_health_turns_red(desk: Desk) -> None:
    """With the reason, and the next thing that works clears it."""
    desk.courier.answers = [Broken("Slack chat.postMessage: token_revoked")]
    assert await desk.worker.deliver(await desk.add(1)) == "dropped"
    assert "token_revoked" in desk.worker.alarm
    assert await desk.waiting() == 0
    await desk.worker.deliver(await desk.add(2))
    assert desk.worker.alarm == ""


async def test_two_at_once_in_one_process_post_once(desk: Desk) -> None:
    """The head start after a commit and the engine's own turn meet here."""
    desk.courier.gate = asyncio.Event()
    number = await desk.add(1)
    both = [
        asyncio.create_task(desk.worker.hurry("lo-1")),
        asyncio.create_task(desk.worker.deliver(number)),
    ]
    asyncio.get_running_loop().call_later(0.2, desk.courier.gate.set)
    await asyncio.gather(*both)
    assert len(desk.courier.asked) == 1


async def test_a_head_start_that_fails_leaves_it_to_the_engine(desk: Desk) -> None:
    """And says nothing worse than that in the log."""
    desk.courier.answers = [Unavailable("later")]
    number = await desk.add(1)
    await desk.worker.hurry("lo-1")
    assert await desk.waiting() == 1
    assert await desk.worker.deliver(number) == "sent"


async def test_nobody_is_hurried_twice_within_a_second(desk: Desk) -> None:
    """One message a second is what Slack takes in a channel."""
    await desk.add(1)
    await desk.worker.hurry("lo-1")
    await desk.add(2)
    await desk.worker.hurry("lo-1")
    assert len(desk.courier.asked) == 1
    assert await desk.waiting() == 1


async def test_the_engines_turn_keeps_its_distance_from_a_head_start(desk: Desk) -> None:
    """And from its own; a file is no message, and another incident has a channel of its own."""
    await desk.add(1)
    await desk.worker.hurry("lo-1")
    file = Outgoing("lo-1", "export", {"format": "json"})
    other = Outgoing("lo-2", "show", {"say": [1]})
    for item in (file, other):
        number = await desk.writer.run(partial(outgoing.add, item=item, now=NOW))
        await desk.worker.deliver(number)
    assert desk.rests == []
    await desk.worker.deliver(await desk.add(2))
    await desk.worker.deliver(await desk.add(3))
    first, second = desk.rests
    assert 0 < first <= 1 < second <= 2


async def test_an_error_of_ours_does_not_hold_up_the_rest_for_ever(desk: Desk) -> None:
    """After several attempts it is dropped, with what it was."""
    desk.courier.answers = [ValueError("ours")] * 20
    assert await desk.worker.deliver(await desk.add(1)) == "dropped"
    assert "ours" in desk.worker.alarm


async def test_a_timer_is_woken(desk: Desk) -> None:
    """By whatever the work says."""
    assert await desk.worker.wake(Timer("lo-1", "news", 1, NOW)) == "woke news"


async def test_what_slack_asks_for_is_heeded(desk: Desk) -> None:
    """A pause of a minute is a minute, and not what we would have waited."""
    desk.courier.answers = [Unavailable("ratelimited", 60.0)]
    assert await desk.worker.deliver(await desk.add(1)) == "sent"
    assert desk.rests[0] == 60.0


async def test_others_who_were_faster_are_no_reason_to_give_up(desk: Desk) -> None:
    """`Refused` is what eight lost races end in."""
    desk.courier.answers = [Refused("Many people are pressing at once")]
    assert await desk.worker.deliver(await desk.add(1)) == "sent"


async def test_a_pause_of_slack_is_no_fault_but_a_dead_token_is(desk: Desk) -> None:
    """Health turns red only for what somebody must change."""
    refused = Unavailable("invalid_auth: Slack wants another token")
    refused.__cause__ = Broken("invalid_auth")
    alarms: list[str] = []
    desk.courier.look = lambda: alarms.append(desk.worker.alarm)
    desk.courier.answers = [Unavailable("ratelimited"), refused]
    assert await desk.worker.deliver(await desk.add(1)) == "sent"
    assert alarms == ["", "", "invalid_auth: Slack wants another token"]
    assert desk.worker.alarm == ""


async def test_who_was_silent_for_too_long_leaves_it_to_others(tmp_path: Path) -> None:
    """Cancelled, so that it stays whoever's it is by now; nothing is settled."""

    @asynccontextmanager
    async def lost() -> AsyncIterator[None]:
        yield
        raise TimeoutError

    async with open_desk(tmp_path, lost) as desk:
        with pytest.raises(asyncio.CancelledError):
            await desk.worker.deliver(await desk.add(1))
        assert await desk.waiting() == 1


async def test_a_timer_that_another_clock_woke_waits_for_ours(desk: Desk) -> None:
    """Armed again for the same moment it would bear the same name, and be lost."""
    soon = NOW + timedelta(seconds=2)
    assert await desk.worker.wake(Timer("lo-1", "news", 1, soon)) == "woke news"
    assert desk.rests == [2.0]


async def test_what_a_newer_release_can_do_is_left_to_it(desk: Desk) -> None:
    """Not tried again and again, not dropped, and no fault of anybody."""
    desk.courier.answers = [NeedsNewer("of later")] * 9
    with pytest.raises(Left):
        await desk.worker.deliver(await desk.add(1))
    assert (len(desk.courier.asked), desk.rests, desk.worker.alarm) == (1, [], "")
    assert await desk.waiting() == 1
    await desk.worker.hurry("lo-1")
    assert await desk.waiting() == 1
