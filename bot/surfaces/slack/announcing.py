"""Announcements in Slack: the message, and the corrections as files in its thread, each once.

To the channel for alerts, else to the fallback channel, else to each approver. A second attempt
looks for the message by its key, and in the thread for the files by their names.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.core.errors import Broken
from bot.core.organisation import Organisation
from bot.core.timeline import parse_time
from bot.services.ports import Outgoing
from bot.surfaces.slack.api import SlackApi, wait_if_shut
from bot.surfaces.slack.finding import holds_files, post_once
from bot.surfaces.slack.render import shorten, to_mrkdwn

log = structlog.get_logger(__name__)

LONGEST = 3_900
# More files than these come as one.
SEPARATELY = 8
# So that the same corrections are the same bytes.
EARLIEST = (1980, 1, 1, 0, 0, 0)
COMMENT = "Read the .diff first. Paste the commands one by one. Then audit again."


@dataclass(frozen=True, slots=True)
class _Message:
    """What one place gets."""

    key: str
    text: str
    since: float
    files: Mapping[str, bytes]


class Announcing:
    """Errors: Unavailable (try again), Broken (it can reach nobody)."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def deliver(
        self, item: Outgoing, key: str, organisation: Organisation, *, again: bool
    ) -> str:
        """Say it, and return where it can be found."""
        message = _message_of(item, key)
        slack = organisation.slack
        for channel in dict.fromkeys(filter(None, (slack.alerts_channel, slack.fallback_channel))):
            reached = await self._bring(message, channel, again=again)
            if reached:
                return reached
        approvers = [one.slack for one in organisation.people_with("approver") if one.slack]
        found = [await self._bring_to_person(message, one, again=again) for one in approvers]
        reached = next(filter(None, found), "")
        if not reached:
            raise Broken(
                "An announcement about policies reaches nobody",
                "Name slack.alerts_channel in the organisation file, and invite the bot there",
            )
        return reached

    async def _bring_to_person(self, message: _Message, person: str, *, again: bool) -> str:
        try:
            channel = await self._api.open_dm(person)
        except Broken as error:
            wait_if_shut(error)
            log.warning("announcement_refused", place=person, error=error.reason)
            return ""
        return await self._bring(message, channel, again=again)

    async def _bring(self, message: _Message, channel: str, *, again: bool) -> str:
        """The `ts`, empty when this place does not take it. Errors: Unavailable."""
        text, key, since = message.text, message.key, message.since
        try:
            posted = await post_once(self._api, channel, text, key, since, again=again)
        except Broken as error:
            wait_if_shut(error)
            log.warning("announcement_refused", place=channel, error=error.reason)
            return ""
        if message.files:
            await self._attach(message, channel, posted, again=again)
        return posted

    async def _attach(self, message: _Message, channel: str, thread: str, *, again: bool) -> None:
        """What was said stands, whether or not Slack takes the files."""
        if again and await holds_files(self._api, channel, thread, set(message.files)):
            return
        try:
            await self._api.upload_all(channel, message.files, COMMENT, thread)
        except Broken as error:
            log.warning("correction_not_attached", place=channel, error=error.reason)
            text = (
                f"Slack does not take the files here ({error.reason}). "
                "On the machine of the bot: `lockout snapshot TENANT --show --fix DIR`"
            )
            await self._api.call(
                "chat.postMessage", channel=channel, text=to_mrkdwn(text), thread_ts=thread
            )


def _message_of(item: Outgoing, key: str) -> _Message:
    payload = item.payload
    files = {name: text.encode() for name, text in dict(payload.get("files", {})).items()}
    if len(files) > SEPARATELY:
        files = {f"corrections-{payload['tenant']}.zip": _zipped(files)}
    text = shorten(to_mrkdwn(str(payload["text"])), LONGEST)
    return _Message(key, text, parse_time(str(payload["at"])).timestamp(), files)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)
    return packed.getvalue()
