"""The incident card: hung up once, then drawn again in place.

It is drawn twice over: at once after each commit, since a person waits for it, and by the courier,
since the process may die before. Drawing twice does no harm. A card is hung up by the courier only,
or there could be two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog

from bot.core.errors import Broken, Unavailable
from bot.core.events import CardPosted
from bot.core.incident import Incident
from bot.core.timeline import Actor, Fact
from bot.core.view import View
from bot.playbook.situation import Doer
from bot.services.desk import Desk, check_known
from bot.services.drilling import open_drills
from bot.services.incidents import place_card
from bot.services.pace import Pace
from bot.services.showing import card_view, health, open_incidents
from bot.surfaces.slack.api import SlackApi, SlackRefusal
from bot.surfaces.slack.finding import find_message, metadata_of
from bot.surfaces.slack.home import Home, declarer_of
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.render import Json, escape, render_message

log = structlog.get_logger(__name__)

BOT = Doer(Actor("slack:lockout", "Lockout"), frozenset())
TOO_LONG = {"msg_blocks_too_long", "msg_too_long", "invalid_blocks"}
# The first change is drawn at once, those that follow closely come together; eyes are no faster.
DRAWN_EVERY = 0.3
# Of all cards together; chat.update is of tier 3: 50 a minute and more, bursts are tolerated.
# https://docs.slack.dev/apis/web-api/rate-limits
DRAWINGS_AT_ONCE, DRAWING_SECONDS = 40, 1.2
# A drawing that takes longer keeps a person waiting.
SLOW_SECONDS = 0.4


class CardKeeper:
    """`Announcer` for Slack: the card follows each commit."""

    def __init__(
        self,
        api: SlackApi,
        outbox: Outbox,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._sleep = sleep
        self._home = Home(api, outbox)
        self._desk: Desk | None = None
        # One drawing at a time, or an older state could arrive last.
        self._turns: dict[str, asyncio.Lock] = {}
        # The version that was drawn last, so that the courier need not draw it again.
        self._drawn: dict[str, int] = {}
        self._drawn_at: dict[str, float] = {}
        self._drawing: dict[str, float] = {}
        self._pace = Pace(DRAWINGS_AT_ONCE, DRAWING_SECONDS)
        self.hurry: Callable[[str], None] = lambda _incident: None

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
        """Draw at once; what must not be lost is the courier's."""
        if incident.card is not None and not all(isinstance(f.event, CardPosted) for f in facts):
            self.refresh(incident)
        self.hurry(incident.id)

    async def follow(self, incident: Incident) -> Incident:
        """Draw the card before something is said below it, unless very many are to be drawn.

        Then it follows when its turn comes. Errors: as `show`.
        """
        now = asyncio.get_running_loop().time()
        if self._pace.free(now) or incident.card is None or incident.closed_at is not None:
            if not self.shows(incident.id, incident.version):
                self._pace.take(now)
            return await self.show(incident.id)
        self.refresh(incident)
        return incident

    def refresh(self, incident: Incident) -> None:
        """Queue a drawing of the card as it stands when its turn comes."""

        async def send() -> None:
            now = asyncio.get_running_loop().time()
            since = now - self._drawn_at.get(incident.id, -DRAWN_EVERY)
            await self._sleep(max(DRAWN_EVERY - since, self._pace.take(now)))
            await self.show(incident.id, hang=False)

        self._outbox.put(
            incident.id,
            send,
            what=f"card of {incident.id}",
            key="card",
            repeatable=True,
        )

    async def catch_up(self) -> None:
        """Draw what is open: a drawing that waited for its turn dies with its process.

        Errors: Unavailable.
        """
        for incident in [*await open_incidents(self.desk), *await open_drills(self.desk)]:
            if incident.card is not None and incident.declared is not None:
                self.refresh(incident)

    def shows(self, incident_id: str, version: int) -> bool:
        """Whether the card was drawn with this fact on it."""
        return self._drawn.get(incident_id, 0) >= version

    def in_trouble(self, incident_id: str) -> bool:
        """Whether a card that does not show a fact yet keeps a person waiting.

        Slack did not take the drawing or does not answer, or it waits for its turn.
        """
        begun = self._drawing.get(incident_id)
        return begun is None or asyncio.get_running_loop().time() - begun > SLOW_SECONDS

    async def show(self, incident_id: str, *, hang: bool = True) -> Incident:
        """Draw the card, or hang it up first. Errors: Unavailable, Broken, NeedsNewer."""
        async with self._turns.setdefault(incident_id, asyncio.Lock()):
            incident = await self.desk.load(incident_id)
            check_known(incident)
            if incident.card is not None:
                if self._drawn.get(incident_id) != incident.version:
                    with self._under_way(incident_id):
                        incident = await self._draw(incident, incident.card)
                    self._drawn[incident_id] = incident.version
            elif hang:
                incident = await self._hang(incident)
            return incident

    @contextmanager
    def _under_way(self, incident_id: str) -> Iterator[None]:
        """One drawing: when it began."""
        now = asyncio.get_running_loop().time()
        self._drawing[incident_id] = self._drawn_at[incident_id] = now
        try:
            yield
        finally:
            del self._drawing[incident_id]

    async def _draw(self, incident: Incident, card: CardPosted) -> Incident:
        """The incident, whose card hangs elsewhere afterwards when somebody had deleted it."""
        view = card_view(self.desk, incident)
        blocks = await self._blocks(view)
        place = {"channel": card.channel, "ts": card.message}
        try:
            await self._api.call("chat.update", **place, text=view.summary, blocks=blocks)
        except SlackRefusal as refusal:
            if refusal.code == "message_not_found":
                log.warning("card_was_deleted", incident=incident.id)
                return await self._post(incident, card.channel, "")
            if refusal.code in TOO_LONG:
                log.error("card_too_long", incident=incident.id, error=refusal.reason)  # noqa: TRY400
                short = [
                    _header(view.title),
                    _line("The card is too long for Slack: /lockout status"),
                ]
                await self._api.call("chat.update", **place, text=view.summary, blocks=short)
            else:
                raise
        return incident

    async def _hang(self, incident: Incident) -> Incident:
        """Find or make the place, post the card there unless it hangs already, remember where."""
        channel, excuse = await self._home.find(incident, self.desk.organisation)
        known = await self.message_with(incident, channel, incident.id)
        if known:
            return await self._remember(incident, channel, known)
        try:
            return await self._post(incident, channel, excuse)
        except Broken as error:
            own = declarer_of(incident) or self.desk.organisation.slack.fallback_channel
            if not own or own == channel:
                raise
            log.warning("card_not_there", incident=incident.id, error=error.reason)
            excuse = f"Only here, since the channel does not take it: {error.reason}"
            return await self._post(incident, own, excuse)

    async def _post(self, incident: Incident, channel: str, excuse: str) -> Incident:
        view = card_view(self.desk, incident)
        blocks = await self._blocks(view)
        if excuse:
            blocks.append(_line(excuse))
        posted = await self._api.call(
            "chat.postMessage",
            channel=channel,
            text=view.summary,
            blocks=blocks,
            metadata=metadata_of(incident.id),
        )
        where, message = str(posted.get("channel", channel)), str(posted.get("ts", ""))
        return await self._remember(incident, where, message)

    async def _blocks(self, view: View) -> list[Json]:
        """With how fresh it is, at its end: a card stays as it was drawn until the next time."""
        drawn = f"Drawn {self.desk.clock.now():%H:%M:%S} UTC"
        try:
            told = f"{drawn}: {await health(self.desk)}"
        except Unavailable as error:
            told = f"{drawn}: {error.reason}"
        return [_header(view.title), *render_message(view), _line(told)]

    async def _remember(self, incident: Incident, channel: str, message: str) -> Incident:
        thread = message if self.desk.organisation.slack.card != "here" else ""
        card = CardPosted(channel=channel, message=message, thread=thread)
        recorded = await place_card(self.desk, BOT, incident.id, card)

        async def pin() -> None:
            await self._api.call("pins.add", channel=channel, timestamp=message)

        self._outbox.put(f"invite:{channel}", pin, what="pin of the card", repeatable=True)
        return recorded.incident

    async def message_with(
        self, incident: Incident, channel: str, key: str, thread: str = ""
    ) -> str:
        """The `ts` of our message that carries `key`, empty when there is none.

        Errors: Unavailable. A channel that cannot be read has none.
        """
        declared = incident.declared_at.timestamp() if incident.declared_at else 0.0
        return await find_message(self._api, channel, key, declared, thread)


def _header(title: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": title[:150], "emoji": False}}


def _line(text: str) -> Json:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": escape(text)[:2900], "verbatim": True}],
    }
