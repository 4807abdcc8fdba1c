"""One door for every provider, for files and for snapshots alike."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.audit.asking import asked_of
from bot.audit.model import Question, Source
from bot.audit.run import audit, audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.errors import Invalid, Problem
from bot.core.events import Provider
from bot.core.facts import AnyTenant
from tests.services.desks import example

MFA = {
    "id": "44444444-0000-0000-0000-000000000001",
    "displayName": "CA001",
    "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}


def tenant_of(provider: Provider) -> AnyTenant:
    """The example's."""
    return example().tenants_of(provider)[0]


@pytest.mark.parametrize("provider", ["entra", "aws", "google"])
def test_every_provider_answers(provider: Provider) -> None:
    """With a report of its own, even when there is nothing to judge."""
    asked = asked_of(tenant_of(provider))
    assert audit(provider, [], Question(asked.accounts), asked).provider == provider


@pytest.fixture
def collector() -> Iterator[None]:
    """Switched on again, whatever a test does."""
    yield
    gc.enable()


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("on", [True, False])
def test_the_collector_of_garbage_is_left_as_it_was(*, on: bool) -> None:
    """Also by an audit that fails; meanwhile it is off."""
    meanwhile: list[bool] = []

    class Sources(list[Source]):
        def __iter__(self) -> Iterator[Source]:
            meanwhile.append(gc.isenabled())
            return super().__iter__()

    if not on:
        gc.disable()
    asked = asked_of(tenant_of("aws"))
    question = Question(asked.accounts)
    audit("aws", Sources(), question, asked)
    assert meanwhile[0] is False
    assert gc.isenabled() is on
    with pytest.raises(Invalid):
        audit("aws", [], question, asked, tree={"stump": {}})
    assert gc.isenabled() is on


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("provider", ["entra", "aws", "google"])
def test_no_policy_hangs_on_circular_garbage(provider: Provider) -> None:
    """With the collector off, nobody would take it away."""
    asked = asked_of(tenant_of(provider))
    document = {
        "entra": MFA,
        "aws": {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]},
        "google": {"rules": [{"denyRule": {"deniedPermissions": []}}]},
    }[provider]
    source = Source("policy.json", json.dumps(document).encode())

    def left(policies: int) -> int:
        report = audit(provider, [source] * policies, Question(asked.accounts), asked)
        assert len(report.findings) == policies * len(asked.accounts)
        del report
        return gc.collect()

    gc.disable()
    left(1)
    assert left(3) == left(1)


@pytest.mark.parametrize(
    ("provider", "own", "policy"),
    [
        (
            "aws",
            "s3:PutBucketPolicy",
            {
                "Statement": {
                    "Effect": "Deny",
                    "Action": "s3:*",
                    "Resource": "*",
                    "Principal": {"AWS": "*"},
                }
            },
        ),
        (
            "google",
            "cloudkms.googleapis.com/cryptoKeys.setIamPolicy",
            {
                "rules": [
                    {
                        "denyRule": {
                            "deniedPrincipals": ["principalSet://goog/public:all"],
                            "deniedPermissions": ["cloudkms.googleapis.com/*.*"],
                        }
                    }
                ]
            },
        ),
    ],
)
def test_a_snapshot_is_judged_by_what_its_tenant_s_rescue_needs(
    provider: Provider, own: str, policy: object
) -> None:
    """Method 2 and the drill audit snapshots; what the table lacks keeps nobody out there."""
    tenant = tenant_of(provider)
    source = Source("policy.json", json.dumps(policy).encode())
    read = Snapshot(provider, tenant.id, datetime(2026, 11, 28, tzinfo=UTC), (source,))
    for actions, verdict in (("default",), "not_in_scope"), (("default", own), "blocking"):
        asks = tenant.model_copy(update={"rescue_actions": actions})
        assert {one.verdict for one in audit_snapshot(read, asks).findings} == {verdict}


@pytest.mark.parametrize(
    ("methods", "verdict"),
    [
        ({0: ("fido2",), 1: ("fido2",)}, "satisfiable"),
        ({0: ("fido2",), 1: ()}, "blocking"),
        ({}, "satisfiable"),
    ],
)
def test_methods_read_from_the_provider_go_before_the_file(
    methods: dict[int, tuple[str, ...]], verdict: str
) -> None:
    """Once they are known for every account; the file's word counts as long as they are not."""
    tenant = tenant_of("entra")
    accounts = asked_of(tenant).accounts
    snapshot = Snapshot(
        "entra",
        tenant.id,
        datetime(2026, 11, 28, tzinfo=UTC),
        (Source("ca001.json", json.dumps(MFA).encode()),),
        methods={accounts[number]: names for number, names in methods.items()},
        problems=(Problem("groups", 0, "", "Not read."),),
    )
    report = audit_snapshot(snapshot, tenant)
    assert {finding.verdict for finding in report.findings} == {verdict}
    assert report.problems[0].message == "Not read."
