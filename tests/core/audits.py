"""Answers of audits, as short as a test wants them."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.core.drill_events import AccountsExamined
from bot.core.events import (
    AuditAsked,
    AuditFailed,
    PoliciesAudited,
    PolicyWaived,
    WaiverTakenBack,
)
from bot.core.findings import CommandText, Correction, OpenPolicy, OpenVerdict, Standing

TAKEN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PLACE = {"playbook": "entra-exclusion-group", "step": "audit"}
ASKED = AuditAsked(**PLACE, tenant="entra-example")


def open_policy(
    name: str, verdict: OpenVerdict = "blocking", *corrections: Correction, **changes: object
) -> OpenPolicy:
    """A policy that keeps one account out."""
    standing = Standing(account="account-1", verdict=verdict, severity="high", reason=f"By {name}.")
    return OpenPolicy.model_validate(
        {
            "policy_id": name,
            "policy_name": f"Policy {name}",
            "standings": (standing,),
            "corrections": corrections,
            **changes,
        }
    )


def correction(**changes: object) -> Correction:
    """An edit with one command."""
    said: dict[str, object] = {
        "diff": "+ the group",
        "commands": (CommandText(title="Run", text="fix it"),),
    }
    return Correction.model_validate({**said, **changes})


def answer(asked: int, *findings: OpenPolicy, **changes: object) -> PoliciesAudited:
    """The answer to the question with this number; nothing is open unless it is named."""
    return PoliciesAudited.model_validate(
        {
            **PLACE,
            "asked": asked,
            "tenant": "entra-example",
            "taken_at": TAKEN,
            "live": True,
            "policies": 42,
            "accounts": 2,
            "counts": {"excluded": 84},
            "findings": findings,
            **changes,
        }
    )


def no_answer(asked: int, reason: str = "It is away", hint: str = "") -> AuditFailed:
    """Nothing came of it."""
    return AuditFailed(**PLACE, asked=asked, tenant="entra-example", reason=reason, hint=hint)


def waived(policy: OpenPolicy, reason: str = "Not ours") -> PolicyWaived:
    """An approver lets it stand as it is."""
    return PolicyWaived(
        **PLACE,
        policy_id=policy.policy_id,
        policy_name=policy.policy_name,
        verdict=policy.worst,
        reason=reason,
        standings=policy.standings,
    )


def taken_back(policy: OpenPolicy) -> WaiverTakenBack:
    """An approver thought better of it."""
    return WaiverTakenBack(**PLACE, policy_id=policy.policy_id, policy_name=policy.policy_name)


def examined(
    inside: str = "yy", *, asked: int = 2, group: str = "sg-break-glass-admins", **changes: object
) -> AccountsExamined:
    """What stands beside an answer in a drill. `inside`, one letter an account: is it (y, n, ?)."""
    accounts = [
        {
            "account": f"account-{number}",
            "name": f"emergency-{number}",
            "counts": {"excluded": 42},
            "in_group": {"y": True, "n": False}.get(letter),
        }
        for number, letter in enumerate(inside, start=1)
    ]
    said: dict[str, object] = {
        **PLACE,
        "asked": asked,
        "tenant": "entra-example",
        "taken_at": TAKEN,
        "live": False,
        "accounts": accounts,
        "group": group,
    }
    return AccountsExamined.model_validate({**said, **changes})
