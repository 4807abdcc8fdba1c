"""What a drill proved so far: a function of its facts, so that every surface says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.drill_events import DrillResult
from bot.core.drill_readings import Reading, reading_of
from bot.core.incident import Evidence, Incident

SIGN_IN = "sign-in"
# Part -> its name, in the order of the walk. A drill without evidence for one of them has failed.
PARTS: dict[str, str] = {
    "membership": "Membership of the exclusion group",
    "policies": "Every policy, for every account",
    SIGN_IN: "A real sign-in with each account's key",
    "alert": "The alert on that sign-in",
}
# Asked as well; it can fail the drill, but a playbook need not have it.
CARE = "care"
CARE_NAME = "Care of the accounts and keys"

PartStatus = Literal["passed", "failed", "not proved"]


@dataclass(frozen=True, slots=True)
class PartOfDrill:
    """One part: its evidence in the order in which it was recorded, and what that comes to.

    `reading` is what was read at the provider for it, if anything was.
    """

    part: str
    name: str
    proofs: tuple[Evidence, ...]
    wanted: int
    reading: Reading | None = None

    @property
    def read(self) -> Reading | None:
        """The reading while it counts: what people recorded by hand after it counts instead."""
        newest = max((proof.number for proof in self.proofs), default=0)
        return self.reading if self.reading and self.reading.number > newest else None

    @property
    def status(self) -> PartStatus:
        """Failed by one failure; proved only when everything wanted was proved."""
        read = self.read
        results = [proof.fact.result for proof in self.proofs]
        if "failed" in results or (read is not None and read.result == "failed"):
            return "failed"
        enough = len(self.proofs) >= self.wanted if self.proofs else read is not None
        return "passed" if enough else "not proved"


def parts_of(incident: Incident) -> list[PartOfDrill]:
    """The four parts, then the care when anything of it was recorded, then what else was."""
    names = dict(PARTS)
    for part, _ in incident.evidence:
        names.setdefault(part, CARE_NAME if part == CARE else part)
    return [_part(incident, part, name) for part, name in names.items()]


def _part(incident: Incident, part: str, name: str) -> PartOfDrill:
    proofs = tuple(proof for key, proof in incident.evidence.items() if key[0] == part)
    wanted = max((proof.fact.wanted for proof in proofs), default=1)
    return PartOfDrill(part, name, proofs, wanted, reading_of(incident.audited, part))


def result_of(incident: Incident) -> DrillResult:
    """Passed only when every part is."""
    return "passed" if all(p.status == "passed" for p in parts_of(incident)) else "failed"


def signed_in(incident: Incident) -> dict[str, datetime]:
    """When a real sign-in was recorded as passed, by the identifier of the account."""
    return {
        item: proof.at
        for (part, item), proof in incident.evidence.items()
        if part == SIGN_IN and proof.fact.result == "passed"
    }


def status_line(part: PartOfDrill) -> str:
    """One part in a line: what it is, how it stands, how many of how many."""
    counted = f" ({len(part.proofs)} of {part.wanted} recorded)" if part.wanted > 1 else ""
    return f"{part.name}: {part.status.upper()}{counted}"
