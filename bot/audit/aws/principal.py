"""The account that is asked about, and what AWS would know of its request before it is made.

Only what the account's ARN, the tree of the organization and AWS's documents settle is known; the
rest (where a call comes from, whether a session began with MFA) is not, and is never assumed.
Source: IAM User Guide, AWS global condition context keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from bot.audit.aws.rescue import FREE_REGION, ONE_ENDPOINT, REGION_OF_PARTITION

Kind = Literal["role", "user", "root", "federated-user"]
Value = tuple[str, ...] | None

ABSENT: tuple[str, ...] = ()
UNKNOWN: Value = None

REGION = "aws:requestedregion"
MFA = "aws:multifactorauthpresent"
TAG = "aws:principaltag/"
# Methods of Question.methods that make a user's (or root user's) sign-in one with MFA. A
# certificate is none here.
MFA_METHODS = frozenset({"fido2", "hardwareoath", "passkey", "softwareoath", "totp"})

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>iam|sts)::(?P<account>\d{12}):"
    r"(?:(?P<root>root)|(?P<kind>role|user|federated-user|assumed-role)"
    r"(?P<path>/(?:[^\s*?$:]+/)?)(?P<name>[\w+=,.@:-]+))",
    re.ASCII,
)
_TYPES = {
    "role": "AssumedRole",
    "user": "User",
    "root": "Account",
    "federated-user": "FederatedUser",
}
# Set only when an AWS service calls, or calls on somebody's behalf; a person's own call has none.
_OF_SERVICES = dict.fromkeys(
    (
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:chatbotsourcearn",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        # A rescue is done without tagging anything.
        "aws:tagkeys",
    ),
    ABSENT,
)


@dataclass(frozen=True, slots=True)
class Principal:
    """A role, user, root user or federated user, taken apart. `path` begins and ends with /."""

    arn: str
    partition: str
    account: str
    kind: Kind
    path: str = "/"
    name: str = ""

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return {"root": "root user", "federated-user": "federated user"}.get(self.kind, self.kind)

    @property
    def service_linked(self) -> bool:
        """Whether it is a role of an AWS service, which no SCP and no RCP restricts."""
        return self.path.startswith("/aws-service-role/")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the ARN: the organization's ID, tags of principals, MFA registered.

    `tags` maps an ARN to all its tags; an ARN that it does not list has unknown tags.
    """

    organization: str = ""
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()


def parse_principal(arn: str) -> Principal | str:
    """The principal of this ARN, or one sentence on what to give instead."""
    found = _ARN.fullmatch(arn)
    if not found:
        return f"“{arn}” is no ARN of one role or user; give one without wildcards."
    if found["kind"] == "assumed-role":
        return f"“{arn}” is a session; give the ARN of its role (arn:…:role/…, with its path)."
    if found["root"]:
        return Principal(arn, found["partition"], found["account"], "root")
    kind = cast("Kind", found["kind"])
    return Principal(arn, found["partition"], found["account"], kind, found["path"], found["name"])


class Request:
    """The keys of a call that the principal makes to one service. Looks keys up in lower case.

    `free` are the keys that the caller can set as he needs: he can always find a value with which
    a test on such a key does not hold. `found` is for whoever asks the same again and again.
    """

    __slots__ = ("_known", "_principal", "_service", "_tags", "found", "free")

    def __init__(self, principal: Principal, facts: Facts, service: str) -> None:
        self._principal = principal
        self._service = service
        self.found: dict[object, bool | None] = {}
        tags = facts.tags.get(principal.arn)
        self._tags = None if tags is None else {key.lower(): one for key, one in tags.items()}
        self._known = _known(principal, facts, service)
        free = set()
        if service in FREE_REGION:
            free.add(REGION)
        if principal.kind in {"user", "root"} and facts.methods & MFA_METHODS:
            free.add(MFA)
        self.free = frozenset(free)

    def __call__(self, key: str) -> Value:
        """What the key holds: values, `ABSENT`, or None when that is not known before the call."""
        if key in self._known:
            return self._known[key]
        prefix = key.partition(":")[0]
        if prefix != "aws":
            return self._of_service(prefix)
        if key.startswith(TAG):
            if self._tags is None:
                return UNKNOWN
            tag = self._tags.get(key.removeprefix(TAG))
            return ABSENT if tag is None else (tag,)
        return ABSENT if key.startswith("aws:requesttag/") else UNKNOWN

    def _of_service(self, prefix: str) -> Value:
        """A service sets its own keys only; a role's session may carry its identity provider's."""
        if prefix == self._service:
            return UNKNOWN
        of_identity_provider = prefix == "saml" or "." in prefix
        return UNKNOWN if of_identity_provider and self._principal.kind == "role" else ABSENT


def _known(principal: Principal, facts: Facts, service: str) -> dict[str, Value]:
    known: dict[str, Value] = {
        **_OF_SERVICES,
        "aws:principalarn": (principal.arn,),
        "aws:principalaccount": (principal.account,),
        "aws:principaltype": (_TYPES[principal.kind],),
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
        "aws:securetransport": ("true",),
        "aws:username": (principal.name,) if principal.kind == "user" else ABSENT,
    }
    if principal.kind != "role":
        known["aws:federatedprovider"] = ABSENT
    if principal.kind == "root":
        known["aws:userid"] = (principal.account,)
    if facts.organization:
        known["aws:principalorgid"] = (facts.organization,)
    if service in ONE_ENDPOINT and principal.partition in REGION_OF_PARTITION:
        known[REGION] = (REGION_OF_PARTITION[principal.partition],)
    return known
