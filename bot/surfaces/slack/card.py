"""The incident's place in Slack: its channel, its card, what is said below it.

An announcer: it hears of each recorded fact after the commit, and queues what Slack must show.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog

from bot.core.errors import Broken, Unavailable
from bot.core.events import (
    ApprovalAsked,
    CardPosted,
    IncidentClosed,
    IncidentDeclared,
    NoteAdded,
    PressRefused,
)
from bot.core.incident import Incident
from bot.core.organisation import Role
from bot.core.timeline import Actor, Fact
from bot.core.wording import sentence_of
from bot.playbook.situation import Doer
from bot.services.desk import Desk
from bot.services.incidents import place_card
from bot.services.showing import card_view, export_incident
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import Reader
from bot.surfaces.slack.render import SECTION, Json, escape, render_message, shorten, to_mrkdwn

log = structlog.get_logger(__name__)

BOT = Doer(Actor("slack:lockout", "Lockout"), frozenset())
CLOSING_FORMATS = ("md", "html", "json", "csv")
_UNSAID = (CardPosted, IncidentDeclared, PressRefused)


class CardKeeper:
    """`Announcer` for Slack."""

    def __init__(self, api: SlackApi, outbox: Outbox) -> None:
        self._api = api
        self._outbox = outbox
        self._desk: Desk | None = None
        # Where a card is to hang, kept while hanging it is tried again.
        self._places: dict[str, tuple[str, str]] = {}

    def serve(self, desk: Desk) -> None:
        """The desk that it announces for; said once, by `bot.app`."""
        self._desk = desk

    @property
    def desk(self) -> Desk:
        """Errors: RuntimeError before `serve`."""
        if self._desk is None:
            message = "CardKeeper.serve was not called"
            raise RuntimeError(message)
        return self._desk

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Queue the card, and a line below it for what people should notice."""
        if all(isinstance(fact.event, CardPosted) for fact in facts):
            return
        self.refresh(incident)
        for fact in facts:
            if not isinstance(fact.event, _UNSAID):
                self._say(incident.id, fact)

    def refresh(self, incident: Incident) -> None:
        """Draw the card again as it stands when its turn comes, or hang it up first."""
        self._outbox.put(
            incident.id,
            lambda: self._draw(incident.id),
            what=f"card of {incident.id}",
            key="card",
            repeatable=True,
        )

    def _say(self, incident_id: str, fact: Fact) -> None:
        async def send() -> None:
            await self._post_line(incident_id, fact)

        self._outbox.put(incident_id, send, what=f"{fact.kind} of {incident_id}")
        if isinstance(fact.event, IncidentClosed):
            for name in CLOSING_FORMATS:
                self.export(incident_id, name)

    def export(self, incident_id: str, export_format: str, wanted: Reader | None = None) -> None:
        """Queue the timeline as a file: to where somebody wanted it, else to the incident."""

        async def send() -> None:
            incident = await self.desk.load(incident_id)
            own = incident.card.channel if incident.card else ""
            place = (wanted.channel if wanted else "") or own
            document = await export_incident(self.desk, incident_id, export_format)
            comment = f"Timeline of {incident_id}, {incident.version} facts, head `{incident.head}`"
            content = document.content()
            try:
                await self._api.upload(place, document.name, content, comment)
            except Broken as error:
                if wanted is None or place == own or not own:
                    raise
                log.info("export_elsewhere", incident=incident_id, error=error.reason)
                await self._api.upload(own, document.name, content, comment)
                where = f"It is in the lockout's own channel <#{own}>."
                text = f"{document.name} could not come to <#{place}>. {where}"
                await self._api.call("chat.postMessage", channel=wanted.user, text=text)

        self._outbox.put(incident_id, send, what=f"export of {incident_id}")

    async def _draw(self, incident_id: str) -> None:
        incident = await self.desk.load(incident_id)
        if incident.card is None:
            await self._hang(incident)
            return
        view = card_view(self.desk, incident)
        await self._api.call(
            "chat.update",
            channel=incident.card.channel,
            ts=incident.card.message,
            text=view.summary,
            blocks=[_header(view.title), *render_message(view)],
        )

    async def _hang(self, incident: Incident) -> None:
        """Find or make the place, post the card there, remember where."""
        place, excuse = self._places.get(incident.id) or await self._place(incident)
        self._places[incident.id] = (place, excuse)
        posted = await self._post_card(incident, place, excuse)
        channel, message = str(posted.get("channel", place)), str(posted.get("ts", ""))
        thread = message if self.desk.organisation.slack.card != "here" else ""
        card = CardPosted(channel=channel, message=message, thread=thread)
        await place_card(self.desk, BOT, incident.id, card)
        self._places.pop(incident.id, None)
        try:
            await self._api.call("pins.add", channel=channel, timestamp=message)
        except Broken as error:
            log.info("card_not_pinned", incident=incident.id, error=str(error))

    async def _post_card(self, incident: Incident, place: str, excuse: str) -> Json:
        """Where it should hang; else in the direct messages of whoever declared."""
        view = card_view(self.desk, incident)
        blocks = [_header(view.title), *render_message(view)]
        if excuse:
            blocks.append(_line(excuse))
        try:
            return await self._api.call(
                "chat.postMessage", channel=place, text=view.summary, blocks=blocks
            )
        except Broken as error:
            own = _declarer(incident)
            if not own or own == place:
                raise
            log.warning("card_not_there", incident=incident.id, error=error.reason)
            blocks.append(_line(f"Only here, since the channel does not take it: {error.reason}"))
            return await self._api.call(
                "chat.postMessage", channel=own, text=view.summary, blocks=blocks
            )

    async def _place(self, incident: Incident) -> tuple[str, str]:
        """The channel, and an excuse when it is not the one that the settings ask for."""
        origin = incident.declared.origin if incident.declared else ""
        own = _declarer(incident)
        if self.desk.organisation.slack.card != "channel" and origin:
            return origin, ""
        name = f"lockout-{incident.id.removeprefix('lo-')}"
        try:
            made = await self._api.call("conversations.create", name=name, is_private=True)
        except Broken as error:
            log.warning("channel_not_created", incident=incident.id, error=str(error))
            return origin or own, f"No channel of its own: {error.reason}"
        channel = str(made["channel"]["id"])
        # Already here: whatever fails below must not make a second channel.
        self._places[incident.id] = (channel, "")
        await self._bring_in(channel, own)
        if origin and own:
            self._tell_origin(origin, own, channel)
        return channel, ""

    async def _bring_in(self, channel: str, own: str) -> None:
        """The declarer at once, everybody who is listed beside the card, so that it can come."""
        users = [person.slack for person in self.desk.organisation.people if person.slack]
        others = [user for user in dict.fromkeys(users) if user != own]
        if own:
            try:
                await self._invite(channel, own)
            except Unavailable:
                others.insert(0, own)
        for user in others:
            self._outbox.put(
                f"invite:{channel}",
                partial(self._invite, channel, user),
                what="invitation",
                repeatable=True,
            )

    async def _invite(self, channel: str, user: str) -> None:
        """One by one: a wrong id must not keep the others out. Errors: Unavailable."""
        try:
            await self._api.call("conversations.invite", channel=channel, users=user)
        except Broken as error:
            log.info("not_invited", user=user, error=error.reason)

    def _tell_origin(self, origin: str, own: str, channel: str) -> None:
        text = f"The lockout has its own channel: <#{channel}>. Go there for the next step."

        async def send() -> None:
            await self._api.call("chat.postEphemeral", channel=origin, user=own, text=text)

        self._outbox.put(f"invite:{channel}", send, what="the way to the channel")

    async def _post_line(self, incident_id: str, fact: Fact) -> None:
        incident = await self.desk.load(incident_id)
        card = incident.card
        if card is None:
            return
        if isinstance(fact.event, NoteAdded) and fact.event.source:
            return
        text = f"*{escape(fact.actor.name)}* {to_mrkdwn(sentence_of(fact))}"
        loud = isinstance(fact.event, ApprovalAsked | IncidentClosed)
        if isinstance(fact.event, ApprovalAsked):
            text = f"{self._mentions('approver')} {text} Press *Approve* or *Decline* on the card."
        if isinstance(fact.event, IncidentClosed):
            summary = shorten(escape(fact.event.summary), SECTION)
            text = (
                f"*{escape(fact.actor.name)}* closed the incident.\n{summary}\n"
                f"Head of the timeline: `{fact.hash}`"
            )
        place = {} if loud or not card.thread else {"thread_ts": card.thread}
        await self._api.call(
            "chat.postMessage",
            channel=card.channel,
            text=shorten(text, 3_900),
            unfurl_links=False,
            **place,
        )

    def _mentions(self, role: Role) -> str:
        people = self.desk.organisation.people_with(role)
        return " ".join(f"<@{person.slack}>" for person in people if person.slack)


def _declarer(incident: Incident) -> str:
    """Their Slack id; empty when they declared it elsewhere."""
    declared_by = incident.declared_by.id if incident.declared_by else ""
    return declared_by.removeprefix("slack:") if declared_by.startswith("slack:") else ""


def _header(title: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": title[:150], "emoji": False}}


def _line(text: str) -> Json:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": escape(text)[:2900], "verbatim": True}],
    }
