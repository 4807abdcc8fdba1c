"""What is wrong with the exclusion group itself is said beside the verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.audit.entra import hygiene
from bot.audit.entra.run import audit_entra
from bot.audit.model import Question
from bot.core.errors import Problem
from tests.audit.entra.policies import (
    APP,
    GROUP,
    INNER,
    ONE,
    OTHER,
    OUTER,
    STRANGER,
    TWO,
    policy,
    question,
    source,
)

EXCLUDED = policy({"conditions.users.excludeGroups": [GROUP]})


def problems(asked: Question, *values: object) -> list[Problem]:
    """All that the audit remarks, but for what the files are."""
    files = [source(value, f"{n}.json") for n, value in enumerate(values or (EXCLUDED,))]
    said = audit_entra(files, asked).problems
    assert not any(problem.fatal for problem in said)
    return [problem for problem in said if not problem.message.startswith("Is a group: ")]


def messages(asked: Question, *values: object) -> list[str]:
    """Only what is said."""
    return [problem.message for problem in problems(asked, *values)]


def group_file(**more: object) -> dict[str, Any]:
    """The exclusion group as Graph describes it, protected and kept by hand."""
    return {"id": GROUP, "groupTypes": [], "isAssignableToRole": True, **more}


def test_a_sound_group_is_passed_over() -> None:
    """Two accounts, both in the group, nobody else in it."""
    asked = question(members={GROUP: (ONE, TWO)}, methods=("fido2",))
    assert problems(asked, EXCLUDED, group_file()) == []


def test_one_account_is_too_few() -> None:
    """Microsoft advises two; the same one twice is one."""
    assert messages(question((ONE, ONE.upper()))) == [hygiene.FEW]


def test_an_account_by_its_name_is_pointed_out() -> None:
    """Policies know IDs only."""
    (problem,) = problems(question(("a@example.com", ONE)))
    assert (problem.file, problem.field, problem.message) == (
        hygiene.ASKED,
        "a@example.com",
        hygiene.NO_GUID,
    )


def test_a_method_that_nobody_knows_is_pointed_out() -> None:
    """With the one that was probably meant."""
    assert messages(question(methods=("fido", "pigeon"))) == [
        f"fido: {hygiene.NO_METHOD} Did you mean fido2?",
        f"pigeon: {hygiene.NO_METHOD}",
    ]


def test_a_group_that_no_policy_excludes_is_pointed_out() -> None:
    """With the one that a policy excludes instead, if it looks the same."""
    slip = GROUP[:-1] + "b"
    assert messages(question(), policy()) == [hygiene.NEVER_EXCLUDED]
    assert messages(question(), policy({"conditions.users.excludeGroups": [slip]})) == [
        f"{hygiene.NEVER_EXCLUDED} One excludes {slip}: a slip?",
        f"{slip}: Is not the exclusion group. Did you mean {GROUP}?",
    ]


def test_without_policies_nothing_is_said_of_them() -> None:
    """There is nothing that could exclude the group."""
    assert messages(question(), group_file()) == []


def test_members_that_are_missing_or_foreign_are_named() -> None:
    """Through any nesting."""
    members = {GROUP: (INNER, ONE), INNER: (STRANGER,)}
    assert messages(question(members=members)) == [
        f"Does not hold {TWO}.",
        f"Holds members that are no emergency accounts: {STRANGER}.",
        "Holds fewer than two emergency accounts (1).",
    ]


def test_many_foreign_members_are_counted() -> None:
    """A huge group must not fill the report."""
    members = {GROUP: (ONE, TWO, *[f"{n:08x}-9999-4999-8999-999999999999" for n in range(50)])}
    (message,) = messages(question(members=members))
    assert message.endswith("and 47 more.")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"deletedDateTime": "2030-01-01T00:00:00Z"}, hygiene.DELETED),
        ({"groupTypes": ["DynamicMembership"]}, hygiene.DYNAMIC),
        ({"onPremisesSyncEnabled": True}, hygiene.SYNCED),
        ({"isAssignableToRole": None}, hygiene.NOT_PROTECTED),
        ({"isAssignableToRole": False}, hygiene.NOT_PROTECTED),
    ],
)
def test_how_the_group_is_kept_is_looked_at(more: dict[str, Any], says: str) -> None:
    """Deleted, dynamic, synchronised, unprotected."""
    assert messages(question(), EXCLUDED, group_file(**more)) == [says]


def test_a_deleted_group_that_a_policy_names_is_pointed_out() -> None:
    """It is not the exclusion group, but somebody relied on it."""
    named = policy({"conditions.users.excludeGroups": [GROUP, OTHER]})
    gone = {"id": OTHER, "groupTypes": [], "deletedDateTime": "2030-01-01T00:00:00Z"}
    assert messages(question(), named, gone) == [f"{OTHER}: {hygiene.DELETED}"]


def test_a_restricted_unit_protects_as_well() -> None:
    """Either way will do."""
    kept = group_file(isAssignableToRole=False, isManagementRestricted=True)
    assert messages(question(), EXCLUDED, kept) == []


def test_nesting_around_role_assignable_groups_is_pointed_out() -> None:
    """Entra supports no groups in them, in either direction."""
    members = {GROUP: (ONE, TWO, INNER), INNER: (), OUTER: (GROUP,), OTHER: (OUTER,)}
    outer = {"id": OUTER, "displayName": "Admins", "groupTypes": [], "isAssignableToRole": True}
    plain = {"id": OTHER, "groupTypes": [], "isAssignableToRole": False}
    assert messages(question(members=members), EXCLUDED, group_file(), outer, plain) == [
        hygiene.HELD_GROUPS,
        hygiene.NESTED.format("Admins"),
    ]


def test_a_group_that_nobody_described_is_named_once() -> None:
    """Where members are given, a missing group may be a deleted one."""
    named = policy({"conditions.users.excludeGroups": [GROUP, OTHER]})
    included = policy({"conditions.users.includeGroups": [OTHER]})
    members = {GROUP: (ONE, TWO)}
    found = problems(question(members=members), named, named, included)
    assert [(problem.file, problem.field) for problem in found] == [
        ("0.json", "/conditions/users/excludeGroups"),
        ("2.json", "/conditions/users/includeGroups"),
    ]
    assert all(problem.message.startswith(f"{OTHER}: No members") for problem in found)


def test_without_members_unknown_groups_are_for_the_verdicts_to_name() -> None:
    """Every group is unknown then."""
    assert messages(question(), policy({"conditions.users.excludeGroups": [GROUP, OTHER]})) == []


def test_an_id_in_the_wrong_field_is_pointed_out() -> None:
    """It looks like an exemption and is none."""
    wrong = policy(
        {
            "conditions.users.excludeGroups": [GROUP, ONE],
            "conditions.users.excludeUsers": [GROUP, TWO, APP],
        }
    )
    assert messages(question(), wrong) == [
        f"{ONE}: Is an account, but stands among groups, where it does nothing.",
        f"{GROUP}: Is the exclusion group, but stands among users, where it exempts nobody.",
    ]


def test_a_mistyped_account_is_pointed_out() -> None:
    """One digit is enough to exempt nobody."""
    slip = ONE[:-1] + "2"
    wrong = policy(
        {"conditions.users.excludeGroups": [GROUP], "conditions.users.excludeUsers": [slip]}
    )
    assert messages(question(), wrong) == [
        f"{slip}: Is not an account that was named. Did you mean {ONE}?"
    ]
