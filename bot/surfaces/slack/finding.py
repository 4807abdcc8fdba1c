"""Finding our own message again, when the process may have died right after posting it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import structlog

from bot.core.errors import Broken
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.render import Json

log = structlog.get_logger(__name__)

METADATA = "lockout"
LOOKED_AT_ONCE = 200
# Seconds by which our clock may be ahead of Slack's.
CLOCKS_APART = 600.0


def metadata_of(key: str) -> Json:
    """What a message carries so that it is found again after a crash."""
    return {"event_type": METADATA, "event_payload": {"key": key}}


async def find_message(
    api: SlackApi, channel: str, key: str, since: float, thread: str = ""
) -> str:
    """The `ts` of our message that carries `key`, empty when there is none.

    `since` is when it can have been posted at the earliest, in seconds since 1970 by our clock.
    Errors: Unavailable. A channel that cannot be read has none.
    """
    async for message in _messages(api, channel, since, thread):
        payload = message.get("metadata", {}).get("event_payload", {})
        if payload.get("key") == key:
            return str(message["ts"])
    return ""


async def post_once(
    api: SlackApi, channel: str, text: str, key: str, since: float, *, again: bool
) -> str:
    """Say mrkdwn in a channel, unless, when tried `again`, it stands there; its `ts`.

    Errors: Unavailable, Broken.
    """
    found = await find_message(api, channel, key, since) if again else ""
    if found:
        return found
    posted = await api.call(
        "chat.postMessage",
        channel=channel,
        text=text,
        metadata=metadata_of(key),
        unfurl_links=False,
    )
    return str(posted.get("ts", ""))


async def holds_files(api: SlackApi, channel: str, thread: str, names: set[str]) -> bool:
    """Whether a message in a thread has all files of these names. Errors: Unavailable."""
    async for message in _messages(api, channel, float(thread), thread):
        if names <= {file.get("name") for file in message.get("files", [])}:
            return True
    return False


async def _messages(
    api: SlackApi, channel: str, since: float, thread: str
) -> AsyncIterator[dict[str, Any]]:
    method, where = (
        ("conversations.replies", {"ts": thread}) if thread else ("conversations.history", {})
    )
    where["oldest"], cursor = f"{max(0.0, since - CLOCKS_APART):.6f}", ""
    while True:
        try:
            page = await api.query(
                method,
                channel=channel,
                limit=LOOKED_AT_ONCE,
                include_all_metadata=True,
                cursor=cursor,
                **where,
            )
        except Broken as error:
            log.info("not_looked_up", channel=channel, error=error.reason)
            return
        for message in page.get("messages", []):
            yield message
        # A thread is handed out oldest first, so what was just posted is on its last page.
        cursor = str(page.get("response_metadata", {}).get("next_cursor", ""))
        if not cursor:
            return
