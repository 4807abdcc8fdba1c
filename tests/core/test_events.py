"""A fact is never dropped: what is known is read back as it was, the rest is kept as it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core import events as e
from bot.core.drill_events import AccountExamined, Given
from bot.core.findings import CommandText, Correction, OpenPolicy, Standing

MOMENT = datetime(2026, 11, 22, 3, 4, 5, 678_901, tzinfo=UTC)
ADDRESSES = (
    e.ReportedAddress(text="203.0.113.10", known=True, label="Office"),
    e.ReportedAddress(text="2001:db8::7", known=False),
)
REACHED = e.StepReached(playbook="aws-support-user", step="unseal", state="working")
SOURCE = e.MessageSource(channel="C1", message="17.1", author="U1", permalink="https://x.example")
FOUND = OpenPolicy(
    policy_id="p-1",
    policy_name="Deny all",
    standings=(Standing(account="a", verdict="blocking", severity="critical", reason="It denies"),),
    corrections=(
        Correction(
            diff="+ exempt",
            commands=(CommandText(title="Run", text="aws …"),),
            file="p-1.json",
            content="{}",
            warnings=("Owned by code",),
            cut=True,
        ),
    ),
)

EVENTS: list[e.Event] = [
    e.IncidentDeclared(
        tenant="entra-example",
        provider="entra",
        policy_name="CA001",
        policy_id="44444444-0000-0000-0000-000000000001",
        addresses=ADDRESSES,
        accounts=("admin@example.com",),
        impact="Nobody can work",
        began_at=MOMENT,
        access=("nobody",),
        error_text="AADSTS53003",
        removed_secrets=("password",),
        exercise=True,
        origin="C1",
    ),
    e.ErrorDiagnosed(
        provider="entra",
        code="AADSTS53003",
        scenarios=(1, 3),
        cause="A policy",
        branch="Exclude",
        source="https://learn.microsoft.com",
        picked={"request_id": "1"},
    ),
    e.ErrorDiagnosed(
        provider=None, code=None, scenarios=(), cause="", branch="", source=None, picked={}
    ),
    e.DetailsCorrected(policy_name="CA002", addresses=ADDRESSES, began_at=MOMENT, accounts=()),
    e.WalkStarted(reached=REACHED, why="declared"),
    e.StepAnswered(
        playbook="triage",
        step="outage",
        visit=2,
        answer="yes",
        label="Yes",
        values={"outage": "yes", "sure": True, "doors": ("phone", "partner"), "none": ()},
        reached=REACHED,
    ),
    e.ItemTicked(playbook="aws", step="list", item="1", label="First", done=False),
    e.StepTaken(playbook="aws", step="list"),
    e.ObligationOpened(obligation="reseal", title="Seal it again", due_at=MOMENT),
    e.ObligationSettled(obligation="reseal", title="Seal it again"),
    e.ObligationWaived(obligation="reseal", title="Seal it again", reason="Destroyed"),
    e.ApprovalAsked(playbook="aws", step="unseal", visit=1, what="unseal it"),
    e.ApprovalGiven(playbook="aws", step="unseal", what="unseal it", asked_by="On-call"),
    e.ApprovalDeclined(playbook="aws", step="unseal", what="unseal it"),
    e.NoteAdded(text="Called", source=SOURCE),
    e.NoteCorrected(note="n1", text="Called twice"),
    e.NoteStruck(note="n1"),
    e.PressRefused(what="approve", reason="You asked"),
    e.Reminded(subject="news", number=2, text="No news", to=("slack:U1",), loud=True),
    e.Snoozed(subject="news", until=MOMENT),
    e.CardPosted(channel="C1", message="17.1", thread="17.0"),
    e.AuditAsked(playbook="aws", step="audit", tenant="aws-example"),
    e.PoliciesAudited(
        playbook="aws",
        step="audit",
        asked=7,
        tenant="aws-example",
        taken_at=MOMENT,
        live=False,
        instead="It does not answer",
        policies=2,
        accounts=1,
        counts={"blocking": 1, "excluded": 1},
        findings=(FOUND,),
        left_out=3,
    ),
    e.AuditFailed(
        playbook="aws", step="audit", asked=7, tenant="aws-example", reason="No", hint="Sign in"
    ),
    e.PolicyWaived(
        playbook="aws",
        step="audit",
        policy_id="p-1",
        policy_name="Deny all",
        verdict="blocking",
        reason="Not ours",
        standings=FOUND.standings,
    ),
    e.WaiverTakenBack(playbook="aws", step="audit", policy_id="p-1", policy_name="Deny all"),
    e.IncidentClosed(summary="Access back"),
    e.DrillBegun(tenant="t", tenant_id="id", provider="aws", why="staff-change", origin="C1"),
    e.EvidenceRecorded(
        playbook="aws-drill",
        step="sign-in",
        part="sign-in",
        item="arn",
        label="break-glass-1",
        result="failed",
        given=(Given(label="Key", text="envelope 4"), Given(label="And", text="denied")),
        wanted=2,
    ),
    e.AccountsExamined(
        playbook="entra-drill",
        step="members",
        asked=3,
        tenant="t",
        taken_at=MOMENT,
        live=False,
        accounts=(AccountExamined(account="a", name="A", counts={"excluded": 2}, in_group=False),),
        group="sg",
        foreign=("b",),
        more_foreign=1,
    ),
    e.DrillFinished(result="failed", summary="One did not get in", next_on=date(2027, 3, 31)),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.kind))
def test_every_kind_survives_the_trip_through_json(event: e.Event) -> None:
    """Written, read back as JSON, and lifted, it is the same event."""
    payload = json.loads(json.dumps(e.payload_of(event)))
    assert "kind" not in payload
    assert e.parse_event(event.kind, payload) == event


def test_every_kind_makes_the_trip() -> None:
    """No kind is left out of the test above."""
    assert {type(event) for event in EVENTS} == set(get_args(e.Event))


def test_a_kind_of_a_later_release_is_kept_as_it_was_written() -> None:
    """Name and payload stay, word for word."""
    kept = e.parse_event("DrillScheduled", {"v": 1, "on": "2026-12-01"})
    assert kept == e.UnknownEvent(kind="DrillScheduled", payload={"v": 1, "on": "2026-12-01"})


@pytest.mark.parametrize(
    "payload",
    [
        {"note": "n1", "v": 1, "why": "a field of a later release"},
        {"note": "n1", "v": 2},
        {"v": 1},
        {"note": 5, "v": 1},
    ],
    ids=["unknown field", "later version", "missing field", "other type"],
)
def test_what_does_not_fit_its_kind_is_kept_whole(payload: dict[str, Any]) -> None:
    """A known kind in an unknown form is shown as unknown, never read halfway."""
    assert e.parse_event("NoteStruck", payload) == e.UnknownEvent(
        kind="NoteStruck", payload=payload
    )


def test_the_kind_of_the_fact_wins_over_one_in_the_payload() -> None:
    """A payload cannot pass itself off as another kind."""
    event = e.parse_event("NoteStruck", {"kind": "IncidentClosed", "note": "n1", "v": 1})
    assert event == e.NoteStruck(note="n1")


def test_an_event_cannot_be_changed_and_takes_no_stray_field() -> None:
    """Facts are frozen, and a typing mistake in our own code cannot hide."""
    event = e.NoteStruck(note="n1")
    with pytest.raises(ValidationError):
        event.note = "n2"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        e.NoteStruck.model_validate({"note": "n1", "nota": "n2"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KINDS = st.sampled_from([str(kind.model_fields["kind"].default) for kind in get_args(e.Event)])


@given(KINDS | st.text(), st.dictionaries(st.text() | st.sampled_from(["v", "note", "text"]), JSON))
def test_any_payload_is_read_or_kept(kind: str, payload: dict[str, Any]) -> None:
    """Reading never fails; an event that is read is written back as it was."""
    event = e.parse_event(kind, payload)
    if isinstance(event, e.UnknownEvent):
        assert (event.kind, event.payload) == (kind, payload)
    else:
        assert e.parse_event(kind, e.payload_of(event)) == event
