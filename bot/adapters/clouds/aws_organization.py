"""The organization: its policies as AWS describes them, and what hangs where.

Where a policy hangs is asked of the policy, not of every account: there are fewer policies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.clouds.aws_calls import Calls, Gone
from bot.audit.model import Source
from bot.core.errors import Broken, Problem

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
# AWS's own, which allow everything; the audit knows them by these IDs.
FULL_ACCESS = frozenset({"p-FullAWSAccess", "p-RCPFullAWSAccess"})
WHERE = "organization"
NOBODY_KNOWS = "Where policies are attached is not known, so that no verdict counts on it."


@dataclass
class Organization:
    """What was read. `root` is a node as `audit.aws.tree` describes it; empty when not known.

    `names` are those of all policies by ID, `wide` the IDs of those on a root or a unit, None when
    that is not known.
    """

    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    root: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    wide: frozenset[str] | None = None


def read_organization(calls: Calls) -> Organization:
    """Policies and tree. Errors: Broken when SCPs cannot be listed, Unavailable."""
    found = Organization()
    summaries = list(calls.every("organizations", "list_policies", "Policies", Filter=SCP))
    try:
        summaries += calls.every("organizations", "list_policies", "Policies", Filter=RCP)
    except Broken as error:
        found.problems.append(Problem(WHERE, 0, RCP, f"RCPs were not read. {error.reason}"))
    for summary in summaries:
        if summary["Id"] not in FULL_ACCESS:
            found.names[summary["Id"]] = summary["Name"]
            _describe(calls, summary, found)
    try:
        attached = _attached(calls, summaries)
        found.root = _root(calls, attached)
    except Broken as error:
        message = f"{NOBODY_KNOWS} {error.reason}"
        found.problems.append(Problem(WHERE, 0, "", message, fatal=False))
        return found
    found.wide = frozenset(
        policy
        for target, policies in attached.items()
        if not target.isdigit()
        for policy in policies
    )
    return found


def _describe(calls: Calls, summary: Mapping[str, Any], found: Organization) -> None:
    policy = summary["Id"]
    try:
        described = calls.one("organizations", "describe_policy", PolicyId=policy)["Policy"]
    except Gone:
        # Deleted since it was listed.
        del found.names[policy]
        return
    except Broken as error:
        message = f"{summary['Name']} was not read. {error.reason}"
        found.problems.append(Problem(WHERE, 0, policy, message))
        return
    kind = "rcp" if described["PolicySummary"]["Type"] == RCP else "scp"
    written = json.dumps({"Policy": described}, indent=2, ensure_ascii=False)
    found.sources.append(Source(f"{kind}/{policy}.json", written.encode()))


def _attached(calls: Calls, summaries: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The policies of each root, unit and account that has some."""
    attached: dict[str, list[str]] = {}
    for summary in summaries:
        policy = summary["Id"]
        try:
            targets = calls.every(
                "organizations", "list_targets_for_policy", "Targets", PolicyId=policy
            )
        except Gone:
            continue
        for target in targets:
            attached.setdefault(target["TargetId"], []).append(policy)
    return attached


def _root(calls: Calls, attached: Mapping[str, list[str]]) -> dict[str, Any]:
    """The tree. An organization has exactly one root."""
    roots = calls.every("organizations", "list_roots", "Roots")
    if not roots:
        raise Broken("AWS shows no root of the organization.")
    return _node(calls, roots[0], attached)


def _node(
    calls: Calls, node: Mapping[str, Any], attached: Mapping[str, list[str]]
) -> dict[str, Any]:
    """A root or unit with all below it; AWS allows five levels of units."""
    accounts = calls.every(
        "organizations", "list_accounts_for_parent", "Accounts", ParentId=node["Id"]
    )
    units = calls.every(
        "organizations",
        "list_organizational_units_for_parent",
        "OrganizationalUnits",
        ParentId=node["Id"],
    )
    return {
        "id": node["Id"],
        "name": node["Name"],
        "policies": sorted(attached.get(node["Id"], ())),
        "accounts": {
            account: sorted(attached.get(account, ()))
            for account in sorted(one["Id"] for one in accounts)
        },
        "children": [
            _node(calls, unit, attached) for unit in sorted(units, key=lambda one: str(one["Id"]))
        ],
    }
