"""What can happen in an incident, in the past tense: one frozen model a kind of fact.

These are payloads. Who, when, in which order and the hash belong to `timeline.Fact`, which
carries them. Each kind has a version; an old version is lifted when it is read. A kind that this
release does not know is kept as `UnknownEvent` and shown as such: a fact is never dropped.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.core.audit_events import (
    AuditAsked,
    AuditFailed,
    PoliciesAudited,
    PolicyWaived,
    WaiverTakenBack,
)
from bot.core.drill_events import (
    AccountsExamined,
    DrillBegun,
    DrillFinished,
    EvidenceRecorded,
)
from bot.core.happened import Happened, Provider, State, Value


class ReportedAddress(BaseModel):
    """A public address to be let in. `known` is False when the organisation never listed it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str
    known: bool
    label: str = ""


class IncidentDeclared(Happened):
    """Somebody said: we are locked out. Everything the form asked, as it was answered.

    `origin` is where, in the surface's own terms (a Slack channel ID), empty when it has no places.
    """

    kind: Literal["IncidentDeclared"] = "IncidentDeclared"
    tenant: str
    provider: Provider
    policy_name: str = ""
    policy_id: str = ""
    addresses: tuple[ReportedAddress, ...] = ()
    accounts: tuple[str, ...] = ()
    impact: str = ""
    began_at: datetime | None = None
    access: tuple[str, ...] = ()
    error_text: str = ""
    removed_secrets: tuple[str, ...] = ()
    exercise: bool = False
    origin: str = ""


class ErrorDiagnosed(Happened):
    """What the pasted error text says, by the tables of `bot.diagnosis`."""

    kind: Literal["ErrorDiagnosed"] = "ErrorDiagnosed"
    provider: Provider | None
    code: str | None
    scenarios: tuple[int, ...]
    cause: str
    branch: str
    source: str | None
    picked: dict[str, str]


class DetailsCorrected(Happened):
    """Some of what was declared is known better now. Only the changed fields are here."""

    kind: Literal["DetailsCorrected"] = "DetailsCorrected"
    policy_name: str | None = None
    policy_id: str | None = None
    addresses: tuple[ReportedAddress, ...] | None = None
    accounts: tuple[str, ...] | None = None
    impact: str | None = None
    began_at: datetime | None = None
    access: tuple[str, ...] | None = None
    error_text: str | None = None
    removed_secrets: tuple[str, ...] = ()


class StepReached(BaseModel):
    """Where a walk goes next. `state` is what the incident is while it stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    playbook: str
    step: str
    state: State


class WalkStarted(Happened):
    """The walk stands at the first step of a playbook; `why` says who or what chose it."""

    kind: Literal["WalkStarted"] = "WalkStarted"
    reached: StepReached
    why: str


class StepAnswered(Happened):
    """A person answered a step. The consequences are written out, so that a replay needs no YAML.

    `visit` counts how often the walk has stood at a step, so that an old button stays old.
    `title` is the step's heading as it was read. `reached` is None when the walk is finished.
    """

    kind: Literal["StepAnswered"] = "StepAnswered"
    playbook: str
    step: str
    visit: int
    answer: str
    label: str
    title: str = ""
    values: dict[str, Value] = Field(default_factory=dict)
    reached: StepReached | None = None


class ItemTicked(Happened):
    """One line of a checklist was done, or was found not to be done after all."""

    kind: Literal["ItemTicked"] = "ItemTicked"
    playbook: str
    step: str
    item: str
    label: str
    done: bool


class StepTaken(Happened):
    """Somebody said 'I am on it' about the step where the walk stands."""

    kind: Literal["StepTaken"] = "StepTaken"
    playbook: str
    step: str


class ObligationOpened(Happened):
    """Something temporary was done that somebody must undo. It blocks the close."""

    kind: Literal["ObligationOpened"] = "ObligationOpened"
    obligation: str
    title: str
    due_at: datetime | None = None


class ObligationSettled(Happened):
    """Somebody confirmed that it was undone."""

    kind: Literal["ObligationSettled"] = "ObligationSettled"
    obligation: str
    title: str


class ObligationWaived(Happened):
    """An approver let it stand, and said why."""

    kind: Literal["ObligationWaived"] = "ObligationWaived"
    obligation: str
    title: str
    reason: str


class ApprovalAsked(Happened):
    """One authorised person asked for a second one."""

    kind: Literal["ApprovalAsked"] = "ApprovalAsked"
    playbook: str
    step: str
    visit: int
    what: str


class ApprovalGiven(Happened):
    """A second, different authorised person agreed."""

    kind: Literal["ApprovalGiven"] = "ApprovalGiven"
    playbook: str
    step: str
    what: str
    asked_by: str


class ApprovalDeclined(Happened):
    """An authorised person said no, or the asking person took it back."""

    kind: Literal["ApprovalDeclined"] = "ApprovalDeclined"
    playbook: str
    step: str
    what: str


class MessageSource(BaseModel):
    """The message a note came from, as the surface knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    channel: str
    message: str
    author: str = ""
    permalink: str = ""


class NoteAdded(Happened):
    """Something worth keeping, in a person's words."""

    kind: Literal["NoteAdded"] = "NoteAdded"
    text: str
    source: MessageSource | None = None


class NoteCorrected(Happened):
    """A note reads differently now; the older words stay on the timeline."""

    kind: Literal["NoteCorrected"] = "NoteCorrected"
    note: str
    text: str


class NoteStruck(Happened):
    """A note no longer counts; it stays on the timeline, struck through."""

    kind: Literal["NoteStruck"] = "NoteStruck"
    note: str


class PressRefused(Happened):
    """Somebody tried what they may not, or what cannot be done now, and was told so."""

    kind: Literal["PressRefused"] = "PressRefused"
    what: str
    reason: str


class Reminded(Happened):
    """The bot reminded somebody. `number` counts from 1 within the `subject`.

    `subject` is what it is about (`obligation:temporary-exclusion`), `to` the people as surfaces
    know them, empty for everybody; `loud` when it is late.
    """

    kind: Literal["Reminded"] = "Reminded"
    subject: str
    number: int
    text: str
    to: tuple[str, ...] = ()
    loud: bool = False


class Snoozed(Happened):
    """Somebody asked not to be reminded of a subject before a moment."""

    kind: Literal["Snoozed"] = "Snoozed"
    subject: str
    until: datetime


class CardPosted(Happened):
    """The incident has a card, and this is where it hangs."""

    kind: Literal["CardPosted"] = "CardPosted"
    channel: str
    message: str
    thread: str = ""


class IncidentClosed(Happened):
    """It is over; no obligation is open."""

    kind: Literal["IncidentClosed"] = "IncidentClosed"
    summary: str


class UnknownEvent(BaseModel):
    """A kind or version that this release does not know, kept as it was written."""

    model_config = ConfigDict(frozen=True)
    kind: str
    payload: dict[str, Any]


Event = (
    IncidentDeclared
    | DrillBegun
    | ErrorDiagnosed
    | DetailsCorrected
    | WalkStarted
    | StepAnswered
    | ItemTicked
    | EvidenceRecorded
    | StepTaken
    | ObligationOpened
    | ObligationSettled
    | ObligationWaived
    | ApprovalAsked
    | ApprovalGiven
    | ApprovalDeclined
    | NoteAdded
    | NoteCorrected
    | NoteStruck
    | PressRefused
    | Reminded
    | Snoozed
    | CardPosted
    | AuditAsked
    | PoliciesAudited
    | AuditFailed
    | PolicyWaived
    | WaiverTakenBack
    | AccountsExamined
    | IncidentClosed
    | DrillFinished
)

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def parse_event(kind: str, payload: dict[str, Any]) -> Event | UnknownEvent:
    """Lift a stored payload into its class; what does not fit any is kept as it is."""
    try:
        return _EVENT.validate_python({**payload, "kind": kind})
    except ValidationError:
        return UnknownEvent(kind=kind, payload=payload)


def payload_of(event: Event) -> dict[str, Any]:
    """The JSON payload of an event, without its kind (the fact carries that)."""
    return event.model_dump(mode="json", exclude={"kind"})
