"""What texts may name, and what each name is worth in one incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.facts import (
    PROVIDER_NAMES,
    VOCABULARY,
    Account,
    Callback,
    Policy,
    ago,
    format_moment,
    known_facts,
)
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.timeline import Actor

GUID = "11111111-2222-3333-4444-555555555555"
AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
COMMON: dict[str, Any] = {
    "support": {"plan": "Best", "phone": "+1 555 0150", "contract": "EX-1", "partner": "Partner"},
    "support_user": {"name": "red-phone", "custodian": "keeper", "sealed_at": "Safe A"},
    "policies": [
        {"id": "p1", "name": "Wide", "changed_at": "2026-11-21T22:40Z", "changed_by": "pipeline"},
        {"id": "p2", "name": "Narrow", "broad": False},
        {"id": "p3", "name": "Undated"},
    ],
}
TENANTS: list[dict[str, Any]] = [
    {
        **COMMON,
        "id": "entra-example",
        "name": "Example (Entra)",
        "provider": "entra",
        "tenant_id": GUID,
        "initial_domain": "example.onmicrosoft.com",
        "group": {"id": GUID},
        "emergency_accounts": [
            {
                "name": "bg1@example.com",
                "object_id": GUID,
                "custody": "Safe A",
                "methods": ["key", "certificate"],
                "last_test": "2026-10-12",
            },
            {"name": "bg2@example.com", "object_id": GUID, "custody": "Bank"},
        ],
    },
    {
        **COMMON,
        "id": "aws-example",
        "name": "Example (AWS)",
        "provider": "aws",
        "organization_id": "o-exampleorg1",
        "management_account": "111122223333",
        "principal_pattern": "arn:aws:iam::*:role/break-glass-*",
    },
    {
        **COMMON,
        "id": "google-example",
        "name": "Example (Google)",
        "provider": "google",
        "primary_domain": "example.com",
        "organization_id": "123456789012",
        "dns_host": "DNS provider",
        "support_user": {"name": "red-phone", "custodian": "gone", "sealed_at": "Safe A"},
    },
]
ORGANISATION = Organisation.model_validate(
    {
        "name": "Example Organisation",
        "time_zone": "Europe/Berlin",
        "tenants": TENANTS,
        "people": [
            {"id": "oncall", "name": "On-call", "roles": ["responder"], "phone": "+1 555 0101"},
            {
                "id": "lead",
                "name": "Head of security",
                "roles": ["approver", "responder"],
                "phone": "+1 555 0103",
            },
            {"id": "silent", "name": "No phone", "roles": ["approver", "responder"]},
            {"id": "keeper", "name": "Keeper of the safe", "roles": ["custodian"]},
        ],
    }
)


def declared(**changes: Any) -> e.IncidentDeclared:  # noqa: ANN401 - fields of a model
    """A declaration that says nothing but what is asked of it."""
    return e.IncidentDeclared.model_validate(
        {"tenant": "entra-example", "provider": "entra", **changes}
    )


def facts(incident: Incident | None = None, **changes: Any) -> dict[str, object]:  # noqa: ANN401
    """The facts of an incident that was declared like this."""
    one = incident or Incident(
        id="L-1",
        declared=declared(**changes),
        declared_at=AT,
        declared_by=Actor("slack:U1", "On-call"),
    )
    return known_facts(one, ORGANISATION)


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: str(tenant["provider"]))
def test_every_incident_has_a_value_for_every_name(tenant: dict[str, Any]) -> None:
    """A text never meets a name without a value, and no value has a name that is not known."""
    assert set(facts(tenant=tenant["id"], provider=tenant["provider"])) == set(VOCABULARY)
    assert set(facts(Incident(id="L-1"))) == set(VOCABULARY)


def test_an_undeclared_incident_knows_only_the_organisation() -> None:
    """Its number, the organisation and its people."""
    found = facts(Incident(id="L-1"))
    known = {name for name, value in found.items() if value}
    assert known == {"incident", "organisation", "callbacks", "approvers"}


@pytest.mark.parametrize(
    ("tenant", "own"),
    [
        (
            TENANTS[0],
            {
                "tenant_id": GUID,
                "initial_domain": "example.onmicrosoft.com",
                "group_id": GUID,
                "organization_id": "",
            },
        ),
        (
            TENANTS[1],
            {
                "tenant_id": "o-exampleorg1",
                "organization_id": "o-exampleorg1",
                "management_account": "111122223333",
                "principal_pattern": "arn:aws:iam::*:role/break-glass-*",
            },
        ),
        (
            TENANTS[2],
            {
                "organization_id": "123456789012",
                "primary_domain": "example.com",
                "customer_id": "",
                "dns_host": "DNS provider",
            },
        ),
    ],
    ids=lambda part: str(part.get("provider", "")),
)
def test_the_file_fills_in_what_is_each_providers_own(
    tenant: dict[str, Any], own: dict[str, str]
) -> None:
    """And what all of them have."""
    found = facts(tenant=tenant["id"], provider=tenant["provider"])
    assert {name: found[name] for name in own} == own
    assert found["provider_name"] == PROVIDER_NAMES[tenant["provider"]]
    assert (found["tenant"], found["organisation"]) == (tenant["name"], "Example Organisation")
    assert (found["support_plan"], found["support_phone"]) == ("Best", "+1 555 0150")
    assert (found["support_contract"], found["partner"]) == ("EX-1", "Partner")
    assert (found["support_user"], found["sealed_at"]) == ("red-phone", "Safe A")


def test_emergency_accounts_say_where_they_are_and_when_they_were_tried() -> None:
    """A test that nobody wrote down is said to be missing."""
    assert facts()["emergency_accounts"] == (
        Account("bg1@example.com", GUID, "Safe A", "key, certificate", "2026-10-12"),
        Account("bg2@example.com", GUID, "Bank", "", "never recorded"),
    )


def test_broad_policies_come_newest_first_and_narrow_ones_not_at_all() -> None:
    """Those that can reach everybody."""
    assert facts()["broad_policies"] == (
        Policy("Wide", "p1", "2026-11-21 22:40 UTC (23:40 CET)", "pipeline"),
        Policy("Undated", "p3", "", ""),
    )


def test_the_custodian_is_named_or_at_least_their_id() -> None:
    """Somebody has to be called."""
    assert facts()["custodian"] == "Keeper of the safe"
    assert facts(tenant="google-example", provider="google")["custodian"] == "gone"


def test_callbacks_are_approvers_first_each_once_and_only_with_a_phone() -> None:
    """Whoever is named can be called."""
    found = facts()
    assert found["callbacks"] == (
        Callback("Head of security", "+1 555 0103"),
        Callback("On-call", "+1 555 0101"),
    )
    assert found["approvers"] == ("Head of security", "No phone")


def test_what_was_declared_is_told() -> None:
    """Times in UTC and in the organisation's own zone."""
    addresses = (
        e.ReportedAddress(text="203.0.113.10", known=True),
        e.ReportedAddress(text="2001:db8::7", known=False),
    )
    found = facts(
        addresses=addresses,
        accounts=("admin@example.com",),
        impact="Nobody can work",
        began_at=AT,
        error_text="AADSTS53003",
    )
    assert found["addresses"] == ("203.0.113.10", "2001:db8::7")
    assert found["unlisted_addresses"] == ("2001:db8::7",)
    assert found["declared_by"] == "On-call"
    assert found["declared_at"] == found["began_at"] == "2026-11-22 03:04 UTC (04:04 CET)"
    assert (found["impact"], found["accounts"]) == ("Nobody can work", ("admin@example.com",))


def test_a_declaration_without_a_person_leaves_the_name_open() -> None:
    """A damaged timeline still makes a ticket."""
    found = known_facts(Incident(id="L-1", declared=declared()), ORGANISATION)
    assert (found["declared_by"], found["declared_at"]) == ("", "")


@pytest.mark.parametrize(
    ("access", "still_in", "way_in"),
    [
        ((), "", ""),
        (("unknown",), "", ""),
        (("nobody",), "no", ""),
        (("session", "partner"), "yes", "session"),
        (("unknown", "admin"), "yes", "admin"),
    ],
)
def test_who_can_still_sign_in_decides_the_way_in(
    access: tuple[str, ...], still_in: str, way_in: str
) -> None:
    """Not known is neither yes nor no."""
    found = facts(access=access)
    assert (found["still_in"], found["way_in"]) == (still_in, way_in)


def test_ways_in_are_told_in_the_words_of_the_form() -> None:
    """A way of a later release is told as it is."""
    told = facts(access=("admin", "pigeon"))["access"]
    assert told == "Another administrator can still sign in, pigeon"


@pytest.mark.parametrize(
    ("said", "name", "policy_id", "changed_by"),
    [
        ({"policy_name": "Wide"}, "Wide", "p1", "pipeline"),
        ({"policy_id": "p1"}, "Wide", "p1", "pipeline"),
        ({"policy_name": "Wide", "policy_id": "p9"}, "Wide", "p9", "pipeline"),
        ({"policy_name": "Stranger"}, "Stranger", "", ""),
        ({}, "", "", ""),
    ],
)
def test_a_known_policy_brings_what_the_file_knows_of_it(
    said: dict[str, Any], name: str, policy_id: str, changed_by: str
) -> None:
    """By its name or by its ID; what was declared wins."""
    found = facts(**said)
    assert (found["policy_name"], found["policy_id"]) == (name, policy_id)
    assert found["policy_changed_by"] == changed_by


def test_a_tenant_that_left_the_file_is_no_crash() -> None:
    """The incident of a removed tenant can still be read."""
    found = facts(tenant="gone", policy_name="Wide")
    assert (found["tenant"], found["policy_name"], found["policy_id"]) == ("", "Wide", "")
    assert found["support_user"] == ""


def diagnosed(code: str | None, **picked: str) -> dict[str, object]:
    """The facts after an error was looked up."""
    diagnosis = e.ErrorDiagnosed(
        provider="aws",
        code=code,
        scenarios=(1,),
        cause="A policy denies",
        branch="Change it",
        source=None,
        picked=picked,
    )
    return facts(Incident(id="L-1", declared=declared(), diagnosis=diagnosis))


def test_what_was_picked_out_of_the_error_is_told() -> None:
    """Under the names of the vocabulary."""
    found = diagnosed(
        "AccessDenied", timestamp="03:04", principal_arn="arn:aws:iam::1:role/x", scp_id="p-1"
    )
    assert (found["error_at"], found["principal_arn"], found["scp_id"]) == (
        "03:04",
        "arn:aws:iam::1:role/x",
        "p-1",
    )
    assert (found["error_code"], found["cause"], found["branch"]) == (
        "AccessDenied",
        "A policy denies",
        "Change it",
    )


@pytest.mark.parametrize(
    ("picked", "resource"),
    [
        ({"resource": "*", "resource_arn": "arn:x"}, "*"),
        ({"resource_arn": "arn:x"}, "arn:x"),
        ({}, ""),
    ],
)
def test_the_resource_is_named_by_whatever_the_error_called_it(
    picked: dict[str, str], resource: str
) -> None:
    """Its own name first, else its ARN."""
    assert diagnosed("AccessDenied", **picked)["resource"] == resource


def test_an_error_without_a_code_says_no_cause() -> None:
    """A guess does not get into a ticket."""
    found = diagnosed(None, request_id="r-1")
    assert (found["error_code"], found["cause"], found["branch"]) == ("", "", "")
    assert found["request_id"] == "r-1"


def test_answers_of_the_walk_come_on_top() -> None:
    """A button may know better than the declaration; a stored moment becomes a time of day."""
    values: dict[str, e.Value] = {
        "still_in": "no",
        "sure": True,
        "doors": ("phone",),
        "promised": "2026-11-22T03:04:05.000000Z",
    }
    incident = Incident(id="L-1", declared=declared(access=("admin",)), values=values)
    found = facts(incident)
    assert (found["still_in"], found["sure"], found["doors"]) == ("no", True, ("phone",))
    assert found["promised"] == "2026-11-22 03:04 UTC (04:04 CET)"


@pytest.mark.parametrize(
    "typed", ["2026-99-99T99:99Z", "2026-11-22T99Z", "0000-00-00T0Z", "2026-11-22T03:04"]
)
def test_what_only_looks_like_a_moment_is_told_as_it_was_typed(typed: str) -> None:
    """A typing mistake in a text field must not take the whole card away."""
    incident = Incident(id="L-1", declared=declared(), values={"ticket_number": typed})
    assert facts(incident)["ticket_number"] == typed


@given(st.text() | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{1,15}Z", fullmatch=True))
def test_any_answer_can_be_told(typed: str) -> None:
    """Whatever a person types into a field, the facts can be read."""
    assert facts(Incident(id="L-1", declared=declared(), values={"x": typed}))["x"] or not typed


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        (None, "UTC", ""),
        (AT, "UTC", "2026-11-22 03:04 UTC"),
        (AT, "Africa/Abidjan", "2026-11-22 03:04 UTC"),
        (AT, "Europe/Berlin", "2026-11-22 03:04 UTC (04:04 CET)"),
        (AT, "America/New_York", "2026-11-22 03:04 UTC (2026-11-21 22:04 EST)"),
        (datetime.max.replace(tzinfo=UTC), "Europe/Berlin", "9999-12-31 23:59 UTC"),
    ],
)
def test_a_moment_is_told_in_utc_first(moment: datetime | None, zone: str, text: str) -> None:
    """The own time after it when it differs, with the day when that differs too."""
    assert format_moment(moment, zone) == text


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (3e5, "3 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: float, told: str) -> None:
    """Rounded down; clocks that differ are no age."""
    assert ago(timedelta(seconds=age)) == told
