"""Policies and tree: all of it, or said what is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import ANY, Stubber  # type: ignore[import-untyped]

from bot.adapters.clouds.aws_calls import Calls, Denied
from bot.adapters.clouds.aws_organization import RCP, SCP, read_organization
from bot.core.errors import Broken, Unavailable
from tests.adapters.clouds.organization import (
    DENY_STS,
    REGION_DENY,
    Elsewhere,
    Organization,
    session,
)


def test_the_whole_tree_is_read_page_by_page(organization: Organization) -> None:
    """More units and accounts than AWS gives at once, and policies of both kinds."""
    client = organization.client("organizations")
    for number in range(25):
        client.create_organizational_unit(ParentId=organization.prod, Name=f"unit-{number}")
    scp = organization.policy("region", REGION_DENY, organization.prod)
    rcp = organization.policy("sts", DENY_STS, organization.account, "RESOURCE")
    found = read_organization(Calls("aws", Elsewhere(organization.endpoint)))
    assert found.problems == []
    assert {one.name for one in found.sources} == {f"scp/{scp}.json", f"rcp/{rcp}.json"}
    units = {one["name"]: one for one in found.root["children"]}
    assert len(units["Prod"]["children"]) == 25
    assert "p-FullAWSAccess" in found.root["policies"]
    assert scp in units["Prod"]["policies"]
    assert scp not in units["Test"]["policies"]
    assert rcp in units["Prod"]["accounts"][organization.account]
    assert found.wide is not None
    assert scp in found.wide
    assert rcp not in found.wide


class Scripted:
    """Organizations as a script of answers, for what moto never says."""

    def __init__(self) -> None:
        self.client = session().client("organizations", region_name="us-east-1")
        self.stubber = Stubber(self.client)
        self.stubber.activate()

    def says(self, operation: str, **answer: Any) -> Scripted:  # noqa: ANN401 - AWS's shapes
        """The next answer."""
        self.stubber.add_response(operation, answer, None)
        return self

    def refuses(self, operation: str, code: str = "AccessDeniedException") -> Scripted:
        """The next answer is an error."""
        self.stubber.add_client_error(operation, code)
        return self

    def calls(self) -> Calls:
        """For the reader."""
        return Calls("aws", Elsewhere("", stubbed={"organizations": self.client}))


def summary(policy: str = "p-1111111111", kind: str = SCP) -> dict[str, Any]:
    """As ListPolicies gives it."""
    return {"Id": policy, "Name": "Guard", "Type": kind, "AwsManaged": False}


def policy() -> dict[str, Any]:
    """As DescribePolicy gives it."""
    return {"PolicySummary": summary(), "Content": json.dumps(REGION_DENY)}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", Denied),
        ("AWSOrganizationsNotInUseException", Broken),
        ("TooManyRequestsException", Unavailable),
    ],
)
def test_scps_that_cannot_be_listed_are_an_error(code: str, kind: type[Exception]) -> None:
    """There would be nothing to audit, and silence would look like safety."""
    with pytest.raises(kind):
        read_organization(Scripted().refuses("list_policies", code).calls())


def test_what_is_refused_is_named_and_the_rest_is_read() -> None:
    """RCPs, one policy, and where they hang."""
    aws = Scripted().says("list_policies", Policies=[summary(), summary("p-2222222222")])
    aws.refuses("list_policies").refuses("describe_policy").says("describe_policy", Policy=policy())
    aws.refuses("list_targets_for_policy")
    found = read_organization(aws.calls())
    assert len(found.sources) == 1
    assert [(one.fatal, one.message.rpartition(" ")[2]) for one in found.problems] == [
        (True, "organizations:ListPolicies."),
        (True, "organizations:DescribePolicy."),
        (False, "organizations:ListTargetsForPolicy."),
    ]
    assert found.root == {}
    assert found.wide is None


def test_a_policy_that_was_deleted_meanwhile_is_no_problem() -> None:
    """It was listed, and is not there any more."""
    aws = Scripted().says("list_policies", Policies=[summary()]).says("list_policies", Policies=[])
    aws.refuses("describe_policy", "PolicyNotFoundException")
    aws.refuses("list_targets_for_policy", "PolicyNotFoundException").says("list_roots", Roots=[])
    found = read_organization(aws.calls())
    assert found.sources == []
    assert found.names == {}
    assert [one.message for one in found.problems if "no root" not in one.message] == []


def test_a_line_that_goes_down_in_the_middle_ends_the_read() -> None:
    """Half of the policies would be taken for all of them."""
    aws = Scripted().says("list_policies", Policies=[summary()]).says("list_policies", Policies=[])
    aws.refuses("describe_policy", "TooManyRequestsException")
    with pytest.raises(Unavailable):
        read_organization(aws.calls())


def test_both_kinds_of_policy_are_asked_for() -> None:
    """And no other kind: the others decide no access."""
    aws = Scripted()
    for kind in (SCP, RCP):
        aws.stubber.add_response("list_policies", {"Policies": []}, {"Filter": kind})
    aws.stubber.add_response("list_roots", {"Roots": [{"Id": "r-1111", "Name": "Root"}]})
    for operation, key in (
        ("list_accounts_for_parent", "Accounts"),
        ("list_organizational_units_for_parent", "OrganizationalUnits"),
    ):
        aws.stubber.add_response(operation, {key: []}, {"ParentId": ANY})
    assert read_organization(aws.calls()).root["id"] == "r-1111"
    aws.stubber.assert_no_pending_responses()
