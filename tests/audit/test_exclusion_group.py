"""Who is in the exclusion group: said only where every member is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.audit.exclusion_group import NESTED, NOT_READ, GroupRead, read_group
from bot.audit.snapshot import Snapshot
from bot.core.errors import Problem
from bot.core.facts import AnyTenant
from tests.services.desks import example

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
STRANGER = "99999999-0000-0000-0000-000000000009"
NEST = "88888888-0000-0000-0000-000000000008"


def tenant(provider: str) -> AnyTenant:
    """Of the example organisation."""
    return next(one for one in example().tenants if one.provider == provider)


ENTRA, GOOGLE = tenant("entra"), tenant("google")
ONE, TWO = (one.identifier for one in ENTRA.emergency_accounts)
GROUP = ENTRA.group.id


def read(members: dict[str, tuple[str, ...]], *problems: Problem) -> GroupRead:
    """What is said of the Entra tenant's group."""
    snapshot = Snapshot("entra", ENTRA.id, NOW, (), members=members, problems=problems)
    found = read_group(snapshot, ENTRA)
    assert found is not None
    return found


def test_exactly_the_emergency_accounts_are_all_inside_and_nobody_is_foreign() -> None:
    """However the IDs are written."""
    found = read({GROUP.upper(): (ONE.upper(), TWO)})
    assert found == GroupRead(ENTRA.group.name, frozenset({ONE, TWO}))


def test_who_is_missing_and_who_is_foreign() -> None:
    """An empty group is known to be empty."""
    assert read({GROUP: (ONE, STRANGER)}) == GroupRead(
        ENTRA.group.name, frozenset({ONE}), (STRANGER,)
    )
    assert read({GROUP: ()}) == GroupRead(ENTRA.group.name)


def test_nested_groups_are_looked_through_also_when_they_turn_in_a_circle() -> None:
    """A stranger hides best in a group within the group."""
    found = read({GROUP: (ONE, NEST), NEST: (TWO, STRANGER, GROUP)})
    assert (found.inside, found.foreign) == (frozenset({ONE, TWO}), (STRANGER,))


def test_a_group_that_is_not_listed_is_unknown_and_not_empty() -> None:
    """As with exported files."""
    assert read({}).unsure == NOT_READ
    assert read({STRANGER: (ONE,)}).unsure == NOT_READ


@pytest.mark.parametrize(
    ("about", "file", "unsure"),
    [
        (GROUP, "groups.json", True),
        (NEST, "groups.json", True),
        ("7" * 8, "groups.json", False),
        (ONE, "methods", False),
    ],
)
def test_a_problem_with_one_of_its_groups_makes_it_unsure(
    about: str,
    file: str,
    unsure: bool,  # noqa: FBT001 - a case of the table above
) -> None:
    """The list may be shorter than the group; other problems have nothing to do with it."""
    problem = Problem(file, 0, about.upper(), "Graph refused.", fatal=False)
    listed = read({GROUP: (ONE, TWO, NEST), NEST: ()}, problem)
    assert bool(listed.unsure) is unsure
    # A nested group that was never listed looks like a person.
    assert bool(read({GROUP: (ONE, TWO, NEST)}, problem).unsure) is unsure


def test_a_google_group_by_its_address_and_none_at_aws() -> None:
    """Members are addresses; policies name principals."""
    one, two = (account.identifier.rpartition("/")[2] for account in GOOGLE.emergency_accounts)
    members = {f"group:{GOOGLE.group.id}": (one, f"user:{two}", "intern@example.com")}
    snapshot = Snapshot("google", GOOGLE.id, NOW, (), members=members)
    found = read_group(snapshot, GOOGLE)
    assert found is not None
    assert found.inside == {account.identifier for account in GOOGLE.emergency_accounts}
    assert found.foreign == ("intern@example.com",)
    aws = tenant("aws")
    assert read_group(Snapshot("aws", aws.id, NOW, ()), aws) is None
    nameless = ENTRA.model_copy(update={"group": ENTRA.group.model_copy(update={"id": ""})})
    assert read_group(Snapshot("entra", ENTRA.id, NOW, ()), nameless) is None


def test_a_google_group_with_a_group_in_it_or_a_problem_about_it_is_unsure() -> None:
    """The reader keeps of nested groups only our accounts, and names groups in a sentence."""
    nested = {GOOGLE.group.id: ("group:all@example.com",), "all@example.com": ()}
    snapshot = Snapshot("google", GOOGLE.id, NOW, (), members=nested)
    found = read_group(snapshot, GOOGLE)
    assert found is not None
    assert found.unsure == NESTED.format("all@example.com")
    told = f"Not read at {GOOGLE.group.id}: more members than are listed."
    problem = Problem("google", 0, "members of groups", told, fatal=False)
    large = replace(snapshot, members={GOOGLE.group.id: ()}, problems=(problem,))
    found = read_group(large, GOOGLE)
    assert found is not None
    assert found.unsure == told
