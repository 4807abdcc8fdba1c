"""Whether the team is ready for the night: what is known of it, and what follows from that.

Ready is only what was looked at and found right: what was never read, never proved or cannot be
judged is a thing to do like any other. The order of these things is the order of the danger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from bot.core.drill_events import DrillResult
from bot.core.drill_schedule import NextDrill
from bot.core.findings import WORST_FIRST, OpenVerdict
from bot.core.wording import counted, without_marks

Kind = Literal[
    "lockout",
    "blocking",
    "accounts",
    "unread",
    "pending",
    "failed",
    "overdue",
    "unproved",
    "stale",
    "unknown",
    "left",
    "file",
    "schedule",
]


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """One emergency account: verdict → for how many policies, the worst first, none of them 0."""

    name: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One policy that keeps an account out, will, or cannot be judged.

    `verdict` is its worst, `accounts` are those that have it; `verdicts` has one of the six for
    each of `PoliciesKnown.accounts`, in their order.
    """

    name: str
    verdict: OpenVerdict
    accounts: tuple[str, ...]
    reason: str
    verdicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PoliciesKnown:
    """The newest snapshot of a tenant, judged. `worst` are a few of the policies in `open`."""

    read_at: datetime
    stale: bool
    policies: int
    accounts: tuple[AccountCounts, ...]
    worst: tuple[OpenLine, ...]
    # How many policies are open, by their worst verdict.
    open: tuple[tuple[OpenVerdict, int], ...]

    def count(self, verdict: OpenVerdict) -> int:
        """How many policies have it as their worst."""
        return dict(self.open).get(verdict, 0)


@dataclass(frozen=True, slots=True)
class DrillHeld:
    """A drill that was finished."""

    id: str
    on: date
    result: DrillResult


@dataclass(frozen=True, slots=True)
class TenantReadiness:
    """One tenant. `readable`: it can be read at its provider from here.

    `held` and `due` are the last and the next drill, `under_way` is the id of an open one, `file`
    what the organisation file lacks.
    """

    id: str
    name: str
    emergency_accounts: int
    readable: bool
    policies: PoliciesKnown | None = None
    held: DrillHeld | None = None
    due: NextDrill | None = None
    under_way: str = ""
    file: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """An obligation that outlived its incident or drill."""

    incident: str
    title: str
    due_at: datetime | None
    drill: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything, as of `at`. `file` is what the organisation file lacks beside its tenants."""

    at: datetime
    time_zone: str
    tenants: tuple[TenantReadiness, ...]
    left_open: tuple[LeftOpen, ...] = ()
    file: tuple[str, ...] = ()
    open_lockouts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do; `tenant` is empty when it is about none. `text` may carry **bold**."""

    kind: Kind
    text: str
    tenant: str = ""


_ORDER: tuple[Kind, ...] = get_args(Kind)


def things_to_do(readiness: Readiness) -> list[ToDo]:
    """The most dangerous first; none of them means ready."""
    found = [
        ToDo("lockout", f"A lockout is open: **{one}**. Go on there: `/lockout status`")
        for one in readiness.open_lockouts
    ]
    for tenant in readiness.tenants:
        found += _of_tenant(tenant)
    found += [_left(one) for one in readiness.left_open]
    found += [ToDo("file", f"Organisation file: {text}") for text in readiness.file]
    if readiness.tenants and all(tenant.due is None for tenant in readiness.tenants):
        text = "Say in the organisation file when drills are due: `drills: {every: quarterly, …}`"
        found.append(ToDo("schedule", text))
    return sorted(found, key=lambda one: _ORDER.index(one.kind))


def _of_tenant(tenant: TenantReadiness) -> Iterator[ToDo]:
    if not tenant.emergency_accounts:
        text = f"Write the emergency accounts of **{tenant.name}** into the organisation file"
        yield ToDo("accounts", text, tenant.id)
    yield from _policies(tenant)
    yield from _drill(tenant)
    for text in tenant.file:
        yield ToDo("file", f"Organisation file, {tenant.name}: {text}", tenant.id)


def _policies(tenant: TenantReadiness) -> Iterator[ToDo]:
    read = how_to_read(tenant)
    known = tenant.policies
    if known is None:
        text = f"Read the policies of **{tenant.name}**: they never were. {read}"
        yield ToDo("unread", text, tenant.id)
        return
    for verdict, words in _OPEN_WORDS.items():
        number = known.count(verdict)
        if number:
            first = next((one.name for one in known.worst if one.verdict == verdict), "")
            what = (
                f"**{first}**" if first and number == 1 else counted(number, "policy", "policies")
            )
            more = f", first of all **{first}**" if first and number > 1 else ""
            yield ToDo(verdict, words.format(what=what, more=more, tenant=tenant), tenant.id)
    if known.stale:
        text = f"Read the policies of **{tenant.name}** again: what is known may be out of date."
        yield ToDo("stale", f"{text} {read}", tenant.id)


_OPEN_WORDS: dict[OpenVerdict, str] = {
    "blocking": "Correct {what} of {tenant.name}{more}: an emergency account is kept out NOW. "
    "The corrections, in a terminal: `lockout snapshot {tenant.id} --show --fix corrections`",
    "pending": "Correct {what} of {tenant.name}{more}, before it is in force: an emergency account "
    "will be kept out. In a terminal: `lockout snapshot {tenant.id} --show --fix corrections`",
    "unknown": "Look at {what} of {tenant.name}{more}: what was read cannot tell whether the "
    "emergency accounts get in. In a terminal: `lockout snapshot {tenant.id} --show`",
}


def how_to_read(tenant: TenantReadiness) -> str:
    """The next action of who has no policies, or old ones."""
    if tenant.readable:
        return f"In a terminal: `lockout snapshot {tenant.id}`"
    return f"In a terminal, from exported files: `lockout snapshot {tenant.id} exported/`"


def _drill(tenant: TenantReadiness) -> Iterator[ToDo]:
    begin = f"Begin it: `/lockout drill {tenant.id}`"
    if tenant.under_way:
        text = f"Finish the DRILL of **{tenant.name}** that is under way: {tenant.under_way}"
        yield ToDo("overdue", text, tenant.id)
    elif tenant.held is not None and tenant.held.result == "failed":
        text = f"Repair what failed, and hold the DRILL of **{tenant.name}** again. {begin}"
        yield ToDo("failed", text, tenant.id)
    elif tenant.due is not None and tenant.due.overdue:
        text = f"Hold the DRILL of **{tenant.name}**: it was due on {tenant.due.on}. {begin}"
        yield ToDo("overdue", text, tenant.id)
    elif tenant.held is None:
        text = f"Hold a first DRILL of **{tenant.name}**: nobody proved that the accounts get in."
        yield ToDo("unproved", f"{text} {begin}", tenant.id)


def _left(one: LeftOpen) -> ToDo:
    return ToDo("left", f"{one.title} ({origin_of(one)})")


def origin_of(one: LeftOpen) -> str:
    """Where an obligation comes from, and its day."""
    mark = "DRILL " if one.drill else ""
    due = f", due {one.due_at:%Y-%m-%d}" if one.due_at else ""
    return f"left open by {mark}{one.incident}{due}"


def as_json(readiness: Readiness) -> dict[str, object]:
    """For a machine; times are ISO 8601, UTC."""
    todo = things_to_do(readiness)
    return {
        "ready": not todo,
        "at": readiness.at.isoformat(),
        "next": without_marks(todo[0].text) if todo else "",
        "todo": [{"kind": o.kind, "tenant": o.tenant, "text": without_marks(o.text)} for o in todo],
        "tenants": [_tenant_json(tenant) for tenant in readiness.tenants],
        "left_open": [
            {
                "incident": one.incident,
                "title": one.title,
                "due_at": one.due_at.isoformat() if one.due_at else None,
            }
            for one in readiness.left_open
        ],
        "organisation_file": list(readiness.file),
        "open_lockouts": list(readiness.open_lockouts),
    }


def _tenant_json(tenant: TenantReadiness) -> dict[str, object]:
    known, held, due = tenant.policies, tenant.held, tenant.due
    return {
        "id": tenant.id,
        "name": tenant.name,
        "policies": None
        if known is None
        else {
            "read_at": known.read_at.isoformat(),
            "stale": known.stale,
            "policies": known.policies,
            "accounts": [{"name": one.name, "counts": dict(one.counts)} for one in known.accounts],
            "open": {verdict: known.count(verdict) for verdict in WORST_FIRST},
            "worst": [
                {
                    "name": one.name,
                    "verdict": one.verdict,
                    "accounts": list(one.accounts),
                    "verdicts": list(one.verdicts),
                    "reason": one.reason,
                }
                for one in known.worst
            ],
        },
        "last_drill": held
        and {"id": held.id, "finished_on": held.on.isoformat(), "result": held.result},
        "next_drill": due and {"due_on": due.on.isoformat(), "overdue": due.overdue},
        "drill_under_way": tenant.under_way or None,
        "organisation_file": list(tenant.file),
    }
