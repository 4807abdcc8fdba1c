"""What a line of the tables of cases holds, and the policies that the cases share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.audit.google.run import audit_google
from bot.audit.model import Finding, Question, Report, Source

MAIL = "emergency-1@example.com"
USER = f"user:{MAIL}"
SUBJECT = f"principal://goog/subject/{MAIL}"
GROUP = "sg-break-glass-admins@example.com"
GROUP_SET = f"principalSet://goog/group/{GROUP}"
OTHERS = "principalSet://goog/group/others@example.com"
EVERYBODY = "principalSet://goog/public:all"
ROBOT = "break-glass@admin-project.iam.gserviceaccount.com"
SERVICE = f"principal://iam.googleapis.com/projects/-/serviceAccounts/{ROBOT}"
POOL = "iam.googleapis.com/locations/global/workforcePools/staff"
SET_POLICY = "cloudresourcemanager.googleapis.com/projects.setIamPolicy"
NAME = "policies/cloudresourcemanager.googleapis.com%2Forganizations%2F123456789012/denypolicies/"
ORGANIZATION = "//cloudresourcemanager.googleapis.com/organizations/123456789012"
BOUNDARY = "organizations/123456789012/locations/global/principalAccessBoundaryPolicies/narrow"


def rule(**more: object) -> dict[str, Any]:
    """A deny rule for everybody that takes away setting who may do what."""
    denied = {"deniedPrincipals": [EVERYBODY], "deniedPermissions": [SET_POLICY], **more}
    return {"denyRule": {key: value for key, value in denied.items() if value is not None}}


def when(expression: str) -> dict[str, Any]:
    """The same rule under a condition."""
    return rule(denialCondition={"title": "When", "expression": expression})


def deny(*rules: dict[str, Any], name: str = f"{NAME}top") -> dict[str, Any]:
    """A deny policy."""
    return {"name": name, "kind": "DenyPolicy", "displayName": "Top", "rules": list(rules)}


def access(**more: object) -> dict[str, Any]:
    """A v3 access policy with one rule that denies everybody."""
    given = {
        "effect": "DENY",
        "principals": [EVERYBODY],
        "operation": {"permissions": [SET_POLICY]},
        **more,
    }
    name = "organizations/123456789012/locations/global/accessPolicies/strict"
    return {"name": name, "displayName": "Strict", "details": {"rules": [given]}}


def boundary(*resources: str, name: str = BOUNDARY) -> dict[str, Any]:
    """A principal access boundary that opens these resources."""
    rules = [{"effect": "ALLOW", "resources": list(resources)}]
    return {"name": name, "displayName": "Narrow", "details": {"rules": rules}}


def bound(
    to: str = ORGANIZATION, condition: str = "", policy: str = BOUNDARY, **more: object
) -> dict[str, Any]:
    """A binding of a principal access boundary."""
    made: dict[str, Any] = {
        "name": "organizations/123456789012/locations/global/policyBindings/all",
        "target": {"principalSet": to},
        "policy": policy,
        **more,
    }
    return {**made, "condition": {"expression": condition}} if condition else made


def level(name: str = "office", function: str = "AND", *conditions: object) -> dict[str, Any]:
    """An access level with basic conditions."""
    return {
        "name": f"accessPolicies/1/accessLevels/{name}",
        "title": name,
        "basic": {"combiningFunction": function, "conditions": list(conditions)},
    }


def binding(*levels: str, group: str = GROUP, **more: object) -> dict[str, Any]:
    """A binding of access levels to a group."""
    return {
        "name": "organizations/123456789012/gcpUserAccessBindings/b1",
        "groupKey": group,
        "accessLevels": [f"accessPolicies/1/accessLevels/{name}" for name in levels],
        **more,
    }


def constraint(name: str, **more: object) -> dict[str, Any]:
    """An organization policy."""
    return {"name": f"organizations/123456789012/policies/{name}", **more}


def source(value: object, name: str = "policy.json") -> Source:
    """A file with this JSON."""
    return Source(name, json.dumps(value, indent=2).encode())


@dataclass(frozen=True)
class Case:
    """Policies, one account, the verdict on the first that an expert signs, words of the reason."""

    name: str
    policies: tuple[dict[str, Any], ...]
    verdict: str
    words: tuple[str, ...] = ()
    account: str = USER
    groups: tuple[str, ...] = (GROUP,)
    members: Mapping[str, tuple[str, ...]] | None = field(default=None)
    customer: str = ""
    severity: str = ""

    def question(self) -> Question:
        """Who is asked about."""
        return Question((self.account,), self.groups, self.members)

    def report(self) -> Report:
        """What the audit says about the case alone."""
        return audit_google([source(list(self.policies))], self.question(), customer=self.customer)

    def finding(self) -> Finding:
        """On the first policy."""
        return self.report().findings[0]
