"""Slack as one thing that `bot.app` can build, serve a desk with, connect and close."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp

from bot.services.desk import Desk
from bot.services.ports import Outgoing
from bot.services.showing import open_incidents
from bot.services.watching import Watch
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.card import CardKeeper
from bot.surfaces.slack.courier import SlackCourier
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.routes import Routes
from bot.surfaces.slack.server import (
    PATH,
    make_app,
    make_client,
    make_endpoint,
    open_session,
)
from bot.surfaces.slack.sockets import Sockets
from bot.surfaces.slack.whisper import Whisper

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The plain values, unwrapped as late as this. Empty: not configured."""

    bot_token: str
    signing_secret: str
    app_token: str
    api_url: str

    @property
    def enough(self) -> bool:
        """A bot token, and at least one way in which Slack can reach us."""
        return bool(self.bot_token and (self.signing_secret or self.app_token))


class SlackSide:
    """`cards` announces; `serve` mounts the HTTP route; `connect` opens Socket Mode."""

    def __init__(
        self, credentials: Credentials, session: ClientSession, watch: Watch | None = None
    ) -> None:
        self._watch = watch or Watch()
        self._credentials = credentials
        self._client = make_client(credentials.bot_token, credentials.api_url, session)
        self._api = SlackApi(self._client, self._watch)
        self._outbox = Outbox()
        self._bolt: AsyncApp | None = None
        self._sockets: Sockets | None = None
        self.cards = CardKeeper(self._api, self._outbox)
        self.courier = SlackCourier(self._api, self.cards)

    def serve(self, desk: Desk, site: web.Application) -> None:
        """Take requests for this desk: on `site` when there is a secret to check them with."""
        self.cards.serve(desk)
        routes = Routes(desk, self._api, self._outbox, Whisper(self._api, self._outbox, self.cards))
        self._bolt = make_app(
            self._client, self._credentials.signing_secret, routes, self._watch.meter
        )
        if self._credentials.signing_secret:
            site.router.add_post(PATH, make_endpoint(self._bolt))
        if self._credentials.app_token:
            self._sockets = Sockets(self._bolt, self._credentials.app_token, self._client)

    async def connect(self, desk: Desk) -> None:
        """Open Socket Mode when it is configured, and draw the cards of all open incidents."""
        if self._sockets is not None:
            await self._sockets.start()
        for incident in await open_incidents(desk):
            if incident.card is None:
                # Declared while Slack was away, or in a terminal: the courier hangs the card.
                await desk.store.schedule([Outgoing(incident.id, "show", {"say": []})])
            else:
                self.cards.refresh(incident)

    def state(self) -> dict[str, str]:
        """For `/readyz`."""
        if self._sockets is not None:
            return {"slack": self._sockets.state()}
        return {"slack": "ok" if self._bolt is not None else "starting"}

    def pulse(self) -> str:
        """How fresh the line to Slack is, in words; empty when Slack comes over HTTP only."""
        if self._sockets is None:
            return ""
        age = self._sockets.last_event_age()
        return "no Slack event yet" if age is None else f"last Slack event {age:.0f} s ago"

    def socket_age(self) -> float | None:
        """Seconds since Slack sent anything over Socket Mode; None without it, or before that."""
        return self._sockets.last_event_age() if self._sockets is not None else None

    async def close(self) -> None:
        """No new work, then finish what waits."""
        if self._sockets is not None:
            await self._sockets.stop(DRAIN_SECONDS)
        if not await self._outbox.drain(DRAIN_SECONDS):
            log.warning("slack_not_drained", waiting=self._outbox.waiting)


@asynccontextmanager
async def open_slack(
    credentials: Credentials, watch: Watch | None = None
) -> AsyncIterator[SlackSide]:
    """Slack with its session open until the block ends."""
    async with open_session() as session:
        yield SlackSide(credentials, session, watch)
