"""A reaction puts a message on the timeline, taking it away strikes it, an edit corrects it.

The event carries no text, so the text is fetched; when Slack is too slow for that, the note is
recorded at once and its text follows as a correction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.core.errors import AlreadyRecorded, Broken, LockoutError, Refused, Unavailable
from bot.core.events import MessageSource
from bot.core.incident import Incident
from bot.core.secrets import find_secrets
from bot.playbook.situation import Doer
from bot.services import incidents, showing
from bot.services.desk import Desk
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.explain import explain
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import (
    MessageEvent,
    Reaction,
    Reader,
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
WORDLESS = "(a message without text was pinned)"
LOST = "(a message was pinned; Slack did not hand out its text)"
NOT_KEPT = "(a message was pinned; its text looks like a credential, so it is not kept)"

Tell = Callable[[Reader, str], None]


class Reactions:
    """What comes in through the Events API. `tell` says something to one person."""

    def __init__(self, desk: Desk, api: SlackApi, outbox: Outbox, tell: Tell) -> None:
        self._desk = desk
        self._api = api
        self._outbox = outbox
        self._tell = tell

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
        try:
            if reaction.type == "reaction_added":
                await self._pin(reaction, doer, once)
            else:
                await self._unpin(reaction, doer, once)
        except AlreadyRecorded:
            raise
        except Refused as error:
            drill = await showing.drill_in(self._desk, reaction.item.channel)
            self._tell(Reader(reaction.user, reaction.item.channel), explain(error, drill))
            raise

    async def _pin(self, reaction: Reaction, doer: Doer, once: str) -> None:
        incident = await self._meant(reaction.item.channel)
        if incident is None:
            return
        source = MessageSource(
            channel=reaction.item.channel, message=reaction.item.ts, author=reaction.item_user
        )
        text, permalink = await self._fetch_briefly(source)
        await incidents.add_note(
            self._desk,
            doer,
            incident.id,
            text or PENDING,
            source=source.model_copy(update={"permalink": permalink}),
            occurred_at=message_time(source.message),
            once=once,
        )
        if not text:
            self._fetch_later(incident, source, once)

    async def _unpin(self, reaction: Reaction, doer: Doer, once: str) -> None:
        channel, message = reaction.item.channel, reaction.item.ts
        incident = await self._kept_in(channel, message)
        if incident is not None:
            await incidents.strike_note(self._desk, doer, incident.id, channel, message, once=once)

    async def _meant(self, channel: str) -> Incident | None:
        """The incident that a pin in this channel is about; None: it is about no lockout.

        Errors: Refused when several are open; Unavailable when the card of one of them may hang
        here already: it is posted first and remembered then, and a crash may come in between.
        """
        try:
            incident = await showing.incident_in(self._desk, channel)
        except Refused:
            still_open = await showing.open_incidents(self._desk)
            if any(one.card is None for one in still_open):
                raise Unavailable("A card is just being hung up, perhaps here") from None
            if still_open:
                raise
            return None
        # In a channel of its own an incident takes late notes; elsewhere people pin other things.
        here = incident.card is not None and incident.card.channel == channel
        return incident if here or incident.closed_at is None else None

    async def _kept_in(self, channel: str, message: str) -> Incident | None:
        """The incident on whose timeline a message is."""
        store, most = self._desk.store, showing.RECENT_INCIDENTS
        for line in [*(await store.incidents())[:most], *(await store.drills())[:most]]:
            incident = await self._desk.load(line.id)
            if incident.note_of_message(channel, message) is not None:
                return incident
        return None

    async def _fetch_briefly(self, source: MessageSource) -> tuple[str, str]:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetch(source)
        except (TimeoutError, LockoutError) as error:
            log.info("pinned_text_later", error=str(error))
            return "", ""

    async def _fetch(self, source: MessageSource) -> tuple[str, str]:
        """Text and permalink of one message, in a thread or not; the text is never empty.

        Errors: Broken, Unavailable.
        """
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
        if not messages:
            raise Broken("Slack does not show the pinned message")
        text = spoken(str(messages[0].get("text", ""))).strip()
        return text or WORDLESS, clean(str(link.get("permalink", "")))

    def _fetch_later(self, incident: Incident, source: MessageSource, once: str) -> None:
        doer = self._desk.doer(User(id="lockout", name="Lockout").actor)

        async def send() -> None:
            try:
                text, _ = await self._fetch(source)
            except Broken as error:
                log.warning("pinned_text_lost", incident=incident.id, error=error.reason)
                text = LOST
            if any(find_secrets(text)):
                text = NOT_KEPT
            key = f"{once}:text" if once else ""
            await incidents.correct_note(self._desk, doer, incident.id, source, text, once=key)

        self._outbox.put(f"pin:{incident.id}", send, what="pinned text", repeatable=True)

    async def _edited(self, event: MessageEvent, once: str) -> None:
        """Only messages that are on a timeline matter; everything else is nobody's business."""
        source = MessageSource(channel=event.channel, message=event.message.ts)
        incident = await self._kept_in(source.channel, source.message)
        if incident is None:
            return
        doer = self._desk.doer(User(id=event.message.user or "unknown").actor)
        text = spoken(event.message.text)
        await incidents.correct_note(self._desk, doer, incident.id, source, text, once=once)
