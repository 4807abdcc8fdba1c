"""Notices in Slack: a text to one channel, or to people, that belongs to no incident.

A second attempt first looks whether the first one arrived, as the courier does: a message carries
its key as metadata. Where a conversation cannot be read, a notice may come twice, never not at all.
"""

from __future__ import annotations

import structlog

from bot.core.errors import Broken
from bot.services.ports import Outgoing
from bot.surfaces.slack.api import SlackApi, wait_if_shut
from bot.surfaces.slack.finding import metadata_of
from bot.surfaces.slack.render import shorten, to_mrkdwn

log = structlog.get_logger(__name__)

LONGEST = 3_900
LOOKED_AT = 200


class Notices:
    """Deliver a notice. Errors: Unavailable (try later), Broken (it can reach nobody)."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """To `channel`; when there is none, or it does not take it, to everybody of `people`."""
        text = shorten(to_mrkdwn(str(item.payload.get("text", ""))), LONGEST)
        channel = str(item.payload.get("channel", ""))
        refusal = Broken("This notice has nobody to go to", "Name approvers")
        if channel:
            try:
                return await self._post(channel, text, key, again=again)
            except Broken as error:
                wait_if_shut(error)
                log.warning("notice_elsewhere", channel=channel, error=error.reason)
                refusal = error
        people = [
            name.removeprefix("slack:")
            for name in item.payload.get("people", [])
            if str(name).startswith("slack:")
        ]
        reached = ""
        # One who cannot be reached does not keep the others from hearing of it.
        for person in people:
            try:
                reached = await self._tell(person, text, f"{key}:{person}", again=again)
            except Broken as error:
                wait_if_shut(error)
                log.warning("notice_not_taken", person=person, error=error.reason)
                refusal = error
        if not reached:
            raise refusal
        return reached

    async def _tell(self, person: str, text: str, key: str, *, again: bool) -> str:
        opened = await self._api.call("conversations.open", users=person)
        return await self._post(str(opened["channel"]["id"]), text, key, again=again)

    async def _post(self, channel: str, text: str, key: str, *, again: bool) -> str:
        found = await self._found(channel, key) if again else ""
        if found:
            return found
        posted = await self._api.call(
            "chat.postMessage",
            channel=channel,
            text=text,
            metadata=metadata_of(key),
            unfurl_links=False,
        )
        return str(posted.get("ts", ""))

    async def _found(self, channel: str, key: str) -> str:
        """The newest messages are enough: an attempt is repeated within minutes."""
        try:
            page = await self._api.query(
                "conversations.history",
                channel=channel,
                limit=LOOKED_AT,
                include_all_metadata=True,
            )
        except Broken as error:
            log.info("not_looked_up", channel=channel, error=error.reason)
            return ""
        for message in page.get("messages", []):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        return ""
