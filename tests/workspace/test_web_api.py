"""The Web API answers as slack.com does: whatever the encoding, the token, or the mishap."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace import HandClock, Workspace
from tests.workspace.bolt_app import section

Json = dict[str, Any]


async def error_of(call: Any) -> str:  # noqa: ANN401 -- any coroutine of slack_sdk
    """Await a call that must fail and return Slack's code for why."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


@pytest.fixture
def client(slack: Workspace) -> AsyncWebClient:
    """Give slack_sdk's client with the bot's token and no retries."""
    return AsyncWebClient(slack.bot_token, slack.api_url, retry_handlers=[])


def arguments() -> Json:
    """Give the arguments of a message with nested JSON."""
    return {"channel": "C0GENERAL", "text": "hi", "blocks": json.dumps([section("hi")])}


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_arguments_come_in_every_encoding(slack: Workspace, how: str) -> None:
    """GET query, POST form, POST JSON and multipart mean the same."""
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = slack.api_url + "chat.postMessage"
    parts = aiohttp.FormData(arguments(), default_to_multipart=True)
    ways: Json = {
        "query": {"method": "GET", "params": arguments()},
        "form": {"method": "POST", "data": arguments()},
        "json": {"method": "POST", "json": arguments()},
        "multipart": {"method": "POST", "data": parts},
    }
    way = ways[how]
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(way.pop("method"), url, **way) as response,
    ):
        answer = await response.json()
    assert (response.status, answer["ok"]) == (200, True)
    assert slack.messages("C0GENERAL")[0].blocks[0]["text"]["text"] == "hi"


@pytest.mark.parametrize(("token", "method", "error"), [
    ("", "auth.test", "not_authed"),
    ("xoxb-wrong", "auth.test", "invalid_auth"),
    ("xapp-stand-in", "chat.postMessage", "not_allowed_token_type"),
    ("xoxb-stand-in", "apps.connections.open", "not_allowed_token_type"),
    ("xoxb-stand-in", "chat.postMessages", "unknown_method"),
])  # fmt: skip
async def test_a_token_opens_what_it_is_for(
    slack: Workspace, token: str, method: str, error: str
) -> None:
    """Refusals are 200 with ok: false, the token given as an argument."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(slack.api_url + method, data={"token": token}) as response,
    ):
        answer = await response.json()
    assert response.status == 200
    assert answer["ok"] is False
    assert answer["error"] == error


async def test_a_scope_that_was_not_granted_is_named(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """missing_scope says what is needed and what there is; any one of several will do."""
    slack.grant("users:read", "channels:history")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0GENERAL", text="hi")
    assert refused.value.response["error"] == "missing_scope"
    assert refused.value.response["needed"] == "chat:write"
    assert refused.value.response["provided"] == "channels:history,users:read"
    assert (await client.users_info(user="U0RESPOND"))["ok"]
    assert (await client.conversations_history(channel="C0GENERAL"))["ok"]
    assert (await client.auth_test())["ok"]


async def test_a_missing_argument_is_explained(client: AsyncWebClient) -> None:
    """invalid_arguments comes with the name of the field."""
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("users.info")
    assert refused.value.response["error"] == "invalid_arguments"
    assert "user" in refused.value.response["response_metadata"]["messages"][0]


async def test_planned_faults_strike_in_order_and_then_stop(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """Two rate limits, a gateway error, then all is well; each call is on record."""
    slack.fail("auth.test", error="ratelimited", retry_after=7, times=2)
    slack.fail("auth.test", status=503)
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await client.auth_test()
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "7"
    with pytest.raises(SlackApiError):
        await client.auth_test()
    assert (await client.auth_test())["ok"]
    assert [call.status for call in slack.calls_to("auth.test")] == [429, 429, 503, 200]


async def test_a_connection_cut_before_has_no_effect_and_after_has_one(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """The app sees the same error, and only one of the two messages exists."""
    slack.fail("chat.postMessage", reset=True)
    slack.fail("chat.postMessage", lost=True)
    for text in ("never", "once"):
        with pytest.raises(aiohttp.ClientConnectionError):
            await client.chat_postMessage(channel="C0GENERAL", text=text)
    assert [message.text for message in slack.messages("C0GENERAL")] == ["once"]


async def test_an_answer_can_break_off(slack: Workspace, client: AsyncWebClient) -> None:
    """Half of the JSON reaches the app, although the message was posted."""
    slack.fail("chat.postMessage", garbled=True)
    with pytest.raises(SlackApiError, match="non-JSON"):
        await client.chat_postMessage(channel="C0GENERAL", text="x" * 100)
    assert len(slack.messages("C0GENERAL")) == 1


async def test_a_delay_waits_for_the_clock(
    slack: Workspace, client: AsyncWebClient, clock: HandClock
) -> None:
    """A slow call is answered when the workspace's clock says so, and not before."""
    slack.fail("auth.test", delay=10)
    call = asyncio.create_task(client.auth_test())
    await slack.until(lambda: slack.calls)
    clock.advance(9)
    await asyncio.sleep(0)
    assert not call.done()
    clock.advance(1)
    assert (await call)["ok"]


async def test_silence_falls_after_the_deed(
    slack: Workspace, client: AsyncWebClient, clock: HandClock
) -> None:
    """The app must not take it for a call that did nothing."""
    slack.fail("chat.postMessage", silence=10)
    call = asyncio.create_task(client.chat_postMessage(channel="C0GENERAL", text="x"))
    await slack.until(lambda: slack.messages("C0GENERAL"))
    assert not call.done()
    clock.advance(10)
    assert (await call)["ok"]


async def test_rates_are_limited_on_request(
    slack: Workspace, client: AsyncWebClient, clock: HandClock
) -> None:
    """A channel takes a short burst, then one message a second; a tier is per minute."""
    slack.limit_rates()
    for _ in range(5):
        await client.chat_postMessage(channel="C0GENERAL", text="x")
    assert await error_of(client.chat_postMessage(channel="C0GENERAL", text="x")) == "ratelimited"
    assert slack.calls[-1].status == 429
    await client.chat_postMessage(channel="C0OTHER", text="x")
    clock.advance(5)
    await client.chat_postMessage(channel="C0GENERAL", text="x")
    for _ in range(20):
        await client.pins_list(channel="C0GENERAL")
    assert await error_of(client.pins_list(channel="C0GENERAL")) == "ratelimited"


async def test_a_file_goes_up_in_three_steps_and_comes_down_again(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """slack_sdk's own upload works, into a thread; the content is kept and guarded."""
    parent = await client.chat_postMessage(channel="C0GENERAL", text="parent")
    await client.files_upload_v2(
        channel="C0GENERAL", thread_ts=parent["ts"], filename="t.md", content="# t\n", title="T"
    )
    file = slack.files[0]
    assert (file.content, file.title) == (b"# t\n", "T")
    reply = slack.messages("C0GENERAL")[1]
    assert (reply.thread_ts, reply.files) == (parent["ts"], [file])
    described = await client.files_info(file=file.id)
    url = described["file"]["url_private"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as refused:
            assert refused.status == 403
        bearer = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.get(url, headers=bearer) as response:
            assert await response.read() == b"# t\n"


async def test_a_file_that_never_arrived_cannot_be_shared(
    slack: Workspace, client: AsyncWebClient
) -> None:
    """Sharing looks whether the bytes came; wrong sizes are not taken."""
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with (
        aiohttp.ClientSession() as session,
        session.post(ticket["upload_url"], data=b"four") as response,
    ):
        assert response.status == 400
    complete = client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])
    assert await error_of(complete) == "file_not_found"
    assert await error_of(client.files_info(file="F404")) == "file_not_found"
    empty = client.files_getUploadURLExternal(filename="a.txt", length=0)
    assert await error_of(empty) == "missing_argument"
