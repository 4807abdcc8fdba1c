"""What a drill keeps of an audit beside what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.audit.model import Report
from bot.audit.run import audit_snapshot
from bot.audit.snapshot import Snapshot
from bot.core.audited import Asked
from bot.core.drill_events import AccountsExamined
from bot.core.timeline import Actor
from bot.services.examining_accounts import MOST_FOREIGN, examined_of
from tests.core.audits import ASKED
from tests.services.desks import example
from tests.services.policies import block_all

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TENANT = example().tenants_of("entra")[0]
ONE, TWO = (one.identifier for one in TENANT.emergency_accounts)
QUESTION = Asked(7, Actor("slack:U1", "On-call engineer"), NOW, ASKED)


def examined(*members: str, report: Report | None = None) -> AccountsExamined:
    """One policy that leaves the group out, and one that does not."""
    group = TENANT.group.id
    policies = (block_all(1, excluded=[group]), block_all(2))
    snapshot = Snapshot("entra", TENANT.id, NOW, policies, presumed=True)
    if members:
        snapshot = replace(snapshot, members={group: members})
    found = report or audit_snapshot(snapshot, TENANT)
    return examined_of(QUESTION, snapshot, TENANT, found, live=True)


def test_each_account_is_counted_and_found_in_the_group() -> None:
    """By name, in the order of the organisation file."""
    found = examined(ONE, TWO)
    assert (found.asked, found.taken_at, found.live) == (7, NOW, True)
    assert [one.name for one in found.accounts] == [one.name for one in TENANT.emergency_accounts]
    assert [one.counts for one in found.accounts] == [{"excluded": 1, "blocking": 1}] * 2
    assert found.exact
    assert found.group == TENANT.group.name


def test_who_is_not_in_the_group_is_not_excluded_by_it_and_missing() -> None:
    """Both follow from the same reading."""
    found = examined(ONE)
    assert [one.in_group for one in found.accounts] == [True, False]
    assert [one.account for one in found.missing] == [TWO]
    assert found.accounts[1].counts == {"blocking": 2}
    assert not found.exact


def test_where_the_members_are_not_known_nothing_is_said_of_them() -> None:
    """The accounts are counted all the same."""
    found = examined()
    assert [one.in_group for one in found.accounts] == [None, None]
    assert not found.knows_group
    assert not found.exact
    assert "does not say" in found.unsure


def test_a_whole_company_in_the_group_does_not_fill_the_fact() -> None:
    """Enough are named, and the others counted."""
    everybody = tuple(f"90000000-0000-0000-0000-{number:012}" for number in range(60))
    found = examined(ONE, TWO, *everybody)
    assert len(found.foreign) == MOST_FOREIGN
    assert found.more_foreign == 60 - MOST_FOREIGN
    assert not found.exact


def test_an_account_that_the_report_does_not_know_has_no_verdict() -> None:
    """It is there all the same."""
    found = examined(ONE, TWO, report=Report("entra", (), ()))
    assert [one.counts for one in found.accounts] == [{}, {}]
