"""The machine's clock and chance, as far as anything can be promised of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.adapters.system import RandomIds, SystemClock

NOW = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)


def test_the_clock_is_in_utc() -> None:
    """With a time zone, and not yesterday."""
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_an_incident_can_be_read_out_on_the_phone() -> None:
    """Its day, and five letters that nobody mixes up or reads as a word."""
    names = {RandomIds().incident(NOW) for _ in range(500)}
    assert all(re.fullmatch(r"lo-261122-[b-df-hj-km-np-tv-xz2-9]{5}", name) for name in names)
    assert len(names) > 490


def test_no_two_facts_share_a_name() -> None:
    """And the store can keep it."""
    names = {RandomIds().fact() for _ in range(500)}
    assert len(names) == 500
    assert all(len(name) <= 64 for name in names)


def test_a_drill_cannot_be_mistaken_for_an_incident_by_its_name() -> None:
    """As short and as clear; and a channel of Slack can bear it."""
    names = {RandomIds().drill(NOW) for _ in range(500)}
    assert all(re.fullmatch(r"drill-261122-[b-df-hj-km-np-tv-xz2-9]{5}", name) for name in names)
    assert len(names) > 490
