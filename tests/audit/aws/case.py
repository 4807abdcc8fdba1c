"""What a line of the tables of cases holds, and the principals that the cases share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.audit.aws.run import audit_aws
from bot.audit.model import Finding, Question, Report, Source

ROLE = "arn:aws:iam::111122223333:role/break-glass"
PATHED = "arn:aws:iam::111122223333:role/emergency/break-glass"
USER = "arn:aws:iam::111122223333:user/break-glass"
ROOT = "arn:aws:iam::111122223333:root"
CHINA = "arn:aws-cn:iam::111122223333:role/break-glass"
PERMISSION_SET = (
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/"
    "AWSReservedSSO_BreakGlass_0123456789abcdef"
)
OTHERS = (
    "arn:aws:iam::111122223333:role/developer",
    "arn:aws:iam::444455556666:role/break-glass",
    "arn:aws:iam::111122223333:user/somebody",
    ROOT,
)


def deny(**more: object) -> dict[str, Any]:
    """A statement that denies everything, but for what is said otherwise."""
    given = {"Effect": "Deny", "Action": "*", "Resource": "*", **more}
    for name in ("Action", "Resource"):
        if f"Not{name}" in more:
            del given[name]
    return given


def allow(**more: object) -> dict[str, Any]:
    """A statement that allows everything, but for what is said otherwise."""
    return {**deny(**more), "Effect": "Allow"}


def unless(operator: str, values: object, key: str = "aws:PrincipalArn") -> dict[str, Any]:
    """A statement that denies everything, on one condition."""
    return deny(Condition={operator: {key: values}})


def source(statement: object, name: str = "scp.json") -> Source:
    """A file with a policy of one or several statements."""
    return Source(name, json.dumps({"Version": "2012-10-17", "Statement": statement}).encode())


@dataclass(frozen=True)
class Case:
    """One policy, one account, the verdict that an expert signs, and words of the reason."""

    name: str
    statement: object
    verdict: str
    words: tuple[str, ...] = ()
    account: str = ROLE
    file: str = "scp.json"
    severity: str = ""
    methods: frozenset[str] = frozenset()
    tree: Mapping[str, Any] | None = None
    management: str = ""
    groups: tuple[str, ...] = field(default=())

    def report(self) -> Report:
        """What the audit says about the case alone."""
        return audit_aws(
            [source(self.statement, self.file)],
            Question((self.account,), self.groups, methods=self.methods),
            tree=self.tree,
            management_account=self.management,
        )

    def finding(self) -> Finding:
        """The only finding of the case."""
        (finding,) = self.report().findings
        return finding
