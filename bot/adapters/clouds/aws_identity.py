"""The emergency accounts of the account that we are signed in to, as IAM knows them.

Policies inline, attached and by group, the boundary, tags, and which MFA devices a user has. IAM
answers for its own account only; the others are named as problems.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.clouds.aws_calls import Calls, Gone
from bot.audit.aws.principal import Principal, parse_principal
from bot.audit.model import Source
from bot.core.errors import Broken, Problem

BOUNDARY = "PermissionsBoundaryType"


@dataclass
class Identities:
    """What was read. `principals` are the names of an account's sources; `tags` and `methods` too.

    An account that could not be read whole is in none of the three.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    principals: dict[str, list[str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    methods: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_identities(calls: Calls, account: str, arns: tuple[str, ...]) -> Identities:
    """The emergency accounts among `arns` that are in `account`. Errors: Unavailable."""
    found = Identities()
    for arn in arns:
        principal = parse_principal(arn)
        if isinstance(principal, str):
            found.problems.append(Problem(arn, 0, "", principal))
        elif principal.account != account:
            message = (
                f"Its own policies and boundary are in account {principal.account} and cannot be "
                f"read from account {account}. Audit them from there."
            )
            found.problems.append(Problem(arn, 0, "", message, fatal=False))
        elif principal.kind == "root":
            # A root user has no policies of its own.
            found.principals[arn] = []
        else:
            _read_one(calls, principal, found)
    return found


def _read_one(calls: Calls, principal: Principal, found: Identities) -> None:
    kind, name = principal.kind, principal.name
    label = kind.capitalize()
    try:
        described = calls.one("iam", f"get_{kind}", **{f"{label}Name": name})[label]
    except Gone:
        message = f"There is no such {kind}: nobody can get in by it."
        found.problems.append(Problem(principal.arn, 0, "", message))
        return
    except Broken as error:
        found.problems.append(Problem(principal.arn, 0, "", f"Was not read. {error.reason}"))
        return
    if described["Arn"] != principal.arn:
        message = (
            f"Its ARN is {described['Arn']}: write it so, with its path, or no exemption and no "
            "verdict is about it."
        )
        found.problems.append(Problem(principal.arn, 0, "", message))
        return
    found.tags[principal.arn] = {one["Key"]: one["Value"] for one in described.get("Tags") or ()}
    reader = _Reader(calls, found, principal)
    reader.policies(described)
    if kind == "user":
        reader.methods()


@dataclass
class _Reader:
    """Reads what one role or user has; what is refused is a problem, and the rest is still read."""

    calls: Calls
    found: Identities
    principal: Principal
    names: list[str] = field(default_factory=list)
    whole: bool = True

    def policies(self, described: Mapping[str, Any]) -> None:
        """Inline, attached, by group, and the boundary."""
        kind, name = self.principal.kind, self.principal.name
        self._owned(kind, name)
        if kind == "user":
            for group in self._list("list_groups_for_user", "Groups", UserName=name):
                self._owned("group", group["GroupName"])
        boundary = described.get("PermissionsBoundary")
        if boundary:
            arn = boundary["PermissionsBoundaryArn"]
            self._managed(arn, arn.rpartition("/")[2], {BOUNDARY: "Policy"})
        if self.whole:
            self.found.principals[self.principal.arn] = self.names

    def methods(self) -> None:
        """What a user signs in with beside the password; IAM does not tell it of roles."""
        name = self.principal.name
        before = self.whole
        self.whole = True
        devices = self._list("list_mfa_devices", "MFADevices", UserName=name)
        if self.whole:
            told = {_method(device["SerialNumber"]) for device in devices}
            self.found.methods[self.principal.arn] = tuple(sorted(told))
        self.whole = before

    def _owned(self, kind: str, name: str) -> None:
        """What a role, user or group has itself."""
        key = f"{kind.capitalize()}Name"
        owner = {key: name}
        for policy in self._list(f"list_{kind}_policies", "PolicyNames", **owner):
            self._inline(kind, owner, policy)
        for one in self._list(f"list_attached_{kind}_policies", "AttachedPolicies", **owner):
            self._managed(one["PolicyArn"], one["PolicyName"], {})

    def _inline(self, kind: str, owner: dict[str, str], policy: str) -> None:
        try:
            got = self.calls.one("iam", f"get_{kind}_policy", **owner, PolicyName=policy)
        except Broken as error:
            self._complain(policy, error)
            return
        (name,) = owner.values()
        document = {**owner, "PolicyName": policy, "PolicyDocument": got["PolicyDocument"]}
        self._keep(f"iam/{kind}/{name}/{policy}.json", document)

    def _managed(self, arn: str, name: str, more: dict[str, str]) -> None:
        """A policy with an ARN, in the version that is in force."""
        place = arn.split(":", 5)
        source = f"iam/{'boundary' if more else 'managed'}/{place[4]}/{place[5]}.json"
        if source in self.found.sources:
            self.names.append(source)
            return
        try:
            version = self.calls.one("iam", "get_policy", PolicyArn=arn)["Policy"]
            got = self.calls.one(
                "iam",
                "get_policy_version",
                PolicyArn=arn,
                VersionId=version["DefaultVersionId"],
            )
        except Broken as error:
            self._complain(name, error)
            return
        document = got["PolicyVersion"]["Document"]
        self._keep(
            source, {"PolicyArn": arn, "PolicyName": name, **more, "PolicyDocument": document}
        )

    def _keep(self, source: str, document: dict[str, Any]) -> None:
        written = json.dumps(document, indent=2, ensure_ascii=False)
        self.found.sources[source] = Source(source, written.encode())
        self.names.append(source)

    def _list(self, operation: str, key: str, **given: Any) -> list[Any]:  # noqa: ANN401 - boto3's
        try:
            return self.calls.every("iam", operation, key, **given)
        except Broken as error:
            self._complain(key, error)
            return []

    def _complain(self, what: str, error: Broken) -> None:
        self.whole = False
        message = f"Was not read whole. {error.reason}"
        self.found.problems.append(Problem(self.principal.arn, 0, what, message))


def _method(serial: str) -> str:
    """The kind of a device, by its serial number (IAM API reference, MFADevice).

    A virtual device's is an ARN with `mfa`, a security key's one with `u2f`; what is no ARN is
    printed on a device that shows codes.
    """
    if not serial.startswith("arn:"):
        return "hardwareoath"
    kind = serial.split(":", 5)[-1].partition("/")[0]
    return {"u2f": "fido2", "mfa": "softwareoath"}.get(kind, kind)
