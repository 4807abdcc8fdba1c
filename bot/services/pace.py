"""So many at once, and then one every so often: how fast a provider lets us go.

Knows no clock: `now` is in seconds, of any clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pace:
    """`burst` at once, then one every `every` seconds; what is not used fills up again."""

    burst: int
    every: float
    # When everything that was taken so far would have been done at an even pace.
    _even: float = float("-inf")

    def free(self, now: float) -> bool:
        """Whether a turn taken now would have to wait for nothing."""
        return self._even - (self.burst - 1) * self.every <= now

    def take(self, now: float) -> float:
        """Take the next turn; how many seconds from now it comes."""
        wait = max(0.0, self._even - (self.burst - 1) * self.every - now)
        self._even = max(self._even, now) + self.every
        return wait
