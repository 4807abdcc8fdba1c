"""`Courier` for Slack: what was written down with the facts reaches people, once.

A second attempt first looks whether the first one arrived: a message carries its key as metadata,
a file is known by its name and the head of the timeline in its comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from bot.core.errors import Broken, Unavailable
from bot.core.events import (
    ApprovalAsked,
    CardPosted,
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
from bot.surfaces.slack.api import SlackApi, SlackRefusal
from bot.surfaces.slack.card import TOO_LONG, CardKeeper
from bot.surfaces.slack.finding import metadata_of
from bot.surfaces.slack.notices import Notices
from bot.surfaces.slack.render import SECTION, Json, escape, render_message, shorten, to_mrkdwn

log = structlog.get_logger(__name__)

LONGEST = 3_900
SNOOZE_MINUTES = 30
# Nothing goes through until somebody puts in another token; then everything does.
_NOT_LET_IN = {
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_expired",
    "token_revoked",
}
# The channel is gone or closed to us: the message goes to the fallback instead of being lost.
_GONE = {"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "msg_too_long"}


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
        except SlackRefusal as refusal:
            if refusal.code in _NOT_LET_IN:
                raise Unavailable(f"{refusal.reason}: Slack wants another token") from refusal
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
            return await self._export(item, again=again)
        if item.kind == "corrections":
            return await self._corrections(item, again=again)
        incident = await self._shown(item.incident)
        said = [int(version) for version in item.payload.get("say", [])]
        if not said or incident.card is None:
            return incident.card.message if incident.card else ""
        facts = await self._cards.desk.store.read(incident.id, min(said) - 1, max(said))
        wanted = [fact for fact in facts if fact.version in said]
        return await self._say(incident, incident.card, wanted, key, again=again)

    async def _shown(self, incident_id: str) -> Incident:
        """The card may hang where it cannot be changed any more; what is to be said still is."""
        try:
            return await self._cards.follow(await self._cards.desk.load(incident_id))
        except Broken as error:
            incident = await self._cards.desk.load(incident_id)
            if incident.card is None:
                raise
            log.warning("card_not_drawn", incident=incident_id, error=error.reason)
            return incident

    async def _say(
        self, incident: Incident, card: CardPosted, facts: Sequence[Fact], key: str, *, again: bool
    ) -> str:
        loud = _loud(facts)
        thread = "" if loud else card.thread
        if again:
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
        return await self._post(incident, card.channel, message, thread)

    async def _post(
        self, incident: Incident, channel: str, message: dict[str, Any], thread: str
    ) -> str:
        place = {"thread_ts": thread} if thread else {}
        try:
            posted = await self._api.call("chat.postMessage", channel=channel, **message, **place)
        except SlackRefusal as refusal:
            if refusal.code in TOO_LONG and "blocks" in message:
                plain = {name: value for name, value in message.items() if name != "blocks"}
                return await self._post(incident, channel, plain, thread)
            if refusal.code not in _GONE:
                raise
            return await self._elsewhere(incident, message, refusal)
        return str(posted.get("ts", ""))

    async def _elsewhere(
        self, incident: Incident, message: dict[str, Any], refusal: SlackRefusal
    ) -> str:
        """The fallback channel of the organisation file, else everybody who may act, one by one."""
        organisation = self._cards.desk.organisation
        people = [person.slack for person in organisation.people_with("responder") if person.slack]
        text = (
            f"{message['text']}\n_{incident.id}: its channel does not take this ({refusal.code})._"
        )
        copy = {"text": text, "metadata": message["metadata"]}
        fallback = organisation.slack.fallback_channel
        reached = await self._try(fallback, copy) if fallback else ""
        if not reached:
            reached = next(filter(None, [await self._try(person, copy) for person in people]), "")
        if not reached:
            raise refusal
        return reached

    async def _try(self, place: str, message: dict[str, Any]) -> str:
        """Where it went, empty when this place does not take it either. Errors: Unavailable."""
        try:
            return str((await self._api.call("chat.postMessage", channel=place, **message))["ts"])
        except Broken as error:
            log.warning("fallback_refused", place=place, error=error.reason)
            return ""

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

    async def _export(self, item: Outgoing, *, again: bool) -> str:
        desk = self._cards.desk
        incident = await desk.load(item.incident)
        own = incident.card.channel if incident.card else ""
        place = str(item.payload.get("channel", "")) or own
        if not place:
            incident = await self._cards.show(item.incident)
            place = own = incident.card.channel if incident.card else ""
        version = int(item.payload.get("version", incident.version))
        facts = await desk.store.read(incident.id, version - 1)
        head = facts[0].hash if facts else incident.head
        document = await export_incident(desk, item.incident, str(item.payload["format"]), version)
        what = "DRILL: timeline" if incident.drill else "Timeline"
        comment = f"{what} of {incident.id}, {version} facts, head `{head}`"
        places = list(dict.fromkeys(filter(None, (place, own))))
        if again and await self._uploaded(places, document.name, head):
            return document.name
        content = document.content()
        try:
            await self._api.upload(place, document.name, content, comment)
        except Broken as error:
            if place == own or not own:
                raise
            log.info("export_elsewhere", incident=incident.id, error=error.reason)
            await self._api.upload(own, document.name, content, comment)
            await self._tell(str(item.payload.get("user", "")), document.name, place, own)
        return document.name

    async def _corrections(self, item: Outgoing, *, again: bool) -> str:
        """Those of an audit, where the card hangs."""
        incident = await self._shown(item.incident)
        version = int(item.payload["audit"])
        document = await corrections_of(self._cards.desk, incident.id, version)
        if incident.card is None or document is None:
            return ""
        channel, mark = incident.card.channel, f"{incident.id}, fact {version}"
        if not (again and await self._uploaded([channel], document.name, mark)):
            comment = f"Corrections of the policies that are open: {mark}"
            await self._api.upload(channel, document.name, document.content(), comment)
        return document.name

    async def _uploaded(self, channels: Sequence[str], name: str, head: str) -> bool:
        for channel in channels:
            try:
                page = await self._api.query("conversations.history", channel=channel, limit=200)
            except Broken:
                continue
            for message in page.get("messages", []):
                files = {file.get("name") for file in message.get("files", [])}
                if name in files and head in str(message.get("text", "")):
                    return True
        return False

    async def _tell(self, user: str, name: str, place: str, own: str) -> None:
        if user:
            what = "DRILL" if "-drill-" in name else "lockout"
            text = (
                f"{name} could not come to <#{place}>. It is in the {what}'s own channel <#{own}>."
            )
            await self._api.call("chat.postMessage", channel=user, text=text)


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
        buttons.insert(0, Button("Confirm: done", settle, style="primary", confirm=confirm))
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
