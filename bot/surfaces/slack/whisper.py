"""To one person what nobody else needs to see, and soon: whether it was recorded.

The answer's own address (`response_url`) goes first: it needs no token and no Web API, so it works
while that refuses. Then beside the card, and as a direct message where that cannot be.
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from bot.core.errors import Broken, LockoutError
from bot.services.desk import Recorded
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.card import CardKeeper
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.parse import Reader
from bot.surfaces.slack.render import Json

log = structlog.get_logger(__name__)

# A person waits about so long for the card before they press again.
PATIENCE_SECONDS = 0.6


class Whisper:
    """`tell` and `assure` return at once; what they say goes out by itself."""

    def __init__(
        self,
        api: SlackApi,
        outbox: Outbox,
        cards: CardKeeper,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._cards = cards
        self._sleep = sleep
        # Whose card is looked at in a moment: the newest press of each person on an incident.
        self._newest: dict[tuple[str, str], tuple[Reader, Recorded]] = {}

    def tell(self, reader: Reader, text: str, blocks: Sequence[Json] = ()) -> None:
        """Say it to this person alone."""
        if not reader.user:
            return
        said: dict[str, Any] = {"text": text, **({"blocks": list(blocks)} if blocks else {})}

        async def send() -> None:
            if await self._answer(reader, said):
                return
            if reader.channel:
                try:
                    await self._api.call(
                        "chat.postEphemeral", channel=reader.channel, user=reader.user, **said
                    )
                except Broken as error:
                    log.info("whisper_not_here", error=error.reason)
                else:
                    return
            await self._api.call("chat.postMessage", channel=reader.user, **said)

        # Said twice it harms nobody; not said at all, a silence is taken for a yes.
        lane = f"whisper:{reader.channel}:{reader.user}"
        self._outbox.put(lane, send, what="refusal", repeatable=True)

    def assure(self, reader: Reader, recorded: Recorded) -> None:
        """Whoever pressed sees the card change; until it does, they are told that it is safe."""
        if not recorded.facts or not reader.response_url:
            return
        who = (recorded.incident.id, reader.user)
        looking = who in self._newest
        self._newest[who] = (reader, recorded)
        if not looking:
            self._outbox.now(self._look(who), "assurance")

    async def _look(self, who: tuple[str, str]) -> None:
        await self._sleep(PATIENCE_SECONDS)
        reader, recorded = self._newest.pop(who)
        incident, version = recorded.incident, recorded.facts[-1].version
        if self._cards.shows(incident.id, version) or not self._cards.in_trouble(incident.id):
            return
        mark = "DRILL: " if incident.drill else ""
        text = (
            f"{mark}*Recorded* as fact {version} of {incident.id}. The card follows by itself. "
            "Go on: `/lockout status`"
        )
        if not await self._answer(reader, {"text": text}):
            self.tell(reader, text)

    async def _answer(self, reader: Reader, message: Mapping[str, Any]) -> bool:
        """Whether the answer's own address took it."""
        if not reader.response_url:
            return False
        said = {"response_type": "ephemeral", "replace_original": False, **message}
        try:
            await self._api.answer(reader.response_url, said)
        except LockoutError as error:
            log.info("not_answered", error=str(error))
            return False
        return True
