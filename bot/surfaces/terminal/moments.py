"""Times as people write them at night, and what was understood. Pure; the clock is handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.core.errors import Refused
from bot.core.facts import format_moment
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.render import distance

HINT = "Like now, 03:04, 10 min ago, in 2 h, or 2026-11-22 03:04"
# A bare time of day this near can hardly mean another day.
NEAR = timedelta(hours=6)

_SPAN = re.compile(
    r"(in\s+)?(\d{1,5})\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?)(\s+ago)?", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?:(today|yesterday|tomorrow)\s+)?(\d{1,2}):(\d\d)(\s*(?:utc|z))?", re.IGNORECASE
)
_DATED = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T]+(\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(.*)", re.IGNORECASE
)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Understood:
    """`moment` in UTC. Not `sure`: the text named no day, and another day is as likely."""

    moment: datetime
    sure: bool = True


def parse_moment(text: str, now: datetime, zone: str) -> Understood:
    """A time without an offset is in `zone` (IANA name). Errors: Refused."""
    written = " ".join(text.split())
    try:
        found = _span(written, now) or _clock(written, now, zone) or _dated(written, zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Refused(f"'{printable_line(written)[:40]}' is not a time", HINT)
    return found


def tell_moment(moment: datetime, now: datetime, zone: str) -> str:
    """The moment in UTC and in the zone, and how far away it is."""
    return f"{format_moment(moment, zone)}, {distance(moment, now)}"


def _span(text: str, now: datetime) -> Understood | None:
    if text.lower() == "now":
        return Understood(now)
    found = _SPAN.fullmatch(text)
    if found is None or bool(found[1]) == bool(found[4]):
        return None
    span = timedelta(**{_UNITS[found[3][0].lower()]: int(found[2])})
    return Understood(now + span if found[1] else now - span)


def _clock(text: str, now: datetime, zone: str) -> Understood | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    place: tzinfo = UTC if found[4] else ZoneInfo(zone)
    at = time(int(found[2]), int(found[3]))
    today = now.astimezone(place).date()
    if found[1]:
        day = today + timedelta(days=_DAYS[found[1].lower()])
        return Understood(_at(day, at, place))
    nearest = min(
        (_at(today + timedelta(days=days), at, place) for days in _DAYS.values()),
        key=lambda moment: abs(moment - now),
    )
    return Understood(nearest, sure=abs(nearest - now) <= NEAR)


def _at(day: date, at: time, place: tzinfo) -> datetime:
    return datetime.combine(day, at, tzinfo=place).astimezone(UTC)


def _dated(text: str, zone: str) -> Understood | None:
    found = _DATED.fullmatch(text)
    if found is None:
        return None
    offset = "+00:00" if found[3].lower() in {"utc", "z"} else found[3]
    moment = datetime.fromisoformat(f"{found[1]}T{found[2].zfill(5)}{offset}")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return Understood(moment.astimezone(UTC))
