"""Short scripts of what happened in an incident, one event a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.core.timeline import GENESIS, Actor, Draft, Fact, seal_drafts

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ONE, TWO = Actor("slack:U1", "On-call engineer"), Actor("slack:U2", "Head of security")
DECLARED = e.IncidentDeclared(tenant="entra-example", provider="entra", policy_name="CA001")


def at(minute: int) -> datetime:
    """Minutes after the start."""
    return START + timedelta(minutes=minute)


def told(*events: e.Event, by: Actor = ONE) -> list[Fact]:
    """One event a minute, by one person."""
    facts: list[Fact] = []
    for minute, event in enumerate(events):
        facts += seal_drafts(
            "L-1",
            [Draft(f"f{minute + 1}", event, by, at(minute))],
            after=len(facts),
            head=facts[-1].hash if facts else GENESIS,
            now=at(minute),
        )
    return facts


def after(*events: e.Event) -> Incident:
    """The incident after these events."""
    return fold("L-1", told(*events))


def to(step: str, playbook: str = "ticket", state: e.State = "working") -> e.StepReached:
    """Where the walk goes."""
    return e.StepReached(playbook=playbook, step=step, state=state)


def started(step: str = "first", state: e.State = "working") -> e.WalkStarted:
    """A walk that stands at a step."""
    return e.WalkStarted(reached=to(step, state=state), why="declared")


def answered(
    step: str, reached: e.StepReached | None, visit: int = 1, **values: e.Value
) -> e.StepAnswered:
    """A step that somebody answered with its usual button."""
    return e.StepAnswered(
        playbook="ticket",
        step=step,
        visit=visit,
        answer="go",
        label="Go on",
        values=values,
        reached=reached,
    )


ASKED = e.ApprovalAsked(playbook="ticket", step="first", visit=1, what="unseal it")
OPENED = e.ObligationOpened(obligation="reseal", title="Seal it again", due_at=at(60))
