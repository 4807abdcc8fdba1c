"""Access levels, and what binds them to the group of the account."""

from __future__ import annotations

from tests.audit.google.case import MAIL, Case, binding, level

OFFICE = level("office", "AND", {"ipSubnetworks": ["203.0.113.0/24"]})
NAMED = {"members": [f"user:{MAIL}"]}
MANAGED = {"devicePolicy": {"requireCorpOwned": True}}

BINDINGS = [
    Case("a place", (binding("office"), OFFICE), "unknown", ("from where one signs in",)),
    Case(
        "a level that was deleted",
        (binding("gone"), OFFICE),
        "blocking",
        ("a deleted level stays assigned", "take the account out"),
        severity="critical",
    ),
    Case(
        "a level that is not at hand",
        (binding("office"),),
        "unknown",
        ("its definition would tell",),
    ),
    Case(
        "a managed device",
        (binding("office"), level("office", "AND", MANAGED)),
        "blocking",
        ("managed device",),
    ),
    Case(
        "a managed device, in a dry run",
        (
            binding(dryRunAccessLevels=["accessPolicies/1/accessLevels/office"]),
            level("office", "AND", MANAGED),
        ),
        "pending",
        ("In a dry run",),
        severity="high",
    ),
    Case(
        "a managed device, or the account by name",
        (binding("office"), level("office", "OR", MANAGED, NAMED)),
        "satisfiable",
        ("Access level office names the account",),
    ),
    Case(
        "a managed device, and the account by name",
        (binding("office"), level("office", "AND", NAMED, MANAGED)),
        "blocking",
    ),
    Case(
        "other accounts by name",
        (binding("office"), level("office", "AND", {"members": ["user:other@example.com"]})),
        "blocking",
        ("other accounts only",),
    ),
    Case(
        "not the account by name",
        (binding("office"), level("office", "AND", {**NAMED, "negate": True})),
        "blocking",
        ("turns round",),
    ),
    Case(
        "not a managed device",
        (binding("office"), level("office", "AND", {**MANAGED, "negate": True})),
        "satisfiable",
    ),
    Case(
        "not a place",
        (binding("office"), level("office", "AND", {"regions": ["DE"], "negate": True})),
        "unknown",
    ),
    Case(
        "another level in it",
        (
            binding("outer"),
            level(
                "outer", "AND", {"requiredAccessLevels": ["accessPolicies/1/accessLevels/office"]}
            ),
            OFFICE,
        ),
        "unknown",
        ("an address",),
    ),
    Case(
        "a level in itself",
        (
            binding("office"),
            level(
                "office", "AND", {"requiredAccessLevels": ["accessPolicies/1/accessLevels/office"]}
            ),
        ),
        "unknown",
        ("too many",),
    ),
    Case(
        "a level without conditions",
        (binding("office"), level("office", "AND")),
        "unknown",
        ("no conditions",),
    ),
    Case(
        "an empty condition",
        (binding("office"), level("office", "AND", {"devicePolicy": {}})),
        "unknown",
    ),
    Case(
        "a custom level",
        (
            binding("office"),
            {
                "name": "accessPolicies/1/accessLevels/office",
                "title": "o",
                "custom": {"expr": {"expression": "true"}},
            },
        ),
        "unknown",
        ("custom expression",),
    ),
    Case("no level", (binding(),), "satisfiable", ("signing in again",)),
    Case(
        "a level for one application",
        (
            binding(
                scopedAccessSettings=[
                    {"activeSettings": {"accessLevels": ["accessPolicies/1/accessLevels/office"]}}
                ]
            ),
            level("office", "AND", MANAGED),
        ),
        "blocking",
    ),
    Case(
        "another group, listed",
        (binding("gone", group="01d520gv4vjcrht"), OFFICE),
        "not_in_scope",
        members={"01d520gv4vjcrht": ()},
    ),
    Case(
        "another group, by its ID",
        (binding("gone", group="01d520gv4vjcrht"), OFFICE),
        "unknown",
        ("--members with that group",),
    ),
    Case("the level itself", (OFFICE,), "not_in_scope", ("by itself",)),
]
