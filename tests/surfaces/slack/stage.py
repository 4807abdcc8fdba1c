"""The Slack surface without an app around it: a desk in memory and a stand-in Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.core.incident import Incident
from bot.services.desk import Desk
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.card import CardKeeper
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.routes import Routes
from bot.surfaces.slack.server import make_client, open_session
from bot.surfaces.slack.whisper import Whisper
from tests.services.desks import declare, kinds, make_desk
from tests.walks.office import PEOPLE
from tests.workspace import Message, Workspace

GENERAL = "C0GENERAL"
ONCALL, SECOND, STRANGER = "U0ONCALL1", "U0SECOND1", "U0STRANGE"


@dataclass
class Stage:
    """All parts, put together as `SlackSide` does it."""

    slack: Workspace
    desk: Desk
    api: SlackApi
    outbox: Outbox
    cards: CardKeeper
    routes: Routes

    async def command(
        self, text: str, user: str = ONCALL, channel: str = GENERAL
    ) -> dict[str, Any]:
        """What `/lockout TEXT` is acknowledged with."""
        return await self.routes.command(self.slack.payloads.slash(user, channel, "/lockout", text))

    async def sent(self) -> None:
        """Wait until nothing is on its way out any more."""
        assert await self.outbox.drain(5)

    async def incident(self) -> Incident:
        """A lockout, declared by the on-call engineer; it has no card yet."""
        return await declare(self.desk)

    async def card(self) -> Message:
        """The card of a new lockout."""
        incident = await self.cards.show((await self.incident()).id)
        await self.sent()
        assert incident.card is not None
        return self.slack.world.state.message(incident.card.channel, incident.card.message)

    async def kinds(self) -> list[str]:
        """What is on the newest timeline."""
        lines = await self.desk.store.incidents()
        return await kinds(self.desk, lines[0].id)

    def whispers(self, user: str) -> str:
        """Everything that only this person was told."""
        return "\n".join(self.slack.person(user).told)


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Until the end of the block."""
    async with Workspace(users=PEOPLE) as slack, open_session() as session:
        api, outbox = SlackApi(make_client(slack.bot_token, slack.api_url, session)), Outbox()
        cards = CardKeeper(api, outbox)
        desk = make_desk()
        desk.announcer = cards
        cards.serve(desk)
        routes = Routes(desk, api, outbox, Whisper(api, outbox, cards))
        yield Stage(slack, desk, api, outbox, cards, routes)
        await outbox.drain(5)
