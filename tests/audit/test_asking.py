"""Whose way in is asked about, from the organisation file."""

from importlib.resources import as_file, files

import pytest

from bot.adapters.organisation_file import load_organisation
from bot.audit.asking import Asked, asked_by, asked_of, method_of
from bot.core.errors import Invalid
from bot.core.events import Provider
from bot.core.organisation import Organisation


def example() -> Organisation:
    """The shipped example: one tenant at each provider."""
    with as_file(files("bot") / "resources" / "organisation.example.yaml") as path:
        return load_organisation(path)[0]


def without(provider: Provider, **more: object) -> Organisation:
    """The example with other values in the tenant of a provider."""
    tenants = [
        tenant.model_copy(update=more) if tenant.provider == provider else tenant
        for tenant in example().tenants
    ]
    return example().model_copy(update={"tenants": tuple(tenants)})


def test_each_provider_gets_what_its_policies_name() -> None:
    """Object IDs, ARNs and a pattern, principals and an address."""
    entra = asked_by(example(), "entra", "o.yaml")
    assert entra.accounts[0] == "33333333-0000-0000-0000-000000000001"
    assert entra.groups == ("22222222-0000-0000-0000-000000000001",)
    aws = asked_by(example(), "aws", "o.yaml")
    assert aws.groups == ("arn:aws:iam::*:role/break-glass-*",)
    assert aws.management_account == "111122223333"
    google = asked_by(example(), "google", "o.yaml")
    assert google.accounts[1] == "principal://goog/subject/emergency-2@example.com"
    assert (google.groups, google.customer) == (
        ("sg-break-glass-admins@example.com",),
        "C01example",
    )


def test_a_method_counts_when_every_account_has_it() -> None:
    """The second account's certificate is not the first one's."""
    assert asked_by(example(), "entra", "o.yaml").methods == {"fido2"}


@pytest.mark.parametrize(
    ("written", "method"),
    [
        ("FIDO2 security key", "fido2"),
        ("Passkey", "fido2"),
        ("Smart card", "certificate"),
        ("printed backup codes", "printed backup codes"),
    ],
)
def test_a_method_is_known_by_its_usual_names(written: str, method: str) -> None:
    """Another one stays as it is written."""
    assert method_of(written) == method


def test_two_organizations_have_no_one_management_account() -> None:
    """It would be wrong for one of them."""
    tenants = example().tenants
    (aws,) = example().tenants_of("aws")
    second = aws.model_copy(update={"management_account": "444455556666"})
    both = example().model_copy(update={"tenants": (*tenants, second)})
    assert asked_by(both, "aws", "o.yaml").management_account == ""


def test_what_a_rescue_needs_is_of_all_tenants_together() -> None:
    """The audit's own table for one that names nothing; a Conditional Access policy has none."""
    assert asked_by(example(), "entra", "o.yaml").rescue == ("default",)
    (aws,) = example().tenants_of("aws")
    second = aws.model_copy(update={"rescue_actions": ("s3:PutBucketPolicy",)})
    assert asked_of(second).rescue == ("s3:PutBucketPolicy",)
    both = example().model_copy(update={"tenants": (aws, second)})
    assert asked_by(both, "aws", "o.yaml").rescue == ("default", "s3:PutBucketPolicy")


def test_a_provider_without_emergency_accounts_is_said() -> None:
    """Nothing would be audited, and nobody would notice."""
    with pytest.raises(Invalid, match=r"o.yaml: tenants: Names no emergency account"):
        asked_by(without("google", emergency_accounts=()), "google", "o.yaml")
    assert Asked((), (), frozenset()).customer == ""
