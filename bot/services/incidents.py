"""What people do with an incident. Each function is one use case, from request to fact.

All of them: Errors are Refused (kindly, on the timeline where there is one), AlreadyRecorded,
Unavailable (nothing was recorded). `once` names the delivery, so that a repeated one does nothing.
"""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import (
    CardPosted,
    Event,
    IncidentClosed,
    MessageSource,
    NoteAdded,
    NoteCorrected,
    NoteStruck,
)
from bot.core.foreseeing import expect
from bot.core.incident import Incident
from bot.core.view import Act
from bot.playbook.engine import advance, start_walk
from bot.playbook.library import TRIAGE
from bot.playbook.situation import Doer, Situation
from bot.services.declaring import Answers, correct_events, declare_events, refuse_secrets
from bot.services.desk import Desk, Recorded
from bot.services.drilling import finish_events
from bot.services.showing import summary_of

LONGEST_NOTE = 8_000


async def open_incident(
    desk: Desk, doer: Doer, answers: Answers, *, origin: str = "", once: str = ""
) -> Recorded:
    """Declare a lockout; the walk then stands at the first question of the triage."""
    doer.must_be((), "declare a lockout")
    before = await desk.recorded_by(once)
    if before is not None:
        return before
    incident = Incident(id=desk.ids.incident(desk.clock.now()))
    events = declare_events(desk.organisation, answers, origin)
    expected = expect(incident, events, doer.actor, desk.clock.now())
    events += start_walk(desk.situation(expected), TRIAGE, "declared")
    try:
        return await desk.append(incident, events, doer, once=once)
    except AlreadyRecorded:
        found = await desk.recorded_by(once)
        if found is None:
            raise
        return found


async def answer(
    desk: Desk, doer: Doer, act: Act, values: Answers | None = None, *, once: str = ""
) -> Recorded:
    """A press, a tick, an approval, a settled obligation: whatever the walk can answer."""

    def decide(situation: Situation) -> list[Event]:
        return advance(situation, act, values or {}, doer)

    return await desk.record(act.incident, decide, doer, once=once, what="answer a step")


async def correct_details(
    desk: Desk, doer: Doer, incident_id: str, answers: Answers, *, once: str = ""
) -> Recorded:
    """Declare better what was declared; only the differences are recorded."""

    def decide(situation: Situation) -> list[Event]:
        doer.must_be((), "correct details")
        if situation.incident.drill:
            raise Refused("A DRILL was not declared with any details", "Add a note instead")
        declared = situation.incident.declared
        return correct_events(situation.organisation, declared, answers) if declared else []

    return await desk.record(incident_id, decide, doer, once=once, what="add details")


async def add_note(
    desk: Desk,
    doer: Doer,
    incident_id: str,
    text: str,
    *,
    source: MessageSource | None = None,
    occurred_at: datetime | None = None,
    once: str = "",
) -> Recorded:
    """A person's words on the timeline; `source` when they came from a message.

    Notes are taken after the close as well: facts arrive late.
    """

    def decide(situation: Situation) -> list[Event]:
        doer.must_be((), "add a note")
        words = text.strip()
        if not words:
            raise Refused(
                "An empty note was not recorded", "Write: /lockout note what happened", field="text"
            )
        if len(words) > LONGEST_NOTE:
            raise Refused(f"The note is too long ({len(words)} characters)", field="text")
        if source and situation.incident.note_of_message(source.channel, source.message):
            raise AlreadyRecorded("This message is on the timeline already")
        return [NoteAdded(text=refuse_secrets(words, "text"), source=source)]

    return await desk.record(
        incident_id, decide, doer, once=once, occurred_at=occurred_at, what="add a note"
    )


async def strike_note(
    desk: Desk, doer: Doer, incident_id: str, channel: str, message: str, *, once: str = ""
) -> Recorded:
    """The note that this message made no longer counts; nothing happens when there is none."""

    def decide(situation: Situation) -> list[Event]:
        note = situation.incident.note_of_message(channel, message)
        if note is None:
            return []
        doer.must_be((), "strike a note")
        return [NoteStruck(note=note.id)]

    return await desk.record(incident_id, decide, doer, once=once, what="strike a note")


async def correct_note(
    desk: Desk, doer: Doer, incident_id: str, source: MessageSource, text: str, *, once: str = ""
) -> Recorded:
    """The message behind a note was edited: the note follows, its older words stay."""

    def decide(situation: Situation) -> list[Event]:
        note = situation.incident.note_of_message(source.channel, source.message)
        words = text.strip()
        if note is None or not words or words == note.text:
            return []
        return [NoteCorrected(note=note.id, text=refuse_secrets(words, "text"))]

    return await desk.record(incident_id, decide, doer, once=once, what="correct a note")


async def close_incident(desk: Desk, doer: Doer, incident_id: str, *, once: str = "") -> Recorded:
    """End it. Refused while obligations are open, naming each; a drill may leave repairs open."""

    def decide(situation: Situation) -> list[Event]:
        incident = situation.incident
        doer.must_be((), "finish the drill" if incident.drill else "close the incident")
        if incident.drill:
            return finish_events(situation)
        if incident.closed_at is not None:
            raise AlreadyRecorded("This incident is closed already")
        if incident.open_obligations:
            names = "; ".join(item.title for item in incident.open_obligations)
            raise Refused(
                f"Not closed: still open: {names}",
                "Confirm each one on the card, or let an approver waive it with a reason",
            )
        return [IncidentClosed(summary=summary_of(situation))]

    return await desk.record(incident_id, decide, doer, once=once, what="close the incident")


async def place_card(desk: Desk, doer: Doer, incident_id: str, card: CardPosted) -> Recorded:
    """Remember where the incident's card hangs."""
    return await desk.record(incident_id, lambda _: [card], doer, what="post the card")
