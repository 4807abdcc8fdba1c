"""A reaction puts a message on the timeline, taking it away strikes it, an edit corrects it.

The event carries no text, so the text is fetched; when Slack is too slow for that, the note is
recorded at once and its text follows as a correction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.core.errors import LockoutError, Refused, Unavailable
from bot.core.events import MessageSource
from bot.core.incident import Incident
from bot.services import incidents, showing
from bot.services.desk import Desk
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import (
    MessageEvent,
    Reaction,
    User,
    clean,
    message_time,
    parse_as,
    spoken,
)

log = structlog.get_logger(__name__)

REACTED = ("reaction_added", "reaction_removed")
EDITED = "message"
HANDLED = (*REACTED, EDITED)
FETCH_SECONDS = 1.5
PENDING = "(a message was pinned; its text is being fetched)"


class Reactions:
    """What comes in through the Events API."""

    def __init__(self, desk: Desk, api: SlackApi, outbox: Outbox) -> None:
        self._desk = desk
        self._api = api
        self._outbox = outbox

    async def take(self, body: Mapping[str, Any]) -> None:
        """One event. Errors: Refused (it is not for us), Unavailable (send it again)."""
        event = body.get("event")
        if not isinstance(event, dict):
            raise Refused("Slack sent an event that cannot be read")
        once = f"event:{clean(str(body.get('event_id', '')))}" if body.get("event_id") else ""
        kind = event.get("type")
        if kind in REACTED:
            await self._reacted(parse_as(Reaction, event), once)
        elif kind == EDITED and event.get("subtype") == "message_changed":
            await self._edited(parse_as(MessageEvent, event), once)

    async def _reacted(self, reaction: Reaction, once: str) -> None:
        wanted = self._desk.organisation.slack.reaction
        if reaction.reaction.partition("::")[0] != wanted or reaction.item.type != "message":
            return
        doer = self._desk.doer(User(id=reaction.user).actor)
        channel, message = reaction.item.channel, reaction.item.ts
        incident = await showing.incident_in(self._desk, channel)
        if reaction.type == "reaction_removed":
            await incidents.strike_note(self._desk, doer, incident.id, channel, message, once=once)
            return
        source = MessageSource(channel=channel, message=message, author=reaction.item_user)
        text, permalink = await self._fetch_briefly(source)
        await incidents.add_note(
            self._desk,
            doer,
            incident.id,
            text or PENDING,
            source=source.model_copy(update={"permalink": permalink}),
            occurred_at=message_time(message),
            once=once,
        )
        if not text:
            self._fetch_later(incident, source, once)

    async def _fetch_briefly(self, source: MessageSource) -> tuple[str, str]:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetch(source)
        except (TimeoutError, LockoutError) as error:
            log.info("pinned_text_later", error=str(error))
            return "", ""

    async def _fetch(self, source: MessageSource) -> tuple[str, str]:
        """Text and permalink of one message, in a thread or not."""
        link = await self._api.query(
            "chat.getPermalink", channel=source.channel, message_ts=source.message
        )
        # Asked for a reply, Slack answers with its whole thread; the times narrow it down.
        found = await self._api.query(
            "conversations.replies",
            channel=source.channel,
            ts=source.message,
            oldest=source.message,
            latest=source.message,
            inclusive="true",
            limit=10,
        )
        messages = [item for item in found.get("messages", []) if item.get("ts") == source.message]
        text = spoken(str(messages[0].get("text", ""))) if messages else ""
        return text, clean(str(link.get("permalink", "")))

    def _fetch_later(self, incident: Incident, source: MessageSource, once: str) -> None:
        doer = self._desk.doer(User(id="lockout", name="Lockout").actor)

        async def send() -> None:
            text, _ = await self._fetch(source)
            if not text:
                raise Unavailable("the pinned message has no text yet")
            key = f"{once}:text" if once else ""
            await incidents.correct_note(self._desk, doer, incident.id, source, text, once=key)

        self._outbox.put(f"pin:{incident.id}", send, what="pinned text", repeatable=True)

    async def _edited(self, event: MessageEvent, once: str) -> None:
        """Only messages that are on a timeline matter; everything else is nobody's business."""
        source = MessageSource(channel=event.channel, message=event.message.ts)
        incident = await showing.incident_in(self._desk, event.channel)
        if incident.note_of_message(source.channel, source.message) is None:
            return
        doer = self._desk.doer(User(id=event.message.user or "unknown").actor)
        text = spoken(event.message.text)
        await incidents.correct_note(self._desk, doer, incident.id, source, text, once=once)
