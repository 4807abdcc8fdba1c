"""Hooks for `json` that refuse what it takes and RFC 8259 does not, or leaves open.

A key twice in one object, NaN and Infinity: readers differ on them, so a hash over them says
little.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, NoReturn


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """`object_pairs_hook`. Errors: ValueError."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the key {twice!r} stands twice in one object"
        raise ValueError(message)
    return found


def no_such_number(text: str) -> NoReturn:
    """`parse_constant`. Errors: ValueError."""
    message = f"{text} is not a JSON number"
    raise ValueError(message)


def finite(text: str) -> float:
    """`parse_float`. Errors: ValueError."""
    number = float(text)
    if not isfinite(number):
        no_such_number(text)
    return number
