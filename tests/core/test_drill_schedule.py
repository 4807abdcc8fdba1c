"""When a drill is due: quarter ends, leap years, numbers of days, and what was missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.drill_schedule import DrillSchedule, next_drill

QUARTERS = DrillSchedule(first=date(2026, 12, 31))
FIRSTS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
SCHEDULES = st.builds(
    DrillSchedule,
    every=st.just("quarterly") | st.integers(7, 366).map("{}d".format),
    first=FIRSTS,
)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (
            date(2026, 12, 31),
            [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)],
        ),
        (
            date(2027, 6, 30),
            [date(2027, 6, 30), date(2027, 9, 30), date(2027, 12, 31), date(2028, 3, 31)],
        ),
        (date(2027, 11, 30), [date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 31)]),
        (date(2028, 2, 29), [date(2028, 2, 29), date(2028, 5, 31), date(2028, 8, 31)]),
        (date(2027, 1, 30), [date(2027, 1, 30), date(2027, 4, 30), date(2027, 7, 30)]),
        (date(2027, 11, 29), [date(2027, 11, 29), date(2028, 2, 29), date(2028, 5, 29)]),
        (date(2026, 11, 29), [date(2026, 11, 29), date(2027, 2, 28), date(2027, 5, 29)]),
    ],
)
def test_a_quarter_ends_on_the_same_day_or_on_the_last_of_its_month(
    first: date, days: list[date]
) -> None:
    """The last day of a month stays a last day, in leap years too."""
    schedule = DrillSchedule(first=first)
    assert [schedule.due_on(number) for number in range(len(days))] == days


def test_a_number_of_days_is_counted_from_the_first() -> None:
    """90 days are not a quarter."""
    schedule = DrillSchedule(every="90d", first=date(2026, 12, 31))
    assert schedule.due_on(1) == date(2027, 3, 31)
    assert schedule.due_on(2) == date(2027, 6, 29)


def test_without_any_drill_the_first_day_stands_however_late_it_is() -> None:
    """A bot that was down for half a year still says that the first one was missed."""
    assert next_drill("t", None, QUARTERS, date(2026, 12, 1)).days == 30
    late = next_drill("t", None, QUARTERS, date(2027, 7, 1))
    assert (late.on, late.overdue) == (date(2026, 12, 31), True)


@pytest.mark.parametrize(
    ("last", "on"),
    [
        (date(2026, 9, 30), date(2026, 12, 31)),  # before the first period began
        (date(2026, 10, 1), date(2027, 3, 31)),  # early in the first period: it counts for it
        (date(2026, 12, 31), date(2027, 3, 31)),  # on the very day
        (date(2027, 1, 1), date(2027, 6, 30)),  # the day after counts for the next period
        (date(2027, 3, 31), date(2027, 6, 30)),
        (date(2028, 2, 29), date(2028, 6, 30)),
    ],
)
def test_a_drill_counts_for_the_period_in_which_it_was_finished(last: date, on: date) -> None:
    """One in every period, and nobody is asked twice for the same."""
    assert next_drill("t", last, QUARTERS, last).on == on


def test_on_the_day_itself_it_is_due_and_not_overdue() -> None:
    """There is a whole day left."""
    due = next_drill("t", None, QUARTERS, date(2026, 12, 31))
    assert (due.days, due.overdue) == (0, False)


@pytest.mark.parametrize(
    "every", ["monthly", "6d", "367d", "0d", "90", "90 d", "\u0669\u0660d", "-9d", ""]
)
def test_another_rhythm_is_refused_in_words(every: str) -> None:
    """The author of the file reads what may stand there."""
    with pytest.raises(ValidationError, match="neither 'quarterly' nor a number of days"):
        DrillSchedule(every=every, first=date(2026, 12, 31))


def test_a_first_day_of_another_century_is_a_slip_of_the_finger() -> None:
    """Beyond it, days cannot be reckoned with."""
    with pytest.raises(ValidationError, match="between 2000 and 2100"):
        DrillSchedule(first=date(9999, 12, 31))


@given(SCHEDULES, st.integers(-40, 400))
def test_due_days_follow_each_other_and_each_ends_its_own_period(
    schedule: DrillSchedule, number: int
) -> None:
    """Every day belongs to exactly one period, which ends with its due day."""
    before, due = schedule.due_on(number - 1), schedule.due_on(number)
    assert before < due
    assert schedule.period_of(due) == number
    assert schedule.period_of(before + timedelta(days=1)) == number


@given(SCHEDULES, FIRSTS)
def test_a_finished_drill_is_never_asked_for_on_the_same_day(
    schedule: DrillSchedule, last: date
) -> None:
    """And what is asked for next is no further than two periods away, or the very first."""
    due = next_drill("t", last, schedule, last)
    assert due.on > last
    number = schedule.period_of(due.on)
    assert number == 0 or schedule.due_on(number - 2) < last


@given(SCHEDULES, st.none() | FIRSTS, FIRSTS, st.integers(0, 400))
def test_the_due_day_does_not_move_while_nobody_holds_a_drill(
    schedule: DrillSchedule, last: date | None, today: date, later: int
) -> None:
    """So the name of its notice is the same on every replica and after every restart."""
    now = next_drill("t", last, schedule, today)
    then = next_drill("t", last, schedule, today + timedelta(days=later))
    assert now.on == then.on
    assert now.days - then.days == later
