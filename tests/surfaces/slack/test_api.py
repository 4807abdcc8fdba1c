"""Slack's Web API in our words: what passes, what is final, and how long to wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.adapters.memory import MemoryMeter
from bot.core.errors import Broken, Unavailable
from bot.services.watching import Watch
from bot.surfaces.slack import server
from bot.surfaces.slack.api import SlackApi, SlackRefusal
from bot.surfaces.slack.server import make_client, open_session
from tests.workspace import Workspace
from tests.workspace.faults import FaultOptions

GENERAL = "C0GENERAL"


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A stand-in Slack."""
    async with Workspace() as slack:
        yield slack


@pytest.fixture
async def api(slack: Workspace) -> AsyncIterator[SlackApi]:
    """Our side of it."""
    async with open_session() as session:
        yield SlackApi(make_client(slack.bot_token, slack.api_url, session))


async def post(api: SlackApi) -> dict[str, Any]:
    """Any call."""
    return await api.call("chat.postMessage", channel=GENERAL, text="hello")


async def test_a_call_gives_what_slack_answered(api: SlackApi, slack: Workspace) -> None:
    """As a dictionary; reading and writing alike."""
    posted = await post(api)
    assert slack.messages(GENERAL)[0].ts == posted["ts"]
    found = await api.query("conversations.history", channel=GENERAL, limit=1)
    assert found["messages"][0]["text"] == "hello"


@pytest.mark.parametrize("code", ["not_in_channel", "invalid_auth", "missing_scope"])
async def test_a_final_answer_is_a_refusal_with_its_code(
    api: SlackApi, slack: Workspace, code: str
) -> None:
    """And it is not tried again."""
    slack.fail("chat.postMessage", error=code)
    with pytest.raises(SlackRefusal) as refusal:
        await post(api)
    assert refusal.value.code == code
    assert refusal.value.reason == f"Slack chat.postMessage: {code}"
    assert len(slack.calls) == 1


async def test_a_rate_limit_passes_and_says_when(api: SlackApi, slack: Workspace) -> None:
    """In seconds; the call itself does not wait."""
    slack.fail("chat.postMessage", error="ratelimited", retry_after=30)
    with pytest.raises(Unavailable) as error:
        await post(api)
    assert error.value.retry_after == 30.0
    assert len(slack.calls) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"error": "internal_error"},
        {"error": "rate_limited"},
        {"error": "service_unavailable"},
        {"status": 500},
        {"status": 503},
        {"status": 404},
        {"reset": True},
        {"lost": True},
        {"garbled": True},
    ],
)
async def test_what_is_no_answer_passes_and_is_not_tried_again_here(
    api: SlackApi, slack: Workspace, fault: dict[str, Any]
) -> None:
    """It may have arrived: only the caller knows whether a second time does harm."""
    slack.fail("chat.postMessage", **fault)
    with pytest.raises(Unavailable) as error:
        await post(api)
    assert error.value.retry_after is None
    assert "chat.postMessage" in error.value.reason
    assert len(slack.calls) == 1
    await post(api)


@pytest.mark.parametrize("fault", [{"delay": 1.5}, {"silence": 1.5}])
async def test_silence_is_no_answer(
    slack: Workspace, monkeypatch: pytest.MonkeyPatch, fault: FaultOptions
) -> None:
    """Ten seconds, shortened here; whether it was done nobody knows."""
    monkeypatch.setattr(server, "TIMEOUT_SECONDS", 0.3)
    slack.fail("chat.postMessage", **fault)
    async with open_session() as session:
        api = SlackApi(make_client(slack.bot_token, slack.api_url, session))
        with pytest.raises(Unavailable, match=r"chat\.postMessage") as error:
            await post(api)
    assert error.value.retry_after is None


async def test_reading_fails_in_the_same_words(api: SlackApi, slack: Workspace) -> None:
    """Final or passing."""
    slack.fail("conversations.history", error="channel_not_found")
    slack.fail("conversations.history", status=502)
    with pytest.raises(Broken):
        await api.query("conversations.history", channel=GENERAL)
    with pytest.raises(Unavailable):
        await api.query("conversations.history", channel=GENERAL)


async def test_a_file_comes_with_its_name_and_comment(api: SlackApi, slack: Workspace) -> None:
    """In the three steps that Slack asks for."""
    await api.upload(GENERAL, "timeline.md", [b"# ", b"Timeline"], "here it is")
    (file,) = slack.files
    assert (file.name, file.content, file.channels) == ("timeline.md", b"# Timeline", [GENERAL])
    assert slack.messages(GENERAL)[0].text == "here it is"


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_file_that_slack_refuses_is_a_refusal(
    api: SlackApi, slack: Workspace, method: str
) -> None:
    """Whichever step it was."""
    slack.fail(method, error="not_in_channel")
    with pytest.raises(SlackRefusal) as refusal:
        await api.upload(GENERAL, "timeline.md", [b"# Timeline"], "here it is")
    assert refusal.value.code == "not_in_channel"


async def test_a_file_that_does_not_get_through_may_be_sent_again(
    api: SlackApi, slack: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the bytes go, there is no answer of Slack's own."""
    nowhere = slack.api_url.replace("/api/", "/upload/v1/F0")
    place = {"upload_url": nowhere, "file_id": "F0"}
    monkeypatch.setattr(api.client, "files_getUploadURLExternal", AsyncMock(return_value=place))
    with pytest.raises(Unavailable, match=r"files\.upload: ClientResponseError"):
        await api.upload(GENERAL, "timeline.md", [b"# Timeline"], "here it is")
    assert slack.messages(GENERAL) == []


async def test_one_connection_serves_all_calls(api: SlackApi, slack: Workspace) -> None:
    """A connection for each would cost a handshake with Slack for each."""
    session = api.client.session
    for _ in range(3):
        await post(api)
    assert session is not None
    assert api.client.retry_handlers == []
    assert session.connector is not None
    assert len(session.connector._conns) == 1


async def test_each_call_is_counted_with_how_it_ended(slack: Workspace) -> None:
    """By method: taken, to be tried again, or final; and it is a span of its own."""
    meter, tracer = MemoryMeter(), Spans()
    async with open_session() as session:
        client = make_client(slack.bot_token, slack.api_url, session)
        api = SlackApi(client, Watch(meter, tracer))
        await post(api)
        slack.fail("chat.postMessage", error="ratelimited", retry_after=1)
        with pytest.raises(Unavailable):
            await post(api)
        slack.fail("chat.postMessage", error="not_in_channel")
        with pytest.raises(Broken):
            await post(api)
        await api.query("conversations.history", channel=GENERAL, limit=1)
    assert meter.counted == {
        ("slack_calls", "chat.postMessage", "ok"): 1,
        ("slack_calls", "chat.postMessage", "unavailable"): 1,
        ("slack_calls", "chat.postMessage", "broken"): 1,
        ("slack_calls", "conversations.history", "ok"): 1,
    }
    assert tracer.spans == [("slack", "chat.postMessage")] * 3 + [
        ("slack", "conversations.history")
    ]


async def test_a_call_that_was_given_up_is_counted_as_such(slack: Workspace) -> None:
    """When the bot stops while Slack is silent."""
    meter = MemoryMeter()
    async with open_session() as session:
        api = SlackApi(make_client(slack.bot_token, slack.api_url, session), Watch(meter))
        call = asyncio.ensure_future(post(api))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert meter.counted == {("slack_calls", "chat.postMessage", "abandoned"): 1}


@dataclass
class Spans:
    """A tracer that remembers what it was asked for."""

    spans: list[tuple[str, str]] = field(default_factory=list)

    def span(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """A name and its method."""
        self.spans.append((name, attributes["method"]))
        return nullcontext()
