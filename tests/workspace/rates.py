"""Rate limits on the workspace's clock: tiers per method, one message a second per channel.

Tiers: docs.slack.dev/apis/web-api/rate-limits. Slack says "at least" so many a minute and "short
bursts" without numbers; here the tier is exact and the burst is five, which no app may rely on.
"""

import math

from .calls import Call, Method
from .clock import Clock
from .model import SlackError

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}
BURST = 5


class Rates:
    """Counts calls and says when there were too many."""

    def __init__(self, clock: Clock) -> None:
        """Nothing was called yet."""
        self._clock = clock
        self._recent: dict[str, list[float]] = {}

    def check(self, call: Call, method: Method) -> None:
        """Count a call. SlackError: ratelimited, with `retry_after` in whole seconds."""
        self._count(call.method, PER_MINUTE[method.tier], 60)
        if call.method == "chat.postMessage":
            self._count(f"{call.method} {call.text('channel')}", BURST, BURST)

    def _count(self, key: str, most: int, seconds: int) -> None:
        now = self._clock.now()
        recent = [at for at in self._recent.get(key, []) if now - at < seconds]
        self._recent[key] = recent
        if len(recent) >= most:
            raise SlackError("ratelimited", retry_after=math.ceil(recent[0] + seconds - now))
        recent.append(now)
