"""What a backup is made of, whatever its file looks like: timelines, and the deliveries seen.

Not in it: settings, the organisation file, and what was waiting to be sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.timeline import Fact


@dataclass(frozen=True, slots=True)
class Head:
    """Where a timeline ends: how many facts it has, and the hash of the newest."""

    incident: str
    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A delivery that was recorded, and in which incident, so that it is not recorded again."""

    key: str
    incident: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that is kept at one moment: no fact without its delivery, nor the reverse."""

    heads: tuple[Head, ...]
    seen: tuple[Seen, ...]


# In this order: each head is followed by its facts, and all deliveries come last.
Part = Head | Fact | Seen
