"""The `Condition` of a statement, decided as far as the request is known: yes, no, or it depends.

The rules are those of the IAM User Guide (condition operators; single-valued and multivalued
context keys): all operators and all keys must hold (AND), one of a key's values is enough (OR),
none of them may match under a negated operator (NOR); a missing key fails a plain operator, holds
under a negated one and under `…IfExists`; `ForAllValues` holds and `ForAnyValue` fails without
values, `…IfExists` or not. Numbers, dates and addresses are never known here before the call is
made, so a comparison of them depends.

It does not say what a condition means for an account; `rules.py` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.audit.aws.pattern import (
    ARN_PARTS,
    Lookup,
    Style,
    Truth,
    all_of,
    any_of,
    has_slots,
    match,
    negate,
    placeholders,
    variables,
)

Quantifier = Literal["", "any", "all"]
# What two values are compared with; "open" is never decided here.
Comparison = Style | Literal["null", "open"]

_BASES: dict[str, tuple[Comparison, bool]] = {
    "stringequals": ("exact", False),
    "stringnotequals": ("exact", True),
    "stringequalsignorecase": ("folded", False),
    "stringnotequalsignorecase": ("folded", True),
    "stringlike": ("glob", False),
    "stringnotlike": ("glob", True),
    "arnequals": ("arn", False),
    "arnlike": ("arn", False),
    "arnnotequals": ("arn", True),
    "arnnotlike": ("arn", True),
    "bool": ("folded", False),
    "binaryequals": ("exact", False),
    "null": ("null", False),
    "ipaddress": ("open", False),
    "notipaddress": ("open", True),
    "numericequals": ("open", False),
    "numericnotequals": ("open", True),
    "numericlessthan": ("open", False),
    "numericlessthanequals": ("open", False),
    "numericgreaterthan": ("open", False),
    "numericgreaterthanequals": ("open", False),
    "dateequals": ("open", False),
    "datenotequals": ("open", True),
    "datelessthan": ("open", False),
    "datelessthanequals": ("open", False),
    "dategreaterthan": ("open", False),
    "dategreaterthanequals": ("open", False),
}
_NAME = re.compile(
    r"(?:for(?P<quantifier>any|all)values?:)?(?P<base>[a-z]+?)(?P<if_exists>ifexists)?"
)


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator: `ForAnyValue:ArnNotLikeIfExists` taken apart, its name as written."""

    name: str
    comparison: Comparison
    negated: bool = False
    if_exists: bool = False
    quantifier: Quantifier = ""


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One key under one operator. `key` is as written; `folded` is what is looked up.

    `test_of` makes one object of equal tests, so that what was found of one can be remembered.
    """

    # Not for pytest to collect.
    __test__ = False

    operator: Operator
    key: str
    folded: str
    values: tuple[str, ...]


@lru_cache(maxsize=1 << 10)
def parse_operator(name: str) -> Operator | None:
    """The operator of this name, in any case; None when IAM has no such operator."""
    found = _NAME.fullmatch(name.lower())
    if not found or found["base"] not in _BASES:
        return None
    comparison, negated = _BASES[found["base"]]
    quantifier: Quantifier = ""
    if found["quantifier"]:
        quantifier = "any" if found["quantifier"] == "any" else "all"
    return Operator(name, comparison, negated, bool(found["if_exists"]), quantifier)


@lru_cache(maxsize=1 << 12)
def test_of(name: str, key: str, values: tuple[str, ...]) -> Test | None:
    """The test that a condition asks for; None when IAM has no such operator."""
    operator = parse_operator(name)
    return None if operator is None else Test(operator, key, key.lower(), values)


def holds(test: Test, lookup: Lookup) -> Truth:
    """Whether one test holds. `lookup` gets the key in lower case."""
    value = lookup(test.folded)
    if test.operator.comparison == "null":
        return _null(test, value, lookup)
    if value is None:
        return None
    if test.operator.quantifier:
        return _quantified(test, value, lookup)
    if not value:
        return test.operator.negated or test.operator.if_exists
    found = any_of(_compare(one, test, lookup) for one in value)
    return negate(found) if test.operator.negated else found


def open_on(test: Test, lookup: Lookup) -> tuple[str, ...]:
    """What would decide a test that depends: keys, unfilled placeholders, or what is no ARN."""
    keys = [test.key] if lookup(test.folded) is None else []
    # Hardly any value has something to fill in, and a list of Regions is long.
    for value in test.values if has_slots("".join(test.values)) else ():
        keys += placeholders(value)
        keys += [key for key in variables(value) if lookup(key.lower()) is None]
    return tuple(dict.fromkeys(keys or _no_arns(test) or [test.key]))


def _no_arns(test: Test) -> list[str]:
    if test.operator.comparison != "arn":
        return []
    wrong = [one for one in test.values if one.count(":") < ARN_PARTS - 1]
    return [f"what AWS makes of “{one}”, which is no ARN" for one in wrong]


def _null(test: Test, value: tuple[str, ...] | None, lookup: Lookup) -> Truth:
    if value is None:
        return None
    return any_of(match("false" if value else "true", one, "folded", lookup) for one in test.values)


def _quantified(test: Test, value: tuple[str, ...], lookup: Lookup) -> Truth:
    each = [_compare(one, test, lookup) for one in value]
    if test.operator.negated:
        each = [negate(one) for one in each]
    return all_of(each) if test.operator.quantifier == "all" else any_of(each)


def _compare(value: str, test: Test, lookup: Lookup) -> Truth:
    comparison = test.operator.comparison
    if comparison == "open" or comparison == "null":  # noqa: PLR1714 - mypy narrows no sets
        return None
    return any_of(match(value, one, comparison, lookup) for one in test.values)
