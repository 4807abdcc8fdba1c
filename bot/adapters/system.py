"""The machine's clock and its source of chance."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

# Read out on a phone at night: no vowels (no words by accident), no l/1, no o/0.
_LETTERS = "bcdfghjkmnpqrstvwxz23456789"


class SystemClock:
    """`Clock` by the machine."""

    def now(self) -> datetime:
        """UTC."""
        return datetime.now(UTC)


class RandomIds:
    """`Ids` by chance: 27^5 incidents a day is enough, and the database refuses a repeat."""

    def incident(self, now: datetime) -> str:
        """Like `lo-261122-k7qdx`."""
        return f"lo-{now:%y%m%d}-{_tail()}"

    def drill(self, now: datetime) -> str:
        """Like `drill-261231-k7qdx`."""
        return f"drill-{now:%y%m%d}-{_tail()}"

    def fact(self) -> str:
        """A UUID."""
        return str(uuid.uuid4())


def _tail() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))
