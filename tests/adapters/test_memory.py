"""The clock and names that tests use; the store is held to its contract in tests/contracts."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.adapters.memory import CountingIds, FixedClock


def test_the_clock_moves_only_when_told() -> None:
    """So that no test waits."""
    clock = FixedClock(datetime(2026, 11, 22, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(hours=1, seconds=2)
    assert clock.now() == datetime(2026, 11, 22, 1, 0, 2, tzinfo=UTC)


def test_names_come_in_order() -> None:
    """So that a test can name them, and none comes twice."""
    ids = CountingIds()
    now = FixedClock().now()
    assert [ids.incident(now), ids.fact(), ids.fact(), ids.incident(now)] == [
        "lo-261122-1",
        "fact-2",
        "fact-3",
        "lo-261122-4",
    ]
