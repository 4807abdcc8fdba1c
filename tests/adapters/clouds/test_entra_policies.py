"""The policies as documents, and whom they can reach."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.adapters.clouds.entra_policies import is_broad, policy_sources
from tests.adapters.clouds.entra_example import ANNA, CONTRACTORS, policy
from tests.adapters.clouds.graph_stand_in import GLOBAL_ADMINISTRATOR

NOBODY: dict[str, list[str]] = {"includeUsers": [], "includeGroups": [], "includeRoles": []}


def names(*written: str) -> list[str]:
    """What the documents of policies with these names are called."""
    policies = [policy(number, name) for number, name in enumerate(written)]
    return [source.name for source in policy_sources(policies)]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("CA001: All users / MFA", "CA001- All users - MFA"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\nb\u202ec", "a b-u202ec"),
        ("Prüfung [Test] & (B)", "Prüfung [Test] & (B)"),
        ("///", "unnamed"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_documents_name_is_safe(name: str, file: str) -> None:
    """Whatever people call a policy, it is one file in one folder."""
    assert names(name) == [f"policies/{file}.json"]


def test_no_two_documents_have_the_same_name() -> None:
    """Also where a file system does not know upper case from lower."""
    found = names("Block", "block", "BLOCK", "Block dddddddd-0000-4000-8000-000000000001")
    assert len({name.casefold() for name in found}) == 4
    assert found[:2] == [
        "policies/Block.json",
        "policies/block dddddddd-0000-4000-8000-000000000001.json",
    ]


def test_a_document_is_what_graph_gave() -> None:
    """With its annotations, and with whatever letters."""
    for name in ("Prüfung", "half \ud800 a pair"):
        given = policy(1, name)
        (source,) = policy_sources([given])
        assert json.loads(source.content) == given


@pytest.mark.parametrize(
    ("users", "applications", "expected"),
    [
        ({}, ["All"], True),
        ({}, ["MicrosoftAdminPortals"], True),
        ({}, ["797f4846-ba00-4fd7-ba43-dac1f8f63013"], True),
        ({}, ["Office365"], False),
        ({**NOBODY, "includeRoles": [GLOBAL_ADMINISTRATOR]}, ["All"], True),
        ({**NOBODY, "includeRoles": ["f023fd81-a637-4b56-95fd-791ac0226033"]}, ["All"], False),
        ({**NOBODY, "includeUsers": [ANNA.upper()]}, ["All"], True),
        ({**NOBODY, "includeUsers": ["GuestsOrExternalUsers"]}, ["All"], False),
        ({**NOBODY, "includeGroups": [CONTRACTORS]}, ["All"], False),
        ({**NOBODY, "includeGroups": ["somebody"]}, ["All"], True),
        (NOBODY, ["All"], False),
    ],
)
def test_a_broad_policy_can_reach_everybody(
    users: dict[str, Any], applications: list[str], *, expected: bool
) -> None:
    """By its users, roles or groups, at what a rescue needs."""
    given = policy(1, "CA001", users=users, applications=applications)
    assert is_broad(given, [ANNA], lambda group: group != CONTRACTORS) is expected


def test_a_policy_on_registering_keys_is_broad() -> None:
    """It can stop a new key for an emergency account."""
    given = policy(1, "CA001", applications=[])
    given["conditions"]["applications"]["includeUserActions"] = ["urn:user:registersecurityinfo"]
    assert is_broad(given, [], lambda _: False)
