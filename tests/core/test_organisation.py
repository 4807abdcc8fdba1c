"""The organisation file's form: each mistake is refused in words that help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from bot.core.organisation import AwsTenant, EntraTenant, GoogleTenant, KnownPolicy, Organisation

GUID = "11111111-2222-3333-4444-555555555555"
ENTRA: dict[str, Any] = {
    "id": "entra-example",
    "name": "Example (Entra)",
    "provider": "entra",
    "tenant_id": GUID,
    "initial_domain": "example.onmicrosoft.com",
    "support": {"plan": "Unified"},
    "emergency_accounts": [
        {"name": "bg1@example.com", "object_id": GUID, "custody": "Safe A", "methods": ["key"]}
    ],
}
AWS: dict[str, Any] = {
    "id": "aws-example",
    "name": "Example (AWS)",
    "provider": "aws",
    "organization_id": "o-exampleorg1",
    "management_account": 111122223333,
    "accounts": ["444455556666"],
    "principal_pattern": "arn:aws:iam::*:role/break-glass-*",
    "support": {"plan": "Business"},
    "emergency_accounts": [
        {
            "name": "break-glass-1",
            "arn": "arn:aws:iam::111122223333:role/break-glass-1",
            "custody": "Safe A",
        }
    ],
}
GOOGLE: dict[str, Any] = {
    "id": "google-example",
    "name": "Example (Google)",
    "provider": "google",
    "primary_domain": "example.com",
    "organization_id": 123456789012,
    "customer_id": "C01example",
    "support": {"plan": "Enhanced"},
    "emergency_accounts": [
        {"name": "bg1", "email": "bg1@example.com", "custody": "Safe A"},
    ],
}
PEOPLE: list[dict[str, Any]] = [
    {
        "id": "oncall",
        "name": "On-call engineer",
        "roles": ["responder"],
        "slack": "U0ONCALL1",
        "login": "oncall",
        "phone": "+1 555 0101",
    },
    {"id": "lead", "name": "Head of security", "roles": ["approver"], "slack": "U0LEAD001"},
    {"id": "keeper", "name": "Keeper of the safe", "roles": ["custodian", "approver"]},
]


def organisation(**changes: Any) -> Organisation:  # noqa: ANN401 - raw YAML
    """The example with some keys changed."""
    data = {"name": "Example", "tenants": [ENTRA, AWS, GOOGLE], "people": PEOPLE, **changes}
    return Organisation.model_validate(data)


def refusal(**changes: Any) -> str:  # noqa: ANN401 - raw YAML
    """What is said about a mistake."""
    with pytest.raises(ValidationError) as caught:
        organisation(**changes)
    return str(caught.value)


def with_person(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - raw YAML
    """The people, the first of them changed."""
    return {"people": [{**PEOPLE[0], **changes}]}


def with_tenant(tenant: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - raw
    """One tenant, changed."""
    return {"tenants": [{**tenant, **changes}]}


def account(**changes: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - raw YAML
    """An emergency account with other keys."""
    return [{"name": "bg1", "custody": "Safe A", **changes}]


MISTAKES: list[tuple[dict[str, Any], str]] = [
    (with_tenant(ENTRA, tenant_id="1111"), "'1111' is not a GUID, for example"),
    (with_tenant(ENTRA, initial_domain="example"), "'example' is not a domain name"),
    (with_tenant(ENTRA, initial_domain="a." + "b" * 260 + ".com"), "is not a domain name"),
    (with_tenant(ENTRA, emergency_accounts=account(object_id="x")), "is not a GUID"),
    (with_tenant(ENTRA, group={"id": "sg-x"}), "group.id is the group's object ID"),
    (with_tenant(ENTRA, id="Entra Example"), "is not a short name (lower case letters"),
    (with_tenant(AWS, management_account="1111"), "is not a 12-digit AWS account ID"),
    (with_tenant(AWS, management_account="\uff11" * 12), "is not a 12-digit AWS account ID"),
    (with_tenant(AWS, management_account=True), "management_account"),
    (with_tenant(AWS, organization_id="exampleorg1"), "is not an AWS organization ID"),
    (
        with_tenant(AWS, principal_pattern="arn:aws:sts::111122223333:assumed-role/x/y"),
        "never matches a policy",
    ),
    (with_tenant(AWS, emergency_accounts=account(arn="break-glass-1")), "is not an IAM role"),
    (with_tenant(AWS, rescue_actions=["iam:*"]), "'iam:*' is not an AWS action without wildcards"),
    (with_tenant(AWS, rescue_actions=["PutRolePolicy"]), "is not an AWS action"),
    (with_tenant(AWS, rescue_actions=[]), "rescue_actions"),
    (
        with_tenant(GOOGLE, rescue_actions=["iam.denypolicies.update"]),
        "is not a permission as deny policies write it",
    ),
    (with_tenant(ENTRA, rescue_actions=["default"]), "rescue_actions"),
    (with_tenant(GOOGLE, organization_id="example"), "is not a Google Cloud organization number"),
    (with_tenant(GOOGLE, customer_id="01example"), "is not a Google customer ID"),
    (with_tenant(GOOGLE, emergency_accounts=account(email="bg1")), "is not an e-mail address"),
    (with_tenant(GOOGLE, provider="okta"), "okta"),
    (with_person(slack="@oncall"), "is not a Slack member ID"),
    (with_person(phone="call me"), "is not a phone number"),
    (with_person(roles=[]), "roles"),
    (with_person(roles=["boss"]), "roles"),
    (with_person(nickname="Jo"), "nickname"),
    ({"egress": [{"address": "our office"}]}, "'our office' is not an IP address or network"),
    ({"time_zone": "Berlin"}, "'Berlin' is not a time zone name, for example 'Europe/Berlin'"),
    ({"time_zone": ""}, "is not a time zone name"),
    ({"time_zone": "../etc/passwd"}, "is not a time zone name"),
    ({"time_zone": "Europe"}, "is not a time zone name"),
    ({"slack": {"reaction": ":pushpin:"}}, "is not a reaction name without colons"),
    ({"slack": {"card": "wall"}}, "card"),
    ({"tenants": []}, "tenants"),
    ({"people": []}, "people"),
    ({"colour": "red"}, "colour"),
]


@pytest.mark.parametrize(("changes", "says"), MISTAKES, ids=[says for _, says in MISTAKES])
def test_a_mistake_of_form_is_refused_with_what_it_should_be(
    changes: dict[str, Any], says: str
) -> None:
    """An identifier that cannot be right never gets into a ticket."""
    assert says in refusal(**changes)


def test_a_credential_is_refused_and_not_repeated_in_our_words() -> None:
    """The message names the kind and what to write instead."""
    said = refusal(
        **with_tenant(ENTRA, emergency_accounts=account(object_id=GUID, custody="pin: 471100"))
    )
    assert "this looks like a password. No credential belongs in this file" in said


def test_the_example_is_taken_with_its_defaults() -> None:
    """UTC, no exercise, a channel of its own, a pushpin, the usual group."""
    found = organisation()
    assert (found.time_zone, found.exercise) == ("UTC", False)
    assert (found.slack.card, found.slack.reaction) == ("channel", "pushpin")
    assert found.tenants[0].group.name == "sg-break-glass-admins"
    assert found.known_addresses() == []


def test_numbers_that_yaml_made_of_identifiers_are_text_again() -> None:
    """An account ID without quotes is still an account ID."""
    entra, aws, google = organisation().tenants
    assert isinstance(entra, EntraTenant)
    assert isinstance(aws, AwsTenant)
    assert isinstance(google, GoogleTenant)
    assert aws.management_account == "111122223333"
    assert google.organization_id == "123456789012"


def test_each_provider_has_its_own_main_identifier() -> None:
    """What a ticket names first."""
    assert [tenant.main_id for tenant in organisation().tenants] == [
        GUID,
        "o-exampleorg1",
        "123456789012",
    ]


def test_each_emergency_account_has_what_a_policy_must_except() -> None:
    """Object ID, role ARN, and Google's principal."""
    assert [tenant.emergency_accounts[0].identifier for tenant in organisation().tenants] == [
        GUID,
        "arn:aws:iam::111122223333:role/break-glass-1",
        "principal://goog/subject/bg1@example.com",
    ]


@pytest.mark.parametrize(
    ("key", "tenant"),
    [
        ("entra-example", "entra-example"),
        (" ENTRA-example ", "entra-example"),
        (GUID.upper(), "entra-example"),
        ("Example.onmicrosoft.com", "entra-example"),
        ("aws-example", "aws-example"),
        ("o-exampleorg1", "aws-example"),
        ("111122223333", "aws-example"),
        ("444455556666", "aws-example"),
        ("example.com", "google-example"),
        ("123456789012", "google-example"),
    ],
)
def test_a_tenant_is_found_by_any_name_it_has(key: str, tenant: str) -> None:
    """Short name, the provider's identifier, a domain, or any account of the organization."""
    found = organisation().tenant(key)
    assert found is not None
    assert found.id == tenant


@pytest.mark.parametrize("key", ["", "example", "111111111111"])
def test_a_tenant_that_nobody_named_is_not_guessed(key: str) -> None:
    """None, and the caller asks."""
    assert organisation().tenant(key) is None


def test_the_tenants_of_a_provider_come_in_file_order() -> None:
    """Several at one provider are possible."""
    second = {**ENTRA, "id": "entra-second"}
    found = organisation(tenants=[ENTRA, AWS, second])
    assert [tenant.id for tenant in found.tenants_of("entra")] == ["entra-example", "entra-second"]
    assert found.tenants_of("google") == []


@pytest.mark.parametrize(
    ("actor", "person"),
    [
        ("slack:U0ONCALL1", "oncall"),
        ("terminal:oncall", "oncall"),
        ("slack:U0LEAD001", "lead"),
        ("slack:oncall", None),
        ("terminal:U0ONCALL1", None),
        ("terminal:", None),
        ("slack:", None),
        ("exercise:lead", None),
        ("web:oncall", None),
        ("oncall", None),
    ],
)
def test_a_person_is_known_by_the_surface_they_act_on(actor: str, person: str | None) -> None:
    """Slack by member ID, the terminal by login, and nobody by another surface's name."""
    found = organisation().person(actor)
    assert (found.id if found else None) == person


@pytest.mark.parametrize("actor", ["exercise:lead", "exercise:U0ONCALL1/lead"])
def test_in_an_exercise_one_may_play_several_people(actor: str) -> None:
    """By the id in the file; who plays may stand before the slash."""
    found = organisation(exercise=True).person(actor)
    assert found is not None
    assert found.id == "lead"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("slack:U0ONCALL1", "slack:U0ONCALL1", True),
        ("slack:U0STRANGER", "slack:U0STRANGER", True),
        ("slack:U0ONCALL1", "terminal:oncall", True),
        ("slack:U0ONCALL1", "slack:U0LEAD001", False),
        ("slack:U0ONCALL1", "slack:U0STRANGER", False),
        ("slack:U0STRANGER", "terminal:oncall", False),
        ("slack:U0STRANGER", "slack:U0STRANGER2", False),
    ],
)
def test_one_human_being_on_two_surfaces_is_one_person(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - the expected answer
    """Two strangers are two people, as far as anybody knows."""
    assert organisation().same_person(one, other) is same
    assert organisation().same_person(other, one) is same


def test_people_are_found_by_their_role() -> None:
    """In file order; one may have several roles."""
    found = organisation()
    assert [person.id for person in found.people_with("approver")] == ["lead", "keeper"]
    assert [person.id for person in found.people_with("custodian")] == ["keeper"]


def test_known_addresses_carry_their_labels() -> None:
    """In the form that reporting an address takes."""
    egress = [{"address": "203.0.113.10", "label": "Office"}, {"address": "2001:db8:10::/48"}]
    assert organisation(egress=egress).known_addresses() == [
        ("203.0.113.10", "Office"),
        ("2001:db8:10::/48", ""),
    ]


def test_the_newest_policy_comes_first_and_the_undated_last() -> None:
    """What changed last is the likeliest cause."""
    policies = [
        {"id": "1", "name": "old", "changed_at": "2026-01-01T00:00Z"},
        {"id": "2", "name": "undated"},
        {"id": "3", "name": "new", "changed_at": "2026-11-22T02:00+01:00"},
        {"id": "4", "name": "undated too"},
    ]
    found = organisation(**with_tenant(ENTRA, policies=policies)).tenants[0].newest_policies()
    assert [policy.name for policy in found] == ["new", "old", "undated", "undated too"]
    assert found[0] == KnownPolicy(
        id="3", name="new", changed_at=datetime(2026, 11, 22, 1, tzinfo=UTC)
    )


def test_a_group_with_an_object_id_is_taken() -> None:
    """Entra excludes a group by its ID."""
    found = organisation(**with_tenant(ENTRA, group={"name": "sg-x", "id": GUID}))
    assert found.tenants[0].group.id == GUID


def test_without_the_section_nobody_is_watched() -> None:
    """No cloud is read without being asked."""
    assert organisation().watched() == []


@pytest.mark.parametrize(
    ("tenants", "watched"),
    [
        ({}, ["entra-example", "aws-example"]),
        ({"tenants": "all"}, ["entra-example", "aws-example"]),
        ({"tenants": ["aws-example"]}, ["aws-example"]),
    ],
)
def test_all_tenants_are_watched_or_those_that_are_named(
    tenants: dict[str, Any], watched: list[str]
) -> None:
    """Every quarter of an hour, unless it says otherwise."""
    found = organisation(tenants=[ENTRA, AWS], snapshots={"stale_after": "2d", **tenants})
    assert [tenant.id for tenant in found.watched()] == watched
    assert all(found.watches(tenant) for tenant in watched)
    assert not found.watches("unheard-of")
    assert found.snapshots is not None
    assert found.snapshots.every == timedelta(minutes=15)
    assert found.snapshots.stale_after == timedelta(days=2)


@pytest.mark.parametrize("every", ["30s", "0m", 15])
def test_nobody_is_read_more_often_than_each_minute(every: object) -> None:
    """Providers throttle."""
    assert "snapshots" in refusal(snapshots={"every": every})
