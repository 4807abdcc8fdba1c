"""What keeps the program from starting, and what only warns."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from bot.core.organisation_checks import Finding, check_organisation

TODAY = date(2026, 11, 22)

SOUND: dict[str, Any] = {
    "name": "Example",
    "egress": [{"address": "93.184.216.34", "label": "Office"}],
    "people": [
        {"id": "one", "roles": ["responder", "approver"], "slack": "U0ONE", "phone": "+1 555 0101"},
        {"id": "two", "roles": ["approver", "custodian"], "login": "two"},
        {"id": "three", "roles": ["custodian"]},
    ],
    "tenants": [
        {
            "id": "entra-example",
            "provider": "entra",
            "tenant_id": "11111111-2222-3333-4444-555555555555",
            "group": {"id": "22222222-0000-0000-0000-000000000001"},
            "policies": [{"id": "p1", "name": "P1"}, {"id": "p2", "name": "P2"}],
            "emergency_accounts": [
                {"name": "e1", "object_id": "aa", "last_test": "2026-10-01"},
                {"name": "e2", "object_id": "bb", "last_test": "2026-08-14"},
            ],
            "support_user": {"name": "s", "custodian": "two", "last_test": "2026-11-22"},
        }
    ],
}

Change = Callable[[dict[str, Any]], object]


def _tenant(data: dict[str, Any]) -> dict[str, Any]:
    tenant: dict[str, Any] = data["tenants"][0]
    return tenant


def _second(data: dict[str, Any], **changes: object) -> None:
    data["tenants"].append({**deepcopy(_tenant(data)), "id": "second", "tenant_id": "x", **changes})


REFUSED: dict[str, tuple[Change, str, str]] = {
    "two tenants of one name": (
        lambda data: _second(data, id="entra-example"),
        "tenants[1].id",
        "'entra-example' is the id of two tenants",
    ),
    "one tenant twice": (
        lambda data: _second(data, tenant_id=_tenant(data)["tenant_id"].upper()),
        "tenants[1].tenant_id",
        "is the tenant_id of two tenants",
    ),
    "a tenant to be watched that is not there": (
        lambda data: data.update(snapshots={"tenants": ["entra-example", "entra"]}),
        "snapshots.tenants[1]",
        "'entra' is not the id of a tenant in this file; known: entra-example",
    ),
    "two people of one id": (
        lambda data: (
            data["people"][1].update(id="one")
            or _tenant(data)["support_user"].update(custodian="three")
        ),
        "people[1].id",
        "'one' is the id of two people",
    ),
    "two people of one Slack ID": (
        lambda data: data["people"][1].update(slack="U0ONE"),
        "people[1].slack",
        "'U0ONE' is the slack of two people",
    ),
    "two people of one login": (
        lambda data: data["people"][0].update(login="two"),
        "people[1].login",
        "'two' is the login of two people",
    ),
    "two policies of one ID": (
        lambda data: _tenant(data)["policies"][1].update(id="p1"),
        "tenants[0].policies[1].id",
        "'p1' is the id of two policies",
    ),
    "one emergency account twice": (
        lambda data: _tenant(data)["emergency_accounts"][1].update(object_id="AA"),
        "tenants[0].emergency_accounts[1].object_id",
        "'AA' is the object_id of two accounts",
    ),
    "an unknown custodian": (
        lambda data: _tenant(data)["support_user"].update(custodian="nobody"),
        "tenants[0].support_user.custodian",
        "'nobody' is not the id of a person in this file; known: one, two, three",
    ),
    "a private address": (
        lambda data: data["egress"][0].update(address="10.1.2.3"),
        "egress[0].address",
        "10.1.2.3 is private",
    ),
    "a shared address": (
        lambda data: data["egress"][0].update(address="100.64.0.1"),
        "egress[0].address",
        "carrier-grade NAT",
    ),
    "a reserved address": (
        lambda data: data["egress"][0].update(address="240.0.0.1"),
        "egress[0].address",
        "is reserved",
    ),
    "an example address in earnest": (
        lambda data: data["egress"][0].update(address="203.0.113.10"),
        "egress[0].address",
        "set 'exercise: true'",
    ),
    "a network for everybody": (
        lambda data: data["egress"][0].update(address="93.184.0.0/16"),
        "egress[0].address",
        "too wide: it would let in everybody in 65,536 addresses. Give one address",
    ),
    "an IPv6 network for everybody": (
        lambda data: data["egress"][0].update(address="2a00:1450::/32"),
        "egress[0].address",
        "no wider than /48",
    ),
}

WARNED: dict[str, tuple[Change, str, str]] = {
    "one emergency account": (
        lambda data: _tenant(data)["emergency_accounts"].pop(),
        "tenants[0].emergency_accounts",
        "only one emergency account: keep at least two",
    ),
    "no emergency account": (
        lambda data: _tenant(data).pop("emergency_accounts"),
        "tenants[0].emergency_accounts",
        "no emergency account: keep at least two",
    ),
    "one approver": (
        lambda data: data["people"][1].update(roles=["custodian"]),
        "people",
        "only one approver: unsealing",
    ),
    "nobody to call": (
        lambda data: (
            data["people"][0].pop("phone") and data["people"][2].update(phone="+1 555 0105")
        ),
        "people",
        "no responder or approver has a phone",
    ),
    "somebody whom no surface knows": (
        lambda data: data["people"][1].pop("login"),
        "people[1]",
        "has neither slack nor login",
    ),
    "no support user": (
        lambda data: _tenant(data).pop("support_user"),
        "tenants[0].support_user",
        "no support-only user",
    ),
    "a custodian without the role": (
        lambda data: _tenant(data)["support_user"].update(custodian="one"),
        "tenants[0].support_user.custodian",
        "'one' does not have the role custodian",
    ),
    "no group id": (
        lambda data: _tenant(data).pop("group"),
        "tenants[0].group",
        "the object ID of the exclusion group (id) is not known",
    ),
    "no group address": (
        lambda data: _second(data, provider="google", organization_id="1", group={"name": "g"}),
        "tenants[1].group",
        "the address of the exclusion group (id) is not known",
    ),
    "no test": (
        lambda data: _tenant(data)["support_user"].pop("last_test"),
        "tenants[0].support_user.last_test",
        "no test is recorded",
    ),
    "an old test": (
        lambda data: _tenant(data)["emergency_accounts"][0].update(last_test="2026-08-13"),
        "tenants[0].emergency_accounts[0].last_test",
        "the last test is 101 days ago",
    ),
    "a test tomorrow": (
        lambda data: _tenant(data)["emergency_accounts"][0].update(last_test="2026-11-23"),
        "tenants[0].emergency_accounts[0].last_test",
        "2026-11-23 is in the future",
    ),
    "no policies": (
        lambda data: _tenant(data).update(policies=[]),
        "tenants[0].policies",
        "no policies are known",
    ),
    "no egress": (lambda data: data.pop("egress"), "egress", "no address is known"),
    "an exercise": (lambda data: data.update(exercise=True), "exercise", "is on"),
}


def _found(change: Change) -> list[Finding]:
    data = deepcopy(SOUND)
    change(data)
    return check_organisation(data, today=TODAY)


def test_a_sound_file_has_no_finding() -> None:
    """Silence means that nothing was found; 100 days are still recent."""
    assert check_organisation(SOUND, today=TODAY) == []


@pytest.mark.parametrize(("change", "path", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_make_the_tool_lie_refuses(change: Change, path: str, says: str) -> None:
    """A wrong name in a ticket is worse than none."""
    found = _found(change)
    assert [(one.path, one.fatal) for one in found] == [(path, True)]
    assert says in found[0].message


@pytest.mark.parametrize(("change", "path", "says"), WARNED.values(), ids=WARNED.keys())
def test_what_makes_it_less_helpful_only_warns(change: Change, path: str, says: str) -> None:
    """A half-known organisation is better than a bot that does not start."""
    found = _found(change)
    assert [(one.path, one.fatal) for one in found] == [(path, False)]
    assert says in found[0].message


@pytest.mark.parametrize(
    ("snapshots", "warned"),
    [
        ({}, []),
        ({"tenants": "all"}, []),
        ({"tenants": ["entra-example"]}, ["tenants[1].policies"]),
        ({"tenants": ["second"]}, ["tenants[0].policies"]),
        (None, ["tenants[0].policies", "tenants[1].policies"]),
    ],
)
def test_a_tenant_that_is_watched_needs_no_list_of_policies(
    snapshots: object, warned: list[str]
) -> None:
    """It is read."""
    data = deepcopy(SOUND)
    _tenant(data).update(policies=[])
    _second(data, group={"id": "g"})
    data["snapshots"] = snapshots
    assert [
        one.path for one in check_organisation(data, today=TODAY) if "policies" in one.path
    ] == warned


def test_example_addresses_are_taken_in_an_exercise() -> None:
    """The example file can be tried out as it is."""
    data = {**deepcopy(SOUND), "exercise": "true", "egress": [{"address": "2001:db8:10::/48"}]}
    assert [one.path for one in check_organisation(data, today=TODAY)] == ["exercise"]


def test_an_aws_tenant_needs_no_group_id() -> None:
    """At AWS the pattern of the roles is what policies name."""
    data = deepcopy(SOUND)
    accounts = [
        {"name": f"b{n}", "arn": f"arn:aws:iam::1:role/{n}", "last_test": "2026-11-01"}
        for n in "12"
    ]
    _second(
        data, provider="aws", organization_id="o", group={"name": "g"}, emergency_accounts=accounts
    )
    assert check_organisation(data, today=TODAY) == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"people": "all", "tenants": {"a": 1}, "egress": [1, None]},
        {
            "people": [{"roles": 7}, None],
            "tenants": [None, {"policies": "none", "support_user": []}],
        },
        {
            "egress": [{"address": None}],
            "tenants": [{"emergency_accounts": [{"last_test": "soon"}]}],
        },
    ],
)
def test_data_of_any_form_is_looked_at_without_failing(data: dict[str, Any]) -> None:
    """Mistakes of form are found elsewhere; here they are stepped over."""
    assert all(not one.fatal for one in check_organisation(data, today=TODAY))
