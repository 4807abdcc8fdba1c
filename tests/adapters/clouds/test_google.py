"""The whole way: a loopback Google is read, and the audit of what was read says who is kept out."""

from __future__ import annotations

import json
import logging

import pytest

from bot.adapters.clouds.google import GooglePolicySource
from bot.adapters.memory import FixedClock
from bot.audit.google.parse import parse_source
from bot.audit.model import Verdict
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot, from_json, to_json
from bot.core.errors import Broken, Unavailable
from bot.core.organisation import AwsTenant
from tests.adapters.clouds.google_cases import (
    GROUP,
    MAIL,
    binding,
    boundary,
    constraint,
    deny,
    level,
    tenant,
    user_access,
)
from tests.adapters.clouds.google_stand_in import (
    NUMBER,
    ORGANIZATION,
    TOKEN,
    Answer,
    FakeCredentials,
    GoogleStandIn,
    entry,
    person,
    refusal,
)

CLOCK = FixedClock()
EXEMPT = [f"principalSet://goog/group/{GROUP}"]
RESOURCES = "//cloudresourcemanager.googleapis.com"


def verdicts(snapshot: Snapshot) -> dict[str, Verdict]:
    """The audit's verdict for each policy, by the last part of its name."""
    report = audit_snapshot(snapshot, tenant())
    return {one.policy_id.rpartition("/")[2]: one.verdict for one in report.findings}


def filled() -> GoogleStandIn:
    """Something of every kind."""
    return GoogleStandIn(
        folders=[{"name": "folders/1", "parent": ORGANIZATION, "state": "ACTIVE"}],
        projects=[{"name": "projects/11", "parent": "folders/1", "state": "ACTIVE"}],
        deny={
            ORGANIZATION: [deny("strict"), deny("kind", exceptionPrincipals=EXEMPT)],
            "projects/11": [deny("deep", "projects/11")],
        },
        access=[
            {
                "name": f"{ORGANIZATION}/locations/global/accessPolicies/allowing",
                "details": {"rules": [{"effect": "ALLOW", "principals": [MAIL]}]},
            }
        ],
        boundaries=[boundary(f"{RESOURCES}/projects/11")],
        bindings=[binding()],
        levels={"42": [level("office")]},
        user_access=[user_access("01d520gv4vjcrht", "gone")],
        constraints=[constraint("gcp.restrictServiceUsage", rules=[{"denyAll": True}])],
        groups={
            "0break": (GROUP, [person(MAIL)]),
            "01d520gv4vjcrht": ("staff@example.com", [person(MAIL)]),
        },
    )


async def test_what_was_read_is_judged_like_an_export() -> None:
    """Deny with and without the exception, a deleted level, a boundary: each its verdict."""
    async with filled() as google:
        snapshot = await google.source(CLOCK).read(tenant())
    assert not snapshot.problems
    assert verdicts(snapshot) == {
        "strict": "blocking",
        "kind": "excluded",
        "deep": "blocking",
        "allowing": "not_in_scope",
        "narrow": "not_in_scope",
        "everybody": "blocking",
        "office": "not_in_scope",
        "b1": "blocking",
        "gcp.restrictServiceUsage": "unknown",
    }


async def test_every_document_is_one_policy_with_its_etag() -> None:
    """The audit knows each document; the etag stays, so that a correction can be refused."""
    async with filled() as google:
        snapshot = await google.source(CLOCK).read(tenant())
    for source in snapshot.sources:
        policies, problems = parse_source(source)
        assert (len(policies), problems) == (1, [])
    assert len({source.name for source in snapshot.sources}) == len(snapshot.sources) == 9
    strict = next(one for one in snapshot.sources if one.name.endswith("/strict.json"))
    assert json.loads(strict.content)["etag"] == "MTc1MTkyMjA4MjE="
    report = audit_snapshot(snapshot, tenant())
    fix = next(one.fix for one in report.findings if one.policy_id.endswith("/strict"))
    assert fix is not None
    assert fix.warnings == (
        "If Terraform owns this policy, change it there: its next run takes this edit back.",
    )


async def test_a_snapshot_can_be_kept_and_is_the_same_twice() -> None:
    """Nothing changed, same digest; and it comes back from JSON as it was."""
    async with filled() as google:
        source = google.source(CLOCK)
        one, other = await source.read(tenant()), await source.read(tenant())
    assert one.digest == other.digest
    assert from_json(to_json(one)) == one
    assert (one.provider, one.tenant, one.taken_at) == ("google", "google-example", CLOCK.now())


async def test_the_token_shows_up_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs at their loudest, not in problems, not in what is kept."""
    caplog.set_level(logging.DEBUG)
    async with filled() as google:
        google.refuse("cloudidentity.googleapis.com/", Answer(500, TOKEN.encode()))
        google.refuse("iam.googleapis.com/v3", refusal(403, "PERMISSION_DENIED"))
        echo = {"error": {"status": TOKEN, "message": TOKEN, "details": [{"reason": TOKEN}]}}
        google.refuse("orgpolicy.googleapis.com/", Answer(400, json.dumps(echo).encode()))
        snapshot = await google.source(CLOCK).read(tenant())
    assert snapshot.problems
    assert all(one["Authorization"] == f"Bearer {TOKEN}" for one in google.headers)
    assert all(one["x-goog-user-project"] == "billing-project" for one in google.headers)
    assert "stand-in-token" not in caplog.text + to_json(snapshot)


async def test_only_reading_is_asked_for() -> None:
    """GET throughout, but for the one list of log entries that is a POST."""
    async with filled() as google:
        await google.source(CLOCK).read(tenant())
    posts = [path for method, path, _ in google.asked if method != "GET"]
    assert posts == ["logging.googleapis.com/v2/entries:list"]


async def test_what_is_refused_is_named_and_the_rest_is_kept() -> None:
    """Each problem names the permission and the role; fatal where a policy is hidden."""
    async with filled() as google:
        google.refuse("orgpolicy.googleapis.com/")
        google.refuse("cloudidentity.googleapis.com/")
        google.refuse(
            "iam.googleapis.com/v3/", refusal(403, "PERMISSION_DENIED", "SERVICE_DISABLED")
        )
        snapshot = await google.source(CLOCK).read(tenant())
    role = "roles/orgpolicy.policyViewer"
    here = f"Not read at {ORGANIZATION}:"
    told = {one.field: (one.message, one.fatal) for one in snapshot.problems}
    assert told["organization policies"] == (
        f"{here} permission orgpolicy.policies.list is missing; grant {role}.",
        True,
    )
    assert told["policy bindings"] == (
        f"{here} enable iam.googleapis.com in the project that this program signs in with.",
        True,
    )
    assert told["members of groups"][1] is False
    assert "strict" in verdicts(snapshot)


async def test_a_group_that_cannot_be_read_is_unknown_not_empty() -> None:
    """The binding of such a group is `unknown`, and the group is not among the members."""
    async with filled() as google:
        google.refuse("cloudidentity.googleapis.com/v1/groups/01d520gv4vjcrht")
        snapshot = await google.source(CLOCK).read(tenant())
    assert snapshot.members == {GROUP: (MAIL,)}
    assert verdicts(snapshot)["b1"] == "unknown"


async def test_half_a_list_of_levels_makes_no_level_look_deleted() -> None:
    """A page that is missing must not read as a deletion, which would be `blocking`."""
    async with filled() as google:
        google.levels["42"] = [level("a"), level("b"), level("gone")]
        path = "accesscontextmanager.googleapis.com/v1/accessPolicies/42/accessLevels"
        first = json.dumps({"accessLevels": [level("a")], "nextPageToken": "stale"}).encode()
        google.answer(path, Answer(200, first))
        snapshot = await google.source(CLOCK).read(tenant())
    assert verdicts(snapshot)["b1"] == "unknown"
    assert [(one.field, one.fatal) for one in snapshot.problems] == [("access levels", True)]


async def test_changes_come_newest_first_with_who_made_them() -> None:
    """`updateTime`, and the name in the log of administrator activity."""
    async with filled() as google:
        newer = {**deny("newer"), "updateTime": "2026-11-21T00:00:00Z"}
        google.deny[ORGANIZATION].append(newer)
        google.entries = [
            entry("admin@example.com", newer["name"], CLOCK.now().replace(day=21, hour=0, minute=0))
        ]
        snapshot = await google.source(CLOCK).read(tenant())
    first = snapshot.changes[0]
    assert (first.policy_id, first.name, first.by) == (newer["name"], "Newer", "admin@example.com")
    assert {one.policy_id for one in audit_snapshot(snapshot, tenant()).findings} == {
        one.policy_id for one in snapshot.changes
    }


async def test_nothing_readable_at_all_is_an_error_that_says_what_to_grant() -> None:
    """All refused: final, with the page of roles as a hint."""
    async with GoogleStandIn() as google:
        for host in google.endpoints:
            google.refuse(f"{host}/")
        with pytest.raises(Broken) as caught:
            await google.source(CLOCK).read(tenant())
    assert "permission" in caught.value.reason
    assert "docs/live.md" in caught.value.hint


async def test_a_google_that_does_not_answer_is_unavailable() -> None:
    """503 everywhere: passing, with the wait that Google asked for; each API is asked in bounds."""
    async with GoogleStandIn() as google:
        for host in google.endpoints:
            google.refuse(f"{host}/", Answer(503, b"", {"Retry-After": "7"}))
        with pytest.raises(Unavailable) as caught:
            await google.source(CLOCK).read(tenant())
    assert caught.value.retry_after == 7.0
    assert len(google.asked) < 60


async def test_an_empty_organization_is_no_error() -> None:
    """Nothing there, everything asked: a snapshot without policies and without problems."""
    async with GoogleStandIn(groups={"0break": (GROUP, [])}) as google:
        snapshot = await google.source(CLOCK).read(tenant())
    assert (snapshot.sources, snapshot.problems) == ((), ())
    assert snapshot.members == {GROUP: ()}


async def test_nothing_is_opened_before_read() -> None:
    """Building it signs nobody in; a tenant of another provider is refused before anything."""
    credentials = FakeCredentials()
    source = GooglePolicySource(CLOCK, credentials=credentials)
    other = AwsTenant.model_validate(
        {
            "id": "aws-example",
            "name": "Example (AWS)",
            "provider": "aws",
            "organization_id": "o-example123",
            "management_account": NUMBER,
            "principal_pattern": "arn:aws:iam::*:role/break-glass-*",
            "support": {"plan": "Business"},
        }
    )
    with pytest.raises(Broken, match="no tenant at Google"):
        await source.read(other)
    assert credentials.refreshed == 0
