"""What stands above the timeline in every format that people read: plain text, not yet escaped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core import events as e
from bot.core.drill import parts_of
from bot.core.facts import PROVIDER_NAMES
from bot.core.incident import Incident, Obligation
from bot.core.wording import (
    WHY_WORDS,
    addresses_as_text,
    plain_line,
    plain_text,
    ways_as_text,
    words_of,
    words_of_state,
)
from bot.exports.story import Story
from bot.exports.times import Times, format_duration, time_between

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """An obligation and how it ended, in full and in a few words.

    `status` is open, settled or waived.
    """

    id: str
    title: str
    status: str
    told: str
    short: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`durations` are the few numbers that a review begins with; every text is plain."""

    title: str
    drill: bool
    exercise: bool
    state: str
    durations: tuple[Pair, ...]
    about: tuple[Pair, ...]
    times: tuple[Pair, ...]
    walked: tuple[str, ...]
    approvals: tuple[str, ...]
    obligations: tuple[ObligationLine, ...]
    error_text: str


def summarise(incident: Incident, organisation_name: str, times: Times, story: Story) -> Summary:
    """The summary of an incident, when all of its facts have passed by `story`."""
    declared = incident.declared
    tenant = f": {plain_line(declared.tenant)}" if declared else ""
    return Summary(
        title=f"{'DRILL' if incident.drill else 'Lockout'} {plain_line(incident.id)}{tenant}",
        drill=incident.drill,
        exercise=bool(declared and declared.exercise),
        state=words_of_state(incident),
        durations=tuple(_durations(incident, story)),
        about=tuple(_about(incident, organisation_name, times)),
        times=tuple(_times(incident, times)),
        walked=tuple(words_of(playbook) for playbook in incident.walked),
        approvals=tuple(
            f"{plain_line(what)}: asked by {plain_line(asked.name)}, "
            f"approved by {plain_line(agreed.name)}"
            for what, asked, agreed in incident.approved
        ),
        obligations=tuple(
            _obligation(item, story, times) for item in incident.obligations.values()
        ),
        error_text=_text_block(declared.error_text) if declared else "",
    )


def _text_block(text: str) -> str:
    return plain_text(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


def _durations(incident: Incident, story: Story) -> list[Pair]:
    declared = incident.declared_at
    if incident.drill:
        # Nobody was locked out, so nothing here may be taken for a time to restore.
        took = time_between(declared, incident.closed_at)
        return [("The DRILL took", "not finished" if took is None else format_duration(took))]
    waits, waited = story.waited()
    lines = [
        ("Time to first action (MTTA)", time_between(declared, incident.first_action_at)),
        ("Time to restore (MTTR)", time_between(declared, incident.restored_at)),
        (
            f"Waiting for the provider{f' ({waits} times)' if waits > 1 else ''}",
            waited if waits else None,
        ),
        ("Declared until closed", time_between(declared, incident.closed_at)),
    ]
    otherwise = {
        "Time to restore (MTTR)": "not restored",
        "Declared until closed": "not closed",
        "Waiting for the provider": "none",
    }
    return [
        (label, otherwise.get(label, "none yet") if value is None else format_duration(value))
        for label, value in lines
    ]


def _about(incident: Incident, organisation_name: str, times: Times) -> list[Pair]:
    pairs = [("Organisation", organisation_name)]
    declared = incident.declared
    if incident.begun is not None:
        begun = incident.begun
        pairs += [
            ("Tenant", f"{begun.tenant} ({PROVIDER_NAMES[begun.provider]})"),
            ("Why it was held", WHY_WORDS[begun.why]),
            *((part.name, part.status.upper()) for part in parts_of(incident)),
        ]
    elif declared is not None:
        policy = " ".join(filter(None, (declared.policy_name, _in_brackets(declared.policy_id))))
        pairs += [
            ("Tenant", f"{declared.tenant} ({PROVIDER_NAMES[declared.provider]})"),
            ("Suspected policy", policy or "not known"),
            ("Addresses to let in", addresses_as_text(declared.addresses) or "none"),
            ("Accounts affected", ", ".join(declared.accounts) or "not recorded"),
            ("Could still sign in", ways_as_text(declared.access) or "not recorded"),
            ("Impact", declared.impact or "not recorded"),
        ]
    if incident.diagnosis is not None:
        pairs.append(("What the error says", _diagnosis(incident.diagnosis)))
    pairs.append(("Time zone", f"UTC, and {times.name}"))
    return [(label, plain_line(value)) for label, value in pairs]


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""


def _diagnosis(diagnosis: e.ErrorDiagnosed) -> str:
    told = ": ".join(filter(None, (diagnosis.code or "", diagnosis.cause)))
    return told or "nothing known fits it"


def _times(incident: Incident, times: Times) -> list[Pair]:
    if incident.drill:
        return _times_of_drill(incident, times)
    began = incident.declared.began_at if incident.declared else None
    by = f", by {incident.declared_by.name}" if incident.declared_by else ""
    pairs = [
        ("Began", times.both(began)),
        ("Declared", times.both(incident.declared_at) + by),
        ("First action", times.both(incident.first_action_at, "none yet")),
        ("Access back", times.both(incident.restored_at, "not restored")),
        ("Closed", times.both(incident.closed_at, "not closed")),
    ]
    return [(label, plain_line(value)) for label, value in pairs]


def _times_of_drill(incident: Incident, times: Times) -> list[Pair]:
    by = f", by {incident.declared_by.name}" if incident.declared_by else ""
    on = incident.finished.next_on if incident.finished else None
    pairs = [
        ("Begun", times.both(incident.declared_at) + by),
        ("Finished", times.both(incident.closed_at, "not finished")),
        ("Next drill due", on.isoformat() if on else "not known"),
    ]
    return [(label, plain_line(value)) for label, value in pairs]


def _obligation(item: Obligation, story: Story, times: Times) -> ObligationLine:
    ended: datetime | None = story.ended.get(item.id)
    due = f"due {times.both(item.due_at)}" if item.due_at else ""
    by = item.ended_by.name if item.ended_by else "somebody"
    after = time_between(item.opened_at, ended)
    lasted = f" after {format_duration(after)}" if after is not None else ""
    late = _late(item.due_at, ended)
    match item.status:
        case "settled":
            told, short = f"confirmed as done by {by}{lasted}{late}", f"done{late}"
        case "waived":
            told, short = f"waived by {by}{lasted}: {item.reason}", "waived"
        case _:
            told, short = ", ".join(filter(None, ("STILL OPEN", due))), "STILL OPEN"
    return ObligationLine(item.id, plain_line(item.title), item.status, plain_line(told), short)


def _late(due: datetime | None, ended: datetime | None) -> str:
    late = time_between(due, ended)
    if late is None or late.total_seconds() <= 0:
        return ""
    return f", {format_duration(late)} late"


def milestones(incident: Incident) -> list[tuple[str, datetime]]:
    """The moments that a drawing names, earliest first."""
    began = incident.declared.began_at if incident.declared else None
    known = [
        ("Began", began),
        ("Begun" if incident.drill else "Declared", incident.declared_at),
        ("First action", incident.first_action_at),
        ("Access back", incident.restored_at),
        ("Finished" if incident.drill else "Closed", incident.closed_at),
    ]
    return sorted(((name, at) for name, at in known if at is not None), key=lambda item: item[1])
