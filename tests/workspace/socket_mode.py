"""Socket Mode: the WebSocket side of the workspace.

An app connects with a ticket from apps.connections.open, which works once. Each envelope goes to
any one of up to ten connections and is acknowledged by its id
(docs.slack.dev/apis/events-api/using-socket-mode; hello, disconnect and envelopes as in
python-slack-sdk's mock_socket_mode_server.py). What is sent again, and when, is in push.py.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from .calls import World
from .faults import Faults
from .model import APP_ID, Json
from .push import Answer, Attempt, Delivery, NotAnswered

CONNECTIONS = 10
APPROXIMATE_CONNECTION_TIME = 18_060


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket and the envelopes it has not acknowledged."""

    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    sent: int = 0
    """Envelopes given to this connection so far."""


class SocketMode:
    """Serves `/link/` and sends deliveries as envelopes."""

    def __init__(
        self, world: World, faults: Faults, changed: Callable[[], Awaitable[None]]
    ) -> None:
        """Faults planned for the method `link` strike the handshake."""
        self._world = world
        self._faults = faults
        self._changed = changed
        self.deadline = 3.0
        """Real seconds to wait for an acknowledgement."""
        self.connections: list[Connection] = []
        self.acknowledgements: list[Json] = []
        """Each acknowledgement as it came, unknown and repeated ones too."""

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.get("/link/", self._link)]

    # --- connections

    async def _link(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.strike("link")
        if "status" in fault:
            return web.Response(status=fault["status"])
        ticket = request.query.get("ticket", "")
        if ticket not in self._world.tickets:
            return web.Response(status=404, text="this ticket was used or never given")
        self._world.tickets.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.connections) >= CONNECTIONS:
            await self._say_goodbye(connection, "too_many_websockets")
            await socket.close()
            return socket
        self.connections.append(connection)
        await self._greet(connection)
        await self._changed()
        try:
            await self._listen(connection)
        finally:
            await self._forget(connection)
        return socket

    async def _greet(self, connection: Connection) -> None:
        await connection.socket.send_json({
            "type": "hello", "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-1", "build_number": 1,
                "approximate_connection_time": APPROXIMATE_CONNECTION_TIME,
            },
            "connection_info": {"app_id": APP_ID},
        })  # fmt: skip

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            acknowledgement = json.loads(frame.data)
            self.acknowledgements.append(acknowledgement)
            waiting = connection.waiting.get(acknowledgement.get("envelope_id"))
            if waiting and not waiting.done():
                waiting.set_result(acknowledgement)
            await self._changed()

    async def _forget(self, connection: Connection) -> None:
        self.connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(NotAnswered("timeout"))
        await self._changed()

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask for every connection to be replaced: warning, refresh_requested, link_disabled.

        They stay open: Slack says it some seconds before it closes. See `close` and `drop`.
        """
        for connection in list(self.connections):
            await self._say_goodbye(connection, reason)

    async def close(self) -> None:
        """Close every connection as the protocol says."""
        for connection in list(self.connections):
            await connection.socket.close()

    async def _say_goodbye(self, connection: Connection, reason: str) -> None:
        goodbye = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
        await connection.socket.send_json(goodbye)

    def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        for connection in list(self.connections):
            if connection.request.transport is not None:
                connection.request.transport.abort()

    # --- envelopes

    async def send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """Give a delivery to the connection that had the fewest, and wait for its answer.

        NotAnswered: timeout, also when the connection closed or there is none.
        """
        if not self.connections:
            raise NotAnswered("timeout")
        connection = min(self.connections, key=lambda candidate: candidate.sent)
        connection.sent += 1
        envelope = _envelope(delivery, attempt)
        waiting = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = waiting
        try:
            await connection.socket.send_json(envelope)
            async with asyncio.timeout(self.deadline):
                acknowledgement = await waiting
        except (TimeoutError, ConnectionError):
            raise NotAnswered("timeout") from None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)
        # Slack reads an answer only where it said that it takes one.
        taken = envelope["accepts_response_payload"]
        return Answer(200, (taken and acknowledgement.get("payload")) or "")


def _envelope(delivery: Delivery, attempt: Attempt) -> Json:
    """Write an envelope. Only slash commands and submissions take an answer in the ack."""
    kind = delivery.payload.get("type")
    takes_answer = delivery.kind == "slash_commands" or kind == "view_submission"
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()), "payload": delivery.payload, "type": delivery.kind,
        "accepts_response_payload": takes_answer,
    }  # fmt: skip
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope
