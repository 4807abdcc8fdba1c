"""Why an exemption that somebody wrote does not take this principal out.

The mistakes that are made in earnest, each with its own sentence: a session's ARN, a `*` under an
operator that knows none, a missing path, an Identity Center role under its short name, another
account, and tags that are not there. Source: IAM User Guide (aws:PrincipalArn, condition
operators) and the ARNs of Identity Center's reserved roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.audit.aws.condition import Test
from bot.audit.aws.pattern import match
from bot.audit.aws.principal import TAG, Principal, Request
from bot.audit.aws.rules import says_who

RESERVED = "/aws-reserved/sso.amazonaws.com/"
_ARN_SIZE = 6
# More would make no sentence.
_SHOWN = 2


def why_not(tests: tuple[Test, ...], principal: Principal, request: Request) -> str:
    """One clause on the exemption that came nearest, empty when none was written."""
    exemptions = [test for test in tests if says_who(test) and test.operator.negated]
    for test in exemptions:
        if test.folded == "aws:principalarn":
            return _why_arn(test, principal)
    for test in exemptions:
        return _why_value(test, principal, request(test.folded))
    return ""


def _why_value(test: Test, principal: Principal, value: tuple[str, ...] | None) -> str:
    asked = " or ".join(test.values)
    if value:
        return (
            f"its exemption asks for {test.key} {asked}, and this {principal.noun} has {value[0]}"
        )
    what = "tag" if test.folded.startswith(TAG) else "key"
    why = f"this {principal.noun} has no {what} {test.key}, and "
    if test.operator.if_exists:
        return why + f"under {test.operator.name} a missing key counts as not exempt"
    return why + f"a missing key never exempts under {test.operator.name}"


# A caller meets the same exemption in many policies.
@lru_cache(maxsize=1 << 13)
def _why_arn(test: Test, principal: Principal) -> str:
    """The first known mistake among the values, the most telling first."""
    found = [one for value in test.values for one in _mistakes(value, test, principal)]
    if not found:
        return f"its exemption is for others ({_some(test.values)})"
    _, text, value = min(found, key=lambda one: one[0])
    return f"its exemption {value} never matches, because {text}"


def _some(values: tuple[str, ...]) -> str:
    more = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _mistakes(value: str, test: Test, principal: Principal) -> Iterator[tuple[int, str, str]]:
    parts = value.split(":", _ARN_SIZE - 1)
    if ":assumed-role/" in value:
        near = 0 if _matches(principal.name, value.split("/")[1]) else 6
        yield (
            near,
            f"{test.key} holds the ARN of the role, never that of a session (…:assumed-role/…)",
            value,
        )
        return
    if _matches(principal.arn, value) and test.operator.comparison == "exact":
        yield (
            1,
            f"{test.operator.name} knows no wildcards and compares letter by letter",
            value,
        )
    if len(parts) < _ARN_SIZE:
        return
    yield from _in_name(parts[-1], value, principal)
    if _matches(_elsewhere(principal.arn, parts), value):
        given, own = f"account {parts[4]}", f"account {principal.account}"
        if _matches(principal.account, parts[4]):
            given, own = f"partition {parts[1]}", f"partition {principal.partition}"
        yield 4, f"it names {given}, and this {principal.noun} is in {own}", value
    elif _matches(principal.arn.lower(), value.lower()):
        yield 5, "upper and lower case differ", value


def _in_name(resource: str, value: str, principal: Principal) -> Iterator[tuple[int, str, str]]:
    kind, _, rest = resource.partition("/")
    if principal.kind not in {"role", "user"}:
        return
    last = rest.rpartition("/")[2]
    if not last.strip("*?"):
        return
    if principal.path.startswith(RESERVED):
        short = principal.name.removeprefix("AWSReservedSSO_").rpartition("_")[0]
        if _matches(principal.name, last) or last.rstrip("_*").endswith(short):
            yield (
                2,
                f"that permission set's role is role{principal.path}AWSReservedSSO_{short}_ + hash",
                value,
            )
        return
    if not _matches(principal.name, last):
        return
    if kind != principal.kind:
        yield 3, f"it names a {kind}, and this is a {principal.kind}", value
    elif not _matches(f"{principal.path}{principal.name}", f"/{rest}"):
        yield 2, f"the ARN of this {principal.kind} has the path {principal.path}", value


def _elsewhere(arn: str, parts: list[str]) -> str:
    """The principal's ARN, moved to the partition and account that a pattern names."""
    own = arn.split(":", _ARN_SIZE - 1)
    return ":".join((own[0], parts[1], *own[2:4], parts[4], own[5]))


def _matches(value: str, text: str) -> bool:
    return bool(match(value, text, "glob", lambda _: None))
