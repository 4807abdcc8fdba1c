"""Two connections that come back, whatever Slack or the network does to them."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from tests.ports import free_port
from tests.surfaces.slack.socket_line import CALM, make_bolt, open_line, soon, stranger
from tests.workspace import Workspace


class Tickets(set[str]):
    """Of these the first few are dead when they are handed out.

    So is a ticket whose handshake was answered, and the answer lost on its way.
    """

    def __init__(self, dead: int) -> None:
        super().__init__()
        self._dead = dead
        self.tried: Counter[str] = Counter()

    def add(self, ticket: str) -> None:
        """Hand one out."""
        if self._dead:
            self._dead -= 1
        else:
            super().add(ticket)

    def __contains__(self, ticket: object) -> bool:
        """Asked at each handshake."""
        self.tried[str(ticket)] += 1
        return super().__contains__(ticket)


async def test_slacks_own_client_tries_one_dead_ticket_for_ever() -> None:
    """Why there is a watchdog of ours. When this fails, the SDK has learnt to ask again."""
    async with Workspace() as slack, ClientSession() as session:
        tickets = slack.world.tickets = Tickets(dead=1)
        handler = AsyncSocketModeHandler(
            make_bolt(),
            slack.app_token,
            web_client=AsyncWebClient(base_url=slack.api_url, session=session),
            ping_interval=0.01,
        )
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        await soon(lambda: tickets.tried.total() >= 10)
        assert len(tickets.tried) == len(slack.calls_to("apps.connections.open")) == 1
        assert not await handler.client.is_connected()
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]


async def test_ours_asks_for_a_fresh_ticket_instead() -> None:
    """The same dead tickets, one for each connection: each is tried once, then replaced."""
    async with open_line() as line:
        tickets = line.slack.world.tickets = Tickets(dead=2)
        await line.up()
        assert (line.tickets, set(tickets.tried.values())) == (4, {1})
        assert await line.says("hello") == "heard hello"


async def test_a_refused_handshake_takes_a_fresh_ticket_too() -> None:
    """A gateway that answers 500 to one handshake; no ticket is used twice."""
    async with open_line() as line:
        tickets = line.slack.world.tickets = Tickets(dead=0)
        line.slack.fail("link", status=500)
        await line.up()
        assert (line.tickets, set(tickets.tried.values())) == (3, {1})
        assert line.naps.taken == [1.0]


async def test_commands_go_over_both_connections() -> None:
    """Slack sends each envelope to any one of them, and each is answered where it came."""
    async with open_line() as line:
        assert line.sockets.state() == "connecting"
        await line.up()
        for text in ("one", "two", "three"):
            assert await line.says(text) == f"heard {text}"
        assert all(connection.sent for connection in line.slack.sockets.connections)


async def test_both_connections_cut_at_once_come_back() -> None:
    """Nothing is left of the old ones, and the next command is answered."""
    async with open_line() as line:
        await line.up()
        old = list(line.slack.sockets.connections)
        line.slack.sockets.drop()
        await soon(lambda: line.tickets == 4)
        await soon(lambda: line.sockets.state() == "ok")
        assert not {*old} & {*line.slack.sockets.connections}
        assert await line.says("still there?") == "heard still there?"


async def test_a_slack_that_closes_politely_is_connected_to_again() -> None:
    """After a long life at once; after a short one with a pause, so that nobody hammers."""
    async with open_line() as line:
        await line.up()
        naps = []
        for tickets, lived in ((4, 0), (6, 3600), (8, 0), (10, 0)):
            line.naps.taken.clear()
            line.clock.advance(lived)
            await line.slack.sockets.close()
            await soon(lambda tickets=tickets: line.tickets == tickets)  # type: ignore[misc]
            await soon(lambda: line.sockets.state() == "ok")
            naps.append(list(line.naps.taken))
        assert naps == [[1.0, 1.0], [], [1.0, 1.0], [2.0, 2.0]]


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_connection_to_be_replaced_serves_until_the_new_one_does(reason: str) -> None:
    """The new one is opened first, and an ack under way on the old one still goes out."""
    async with open_line(replace(CALM, linger=0.4)) as line:
        await line.up()
        connections = line.slack.sockets.connections
        old = list(line.slack.sockets.connections)
        asking = asyncio.create_task(line.says("slow one"))
        await soon(lambda: line.heard)
        line.clock.advance(3600)
        await line.slack.sockets.disconnect(reason)
        await line.slack.until(lambda: len(connections) == 4)
        assert line.sockets.state() == "ok"
        await soon(lambda: len(line.sockets._alive) == 4)
        connections[:], new = old, connections[2:]
        assert await line.says("by the old one") == "heard by the old one"
        connections.extend(new)
        line.gate.set()
        assert await asking == "heard slow one"
        await soon(lambda: not {*old} & {*line.slack.sockets.connections})
        assert line.sockets.state() == "ok"
        assert line.naps.taken == []


async def test_a_switched_off_socket_mode_is_named_and_waited_for() -> None:
    """The log says what to change; it is tried again slowly, since somebody may do so."""
    async with open_line() as line:
        await line.up()
        with capture_logs() as logs:
            await line.slack.sockets.disconnect("link_disabled")
            await soon(lambda: line.tickets == 4)
        assert line.naps.taken == [30.0, 30.0]
        assert all("switch it on" in entry["why"] for entry in logs if "why" in entry)
        await soon(lambda: line.sockets.state() == "ok")


async def test_no_room_for_a_second_connection_leaves_one_at_work() -> None:
    """Ten connections are Slack's limit; the one that got through serves, the other waits."""
    async with open_line() as line, ClientSession() as session:
        others = [await stranger(line, session) for _ in range(9)]
        gate = asyncio.Event()

        async def nap(seconds: float) -> None:
            line.naps.taken.append(seconds)
            await gate.wait()

        line.sockets._pace = replace(line.sockets._pace, sleep=nap)
        await line.sockets.start()
        await soon(lambda: line.naps.taken)
        assert line.naps.taken == [30.0]
        assert line.sockets.state() == "1 of 2"
        await others[0].close()
        gate.set()
        await soon(lambda: line.sockets.state() == "ok")


@pytest.mark.parametrize(
    "code",
    ["invalid_auth", "account_inactive", "not_authed", "token_revoked", "not_allowed_token_type"],
)
async def test_a_refused_token_is_said_once_and_not_tried_again(code: str) -> None:
    """The log says what to change; trying again cannot help."""
    async with open_line() as line:
        line.slack.fail("apps.connections.open", error=code, times=2)
        with capture_logs() as logs:
            await line.sockets.start()
            await soon(lambda: not line.sockets._tasks)
        assert line.tickets == 2
        assert line.naps.taken == []
        assert line.sockets.state() == f"not connected: Slack refuses the app token: {code}"
        (said,) = (entry for entry in logs if entry["log_level"] == "error")
        assert "SLACK_APP_TOKEN" in said["hint"]
        assert "restart" in said["hint"]


async def test_what_slack_asks_to_wait_is_waited() -> None:
    """A stated wait is kept when it is longer than ours."""
    async with open_line() as line:
        line.slack.fail("apps.connections.open", error="ratelimited", retry_after=17)
        await line.up()
        assert line.naps.taken == [17.0]


async def test_an_unknown_refusal_is_tried_again_slowly() -> None:
    """A code that nobody listed must not end the bot for the night."""
    async with open_line() as line:
        line.slack.fail("apps.connections.open", error="something_new")
        await line.up()
        assert line.naps.taken == [30.0]


async def test_the_pauses_grow_and_have_a_limit() -> None:
    """A Slack that is down is asked less and less often, but never less than twice a minute."""
    async with open_line() as line:
        line.slack.fail("apps.connections.open", reset=True, times=1_000)
        await line.sockets.start()
        await soon(lambda: line.naps.taken.count(30.0) >= 4)
        assert list(dict.fromkeys(line.naps.taken)) == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


async def test_a_gateways_error_is_tried_again() -> None:
    """503 with a text that is no JSON, once for each connection."""
    async with open_line() as line:
        line.slack.fail("apps.connections.open", status=503, times=2)
        await line.up()
        assert line.tickets == 4
        assert 30.0 not in line.naps.taken


async def test_slack_out_of_reach_at_the_start_is_waited_for() -> None:
    """Nobody listens; then somebody does, and all is well without a restart."""
    port = free_port()
    async with open_line(api_url=f"http://127.0.0.1:{port}/api/") as line:
        await line.sockets.start()
        await soon(lambda: len(line.naps.taken) >= 4)
        assert line.sockets.state().startswith("not connected: Slack apps.connections.open")
        assert line.sockets.last_event_age() is None
        await web.TCPSite(line.slack._runner, "127.0.0.1", port).start()
        await soon(lambda: line.sockets.state() == "ok")
        assert await line.says("hello") == "heard hello"


async def test_stopping_while_slack_is_away_leaves_nothing_behind() -> None:
    """Neither a task nor a connection, and at once."""
    port = free_port()
    async with open_line(api_url=f"http://127.0.0.1:{port}/api/") as line:
        await line.sockets.start()
        await soon(lambda: line.naps.taken)
        assert await line.sockets.stop(3)
        assert not line.sockets._tasks
        assert line.sockets.state() == "not connected: stopped"
