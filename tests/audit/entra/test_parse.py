"""Every file gives policies, or a problem that says what it is."""

from __future__ import annotations

from typing import Any

import pytest

from bot.audit.entra.parse import EMPTY, FIRST_PAGE, read_export
from bot.audit.entra.policy import NOBODY_NAMED
from tests.audit.entra.policies import APP, GONE, GROUP, STRENGTH, policy, source


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"@odata.type": "#microsoft.graph.ipNamedLocation", "id": APP}, "a named location"),
        ({"ipRanges": []}, "a named location"),
        ({"CountriesAndRegions": ["FI"]}, "a named location"),
        ({"@odata.type": "#microsoft.graph.group", "id": GROUP}, "a group"),
        ({"id": GROUP, "groupTypes": []}, "a group"),
        ({"id": "c1", "isAvailable": True}, "an authentication context"),
        ({"allowedCombinations": ["fido2"]}, "an authentication strength"),
        ({"userPrincipalName": "a@example.com"}, "a user"),
        ({"appId": APP}, "an application"),
        ({"TenantId": APP, "Objects": []}, "a table of names"),
        ({"error": {"code": "Forbidden"}}, "an error that Graph answered"),
        ({"Version": "2012-10-17", "Statement": []}, "an AWS policy"),
        ({"anything": 1}, "no Conditional Access policy"),
    ],
)
def test_what_is_no_policy_is_named(value: dict[str, Any], kind: str) -> None:
    """It is left aside with a remark that is not fatal."""
    (problem,) = read_export([source(value, "x.json")]).problems
    assert (problem.file, problem.fatal) == ("x.json", False)
    assert problem.message.startswith(f"Is {kind}")


def test_many_of_a_kind_are_one_remark() -> None:
    """A file of three locations says so once."""
    (problem,) = read_export([source([{"ipRanges": []}] * 3)]).problems
    assert problem.message == "Is a named location (3 of them): its name is used."


def test_groups_and_strengths_are_kept_for_the_policies() -> None:
    """By their ID; without one they are of no use."""
    export = read_export(
        [
            source(
                [
                    {"id": GROUP.upper(), "displayName": "Emergency", "groupTypes": []},
                    {"groupTypes": []},
                    {"id": STRENGTH, "allowedCombinations": ["fido2"]},
                    {"id": APP, "allowedCombinations": []},
                ]
            )
        ]
    )
    assert export.groups[GROUP].name == "Emergency"
    assert list(export.strengths) == [STRENGTH]
    assert [problem.message.partition(":")[0] for problem in export.problems] == [
        "Is a group (2 of them)",
        "Is an authentication strength (2 of them)",
    ]


def test_a_page_of_several_and_an_empty_list_are_remarked() -> None:
    """A report on half the policies must not look whole."""
    export = read_export([source({"value": [], "@odata.nextLink": "https://example.com"})])
    assert [problem.message for problem in export.problems] == [EMPTY, FIRST_PAGE]


def test_entries_that_are_no_objects_are_a_fatal_problem() -> None:
    """Nobody knows what they were meant to be."""
    export = read_export([source([policy(), 7])])
    assert len(export.policies) == 1
    assert [(one.fatal, one.message) for one in export.problems] == [
        (True, "1 of its entries are no JSON objects.")
    ]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"conditions": "System.Object"}, "conditions"),
        ({"grantControls": "Microsoft.Graph.PowerShell.Models"}, "grantControls"),
        ({"sessionControls": "@{SignInFrequency=}"}, "sessionControls"),
        ({"conditions.users": "@{IncludeUsers=System.Object[]}"}, "conditions.users"),
        ({"conditions.locations": ["somewhere"]}, "conditions.locations"),
        ({"conditions.applications": "All"}, "conditions.applications"),
    ],
)
def test_an_export_that_was_cut_off_is_not_judged(changes: dict[str, Any], where: str) -> None:
    """What stands below is missing: to judge the rest would be to guess."""
    export = read_export([source([policy(), policy(changes)])])
    assert len(export.policies) == 1
    (problem,) = export.problems
    assert problem.message.startswith(f"{where} is cut off")
    assert (problem.field, problem.fatal) == ("/1", True)


def test_a_policy_for_nobody_at_all_is_incomplete() -> None:
    """Graph demands users or client applications."""
    (problem,) = read_export([source(policy({"conditions.users": GONE}))]).problems
    assert (problem.message, problem.fatal) == (NOBODY_NAMED, True)


def test_annotations_of_odata_are_passed_over() -> None:
    """They stand between the fields of a beta export."""
    annotated = policy(
        {
            "@odata.context": "https://graph.microsoft.com/beta/$metadata#x",
            "state@odata.type": "#microsoft.graph.conditionalAccessPolicyState",
            "#microsoft.graph.restore": {"title": "restore"},
        }
    )
    export = read_export([source(annotated)])
    assert [one.state for one in export.policies] == ["enabled"]
    assert export.problems == []
