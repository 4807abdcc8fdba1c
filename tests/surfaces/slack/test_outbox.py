"""What goes out: in order, the newest state only, patient where told, and never twice by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from bot.core.errors import Broken, Unavailable
from bot.surfaces.slack.outbox import ATTEMPTS, LONGEST_PAUSE, Outbox

Send = Callable[[], Awaitable[None]]


class Rests:
    """A sleep that only remembers for how long; `meanwhile` happens during the first."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    async def __call__(self, seconds: float) -> None:
        """Let others run, and go on."""
        self.taken.append(seconds)
        if len(self.taken) == 1:
            self.meanwhile()
        await asyncio.sleep(0)


class Slack:
    """Remembers what arrived; the next calls fail with what is planned."""

    def __init__(self, *failures: Exception) -> None:
        self.arrived: list[str] = []
        self.tries = 0
        self._failures = list(failures)

    def send(self, what: str) -> Send:
        """A call that says `what`."""

        async def call() -> None:
            self.tries += 1
            await asyncio.sleep(0)
            if self._failures:
                raise self._failures.pop(0)
            self.arrived.append(what)

        return call


async def test_a_lane_keeps_its_order() -> None:
    """However many are put at once."""
    outbox, slack = Outbox(), Slack()
    for number in range(20):
        outbox.put("C1", slack.send(str(number)), what="line")
    assert outbox.waiting == 20
    assert await outbox.drain(1)
    assert slack.arrived == [str(number) for number in range(20)]
    assert outbox.waiting == 0


async def test_a_stuck_lane_holds_up_no_other() -> None:
    """Each channel waits for itself only."""
    outbox, slack, hold = Outbox(), Slack(), asyncio.Event()

    async def stuck() -> None:
        await hold.wait()

    outbox.put("C1", stuck, what="stuck")
    outbox.put("C2", slack.send("through"), what="line")
    for _ in range(5):
        await asyncio.sleep(0)
    assert slack.arrived == ["through"]
    hold.set()
    assert await outbox.drain(1)


async def test_what_waits_under_a_key_is_replaced_by_what_is_newer() -> None:
    """In its place in the line; what is under way is left alone."""
    outbox, slack = Outbox(), Slack()
    outbox.put("C1", slack.send("card 1"), what="card", key="card")
    await asyncio.sleep(0)
    outbox.put("C1", slack.send("card 2"), what="card", key="card")
    outbox.put("C1", slack.send("line"), what="line")
    outbox.put("C1", slack.send("card 3"), what="card", key="card")
    await outbox.drain(1)
    assert slack.arrived == ["card 1", "card 3", "line"]


async def test_without_a_key_nothing_is_replaced() -> None:
    """Two lines are two lines."""
    outbox, slack = Outbox(), Slack()
    for text in ("a", "b", "b"):
        outbox.put("C1", slack.send(text), what="line")
    await outbox.drain(1)
    assert slack.arrived == ["a", "b", "b"]


async def test_a_stated_wait_is_kept_and_then_it_is_sent() -> None:
    """Slack said that it did not take it, so it cannot arrive twice."""
    rests = Rests()
    outbox, slack = Outbox(rests), Slack(Unavailable("ratelimited", 7.0))
    outbox.put("C1", slack.send("line"), what="line")
    await outbox.drain(1)
    assert rests.taken == [7.0]
    assert slack.arrived == ["line"]


@pytest.mark.parametrize(("stated", "kept"), [(0.0, 0.0), (3_600.0, LONGEST_PAUSE)])
async def test_a_wait_is_never_longer_than_people_can_bear(stated: float, kept: float) -> None:
    """And none at all is none at all."""
    rests = Rests()
    outbox, slack = Outbox(rests), Slack(Unavailable("ratelimited", stated))
    outbox.put("C1", slack.send("line"), what="line")
    await outbox.drain(1)
    assert rests.taken == [kept]


async def test_what_rests_is_replaced_by_what_is_newer_and_sent_once() -> None:
    """The card that could not be drawn is not drawn after all; the newest is."""
    rests = Rests()
    outbox, slack = Outbox(rests), Slack(Unavailable("ratelimited", 1.0))
    rests.meanwhile = lambda: outbox.put("C1", slack.send("new"), what="card", key="card")
    outbox.put("C1", slack.send("old"), what="card", key="card")
    await outbox.drain(1)
    assert slack.arrived == ["new"]


async def test_a_lost_answer_is_tried_again_only_where_that_does_no_harm() -> None:
    """A card may be drawn twice; a line must not be said twice."""
    rests = Rests()
    outbox = Outbox(rests)
    line, card = Slack(Unavailable("reset")), Slack(Unavailable("reset"))
    outbox.put("C1", line.send("line"), what="line")
    outbox.put("C2", card.send("card"), what="card", repeatable=True)
    await outbox.drain(1)
    assert (line.tries, line.arrived) == (1, [])
    assert (card.tries, card.arrived) == (2, ["card"])
    assert rests.taken == [1.0]


async def test_it_gives_up_in_the_end_and_says_so() -> None:
    """With longer and longer pauses; what stands behind it still goes."""
    rests = Rests()
    outbox = Outbox(rests)
    slack = Slack(*[Unavailable("down")] * ATTEMPTS)
    with capture_logs() as logs:
        outbox.put("C1", slack.send("card"), what="card", repeatable=True)
        outbox.put("C1", slack.send("line"), what="line")
        await outbox.drain(1)
    assert slack.arrived == ["line"]
    assert rests.taken == sorted(rests.taken)
    assert [entry["what"] for entry in logs if entry["event"] == "slack_gave_up"] == ["card"]


@pytest.mark.parametrize(
    ("error", "said"),
    [(Broken("not_in_channel"), "slack_refused"), (KeyError("ts"), "slack_send_broke")],
)
async def test_a_final_answer_or_a_fault_of_ours_is_logged_and_the_lane_goes_on(
    error: Exception, said: str
) -> None:
    """Trying again would change nothing."""
    outbox, slack = Outbox(Rests()), Slack(error)
    with capture_logs() as logs:
        outbox.put("C1", slack.send("first"), what="first", repeatable=True)
        outbox.put("C1", slack.send("second"), what="second")
        await outbox.drain(1)
    assert slack.arrived == ["second"]
    assert [entry["event"] for entry in logs] == [said]


async def test_what_cannot_wait_goes_beside_all_lanes() -> None:
    """A modal's trigger lives for three seconds; a failure is only logged."""
    outbox, slack, hold = Outbox(), Slack(), asyncio.Event()

    async def stuck() -> None:
        await hold.wait()

    async def modal() -> None:
        await slack.send("modal")()

    async def refused() -> None:
        raise Broken("expired_trigger_id")

    outbox.put("C1", stuck, what="stuck")
    with capture_logs() as logs:
        outbox.now(modal(), "modal")
        outbox.now(refused(), "modal")
        for _ in range(5):
            await asyncio.sleep(0)
    assert slack.arrived == ["modal"]
    assert [entry["event"] for entry in logs] == ["slack_not_sent"]
    hold.set()
    await outbox.drain(1)


async def test_draining_stops_waiting_in_the_end_and_leaves_nothing_running() -> None:
    """A stop must come to an end even when Slack does not answer."""
    outbox = Outbox()

    async def never() -> None:
        await asyncio.Event().wait()

    outbox.put("C1", never, what="stuck")
    assert await outbox.drain(0.01) is False
    assert await outbox.drain(1) is True


async def test_draining_nothing_is_done_at_once() -> None:
    """There is nobody to wait for."""
    assert await Outbox().drain(0) is True
