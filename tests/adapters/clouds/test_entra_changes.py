"""Who changed a policy, and when, from the policy and the audit log together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.adapters.clouds.entra_changes import changes_of, read_log
from bot.adapters.clouds.graph import open_graph
from bot.audit.snapshot import Change
from bot.core.errors import Problem
from tests.adapters.clouds.entra_example import PERSON, audit, policy
from tests.adapters.clouds.graph_stand_in import Directory, FakeCredential, Fault, GraphStandIn


async def no_sleep(seconds: float) -> None:
    """Nobody waits in a test."""


async def changes(
    policies: list[dict[str, Any]], *entries: dict[str, Any], fault: Fault | None = None
) -> tuple[tuple[Change, ...], list[Problem]]:
    """Newest first, and what was said."""
    problems: list[Problem] = []
    server = GraphStandIn(Directory(audits=[*entries]), *([fault] if fault else []), page_size=2)
    async with (
        server.running() as base_url,
        open_graph(base_url, FakeCredential().token, no_sleep) as graph,
    ):
        log = await read_log(graph, problems)
    return changes_of(policies, log, lambda _: True), problems


async def test_the_newest_entry_says_who() -> None:
    """By user principal name, at the later of the two times."""
    given = policy(1, "CA001", modified="2026-11-21T23:10:00Z")
    found, _ = await changes(
        [given],
        audit(1, "2026-11-21T23:10:02.1234567Z", PERSON),
        audit(1, "2026-11-02T00:00:00Z", {"app": {"displayName": "Pipeline"}, "user": None}),
        audit(1, "2026-11-01T00:00:00Z", PERSON, "Add"),
    )
    (change,) = found
    assert change.by == "ca-admin@example.com"
    assert change.at == datetime(2026, 11, 21, 23, 10, 2, 123456, tzinfo=UTC)
    assert change.policy_id == given["id"]


async def test_an_older_entry_is_not_blamed() -> None:
    """The log comes late; whoever changed it before is not the one who changed it now."""
    given = policy(1, "CA001", modified="2026-11-21T23:10:00Z")
    found, _ = await changes([given], audit(1, "2026-11-20T00:00:00Z", PERSON))
    assert found[0].by == ""
    assert found[0].at == datetime(2026, 11, 21, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ({"user": None, "app": {"displayName": "Pipeline"}}, "app Pipeline"),
        ({"user": None, "app": {"displayName": None, "appId": "app-1"}}, "app app-1"),
        ({"user": {"id": "user-1", "userPrincipalName": None}, "app": None}, "user-1"),
        ({}, ""),
    ],
)
async def test_whoever_it_was_has_a_name(by: dict[str, Any], name: str) -> None:
    """Apps change policies as often as people do."""
    found, _ = await changes([policy(1, "CA001")], audit(1, "2026-11-21T00:00:00Z", by))
    assert found[0].by == name


async def test_a_failed_change_is_none() -> None:
    """Nor is another activity of the same service."""
    failed = {**audit(1, "2026-11-21T00:00:00Z", PERSON), "result": "failure"}
    other = audit(1, "2026-11-21T00:00:00Z", PERSON)
    other["activityDisplayName"] = "Update named location"
    found, _ = await changes([policy(1, "CA001")], failed, other)
    assert (found[0].by, found[0].at) == ("", datetime(2026, 1, 5, 8, 0, 0, 123456, tzinfo=UTC))


async def test_a_policy_without_any_date_stands_last() -> None:
    """It is named all the same."""
    undated = {**policy(1, "CA001"), "createdDateTime": None}
    found, _ = await changes([undated, policy(2, "CA002")])
    assert [(one.name, one.at is None) for one in found] == [("CA002", False), ("CA001", True)]


async def test_a_log_that_breaks_off_keeps_what_was_read() -> None:
    """What is missing is said."""
    entries = [audit(number, f"2026-11-2{number}T00:00:00Z", PERSON) for number in range(1, 5)]
    policies = [policy(number, f"CA{number}") for number in range(1, 5)]
    fault = Fault("directoryAudits", 403, after=1)
    found, problems = await changes(policies, *entries, fault=fault)
    assert [bool(one.by) for one in found] == [True, True, False, False]
    assert "AuditLog.Read.All" in problems[0].message
