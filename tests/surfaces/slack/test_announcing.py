"""An announcement is said once, with the correction below it, wherever somebody can be reached."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from bot.core.errors import Broken, Unavailable
from bot.core.timeline import format_time
from bot.services.ports import Outgoing
from bot.surfaces.slack.courier import SlackCourier
from tests.surfaces.slack.stage import GENERAL, Stage, open_stage
from tests.walks.office import APPROVER, OTHER_APPROVER
from tests.workspace import Message

KEY = "lockout-12"
FILES = {"ca001.json": "{}\n", "ca001.diff": "+ group\n", "commands.txt": "# Read\n"}


def ready(stage: Stage, **slack: Any) -> SlackCourier:  # noqa: ANN401 - keys of the file
    """A courier whose organisation has these settings of Slack."""
    desk = stage.desk
    settings = desk.organisation.slack.model_copy(update={"fallback_channel": None, **slack})
    desk.organisation = desk.organisation.model_copy(update={"slack": settings})
    return SlackCourier(stage.api, stage.cards)


def item(stage: Stage, text: str = "**Look** at CA001 <!channel>", **payload: Any) -> Outgoing:  # noqa: ANN401 - JSON
    """An announcement of now."""
    at = format_time(stage.desk.clock.now())
    content = {"at": at, "tenant": "entra-example", "text": text, "files": FILES, **payload}
    return Outgoing("tenant:entra-example", "announce", content)


def said(stage: Stage, words: str = "CA001") -> list[Message]:
    """Messages with these words, in any channel."""
    messages = stage.slack.world.state.messages.values()
    return [message for message in messages if words in message.text]


def attached(stage: Stage) -> list[Message]:
    """Messages with files."""
    return [message for message in stage.slack.world.state.messages.values() if message.files]


async def test_it_comes_with_the_correction_in_its_thread() -> None:
    """In the channel for alerts; nobody is called by what a policy is named."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        reference = await courier.deliver(item(stage), KEY, again=False)
        (message,) = said(stage)
        assert (message.channel, message.ts) == (GENERAL, reference)
        assert message.text == "*Look* at CA001 &lt;!channel&gt;"
        (files,) = attached(stage)
        assert files.thread_ts == message.ts
        assert {file.name: (file.content or b"").decode() for file in files.files} == FILES


async def test_delivered_again_it_changes_nothing() -> None:
    """Neither a second message nor second files."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        first = await courier.deliver(item(stage), KEY, again=False)
        assert await courier.deliver(item(stage), KEY, again=True) == first
        assert (len(said(stage)), len(attached(stage))) == (1, 1)


@pytest.mark.parametrize(
    "method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal"]
)
async def test_a_crash_at_any_call_is_made_good(method: str) -> None:
    """Between the message and its files as well."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        stage.slack.fail(method, error="internal_error")
        with pytest.raises(Unavailable):
            await courier.deliver(item(stage), KEY, again=False)
        await courier.deliver(item(stage), KEY, again=True)
        assert (len(said(stage)), len(attached(stage))) == (1, 1)


async def test_without_a_channel_each_approver_is_told_once() -> None:
    """Directly, with the files; the second one also when the process died after the first."""
    async with open_stage() as stage:
        courier = ready(stage)
        stage.slack.fail("files.completeUploadExternal", error="internal_error")
        with pytest.raises(Unavailable):
            await courier.deliver(item(stage), KEY, again=False)
        await courier.deliver(item(stage), KEY, again=True)
        direct = {stage.slack.world.state.direct(one).id for one in (APPROVER, OTHER_APPROVER)}
        assert {message.channel for message in said(stage)} == direct
        assert len(said(stage)) == len(attached(stage)) == 2


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "not_in_channel"])
async def test_what_one_place_does_not_take_comes_to_the_next(code: str) -> None:
    """The fallback channel, then the approvers."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel="C0GONE", fallback_channel=GENERAL)
        await courier.deliver(item(stage), KEY, again=False)
        assert [message.channel for message in said(stage)] == [GENERAL]
        stage.slack.fail("chat.postMessage", error=code, times=2)
        await courier.deliver(item(stage, "Again"), "lockout-13", again=False)
        assert len(said(stage, "Again")) == 2


async def test_what_reaches_nobody_is_said_to_have_failed() -> None:
    """With what to change."""
    async with open_stage() as stage:
        courier = ready(stage)
        stage.slack.fail("chat.postMessage", error="restricted_action", times=20)
        stage.slack.fail("conversations.open", error="user_disabled")
        with pytest.raises(Broken, match="reaches nobody") as refusal:
            await courier.deliver(item(stage), KEY, again=False)
        assert "slack.alerts_channel" in refusal.value.hint


async def test_a_revoked_token_drops_no_announcement() -> None:
    """All places refuse alike, and it waits for another token."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        stage.slack.fail("chat.postMessage", error="token_revoked", times=20)
        with pytest.raises(Unavailable, match="another token"):
            await courier.deliver(item(stage), KEY, again=False)


async def test_files_that_slack_does_not_take_do_not_take_the_message_back() -> None:
    """It says where they are."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        stage.slack.fail("files.getUploadURLExternal", error="missing_scope")
        reference = await courier.deliver(item(stage), KEY, again=False)
        (excuse,) = said(stage, "lockout snapshot TENANT --show --fix DIR")
        assert excuse.thread_ts == reference


async def test_an_announcement_without_files_is_a_message_alone() -> None:
    """Nothing can be corrected, or nothing must."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        await courier.deliver(item(stage, files={}), KEY, again=False)
        assert (len(said(stage)), attached(stage)) == (1, [])


async def test_many_files_come_as_one() -> None:
    """The same bytes at each attempt."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        many = {f"ca{number:03}.json": "{}\n" for number in range(9)}
        await courier.deliver(item(stage, files=many), KEY, again=False)
        await courier.deliver(item(stage, files=many), "lockout-13", again=False)
        first, second = stage.slack.files
        assert first.name == "corrections-entra-example.zip"
        assert first.content == second.content
        assert zipfile.ZipFile(io.BytesIO(first.content or b"")).namelist() == list(many)


async def test_a_long_text_is_cut_where_slack_would_refuse_it() -> None:
    """Better most of it than nothing."""
    async with open_stage() as stage:
        courier = ready(stage, alerts_channel=GENERAL)
        await courier.deliver(item(stage, "CA001 " + "&" * 4000), KEY, again=False)
        assert said(stage)[0].text.endswith("…")
