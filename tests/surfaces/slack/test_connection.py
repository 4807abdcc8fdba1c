"""One WebSocket: what counts as a sign of life, how it ends, and what happens to acks."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.core.errors import Unavailable
from bot.surfaces.slack.connection import Connection, Pace
from tests.surfaces.slack.socket_line import CALM, make_bolt, open_line, soon


async def test_a_ping_from_slack_is_a_sign_of_life() -> None:
    """The age counts from the last frame of any kind, so a quiet night is no broken line."""
    async with open_line() as line:
        assert line.sockets.last_event_age() is None
        await line.up()
        line.clock.advance(7)
        assert line.sockets.last_event_age() == pytest.approx(7)
        with capture_logs() as logs:
            await line.slack.sockets.connections[0].socket.ping()
            await soon(lambda: line.sockets.last_event_age() == 0)
            assert await line.says("hello") == "heard hello"
        assert logs == []


async def test_an_answer_to_our_ping_is_a_sign_of_life() -> None:
    """Pings go out by themselves, and their answers count."""
    async with open_line(replace(CALM, ping=0.2)) as line:
        await line.up()
        line.clock.advance(7)
        await soon(lambda: (line.sockets.last_event_age() or 0) < 7)


async def test_a_silent_connection_is_replaced() -> None:
    """Nothing for the whole time, not even a ping: whatever TCP says, it is dead."""
    async with open_line(replace(CALM, silence=0.3)) as line:
        with capture_logs() as logs:
            await line.up()
            old = list(line.slack.sockets.connections)
            await soon(lambda: line.tickets >= 4)
            await soon(lambda: not {*old} & {*line.slack.sockets.connections})
        assert {entry.get("why") for entry in logs} >= {"nothing received for 0.3 s"}


async def test_a_half_open_connection_is_replaced_long_before_the_silence() -> None:
    """A peer that takes bytes and answers nothing is found out by its missing pong."""
    async with open_line(replace(CALM, ping=0.1, silence=60)) as line:
        await line.up()
        old = list(line.slack.sockets.connections)
        line.freeze()
        await soon(lambda: len(line.slack.sockets.connections) >= 4)
        for connection in old:
            assert connection.request.transport is not None
            connection.request.transport.abort()
        await soon(lambda: not {*old} & {*line.slack.sockets.connections})
        await soon(lambda: line.sockets.state() == "ok")
        assert "heard" in await line.says("all well?")


async def test_a_frame_that_cannot_be_read_harms_nobody() -> None:
    """Not JSON, no object, too deep, no envelope: logged at most, and the next one is served."""
    async with open_line() as line:
        await line.up()
        strange = ("no json", "[]", "[" * 100_000, '{"type": "new"}', '{"envelope_id": 1}')
        # Not drawn: a traceback with its locals costs more than the answer that Slack waits for.
        with capture_logs() as logs:
            for text in (*strange, '{"envelope_id": "e", "type": "t", "payload": 7}'):
                await line.raw(text)
            for text in ("one", "two"):
                assert await line.says(text) == f"heard {text}"
        assert line.tickets == 2
        assert {entry["event"] for entry in logs} == {
            "slack_frame_not_read",
            "slack_envelope_not_read",
            "slack_envelope_broke",
        }


async def test_one_slow_answer_holds_up_nobody_else() -> None:
    """Each envelope is answered by itself, on one connection too."""
    async with open_line() as line:
        await line.up()
        slow = [asyncio.create_task(line.says(f"slow {number}")) for number in range(2)]
        await soon(lambda: len(line.heard) == 2)
        assert await line.says("quick") == "heard quick"
        line.gate.set()
        await asyncio.gather(*slow)


async def test_an_ack_under_way_is_sent_before_the_connection_is_closed() -> None:
    """Stopping waits for what was taken; the person reads the answer."""
    async with open_line() as line:
        await line.up()
        asking = asyncio.create_task(line.says("slow one"))
        await soon(lambda: line.heard)
        stopping = asyncio.create_task(line.sockets.stop(3))
        await asyncio.sleep(0.05)
        assert len(line.slack.sockets.connections) == 2
        line.gate.set()
        assert await stopping
        assert await asking == "heard slow one"
        await soon(lambda: not line.slack.sockets.connections)
        assert line.sockets.state() == "not connected: stopped"


async def test_what_comes_while_stopping_is_left_to_the_others() -> None:
    """An envelope that is not acknowledged goes to another copy; one taken late would be lost."""
    async with open_line() as line:
        await line.up()
        asking = asyncio.create_task(line.says("slow one"))
        await soon(lambda: line.heard)
        stopping = asyncio.create_task(line.sockets.stop(3))
        await asyncio.sleep(0.05)
        late = asyncio.create_task(line.says("too late"))
        await asyncio.sleep(0.05)
        line.gate.set()
        await asyncio.gather(stopping, asking, late)
        assert line.heard == ["slow one"]


async def test_an_answer_that_never_comes_does_not_hold_up_the_stop() -> None:
    """The wait has an end, and it is said that an ack was not sent."""
    async with open_line() as line:
        await line.up()
        asking = asyncio.create_task(line.says("slow for ever"))
        await soon(lambda: line.heard)
        with capture_logs() as logs:
            assert not await line.sockets.stop(0.05)
        assert "slack_acks_not_sent" in {entry["event"] for entry in logs}
        await asking


async def test_the_work_is_finished_although_its_connection_is_gone() -> None:
    """A cut does not stop what was begun; that the ack was not sent is logged."""
    async with open_line(replace(CALM, linger=3)) as line:
        await line.up()
        asking = asyncio.create_task(line.says("slow one"))
        await soon(lambda: line.heard)
        with capture_logs() as logs:
            line.slack.sockets.drop()
            await asking
            await soon(lambda: line.tickets == 4 and line.sockets.state() == "ok")
            line.gate.set()
            await soon(lambda: "slack_ack_not_sent" in {entry["event"] for entry in logs})


async def test_a_handshake_without_a_hello_has_an_end() -> None:
    """Somebody accepts and says nothing: that is no connection."""
    done = asyncio.Event()

    async def mute(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        with suppress(TimeoutError):
            await socket.receive(timeout=3)
        done.set()
        return socket

    async def ticket(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"http://{request.host}/link"})

    site = web.Application()
    site.add_routes([web.get("/link", mute), web.post("/api/apps.connections.open", ticket)])
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    async with ClientSession() as session:
        client = AsyncWebClient("xapp-stand-in", api_url, session=session)
        connection = Connection(make_bolt(), client, Pace(opening=0.2))
        with pytest.raises(Unavailable, match="TimeoutError"):
            # It answers pings, so that without an end of its own this would take for ever.
            await asyncio.wait_for(connection.open(), 2)
        assert not connection.alive
        await asyncio.wait_for(done.wait(), 3)
    await runner.cleanup()
