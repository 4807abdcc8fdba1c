"""What an incident knows from audits: who asked, the newest answer, what was waived.

The facts hold everything that a step shows, so nothing here asks a provider or judges a policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import events as e
from bot.core.findings import OpenPolicy, Standing
from bot.core.timeline import Actor, Fact


@dataclass(frozen=True, slots=True)
class Asked:
    """An audit that has no answer yet; `number` is the version of the fact that asked."""

    number: int
    actor: Actor
    at: datetime
    event: e.AuditAsked


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a policy may stand, and how it stood for each account when that was said."""

    name: str
    standings: tuple[Standing, ...]
    reason: str
    actor: Actor

    def beyond(self, policy: OpenPolicy) -> list[Standing]:
        """What was not waived: accounts that came since, and what is worse than it was."""
        return [
            one for one in policy.standings if not any(old.covers(one) for old in self.standings)
        ]


@dataclass(frozen=True, slots=True)
class Examined:
    """What an audit said of each account; `number` is the version of that fact."""

    number: int
    fact: e.AccountsExamined


@dataclass(frozen=True, slots=True)
class Audited:
    """`failed` is the newest attempt when it came to nothing; `newest` the newest that did not.

    `number` is the version of `newest`. `examined` is the newest of a drill, `group_read` the
    newest of them that knew who is in the exclusion group.
    """

    asked: Asked | None = None
    newest: e.PoliciesAudited | None = None
    number: int = 0
    failed: e.AuditFailed | None = None
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    examined: Examined | None = None
    group_read: Examined | None = None

    @property
    def open(self) -> list[OpenPolicy]:
        """What still stands between the incident and its permanent fix, the worst first."""
        found = self.newest.findings if self.newest else ()
        return [policy for policy in found if not self.waived(policy)]

    @property
    def result(self) -> str:
        """`failed`, `clean`, `open`, or `old`: open by what was read earlier; empty before all."""
        if self.failed is not None:
            return "failed"
        if self.newest is None:
            return ""
        if not self.open and not self.left_out:
            return "clean"
        return "open" if self.newest.live else "old"

    @property
    def members_result(self) -> str:
        """Of the newest attempt: `failed`, `exact`, `wrong` or `unknown`; empty before all."""
        if self.failed is not None:
            return "failed"
        if self.newest is None:
            return ""
        examined = self.examined.fact if self.examined else None
        if examined is None or examined.asked != self.newest.asked or not examined.knows_group:
            return "unknown"
        return "exact" if examined.exact else "wrong"

    @property
    def left_out(self) -> int:
        """How many more are open that the fact could not hold."""
        return self.newest.left_out if self.newest else 0

    def waived(self, policy: OpenPolicy) -> Waiver | None:
        """A waiver holds as long as the policy stands for no account worse than was waived."""
        waiver = self.waivers.get(policy.policy_id)
        return None if waiver is None or waiver.beyond(policy) else waiver


def evolve_audited(audited: Audited, fact: Fact) -> Audited:
    """One fact further; other kinds change nothing."""
    match fact.event:
        case e.AuditAsked() as event:
            asked = Asked(fact.version, fact.actor, fact.occurred_at, event)
            return replace(audited, asked=asked)
        case e.PoliciesAudited() as event:
            answered = _answered(audited, event.asked)
            return replace(answered, newest=event, number=fact.version, failed=None)
        case e.AuditFailed() as event:
            return replace(_answered(audited, event.asked), failed=event)
        case e.AccountsExamined() as event:
            examined = Examined(fact.version, event)
            group_read = examined if event.knows_group else audited.group_read
            return replace(audited, examined=examined, group_read=group_read)
        case e.PolicyWaived() | e.WaiverTakenBack() as event:
            return replace(audited, waivers=_waivers(audited, event, fact.actor))
        case _:
            return audited


def _waivers(
    audited: Audited, event: e.PolicyWaived | e.WaiverTakenBack, actor: Actor
) -> dict[str, Waiver]:
    waivers = {key: one for key, one in audited.waivers.items() if key != event.policy_id}
    if isinstance(event, e.PolicyWaived):
        standings = event.standings or _seen(audited, event.policy_id)
        waivers[event.policy_id] = Waiver(event.policy_name, standings, event.reason, actor)
    return waivers


def _seen(audited: Audited, policy_id: str) -> tuple[Standing, ...]:
    """What an older fact waived: the audit before it says so. Of anything else, nothing."""
    found = audited.newest.findings if audited.newest else ()
    return next((one.standings for one in found if one.policy_id == policy_id), ())


def _answered(audited: Audited, number: int) -> Audited:
    """A late answer to an older question leaves the newer one open."""
    if audited.asked is None or audited.asked.number > number:
        return audited
    return replace(audited, asked=None)
