"""Readiness in Slack: the answer to `/lockout readiness`, and the Home tab of the app.

Slack wants its ack within three seconds, and a tenant's policies may take longer to judge: what is
not there after a moment follows by itself, by the answer's own address or onto the Home.
https://docs.slack.dev/surfaces/app-home, https://docs.slack.dev/reference/methods/views.publish
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.core.errors import Refused, Unavailable
from bot.core.readiness_view import show_readiness, trouble_view, waiting_view
from bot.core.view import Text, View
from bot.services.desk import Desk
from bot.services.readiness import ReadinessDesk
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.explain import explain
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import HomeOpened, Reader, User, parse_as
from bot.surfaces.slack.render import Json, render_message, render_modal_blocks
from bot.surfaces.slack.whisper import Whisper

OPENED = "app_home_opened"
HOME = "home"
# Of the three that Slack waits.
PATIENCE_SECONDS = 1.2
BEING_READ = "The readiness is being read. It follows here in a moment."
AWAY = "The database does not answer now. It is asked again for a minute; then press 'Look again'."
BROKE = "Something broke here, and it is our fault. In a lockout, type `/lockout` all the same."


class ReadinessTab:
    """`answer` is an ack; `publish` returns at once, and the Home is drawn by itself."""

    def __init__(
        self,
        desk: Desk,
        api: SlackApi,
        outbox: Outbox,
        whisper: Whisper,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._desk = desk
        self._api = api
        self._outbox = outbox
        self._whisper = whisper
        self._patience = patience
        self._readiness = ReadinessDesk(desk)

    async def answer(self, reader: Reader, tenant: str) -> dict[str, Any]:
        """What is known at once, else that it follows. Errors: Refused, Unavailable."""
        view = asyncio.ensure_future(self._view(tenant))
        done, _ = await asyncio.wait({view}, timeout=self._patience)
        if done:
            shown = view.result()
            blocks = render_message(shown)
            return {"response_type": "ephemeral", "text": shown.summary, "blocks": blocks}
        self._outbox.now(self._follow(view, reader), "readiness")
        return {"response_type": "ephemeral", "text": BEING_READ}

    async def _follow(self, view: asyncio.Future[View], reader: Reader) -> None:
        try:
            shown = await view
        except Exception as error:
            self._whisper.tell(reader, explain(error))
            raise
        self._whisper.tell(reader, shown.summary, render_message(shown))

    async def _view(self, tenant: str = "", *, with_buttons: bool = False) -> View:
        return show_readiness(await self._readiness.gather(tenant), with_buttons=with_buttons)

    def take(self, body: Mapping[str, Any]) -> bool:
        """Whether this event was a look at the app. Errors: Refused."""
        event = body.get("event")
        if not isinstance(event, dict) or event.get("type") != OPENED:
            return False
        opened = parse_as(HomeOpened, event)
        if opened.tab == HOME:
            self.publish(opened.user)
        return True

    def publish(self, user: str) -> None:
        """Draw the Home of this person anew. One that waits already is as new as this one."""
        send = partial(self._draw, user)
        self._outbox.put(f"home:{user}", send, what="home", key=HOME, repeatable=True)

    async def _draw(self, user: str) -> None:
        """Errors: Unavailable (tried again), Broken."""
        doer = self._desk.doer(User(id=user).actor)
        try:
            doer.must_be((), "see the readiness")
        except Refused:
            await self._publish(user, self._for_a_stranger())
            return
        view = asyncio.ensure_future(self._view(with_buttons=True))
        try:
            done, _ = await asyncio.wait({view}, timeout=self._patience)
            if not done:
                await self._publish(user, waiting_view())
            shown = await self._told(user, view)
        finally:
            view.cancel()
        await self._publish(user, shown)

    async def _told(self, user: str, view: asyncio.Future[View]) -> View:
        """What was gathered; when that fails, the Home says so instead of what was true before."""
        try:
            return await view
        except Exception as error:
            words = AWAY if isinstance(error, Unavailable) else BROKE
            await self._publish(user, trouble_view(words))
            raise

    def _for_a_stranger(self) -> View:
        """Whom to ask, by their Slack names, and nothing that the bot knows."""
        approvers = self._desk.organisation.people_with("approver")
        names = ", ".join(person.name for person in approvers) or "whoever runs this bot"
        text = (
            "You are not listed in this bot's organisation file, so there is nothing to see here. "
            f"Locked out, or want to be listed? Ask: {names}."
        )
        return View("Lockout", (Text(text),))

    async def _publish(self, user: str, view: View) -> None:
        blocks: list[Json] = render_modal_blocks(view)
        home = {"type": HOME, "blocks": blocks}
        await self._api.call("views.publish", user_id=user, view=home)
