"""Of several exemptions, and several mistakes, the one that came nearest is told."""

import pytest

from bot.audit.aws.condition import Test, parse_operator
from bot.audit.aws.exemption import why_not
from bot.audit.aws.principal import Facts, Principal, Request, parse_principal
from tests.audit.aws.case import ROLE

OWN_SESSION = "arn:aws:sts::*:assumed-role/break-glass/*"


def why(*tests: tuple[str, str, list[str]]) -> str:
    """The clause on the role, for operators with a key and values."""
    principal = parse_principal(ROLE)
    assert isinstance(principal, Principal)
    made = []
    for name, key, values in tests:
        operator = parse_operator(name)
        assert operator
        made.append(Test(operator, key, key.lower(), tuple(values)))
    return why_not(tuple(made), principal, Request(principal, Facts(), "iam"))


@pytest.mark.parametrize(
    ("values", "nearest"),
    [
        (["arn:aws:iam::*:role/x/break-glass", OWN_SESSION], "never that of a session"),
        (
            ["arn:aws:sts::*:assumed-role/x/*", "arn:aws:iam::*:role/x/break-glass"],
            "has the path /",
        ),
        (
            ["arn:aws:iam::*:user/break-glass", "arn:aws:iam::*:role/x/break-glass"],
            "has the path /",
        ),
        (["arn:aws:iam::*:role/*/x", "arn:aws:sts::*:assumed-role/*/x"], "never that of a session"),
    ],
)
def test_the_mistake_that_came_nearest_is_told(values: list[str], nearest: str) -> None:
    """Its own session before a wrong path, a wrong path before a wrong kind, both before others."""
    assert nearest in why(("ArnNotLike", "aws:PrincipalArn", values))


def test_an_exemption_by_arn_is_told_before_others() -> None:
    """People look for the role first."""
    said = why(
        ("StringNotEquals", "aws:PrincipalAccount", ["1"]),
        ("ArnNotLike", "aws:PrincipalArn", [OWN_SESSION]),
    )
    assert "session" in said


def test_what_is_no_exemption_is_not_told_as_one() -> None:
    """A positive operator narrows; a key of the call exempts nobody."""
    assert why(("ArnLike", "aws:PrincipalArn", [ROLE]), ("StringNotEquals", "aws:x", ["y"])) == ""
