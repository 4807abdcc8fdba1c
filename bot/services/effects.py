"""What follows from new facts: what people must be shown, and when to look again.

Planned before the commit and written with it, so that nothing promised can be lost between a fact
and its consequence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.events import (
    AuditAsked,
    CardPosted,
    DrillBegun,
    DrillFinished,
    Event,
    IncidentClosed,
    IncidentDeclared,
    NoteAdded,
    PoliciesAudited,
    PressRefused,
)
from bot.exports import formats_of
from bot.playbook.reminders import Reminder
from bot.playbook.situation import Situation
from bot.services.ports import Effect, Outgoing, Timer

FOREVER = datetime.max.replace(tzinfo=UTC)
_UNSAID = (AuditAsked, CardPosted, IncidentDeclared, DrillBegun, PressRefused)


def plan_effects(
    stood: Sequence[Reminder],
    stand: Sequence[Reminder],
    after: Situation,
    events: Sequence[Event],
    *,
    posting: bool,
    answering: bool = False,
) -> list[Effect]:
    """The effects of `events`, which lead to `after`.

    `stood` and `stand` are the reminders that stand before and after them. `posting` says whether
    anybody can show them: a terminal alone has nobody to tell. `answering`: whoever recorded them
    answers audits at once, and another process must not be faster.
    """
    effects: list[Effect] = []
    if posting:
        effects += [
            effect
            for effect in _outgoing(after, events)
            if not (answering and isinstance(effect, Outgoing) and effect.kind == "audit")
        ]
    armed = {(reminder.subject, reminder.number): reminder.at for reminder in stood}
    # What comes later than before needs no timer: the one that wakes too early arms the next.
    effects += [
        timer_of(after.incident.id, reminder)
        for reminder in stand
        if reminder.at < armed.get((reminder.subject, reminder.number), FOREVER)
    ]
    return effects


def timer_of(incident: str, reminder: Reminder) -> Timer:
    """The timer that will look at a reminder."""
    return Timer(incident, reminder.subject, reminder.number, reminder.at)


def _outgoing(after: Situation, events: Sequence[Event]) -> list[Effect]:
    """One item for all of it: a card is drawn once, and several lines make one message."""
    if all(isinstance(event, CardPosted) for event in events):
        return []
    incident = after.incident
    first = incident.version - len(events) + 1
    said = [version for version, event in enumerate(events, first) if is_said(event)]
    effects: list[Effect] = [Outgoing(incident.id, "show", {"say": said})]
    for version, event in enumerate(events, first):
        if isinstance(event, AuditAsked):
            effects.append(Outgoing(incident.id, "audit", {"asked": version}))
        elif isinstance(event, PoliciesAudited) and event.findings:
            effects.append(Outgoing(incident.id, "corrections", {"audit": version}))
    if any(isinstance(event, IncidentClosed | DrillFinished) for event in events):
        # As of this fact: made again after a crash, the file is still the same one.
        effects += [
            Outgoing(incident.id, "export", {"format": name, "version": incident.version})
            for name in formats_of(incident)
        ]
    return effects


def is_said(event: Event) -> bool:
    """A pinned message is in the channel already; a refusal is told to one person only."""
    if isinstance(event, NoteAdded) and event.source:
        return False
    return not isinstance(event, _UNSAID)
