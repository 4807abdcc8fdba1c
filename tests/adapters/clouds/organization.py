"""An organization of AWS's, made by boto3 in moto's HTTP server, for the reader's tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import boto3  # type: ignore[import-untyped]

from bot.core.organisation import AwsAccountPrincipal, AwsTenant, Support

MANAGEMENT = "123456789012"  # moto's own account
SECRET = "not-a-real-secret-key-0123456789"
REGION_DENY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Regions",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}},
        }
    ],
}
EXEMPTED: dict[str, Any] = json.loads(json.dumps(REGION_DENY))
EXEMPTED["Statement"][0]["Condition"]["ArnNotLike"] = {
    "aws:PrincipalArn": ["arn:aws:iam::*:role/break-glass-*"]
}
DENY_STS: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
    ],
}
BOUNDARY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def session() -> Any:  # noqa: ANN401 - boto3's
    """Credentials that exist nowhere."""
    return boto3.Session(
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key=SECRET, region_name="eu-central-1"
    )


@dataclass
class Elsewhere:
    """A session of boto3's that sends some services to another place, or to a stubbed client."""

    endpoint: str
    others: dict[str, str] = field(default_factory=dict)
    stubbed: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, **given: Any) -> Any:  # noqa: ANN401 - boto3's
        """As `boto3.Session.client`."""
        if service in self.stubbed:
            return self.stubbed[service]
        endpoint = self.others.get(service, self.endpoint)
        return session().client(service, endpoint_url=endpoint, **given)


@dataclass
class Organization:
    """Units Prod and Test; an account in Prod. SCPs by name are the caller's to attach."""

    endpoint: str
    id: str = ""
    root: str = ""
    prod: str = ""
    test: str = ""
    account: str = ""
    policies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        client = self.client("organizations")
        self.id = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root = client.list_roots()["Roots"][0]["Id"]
        for name in ("Prod", "Test"):
            made = client.create_organizational_unit(ParentId=self.root, Name=name)
            setattr(self, name.lower(), made["OrganizationalUnit"]["Id"])
        made = client.create_account(AccountName="shop", Email="shop@example.com")
        self.account = made["CreateAccountStatus"]["AccountId"]
        client.move_account(
            AccountId=self.account, SourceParentId=self.root, DestinationParentId=self.prod
        )

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's
        """For making things."""
        return session().client(service, endpoint_url=self.endpoint, region_name="us-east-1")

    def policy(
        self, name: str, document: dict[str, Any], target: str, kind: str = "SERVICE"
    ) -> str:
        """A policy that hangs somewhere; its ID."""
        client = self.client("organizations")
        made = client.create_policy(
            Name=name,
            Description="",
            Type=f"{kind}_CONTROL_POLICY",
            Content=json.dumps(document, indent=2),
        )
        found = str(made["Policy"]["PolicySummary"]["Id"])
        self.policies[name] = found
        client.attach_policy(PolicyId=found, TargetId=target)
        return found

    def role(self, name: str, *, path: str = "/", boundary: str = "") -> str:
        """A role in the management account; its ARN."""
        more = {"PermissionsBoundary": boundary} if boundary else {}
        made = self.client("iam").create_role(
            RoleName=name,
            Path=path,
            AssumeRolePolicyDocument=TRUST,
            Tags=[{"Key": "team", "Value": "emergency"}],
            **more,
        )
        return str(made["Role"]["Arn"])

    def managed(self, name: str, document: dict[str, Any]) -> str:
        """A policy of IAM's; its ARN."""
        made = self.client("iam").create_policy(
            PolicyName=name, PolicyDocument=json.dumps(document)
        )
        return str(made["Policy"]["Arn"])

    def tenant(self, *arns: str, management: str = MANAGEMENT, id: str = "") -> AwsTenant:  # noqa: A002
        """As the organisation file would say it."""
        return AwsTenant(
            id="aws-example",
            name="Example (AWS)",
            provider="aws",
            support=Support(plan="Business"),
            organization_id=id or self.id,
            management_account=management,
            principal_pattern="arn:aws:iam::*:role/break-glass-*",
            emergency_accounts=tuple(
                AwsAccountPrincipal(name=f"one-{number}", custody="Safe", arn=arn)
                for number, arn in enumerate(arns)
            ),
        )

    def member(self, name: str) -> str:
        """The ARN of a role in the account in Prod."""
        return f"arn:aws:iam::{self.account}:role/{name}"
