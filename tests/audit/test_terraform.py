"""What Terraform shows as JSON is found, and what it cannot show is not taken for absent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.audit.terraform import MODULES, STORED, UNKNOWN, hidden_in, resources_of

ADDRESS = "module.a.aws_iam_policy.b"


def planned(values: dict[str, Any], after_unknown: object) -> dict[str, Any]:
    """A plan with one policy in a module, and a data source beside it."""
    resource = {"address": ADDRESS, "mode": "managed", "type": "aws_iam_policy", "values": values}
    module = {"resources": [{**resource, "mode": "data"}, resource]}
    change = {"actions": ["create"], "after_unknown": after_unknown}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"resources": []}, module]}},
        "prior_state": {"values": {"root_module": module}},
        "resource_changes": [{"address": ADDRESS, "change": change}],
    }


def test_a_plan_shows_what_will_be_and_where_it_stands() -> None:
    """Through modules; not what is there now, and not what is only looked up."""
    (found,) = resources_of(planned({"policy": "{}"}, {})) or []
    assert (found.kind, found.address, found.values) == (
        "aws_iam_policy",
        ADDRESS,
        {"policy": "{}"},
    )
    place = ("planned_values", "root_module", "child_modules", 1, "resources", 1, "values")
    assert found.path == place


def test_what_is_known_only_after_the_apply_is_not_absent() -> None:
    """A plan leaves it out; the list of what is unknown says where it was."""
    values = {"users": [{"in": ["a", None]}], "kept": 1}
    unknown = {"id": True, "users": [{"in": [False, True], "out": True}], "kept": False}
    (found,) = resources_of(planned(values, unknown)) or []
    assert found.values == {
        "id": UNKNOWN,
        "kept": 1,
        "users": [{"in": ["a", UNKNOWN], "out": UNKNOWN}],
    }


def test_a_resource_of_which_nothing_is_known_is_still_there() -> None:
    """Whoever reads it misses what he needs, and says so."""
    (found,) = resources_of(planned({"policy": "{}"}, after_unknown=True)) or []
    assert found.values == {}


def test_a_state_is_read_like_a_plan() -> None:
    """Nothing is unknown in it."""
    root = planned({"policy": "{}"}, {})["planned_values"]
    (found,) = resources_of({"format_version": "1.0", "values": root}) or []
    assert found.path[0] == "values"


def test_the_json_syntax_names_resources_by_kind_and_label() -> None:
    """A block may stand in a list."""
    file: dict[str, Any] = {"resource": {"a": {"x": {"k": 1}, "y": [{"k": 2}, "?"]}, "b": []}}
    found = resources_of(file) or []
    assert [(one.address, one.values, one.path) for one in found] == [
        ("a.x", {"k": 1}, ("resource", "a", "x")),
        ("a.y", {"k": 2}, ("resource", "a", "y", 0)),
    ]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"module": {"a": {"source": "./a"}}}, MODULES),
        ({"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": []}, STORED),
    ],
)
def test_what_shows_less_than_it_sets_up_says_so(file: dict[str, Any], says: str) -> None:
    """What lies in modules, or in a state as it is stored, is not looked at."""
    assert resources_of(file) == []
    assert hidden_in(file) == says


@pytest.mark.parametrize(
    "file", [{}, {"values": {}}, {"resource": "x"}, {"Statement": []}, {"value": []}]
)
def test_what_is_no_terraform_is_left_to_others(file: dict[str, Any]) -> None:
    """The words are common ones."""
    assert resources_of(file) is None
    assert hidden_in(file) == ""


@pytest.mark.parametrize(
    "plan",
    [
        {"planned_values": {}},
        {"planned_values": {"root_module": {"resources": [1, {"values": 1}], "child_modules": 1}}},
        planned({}, None)["resource_changes"][0] | {"planned_values": {"root_module": []}},
    ],
)
def test_a_plan_in_another_form_gives_nothing(plan: dict[str, Any]) -> None:
    """It never raises."""
    assert resources_of(plan) == []


def test_unknowns_nested_without_end_are_given_up() -> None:
    """No provider nests that deep, and no file makes the audit fail."""
    deep: object = True
    for _ in range(500):
        deep = [deep]
    (found,) = resources_of(planned({}, {"a": deep})) or []
    assert UNKNOWN in str(found.values)
