"""Where an incident lives in Slack: a private channel of its own, or where the command was typed.

May be asked again after a crash at any point: a channel that was made before is found by its name.
"""

from __future__ import annotations

from functools import partial

import structlog

from bot.core.errors import Broken, Unavailable
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.surfaces.slack.api import SlackApi, SlackRefusal
from bot.surfaces.slack.outbox import Outbox

log = structlog.get_logger(__name__)


class Home:
    """Finds or makes the place of a card. Errors: Unavailable."""

    def __init__(self, api: SlackApi, outbox: Outbox) -> None:
        self._api = api
        self._outbox = outbox

    async def find(self, incident: Incident, organisation: Organisation) -> tuple[str, str]:
        """The channel, and an excuse when it is not the one that the settings ask for."""
        origin = incident.declared.origin if incident.declared else ""
        own = declarer_of(incident)
        if organisation.slack.card != "channel" and origin:
            return origin, ""
        try:
            channel = await self._own_channel(_name_of(incident))
        except Broken as error:
            log.warning("channel_not_created", incident=incident.id, error=error.reason)
            place = origin or own or organisation.slack.fallback_channel or ""
            return place, f"No channel of its own: {error.reason}"
        await self._bring_in(channel, own, organisation)
        if origin and own:
            self._tell_origin(incident, origin, own, channel)
        return channel, ""

    async def _own_channel(self, name: str) -> str:
        """Errors: Broken, Unavailable."""
        try:
            made = await self._api.call("conversations.create", name=name, is_private=True)
            return str(made["channel"]["id"])
        except SlackRefusal as refusal:
            found = await self._channel_called(name) if refusal.code == "name_taken" else ""
            if not found:
                raise
            return found

    async def _channel_called(self, name: str) -> str:
        """Of a crash between making the channel and posting into it."""
        cursor = ""
        while True:
            page = await self._api.query(
                "conversations.list", types="private_channel", limit=200, cursor=cursor
            )
            for channel in page.get("channels", []):
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = str(page.get("response_metadata", {}).get("next_cursor", ""))
            if not cursor:
                return ""

    async def _bring_in(self, channel: str, own: str, organisation: Organisation) -> None:
        """The declarer at once, everybody who is listed beside the card, so that it can come."""
        users = [person.slack for person in organisation.people if person.slack]
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

    def _tell_origin(self, incident: Incident, origin: str, own: str, channel: str) -> None:
        what = "DRILL" if incident.drill else "lockout"
        text = f"The {what} has its own channel: <#{channel}>. Go there for the next step."

        async def send() -> None:
            await self._api.call("chat.postEphemeral", channel=origin, user=own, text=text)

        self._outbox.put(f"invite:{channel}", send, what="the way to the channel")


def _name_of(incident: Incident) -> str:
    """`lockout-261122-k7qdx`; a drill's own id says what it is."""
    return incident.id if incident.drill else f"lockout-{incident.id.removeprefix('lo-')}"


def declarer_of(incident: Incident) -> str:
    """Their Slack id; empty when they declared it elsewhere."""
    declared_by = incident.declared_by.id if incident.declared_by else ""
    return declared_by.removeprefix("slack:") if declared_by.startswith("slack:") else ""
