"""Times and durations as a review reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.exports.times import Times, format_duration, time_between

SUMMER = datetime(2026, 7, 1, 22, 30, 5, 999_999, tzinfo=UTC)


def test_both_times_are_shown_with_their_zone() -> None:
    """UTC first; the organisation's day may be another one."""
    times = Times("Europe/Berlin")
    assert times.utc(SUMMER) == "2026-07-01 22:30:05"
    assert times.both(SUMMER) == "2026-07-01 22:30:05 UTC (2026-07-02 00:30:05 CEST)"
    assert times.both(None, "not closed") == "not closed"


def test_a_late_record_says_when_it_was_recorded() -> None:
    """Under a minute is the same moment to a reader."""
    times = Times("UTC")
    assert times.recorded_later(SUMMER, SUMMER + timedelta(seconds=59)) == ""
    late = times.recorded_later(SUMMER, SUMMER + timedelta(seconds=60))
    assert late == "2026-07-01 22:31:05 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (84, "1 min 24 s"),
        (38 * 60, "38 min"),
        (3600, "1 h"),
        (72 * 60, "1 h 12 min"),
        (86400, "1 d"),
        (86400 * 2 + 3 * 3600, "2 d 3 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, words: str) -> None:
    """Short enough for a tile and a bar."""
    assert format_duration(timedelta(seconds=seconds)) == words


def test_a_duration_with_an_unknown_end_is_unknown() -> None:
    """Nothing is claimed about an incident that is not closed."""
    assert time_between(SUMMER, None) is None
    assert time_between(None, SUMMER) is None
    assert time_between(SUMMER, SUMMER) == timedelta()
