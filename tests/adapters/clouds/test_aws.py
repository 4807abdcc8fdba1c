"""The reader for AWS, from moto's HTTP server to the verdicts of the audit."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from botocore.stub import Stubber  # type: ignore[import-untyped]

from bot.adapters.clouds.aws import AwsPolicySource
from bot.adapters.memory import FixedClock
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot, from_json, to_json
from bot.core.errors import Broken, Unavailable
from bot.core.organisation import AwsTenant, EntraTenant, Support
from tests.adapters.clouds.organization import (
    BOUNDARY,
    DENY_STS,
    EXEMPTED,
    MANAGEMENT,
    REGION_DENY,
    SECRET,
    Elsewhere,
    Organization,
    session,
)
from tests.adapters.clouds.trail import Trail

CLOCK = FixedClock()


async def read(aws: Elsewhere, tenant: AwsTenant) -> Snapshot:
    """What the reader brings, through the form in which it is kept."""
    return from_json(to_json(await AwsPolicySource(CLOCK, session=aws).read(tenant)))


def verdicts(snapshot: Snapshot, tenant: AwsTenant) -> dict[tuple[str, str], str]:
    """By policy and account."""
    report = audit_snapshot(snapshot, tenant)
    return {(one.policy_name, one.account.split(":", 4)[4]): one.verdict for one in report.findings}


async def test_from_the_organization_to_the_verdicts(
    organization: Organization, reached: Elsewhere
) -> None:
    """A region deny blocks, its exemption excludes, another unit's is not in scope."""
    organization.policy("region", REGION_DENY, organization.root)
    organization.policy("exempted", EXEMPTED, organization.prod)
    organization.policy("other unit", REGION_DENY, organization.test)
    organization.policy("own", REGION_DENY, organization.account)
    organization.policy("shared", DENY_STS, organization.root, "RESOURCE")
    member = organization.member("break-glass-1")
    mine = organization.role("break-glass-2")
    tenant = organization.tenant(member, mine)
    snapshot = await read(reached, tenant)
    found = verdicts(snapshot, tenant)
    theirs, own = member.split(":", 4)[4], mine.split(":", 4)[4]
    assert {name: verdict for (name, who), verdict in found.items() if who == theirs} == {
        "region": "blocking",
        "exempted": "excluded",
        "other unit": "not_in_scope",
        "own": "blocking",
        "shared": "blocking",
    }
    # No SCP binds the management account, and no RCP its resources.
    assert {verdict for (_, who), verdict in found.items() if who == own} == {"not_in_scope"}
    assert snapshot.taken_at == CLOCK.now()
    assert [one.fatal for one in snapshot.problems] == [False], "the other account's IAM"


async def test_a_policy_comes_with_its_id_and_its_text_as_it_stands(
    organization: Organization, reached: Elsewhere
) -> None:
    """So that a correction is the smallest edit, and its command names the policy."""
    policy = organization.policy("region", REGION_DENY, organization.root)
    tenant = organization.tenant(organization.member("break-glass-1"))
    (finding,) = audit_snapshot(await read(reached, tenant), tenant).findings
    assert finding.policy_id == policy
    assert finding.fix is not None
    assert finding.fix.commands[0].text.startswith(
        f"aws organizations update-policy --policy-id {policy} "
    )
    removed = [one for one in finding.fix.diff.splitlines()[2:] if one.startswith("-")]
    assert len(removed) <= 1, "no more than the line that gets a comma"


async def test_a_boundary_is_about_the_role_that_has_it(
    organization: Organization, reached: Elsewhere
) -> None:
    """It keeps that role out and is none of the other's."""
    boundary = organization.managed("edge", BOUNDARY)
    bound = organization.role("break-glass-1", boundary=boundary)
    free = organization.role("break-glass-2")
    tenant = organization.tenant(bound, free)
    snapshot = await read(reached, tenant)
    assert verdicts(snapshot, tenant) == {
        ("edge", bound.split(":", 4)[4]): "blocking",
        ("edge", free.split(":", 4)[4]): "not_in_scope",
    }
    assert snapshot.tree is not None
    assert snapshot.tree["tags"][bound] == {"team": "emergency"}
    (finding, _) = audit_snapshot(snapshot, tenant).findings
    assert finding.fix is not None
    assert f"--policy-arn {boundary} " in finding.fix.commands[0].text


async def test_other_credentials_are_not_taken_for_the_tenants(
    organization: Organization, reached: Elsewhere
) -> None:
    """Verdicts about another organization would be worse than none."""
    with pytest.raises(Broken, match=organization.id) as caught:
        await read(reached, organization.tenant(id="o-otherorgid1"))
    assert "organisation file" in caught.value.hint


async def test_a_wrong_management_account_is_said(
    organization: Organization, reached: Elsewhere
) -> None:
    """The audit believes the organisation file, and SCPs would be taken to spare that account."""
    snapshot = await read(reached, organization.tenant(management="999999999999"))
    assert MANAGEMENT in snapshot.problems[0].message
    assert snapshot.problems[0].fatal


async def test_without_the_extra_the_hint_says_what_to_install(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """boto3 is only looked for when somebody reads."""
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as Python's own
        if name == "boto3":
            raise ImportError(name)
        return real(name, *rest, **more)

    source = AwsPolicySource(CLOCK)
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(Broken) as caught:
        await source.read(organization.tenant())
    assert "lockout[aws]" in caught.value.hint


async def test_without_credentials_the_hint_says_whose_to_give(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody waits for a machine's own service of credentials that is not there."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_ENDPOINT_URL", organization.endpoint)
    with pytest.raises(Broken, match="NoCredentialsError") as caught:
        await AwsPolicySource(CLOCK).read(organization.tenant())
    assert "management account" in caught.value.hint


async def test_the_machines_own_credentials_are_taken(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the environment, as boto3 finds them."""
    organization.policy("region", REGION_DENY, organization.root)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ENDPOINT_URL", organization.endpoint)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    snapshot = await AwsPolicySource(CLOCK).read(organization.tenant())
    assert [one.name for one in snapshot.changes] == ["region"]
    # moto has no CloudTrail lookup.
    assert "cloudtrail:LookupEvents" in " ".join(one.message for one in snapshot.problems)
    assert SECRET not in to_json(snapshot)


async def test_a_tenant_of_another_provider_is_refused() -> None:
    """Before anything is asked."""
    tenant = EntraTenant(
        id="entra-example",
        name="Example",
        provider="entra",
        support=Support(plan="Unified"),
        tenant_id="11111111-2222-3333-4444-555555555555",
        initial_domain="example.onmicrosoft.com",
    )
    with pytest.raises(Broken):
        await AwsPolicySource(CLOCK).read(tenant)


class Refusing(Elsewhere):
    """AWS that refuses everything of one service with a code."""

    def refuse(self, service: str, *operations: str, code: str) -> Refusing:
        """In this order."""
        client = session().client(service, region_name="us-east-1")
        stubber = Stubber(client)
        for operation in operations:
            stubber.add_client_error(operation, code)
        stubber.activate()
        self.stubbed[service] = client
        return self


async def test_iam_that_does_not_answer_leaves_the_scps(
    organization: Organization, trail: Trail
) -> None:
    """A part that is busy is a problem; what was read of the organization is kept."""
    organization.policy("region", REGION_DENY, organization.root)
    aws = Refusing(organization.endpoint, {"cloudtrail": trail.url})
    aws.refuse("iam", "get_role", code="ThrottlingException")
    tenant = organization.tenant(f"arn:aws:iam::{MANAGEMENT}:role/break-glass-1")
    snapshot = await read(aws, tenant)
    assert [one.name for one in snapshot.sources if one.name.startswith("scp/")]
    (problem,) = snapshot.problems
    assert "iam:GetRole" in problem.message
    assert problem.fatal


async def test_an_emergency_role_that_may_not_be_read_is_named(
    organization: Organization, trail: Trail
) -> None:
    """By the account, with the action that is missing."""
    aws = Refusing(organization.endpoint, {"cloudtrail": trail.url})
    aws.refuse("iam", "get_role", code="AccessDenied")
    arn = f"arn:aws:iam::{MANAGEMENT}:role/break-glass-1"
    (problem,) = (await read(aws, organization.tenant(arn))).problems
    assert problem.file == arn
    assert "iam:GetRole" in problem.message


@pytest.mark.parametrize(
    ("code", "error"), [("AccessDenied", Broken), ("TooManyRequestsException", Unavailable)]
)
async def test_policies_that_cannot_be_listed_end_the_read(
    organization: Organization, code: str, error: type[Exception]
) -> None:
    """That the organization could not be looked at is said by the problem, if it goes on."""
    aws = Refusing(organization.endpoint)
    aws.refuse("organizations", "describe_organization", "list_policies", code=code)
    with pytest.raises(error, match="organizations:"):
        await read(aws, organization.tenant())
