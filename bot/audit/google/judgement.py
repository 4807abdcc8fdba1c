"""What a rule of this room hands back about one policy and one account."""

from __future__ import annotations

from dataclasses import dataclass

from bot.audit.jsontext import Path
from bot.audit.model import Severity, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with its reason and the path, inside the policy, of what decides.

    `exempt` are the places that a correction edits: lists of exceptions, or one condition.
    """

    verdict: Verdict
    severity: Severity
    reason: str
    path: Path = ()
    exempt: tuple[Path, ...] = ()
