"""How often one person may have things shown or files made.

Only that: what records a fact is never limited, so that no step of a recovery is ever dropped, and
somebody who presses in panic is told that it was recorded. Looking costs us the database and Slack
its patience, and a stolen session would do it in bulk.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from bot.core.errors import Refused
from bot.services.ports import Clock

MOST = 30
WITHIN = timedelta(minutes=1)
PEOPLE = 1_000


class LookLimit:
    """At most `MOST` looks `WITHIN` that time, for each person."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looks: dict[str, deque[datetime]] = {}

    def count(self, user: str) -> None:
        """One more look. Errors: Refused when it is one too many."""
        now = self._clock.now()
        looks = self._looks.setdefault(user, deque())
        while looks and now - looks[0] > WITHIN:
            looks.popleft()
        if len(looks) >= MOST:
            raise Refused(
                f"You looked {MOST} times within a minute",
                "Wait a minute. What you press or note is recorded all the same",
            )
        looks.append(now)
        if len(self._looks) > PEOPLE:
            self._looks = {name: kept for name, kept in self._looks.items() if kept}
