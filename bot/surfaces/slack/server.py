"""Bolt in front of our routes, and its door over HTTP; four listeners in all.

Measured traps of Bolt that shape this file: without `process_before_response` it polls for the
ack every 10 ms and forgets an ack when the listener raises after it; each listener costs a kwargs
build for every request; without a session of its own every Web API call opens a connection;
its default authorize calls auth.test before the first ack, which fails while Slack's API is down;
and it takes every form that contains the word "payload" for an interaction, so that a note with
that word would be lost. Hence the body is read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import ClientSession, ClientTimeout, web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.services.ports import Meter
from bot.services.watching import NoMeter
from bot.surfaces.slack.api import TIMEOUT_SECONDS
from bot.surfaces.slack.marks import arrive, marked, since_arrival
from bot.surfaces.slack.routes import Ack, Routes

log = structlog.get_logger(__name__)

COMMAND = "/lockout"
PATH = "/slack/events"
TIMESTAMP = re.compile(r"[0-9]{1,12}")
EVERYTHING = re.compile(".*", re.DOTALL)

Route = Callable[[Any], Awaitable[Ack]]


def open_session() -> ClientSession:
    """The one HTTP session for all Web API calls."""
    return ClientSession(timeout=ClientTimeout(total=TIMEOUT_SECONDS))


def make_client(token: str, api_url: str, session: ClientSession) -> AsyncWebClient:
    """A Web API client that shares the session and never retries by itself."""
    return AsyncWebClient(
        token=token, base_url=api_url, session=session, retry_handlers=[], timeout=TIMEOUT_SECONDS
    )


def make_app(
    client: AsyncWebClient, signing_secret: str, routes: Routes, meter: Meter | None = None
) -> AsyncApp:
    """The Bolt app. Requests with a wrong or old signature never reach the routes."""

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            team_id=team_id, enterprise_id=enterprise_id, bot_token=client.token or ""
        )

    app = AsyncApp(
        signing_secret=signing_secret,
        client=client,
        authorize=authorize,
        process_before_response=True,
        ignoring_self_events_enabled=False,
    )
    meter = meter or NoMeter()
    app.command(COMMAND)(_listener(routes.command, "command", meter))
    app.block_action(EVERYTHING)(_listener(routes.action, "action", meter))
    app.view_submission(EVERYTHING)(_listener(routes.submission, "submission", meter))
    app.event(EVERYTHING)(_listener(routes.event, "event", meter))
    return app


def _listener(route: Route, request: str, meter: Meter) -> Callable[..., Awaitable[None]]:
    async def listen(ack: Callable[..., Awaitable[Any]], body: dict[str, Any]) -> None:
        try:
            await ack(**await route(body))
        finally:
            meter.observe("ack_seconds", since_arrival(), request=request)

    return listen


def make_endpoint(app: AsyncApp) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of `POST /slack/events`."""

    async def endpoint(request: web.Request) -> web.Response:
        arrive()
        # Bolt fails on a time that is no number.
        if not TIMESTAMP.fullmatch(request.headers.get("X-Slack-Request-Timestamp", "")):
            return web.Response(status=401)
        try:
            raw, body = await _read_body(request)
        except (ValueError, RecursionError) as error:
            log.warning("request_not_read", error=error.__class__.__name__)
            return web.Response(status=400)
        # Around Bolt: its own line about a fault must say of which request it was.
        with marked(body):
            try:
                wanted = _make_request(raw, body, request.headers)
                return await to_aiohttp_response(await app.async_dispatch(wanted))
            except Exception:
                # Bolt trips over some shapes before it looks for a listener.
                log.exception("request_broke")
                return web.Response(status=500)

    return endpoint


async def _read_body(request: web.Request) -> tuple[str, dict[str, Any]]:
    """As it came, and as it reads. Errors: ValueError, RecursionError."""
    raw = (await request.read()).decode()
    if request.content_type == "application/json":
        body = json.loads(raw)
    else:
        # The library's own reads the same, at a tenth of the time.
        form = dict(URL.build(query_string=raw, encoded=True).query)
        body = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(body, dict):
        message = "the body is no object"
        raise ValueError(message)  # noqa: TRY004 - like every other body that cannot be read
    return raw, body


def _make_request(raw: str, body: dict[str, Any], headers: Any) -> AsyncBoltRequest:  # noqa: ANN401 - aiohttp's
    """For Bolt, which still checks the signature."""
    # Only in its other mode does Bolt take a body that was read already.
    read = AsyncBoltRequest(body=body, headers=headers, mode="socket_mode")
    read.raw_body, read.mode = raw, "http"
    return read
