"""A notice reaches its channel once, or else the people it names."""

from __future__ import annotations

import pytest

from bot.core.errors import Broken, Unavailable
from bot.services.ports import Outgoing
from bot.surfaces.slack.courier import SlackCourier
from tests.surfaces.slack.stage import GENERAL, ONCALL, SECOND, Stage, open_stage
from tests.workspace import Message

KEY = "lockout-9"
PEOPLE = [f"slack:{ONCALL}", "terminal:root", f"slack:{SECOND}"]


def notice(channel: str = GENERAL, people: list[str] | None = None) -> Outgoing:
    """Something to be said."""
    payload = {
        "at": "2026-01-01T00:00:00Z",
        "text": "**DRILL due** <!channel>",
        "channel": channel,
        "people": people or [],
    }
    return Outgoing("", "notice", payload)


def said(stage: Stage) -> list[Message]:
    """Every message with these words."""
    messages = stage.slack.world.state.messages.values()
    return [message for message in messages if "DRILL due" in message.text]


async def test_a_notice_is_said_in_its_channel() -> None:
    """As mrkdwn, and nothing in it can call everybody."""
    async with open_stage() as stage:
        reference = await SlackCourier(stage.api, stage.cards).deliver(notice(), KEY, again=False)
        (message,) = said(stage)
        assert (message.channel, message.ts) == (GENERAL, reference)
        assert message.text == "*DRILL due* &lt;!channel&gt;"


async def test_a_second_attempt_finds_the_first() -> None:
    """The message carries its key."""
    async with open_stage() as stage:
        courier = SlackCourier(stage.api, stage.cards)
        first = await courier.deliver(notice(), KEY, again=False)
        assert await courier.deliver(notice(), KEY, again=True) == first
        assert await courier.deliver(notice(), "lockout-10", again=True) != first
        assert len(said(stage)) == 2


async def test_a_second_attempt_finds_the_first_below_all_that_was_said_since() -> None:
    """The process may come back after days, and a channel with alerts fills fast."""
    async with open_stage() as stage:
        courier = SlackCourier(stage.api, stage.cards)
        first = await courier.deliver(notice(), KEY, again=False)
        state = stage.slack.world.state
        for number in range(250):
            state.post(state.channel(GENERAL), ONCALL, text=str(number))
        assert await courier.deliver(notice(), KEY, again=True) == first


async def test_a_second_attempt_posts_what_the_first_one_lost() -> None:
    """It looks, finds nothing, and posts."""
    async with open_stage() as stage:
        courier = SlackCourier(stage.api, stage.cards)
        stage.slack.fail("chat.postMessage", error="internal_error")
        with pytest.raises(Unavailable):
            await courier.deliver(notice(), KEY, again=False)
        await courier.deliver(notice(), KEY, again=True)
        assert len(said(stage)) == 1


@pytest.mark.parametrize("channel", ["", "C0GONE"])
async def test_without_a_channel_that_takes_it_each_person_hears_it(channel: str) -> None:
    """Directly; who is no Slack user is passed over."""
    async with open_stage() as stage:
        item = notice(channel, PEOPLE)
        await SlackCourier(stage.api, stage.cards).deliver(item, KEY, again=False)
        assert len(said(stage)) == 2
        assert len({message.channel for message in said(stage)}) == 2


async def test_one_who_cannot_be_reached_does_not_silence_it_for_the_others() -> None:
    """A person may have left."""
    async with open_stage() as stage:
        item = notice("", ["slack:U0GONE", f"slack:{SECOND}"])
        await SlackCourier(stage.api, stage.cards).deliver(item, KEY, again=False)
        assert len(said(stage)) == 1


async def test_a_revoked_token_drops_no_notice() -> None:
    """It waits for another token, as everything else does."""
    async with open_stage() as stage:
        stage.slack.fail("chat.postMessage", error="token_revoked")
        with pytest.raises(Unavailable):
            await SlackCourier(stage.api, stage.cards).deliver(notice(), KEY, again=False)


async def test_what_reaches_nobody_is_said_to_have_failed() -> None:
    """The engine drops it with the reason, and health turns red."""
    async with open_stage() as stage:
        with pytest.raises(Broken):
            await SlackCourier(stage.api, stage.cards).deliver(notice(""), KEY, again=False)
