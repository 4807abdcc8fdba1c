"""A statement of a policy as far as it touches a rescue: typed, its actions as bits of a number.

Statements that name no rescue action are read no further: they cannot keep anybody out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Literal

from bot.audit.aws.condition import Test, parse_operator, test_of
from bot.audit.aws.pattern import match
from bot.audit.aws.principal import REGION
from bot.audit.aws.rescue import RescueActions

Effect = Literal["Allow", "Deny"]


# Not frozen, as a frozen one takes five times as long to make; nobody changes it.
@dataclass(slots=True)
class Statement:
    """One statement. `sure` and `maybe` are bits: bit n stands for the n-th rescue action.

    `maybe` are the actions of which an unfilled placeholder decides whether they are named.
    `pointer` is the JSON pointer from the policy's root, `raw` the statement as it was written.
    `other_resources`: it is about all resources but these. `by_service`: calls to different
    services may meet its condition differently.
    """

    pointer: str
    index: int
    sid: str
    effect: Effect
    sure: int
    maybe: int
    resources: tuple[str, ...]
    other_resources: bool
    tests: tuple[Test, ...]
    by_service: bool
    raw: Mapping[str, Any]

    @property
    def label(self) -> str:
        """How a person finds it: its Sid, or its number counted from 1."""
        return f"“{self.sid}”" if self.sid else f"number {self.index + 1}"


class Malformed(Exception):
    """A statement that AWS would not take; the text says what is wrong, `pointer` where."""

    def __init__(self, pointer: str, text: str) -> None:
        super().__init__(text)
        self.pointer = pointer
        self.text = text


class _Seen(dict[str, int]):
    """Every pattern that was seen, worked out the first time."""

    def __init__(self, work_out: Callable[[str], int]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, pattern: str) -> int:
        """Looked up for the first time."""
        found = self[pattern] = self._work_out(pattern)
        return found


class Coverage:
    """Which rescue actions a list of action patterns names; remembers every pattern it has seen.

    `every`, `services` and `groups` are the bits of all actions, by service and by group.
    """

    def __init__(self, rescue: RescueActions) -> None:
        self.rescue = rescue
        self.every = (1 << len(rescue.actions)) - 1
        self.services: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self._names = [action.name.lower() for action in rescue.actions]
        for bit, action in enumerate(rescue.actions):
            self.services[action.service] = self.services.get(action.service, 0) | 1 << bit
            self.groups[action.group] = self.groups.get(action.group, 0) | 1 << bit
        self._seen = _Seen(self._bits)

    def without(self, group: str) -> Coverage:
        """The same for somebody who cannot do what is in a group, whatever a policy says."""
        less = copy(self)
        left = ~self.groups.get(group, 0)
        less.every = self.every & left
        less.services = {name: mask & left for name, mask in self.services.items() if mask & left}
        less.groups = {name: mask for name, mask in self.groups.items() if name != group}
        return less

    def weighed(self, *, management: bool) -> Coverage:
        """The same for somebody of whom it is known whether his is the management account."""
        other = copy(self)
        other.rescue = self.rescue.of_account(management=management)
        return other

    def of(self, patterns: Iterable[str]) -> tuple[int, int]:
        """Bits of the actions named for sure, and of those named perhaps."""
        # One number for both, so that a long list is gone through without a step of Python's.
        both = reduce(or_, map(self._seen.__getitem__, patterns), 0)
        if not both:
            return 0, 0
        sure = both & self.every
        return sure, both >> len(self._names) & ~sure

    def _bits(self, pattern: str) -> int:
        """The actions named for sure, and above them those named perhaps."""
        sure = maybe = 0
        prefix = pattern.partition(":")[0]
        if prefix.isidentifier() and prefix.lower() not in self.services:
            return 0
        for bit, name in enumerate(self._names):
            found = match(name, pattern, "action", lambda _: None)
            if found:
                sure |= 1 << bit
            elif found is None:
                maybe |= 1 << bit
        return sure | maybe << len(self._names)

    def bits(self, mask: int) -> tuple[int, ...]:
        """The numbers of the actions in a mask, in the order of the table."""
        return tuple(bit for bit in range(len(self._names)) if mask >> bit & 1)


def parse_statement(raw: object, index: int, pointer: str, coverage: Coverage) -> Statement | None:
    """The statement, or None when it names no rescue action. Raises `Malformed`."""
    if not isinstance(raw, dict):
        raise Malformed(pointer, "a statement must be an object")
    effect = raw.get("Effect")
    # What stands there may be a list, which no set can be asked about.
    if effect != "Allow" and effect != "Deny":  # noqa: PLR1714 - see above
        raise Malformed(f"{pointer}/Effect", "Effect must be Allow or Deny")
    sure, maybe = _actions(raw, pointer, coverage)
    if not sure | maybe:
        return None
    resources, other_resources = _either(raw, "Resource", pointer)
    tests = _tests(raw.get("Condition", {}), f"{pointer}/Condition")
    sid = raw.get("Sid", "")
    return Statement(
        pointer=pointer,
        index=index,
        sid=sid if isinstance(sid, str) else "",
        effect=effect,
        sure=sure,
        maybe=maybe,
        resources=resources or ("*",),
        other_resources=other_resources,
        tests=tests,
        by_service=any(map(_by_service, tests)),
        raw=raw,
    )


# Tests are one object where they are equal.
@lru_cache(maxsize=1 << 12)
def _by_service(test: Test) -> bool:
    return (
        test.folded == REGION
        or not test.folded.startswith("aws:")
        or any("${" in value for value in test.values)
    )


def _actions(raw: dict[str, Any], pointer: str, coverage: Coverage) -> tuple[int, int]:
    if "NotAction" not in raw and type(listed := raw.get("Action")) is list and listed:
        # The common case, without a look at each: what is no text has no place among patterns.
        with suppress(TypeError, AttributeError):
            return coverage.of(listed)
    patterns, others = _either(raw, "Action", pointer)
    if not patterns:
        raise Malformed(pointer, "a statement must have Action or NotAction")
    sure, maybe = coverage.of(patterns)
    return (coverage.every & ~(sure | maybe), maybe) if others else (sure, maybe)


def _either(raw: dict[str, Any], name: str, pointer: str) -> tuple[tuple[str, ...], bool]:
    """What stands under a name or under its opposite, and whether it was the opposite."""
    if name in raw and f"Not{name}" in raw:
        raise Malformed(pointer, f"a statement has either {name} or Not{name}")
    others = f"Not{name}" in raw
    where = f"Not{name}" if others else name
    return _texts(raw.get(where, ()), f"{pointer}/{where}"), others


_TEXT = {str}


def _texts(raw: object, pointer: str) -> tuple[str, ...]:
    """One text or a list of texts; what AWS also takes for a text becomes one."""
    if isinstance(raw, str):
        return (raw,)
    if isinstance(raw, list | tuple):
        if set(map(type, raw)) <= _TEXT:
            return tuple(raw)
        return tuple(_text(one, pointer) for one in raw)
    return (_text(raw, pointer),)


def _text(raw: object, pointer: str) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int | float):
        return str(raw)
    if isinstance(raw, dict) and len(raw) == 1:
        # CloudFormation's {"Ref": …} and {"Fn::Sub": …}: a value to be filled in.
        return "${" + f"{next(iter(raw))} …".replace(":", "·") + "}"
    raise Malformed(pointer, "a text or a list of texts is expected here")


def _tests(raw: object, pointer: str) -> tuple[Test, ...]:
    if not raw:
        return ()
    if not isinstance(raw, dict):
        raise Malformed(pointer, "Condition must be an object")
    tests = []
    for name, keys in raw.items():
        if parse_operator(name) is None:
            raise Malformed(f"{pointer}/{name}", f"{name} is no condition operator of IAM")
        if not isinstance(keys, dict):
            raise Malformed(f"{pointer}/{name}", f"{name} must hold an object of keys and values")
        for key, values in keys.items():
            where = f"{pointer}/{name}/{escape(key)}"
            if test := test_of(name, key, _texts(values, where)):
                tests.append(test)
    return tuple(tests)


def escape(part: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
