"""What every store refuses, so that none takes what another cannot keep.

PostgreSQL takes no NUL in a text and counts characters; no database and no hash takes half of a
surrogate pair. Surfaces clean what people type; this is the last door, and names no value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.core.errors import Refused
from bot.core.timeline import Draft, Fact, seal_drafts

LONGEST_ID = 64
LONGEST_ACTOR = 200
LONGEST_SURFACE = 40
LONGEST_DELIVERY = 200
_NOT_KEPT = re.compile("[\0\ud800-\udfff]")

# What every store says to a backup that it does not take: reason and hint.
NOT_EMPTY = (
    "Nothing was restored: this database holds something already",
    "Name an empty database in LOCKOUT_DATABASE_URL, and restore into that",
)
TWICE = (
    "Nothing was restored: two facts or two deliveries in it have the same name",
    "The file was put together by hand; take one that `lockout backup` wrote",
)


def check_keepable(incident: str, drafts: Sequence[Draft], once: str) -> None:
    """Errors: Refused for names that are too long, or hold a NUL or what is no Unicode."""
    _check_name(incident, LONGEST_ID)
    _check_name(once, LONGEST_DELIVERY)
    for draft in drafts:
        _check_name(draft.id, LONGEST_ID)
        _check_name(draft.actor.id, LONGEST_ACTOR)
        _check_name(draft.actor.surface, LONGEST_SURFACE)
        _check_name(draft.actor.name)


def seal_keepable(
    incident: str, drafts: Sequence[Draft], *, after: int, head: str, now: datetime
) -> list[Fact]:
    """As `seal_drafts`. Errors: Refused for text that is no Unicode, found as it is hashed."""
    try:
        return list(seal_drafts(incident, drafts, after=after, head=head, now=now))
    except UnicodeEncodeError:
        raise _refusal() from None


def _check_name(text: str, longest: int | None = None) -> None:
    if _NOT_KEPT.search(text):
        raise _refusal()
    if longest is not None and len(text) > longest:
        raise Refused(f"A name is too long to be kept ({len(text)} characters)")


def _refusal() -> Refused:
    return Refused(
        "This holds characters that cannot be kept: nothing was recorded",
        "Type it instead of pasting it",
    )
