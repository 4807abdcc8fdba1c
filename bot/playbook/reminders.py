"""Of what the bot must remind whom, and when: a function of the incident alone.

Nothing is scheduled here. A timer that wakes asks `standing` again, and what does not stand any
more is not said: there is nothing to cancel. Each reminder is a fact (`Reminded`), so the next one
follows from the fold, on any replica and after any restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.events import Reminded
from bot.core.facts import format_moment
from bot.core.incident import Incident, Reminding
from bot.core.timeline import format_time, parse_time
from bot.playbook.model import WaitStep
from bot.playbook.situation import Situation

# In life; `Situation.pace` shortens them all in a quick exercise.
UPDATE_DOWN = timedelta(minutes=30)
UPDATE_QUIET = timedelta(minutes=60)
BEFORE_CALLBACK = timedelta(minutes=10)
AFTER_CALLBACK = timedelta(minutes=5)
CALLBACK_AGAIN = timedelta(minutes=15)
BEFORE_DUE = timedelta(hours=1)
OVERDUE_AGAIN = timedelta(minutes=30)
UNDATED_AGAIN = timedelta(hours=24)
APPROVAL_AGAIN = timedelta(minutes=5)
UNTAKEN = timedelta(minutes=15)
DRILL_AGAIN = timedelta(days=7)
DRILL_DAY = timedelta(days=1)
# From this reminder of a subject on, the approvers hear it; from the next, everybody.
TO_APPROVERS, TO_ALL = 3, 5


@dataclass(frozen=True, slots=True)
class Reminder:
    """The next reminder of a subject; `every` is None when it is said once."""

    subject: str
    at: datetime
    number: int
    text: str
    to: tuple[str, ...]
    loud: bool = False

    @property
    def event(self) -> Reminded:
        """The fact that it was said."""
        return Reminded(
            subject=self.subject, number=self.number, text=self.text, to=self.to, loud=self.loud
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    subject: str
    first_at: datetime
    text: str
    every: timedelta | None = None
    loud: bool = False
    to_approvers: bool = False


def standing(situation: Situation) -> list[Reminder]:
    """The next reminder of every subject that stands now, soonest first."""
    found = [
        reminder for rule in _rules(situation) if (reminder := _next(situation, rule)) is not None
    ]
    return sorted(found, key=lambda reminder: (reminder.at, reminder.subject))


def _next(situation: Situation, rule: _Rule) -> Reminder | None:
    known = situation.incident.reminding.get(rule.subject, Reminding())
    if known.number and rule.every is None:
        return None
    at = rule.first_at
    if known.last_at is not None and rule.every is not None:
        at = max(at, known.last_at + rule.every)
    if known.quiet_until is not None:
        at = max(at, known.quiet_until)
    number = known.number + 1
    to = _people(situation, number, approvers=rule.to_approvers)
    return Reminder(rule.subject, at, number, rule.text, to, rule.loud)


def _people(situation: Situation, number: int, *, approvers: bool) -> tuple[str, ...]:
    """First whoever is on duty, then the approvers, then everybody (nobody named)."""
    if number >= TO_ALL:
        return ()
    if approvers or number >= TO_APPROVERS:
        people = situation.organisation.people_with("approver")
        return tuple(f"slack:{person.slack}" for person in people if person.slack)
    return tuple(filter(None, (on_duty(situation.incident),)))


def on_duty(incident: Incident) -> str:
    """Who has the step, else who acted last, else who declared it; as a surface knows them."""
    taken = incident.position.taken_by if incident.position else None
    person = taken or incident.last_actor or incident.declared_by
    return person.id if person else ""


def _rules(situation: Situation) -> Iterator[_Rule]:
    incident = situation.incident
    if incident.drill:
        yield from _in_a_drill(situation)
        return
    yield from _promised_drill(situation)
    if incident.closed_at is not None:
        return
    yield from _news(situation)
    yield from _waiting(situation)
    yield from _obligations(situation)
    if incident.approval is not None:
        yield _Rule(
            f"approval:{incident.approval.step}:{incident.approval.visit}",
            incident.approval.asked_at + APPROVAL_AGAIN * situation.pace,
            f"{incident.approval.asked_by.name} still waits for a second person: "
            f"{incident.approval.what}",
            APPROVAL_AGAIN * situation.pace,
            loud=True,
            to_approvers=True,
        )


def _news(situation: Situation) -> Iterator[_Rule]:
    incident = situation.incident
    last = incident.last_action_at or incident.declared_at
    if last is None:
        return
    down = incident.values.get("outage") != "no" and incident.restored_at is None
    period = UPDATE_DOWN if down else UPDATE_QUIET
    minutes = int(period.total_seconds() // 60)
    yield _Rule(
        "news",
        last + period * situation.pace,
        f"No news for {minutes} minutes. Where do you stand? Press a button, or: /lockout note …",
        period * situation.pace,
    )
    position = incident.position
    if position is not None and position.taken_by is None:
        yield _Rule(
            f"step:{position.playbook}:{position.step}:{position.visit}",
            position.since + UNTAKEN * situation.pace,
            "Nobody has this step yet. Press 'I am on it' on the card.",
        )


def _waiting(situation: Situation) -> Iterator[_Rule]:
    position = situation.incident.position
    if position is None:
        return
    playbook = situation.library.playbooks.get(position.playbook)
    step = playbook.step(position.step) if playbook else None
    promised = step.promised if isinstance(step, WaitStep) else None
    moment = _moment(situation, promised or "")
    if moment is None:
        return
    shown = format_moment(moment, situation.organisation.time_zone)
    yield _Rule(
        f"call-soon:{format_time(moment)}",
        moment - BEFORE_CALLBACK * situation.pace,
        f"The provider promised to call at {shown}. Keep the line free, have the ticket at hand.",
    )
    yield _Rule(
        f"call-late:{format_time(moment)}",
        moment + AFTER_CALLBACK * situation.pace,
        f"The call promised for {shown} is late. Call them, with the ticket number.",
        CALLBACK_AGAIN * situation.pace,
        loud=True,
    )


def _obligations(situation: Situation) -> Iterator[_Rule]:
    for item in situation.incident.open_obligations:
        if item.due_at is None:
            yield _Rule(
                f"obligation:{item.id}",
                item.opened_at + UNDATED_AGAIN * situation.pace,
                f"Still open: {item.title}.",
                UNDATED_AGAIN * situation.pace,
            )
            continue
        shown = format_moment(item.due_at, situation.organisation.time_zone)
        soon = item.due_at - BEFORE_DUE * situation.pace
        if soon > item.opened_at:
            yield _Rule(
                f"obligation-soon:{item.id}",
                soon,
                f"Ends at {shown}: {item.title}. Confirm on the card when it is done.",
            )
        yield _Rule(
            f"obligation:{item.id}",
            item.due_at,
            f"OVERDUE since {shown}: {item.title}. Do it now, then confirm it on the card.",
            OVERDUE_AGAIN * situation.pace,
            loud=True,
        )


def _in_a_drill(situation: Situation) -> Iterator[_Rule]:
    """Days, not minutes: nobody waits at a closed door. Repairs are reminded of after its end."""
    incident, day = situation.incident, DRILL_DAY * situation.pace
    last = incident.last_action_at or incident.declared_at
    if incident.closed_at is None and last is not None:
        text = "DRILL: nothing was recorded for a day. Go on with the card, or finish the drill."
        yield _Rule("drill-open", last + day, text, day)
    for item in incident.open_obligations:
        due = item.due_at or item.opened_at + day
        shown = format_moment(due, situation.organisation.time_zone)
        if due - day > item.opened_at:
            soon = f"DRILL: repair by {shown}: {item.title}. Confirm it on the card."
            yield _Rule(f"obligation-soon:{item.id}", due - day, soon)
        late = f"DRILL: OVERDUE since {shown}: {item.title}. Repair it, then confirm it."
        yield _Rule(f"obligation:{item.id}", due, late, day, loud=True)


def _promised_drill(situation: Situation) -> Iterator[_Rule]:
    """The first drill that the permanent fix promised.

    Where the organisation file has a schedule, that one reminds from its first day on, so this is
    said once and before that day, or not at all: nobody is promised the same thing twice.
    """
    moment, schedule = _moment(situation, "drill_at"), situation.organisation.drills
    if moment is None:
        return
    zone = ZoneInfo(situation.organisation.time_zone)
    if schedule is not None and moment.astimezone(zone).date() >= schedule.first:
        return
    yield _Rule(
        "drill",
        moment,
        "The drill is due: sign in with each emergency account, and see the alert arrive. "
        "Begin it with /lockout drill",
        None if schedule is not None else DRILL_AGAIN * situation.pace,
        to_approvers=True,
    )


def _moment(situation: Situation, name: str) -> datetime | None:
    """A moment that a form left behind; a playbook may have put other text there."""
    value = situation.incident.values.get(name)
    try:
        return parse_time(value) if isinstance(value, str) else None
    except ValueError:
        return None
