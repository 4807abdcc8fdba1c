"""Response URLs: five answers in thirty minutes, without a token.

Source: docs.slack.dev/interactivity/handling-user-interaction, "Message responses". The words of
the refusals (`used_url`, `expired_url`) are the ones apps report; Slack does not document them.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from .calls import World
from .model import BOT_USER_ID, Json, Message, SlackError

USES, SECONDS = 5, 30 * 60


@dataclass(slots=True)
class ResponseUrl:
    """A way to answer one interaction."""

    user: str
    channel: str
    at: float
    message_ts: str | None = None
    """The message the interaction began in; None for a slash command."""
    uses: int = 0


class ResponseUrls:
    """Hands out response URLs and serves them."""

    def __init__(self, world: World, changed: Callable[[], Awaitable[None]]) -> None:
        """`changed` is awaited after each answer."""
        self._world = world
        self._changed = changed
        self._known: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """Return an address for what `user` has just done in `channel`."""
        key = self._world.state.new_secret(24)
        now = self._world.state.clock.now()
        self._known[key] = ResponseUrl(user, channel, now, message_ts)
        return f"{self._world.address}/response/{key}"

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [web.post("/response/{key}", self._serve)]

    def say(self, link: ResponseUrl, answer: Json) -> None:
        """Act on an answer, whether it came to a URL or in the acknowledgement itself.

        SlackError: no_text, invalid_blocks.
        """
        state = self._world.state
        original = state.messages.get((link.channel, link.message_ts or ""))
        if original and answer.get("delete_original"):
            state.remove(original)
            return
        shown = ("text", "blocks", "attachments")
        content: Json = {key: answer[key] for key in shown if key in answer}
        self._world.inspector.check_message("response_url", content)
        if not any(content.values()):
            raise SlackError("no_text")
        if original and answer.get("replace_original"):
            state.edit(original, BOT_USER_ID, **{"blocks": []} | content)
            return
        public = answer.get("response_type") == "in_channel"
        thread = answer.get("thread_ts") or (original and self._ephemeral_thread(original))
        state.post(
            state.channel(link.channel),
            BOT_USER_ID,
            seen_only_by=None if public else link.user,
            thread_ts=thread,
            **content,
        )

    def _ephemeral_thread(self, original: Message) -> str | None:
        return original.thread_ts if original.seen_only_by else None

    async def _serve(self, request: web.Request) -> web.Response:
        link = self._known.get(request.match_info["key"])
        if link is None:
            return web.Response(status=404, text="no_such_url")
        if self._world.state.clock.now() - link.at > SECONDS:
            return web.Response(status=404, text="expired_url")
        if link.uses >= USES:
            return web.Response(status=404, text="used_url")
        link.uses += 1
        try:
            self.say(link, json.loads(await request.text()))
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.code}, status=400)
        await self._changed()
        return web.Response(text="ok")
