"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import Refused
from bot.surfaces.terminal.moments import parse_moment, tell_moment

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)  # 04:04 in Berlin
ZONE = "Europe/Berlin"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("03:50", "2026-11-22T02:50"),
        ("23:30", "2026-11-21T22:30"),
        ("yesterday 23:00", "2026-11-21T22:00"),
        ("tomorrow 09:00", "2026-11-23T08:00"),
        ("03:04 UTC", "2026-11-22T03:04"),
        ("10 min ago", "2026-11-22T02:54"),
        ("2h ago", "2026-11-22T01:04"),
        ("3 days ago", "2026-11-19T03:04"),
        ("in 20 minutes", "2026-11-22T03:24"),
        ("now", "2026-11-22T03:04"),
        ("2026-11-22 03:04", "2026-11-22T02:04"),
        ("2026-07-01 3:04", "2026-07-01T01:04"),
        ("2026-11-22T03:04Z", "2026-11-22T03:04"),
        ("2026-11-22 03:04 utc", "2026-11-22T03:04"),
        ("2026-11-22T03:04:05.123456+05:30", "2026-11-21T21:34"),
        ("  03:50  ", "2026-11-22T02:50"),
    ],
)
def test_a_time_is_understood_in_the_zone_of_the_organisation(written: str, utc: str) -> None:
    """Without an offset, people mean the clock on their wall."""
    assert parse_moment(written, NOW, ZONE).moment.strftime("%Y-%m-%dT%H:%M") == utc


@pytest.mark.parametrize(("written", "sure"), [("03:50", True), ("16:00", False), ("21:00", False)])
def test_a_bare_time_far_away_is_not_taken_for_granted(written: str, *, sure: bool) -> None:
    """16:00 at night may be yesterday's or today's: the person is asked."""
    assert parse_moment(written, NOW, ZONE).sure is sure


@pytest.mark.parametrize(
    "written",
    ["", "soon", "25:00", "3:4", "22.11.2026", "2026-13-01 03:04", "in 5 min ago", "10 min",
     "99999 days ago 1", "2026-11-22 03:04 somewhere", "9999-12-31 23:59-23:00", "\x1b[2J"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(written: str) -> None:
    """Never a guess; the hint shows how to write it."""
    with pytest.raises(Refused) as refused:
        parse_moment(written, NOW, ZONE)
    assert "03:04" in refused.value.hint
    assert "\x1b" not in refused.value.reason


def test_what_was_understood_can_be_told() -> None:
    """Both times and the distance, so that a wrong reading is seen."""
    told = tell_moment(parse_moment("10 min ago", NOW, ZONE).moment, NOW, ZONE)
    assert told == "2026-11-22 02:54 UTC (03:54 CET), 10 min ago"
