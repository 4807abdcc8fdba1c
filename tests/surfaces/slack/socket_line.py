"""A tiny app on two real WebSockets to the stand-in, with pauses that take no time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import ClientSession, WSMsgType
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.slack.connection import Pace
from bot.surfaces.slack.sockets import Sockets
from tests.workspace import HandClock, Workspace

# Real seconds for what takes milliseconds: a loaded machine must not look like a broken line.
PATIENCE = 15.0
# No pings unless a test wants them, for the same reason.
CALM = Pace(ping=None, silence=PATIENCE, opening=PATIENCE, linger=0.05)


async def soon(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Return when it is so. TimeoutError: it never was, within so many real seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - sockets ring no bell when their state changes
            await asyncio.sleep(0.002)


class Naps:
    """Pauses that are over at once, and how long they would have been."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Let everybody else go first, once."""
        self.taken.append(seconds)
        await asyncio.sleep(0)


@dataclass
class Line:
    """`sockets` under test, what its app heard, and a gate before its answers."""

    slack: Workspace
    bolt: AsyncApp
    client: AsyncWebClient
    clock: HandClock
    naps: Naps
    pace: Pace
    sockets: Sockets
    heard: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def tickets(self) -> int:
        """How often a ticket was asked for."""
        return len(self.slack.calls_to("apps.connections.open"))

    async def up(self) -> None:
        """Start, and wait until all is well."""
        await self.sockets.start()
        await soon(lambda: self.sockets.state() == "ok")

    async def says(self, text: str) -> str:
        """`/report text` by a person; what they read then, or the trouble they saw."""
        person = self.slack.person("U0RESPOND")
        before = len(person.told) + len(person.troubles)
        await person.types("/report", text)
        read = [*person.told, *person.troubles][before:]
        return read[-1].splitlines()[-1].strip()

    async def raw(self, text: str) -> None:
        """Send a frame as it is over every connection."""
        for connection in self.slack.sockets.connections:
            await connection.socket.send_str(text)

    def freeze(self) -> None:
        """Slack reads nothing more, and says nothing: the line is half open."""
        for connection in self.slack.sockets.connections:
            assert connection.request.transport is not None
            connection.request.transport.pause_reading()

    async def _command(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - Bolt's
        self.heard.append(body["text"])
        if body["text"].startswith("slow"):
            await self.gate.wait()
        await ack(f"heard {body['text']}")


async def _authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(team_id=team_id, enterprise_id=enterprise_id, bot_token="xoxb")


def make_bolt() -> AsyncApp:
    """As the product makes it: the ack is sent when the listener is done."""
    return AsyncApp(
        token=None, signing_secret="unused", authorize=_authorize, process_before_response=True
    )


@asynccontextmanager
async def open_line(
    pace: Pace = CALM, *, app_token: str | None = None, api_url: str | None = None
) -> AsyncIterator[Line]:
    """A workspace and sockets that are not started yet; stopped at the end."""
    clock, naps = HandClock(), Naps()
    pace = replace(pace, clock=clock.now, sleep=naps.sleep)
    async with Workspace() as slack, ClientSession() as session:
        slack.sockets.deadline = PATIENCE
        client = AsyncWebClient(base_url=api_url or slack.api_url, session=session)
        bolt = make_bolt()
        sockets = Sockets(bolt, app_token or slack.app_token, client, pace)
        line = Line(slack, bolt, client, clock, naps, pace, sockets)
        bolt.command("/report")(line._command)
        try:
            yield line
        finally:
            await sockets.stop(0.05)


async def stranger(line: Line, session: ClientSession) -> Any:  # noqa: ANN401 - aiohttp's generic
    """A connection of some other copy of the app."""
    opened = await line.client.apps_connections_open(app_token=line.slack.app_token)
    socket = await session.ws_connect(opened["url"])
    assert (await socket.receive()).type is WSMsgType.TEXT
    return socket
