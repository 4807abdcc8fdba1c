"""What a siege does to the processes, one blow after another."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal, cast

from tests.faults.points import POINTS
from tests.faults.weather import CALLS, Stage

PAUSED = "attempt marked, nothing sent"

Kind = Literal["point", "call", "chance", "stop", "pause", "server"]


@dataclass(frozen=True)
class Blow:
    """One way to be hit.

    `point`: killed at a named point of its SQL. `call`: killed over a call of Slack. `chance`:
    killed at any time. `stop`: stopped for a moment. `pause`: stopped between the mark of an
    attempt and its post, until a replica takes over. `server`: the database is restarted.
    """

    kind: Kind
    point: str = ""
    method: str = ""
    stage: Stage = "undone"
    tries: int = 1

    def __str__(self) -> str:
        if self.kind == "call":
            return f"over {self.method}, {self.stage}"
        return self.point or {"chance": "by chance"}.get(self.kind, self.kind)


def make_plan(kills: int, chance: random.Random, tries: int, **others: int) -> list[Blow]:
    """Every named point and every call once, the rest by chance; and so many `others`.

    What did not come to pass is tried again, `tries` times in all.
    """
    named = [Blow("point", point=point) for point in POINTS]
    named += [Blow("call", method=method, stage=stage) for method, stage in CALLS]
    plan = [*named]
    while len(plan) < kills:
        plan.append(chance.choice(named) if chance.random() < 0.5 else Blow("chance"))
    for kind, times in others.items():
        plan += [Blow(cast("Kind", kind), point=PAUSED if kind == "pause" else "")] * times
    chance.shuffle(plan)
    return [replace(blow, tries=tries) for blow in plan]
