"""Times and durations as an incident review reads them: UTC and the organisation's own zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Below this, recorded and occurred are the same moment to a reader.
_RECORDED_LATER = timedelta(minutes=1)


class Times:
    """Both times of a moment. `time_zone` is an IANA name. Errors: `ZoneInfoNotFoundError`."""

    def __init__(self, time_zone: str) -> None:
        self.name = time_zone
        self.zone = ZoneInfo(time_zone)

    def utc(self, moment: datetime) -> str:
        """`2026-03-14 02:17:05`, in UTC."""
        return moment.astimezone(UTC).isoformat(" ", "seconds")[:19]

    def local(self, moment: datetime) -> str:
        """`2026-03-14 03:17:05 CET`, in the organisation's zone."""
        there = moment.astimezone(self.zone)
        return f"{there.isoformat(' ', 'seconds')[:19]} {there.tzname()}"

    def both(self, moment: datetime | None, otherwise: str = "not recorded") -> str:
        """Both times in one line, UTC first; `otherwise` when there is no moment."""
        if moment is None:
            return otherwise
        return f"{self.utc(moment)} UTC ({self.local(moment)})"

    def recorded_later(self, occurred_at: datetime, recorded_at: datetime) -> str:
        """When it was recorded, in UTC, if that was a minute or more afterwards; else empty."""
        late = recorded_at - occurred_at >= _RECORDED_LATER
        return f"{self.utc(recorded_at)} UTC" if late else ""


def format_duration(duration: timedelta) -> str:
    """Two units at most: `45 s`, `1 min 24 s`, `38 min`, `1 h 12 min`, `2 d 3 h`."""
    seconds = max(0, round(duration.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 10:  # noqa: PLR2004 - later, nobody counts the seconds
        return _two(minutes, "min", seconds % 60, "s")
    hours, days = minutes // 60, minutes // 1440
    if days:
        return _two(days, "d", hours % 24, "h")
    return _two(hours, "h", minutes % 60, "min") if hours else f"{minutes} min"


def _two(first: int, unit: str, rest: int, smaller: str) -> str:
    return f"{first} {unit} {rest} {smaller}" if rest else f"{first} {unit}"


def time_between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """How long it took; None when either end is not known."""
    return None if start is None or end is None else end - start
