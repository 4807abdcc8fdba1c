"""A text of a policy matches what IAM would match, and an unfilled placeholder decides nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.aws.pattern import (
    Style,
    Truth,
    all_of,
    any_of,
    match,
    negate,
    placeholders,
    variables,
)
from tests.audit.aws import naive


def nobody(_: str) -> None:
    """Knows no key."""


def known(key: str) -> tuple[str, ...] | None:
    """Knows a user's name, and that there is no tag."""
    return {"aws:username": ("a*b",), "aws:principaltag/none": ()}.get(key)


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_stars_and_marks_match_as_in_the_naive_reading(pattern: str, text: str) -> None:
    """Greedy or not, the answer is the same."""
    assert match(text, pattern, "glob", nobody) is naive.glob(pattern, text)


@pytest.mark.parametrize(
    ("value", "text", "style", "expected"),
    [
        ("a*b", "a*b", "exact", True),
        ("axb", "a*b", "exact", False),
        ("IAM:getrole", "iam:GetRole", "folded", True),
        ("iam:getrole", "IAM:Get*", "action", True),
        ("a*b", "a${*}b", "glob", True),
        ("axb", "a${*}b", "glob", False),
        ("a?b", "a${?}b", "glob", True),
        ("axb", "a${?}b", "glob", False),
        ("a?b", "a${?}b", "exact", True),
        ("a$b", "a${$}b", "glob", True),
        ("a*b", "${aws:username}", "glob", True),
        ("axb", "${aws:username}", "glob", False),
        ("x", "${aws:PrincipalTag/none}", "glob", False),
        ("dev", "${aws:PrincipalTag/none, 'dev'}", "exact", True),
        ("x", "${aws:PrincipalTag/other}", "exact", None),
        ("role/x", "role/${PREFIX}*", "glob", None),
        ("user/x", "role/${PREFIX}*", "glob", False),
        ("abc", "a[NAME]c", "exact", None),
        ("abd", "a[NAME]c", "exact", False),
        ("o-1", "<my-org-id>", "exact", None),
        ("r", "{{ role }}", "exact", None),
        ("arn:aws:iam::1:role/x", "arn:aws:iam::*:role/*", "arn", True),
        ("arn:aws:iam::1:role/x", "arn:aws:*:role/x", "arn", None),
        ("arn:aws:iam::1:role/x", "*", "arn", None),
        ("arn:aws:iam::1:role/x", "[WHOLE_ARN]", "arn", None),
        ("arn:aws:iam::1:role/x", "${A}:y", "arn", False),
        ("no arn", "arn:aws:iam::*:role/*", "arn", False),
        ("arn:aws:iam::1:role/x", "arn:${PARTITION}:iam::*:role/x", "arn", None),
        ("arn:aws:iam::1:role/x", "arn:${PARTITION}:iam::*:role/y", "arn", False),
    ],
)
def test_a_text_matches_in_its_style(value: str, text: str, style: Style, expected: Truth) -> None:
    """Letter by letter, in any case, with stars, part by part; None where a placeholder decides."""
    assert match(value, text, style, known) is expected


def test_placeholders_and_policy_variables_are_told_apart() -> None:
    """CloudFormation's and Terraform's are placeholders; IAM's have a prefix and one colon."""
    text = "${AWS::AccountId}/${var.x}/${aws:PrincipalTag/team, 'x'}/[ROLE]/<org>/${*}"
    assert placeholders(text) == ("${AWS::AccountId}", "${var.x}", "[ROLE]", "<org>")
    assert variables(text) == ("aws:PrincipalTag/team",)
    assert placeholders("plain") == variables("plain") == ()


def test_three_values_combine_as_and_or_and_not() -> None:
    """One deciding value decides; else what is open stays open."""
    assert [all_of(v) for v in ([], [True, None], [None, False])] == [True, None, False]
    assert [any_of(v) for v in ([], [False, None], [None, True])] == [False, None, True]
    assert [negate(v) for v in (True, False, None)] == [False, True, None]


def test_no_pattern_takes_forever() -> None:
    """Sixty stars are matched in one go; going back on each would outlast everybody."""
    assert match("a" * 2_000, "a*" * 60 + "b", "glob", nobody) is False
