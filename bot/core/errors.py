"""Whose fault it is, in four kinds, and one that is nobody's; anything else is a bug of ours.

Surfaces turn these into words for a person; adapters turn library exceptions into these.
"""

from __future__ import annotations

from dataclasses import dataclass


class LockoutError(Exception):
    """Base of these kinds, so that a surface has one place to catch them."""


class Refused(LockoutError):
    """The person asks for what cannot be done now. Shown kindly, not logged as an error.

    `reason` says why in one sentence, `hint` what to do instead (may be empty).
    `field` names the form field at fault, when there is one.
    """

    def __init__(self, reason: str, hint: str = "", *, field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.field = field


class AlreadyRecorded(Refused):
    """The same delivery, or the same press, came twice. Nothing is recorded twice; nobody errs."""


class Conflict(Refused):
    """Somebody else's fact took this version first. Read again, decide again."""


class Unavailable(LockoutError):
    """A provider or the database does not answer now; trying again later may help.

    `retry_after` is in seconds, None when nobody said.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class OutcomeUnknown(Unavailable):
    """The database was lost in the middle of a commit: it may be recorded, or not."""


class Broken(LockoutError):
    """A provider's final answer: trying again will not help, somebody must change something."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class NeedsNewer(LockoutError):
    """Written down by a newer release: a process that knows it must do it, and this one may not.

    While versions change one by one, both serve. Left alone, it is not lost.
    """


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file somebody wrote, with its place.

    `line` counts from 1, 0 when the place is the whole file. `field` is a dotted path.
    `fatal` is False for what is only worth a warning.
    """

    file: str
    line: int
    field: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}:" if self.field else ""
        return f"{where}:{field} {'' if self.fatal else 'warning: '}{self.message}"


class Invalid(LockoutError):
    """An author's file or setting is wrong; carries every problem found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
