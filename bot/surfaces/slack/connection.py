"""One WebSocket of Socket Mode, from its ticket to its end. It never reconnects.

Slack's own client reconnects by itself, and measured, that part is what fails: after one failed
handshake it tries the same ticket, which works once, for ever and under a lock; it forgets acks
under way when it closes; and it closes the old connection before it opens the new one. Here each
wait has an end, and what comes next is decided in `sockets`. Bolt still reads what comes and
writes the acks. The protocol: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientError, ClientWebSocketResponse, ClientWSTimeout, WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Broken, Unavailable
from bot.surfaces.slack.api import SlackApi, SlackRefusal
from bot.surfaces.slack.marks import arrive, marked

log = structlog.get_logger(__name__)

CLOSE_SECONDS = 1.0
ENDS = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}
CUT = "the connection was cut"
# Slack says these some seconds before it closes, so that a new connection can be opened first.
FRIENDLY = {"warning", "refresh_requested"}
# What must change before another try makes sense; everything else is tried again after a pause.
TELLING = {
    "too_many_websockets": "Slack allows ten connections an app: stop other copies of this bot.",
    "link_disabled": "Socket Mode is switched off: switch it on in the settings of the Slack app.",
}
_RENEW = (
    "Make an app-level token with the scope connections:write (api.slack.com/apps, the app, "
    "Basic Information), set it as SLACK_APP_TOKEN, and restart."
)
# Which errors only a person can end: docs.slack.dev/reference/methods/apps.connections.open.
_FINAL = {
    "invalid_auth": _RENEW + " If the app restricts addresses, allow this machine's.",
    "not_authed": _RENEW,
    "token_revoked": _RENEW,
    "token_expired": _RENEW,
    "not_allowed_token_type": "A bot token was given, or another kind. " + _RENEW,
    "missing_scope": _RENEW,
    "no_permission": _RENEW,
    "account_inactive": "Install the app in the workspace again. " + _RENEW,
    "access_denied": "An administrator of the workspace must allow the app. Then restart.",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """All times of Socket Mode in seconds, and where time comes from."""

    ping: float | None = 2.0
    """How long to hear nothing before asking; without an answer in half of that, it is cut."""
    silence: float = 20.0
    """How long a connection may be silent, pings and their answers included."""
    opening: float = 15.0
    """How long ticket, handshake and hello may take together."""
    linger: float = 15.0
    """How long a connection that Slack wants replaced is still listened to."""
    longest_pause: float = 30.0
    """Between two attempts."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class _Voice(AsyncBaseSocketModeClient):
    """What Bolt needs to send an ack."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self.logger = logging.getLogger(__name__)

    async def send_message(self, message: str) -> None:
        await self._socket.send_str(message)


class Connection:
    """`open` once, then `farewell` tells when and why another is wanted; `drain`, `close`."""

    def __init__(self, bolt: AsyncApp, client: AsyncWebClient, pace: Pace) -> None:
        """`client` carries the app-level token and the HTTP session."""
        self._bolt = bolt
        self._client = client
        self._pace = pace
        self._socket: ClientWebSocketResponse | None = None
        self._listening: asyncio.Task[None] | None = None
        self._acks: set[asyncio.Task[None]] = set()
        self._takes = True
        self.opened = self.received = pace.clock()
        self.farewell: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Slack's word for why it wants another connection, or ours for how this one ended."""

    @property
    def alive(self) -> bool:
        """It said hello and did not end."""
        return self._listening is not None and not self._listening.done()

    async def open(self) -> None:
        """Get a ticket, use it once, wait for the hello.

        Errors: Broken when only a person can help, Unavailable when trying again may.
        """
        try:
            async with asyncio.timeout(self._pace.opening):
                url = await self._ticket()
                self._socket = await self._handshake(url)
                await self._hello()
        except (ClientError, TimeoutError, OSError) as error:
            await self.close()
            raise Unavailable(f"no connection to Slack ({error.__class__.__name__})") from error
        except BaseException:
            await self.close()
            raise
        self.opened = self._pace.clock()
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def _ticket(self) -> str:
        try:
            opened = await SlackApi(self._client).call("apps.connections.open")
        except SlackRefusal as error:
            if error.code in _FINAL:
                reason = f"Slack refuses the app token: {error.code}"
                raise Broken(reason, _FINAL[error.code]) from error
            raise Unavailable(error.reason, self._pace.longest_pause) from error
        return str(opened["url"])

    async def _handshake(self, url: str) -> ClientWebSocketResponse:
        session = self._client.session
        if session is None:
            raise TypeError("the client has no session")
        return await session.ws_connect(
            url,
            timeout=ClientWSTimeout(ws_close=CLOSE_SECONDS),
            # Pings are answered here, so that they count as a sign of life.
            autoping=False,
            heartbeat=self._pace.ping,
            proxy=self._client.proxy,
            ssl=self._client.ssl or True,
        )

    async def _hello(self) -> None:
        while True:
            message = await self._receive()
            if message.type in ENDS:
                raise Unavailable("Slack closed the connection before its hello")
            said = _read(message)
            if said.get("type") == "hello":
                log.info("slack_connected", connections=said.get("num_connections"))
                return
            if said.get("type") == "disconnect":
                raise Unavailable(str(said.get("reason")), self._pace.longest_pause)

    async def _receive(self) -> WSMessage:
        """The next frame of any kind. Errors: TimeoutError after too long a silence."""
        if self._socket is None:
            raise ConnectionResetError
        # Around the pong too: it waits for a peer that takes nothing more.
        async with asyncio.timeout(self._pace.silence):
            message = await self._socket.receive()
            if message.type not in ENDS:
                self.received = self._pace.clock()
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
        return message

    async def _listen(self) -> None:
        ended = CUT
        try:
            while (message := await self._receive()).type not in ENDS:
                self._take(_read(message))
            if isinstance(message.data, TimeoutError):
                ended = "no answer to a ping"
            elif message.type is WSMsgType.CLOSE:
                ended = "Slack closed the connection"
        except TimeoutError:
            ended = f"nothing received for {self._pace.silence:g} s"
        except (ClientError, OSError) as error:
            log.info("slack_connection_cut", error=error.__class__.__name__)
        except Exception:
            log.exception("slack_listening_broke")
        finally:
            self._say_farewell(ended)

    def _say_farewell(self, why: str) -> None:
        if not self.farewell.done():
            self.farewell.set_result(why)

    def _take(self, said: dict[str, Any]) -> None:
        """Never waits: one slow answer must not hold up the pings or the other envelopes."""
        if said.get("type") == "disconnect":
            self._say_farewell(str(said.get("reason")))
        elif "envelope_id" in said and self._takes:
            task = asyncio.get_running_loop().create_task(self._answer(said))
            self._acks.add(task)
            task.add_done_callback(self._acks.discard)

    async def _answer(self, said: dict[str, Any]) -> None:
        arrive()
        with marked(said.get("payload")):
            await self._ack(said)

    async def _ack(self, said: dict[str, Any]) -> None:
        start = time.time()
        try:
            request = SocketModeRequest.from_dict(said)
            if request is None or self._socket is None:
                log.warning("slack_envelope_not_read", envelope=said.get("envelope_id"))
                return
            answer = await run_async_bolt_app(self._bolt, request)
            await send_async_response(_Voice(self._socket), request, answer, start)
        except (ClientError, OSError) as error:
            # What was recorded is recorded; Slack sends events again, and those are known by id.
            log.warning("slack_ack_not_sent", error=error.__class__.__name__)
        except Exception:
            log.exception("slack_envelope_broke", envelope=said.get("envelope_id"))

    async def linger(self, seconds: float) -> None:
        """Go on as before until it ends, at most so long."""
        if self._listening is not None:
            await asyncio.wait({self._listening}, timeout=seconds)

    async def drain(self, seconds: float) -> bool:
        """Take no more envelopes and wait for the acks under way; whether all were sent.

        The frames are still read, as a connection that answers no ping is cut.
        """
        self._takes = False
        if self._acks:
            await asyncio.wait(self._acks, timeout=seconds)
        return not self._acks

    async def close(self) -> None:
        """At once, acks under way or not; takes two seconds at most."""
        tasks = [*self._acks, *([self._listening] if self._listening else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            with suppress(ClientError, OSError):
                async with asyncio.timeout(2 * CLOSE_SECONDS):
                    await self._socket.close()
        self._say_farewell("closed")


def _read(message: WSMessage) -> dict[str, Any]:
    """A JSON object; anything else is empty, since one strange frame must not end a connection."""
    if message.type is not WSMsgType.TEXT:
        return {}
    try:
        said = json.loads(message.data)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        log.warning("slack_frame_not_read", length=len(message.data))
        return {}
    return said
