"""What became of each policy between two snapshots."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.audit.difference import (
    FROM_FILES,
    Audited,
    changes_between,
    dangers,
    is_whole,
    named_changes,
)
from bot.audit.model import Source
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.errors import Problem
from tests.services.desks import example
from tests.services.tenants import FIRST_ACCOUNT, GROUP, policy, snapshot

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
TENANT = example().tenants_of("entra")[0]
OTHER_ACCOUNT = "33333333-0000-0000-0000-000000000002"


def audited(*policies: dict[str, Any], **changes: Any) -> Audited:  # noqa: ANN401 - fields
    """A snapshot of these policies with its audit."""
    found = replace(snapshot(NOON, *policies), **changes)
    return Audited(found, audit_snapshot(found, TENANT))


def kinds(before: Audited, after: Audited) -> list[tuple[str, str]]:
    """What happened to whom, by the first word of the name."""
    changes = changes_between([before], after)
    return [(change.kind, change.name.partition(":")[0]) for change in changes]


def test_nothing_changed_is_no_change() -> None:
    """Whatever the order in which a provider lists its policies."""
    assert kinds(audited(policy(1), policy(2)), audited(policy(2), policy(1))) == []


def test_a_policy_comes_changes_and_goes() -> None:
    """Those that are gone stand at the end."""
    before = audited(policy(1), policy(2, block=False), policy(3))
    after = audited(policy(2), policy(3), policy(4))
    assert kinds(before, after) == [("changed", "CA002"), ("new", "CA004"), ("removed", "CA001")]


@pytest.mark.parametrize("key", ["modifiedDateTime", "createdDateTime", "@odata.etag"])
def test_a_date_alone_is_no_change(key: str) -> None:
    """Somebody pressed Save, or the provider did."""
    assert kinds(audited(policy(1)), audited({**policy(1), key: "2026-11-28T12:00:00Z"})) == []


def test_a_layout_alone_is_no_change() -> None:
    """Only what it says counts."""
    terse = (Source("policies/1.json", json.dumps(policy(1)).encode()),)
    assert kinds(audited(policy(1)), audited(policy(1), sources=terse)) == []


def test_one_policy_of_a_file_with_many_changes_alone() -> None:
    """As portals export them: one list."""

    def export(*policies: dict[str, Any]) -> Audited:
        content = json.dumps({"value": policies}).encode("utf-16")
        return audited(sources=(Source("all.json", content),))

    before, after = export(policy(1), policy(2)), export(policy(1), policy(2, state="disabled"))
    assert kinds(before, after) == [("changed", "CA002")]


def test_leaving_the_group_makes_an_unchanged_policy_worse() -> None:
    """The document is the same, and the account is out."""
    own = policy(1, block=False)
    both = audited(own, members={GROUP: (FIRST_ACCOUNT, OTHER_ACCOUNT)})
    one = audited(own, members={GROUP: (FIRST_ACCOUNT,)})
    (change,) = changes_between([both], one)
    assert (change.kind, change.dangerous) == ("worse", True)
    assert [finding.account for finding in change.findings] == [OTHER_ACCOUNT]
    assert kinds(one, both) == [("better", "CA001")]


def test_only_what_keeps_somebody_out_is_dangerous() -> None:
    """A change that leaves the group out is a change like any other."""
    (harmless,) = changes_between([audited(policy(1))], audited(policy(1, block=False)))
    assert (harmless.kind, harmless.dangerous) == ("changed", False)
    (harmful,) = changes_between([audited(policy(1, block=False))], audited(policy(1)))
    assert (harmful.kind, harmful.dangerous) == ("changed", True)
    assert harmful.said is not None
    assert harmful.said.by == "pipeline"


def test_a_policy_in_report_only_is_dangerous_as_well() -> None:
    """A lockout with a date."""
    planned = policy(1, state="enabledForReportingButNotEnforced")
    (change,) = changes_between([audited()], audited(planned))
    assert {finding.verdict for finding in change.findings} == {"pending"}
    assert change.dangerous


HIDDEN = (Problem("policies", 0, "", "A page could not be read."),)


def test_what_was_hidden_for_a_while_is_not_new() -> None:
    """Behind a snapshot that is not whole stands an older one."""
    whole, part = audited(policy(1), policy(2)), audited(policy(1), problems=HIDDEN)
    assert changes_between([part, whole], audited(policy(1), policy(2))) == []
    assert kinds(whole, part) == []


def test_a_verdict_that_was_hidden_for_a_while_is_not_worse_afterwards() -> None:
    """The groups could not be read, and then they could."""
    own, group = policy(1), "99999999-0000-0000-0000-000000000001"
    own["conditions"]["users"]["excludeGroups"] = [group]
    out = {group: (FIRST_ACCOUNT,)}
    whole = audited(own, members=out)
    part = audited(own, members={"another": ()}, problems=HIDDEN)
    assert {finding.verdict for finding in part.report.findings} == {"unknown"}
    assert changes_between([part, whole], audited(own, members=out)) == []
    (change,) = changes_between([part, whole], audited(own, members={group: ()}))
    assert change.kind == "worse"


@pytest.mark.parametrize(
    ("problems", "whole"),
    [
        ((), True),
        ((Problem("groups", 0, "", "Odd.", fatal=False),), True),
        (HIDDEN, False),
        ((Problem(FROM_FILES, 0, "", "Some.", fatal=False),), False),
    ],
)
def test_a_snapshot_is_whole_unless_a_policy_may_be_missing(
    problems: tuple[Problem, ...],
    whole: bool,  # noqa: FBT001 - the expected answer
) -> None:
    """A warning hides nothing."""
    assert is_whole(replace(snapshot(NOON), problems=problems)) is whole


def test_all_dangers_of_a_first_snapshot() -> None:
    """As if each were new."""
    first = audited(policy(1), policy(2, block=False), policy(3))
    found = dangers(first.report, first.snapshot)
    assert [change.name for change in found] == [policy(1)["displayName"], policy(3)["displayName"]]


def test_exported_files_name_their_policies() -> None:
    """Without dates, unless a reader said more."""
    first = audited(policy(1), policy(2), changes=())
    assert [one.policy_id for one in named_changes(first)] == [policy(1)["id"], policy(2)["id"]]
    read = audited(policy(1))
    assert named_changes(read) == read.snapshot.changes


def test_what_is_no_json_is_compared_as_it_is() -> None:
    """A damaged file has no policies; nothing is said of it here."""
    broken = audited(sources=(Source("a.json", b"\xff{"),))
    assert kinds(broken, broken) == []


@pytest.mark.parametrize("provider", ["aws", "google"])
def test_other_providers_policies_are_compared_as_well(provider: str) -> None:
    """By the ID that each of them has."""
    tenant = next(one for one in example().tenants if one.provider == provider)
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    documents: dict[str, list[dict[str, Any]]] = {
        "aws": [
            {"PolicySummary": {"Id": "p-1", "Name": "One"}, "Content": json.dumps(deny)},
            {
                "PolicySummary": {"Id": "p-1", "Name": "One"},
                "Content": json.dumps({**deny, "Id": "x"}),
            },
        ],
        "google": [
            {"name": "policies/x/denypolicies/one", "etag": "a", "displayName": "One", "rules": []},
            {"name": "policies/x/denypolicies/one", "etag": "b", "displayName": "Two", "rules": []},
        ],
    }
    found = []
    for document in documents[provider]:
        source = Source("p.json", json.dumps(document).encode())
        one = Snapshot(tenant.provider, tenant.id, NOON, (source,))
        found.append(Audited(one, audit_snapshot(one, tenant)))
    assert [change.kind for change in changes_between(found[:1], found[1])] == ["changed"]


def test_two_policies_of_one_id_are_two() -> None:
    """Inline policies of two AWS roles may have one name."""

    def both(*documents: dict[str, Any]) -> Audited:
        return audited(
            sources=tuple(
                Source(f"{number}.json", json.dumps(one).encode())
                for number, one in enumerate(documents)
            )
        )

    before = both(policy(1, block=False), policy(1, block=False))
    after = both(policy(1, block=False), policy(1))
    (change,) = changes_between([before], after)
    assert (change.kind, len(change.findings)) == ("changed", 2)
