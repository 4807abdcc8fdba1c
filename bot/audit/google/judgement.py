"""What a rule of this room hands back about one policy and one account."""

from __future__ import annotations

from typing import NamedTuple

from bot.audit.jsontext import Path
from bot.audit.model import Severity, Verdict


class Judged(NamedTuple):
    """A verdict with its reason and the path, inside the policy, of what decides.

    `exempt` are the places that a correction edits: lists of exceptions, or one condition.
    """

    verdict: Verdict
    severity: Severity
    reason: str
    path: Path = ()
    exempt: tuple[Path, ...] = ()
