"""`Courier` for Slack: what was written down with the facts reaches people, once.

A second attempt first looks whether the first one arrived: a message carries its key as metadata,
a file is known by its name and the head of the timeline in its comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from bot.core.errors import Broken
from bot.core.events import (
    ApprovalAsked,
    DrillFinished,
    EvidenceRecorded,
    IncidentClosed,
    ObligationOpened,
    Reminded,
)
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.core.view import Button, Buttons, Settle, Snooze, View
from bot.core.wording import sentence_of
from bot.services.desk import check_known
from bot.services.ports import Outgoing
from bot.services.showing import corrections_of, export_incident
from bot.surfaces.slack.announcing import Announcing
from bot.surfaces.slack.api import SlackApi, SlackRefusal, wait_if_shut
from bot.surfaces.slack.card import TOO_LONG, CardKeeper
from bot.surfaces.slack.elsewhere import bring_elsewhere
from bot.surfaces.slack.finding import metadata_of
from bot.surfaces.slack.notices import Notices
from bot.surfaces.slack.render import SECTION, Json, escape, render_message, shorten, to_mrkdwn

log = structlog.get_logger(__name__)

LONGEST = 3_900
SNOOZE_MINUTES = 30


@dataclass(frozen=True, slots=True)
class _File:
    """Known again by its name and the mark in its comment. `again`: it may be there.

    `chunks` can be taken as often as there are places to try.
    """

    name: str
    chunks: Iterable[bytes]
    comment: str
    mark: str
    again: bool


class SlackCourier:
    """Deliver an item.

    Errors: Unavailable (try later), Broken (it can reach nobody), NeedsNewer (another process can).
    """

    def __init__(self, api: SlackApi, cards: CardKeeper) -> None:
        self._api = api
        self._cards = cards
        self._announcing = Announcing(api)
        self._notices = Notices(api)

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Draw the card and say what is to be said, hand over an export, or announce a policy."""
        try:
            return await self._deliver(item, key, again=again)
        except Broken as error:
            wait_if_shut(error)
            raise

    async def _deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        if item.kind == "notice":
            return await self._notices.deliver(item, key, again=again)
        if item.kind == "announce":
            organisation = self._cards.desk.organisation
            return await self._announcing.deliver(item, key, organisation, again=again)
        desk = self._cards.desk
        check_known(desk.remembered(item.incident) or await desk.load(item.incident))
        if item.kind == "export":
            return await self._export(item, key, again=again)
        if item.kind == "corrections":
            return await self._corrections(item, again=again)
        incident, refusal = await self._shown(item.incident)
        said = [int(version) for version in item.payload.get("say", [])]
        if not said:
            if incident.card is None:
                raise refusal
            return incident.card.message
        facts = await self._cards.desk.store.read(incident.id, min(said) - 1, max(said))
        wanted = [fact for fact in facts if fact.version in said]
        return await self._say(incident, wanted, key, refusal, again=again)

    async def _shown(self, incident_id: str) -> tuple[Incident, Broken]:
        """The card may hang where it cannot be changed any more, or nowhere, and then why.

        What is to be said still is.
        """
        refusal = Broken(f"{incident_id} has no card")
        incident = await self._cards.desk.load(incident_id)
        try:
            return await self._cards.follow(incident), refusal
        except Broken as error:
            wait_if_shut(error)
            log.warning("card_not_drawn", incident=incident_id, error=error.reason)
            return await self._cards.desk.load(incident_id), error

    async def _say(
        self, incident: Incident, facts: Sequence[Fact], key: str, refusal: Broken, *, again: bool
    ) -> str:
        """Below the card, or elsewhere when there is none: `refusal` says why."""
        loud, card = _loud(facts), incident.card
        thread = "" if loud or card is None else card.thread
        if again and card is not None:
            found = await self._cards.message_with(incident, card.channel, key, thread)
            if found:
                return found
        mark = "*DRILL.* " if incident.drill else ""
        text = shorten(mark + "\n".join(self._line(fact, loud) for fact in facts), LONGEST)
        message: dict[str, Any] = {
            "text": text,
            "metadata": metadata_of(key),
            "unfurl_links": False,
        }
        buttons = _buttons(incident, facts)
        if buttons:
            message["blocks"] = [_section(text), *buttons]
        if card is not None:
            place = {"channel": card.channel} | ({"thread_ts": thread} if thread else {})
            try:
                return await self._post(place, message)
            except Broken as error:
                wait_if_shut(error)
                refusal = error
        return await self._say_elsewhere(incident, message, key, refusal, again=again)

    async def _post(self, place: Mapping[str, str], message: dict[str, Any]) -> str:
        """The words matter more than the buttons."""
        try:
            posted = await self._api.call("chat.postMessage", **place, **message)
        except SlackRefusal as refusal:
            if refusal.code not in TOO_LONG or "blocks" not in message:
                raise
            del message["blocks"]
            posted = await self._api.call("chat.postMessage", **place, **message)
        return str(posted["ts"])

    async def _say_elsewhere(
        self, incident: Incident, message: dict[str, Any], key: str, refusal: Broken, *, again: bool
    ) -> str:
        """With the reason, without buttons."""
        message.pop("blocks", None)
        message["text"] += _not_taken(incident, refusal)

        async def bring(channel: str) -> str:
            found = await self._cards.message_with(incident, channel, key) if again else ""
            return found or await self._post({"channel": channel}, message)

        organisation = self._cards.desk.organisation
        return await bring_elsewhere(self._api, organisation, bring, refusal)

    def _line(self, fact: Fact, loud: set[int]) -> str:
        name, event = escape(fact.actor.name), fact.event
        if isinstance(event, IncidentClosed | DrillFinished):
            summary = shorten(escape(event.summary), SECTION)
            ended = "closed the incident"
            if isinstance(event, DrillFinished):
                ended = f"finished the DRILL: {event.result.upper()}"
            return f"*{name}* {ended}.\n{summary}\nHead of the timeline: `{fact.hash}`"
        if isinstance(event, Reminded):
            mark = ":rotating_light: " if event.loud else ""
            return f"{mark}{self._called(event.to)} {to_mrkdwn(event.text)}".strip()
        text = f"*{name}* {to_mrkdwn(sentence_of(fact))}"
        if isinstance(event, ApprovalAsked):
            return f"{self._approvers()} {text} Press *Approve* or *Decline* on the card."
        if fact.version in loud:
            return f":rotating_light: {self._approvers()} {text}"
        return text

    def _approvers(self) -> str:
        people = self._cards.desk.organisation.people_with("approver")
        return self._called([f"slack:{person.slack}" for person in people if person.slack])

    @staticmethod
    def _called(people: Sequence[str]) -> str:
        """Mentions; nobody named means everybody in the channel."""
        if not people:
            return "<!channel>"
        return " ".join(
            f"<@{name.removeprefix('slack:')}>" for name in people if name.startswith("slack:")
        )

    async def _export(self, item: Outgoing, key: str, *, again: bool) -> str:
        desk = self._cards.desk
        incident = await desk.load(item.incident)
        own = incident.card.channel if incident.card else ""
        place = str(item.payload.get("channel", "")) or own
        refusal = Broken(f"{incident.id} has no card")
        if not place:
            incident, refusal = await self._shown(item.incident)
            place = own = incident.card.channel if incident.card else ""
        version = int(item.payload.get("version", incident.version))
        facts = await desk.store.read(incident.id, version - 1, version)
        head = facts[0].hash if facts else incident.head
        document = await export_incident(desk, item.incident, str(item.payload["format"]), version)
        what = "DRILL: timeline" if incident.drill else "Timeline"
        comment = f"{what} of {incident.id}, {version} facts, head `{head}`"
        file = _File(document.name, document.chunks, comment, head, again)
        places = list(dict.fromkeys(filter(None, (place, own))))
        reached = await self._hand_over(incident, file, places, refusal)
        if place and reached != place:
            what = "DRILL" if incident.drill else "lockout"
            where = f"in the {what}'s own channel <#{own}>"
            if reached != own:
                where = "in the fallback channel, or with each responder"
            text = f"{file.name} could not come to <#{place}>. It is {where}."
            await self._tell(incident, item, text, key)
        return file.name

    async def _corrections(self, item: Outgoing, *, again: bool) -> str:
        """Those of an audit, where the card hangs."""
        incident, refusal = await self._shown(item.incident)
        version = int(item.payload["audit"])
        document = await corrections_of(self._cards.desk, incident.id, version)
        if document is None:
            return ""
        mark = f"{incident.id}, fact {version}"
        comment = f"Corrections of the policies that are open: {mark}"
        file = _File(document.name, [document.content()], comment, mark, again)
        places = [incident.card.channel] if incident.card else []
        await self._hand_over(incident, file, places, refusal)
        return file.name

    async def _hand_over(
        self, incident: Incident, file: _File, places: Sequence[str], refusal: Broken
    ) -> str:
        """To the first place that takes it, else elsewhere. Where it went."""
        for place in places:
            try:
                return await self._upload(file, place)
            except Broken as error:
                wait_if_shut(error)
                log.info("file_elsewhere", incident=incident.id, error=error.reason)
                refusal = error
        file = replace(file, comment=file.comment + _not_taken(incident, refusal))
        organisation = self._cards.desk.organisation
        return await bring_elsewhere(self._api, organisation, partial(self._upload, file), refusal)

    async def _upload(self, file: _File, channel: str) -> str:
        """The channel. Errors: Broken when it does not take it."""
        if not (file.again and await self._holds(channel, file)):
            await self._api.upload(channel, file.name, file.chunks, file.comment)
        return channel

    async def _holds(self, channel: str, file: _File) -> bool:
        try:
            page = await self._api.query("conversations.history", channel=channel, limit=200)
        except Broken:
            return False
        return any(
            file.name in {one.get("name") for one in message.get("files", [])}
            and file.mark in str(message.get("text", ""))
            for message in page.get("messages", [])
        )

    async def _tell(self, incident: Incident, item: Outgoing, text: str, key: str) -> None:
        """Whoever asked for a file hears where it is; they may have closed that conversation."""
        user = str(item.payload.get("user", ""))
        if not user:
            return
        try:
            channel = await self._api.open_dm(user)
            if not await self._cards.message_with(incident, channel, key):
                await self._post({"channel": channel}, {"text": text, "metadata": metadata_of(key)})
        except Broken as error:
            log.info("asker_not_told", incident=incident.id, error=error.reason)


def _not_taken(incident: Incident, refusal: Broken) -> str:
    why = getattr(refusal, "code", refusal.reason)
    return f"\n_{incident.id}: its channel does not take this ({why})._"


def _buttons(incident: Incident, facts: Sequence[Fact]) -> list[Json]:
    """A reminder can be put off, and an obligation confirmed, right where it is read."""
    reminded = [fact.event for fact in facts if isinstance(fact.event, Reminded)]
    if not reminded or (incident.closed_at is not None and not incident.drill):
        return []
    subject = reminded[0].subject
    snooze = Snooze(incident=incident.id, subject=subject, minutes=SNOOZE_MINUTES)
    buttons = [Button(f"Not for {SNOOZE_MINUTES} minutes", snooze)]
    kind, _, name = subject.partition(":")
    obligation = incident.obligations.get(name)
    if kind.startswith("obligation") and obligation and obligation.status == "open":
        settle = Settle(incident=incident.id, obligation=name)
        confirm = f"You checked it yourself: {obligation.title}?"
        buttons.insert(0, Button("Confirm as done", settle, style="primary", confirm=confirm))
    return render_message(View("", (Buttons(tuple(buttons)),)))


def _loud(facts: Sequence[Fact]) -> set[int]:
    """What is said in the channel itself, where a thread would hide it.

    What a drill has to repair as well, unless the failed proof beside it is loud already.
    """
    loud = {fact.version for fact in facts if _is_loud(fact)}
    return loud or {
        fact.version
        for fact in facts
        if isinstance(fact.event, ObligationOpened) and fact.incident.startswith("drill-")
    }


def _is_loud(fact: Fact) -> bool:
    """A failed proof is."""
    event = fact.event
    if isinstance(event, EvidenceRecorded):
        return event.result == "failed"
    return isinstance(event, ApprovalAsked | IncidentClosed | DrillFinished | Reminded)


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}}
