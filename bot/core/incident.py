"""An incident is the fold of its facts: `fold(facts)`, one `evolve` a fact, nothing else.

What happened is decided elsewhere and written into the facts in full, so this module needs
neither playbooks nor the organisation file, and a replay years later gives the same incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, assert_never

from bot.core import events as e
from bot.core.audited import Audited, evolve_audited
from bot.core.timeline import GENESIS, Actor, Fact


@dataclass(frozen=True, slots=True)
class Position:
    """Where the walk stands, for how long, and who said 'I am on it'."""

    playbook: str
    step: str
    visit: int
    since: datetime
    taken_by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """How a step was answered, so that a second press can be told who was faster."""

    answer: str
    label: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something temporary that somebody must undo before the incident may close."""

    id: str
    title: str
    opened_at: datetime
    opened_by: Actor
    due_at: datetime | None = None
    status: Literal["open", "settled", "waived"] = "open"
    ended_by: Actor | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reminding:
    """How often the bot reminded of a subject, when it last did, and until when it may not."""

    number: int = 0
    last_at: datetime | None = None
    quiet_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PendingApproval:
    """One person asked; a second, different one has to agree."""

    playbook: str
    step: str
    visit: int
    what: str
    asked_by: Actor
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one thing that a drill must prove went the last time; `failed_before` counts failures.

    `number` is the version of its fact.
    """

    fact: e.EvidenceRecorded
    actor: Actor
    at: datetime
    failed_before: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it reads now."""

    id: str
    text: str
    at: datetime
    actor: Actor
    source: e.MessageSource | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Everything known about one incident, or one drill, after `version` facts; times are UTC.

    A drill has a `declared` as well, with its tenant and nothing suspected: whoever tells people
    about it looks at `drill` first.
    """

    id: str
    version: int = 0
    head: str = GENESIS
    declared: e.IncidentDeclared | None = None
    begun: e.DrillBegun | None = None
    finished: e.DrillFinished | None = None
    evidence: Mapping[tuple[str, str], Evidence] = field(default_factory=dict)
    declared_at: datetime | None = None
    declared_by: Actor | None = None
    diagnosis: e.ErrorDiagnosed | None = None
    state: e.State = "declared"
    position: Position | None = None
    walked: tuple[str, ...] = ()
    visits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    answers: Mapping[tuple[str, str, int], Answered] = field(default_factory=dict)
    values: Mapping[str, e.Value] = field(default_factory=dict)
    ticks: Mapping[tuple[str, str, str], Actor] = field(default_factory=dict)
    obligations: Mapping[str, Obligation] = field(default_factory=dict)
    approval: PendingApproval | None = None
    approved: tuple[tuple[str, Actor, Actor], ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    card: e.CardPosted | None = None
    reminding: Mapping[str, Reminding] = field(default_factory=dict)
    audited: Audited = field(default_factory=Audited)
    last_action_at: datetime | None = None
    first_action_at: datetime | None = None
    restored_at: datetime | None = None
    closed_at: datetime | None = None
    last_actor: Actor | None = None

    @property
    def drill(self) -> bool:
        """Nothing is locked: this is the proof that the emergency accounts get in."""
        return self.begun is not None

    @property
    def open_obligations(self) -> list[Obligation]:
        """In the order in which they were opened."""
        return [item for item in self.obligations.values() if item.status == "open"]

    def note_of_message(self, channel: str, message: str) -> Note | None:
        """The note that a reaction on this message made, unless it was struck."""
        for note in self.notes.values():
            if note.source and (note.source.channel, note.source.message) == (channel, message):
                return note
        return None


def fold(incident_id: str, facts: Iterable[Fact]) -> Incident:
    """From nothing to now. Never fails: an unknown kind only moves version and head."""
    incident = Incident(id=incident_id)
    for fact in facts:
        incident = evolve(incident, fact)
    return incident


def evolve(incident: Incident, fact: Fact) -> Incident:
    """One fact further."""
    after = _apply(incident, fact)
    acted = not isinstance(
        fact.event,
        e.IncidentDeclared
        | e.DrillBegun
        | e.ErrorDiagnosed
        | e.WalkStarted
        | e.CardPosted
        | e.PressRefused
        | e.Reminded
        | e.PoliciesAudited
        | e.AuditFailed
        | e.AccountsExamined
        | e.UnknownEvent,
    )
    # A message that is pinned late bears its own time; nobody acts before the last one who acted.
    at = max(filter(None, (fact.occurred_at, after.last_action_at, after.declared_at)))
    return replace(
        after,
        version=fact.version,
        head=fact.hash,
        last_actor=fact.actor if acted else after.last_actor,
        last_action_at=at if acted else after.last_action_at,
        first_action_at=after.first_action_at or (at if acted else None),
    )


def _apply(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one line a kind, read as a table
    incident: Incident, fact: Fact
) -> Incident:
    match fact.event:
        case e.IncidentDeclared() as event:
            return replace(
                incident, declared=event, declared_at=fact.occurred_at, declared_by=fact.actor
            )
        case e.DrillBegun() as event:
            return _begin(incident, event, fact)
        case e.ErrorDiagnosed() as event:
            return replace(incident, diagnosis=event)
        case e.DetailsCorrected() as event:
            return _correct(incident, event)
        case e.WalkStarted() as event:
            return _reach(incident, event.reached, fact)
        case e.StepAnswered() as event:
            return _answer(incident, event, fact)
        case e.ItemTicked() as event:
            return _tick(incident, event, fact)
        case e.EvidenceRecorded() as event:
            return _prove(incident, event, fact)
        case e.StepTaken() as event:
            position = incident.position
            if position is None or (position.playbook, position.step) != (
                event.playbook,
                event.step,
            ):
                return incident
            return replace(incident, position=replace(position, taken_by=fact.actor))
        case e.ObligationOpened() as event:
            opened = Obligation(
                event.obligation, event.title, fact.occurred_at, fact.actor, event.due_at
            )
            return replace(incident, obligations={**incident.obligations, event.obligation: opened})
        case e.ObligationSettled() as event:
            return _end_obligation(incident, event.obligation, "settled", fact, "")
        case e.ObligationWaived() as event:
            return _end_obligation(incident, event.obligation, "waived", fact, event.reason)
        case e.ApprovalAsked() as event:
            pending = PendingApproval(
                event.playbook, event.step, event.visit, event.what, fact.actor, fact.occurred_at
            )
            return replace(incident, approval=pending)
        case e.ApprovalGiven() as event:
            asked_by = incident.approval.asked_by if incident.approval else fact.actor
            agreed = (event.what, asked_by, fact.actor)
            return replace(incident, approval=None, approved=(*incident.approved, agreed))
        case e.ApprovalDeclined():
            return replace(incident, approval=None)
        case e.NoteAdded() as event:
            note = Note(fact.id, event.text, fact.occurred_at, fact.actor, event.source)
            return replace(incident, notes={**incident.notes, fact.id: note})
        case e.NoteCorrected() as event:
            if event.note not in incident.notes:
                return incident
            corrected = replace(incident.notes[event.note], text=event.text)
            return replace(incident, notes={**incident.notes, event.note: corrected})
        case e.NoteStruck() as event:
            kept = {key: note for key, note in incident.notes.items() if key != event.note}
            return replace(incident, notes=kept)
        case e.Reminded() as event:
            known = incident.reminding.get(event.subject, Reminding())
            reminding = replace(known, number=event.number, last_at=fact.occurred_at)
            return _reminding(incident, event.subject, reminding)
        case e.Snoozed() as event:
            known = incident.reminding.get(event.subject, Reminding())
            return _reminding(incident, event.subject, replace(known, quiet_until=event.until))
        case e.CardPosted() as event:
            return replace(incident, card=event)
        case (
            e.AuditAsked()
            | e.PoliciesAudited()
            | e.AuditFailed()
            | e.PolicyWaived()
            | e.WaiverTakenBack()
            | e.AccountsExamined()
        ):
            return replace(incident, audited=evolve_audited(incident.audited, fact))
        case e.IncidentClosed():
            return replace(incident, state="closed", closed_at=fact.occurred_at, position=None)
        case e.DrillFinished() as event:
            ended = replace(incident, state="closed", closed_at=fact.occurred_at, position=None)
            return replace(ended, finished=event)
        case e.PressRefused() | e.UnknownEvent():
            return incident
        case _ as never:
            assert_never(never)


def _begin(incident: Incident, event: e.DrillBegun, fact: Fact) -> Incident:
    declared = e.IncidentDeclared(
        tenant=event.tenant, provider=event.provider, exercise=event.exercise, origin=event.origin
    )
    return replace(
        incident,
        begun=event,
        declared=declared,
        declared_at=fact.occurred_at,
        declared_by=fact.actor,
    )


def _prove(incident: Incident, event: e.EvidenceRecorded, fact: Fact) -> Incident:
    key = (event.part, event.item)
    before = incident.evidence.get(key)
    failed = before.failed_before + (before.fact.result == "failed") if before else 0
    proof = Evidence(event, fact.actor, fact.occurred_at, failed, fact.version)
    return replace(incident, evidence={**incident.evidence, key: proof})


def _reminding(incident: Incident, subject: str, reminding: Reminding) -> Incident:
    return replace(incident, reminding={**incident.reminding, subject: reminding})


def _correct(incident: Incident, event: e.DetailsCorrected) -> Incident:
    if incident.declared is None:
        return incident
    changed = {
        name: getattr(event, name)
        for name in type(event).model_fields
        if name not in {"kind", "v", "removed_secrets"} and getattr(event, name) is not None
    }
    return replace(incident, declared=incident.declared.model_copy(update=changed))


def _reach(incident: Incident, reached: e.StepReached | None, fact: Fact) -> Incident:
    """Move the walk; the first time in `restored` is when access came back."""
    if incident.closed_at is not None:
        return incident
    if reached is None:
        return replace(incident, position=None)
    place = (reached.playbook, reached.step)
    visit = incident.visits.get(place, 0) + 1
    restored_at = incident.restored_at
    if reached.state == "restored" and restored_at is None:
        restored_at = fact.occurred_at
    walked = incident.walked
    if reached.playbook not in walked:
        walked = (*walked, reached.playbook)
    return replace(
        incident,
        state=reached.state,
        position=Position(reached.playbook, reached.step, visit, fact.occurred_at),
        visits={**incident.visits, place: visit},
        walked=walked,
        restored_at=restored_at,
        approval=None,
    )


def _answer(incident: Incident, event: e.StepAnswered, fact: Fact) -> Incident:
    answered = Answered(event.answer, event.label, fact.actor, fact.occurred_at)
    after = replace(
        incident,
        values={**incident.values, **event.values},
        answers={**incident.answers, (event.playbook, event.step, event.visit): answered},
    )
    return _reach(after, event.reached, fact)


def _tick(incident: Incident, event: e.ItemTicked, fact: Fact) -> Incident:
    key = (event.playbook, event.step, event.item)
    ticks = {name: actor for name, actor in incident.ticks.items() if name != key}
    if event.done:
        ticks[key] = fact.actor
    return replace(incident, ticks=ticks)


def _end_obligation(
    incident: Incident,
    name: str,
    status: Literal["settled", "waived"],
    fact: Fact,
    reason: str,
) -> Incident:
    obligation = incident.obligations.get(name)
    if obligation is None:
        return incident
    ended = replace(obligation, status=status, ended_by=fact.actor, reason=reason)
    return replace(incident, obligations={**incident.obligations, name: ended})
