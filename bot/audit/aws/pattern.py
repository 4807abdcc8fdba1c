"""Does a text of a policy match a value? Yes, no, or: a variable that nobody filled in decides.

Three kinds of text occur in policies: plain (letter by letter), with `*` and `?`, and ARNs, whose
six parts are compared one by one. Actions are of the second kind, whatever their case.

Two kinds of `${…}` occur in them: IAM's own policy variables, which AWS fills in from the request
(`${aws:username}`), and those of a template that was never rendered (`${PREFIX}`,
`[PRIVILEGED_ROLE]`, `<my-org-id>`, `{{ role }}`), which AWS would take letter by letter and whose
author did not mean them so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

# True, False, or None: it depends on what is not known here.
Truth = bool | None
Style = Literal["exact", "folded", "glob", "action", "arn"]
# What a policy variable stands for: () when the request has no such key, None when unknown.
Lookup = Callable[[str], "tuple[str, ...] | None"]

ARN_PARTS = 6

# One character for what a person has yet to fill in; no policy can hold it as text (AWS allows
# U+0020 and up).
HOLE = "\x00"
STAR, MARK = "\x01", "\x02"

_SLOT = re.compile(
    r"\$\{(?P<inner>[^{}]*)\}"
    r"|\{\{[^{}]*\}\}"
    r"|\[[A-Z][A-Z0-9_ /*.-]*\]"
    r"|<[A-Za-z][\w .,-]*>"
)
_HINTS = frozenset("$[<{")
# prefix:name, perhaps with a default: ${aws:PrincipalTag/team, 'none'}. CloudFormation's
# ${AWS::AccountId} has two colons and is none of IAM's.
_VARIABLE = re.compile(r"(?P<key>[A-Za-z][\w.-]*:(?!:)[^,?]+?)\s*(?:,\s*'(?P<default>[^']*)')?")
_ESCAPES = {"*": STAR, "?": MARK, "$": "$"}


def all_of(values: Iterable[Truth]) -> Truth:
    """AND: one False decides, one None leaves it open."""
    found: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            found = None
    return found


def any_of(values: Iterable[Truth]) -> Truth:
    """OR: one True decides, one None leaves it open."""
    found: Truth = False
    for value in values:
        if value:
            return True
        if value is None:
            found = None
    return found


def negate(value: Truth) -> Truth:
    """NOT; what depends still depends."""
    return None if value is None else not value


def has_slots(text: str) -> bool:
    """Whether anything in a text may be a variable; quick to say no."""
    return not _HINTS.isdisjoint(text)


@lru_cache(maxsize=1 << 14)
def placeholders(text: str) -> tuple[str, ...]:
    """The variables of a template that nobody filled in, as written; IAM's own are none."""
    if _HINTS.isdisjoint(text):
        return ()
    return tuple(
        slot[0]
        for slot in _SLOT.finditer(text)
        if slot["inner"] is None
        or (slot["inner"] not in _ESCAPES and not _VARIABLE.fullmatch(slot["inner"]))
    )


@lru_cache(maxsize=1 << 14)
def variables(text: str) -> tuple[str, ...]:
    """The request keys that IAM's own policy variables in the text stand for."""
    if "${" not in text:
        return ()
    inner = [_VARIABLE.fullmatch(slot["inner"] or "") for slot in _SLOT.finditer(text)]
    return tuple(found["key"] for found in inner if found)


def match(value: str, text: str, style: Style, lookup: Lookup) -> Truth:
    """Whether `text`, as a policy writes it, matches `value`.

    None when only what is unknown stands between yes and no: a variable, or an ARN pattern that
    has fewer than six parts, about which AWS's documents are silent.
    """
    if _HINTS.isdisjoint(text):
        return _match(value, text, style)
    filled = _fill(text, lookup)
    if filled is None:
        return False
    found = _match(value, filled, style)
    return None if found and HOLE in filled else found


def _fill(text: str, lookup: Lookup) -> str | None:
    """The text with every slot filled or a hole; None when a variable has no value at all."""
    missing = False

    def fill(slot: re.Match[str]) -> str:
        nonlocal missing
        inner = slot["inner"]
        if inner is not None and inner in _ESCAPES:
            return _ESCAPES[inner]
        variable = None if inner is None else _VARIABLE.fullmatch(inner)
        if variable is None:
            return HOLE
        known = lookup(variable["key"].lower())
        if known is None:
            return HOLE
        if known:
            return known[0].replace("*", STAR).replace("?", MARK)
        missing = missing or variable["default"] is None
        return variable["default"] or ""

    filled = _SLOT.sub(fill, text)
    return None if missing else filled


def _match(value: str, text: str, style: Style) -> Truth:
    if style == "arn":
        return _match_arn(value, text)
    if style in {"folded", "action"}:
        value, text = value.lower(), text.lower()
    if style in {"glob", "action"}:
        return _fits(value, text)
    if HOLE in text or STAR in text or MARK in text:
        return _fits(value, text, wild=False)
    return value == text


def _match_arn(value: str, text: str) -> Truth:
    if text.count(":") < ARN_PARTS - 1:
        # A hole may stand for a whole ARN.
        return None if HOLE not in text or _fits(value, text) else False
    tail = text.rpartition("*")[2]
    if not value.endswith(tail) and "?" not in tail and tail.isprintable():
        # The name is another, as nearly always.
        return False
    wanted, given = text.split(":", ARN_PARTS - 1), value.split(":", ARN_PARTS - 1)
    return len(given) == ARN_PARTS and all(map(_fits, given, wanted))


def _fits(value: str, text: str, *, wild: bool = True) -> bool:
    """Whether the text is the whole value; holes stand for anything, and stars where `wild`."""
    if wild and "?" in text:
        return _regex(text).match(value) is not None
    # By hand, since to compile an expression takes a hundred times as long as to look.
    pieces = text.replace(HOLE, "*").split("*") if wild else text.split(HOLE)
    if STAR in text or MARK in text:
        pieces = [piece.replace(STAR, "*").replace(MARK, "?") for piece in pieces]
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return value == first
    at, end = len(first), len(value) - len(last)
    if at > end or not value.startswith(first) or not value.endswith(last):
        return False
    for piece in pieces[1:-1]:
        found = value.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


@lru_cache(maxsize=1 << 10)
def _regex(text: str) -> re.Pattern[str]:
    """The text as an expression that never goes back on a star, so that none is slow."""
    pieces = [_literal(piece) for piece in re.split(f"[*{HOLE}]+", text)]
    if len(pieces) == 1:
        return re.compile(pieces[0] + r"\Z", re.DOTALL)
    first, *middle, last = pieces
    between = "".join(f"(?>.*?{piece})" for piece in middle)
    return re.compile(rf"{first}{between}.*{last}\Z", re.DOTALL)


def _literal(piece: str) -> str:
    escaped = re.escape(piece.replace(STAR, "*").replace(MARK, "\x03")).replace(r"\?", ".")
    return escaped.replace(re.escape("\x03"), r"\?")
