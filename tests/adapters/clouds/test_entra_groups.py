"""The groups of a tenant: exact below the exclusion group, and what decides of the others."""

from __future__ import annotations

import pytest

from bot.adapters.clouds import entra_groups
from bot.adapters.clouds.entra_groups import GONE, HIDDEN, UNREAD, Groups, Memberships
from bot.adapters.clouds.graph import open_graph
from bot.core.errors import Problem
from tests.adapters.clouds.entra_example import ANNA, BERT, GROUP, OUTER, group
from tests.adapters.clouds.graph_stand_in import Directory, FakeCredential, Fault, GraphStandIn

INNER = "bbbbbbbb-0000-4000-8000-00000000000a"
OTHER = "ffffffff-0000-4000-8000-000000000009"
BOTH: Memberships = {ANNA: frozenset(), BERT: frozenset()}


async def no_sleep(seconds: float) -> None:
    """Nobody waits in a test."""


def directory(**members: list[str]) -> Directory:
    """GROUP holds ANNA and INNER, INNER holds BERT, unless said otherwise."""
    return Directory(
        groups={named: group(named, named[-1]) for named in (GROUP, OUTER, INNER)},
        members={GROUP: [ANNA, INNER], INNER: [BERT], OUTER: [], **members},
    )


async def read(
    found: Directory,
    *faults: Fault,
    named: tuple[str, ...] = (GROUP,),
    memberships: Memberships = BOTH,
) -> tuple[Groups, dict[str, tuple[str, ...]], list[Problem]]:
    """The groups, their members, and what was said."""
    problems: list[Problem] = []
    async with (
        GraphStandIn(found, *faults).running() as base_url,
        open_graph(base_url, FakeCredential().token, no_sleep) as graph,
    ):
        groups = Groups(graph, problems)
        await groups.read_below(GROUP)
        await groups.describe(named)
        members = await groups.members(named, named, memberships)
    return groups, members, problems


async def test_the_exclusion_group_is_read_with_what_is_nested_in_it() -> None:
    """Direct members of each, and the settings of all."""
    groups, members, problems = await read(directory())
    assert members == {GROUP: (ANNA, INNER), INNER: (BERT,)}
    assert [one["displayName"] for one in groups.documents] == ["1", "a"]
    assert problems == []


async def test_groups_in_a_circle_are_read_once() -> None:
    """Entra allows them."""
    _, members, problems = await read(directory(**{INNER: [GROUP, BERT]}))
    assert members == {GROUP: (ANNA, INNER), INNER: (BERT, GROUP)}
    assert problems == []


async def test_a_nested_group_that_cannot_be_read_is_unknown() -> None:
    """Unless the accounts' own memberships say who of them is in it."""
    fault = Fault(f"groups/{INNER}/members")
    groups, members, problems = await read(directory(), fault, memberships=None)
    assert members == {GROUP: (ANNA, INNER)}
    assert "GroupMember.Read.All" in problems[0].message
    assert INNER in [one["id"] for one in groups.documents]
    inside: Memberships = {ANNA: frozenset({GROUP}), BERT: frozenset({GROUP, INNER})}
    _, members, _ = await read(directory(), fault, memberships=inside)
    assert members[INNER][0] == BERT


async def test_a_deleted_group_holds_nobody_and_is_named() -> None:
    """A policy that excludes it excludes nobody."""
    gone = "bbbbbbbb-0000-4000-8000-0000000000ff"
    _, members, problems = await read(directory(), named=(GROUP, gone))
    assert members[gone] == ()
    assert [(one.field, one.message) for one in problems] == [(gone, GONE)]


async def test_a_deleted_exclusion_group_holds_nobody() -> None:
    """And nobody asks for it a second time."""
    found = directory()
    del found.groups[GROUP]
    _, members, problems = await read(found)
    assert members[GROUP] == ()
    assert [one.message for one in problems] == [GONE]


async def test_a_hidden_membership_is_unknown() -> None:
    """Who does not show up may be in it all the same."""
    found = directory()
    found.groups[OUTER]["visibility"] = "HiddenMembership"
    _, members, problems = await read(found, named=(GROUP, OUTER))
    assert OUTER not in members
    assert [(one.field, one.message) for one in problems] == [(OUTER, HIDDEN)]


async def test_others_in_a_targeted_group_show_up() -> None:
    """Some of them; all of a large group would be much for nothing."""
    found = directory(**{OUTER: [f"{OTHER[:-2]}{number:02}" for number in range(40)]})
    inside: Memberships = {ANNA: frozenset({OUTER}), BERT: frozenset()}
    _, members, _ = await read(found, named=(GROUP, OUTER), memberships=inside)
    assert members[OUTER][0] == ANNA
    assert 2 < len(members[OUTER]) < 40
    fault = Fault(f"groups/{OUTER}/members")
    _, members, _ = await read(found, fault, named=(GROUP, OUTER), memberships=inside)
    assert members[OUTER] == (ANNA, UNREAD)


async def test_settings_that_cannot_be_read_are_a_problem_and_no_more() -> None:
    """Members are read all the same."""
    _, members, problems = await read(directory(), Fault("v1.0/groups", 400, "BadRequest", after=2))
    assert members == {GROUP: (ANNA, INNER), INNER: (BERT,)}
    assert ["400" in one.message for one in problems] == [True]


async def test_many_groups_are_asked_for_a_few_at_a_time() -> None:
    """Graph takes fifteen."""
    found = directory()
    named = [f"bbbbbbbb-0000-4000-9000-{number:012d}" for number in range(40)]
    found.groups |= {one: group(one, one) for one in named}
    groups, members, problems = await read(found, named=(GROUP, *named))
    assert len(groups.documents) == 42
    assert {members[one] for one in named} == {()}
    assert problems == []


async def test_a_group_with_too_many_groups_in_it_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rest is not read, and said to be so."""
    monkeypatch.setattr(entra_groups, "_NESTED_AT_MOST", 1)
    deeper = "bbbbbbbb-0000-4000-8000-00000000000b"
    found = directory(**{INNER: [deeper]})
    found.groups[deeper] = group(deeper, "deeper")
    _, members, problems = await read(found, memberships=None)
    assert deeper not in members
    assert ["More than 1 groups" in one.message for one in problems] == [True]
