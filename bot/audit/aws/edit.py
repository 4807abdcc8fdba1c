"""Edits to a policy that leave every other character of it where it was.

A diff against the original then shows the edit and nothing else, and a reviewer can see that the
rest is untouched. Only inserts: nothing that a policy says is ever taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.audit.aws.condition import Test
from bot.audit.aws.statement import Statement

KEY = "aws:PrincipalArn"
OPERATOR = "ArnNotLike"

# `raw_decode` without its wrapping.
_SCAN = json.JSONDecoder().scan_once  # type: ignore[attr-defined] # it is there
_BLANK = " \t\n\r"
_INDENTED = re.compile(r'\n([ \t]+)"')


@dataclass(frozen=True, slots=True)
class _Span:
    """A member or an item: where it begins (its key, if it has one), and its value's bounds."""

    begin: int
    start: int
    end: int


def exempt(text: str, statements: Iterable[tuple[Statement, tuple[str, ...]]]) -> str:
    """The policy with ARN patterns added to the exemptions of some of its statements.

    They are merged into an exemption by principal ARN where there is one, whatever its operator's
    case, and else written as `ArnNotLike aws:PrincipalArn`.
    """
    # From the end, so that places further up stay where they are.
    for statement, patterns in sorted(statements, key=lambda one: one[0].index, reverse=True):
        text = _exempt_one(text, statement, patterns)
    return text


def add_statement(text: str, statement: Mapping[str, Any]) -> str:
    """The policy with one more statement at the end."""
    at = _statement(text)
    if text[at] == "[":
        return _append(text, at, [statement])
    return _listed(text, _Span(at, at, _end(text, at)), [statement])


def _exempt_one(text: str, statement: Statement, patterns: tuple[str, ...]) -> str:
    at = _statement(text)
    if text[at] == "[":
        at = _item(text, at, statement.index)
    condition = _members(text, at).get("Condition")
    if condition is None or text[condition.start] != "{":
        return _insert(text, at, "Condition", {OPERATOR: {KEY: list(patterns)}}, condition)
    found = next((test for test in statement.tests if _can_merge(test)), None)
    if found:
        operator = _members(text, condition.start)[found.operator.name]
        value = _members(text, operator.start)[found.key]
        fresh = [one for one in patterns if one not in found.values]
        if text[value.start] == "[":
            return _append(text, value.start, fresh)
        return _listed(text, value, fresh)
    for name, operator in _members(text, condition.start).items():
        if name.lower() == OPERATOR.lower():
            return _insert(text, operator.start, KEY, list(patterns))
    return _insert(text, condition.start, OPERATOR, {KEY: list(patterns)})


def _can_merge(test: Test) -> bool:
    operator = test.operator
    return (
        test.folded == KEY.lower()
        and operator.negated
        and not operator.quantifier
        and operator.comparison in {"arn", "glob"}
    )


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at


def _end(text: str, at: int) -> int:
    """Where the value that begins here ends. The text is known to be JSON."""
    return int(_SCAN(text, at)[1])


def _statement(text: str) -> int:
    """Where the value of `Statement` begins; what comes behind it is not looked at."""
    at = _skip(text, _skip(text, 0) + 1)
    while True:
        key, end = _SCAN(text, at)
        at = _skip(text, _skip(text, end) + 1)
        if key == "Statement":
            return at
        at = _skip(text, _skip(text, _end(text, at)) + 1)


def _item(text: str, at: int, index: int) -> int:
    """Where an item of the list at this place begins."""
    at = _skip(text, at + 1)
    for _ in range(index):
        at = _skip(text, _skip(text, _end(text, at)) + 1)
    return at


def _members(text: str, at: int) -> dict[str, _Span]:
    """The members of the object at this place, the last of equal keys as JSON readers take it."""
    found = {}
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, end = _SCAN(text, at)
        start = _skip(text, _skip(text, end) + 1)
        end = _end(text, start)
        found[key] = _Span(at, start, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _items(text: str, at: int) -> list[_Span]:
    """The items of the list at this place."""
    found = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = _end(text, at)
        found.append(_Span(at, at, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def _insert(text: str, at: int, key: str, value: object, replaced: _Span | None = None) -> str:
    """One more member in the object at this place, or another value for one that was empty."""
    if replaced:
        return text[: replaced.start] + json.dumps(value) + text[replaced.end :]
    members = _members(text, at)
    if not members:
        end = _end(text, at)
        return text[:at] + json.dumps({key: value}) + text[end:]
    last = max(members.values(), key=lambda one: one.end)
    return _after(text, last, [f"{json.dumps(key)}: {_written(text, last, value)}"])


def _append(text: str, at: int, values: Iterable[Any]) -> str:
    """More items in the list at this place."""
    items = _items(text, at)
    if not items:
        end = _end(text, at)
        return text[:at] + json.dumps(list(values)) + text[end:]
    return _after(text, items[-1], [_written(text, items[-1], value) for value in values])


def _listed(text: str, one: _Span, values: Iterable[Any]) -> str:
    """A single value made a list that begins with it."""
    more = ", ".join(json.dumps(value) for value in values)
    return f"{text[: one.start]}[{text[one.start : one.end]}, {more}]{text[one.end :]}"


def _after(text: str, last: _Span, written: list[str]) -> str:
    gap = _gap(text, last)
    glue = f",{gap}" if "\n" in gap else ", "
    return text[: last.end] + "".join(glue + one for one in written) + text[last.end :]


def _gap(text: str, span: _Span) -> str:
    """The white space before something, of which neighbours take the same."""
    begin = span.begin
    while begin and text[begin - 1] in _BLANK:
        begin -= 1
    gap = text[begin : span.begin]
    above, line_end, indent = gap.rpartition("\n")
    return ("\r" if above.endswith("\r") else "") + line_end + indent


def _written(text: str, last: _Span, value: object) -> str:
    """A value as JSON, indented as its neighbour is."""
    gap = _gap(text, last)
    if "\n" not in gap:
        return json.dumps(value)
    unit = _INDENTED.search(text)
    return _pretty(value, gap, unit[1] if unit else "  ")


def _pretty(value: object, gap: str, unit: str) -> str:
    """`json.dumps` with an indent, which is many times slower than this."""
    deeper = gap + unit
    if isinstance(value, Mapping):
        inner = [f"{json.dumps(key)}: {_pretty(one, deeper, unit)}" for key, one in value.items()]
        return "{" + deeper + f",{deeper}".join(inner) + gap + "}"
    if isinstance(value, list):
        return "[" + deeper + f",{deeper}".join(json.dumps(one) for one in value) + gap + "]"
    return json.dumps(value)
