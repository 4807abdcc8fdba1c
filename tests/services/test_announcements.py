"""What is said of a policy that keeps an account out: short, true, and what to do first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.audit.difference import PolicyChange, dangers
from bot.audit.model import Verdict
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Change
from bot.core.errors import Problem
from bot.services.announcements import MOST, announce, announce_first, lane_of
from bot.services.ports import Outgoing
from tests.services.desks import example
from tests.services.tenants import policy, snapshot

NOON = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
TENANT = example().tenants_of("entra")[0]


def found(*policies: dict[str, Any]) -> list[PolicyChange]:
    """The dangers of a first reading."""
    read = snapshot(NOON, *policies)
    return dangers(audit_snapshot(read, TENANT), read)


def said(change: PolicyChange) -> Outgoing:
    """The one message about it."""
    (message,) = announce(TENANT, snapshot(NOON), [change], "Europe/Berlin")
    return message


def test_what_is_not_in_force_yet_has_time() -> None:
    """But not for ever."""
    (change,) = found(policy(1, state="enabledForReportingButNotEnforced"))
    text = said(change).payload["text"]
    assert text.startswith("**Apply the correction before this is switched on.**")
    assert "It **will keep out** once it is in force (pending)" in text


@pytest.mark.parametrize(
    ("by", "at", "told"),
    [
        ("pipeline", NOON, "Changed 2026-11-28 12:00 UTC (13:00 CET) by pipeline."),
        ("", NOON, "Changed 2026-11-28 12:00 UTC (13:00 CET). By whom is not known."),
        ("pipeline", None, "Changed by pipeline."),
        ("", None, "Who changed it is not known."),
    ],
)
def test_who_changed_it_is_said_where_it_is_known(by: str, at: datetime | None, told: str) -> None:
    """And else that it is not."""
    (change,) = found(policy(1))
    named = replace(change, said=Change(change.policy_id, change.name, at, by))
    assert told in said(named).payload["text"].split("\n")


def test_a_policy_without_a_correction_promises_none() -> None:
    """The reason says what to do."""
    (change,) = found(policy(1))
    bare = replace(change, findings=tuple(replace(one, fix=None) for one in change.findings))
    message = said(bare)
    assert message.payload["files"] == {}
    assert message.payload["text"].startswith("**Exempt the emergency accounts before")
    assert "There is no correction to paste" in message.payload["text"]


def test_no_id_stands_in_the_message() -> None:
    """Accounts have names; IDs are in the files."""
    (change,) = found(policy(1))
    assert "-0000-" not in said(change).payload["text"]


def test_a_hostile_name_stays_one_short_line() -> None:
    """Whatever somebody called the policy."""
    (change,) = found(policy(1, displayName="x\n*Approve* \u202e" + "y" * 5000))
    lines = said(change).payload["text"].split("\n")
    assert len(lines[1]) < 250
    assert "\\u202e" in lines[1]


def test_half_a_letter_in_a_policy_can_be_written_down() -> None:
    """No database keeps it, so it is spelt out."""
    (change,) = found(policy(1, description="\ud800"))
    for text in said(change).payload["files"].values():
        text.encode()


def test_corrections_of_a_huge_tenant_are_left_where_they_are() -> None:
    """What is written down with a message has an end; the command line has none."""
    read = snapshot(NOON, *(policy(n, description="x" * 4000) for n in range(1, 200)))
    report = audit_snapshot(read, TENANT)
    message = announce_first(TENANT, read, report, dangers(report, read))
    assert message.payload["files"] == {}
    assert "`lockout snapshot entra-example --show --fix DIR`" in message.payload["text"]
    assert len(message.payload["text"]) < 3000
    assert MOST < 10**6


@pytest.mark.parametrize(
    ("update", "verdict", "problems", "told"),
    [
        ({}, "excluded", (), "No policy keeps an emergency account out."),
        ({}, "unknown", (), "Look at what is not known: `lockout snapshot entra-example --show`"),
        ({}, "excluded", (Problem("p", 0, "", "?"),), "Look at what is not known"),
        ({"emergency_accounts": ()}, "excluded", (), "Nothing was judged"),
    ],
)
def test_the_all_clear_says_no_more_than_is_known(
    update: dict[str, Any],
    verdict: Verdict,
    problems: tuple[Problem, ...],
    told: str,
) -> None:
    """Silence would be taken for safety."""
    tenant = TENANT.model_copy(update=update)
    read = replace(snapshot(NOON, policy(1, block=False)), problems=problems)
    report = audit_snapshot(read, tenant)
    findings = tuple(replace(one, verdict=verdict) for one in report.findings)
    message = announce_first(tenant, read, replace(report, findings=findings), [])
    assert told in message.payload["text"].split("\n")[-1]


def test_the_messages_of_a_tenant_wait_in_one_row() -> None:
    """So that they come in order; the name fits wherever an incident's does."""
    (change,) = found(policy(1))
    assert said(change).incident == lane_of(TENANT) == "tenant:entra-example"
