"""Looking is limited; recording never is."""

from __future__ import annotations

import pytest

from bot.adapters.memory import FixedClock
from bot.core.errors import Refused
from bot.surfaces.slack import limit
from bot.surfaces.slack.limit import MOST, LookLimit


def test_a_person_may_look_often_but_not_in_bulk() -> None:
    """The look after the last one allowed is refused, with what still works."""
    looks = LookLimit(FixedClock())
    for _ in range(MOST):
        looks.count("U1")
    with pytest.raises(Refused) as refusal:
        looks.count("U1")
    assert "recorded all the same" in refusal.value.hint


def test_others_are_not_held_up_by_one_who_looks_in_bulk() -> None:
    """Each person has their own count."""
    looks = LookLimit(FixedClock())
    for _ in range(MOST):
        looks.count("U1")
    looks.count("U2")


def test_a_minute_later_they_may_look_again() -> None:
    """The count is of the last minute only."""
    clock = FixedClock()
    looks = LookLimit(clock)
    for _ in range(MOST):
        looks.count("U1")
    clock.advance(seconds=61)
    looks.count("U1")


def test_people_who_stopped_looking_are_forgotten() -> None:
    """A stream of strangers does not fill the memory."""
    clock = FixedClock()
    looks = LookLimit(clock)
    for number in range(limit.PEOPLE):
        looks.count(f"U{number}")
    clock.advance(seconds=61)
    for number in range(limit.PEOPLE):
        looks.count(f"U{number}")
    looks.count("U-one-more")
    assert len(looks._looks) <= limit.PEOPLE + 1
