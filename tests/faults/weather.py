"""Slack in bad weather: slow, refusing, losing answers; and deadly for whoever calls it.

Stands where the stand-in's planned faults stand, and asks `strike` of each call as they do.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.workspace.faults import FaultOptions, Faults

Stage = Literal["undone", "done"]

# Calls during which a process is killed; `undone` before Slack has acted, `done` after.
CALLS: tuple[tuple[str, Stage], ...] = (
    ("conversations.create", "undone"),
    ("conversations.create", "done"),
    ("conversations.invite", "done"),
    ("conversations.history", "done"),
    ("conversations.replies", "done"),
    ("chat.postMessage", "undone"),
    ("chat.postMessage", "done"),
    ("chat.update", "undone"),
    ("chat.update", "done"),
    ("pins.add", "done"),
    ("files.completeUploadExternal", "undone"),
    ("files.completeUploadExternal", "done"),
)

# How long the program under test waits for an answer (instead of ten seconds), and how long it
# would have to; seconds.
PATIENCE, SILENCE = 2, 3.0

FAULTS: tuple[tuple[float, str, FaultOptions], ...] = (
    (0.03, "429", {"error": "ratelimited", "retry_after": 1}),
    (0.02, "500", {"status": 500}),
    (0.01, "503", {"status": 503}),
    (0.02, "answer lost", {"lost": True}),
    (0.01, "connection reset", {"reset": True}),
    (0.01, "half an answer", {"garbled": True}),
    (0.003, "silence, done", {"silence": SILENCE}),
    # What is not answered for long is never done: else it could come after the second attempt.
    (0.003, "silence, undone", {"delay": SILENCE, "reset": True}),
)


@dataclass
class Trap:
    """The next call of `method` is the caller's last."""

    method: str
    stage: Stage
    kill: Callable[[], None]


@dataclass
class Weather(Faults):
    """Faults by chance, and at most one trap."""

    chance: random.Random
    calm: bool = False
    trap: Trap | None = None
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """No faults are planned."""
        super().__init__()

    def strike(self, method: str) -> FaultOptions:
        """What goes wrong with this call."""
        if self.trap is not None and self.trap.method == method:
            trap, self.trap = self.trap, None
            trap.kill()
            return {"reset": True} if trap.stage == "undone" else {"lost": True}
        slow: FaultOptions = {"delay": self.chance.uniform(0.005, 0.04)}
        if self.calm:
            return slow
        drawn = self.chance.random()
        for likely, name, fault in FAULTS:
            if drawn < likely:
                self.struck[name] += 1
                return {**slow, **fault}
            drawn -= likely
        return slow
