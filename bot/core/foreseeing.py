"""How an incident will look once something is recorded, to decide on it or to show it before.

Nothing is recorded by this, so these facts have no hash of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.events import Event
from bot.core.incident import Incident, evolve
from bot.core.timeline import Actor, Draft, Fact


def expect(incident: Incident, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """The incident as it would be after these events."""
    return foresee(incident, [Draft("", event, actor, at) for event in events])


def foresee(incident: Incident, drafts: Sequence[Draft]) -> Incident:
    """The incident as it will be once these are recorded, but for `head`."""
    for version, draft in enumerate(drafts, start=incident.version + 1):
        at, actor = draft.occurred_at.astimezone(UTC), draft.actor
        fact = Fact(
            id=draft.id,
            incident=incident.id,
            version=version,
            occurred_at=at,
            recorded_at=at,
            actor=actor,
            surface=actor.surface,
            kind=draft.event.kind,
            payload={},
            previous="",
            hash=incident.head,
        )
        fact.__dict__["event"] = draft.event
        incident = evolve(incident, fact)
    return incident
