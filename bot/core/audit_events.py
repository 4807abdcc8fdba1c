"""The kinds of facts that an audit in a walk leaves; part of the union in `events`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.core.findings import OpenPolicy, OpenVerdict, Standing
from bot.core.happened import Happened


class AuditAsked(Happened):
    """Somebody wants to know which policies would keep the emergency accounts out, now."""

    kind: Literal["AuditAsked"] = "AuditAsked"
    playbook: str
    step: str
    tenant: str


class PoliciesAudited(Happened):
    """The answer: `asked` is the version of the fact that asked.

    `taken_at` is when the policies were read, `live` whether that was for this answer; if not,
    `instead` may say why the provider could not be asked. `counts` are verdicts, one for each
    policy and account. `findings` are only what is open, the worst first; `left_out` counts those
    that did not fit.
    """

    kind: Literal["PoliciesAudited"] = "PoliciesAudited"
    playbook: str
    step: str
    asked: int
    tenant: str
    taken_at: datetime
    live: bool
    instead: str = ""
    policies: int
    accounts: int
    counts: dict[str, int]
    findings: tuple[OpenPolicy, ...] = ()
    left_out: int = 0


class AuditFailed(Happened):
    """There is no answer: why, and what to do. `asked` as above."""

    kind: Literal["AuditFailed"] = "AuditFailed"
    playbook: str
    step: str
    asked: int
    tenant: str
    reason: str
    hint: str = ""


class PolicyWaived(Happened):
    """An approver let a policy stand as it is, and said why.

    `standings` are what was waived: what the newest audit said of each account then. Older facts
    have only their worst `verdict`.
    """

    kind: Literal["PolicyWaived"] = "PolicyWaived"
    playbook: str
    step: str
    policy_id: str
    policy_name: str
    verdict: OpenVerdict
    reason: str
    standings: tuple[Standing, ...] = ()


class WaiverTakenBack(Happened):
    """An approver thought better of it: the policy counts as open again."""

    kind: Literal["WaiverTakenBack"] = "WaiverTakenBack"
    playbook: str
    step: str
    policy_id: str
    policy_name: str
