"""What a declaration asks, and what is filled in before anybody has typed a letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.events import IncidentDeclared
from bot.core.organisation import Egress, KnownPolicy, Organisation, SnapshotSettings
from bot.core.view import Correct, Declare, Form, FormField
from bot.services.declaring import correct_events, declare_events
from bot.services.forms import RECENT, correct_form, declare_form, policy_key
from tests.services.desks import ONCALL, declare, example, make_desk, put, with_tenants

NOW = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
ENTRA_POLICY = "44444444-0000-0000-0000-000000000001"


def field_of(form: Form, name: str) -> FormField:
    """The question of this name."""
    return next(field for field in form.fields if field.id == name)


def with_policies(*policies: KnownPolicy) -> Organisation:
    """One Entra tenant with these policies."""
    organisation = with_tenants("entra-example")
    tenant = organisation.tenants[0].model_copy(update={"policies": policies})
    return organisation.model_copy(update={"tenants": (tenant,)})


def policy(name: str, age: timedelta | None) -> KnownPolicy:
    """A policy that changed so long ago."""
    return KnownPolicy(
        id=name, name=name.upper(), changed_at=NOW - age if age is not None else None
    )


def with_egress(*addresses: str) -> Organisation:
    """The example with these addresses."""
    egress = tuple(Egress(address=address, label="Office") for address in addresses)
    return example().model_copy(update={"egress": egress})


def test_one_tenant_is_chosen_already() -> None:
    """Nobody has to name what there is only one of."""
    tenant = field_of(declare_form(with_tenants("aws-example"), NOW), "tenant")
    assert tenant.default == "aws-example"
    assert tenant.required
    assert [choice.label for choice in tenant.choices] == ["Example (AWS) (AWS)"]


def test_of_several_tenants_none_is_chosen() -> None:
    """A wrong tenant in a ticket costs hours."""
    tenant = field_of(declare_form(example(), NOW), "tenant")
    assert tenant.default == ""
    assert len(tenant.choices) == 3


def test_the_provider_narrows_the_tenants() -> None:
    """`/lockout google` leaves one, and it is chosen."""
    form = declare_form(example(), NOW, "google")
    assert field_of(form, "tenant").default == "google-example"
    policies = field_of(form, "policy").choices
    assert "Managed devices only" in [choice.label for choice in policies]
    assert not [choice for choice in policies if "CA00" in choice.label]


def test_the_policy_that_changed_last_stands_first_and_is_chosen() -> None:
    """What somebody rolled out an hour ago is the likeliest cause."""
    form = declare_form(with_tenants("entra-example"), NOW)
    policies = field_of(form, "policy")
    assert policies.default == ENTRA_POLICY
    assert [choice.label[:5] for choice in policies.choices] == ["CA001", "CA002", "CA003", "CA010"]
    assert policies.choices[0].hint.startswith("changed 2026-11-22 01:40 UTC")
    assert policies.choices[0].hint.endswith("by pipeline")
    assert policies.choices[3].hint == "last change not known"


@pytest.mark.parametrize(
    ("age", "chosen"),
    [
        (timedelta(hours=1), "new"),
        (RECENT, "new"),
        (RECENT + timedelta(microseconds=1), ""),
        (timedelta(days=400), ""),
    ],
)
def test_only_a_recent_change_is_chosen(age: timedelta, chosen: str) -> None:
    """An old one is a guess that nobody should find in their ticket."""
    organisation = with_policies(policy("old", timedelta(days=500)), policy("new", age))
    policies = field_of(declare_form(organisation, NOW), "policy")
    assert policies.default == chosen
    assert [choice.value for choice in policies.choices] == ["new", "old"]


def test_a_policy_without_a_date_is_never_chosen() -> None:
    """Not known when is not known recently."""
    organisation = with_policies(policy("undated", None))
    assert field_of(declare_form(organisation, NOW), "policy").default == ""


def test_policies_of_several_tenants_say_whose_they_are() -> None:
    """Newest of all first, none chosen, and the value names the tenant."""
    policies = field_of(declare_form(example(), NOW), "policy")
    assert policies.default == ""
    assert policies.choices[0].value == f"entra-example/{ENTRA_POLICY}"
    assert [choice.label.partition(":")[0] for choice in policies.choices[:3]] == [
        "Example (Entra)",
        "Example (Google)",
        "Example (AWS)",
    ]


def test_a_choice_among_several_tenants_can_be_declared() -> None:
    """The form's values are what the declaration takes."""
    for tenant in example().tenants:
        for known in tenant.policies:
            answers = {"tenant": tenant.id, "policy": policy_key(tenant, known)}
            event = declare_events(example(), answers)[0]
            assert getattr(event, "policy_id", "") == known.id


@pytest.mark.parametrize("several", [True, False])
def test_a_policy_with_a_long_id_can_be_declared(several: bool) -> None:  # noqa: FBT001 - both
    """Google names its policies by paths that no surface carries whole."""
    long = KnownPolicy(id=f"policies/{'x' * 200}", name="Long", changed_at=NOW)
    organisation = with_policies(long, KnownPolicy(id=f"policies/{'x' * 201}", name="Longer"))
    if several:
        others = example().tenants[1:]
        both = (*organisation.tenants, *others)
        organisation = organisation.model_copy(update={"tenants": both})
    choices = field_of(declare_form(organisation, NOW), "policy").choices
    assert all(len(choice.value) <= 150 for choice in choices)
    (value,) = (choice.value for choice in choices if choice.label.endswith("Long"))
    (event, *_) = declare_events(organisation, {"tenant": "entra-example", "policy": value}, "")
    assert isinstance(event, IncidentDeclared)
    assert (event.policy_name, event.policy_id) == (long.name, long.id)
    if not several:
        assert field_of(declare_form(organisation, NOW), "policy").default == value


def test_without_known_policies_the_name_is_typed() -> None:
    """There is nothing to choose from."""
    form = declare_form(with_policies(), NOW)
    assert "policy" not in [field.id for field in form.fields]
    assert field_of(form, "policy_typed").label == "Suspected policy"


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        (("203.0.113.10",), True),
        (("2001:db8:10::/48",), True),
        (("203.0.113.10", "2001:db8:10::/48"), True),
        (("203.0.113.10", "198.51.100.7"), False),
        (("203.0.113.10", "2001:db8:10::/48", "2001:db8:20::/48"), False),
    ],
)
def test_one_address_of_each_kind_is_chosen(known: tuple[str, ...], chosen: bool) -> None:  # noqa: FBT001
    """A provider needs both; among several a person must choose."""
    addresses = field_of(declare_form(with_egress(*known), NOW), "addresses")
    assert [choice.value for choice in addresses.choices] == list(known)
    assert addresses.default == (known if chosen else ())


def test_without_known_addresses_one_is_typed() -> None:
    """There is nothing to choose from."""
    form = declare_form(with_egress(), NOW)
    assert "addresses" not in [field.id for field in form.fields]
    assert field_of(form, "addresses_typed").label == "Public IP to let in"


def test_with_one_tenant_the_form_can_be_submitted_as_it_is() -> None:
    """A person confirms: all that is known is declared, and nothing else is required."""
    organisation = with_tenants("entra-example")
    form = declare_form(organisation, NOW)
    assert form.action == Declare()
    assert [field.id for field in form.fields if field.required] == ["tenant"]
    declared = declare_events(organisation, {field.id: field.default for field in form.fields})[0]
    assert getattr(declared, "policy_id", "") == ENTRA_POLICY
    assert [address.text for address in getattr(declared, "addresses", ())] == [
        "203.0.113.10",
        "2001:db8:10::/48",
    ]


async def test_a_correction_shows_what_was_answered_and_changes_nothing_by_itself() -> None:
    """Opened and submitted as it is, it records nothing."""
    desk = make_desk()
    incident = await declare(
        desk,
        {
            "tenant": "entra-example",
            "error": "AADSTS53003",
            "policy_typed": "Somebody's policy",
            "policy_id": "p-1",
            "addresses": ("203.0.113.10",),
            "addresses_typed": "198.51.100.7",
            "accounts": "one@example.com\ntwo@example.com",
            "impact": "Nobody can work",
            "began_at": "2026-11-22T02:00Z",
            "access": ("session",),
        },
    )
    form = correct_form(desk.organisation, incident, NOW)
    assert form.action == Correct(incident=incident.id)
    assert "tenant" not in [field.id for field in form.fields]
    assert field_of(form, "policy").default == ""
    assert field_of(form, "policy_typed").default == "Somebody's policy"
    assert field_of(form, "addresses").default == ("203.0.113.10",)
    assert field_of(form, "addresses_typed").default == "198.51.100.7"
    assert incident.declared
    answers = {field.id: field.default for field in form.fields}
    assert correct_events(desk.organisation, incident.declared, answers) == []


async def test_a_correction_never_chooses_a_policy_by_itself() -> None:
    """Nobody suspected one, so submitting the form must not."""
    desk = make_desk()
    incident = await put(desk, (await declare(desk)).id, doer=ONCALL)
    assert field_of(correct_form(desk.organisation, incident, NOW), "policy").default == ""


def read_at(*ages: timedelta | None) -> Organisation:
    """The example's tenants, read so long ago."""
    organisation = example()
    tenants = tuple(
        tenant.model_copy(update={"policies_as_of": NOW - age if age is not None else None})
        for tenant, age in zip(organisation.tenants, ages, strict=False)
    )
    return organisation.model_copy(update={"tenants": tenants})


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        ([None], ""),
        ([timedelta(minutes=5)], " As of 5 minutes ago."),
        ([timedelta(days=3)], " As of 3 days ago: may be out of date."),
        (
            [timedelta(minutes=5), timedelta(hours=2), None],
            " As of 2 hours ago for Example (AWS).",
        ),
    ],
)
def test_the_list_of_policies_says_how_old_it_is(ages: list[timedelta | None], told: str) -> None:
    """Of several tenants, the oldest; and when nobody should rely on it."""
    hint = field_of(declare_form(read_at(*ages), NOW), "policy").hint
    assert hint == f"Most recently changed first. Choose another if you suspect another.{told}"


def test_how_old_is_too_old_stands_in_the_file() -> None:
    """A day, unless it says otherwise."""
    organisation = read_at(timedelta(hours=30))
    patient = organisation.model_copy(
        update={"snapshots": SnapshotSettings(stale_after=timedelta(days=2))}
    )
    assert "out of date" in field_of(declare_form(organisation, NOW), "policy").hint
    assert "out of date" not in field_of(declare_form(patient, NOW), "policy").hint
