"""Notices in Slack: a text to one channel, or to people, that belongs to no incident.

A second attempt first looks whether the first one arrived, as the courier does: a message carries
its key as metadata. Where a conversation cannot be read, a notice may come twice, never not at all.
"""

from __future__ import annotations

import structlog

from bot.core.errors import Broken
from bot.core.timeline import parse_time
from bot.services.ports import Outgoing
from bot.surfaces.slack.api import SlackApi, wait_if_shut
from bot.surfaces.slack.finding import post_once
from bot.surfaces.slack.render import shorten, to_mrkdwn

log = structlog.get_logger(__name__)

LONGEST = 3_900


class Notices:
    """Deliver a notice. Errors: Unavailable (try later), Broken (it can reach nobody)."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """To `channel`; when there is none, or it does not take it, to everybody of `people`."""
        text = shorten(to_mrkdwn(str(item.payload.get("text", ""))), LONGEST)
        channel = str(item.payload.get("channel", ""))
        refusal = Broken("This notice has nobody to go to", "Name approvers")
        since = parse_time(str(item.payload["at"])).timestamp()
        if channel:
            try:
                return await post_once(self._api, channel, text, key, since, again=again)
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
            own = f"{key}:{person}"
            try:
                place = await self._api.open_dm(person)
                reached = await post_once(self._api, place, text, own, since, again=again)
            except Broken as error:
                wait_if_shut(error)
                log.warning("notice_not_taken", person=person, error=error.reason)
                refusal = error
        if not reached:
            raise refusal
        return reached
