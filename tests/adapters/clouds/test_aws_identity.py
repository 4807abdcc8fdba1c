"""What an emergency role or user has of its own, from moto's IAM."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import Stubber  # type: ignore[import-untyped]

from bot.adapters.clouds.aws_calls import Calls
from bot.adapters.clouds.aws_identity import Identities, _method, read_identities
from bot.audit.aws.run import audit_aws
from bot.audit.model import Question
from tests.adapters.clouds.organization import (
    BOUNDARY,
    MANAGEMENT,
    Elsewhere,
    Organization,
    session,
)

DENY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}],
}


def read(organization: Organization, *arns: str) -> Identities:
    """Of moto's own account."""
    return read_identities(Calls("aws", Elsewhere(organization.endpoint)), MANAGEMENT, arns)


def test_a_role_comes_with_all_its_policies(organization: Organization) -> None:
    """Inline, attached, and the boundary; with its tags."""
    arn = organization.role("break-glass-1", boundary=organization.managed("edge", BOUNDARY))
    iam = organization.client("iam")
    iam.put_role_policy(RoleName="break-glass-1", PolicyName="own", PolicyDocument=json.dumps(DENY))
    iam.attach_role_policy(RoleName="break-glass-1", PolicyArn=organization.managed("shared", DENY))
    found = read(organization, arn)
    assert found.problems == []
    assert found.principals == {
        arn: [
            "iam/role/break-glass-1/own.json",
            f"iam/managed/{MANAGEMENT}/policy/shared.json",
            f"iam/boundary/{MANAGEMENT}/policy/edge.json",
        ]
    }
    assert found.tags == {arn: {"team": "emergency"}}
    assert found.methods == {}, "IAM does not say how somebody gets into a role"
    report = audit_aws(list(found.sources.values()), Question((arn,)))
    assert {one.policy_name: one.verdict for one in report.findings} == {
        "own": "blocking",
        "shared": "blocking",
        "edge": "blocking",
    }
    commands = {one.policy_name: one.fix.commands[0].text for one in report.findings if one.fix}
    assert commands["own"].startswith("aws iam put-role-policy --role-name break-glass-1 ")
    assert "--policy-name own " in commands["own"]


def test_a_user_comes_with_groups_and_devices(organization: Organization) -> None:
    """A deny of a group binds its members; a virtual device shows codes."""
    iam = organization.client("iam")
    arn = iam.create_user(UserName="emergency")["User"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="deny", PolicyDocument=json.dumps(DENY))
    iam.add_user_to_group(GroupName="staff", UserName="emergency")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    iam.enable_mfa_device(
        UserName="emergency",
        SerialNumber=device["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    )
    found = read(organization, arn)
    assert found.problems == []
    assert found.principals == {arn: ["iam/group/staff/deny.json"]}
    assert found.methods == {arn: ("softwareoath",)}


def test_a_user_without_a_device_has_none(organization: Organization) -> None:
    """Known to be empty is not unknown."""
    arn = organization.client("iam").create_user(UserName="emergency")["User"]["Arn"]
    assert read(organization, arn).methods == {arn: ()}


@pytest.mark.parametrize(
    ("serial", "method"),
    [
        ("arn:aws:iam::111122223333:mfa/phone", "softwareoath"),
        ("arn:aws:iam::111122223333:u2f/user/emergency/key-1", "fido2"),
        ("GAHT12345678", "hardwareoath"),
        ("arn:aws:iam::111122223333:sms-mfa/old", "sms-mfa"),
    ],
)
def test_a_serial_number_tells_the_kind_of_device(serial: str, method: str) -> None:
    """In the words that the audit knows."""
    assert _method(serial) == method


def test_what_cannot_be_read_is_named(organization: Organization) -> None:
    """Another account, a role that is not there, a path left out, a pattern, a root user."""
    real = organization.role("break-glass-1", path="/emergency/")
    elsewhere = organization.member("break-glass-1")
    asked = (
        elsewhere,
        f"arn:aws:iam::{MANAGEMENT}:role/gone",
        f"arn:aws:iam::{MANAGEMENT}:role/break-glass-1",
        f"arn:aws:iam::{MANAGEMENT}:role/*",
        f"arn:aws:iam::{MANAGEMENT}:root",
    )
    found = read(organization, *asked)
    assert [(one.file, one.fatal) for one in found.problems] == [
        (asked[0], False),
        (asked[1], True),
        (asked[2], True),
        (asked[3], True),
    ]
    assert MANAGEMENT in found.problems[0].message
    assert real in found.problems[2].message
    assert found.principals == {asked[4]: []}


def test_a_part_that_is_refused_is_named_and_the_rest_is_read() -> None:
    """What a role has is then not known whole, so no policy is said to be none of its own."""
    client = session().client("iam", region_name="us-east-1")
    arn = f"arn:aws:iam::{MANAGEMENT}:role/break-glass-1"
    role = {
        "RoleName": "break-glass-1",
        "RoleId": "AROAEXAMPLEEXAMPLE1",
        "Arn": arn,
        "Path": "/",
        "CreateDate": "2026-01-01T00:00:00Z",
    }
    with Stubber(client) as aws:
        aws.add_response("get_role", {"Role": role})
        aws.add_response("list_role_policies", {"PolicyNames": ["own"]})
        aws.add_client_error("get_role_policy", "AccessDenied")
        aws.add_client_error("list_attached_role_policies", "AccessDenied")
        calls = Calls("aws", Elsewhere("", stubbed={"iam": client}))
        found = read_identities(calls, MANAGEMENT, (arn,))
        aws.assert_no_pending_responses()
    told = " ".join(one.message for one in found.problems)
    assert "iam:GetRolePolicy" in told
    assert "iam:ListAttachedRolePolicies" in told
    assert found.principals == {}
    assert found.tags == {arn: {}}
