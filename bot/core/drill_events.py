"""The kinds of facts that only a drill has; part of the union in `events`."""

from __future__ import annotations

from datetime import date, datetime
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


class AccountExamined(BaseModel):
    """One emergency account in an audit: verdict → how many policies say so of it.

    `in_group` says whether it is in the exclusion group; None: that is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    account: str
    name: str
    counts: dict[str, int]
    in_group: bool | None = None


class AccountsExamined(Happened):
    """What a drill needs beside the `PoliciesAudited` that answers the same question, `asked`.

    `group` is the exclusion group, empty where the provider has none or nobody named it; `foreign`
    who is in it and is no emergency account, through any nesting, and `more_foreign` counts those
    that did not fit. `unsure` says why it is not known who is in it; both mean nothing then.
    """

    kind: Literal["AccountsExamined"] = "AccountsExamined"
    playbook: str
    step: str
    asked: int
    tenant: str
    taken_at: datetime
    live: bool
    accounts: tuple[AccountExamined, ...]
    group: str = ""
    foreign: tuple[str, ...] = ()
    more_foreign: int = 0
    unsure: str = ""

    @property
    def knows_group(self) -> bool:
        """Whether it says who is in the exclusion group."""
        return bool(self.group) and not self.unsure

    @property
    def missing(self) -> tuple[AccountExamined, ...]:
        """The emergency accounts that are not in the group."""
        return tuple(one for one in self.accounts if one.in_group is False)

    @property
    def exact(self) -> bool:
        """Exactly the emergency accounts are in the group, as far as is known."""
        return bool(self.knows_group and self.accounts and not (self.missing or self.foreign))


class DrillFinished(Happened):
    """A drill is over. What it found to repair stays open until somebody confirms it."""

    kind: Literal["DrillFinished"] = "DrillFinished"
    result: DrillResult
    summary: str
    next_on: date | None = None
