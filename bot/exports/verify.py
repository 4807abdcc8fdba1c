"""Is an exported JSON still what was recorded? Names the first fact that is not.

It finds what was changed, removed, reordered, added or cut off. It cannot find a file in which
somebody also computed every later hash, the count and the head anew: for that, compare the head
with the one on the incident card or in the close summary (`expected_head`). The name of the
organisation and its time zone stand outside of the chain and are not covered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.core.errors import Invalid, Problem
from bot.core.timeline import GENESIS, check_chain
from bot.core.wording import plain_line
from bot.exports.json_file import FORMAT, VERSION
from bot.exports.strict_json import finite, no_such_number, unique_keys

_SHAPE: dict[str, type] = {
    "format": str,
    "version": int,
    "incident": str,
    "organisation": str,
    "time_zone": str,
    "count": int,
    "head": str,
    "facts": list,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`intact`, or the first `problem` in words. `facts` and `head` are what the file holds."""

    intact: bool
    facts: int
    head: str
    problem: str


def verify(data: bytes, expected_head: str | None = None, *, file: str = "export") -> Verdict:
    """Check an exported JSON. `file` is its name in messages.

    Errors: Invalid when it is no readable export at all: not UTF-8, not JSON, a key twice in one
    object, NaN or Infinity, another shape or a version that this release does not know.
    """
    exported = _read(data, file)
    facts: list[Mapping[str, Any]] = exported["facts"]
    head = plain_line(str(facts[-1].get("hash", ""))) if facts else GENESIS
    problem = (
        _chain_problem(facts)
        or _other_incident(facts, exported["incident"])
        or _cut(facts, head, exported)
        or _other_head(head, expected_head)
    )
    # It quotes the file, and somebody may have put terminal controls into it.
    return Verdict(not problem, len(facts), head, plain_line(problem))


def _chain_problem(facts: list[Mapping[str, Any]]) -> str:
    looked_at = 0

    def watched() -> Iterator[Mapping[str, Any]]:
        nonlocal looked_at
        for looked_at, fact in enumerate(facts, start=1):  # noqa: B007 - read below
            yield fact

    try:
        broken = check_chain(watched())
    except (ValueError, RecursionError):
        return f"fact {looked_at}: it holds text that no recorded fact can hold: changed"
    return f"fact {broken.version} (id {broken.fact}): {broken.reason}" if broken else ""


def _other_incident(facts: list[Mapping[str, Any]], incident: str) -> str:
    for number, fact in enumerate(facts, start=1):
        if fact.get("incident") != incident:
            return (
                f"fact {number} (id {fact.get('id', '?')}) belongs to incident "
                f"{fact.get('incident')!r}, the file to {incident!r}"
            )
    return ""


def _cut(facts: list[Mapping[str, Any]], head: str, exported: Mapping[str, Any]) -> str:
    count = exported["count"]
    if len(facts) < count:
        return f"fact {len(facts) + 1} and after: {count - len(facts)} removed at the end"
    if len(facts) > count:
        return f"fact {count + 1} and after: {len(facts) - count} more than were exported"
    if head != exported["head"]:
        return f"fact {count}: the file names another head than its last fact has: changed"
    return "" if facts else "there is no fact in it; every incident has its declaration"


def _other_head(head: str, expected: str | None) -> str:
    if expected is None or expected.strip().lower() == head:
        return ""
    return f"its head is {head}, not {expected.strip()}: another timeline, or a rewritten one"


def _read(data: bytes, file: str) -> dict[str, Any]:
    text = _decode(data, file)
    try:
        value = json.loads(
            text,
            object_pairs_hook=unique_keys,
            parse_constant=no_such_number,
            parse_float=finite,
        )
    except json.JSONDecodeError as error:
        _refuse(file, f"column {error.colno}: not JSON: {error.msg}", error.lineno)
    except RecursionError:
        _refuse(file, "nested too deep for an exported timeline")
    except ValueError as error:
        _refuse(file, str(error))
    return _checked_shape(value, file)


def _decode(data: bytes, file: str) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        _refuse(file, f"column {column}: not UTF-8 text", before.count(b"\n") + 1)


def _checked_shape(value: object, file: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        _refuse(file, 'not an exported timeline: it does not say "format": "lockout-timeline"')
    _problems(file, _wrong_keys(value))
    if value["version"] != VERSION:
        _refuse(file, f"version {value['version']} of the format; this release knows {VERSION}")
    _problems(file, _wrong_facts(value["facts"]))
    return value


def _wrong_keys(value: Mapping[str, object]) -> Iterator[str]:
    for name, kind in _SHAPE.items():
        if name not in value:
            yield f"'{name}' is missing"
        # bool is an int to Python, not to JSON
        elif type(value[name]) is not kind:
            yield f"'{name}' must be {_WORDS[kind]}"
    yield from (f"'{name}' does not belong in an export" for name in value if name not in _SHAPE)


_WORDS: dict[type, str] = {str: "a text", int: "a whole number", list: "a list"}


def _wrong_facts(facts: list[object]) -> Iterator[str]:
    for number, fact in enumerate(facts, start=1):
        if not isinstance(fact, dict):
            yield f"fact {number} is not an object"


def _problems(file: str, messages: Iterator[str]) -> None:
    problems = [Problem(file, 0, "", plain_line(message)) for message in messages]
    if problems:
        raise Invalid(problems)


def _refuse(file: str, message: str, line: int = 0) -> NoReturn:
    raise Invalid([Problem(file, line, "", plain_line(message))]) from None
