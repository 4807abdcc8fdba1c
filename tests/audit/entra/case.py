"""How a policy is labelled by hand: what it does to the first emergency account, and why.

Each case is the base policy (enabled, all users, all applications, block) with a few changes.
`says` must stand in the reason; `at` is the end of the path to the field that decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.audit.model import Severity, Verdict
from tests.audit.entra.policies import GROUP, ONE, TWO


@dataclass(frozen=True)
class Case:
    """One policy, one account, one label."""

    name: str
    changes: dict[str, Any]
    verdict: Verdict
    says: str
    at: str = ""
    severity: Severity | None = None
    methods: tuple[str, ...] = ()
    groups: tuple[str, ...] = (GROUP,)
    members: Mapping[str, tuple[str, ...]] | None = None
    accounts: tuple[str, ...] = field(default=(ONE, TWO))


def users(**lists: object) -> dict[str, Any]:
    """Changes to `conditions.users`."""
    return {f"conditions.users.{name}": value for name, value in lists.items()}


def nobody_but(**lists: object) -> dict[str, Any]:
    """As `users`, with 'All' taken out."""
    return users(includeUsers=[], **lists)


def controls(*names: str, operator: str = "OR", **more: object) -> dict[str, Any]:
    """Other grant controls instead of block."""
    return {"grantControls": {"operator": operator, "builtInControls": list(names), **more}}


def strength(identity: str, **more: object) -> dict[str, Any]:
    """An authentication strength instead of block."""
    return controls(authenticationStrength={"id": identity, **more})


REPORT_ONLY = {"state": "enabledForReportingButNotEnforced"}
GUESTS = {"guestOrExternalUserTypes": "b2bCollaborationGuest,internalGuest"}
