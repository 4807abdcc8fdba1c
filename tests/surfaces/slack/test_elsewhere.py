"""What its own place does not take goes to whoever can still be reached."""

from __future__ import annotations

import pytest

from bot.core.errors import Broken, Unavailable
from bot.core.organisation import Organisation
from bot.surfaces.slack.elsewhere import bring_elsewhere
from tests.services.desks import example
from tests.surfaces.slack.stage import GENERAL, Stage, open_stage

REFUSAL = Broken("its own channel is archived")


def with_fallback(channel: str) -> Organisation:
    """The example with this fallback channel."""
    slack = example().slack.model_copy(update={"fallback_channel": channel})
    return example().model_copy(update={"slack": slack})


async def bring(stage: Stage, fallback: str) -> str:
    """A message."""

    async def post(channel: str) -> str:
        posted = await stage.api.call("chat.postMessage", channel=channel, text="precious")
        return str(posted["channel"])

    return await bring_elsewhere(stage.api, with_fallback(fallback), post, REFUSAL)


def kinds(stage: Stage) -> list[str]:
    """Of the channels that got it."""
    state = stage.slack.world.state
    return [state.channels[message.channel].kind for message in state.messages.values()]


async def test_the_fallback_channel_comes_first(stage: Stage) -> None:
    """Then nobody is written to."""
    assert await bring(stage, GENERAL) == GENERAL
    assert kinds(stage) == ["channel"]


@pytest.mark.parametrize("fallback", ["", "C0GONE"])
async def test_without_it_each_responder_gets_it(stage: Stage, fallback: str) -> None:
    """One who cannot be reached keeps nobody else from it."""
    stage.slack.fail("conversations.open", error="user_disabled")
    assert await bring(stage, fallback)
    others = len(example().people_with("responder")) - 1
    assert kinds(stage) == ["im"] * others


async def test_when_nobody_can_be_reached_the_first_refusal_stands() -> None:
    """What the others said is in the log."""
    async with open_stage() as stage:
        stage.slack.fail("conversations.open", error="user_disabled", times=20)
        with pytest.raises(Broken, match="archived"):
            await bring(stage, "C0GONE")


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open"])
async def test_what_somebody_can_change_is_waited_for(stage: Stage, method: str) -> None:
    """Everybody would refuse alike, and it would be lost."""
    stage.slack.fail(method, error="token_revoked", times=20)
    with pytest.raises(Unavailable, match="another token"):
        await bring(stage, "" if method == "conversations.open" else GENERAL)
