"""The kinds of facts that only a drill has; part of the union in `events`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.core.happened import Happened, Provider

DrillReason = Literal["scheduled", "staff-change", "subscription-change", "other"]
DrillResult = Literal["passed", "failed"]


class DrillBegun(Happened):
    """Somebody began a drill: nothing is locked. It begins a timeline, as a declaration does.

    A kind of its own, so that nothing that looks for incidents can ever find a drill.
    `tenant_id` is the provider's own identifier; `origin` as in a declaration.
    """

    kind: Literal["DrillBegun"] = "DrillBegun"
    tenant: str
    tenant_id: str = ""
    provider: Provider
    why: DrillReason
    exercise: bool = False
    origin: str = ""


class Given(BaseModel):
    """One answer of a piece of evidence, under the words of its question."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    label: str
    text: str


class EvidenceRecorded(Happened):
    """One thing that a drill must prove was tried, and this is how it went.

    `part` is the part of the drill that it proves; `wanted` how many such things that part needs.
    Recorded again, the newest counts, and the older ones stay on the timeline.
    """

    kind: Literal["EvidenceRecorded"] = "EvidenceRecorded"
    playbook: str
    step: str
    part: str
    item: str
    label: str
    result: DrillResult
    given: tuple[Given, ...] = ()
    wanted: int = 1


class DrillFinished(Happened):
    """A drill is over. What it found to repair stays open until somebody confirms it."""

    kind: Literal["DrillFinished"] = "DrillFinished"
    result: DrillResult
    summary: str
    next_on: date | None = None
