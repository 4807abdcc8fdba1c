"""Things that go wrong on Slack's side, planned by a test."""

import collections
from dataclasses import dataclass
from typing import TypedDict


class FaultOptions(TypedDict, total=False):
    """How a call goes wrong; the options combine."""

    error: str
    """Answer ok: false with this code. `ratelimited` is HTTP 429."""
    retry_after: int
    """Seconds for the Retry-After header."""
    status: int
    """Answer with this HTTP status and no JSON, as a gateway does: 500, 503."""
    reset: bool
    """Cut the connection before anything happens."""
    lost: bool
    """Do what was asked, then cut the connection: the app cannot know that it worked."""
    garbled: bool
    """Do what was asked, then answer half of the JSON."""
    silence: float
    """Do what was asked, and answer only so many seconds later, by the workspace's clock."""
    delay: float
    """Wait so many seconds, by the workspace's clock, before anything else."""


@dataclass(slots=True)
class Fault:
    """A planned fault and how often it will still strike."""

    options: FaultOptions
    times: int


class Faults:
    """Faults by method, in the order they were planned."""

    def __init__(self) -> None:
        """Nothing is planned: everything works."""
        self._planned: dict[str, collections.deque[Fault]] = {}

    def plan(self, method: str, fault: Fault) -> None:
        """Let the next calls of `method` fail, after those already planned."""
        self._planned.setdefault(method, collections.deque()).append(fault)

    def strike(self, method: str) -> FaultOptions:
        """Return what goes wrong with this call; empty when all is well."""
        queue = self._planned.get(method)
        if not queue:
            return {}
        fault = queue[0]
        fault.times -= 1
        if fault.times <= 0:
            queue.popleft()
        return fault.options
