"""From whom a policy covers, what it guards and what it asks, to one verdict and one sentence.

The order is the one in which the answer becomes certain: off, for others, excluded, guards
nothing that is signed in to, can be met. Only then does what is missing make it unknown, and only
what is left is blocking, or pending when it is not in force yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.audit.entra.controls import Controls, Demand
from bot.audit.entra.narrowing import narrowing
from bot.audit.entra.policy import Policy, for_workloads
from bot.audit.entra.resources import APPLICATIONS, Resource, resource
from bot.audit.entra.scope import USERS, Covered, Scope
from bot.audit.entra.shape import value_of
from bot.audit.model import Severity, Verdict

REPORT_ONLY: Final = "enabledforreportingbutnotenforced"
_STATES = {"enabled", "disabled", REPORT_ONLY}
_FALLING: tuple[Severity, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer for one account. `where` is the field of the policy that decides."""

    verdict: Verdict
    severity: Severity
    reason: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a policy means for anybody whom it covers; worked out once for all accounts."""

    guarded: Resource
    demand: Demand
    when: str
    impossible: str
    severity: Severity
    deliberate: bool


class Judge:
    """Judges policies for one question. `places` are names of locations by lower-case ID."""

    def __init__(self, scope: Scope, controls: Controls, places: Mapping[str, str]) -> None:
        self._scope = scope
        self._places = places
        self._controls = controls

    def judge(self, policy: Policy, accounts: tuple[str, ...]) -> list[Judgement]:
        """One judgement for each account, in their order."""
        off = _off(policy)
        if off:
            return [off] * len(accounts)
        reading: Reading | None = None
        judged: list[Judgement] = []
        sides: tuple[Covered, Covered] | None = None
        for account in accounts:
            found = self._scope.included(policy, account), self._scope.excluded(policy, account)
            # Emergency accounts are mostly covered alike, and then the answer is the same too.
            if found != sides:
                sides = found
                answer = _outside(policy, *sides)
                if answer is None:
                    reading = reading or self._read(policy)
                    answer = _inside(policy, reading, *sides)
                judged.append(answer)
            else:
                judged.append(judged[-1])
        return judged

    def is_deliberate(self, policy: Policy) -> bool:
        """Whether the policy is aimed at the emergency accounts and nobody else."""
        return self._scope.deliberate(policy)

    def _read(self, policy: Policy) -> Reading:
        guarded = resource(policy)
        narrowed = narrowing(policy, self._places)
        demand = self._controls.demand(policy)
        when = (*guarded.when, *narrowed.when)
        severity = "medium" if guarded.guarded == "enrol" else demand.severity
        fewer = bool(narrowed.when) or not guarded.broad
        steps = fewer + narrowed.aside + (policy.state == REPORT_ONLY)
        return Reading(
            guarded=guarded,
            demand=demand,
            when=f" only when {' and '.join(when)}" if when else "",
            impossible=narrowed.impossible,
            severity=_lowered(severity, steps),
            deliberate=self._scope.deliberate(policy),
        )


def _lowered(severity: Severity, steps: int) -> Severity:
    if severity not in _FALLING:
        return severity
    return _FALLING[min(_FALLING.index(severity) + steps, len(_FALLING) - 1)]


def _outside_scope(reason: str, *where: str) -> Judgement:
    return Judgement("not_in_scope", "info", reason, where)


def _off(policy: Policy) -> Judgement | None:
    """What takes a policy out of play for everybody."""
    if value_of(policy.raw, "deletedDateTime") is not None:
        reason = "The policy is deleted; if somebody restores it, look again."
        return _outside_scope(reason, "deletedDateTime")
    if policy.state == "disabled":
        return _outside_scope("The policy is switched off.", "state")
    return None


def _outside(policy: Policy, included: Covered, excluded: Covered) -> Judgement | None:
    """The answer for an account that is certainly not covered."""
    if included.yes is False:
        return _outside_scope(_not_included(policy), *USERS)
    if not excluded.yes:
        return None
    if excluded.field == "excludeRoles":
        reason = (
            f"The policy excludes {excluded.words}; that holds only while the account has this"
            " role as an active, permanent, tenant-wide assignment."
        )
        return Judgement("excluded", "low", reason, (*USERS, excluded.field))
    member = ", which the account is in" if excluded.field == "excludeGroups" else ""
    reason = f"The policy excludes {excluded.words}{member}."
    return Judgement("excluded", "info", reason, (*USERS, excluded.field))


def _not_included(policy: Policy) -> str:
    users = policy.users
    named = [user for user in users.include_users if user not in ("None", "GuestsOrExternalUsers")]
    if named or users.include_groups:
        return "The policy covers other users, groups or roles, not this account."
    if users.include_roles:
        return (
            "The policy covers other roles; the account is presumed to hold none but Global"
            " Administrator."
        )
    if policy.has_guests():
        return "The policy covers guests and external users only."
    if for_workloads(policy.conditions):
        return "The policy is for service principals or agents, not for users."
    return "The policy covers nobody."


def _inside(policy: Policy, reading: Reading, included: Covered, excluded: Covered) -> Judgement:
    """The answer for an account that is covered, or may be."""
    if reading.guarded.guarded == "none":
        reason = f"The policy keeps nobody from signing in: {reading.guarded.words}."
        return _outside_scope(reason, *APPLICATIONS)
    if reading.impossible:
        reason = f"The policy can never apply: it takes out all the {reading.impossible} it names."
        return _outside_scope(reason, "conditions", reading.impossible)
    if reading.demand.met:
        return _satisfiable(reading, included, excluded)
    doubt = _doubt(policy, reading, included, excluded)
    if doubt:
        reason, where = doubt
        # What may be a lockout ranks by how bad it would be.
        severity = _lowered(reading.severity, 1 + (reading.demand.met is None))
        return Judgement("unknown", severity, reason, where)
    return _kept_out(policy, reading, included, excluded)


def _satisfiable(reading: Reading, included: Covered, excluded: Covered) -> Judgement:
    demand = reading.demand
    certain = included.yes and excluded.yes is False
    who = f"The policy covers {included.words}" if certain else "The policy may cover the account"
    severity: Severity = "low" if demand.words else "info"
    met = f" and {demand.words}, which the account can meet {demand.why}"
    reason = f"{who}{met if demand.words else f'; {demand.why}'}."
    return Judgement("satisfiable", severity, reason, demand.where)


def _doubt(
    policy: Policy, reading: Reading, included: Covered, excluded: Covered
) -> tuple[str, tuple[str, ...]] | None:
    """What is missing for an answer, as a sentence, and the field it is missing for."""
    demand = reading.demand
    asked = f"the policy {demand.words}{reading.when}"
    for side, does in ((included, "includes"), (excluded, "excludes")):
        if side.yes is None:
            reason = (
                f"It is not known {side.words}, which decides whether the policy {does} this"
                f" account; {asked}."
            )
            return reason, (*USERS, side.field)
    if policy.state not in _STATES:
        state = f"is {policy.state}" if policy.state else "is not in this file"
        return f"It is not known whether the policy is on: its state {state}; {asked}.", ("state",)
    if reading.guarded.guarded == "unknown":
        return f"It is not known {reading.guarded.words}; {asked}.", ("conditions",)
    if demand.met is None:
        reason = f"The policy covers {included.words}; it {demand.words}{reading.when}, "
        return f"{reason}{demand.why}.", demand.where
    return None


def _kept_out(policy: Policy, reading: Reading, included: Covered, excluded: Covered) -> Judgement:
    demand = reading.demand
    out = f"nothing takes this account out{excluded.words and f' ({excluded.words})'}"
    why = f", {demand.why}" if demand.why else ""
    asked = f"{demand.words}{why}{',' if why and reading.when else ''}{reading.when}"
    if reading.deliberate:
        reason = (
            f"The policy is aimed at the emergency accounts alone and {asked}; do not exclude"
            " them: register what it asks for, or change what it asks."
        )
    elif reading.guarded.guarded == "enrol":
        reason = (
            f"The policy does not stop the sign-in, but it stops enrolling a new key: it {asked};"
            f" it covers {included.words}, and {out}."
        )
    else:
        reason = f"The policy {asked}; it covers {included.words}, and {out}."
    if policy.state == REPORT_ONLY:
        reason = f"{_waiting(policy)} {reason}"
        return Judgement("pending", reading.severity, reason, demand.where)
    return Judgement("blocking", reading.severity, reason, demand.where)


def is_microsoft_managed(policy: Policy) -> bool:
    """Whether Microsoft made the policy and may switch it on. Only its name gives it away."""
    return policy.name.casefold().startswith("microsoft-managed")


def _waiting(policy: Policy) -> str:
    if is_microsoft_managed(policy):
        return "Report-only today, and Microsoft-managed: Microsoft switches it on by itself."
    if value_of(policy.raw, "templateId"):
        return "Report-only today, made from a Microsoft template; this is what it does once on."
    return "Report-only today; this is what it does once it is on."
