"""An edit puts in what is asked for, leaves every other character alone, and reads well."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.aws.document import parse_source
from bot.audit.aws.edit import add_statement, exempt
from bot.audit.aws.rescue import DEFAULT
from bot.audit.aws.statement import Coverage
from bot.audit.model import Source
from tests.audit.aws.case import ROLE, deny

OTHER = "arn:aws:iam::*:role/other"
NEW = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": "*"}


def edited(text: str) -> str:
    """The text with the role exempt from all of its statements that matter."""
    (policy,), _ = parse_source(Source("scp.json", text.encode()), Coverage(DEFAULT))
    return exempt(text, [(statement, (ROLE,)) for statement in policy.statements])


def compact(*statements: object) -> str:
    """A policy on one line."""
    return json.dumps({"Statement": list(statements)})


def conditions(text: str) -> list[Any]:
    """The conditions of a policy's statements."""
    return [one.get("Condition") for one in json.loads(text)["Statement"]]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}),
        ({}, {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}),
        (
            {"arnnotlike": {"aws:PrincipalARN": [OTHER]}},
            {"arnnotlike": {"aws:PrincipalARN": [OTHER, ROLE]}},
        ),
        (
            {"ArnNotLike": {"aws:PrincipalArn": OTHER}},
            {"ArnNotLike": {"aws:PrincipalArn": [OTHER, ROLE]}},
        ),
        ({"ArnNotLike": {"aws:PrincipalArn": []}}, {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}),
        (
            {"StringNotLike": {"aws:PrincipalArn": [OTHER]}},
            {"StringNotLike": {"aws:PrincipalArn": [OTHER, ROLE]}},
        ),
        (
            {"StringNotEquals": {"aws:PrincipalArn": [OTHER]}},
            {
                "StringNotEquals": {"aws:PrincipalArn": [OTHER]},
                "ArnNotLike": {"aws:PrincipalArn": [ROLE]},
            },
        ),
        (
            {"ArnNotLike": {"aws:SourceArn": "x"}},
            {"ArnNotLike": {"aws:SourceArn": "x", "aws:PrincipalArn": [ROLE]}},
        ),
        (
            {"ForAllValues:ArnNotLike": {"aws:PrincipalArn": [OTHER]}},
            {
                "ForAllValues:ArnNotLike": {"aws:PrincipalArn": [OTHER]},
                "ArnNotLike": {"aws:PrincipalArn": [ROLE]},
            },
        ),
        ({"ArnNotLike": {}}, {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}),
    ],
)
def test_an_exemption_is_merged_into_what_is_there(
    condition: dict[str, Any] | None, expected: dict[str, Any]
) -> None:
    """Operators and keys keep their letters; values are appended; other keys stay."""
    statement = deny() if condition is None else deny(Condition=condition)
    assert conditions(edited(compact(statement))) == [expected]


@pytest.mark.parametrize("empty", [None, []])
def test_an_empty_condition_of_another_form_is_filled(empty: object) -> None:
    """A null or an empty list where AWS wants an object gives way to the exemption."""
    (found,) = conditions(edited(compact(deny(Condition=empty))))
    assert found == {"ArnNotLike": {"aws:PrincipalArn": [ROLE]}}


def test_statements_are_edited_each_at_its_place() -> None:
    """Those that no rescue needs stay as they are, whatever stands between them."""
    text = compact(deny(), deny(Action="ec2:*"), deny(Sid="b"))
    assert [bool(one) for one in conditions(edited(text))] == [True, False, True]


def test_a_single_statement_needs_no_list() -> None:
    """An object stays one, and becomes a list only when a second statement joins it."""
    text = json.dumps({"Statement": deny()})
    assert json.loads(edited(text))["Statement"]["Condition"]
    assert json.loads(add_statement(text, NEW))["Statement"] == [deny(), NEW]


def test_a_statement_is_added_at_the_end() -> None:
    """Also to a list without any."""
    assert json.loads(add_statement(compact(deny()), NEW))["Statement"] == [deny(), NEW]
    assert json.loads(add_statement('{"Statement": [ ]}', NEW))["Statement"] == [NEW]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["  ", "    ", "\t"])
def test_what_is_new_is_indented_as_its_neighbours(line_end: str, indent: str) -> None:
    """In two spaces, four or a tab, with either line end, as `json.dumps` would have written it."""
    policy = {"Statement": [deny(), deny(Condition={"ArnNotLike": {"aws:PrincipalArn": [OTHER]}})]}
    text = json.dumps(policy, indent=indent).replace("\n", line_end)
    expected = json.dumps(json.loads(edited(text)), indent=indent).replace("\n", line_end)
    assert edited(text) == expected
    more = add_statement(text, NEW)
    assert more == json.dumps(json.loads(more), indent=indent).replace("\n", line_end)


def test_a_file_without_any_indentation_gets_the_usual_one() -> None:
    """Every member at the margin is a style, too."""
    text = '{\n"Statement": [\n{\n"Effect": "Deny",\n"Action": "*"\n}\n]\n}'
    assert '\n"Condition": {\n  "ArnNotLike"' in edited(text)


BLANKS = st.text(" \t\r\n", max_size=3)


@given(BLANKS, BLANKS, BLANKS, st.booleans())
def test_white_space_anywhere_does_no_harm(
    one: str,
    two: str,
    three: str,
    with_condition: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    """However a file is laid out, the result is the policy and the exemption."""
    statement = deny(Condition={"Null": {"aws:x": "true"}}) if with_condition else deny()
    text = json.dumps({"Statement": [statement]}, separators=(f"{one},{two}", f"{two}:{three}"))
    found = json.loads(edited(one + text + three))
    expected = {**statement.get("Condition", {}), "ArnNotLike": {"aws:PrincipalArn": [ROLE]}}
    assert found["Statement"] == [{**statement, "Condition": expected}]
