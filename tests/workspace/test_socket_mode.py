"""Socket Mode: tickets, envelopes, acknowledgements, and what happens when connections go."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace import Answer, HandClock, Person, Workspace
from tests.workspace.bolt_app import App

Json = dict[str, Any]


class Sockets:
    """An app of bare WebSockets, which acknowledges only when told to."""

    def __init__(self, slack: Workspace, session: aiohttp.ClientSession) -> None:
        """Connect to `slack`."""
        self._slack = slack
        self._session = session

    async def ticket(self) -> str:
        """Ask for an address."""
        client = AsyncWebClient(base_url=self._slack.api_url)
        opened = await client.apps_connections_open(app_token=self._slack.app_token)
        return str(opened["url"])

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """Open one connection and take the hello."""
        socket = await self._session.ws_connect(await self.ticket())
        hello = await socket.receive_json(timeout=3)
        assert hello["type"] == "hello"
        return socket


@pytest.fixture
async def sockets(slack: Workspace) -> AsyncIterator[Sockets]:
    """Give an app of bare WebSockets with little patience on Slack's side."""
    slack.sockets.deadline = 0.2
    async with aiohttp.ClientSession() as session:
        yield Sockets(slack, session)


async def test_a_ticket_works_once(sockets: Sockets) -> None:
    """The second handshake with the same address is refused, as is an invented ticket."""
    url = await sockets.ticket()
    async with aiohttp.ClientSession() as session:
        first = await session.ws_connect(url)
        assert (await first.receive_json(timeout=3))["num_connections"] == 1
        for used in (url, url + "x"):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(used)


async def test_only_the_app_token_opens_connections(slack: Workspace) -> None:
    """A bot token is not allowed, and a planned fault can refuse the handshake itself."""
    client = AsyncWebClient(base_url=slack.api_url)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client.apps_connections_open(app_token=slack.bot_token)
    slack.fail("link", status=500)
    url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        await session.ws_connect(url)


async def test_envelopes_go_to_any_connection(
    slack: Workspace, sockets: Sockets, responder: Person
) -> None:
    """With two connections, each gets one of two commands; the answer in the ack is shown."""
    both = [await sockets.connect(), await sockets.connect()]
    for socket, text in zip(both, ("one", "two"), strict=True):
        typing = asyncio.create_task(responder.types("/report", text))
        envelope = await socket.receive_json(timeout=3)
        assert envelope["type"] == "slash_commands"
        assert envelope["accepts_response_payload"]
        assert envelope["payload"]["text"] == text
        payload = {"text": f"heard {text}"}
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})
        await typing
    assert ["heard" in told for told in responder.told] == [True, True]


async def test_an_eleventh_connection_is_sent_away(slack: Workspace, sockets: Sockets) -> None:
    """Ten are the most; one more gets too_many_websockets."""
    # Kept, because aiohttp closes what nobody holds.
    kept = [await sockets.connect() for _ in range(10)]
    async with aiohttp.ClientSession() as session:
        extra = await session.ws_connect(await sockets.ticket())
        goodbye = await extra.receive_json(timeout=3)
    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")
    assert len(slack.sockets.connections) == len(kept)


async def test_an_event_nobody_acknowledged_comes_again(
    slack: Workspace, sockets: Sockets, responder: Person
) -> None:
    """The same event_id in a new envelope that says which attempt it is and why."""
    socket = await sockets.connect()
    await responder.writes("hello")
    first, second = await socket.receive_json(timeout=3), await socket.receive_json()
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    await socket.send_json({"envelope_id": second["envelope_id"]})
    await slack.until(lambda: slack.deliveries[0].acknowledged)
    assert len(slack.deliveries[0].outcomes) == 2


async def test_an_event_survives_a_broken_connection(
    slack: Workspace, sockets: Sockets, responder: Person, clock: HandClock
) -> None:
    """Cut while it was under way: it comes again over the next connection."""
    socket = await sockets.connect()
    await responder.writes("hello")
    lost = await socket.receive_json(timeout=3)
    slack.sockets.drop()
    await slack.until(lambda: not slack.sockets.connections)
    await slack.until(lambda: len(slack.deliveries[0].outcomes) == 2)
    again = await sockets.connect()
    clock.advance(60)
    envelope = await again.receive_json(timeout=3)
    assert envelope["payload"] == lost["payload"]
    assert envelope["retry_attempt"] == 2


async def test_a_command_is_not_sent_again(
    slack: Workspace, sockets: Sockets, responder: Person
) -> None:
    """Without an acknowledgement, and without a connection, the person sees an error."""
    await responder.types("/report")
    socket = await sockets.connect()
    await responder.types("/report", "unheard")
    assert len(responder.troubles) == 2
    assert (await socket.receive_json(timeout=3))["payload"]["text"] == "unheard"
    with pytest.raises(TimeoutError):
        await socket.receive(timeout=0.05)


async def test_an_answer_where_none_is_read_is_not_shown(
    slack: Workspace, sockets: Sockets, responder: Person
) -> None:
    """block_actions do not accept a response payload."""
    client = AsyncWebClient(slack.bot_token, slack.api_url)
    element = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [element]}]
    await client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)
    slack.push.subscribed = frozenset()
    socket = await sockets.connect()
    pressing = asyncio.create_task(responder.presses("Go"))
    while (envelope := await socket.receive_json(timeout=3))["type"] != "interactive":
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
    assert not envelope["accepts_response_payload"]
    payload = {"text": "unread"}
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": payload})
    await pressing
    assert responder.told == []
    assert slack.deliveries[-1].outcomes == [Answer(200, "")]
    assert slack.sockets.acknowledgements[-1]["payload"] == payload


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "closed"])
async def test_bolt_comes_back_when_it_is_asked_to(
    slack: Workspace, socket_app: App, responder: Person, reason: str
) -> None:
    """The real client takes a new ticket after a disconnect message or a close, and goes on."""
    before = slack.sockets.connections[0]
    if reason == "closed":
        await slack.sockets.close()
    else:
        await slack.sockets.disconnect(reason)
    await slack.until(lambda: {*slack.sockets.connections} - {before})
    await slack.until(lambda: before not in slack.sockets.connections)
    await responder.types("/report")
    await responder.sees_modal("Report")
    assert len(slack.calls_to("apps.connections.open")) == 2
