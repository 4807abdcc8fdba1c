"""Conditions are decided as IAM decides them, and never further than is known."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.audit.aws.condition import Test, holds, open_on, parse_operator
from bot.audit.aws.pattern import Lookup, Truth, all_of
from tests.audit.aws import naive

BASES = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "ArnLike",
    "ArnNotLike",
    "ArnEquals",
    "ArnNotEquals",
    "Bool",
]
OPERATORS = [
    f"{quantifier}{base}{ending}"
    for base in BASES
    for quantifier in ("", "ForAnyValue:", "ForAllValues:")
    for ending in ("", "IfExists")
]
KEYS = ["aws:PrincipalArn", "aws:PrincipalTag/a", "aws:SourceVpc"]
PART = st.text("ab*?", max_size=3)
ARN = st.builds(":".join, st.tuples(*[PART] * 6))
VALUE = ARN | st.sampled_from(["true", "false", "True"])
GIVEN = st.builds(":".join, st.tuples(*[st.text("ab", max_size=3)] * 6)) | st.sampled_from(
    ["true", "false", "ab"]
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, str, tuple[str, ...]]:
    """One operator with one key and its values."""
    if draw(st.integers(0, 5)) == 0:
        return "Null", draw(st.sampled_from(KEYS)), (draw(st.sampled_from(["true", "false"])),)
    operator = draw(st.sampled_from(OPERATORS))
    values = ARN if "Arn" in operator else VALUE
    return operator, draw(st.sampled_from(KEYS)), tuple(draw(st.lists(values, max_size=3)))


def make(operator: str, key: str, values: tuple[str, ...]) -> Test:
    """A test as the parser makes it."""
    parsed = parse_operator(operator)
    assert parsed
    return Test(parsed, key, key.lower(), values)


def evaluate(tests: tuple[Test, ...], lookup: Lookup) -> Truth:
    """A whole condition: all of its tests."""
    return all_of(holds(test, lookup) for test in tests)


CONTEXTS = st.fixed_dictionaries(
    {key.lower(): st.lists(GIVEN, max_size=2).map(tuple) for key in KEYS}
)


@given(st.lists(lines(), max_size=4), CONTEXTS)
def test_with_everything_known_it_agrees_with_the_slow_and_obvious_way(
    condition: list[tuple[str, str, tuple[str, ...]]], context: dict[str, tuple[str, ...]]
) -> None:
    """No operator, quantifier or missing key is decided otherwise, and nothing is left open."""
    tests = tuple(make(*line) for line in condition)
    expected = all(naive.holds(*line, context) for line in condition)
    assert evaluate(tests, lambda key: context.get(key, ())) is expected


@given(st.lists(lines(), min_size=1, max_size=4), CONTEXTS, st.sets(st.sampled_from(KEYS)))
@example([("StringNotLikeIfExists", "aws:SourceVpc", ("*",))], {}, {"aws:SourceVpc"})
def test_what_is_decided_with_less_known_stays_so_when_more_is(
    condition: list[tuple[str, str, tuple[str, ...]]],
    context: dict[str, tuple[str, ...]],
    hidden: set[str],
) -> None:
    """True and False are promises about every request; only None may turn into either."""
    unknown = {key.lower() for key in hidden}
    tests = tuple(make(*line) for line in condition)
    found = evaluate(tests, lambda key: None if key in unknown else context.get(key, ()))
    if found is not None:
        assert all(naive.holds(*line, context) for line in condition) is found


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("IpAddress", ("203.0.113.7",), None),
        ("IpAddress", (), False),
        ("IpAddressIfExists", (), True),
        ("NotIpAddress", (), True),
        ("NumericLessThan", ("3",), None),
        ("NumericNotEquals", (), True),
        ("DateGreaterThanEquals", ("2030-01-01T00:00:00Z",), None),
        ("DateLessThan", (), False),
        ("BinaryEquals", ("eA==",), True),
        ("ForAllValues:NumericEquals", (), True),
        ("ForAnyValue:NumericEquals", ("1",), None),
        ("Null", None, None),
        ("StringLike", None, None),
    ],
)
def test_numbers_dates_and_addresses_depend_unless_they_are_missing(
    operator: str, value: tuple[str, ...] | None, expected: Truth
) -> None:
    """They are not known before the call; that a key is missing may be."""
    assert holds(make(operator, "k", ("eA==",)), lambda _: value) is expected


@pytest.mark.parametrize(
    "name", ["stringlike", "FORANYVALUE:STRINGLIKE", "forallvalues:Boolifexists"]
)
def test_operators_are_known_in_any_case(name: str) -> None:
    """Published policies write Stringlike, too."""
    found = parse_operator(name)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    "name", ["", "StringSimilar", "ForSome:StringLike", "IfExists", "For:Bool"]
)
def test_an_operator_that_iam_does_not_have_is_none(name: str) -> None:
    """A typo is not taken for something else."""
    assert parse_operator(name) is None


def test_what_decides_an_open_test_is_named() -> None:
    """The key first, then placeholders, then the policy variables that are unknown."""
    test = make("StringLike", "aws:SourceVpc", ("${X}-${aws:username}-${aws:PrincipalTag/a}",))

    def lookup(key: str) -> tuple[str, ...] | None:
        return ("me",) if key == "aws:username" else None

    assert open_on(test, lookup) == ("aws:SourceVpc", "${X}", "aws:PrincipalTag/a")
    assert open_on(make("NumericEquals", "k", ("1",)), lambda _: ("1",)) == ("k",)
