"""What could not be read of Google, told as problems that name the permission that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.adapters.clouds.google_http import GoogleRefused
from bot.core.errors import Broken, Problem, Unavailable
from bot.core.wording import plain_line

_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that is read: `what`, the permission it takes, and the role that has it.

    `hides` says whether a policy stays hidden when it is not read.
    """

    what: str
    host: str
    permission: str
    role: str
    hides: bool = True


@dataclass
class Notes:
    """What went wrong in one reading; `answered` counts the lists that were read to their end."""

    about: str
    answered: int = 0
    errors: list[Broken | Unavailable] = field(default_factory=list)
    _failed: dict[tuple[Wanted, str], list[str]] = field(default_factory=dict)

    def failed(self, wanted: Wanted, place: str, error: Broken | Unavailable) -> None:
        """Something was not read at a place, such as `projects/1`."""
        self.errors.append(error)
        self.missed(wanted, place, _why(wanted, error))

    def missed(self, wanted: Wanted, place: str, why: str) -> None:
        """The same for another reason; `why` is a whole sentence."""
        self._failed.setdefault((wanted, why), []).append(place)

    def problems(self) -> Iterator[Problem]:
        """One for each thing and reason, however many places it concerns."""
        for (wanted, why), places in self._failed.items():
            message = plain_line(f"Not read at {_some(places)}: {why}")
            yield Problem(self.about, 0, wanted.what, message, fatal=wanted.hides)


def _why(wanted: Wanted, error: Broken | Unavailable) -> str:
    if not isinstance(error, GoogleRefused):
        return f"{error.reason}."
    if error.detail == "SERVICE_DISABLED":
        return f"enable {wanted.host} in the project that this program signs in with."
    if error.detail == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return "the credentials lack a scope: docs/live.md names both."
    if error.status == "PERMISSION_DENIED":
        return f"permission {wanted.permission} is missing; grant {wanted.role}."
    return f"Google says {error.status}; it takes {wanted.permission} ({wanted.role})."


def _some(places: list[str]) -> str:
    named = ", ".join(places[:_MOST_PLACES])
    more = len(places) - _MOST_PLACES
    return f"{named} and {more} more" if more > 0 else named
