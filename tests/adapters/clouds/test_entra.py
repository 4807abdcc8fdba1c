"""A whole reading of a tenant, and what an audit says of it."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.adapters.clouds.entra import EntraPolicySource
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot, from_json, to_json
from bot.core.errors import Broken, Unavailable
from bot.core.organisation import EntraTenant, GoogleTenant
from tests.adapters.clouds.entra_example import (
    ANNA,
    BERT,
    CONTRACTORS,
    GROUP,
    KEY,
    OUTER,
    PASSWORD,
    STRENGTH,
    example_directory,
    example_tenant,
    group,
    policy,
)
from tests.adapters.clouds.graph_stand_in import (
    NOW,
    TENANT_ID,
    Directory,
    FakeCredential,
    Fault,
    GraphStandIn,
    StoppedClock,
)


async def no_sleep(seconds: float) -> None:
    """Nobody waits in a test."""


async def read(
    graph: GraphStandIn,
    tenant: EntraTenant | None = None,
    credential: FakeCredential | None = None,
) -> Snapshot:
    """One reading of what the stand-in serves."""
    async with graph.running() as base_url:
        source = EntraPolicySource(
            StoppedClock(),
            base_url=base_url,
            credential=credential or FakeCredential(),
            sleep=no_sleep,
        )
        return await source.read(tenant or example_tenant())


def verdicts(snapshot: Snapshot, account: str = ANNA) -> dict[str, str]:
    """Policy → verdict for one account."""
    report = audit_snapshot(snapshot, example_tenant())
    return {one.policy_name: one.verdict for one in report.findings if one.account == account}


def said(snapshot: Snapshot, field: str = "") -> list[str]:
    """The problems, those about one thing where it is named."""
    return [str(one) for one in snapshot.problems if not field or one.field == field]


AS_AN_EXPERT_SAYS = {
    "CA001 Require MFA": "satisfiable",
    "CA002 Block": "excluded",
    "CA003 Require a compliant device": "pending",
    "CA004 Smart cards only": "blocking",
    "CA005 Block contractors": "not_in_scope",
}


async def test_a_tenant_is_read_and_judged() -> None:
    """The verdicts are those of a domain expert, for each account, with nothing left unsaid."""
    snapshot = await read(GraphStandIn(example_directory()))
    assert said(snapshot) == []
    assert verdicts(snapshot) == AS_AN_EXPERT_SAYS
    assert verdicts(snapshot, BERT) == AS_AN_EXPERT_SAYS


async def test_a_snapshot_says_what_graph_said() -> None:
    """Raw policies, exact members of the exclusion group, methods, and newest change first."""
    snapshot = await read(GraphStandIn(example_directory()))
    assert snapshot.taken_at == NOW
    assert [source.name for source in snapshot.sources] == [
        "policies/CA001 Require MFA.json",
        "policies/CA002 Block.json",
        "policies/CA003 Require a compliant device.json",
        "policies/CA004 Smart cards only.json",
        "policies/CA005 Block contractors.json",
        "strengths.json",
        "groups.json",
    ]
    assert snapshot.members[GROUP] == (ANNA, BERT)
    assert snapshot.members[OUTER] == (ANNA, BERT)
    assert snapshot.members[CONTRACTORS] == ()
    assert snapshot.methods == {ANNA: ("fido2", "password"), BERT: ("fido2", "password")}
    newest = snapshot.changes[0]
    assert (newest.name, newest.by, newest.broad) == ("CA002 Block", "ca-admin@example.com", True)
    assert [change.broad for change in snapshot.changes if "contractors" in change.name] == [False]


async def test_a_snapshot_can_be_kept() -> None:
    """What was read is the same after a database."""
    snapshot = await read(GraphStandIn(example_directory()))
    assert from_json(to_json(snapshot)) == snapshot


async def test_reading_twice_says_the_same() -> None:
    """Another order at Graph's is no change of the tenant."""
    first = await read(GraphStandIn(example_directory()))
    turned = example_directory()
    turned.policies.reverse()
    turned.strengths.reverse()
    turned.members[GROUP].reverse()
    second = await read(GraphStandIn(turned))
    assert replace(second, taken_at=first.taken_at).digest == first.digest


async def test_only_get_is_ever_sent() -> None:
    """A reader cannot write."""
    graph = GraphStandIn(example_directory())
    await read(graph)
    assert {request.partition(" ")[0] for request in graph.requests} == {"GET"}


async def test_the_token_shows_up_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs, problems or the snapshot, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    credential = FakeCredential()
    faults = [Fault("methods"), Fault("directoryAudits", 503), Fault("Strength", 400, "eyJ.x")]
    snapshot = await read(GraphStandIn(example_directory(), *faults), credential=credential)
    assert len(snapshot.problems) == 4
    seen = caplog.text + to_json(snapshot) + "".join(said(snapshot))
    assert "secret-signature" not in seen
    assert credential.token.split(".")[1] not in seen


async def test_the_token_is_asked_for_this_tenant() -> None:
    """And for reading Graph, no more."""
    graph = GraphStandIn(example_directory())
    credential = FakeCredential()
    await read(graph, credential=credential)
    assert credential.asked == [(f"{graph.base_url}/.default", TENANT_ID)]


async def test_a_huge_tenant_is_read_page_by_page() -> None:
    """200 policies and an account in 5,000 nested groups, in a few calls."""
    directory = example_directory()
    directory.policies = [
        policy(number, f"CA{number:03} Block", grant={"builtInControls": ["block"]})
        for number in range(200)
    ]
    inside = GROUP
    for number in range(5000):
        outer = f"bbbbbbbb-0000-4000-9000-{number:012d}"
        directory.groups[outer] = group(outer, f"group {number}")
        directory.members[outer] = [inside]
        inside = outer
    directory.policies[7]["conditions"]["users"]["excludeGroups"] = [inside]
    graph = GraphStandIn(directory, page_size=999)
    graph.directory.members[OUTER] = []
    snapshot = await read(graph)
    assert said(snapshot) == []
    found = verdicts(snapshot)
    assert len(found) == 200
    assert [name for name, verdict in found.items() if verdict != "blocking"] == ["CA007 Block"]
    assert found["CA007 Block"] == "excluded"
    assert len(graph.requests) < 30


async def test_a_policy_that_only_beta_lists_is_read() -> None:
    """v1.0 leaves out policies with a preview feature, and one of them may lock everybody out."""
    directory = example_directory()
    hidden = policy(9, "CA009 Preview", grant={"builtInControls": ["block"]})
    directory.preview_policies.append(hidden)
    assert verdicts(await read(GraphStandIn(directory)))["CA009 Preview"] == "blocking"


async def test_a_missing_preview_list_may_hide_a_policy() -> None:
    """So it is told as a fatal problem; the rest is kept."""
    snapshot = await read(GraphStandIn(example_directory(), Fault("/beta/", 404, "NotFound")))
    assert verdicts(snapshot) == AS_AN_EXPERT_SAYS
    assert [problem.fatal for problem in snapshot.problems] == [True]


async def test_policies_behind_a_broken_page_are_missing_and_said_to_be() -> None:
    """What was read is kept; that something is hidden is fatal."""
    graph = GraphStandIn(example_directory(), Fault("/v1.0/identity", 500, after=1), page_size=2)
    graph.faults.append(Fault("/beta/", 500))
    snapshot = await read(graph)
    assert list(verdicts(snapshot)) == ["CA001 Require MFA", "CA002 Block"]
    assert [problem.fatal for problem in snapshot.problems] == [True, True]
    assert "Only 2 were read" in said(snapshot)[0]


@pytest.mark.parametrize(
    "path",
    ["/beta/", "StrengthPol", "transitiveMemberOf", "/members", "v1.0/groups", "methods", "Audits"],
)
async def test_a_graph_that_points_elsewhere_is_believed_nothing(path: str) -> None:
    """Not even what it said before."""
    fault = Fault(path, next_link="https://example.com/v1.0/more")
    with pytest.raises(Broken, match="another host"):
        await read(GraphStandIn(example_directory(), fault))


async def test_entries_that_are_no_policies_are_said() -> None:
    """Something may be behind them."""
    document = {"value": [policy(1, "CA001"), None, "CA002"]}
    snapshot = await read(GraphStandIn(example_directory(), Fault("/v1.0/id", document=document)))
    assert [problem.fatal for problem in snapshot.problems] == [True]
    assert "2 of the policies are no JSON objects" in said(snapshot)[0]


async def test_another_provider_is_refused() -> None:
    """Whoever chooses the reader chose wrongly."""
    source = EntraPolicySource(StoppedClock(), credential=FakeCredential())
    tenant = GoogleTenant.model_validate(
        {
            "provider": "google",
            "id": "workspace",
            "name": "Example",
            "support": {"plan": "Standard"},
            "primary_domain": "example.com",
            "organization_id": "123456789012",
        }
    )
    with pytest.raises(Broken, match="no tenant of Microsoft Entra"):
        await source.read(tenant)


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault("conditionalAccess"), Broken, "Policy.Read.All is missing"),
        (Fault("conditionalAccess", 401, "InvalidAuthenticationToken"), Broken, "the sign-in"),
        (Fault("conditionalAccess", 503), Unavailable, "(503)"),
        (Fault("conditionalAccess", half=True), Unavailable, "half an answer"),
        (Fault("conditionalAccess", next_link="https://example.com/x"), Broken, "another host"),
    ],
)
async def test_without_any_policy_the_reading_fails(
    fault: Fault, error: type[Exception], words: str
) -> None:
    """An audit of nothing would be taken for an all-clear."""
    with pytest.raises(error) as raised:
        await read(GraphStandIn(example_directory(), fault))
    assert words in str(raised.value)


async def test_a_missing_permission_for_methods_leaves_them_unknown() -> None:
    """The organisation file's word is taken then, and the permission is named."""
    snapshot = await read(GraphStandIn(example_directory(), Fault("authentication/methods")))
    assert snapshot.methods == {}
    assert all("UserAuthenticationMethod.Read.All" in one for one in said(snapshot))
    assert {problem.fatal for problem in snapshot.problems} == {False}
    assert verdicts(snapshot) == AS_AN_EXPERT_SAYS


async def test_a_missing_permission_for_the_log_hides_only_who() -> None:
    """When a policy changed, it says itself."""
    snapshot = await read(GraphStandIn(example_directory(), Fault("directoryAudits")))
    assert "AuditLog.Read.All" in said(snapshot)[0]
    newest = snapshot.changes[0]
    assert (newest.name, newest.by) == ("CA002 Block", "")
    assert verdicts(snapshot) == AS_AN_EXPERT_SAYS


async def test_groups_that_cannot_be_read_are_unknown_and_never_empty() -> None:
    """Neither excluded by a group nobody read, nor safe because it looks empty."""
    faults = [Fault("/groups"), Fault("transitiveMemberOf")]
    snapshot = await read(GraphStandIn(example_directory(), *faults))
    assert snapshot.members == {}
    found = verdicts(snapshot)
    assert found["CA002 Block"] == "unknown"
    assert found["CA005 Block contractors"] == "unknown"
    assert any("GroupMember.Read.All" in one for one in said(snapshot))


async def test_an_exclusion_group_that_was_not_read_is_not_presumed_to_hold_anybody() -> None:
    """An export may presume it; a reading that failed may not."""
    directory = example_directory()
    directory.policies[1]["conditions"]["users"]["excludeGroups"] = [GROUP]
    faults = [Fault(f"groups/{GROUP}/members"), Fault("transitiveMemberOf")]
    snapshot = await read(GraphStandIn(directory, *faults))
    assert verdicts(snapshot)["CA002 Block"] == "unknown"


async def test_an_account_outside_the_group_is_not_excluded() -> None:
    """Membership is what Graph says, not what the organisation file hopes."""
    directory = example_directory()
    directory.members[GROUP] = [ANNA]
    snapshot = await read(GraphStandIn(directory))
    assert verdicts(snapshot, ANNA)["CA002 Block"] == "excluded"
    assert verdicts(snapshot, BERT)["CA002 Block"] == "blocking"


async def test_a_group_with_others_in_it_is_not_taken_for_the_accounts_own() -> None:
    """A policy for 'all staff' is no deliberate policy for emergency accounts: it gets a fix."""
    directory = Directory(
        policies=[
            policy(
                1,
                "CA001 Staff",
                users={"includeUsers": [], "includeGroups": [OUTER]},
                grant={"builtInControls": ["block"]},
            )
        ],
        groups={GROUP: group(GROUP, "sg-break-glass-admins"), OUTER: group(OUTER, "Staff")},
        members={GROUP: [ANNA, BERT], OUTER: [ANNA, "ffffffff-0000-4000-8000-000000000009"]},
        methods={ANNA: [PASSWORD, KEY], BERT: [PASSWORD, KEY]},
    )
    report = audit_snapshot(await read(GraphStandIn(directory)), example_tenant())
    (anna, bert) = report.findings
    assert (anna.verdict, bert.verdict) == ("blocking", "not_in_scope")
    assert anna.fix is not None


async def test_a_custom_strength_is_judged_by_its_combinations() -> None:
    """Which the policy alone does not always show."""
    directory = example_directory()
    directory.strengths[1]["allowedCombinations"] = ["fido2"]
    assert directory.strengths[1]["id"] == STRENGTH
    snapshot = await read(GraphStandIn(directory))
    assert verdicts(snapshot)["CA004 Smart cards only"] == "satisfiable"


async def test_a_custom_strength_that_was_not_read_is_unknown() -> None:
    """Not blocking, and not satisfied."""
    snapshot = await read(GraphStandIn(example_directory(), Fault("authenticationStrength")))
    assert verdicts(snapshot)["CA004 Smart cards only"] == "unknown"
    assert [problem.fatal for problem in snapshot.problems] == [False]


async def test_another_tenants_sign_in_is_refused() -> None:
    """The policies of another tenant would be an all-clear for nothing."""
    graph = GraphStandIn(example_directory())
    with pytest.raises(Broken, match="another tenant"):
        await read(graph, credential=FakeCredential("22222222-2222-4222-8222-222222222222"))
    assert graph.requests == []


async def test_nobody_there_is_unavailable() -> None:
    """Connection trouble passes."""
    source = EntraPolicySource(
        StoppedClock(),
        base_url="http://127.0.0.1:1",
        credential=FakeCredential(),
    )
    with pytest.raises(Unavailable, match="cannot be reached"):
        await source.read(example_tenant())
