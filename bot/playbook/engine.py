"""Walking a playbook: `show` what stands now, `advance` by an answer. Both are pure.

Consequences are written into the facts in full (where the walk went, what it set, what it
opened), so a timeline can be read and replayed without the playbook that made it.
"""

from __future__ import annotations

from datetime import timedelta

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import (
    Event,
    ObligationOpened,
    ObligationSettled,
    ObligationWaived,
    Snoozed,
    StepAnswered,
    StepTaken,
    WalkStarted,
)
from bot.core.facts import format_moment
from bot.core.secrets import find_secrets
from bot.core.timeline import parse_time
from bot.core.view import (
    Act,
    Approve,
    Block,
    Heading,
    Link,
    Press,
    Prove,
    Settle,
    Small,
    Snooze,
    StartWalk,
    Take,
    Tick,
    Waive,
    WaivePolicy,
)
from bot.playbook.library import TRIAGE
from bot.playbook.model import METHOD_NAMES, Consequences, Recommendation, ShownStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps import KINDS
from bot.playbook.steps.parts import Outcome, Values

# What is answered to the step where the walk stands.
StepAct = Press | Tick | Prove | Approve | WaivePolicy


def show_step(situation: Situation) -> list[Block]:
    """The blocks of the step where the walk stands; empty when no walk is under way."""
    position = situation.incident.position
    if position is None:
        return []
    step = situation.library.shown_step(position.playbook, position.step)
    playbook = situation.library.playbooks[position.playbook]
    blocks: list[Block] = [Heading(situation.text(step.title))]
    if playbook.notice:
        blocks.append(Small(situation.text(playbook.notice)))
    blocks.extend(KINDS[step.kind].show(step, situation))
    if step.claims:
        urls = dict.fromkeys(str(claim.source) for claim in step.claims)
        links = tuple(Link(url.split("/")[2].removeprefix("www."), url) for url in urls)
        blocks.append(Small("Source:", links))
    return blocks


def recommend(situation: Situation) -> Recommendation | None:
    """The method that fits what is known now, and why; None when the triage gives none."""
    triage = situation.library.playbooks.get(TRIAGE)
    for entry in triage.recommend if triage else ():
        if situation.holds(entry.when):
            return entry.model_copy(update={"why": situation.text(entry.why)})
    return None


def start_walk(situation: Situation, playbook: str, why: str) -> list[Event]:
    """The facts that put the walk at the first step of a playbook."""
    reached = situation.library.first_step(playbook, situation.provider, situation.facts)
    return [WalkStarted(reached=reached, why=why)] if reached else []


def advance(situation: Situation, act: Act, values: Values, doer: Doer) -> list[Event]:
    """The events that an answer causes. Errors: Refused, and then nothing of it happened."""
    if situation.incident.closed_at is not None:
        _refuse_closed(situation, act)
    match act:
        case Press() | Tick() | Prove() | Approve() | WaivePolicy():
            return _answer(situation, act, values, doer)
        case Take():
            return _take(situation, act, doer)
        case Settle():
            return _settle(situation, act, doer)
        case Waive():
            return _waive(situation, act, str(values.get("reason", "")).strip(), doer)
        case Snooze():
            doer.must_be((), "put a reminder off")
            until = situation.now + timedelta(minutes=act.minutes) * situation.pace
            return [Snoozed(subject=act.subject, until=until)]
        case StartWalk():
            doer.must_be((), "change the method")
            return _start(situation, act)
        case _:
            raise Refused("This is not something a walk can answer")


def _refuse_closed(situation: Situation, act: Act) -> None:
    """What a drill found to repair is open beyond its end; of an incident nothing is."""
    if not situation.incident.drill:
        raise Refused(
            "This incident is closed", "Notes are still taken. For a new lockout: /lockout"
        )
    if not isinstance(act, Settle | Waive | Snooze):
        raise Refused(
            "This DRILL is finished",
            "Notes are taken, and repairs confirmed. For the next one: /lockout drill",
        )


def _answer(situation: Situation, act: StepAct, values: Values, doer: Doer) -> list[Event]:
    _refuse_stale(situation, act)
    step = situation.library.shown_step(act.playbook, act.step)
    # An approval names its own roles for each side, and checks them itself.
    if not isinstance(act, Approve):
        doer.must_be(step.roles, step.title)
    outcome = KINDS[step.kind].accept(step, situation, act, values, doer)
    events = list(outcome.events)
    if outcome.consequences is not None:
        events += _move(situation, step, outcome, outcome.consequences)
    return events


def _refuse_stale(situation: Situation, act: StepAct) -> None:
    """An old card's button: say who was faster, and do nothing."""
    position = situation.incident.position
    here = position is not None and (position.playbook, position.step) == (act.playbook, act.step)
    if isinstance(act, Tick | Prove | WaivePolicy):
        if not here:
            raise Refused("The walk has moved on from this list", "Use the newest card")
        return
    if here and position is not None and position.visit == act.visit:
        return
    before = situation.incident.answers.get((act.playbook, act.step, act.visit))
    if before is None:
        raise Refused("The walk does not stand here any more", "Use the newest card")
    at = format_moment(before.at, situation.organisation.time_zone)
    said = f"{before.actor.name} answered '{before.label}' at {at}"
    if before.answer == (act.button if isinstance(act, Press) else act.verdict):
        raise AlreadyRecorded(f"Already recorded: {said}")
    raise Refused(f"Somebody was faster: {said}", "Use the newest card")


def _move(
    situation: Situation, step: ShownStep, outcome: Outcome, consequences: Consequences
) -> list[Event]:
    position = situation.incident.position
    assert position is not None  # noqa: S101 - _refuse_stale let only the standing step through
    after = situation.knowing(outcome.values)
    reached = situation.library.reach(
        position.playbook, consequences.to, situation.provider, after.facts
    )
    answered = StepAnswered(
        playbook=position.playbook,
        step=position.step,
        visit=position.visit,
        answer=outcome.answer,
        label=outcome.label,
        title=situation.text(step.title),
        values=outcome.values,
        reached=reached,
    )
    return [answered, *_open(after, consequences), *_settle_all(situation, consequences)]


def _open(situation: Situation, consequences: Consequences) -> list[Event]:
    events: list[Event] = []
    for spec in consequences.opens:
        known = situation.incident.obligations.get(spec.id)
        if known is not None and known.status == "open":
            continue
        due = situation.now + spec.due_in if spec.due_in else None
        stored = situation.incident.values.get(spec.due_at or "")
        if isinstance(stored, str) and stored:
            due = parse_time(stored)
        events.append(
            ObligationOpened(obligation=spec.id, title=situation.text(spec.title), due_at=due)
        )
    return events


def _settle_all(situation: Situation, consequences: Consequences) -> list[Event]:
    return [
        ObligationSettled(obligation=name, title=situation.incident.obligations[name].title)
        for name in consequences.settles
        if name in situation.incident.obligations
        and situation.incident.obligations[name].status == "open"
    ]


def _take(situation: Situation, act: Take, doer: Doer) -> list[Event]:
    doer.must_be((), "take a step")
    position = situation.incident.position
    if position is None or (position.playbook, position.step) != (act.playbook, act.step):
        raise Refused("The walk does not stand here any more", "Use the newest card")
    if position.taken_by and position.taken_by.id == doer.actor.id:
        raise AlreadyRecorded("You already have this step")
    return [StepTaken(playbook=act.playbook, step=act.step)]


def _settle(situation: Situation, act: Settle, doer: Doer) -> list[Event]:
    doer.must_be((), "confirm an obligation")
    obligation = situation.incident.obligations.get(act.obligation)
    if obligation is None:
        raise Refused("There is no such obligation")
    if obligation.status != "open":
        who = obligation.ended_by.name if obligation.ended_by else "somebody"
        raise AlreadyRecorded(f"Already {obligation.status} by {who}: {obligation.title}")
    return [ObligationSettled(obligation=obligation.id, title=obligation.title)]


def _waive(situation: Situation, act: Waive, reason: str, doer: Doer) -> list[Event]:
    doer.must_be(("approver",), "waive an obligation")
    obligation = situation.incident.obligations.get(act.obligation)
    if obligation is None or obligation.status != "open":
        raise Refused("This obligation is not open")
    if not reason:
        raise Refused("A waiver needs a reason", field="reason")
    for name in find_secrets(reason):
        raise Refused(
            f"The reason looks like it contains a {name}: nothing was recorded",
            "Never put a credential here. Say where it is kept instead",
            field="reason",
        )
    return [ObligationWaived(obligation=obligation.id, title=obligation.title, reason=reason)]


def _start(situation: Situation, act: StartWalk) -> list[Event]:
    if situation.incident.drill:
        raise Refused("This is a DRILL: it has one walk only", "For a real lockout: /lockout")
    playbook = situation.library.method(act.method, situation.provider)
    if playbook is None:
        raise Refused("There is no playbook for this method here")
    position = situation.incident.position
    if position is not None and position.playbook == playbook.id:
        raise AlreadyRecorded(f"The walk is already in: {playbook.title}")
    why = f"chosen by hand: {METHOD_NAMES.get(act.method, act.method)}"
    return start_walk(situation, playbook.id, why)
