"""When a drill is due: a grid of days that the organisation file lays, and nothing else.

One drill must be finished in each period; a period ends with its due day. A drill counts for the
period in which it was finished, so an early one is not asked for again, and a late one does not
move the days after it. No clock is here: `today` is the organisation's own date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

QUARTERLY = "quarterly"
MONTHS = 3
_YEARS = range(2000, 2101)
_DAYS = range(7, 367)


def _every(value: str) -> str:
    found = re.fullmatch(r"(\d{1,3})d", value, re.ASCII)
    if value != QUARTERLY and (found is None or int(found[1]) not in _DAYS):
        message = f"'{value[:40]}' is neither 'quarterly' nor a number of days from 7d to 366d"
        raise ValueError(message)
    return value


def _first(value: date) -> date:
    if value.year not in _YEARS:
        message = f"{value} is not a day between 2000 and 2100"
        raise ValueError(message)
    return value


class DrillSchedule(BaseModel):
    """How often a drill must be finished for each tenant. `first` is the first day it is due."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    every: Annotated[str, AfterValidator(_every)] = QUARTERLY
    first: Annotated[date, AfterValidator(_first)]

    def due_on(self, number: int) -> date:
        """The due day of a period; 0 is the period of `first`, before it they are negative."""
        if self.every != QUARTERLY:
            return self.first + timedelta(days=int(self.every[:-1]) * number)
        return _months_later(self.first, MONTHS * number)

    def period_of(self, day: date) -> int:
        """The period in which a day falls: the first whose due day is not before it."""
        if self.every != QUARTERLY:
            return -((self.first - day) // timedelta(days=int(self.every[:-1])))
        months = (day.year - self.first.year) * 12 + day.month - self.first.month
        number = months // MONTHS - 1
        while self.due_on(number) < day:
            number += 1
        return number


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or its last one; the last day of a month stays a last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    longest = monthrange(year, month + 1)[1]
    last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, longest if last else min(day.day, longest))


@dataclass(frozen=True, slots=True)
class NextDrill:
    """The day on which the next drill of a tenant is due; `days` until then, negative after it."""

    tenant: str
    on: date
    days: int

    @property
    def overdue(self) -> bool:
        """The day has passed and no drill was finished."""
        return self.days < 0


def next_drill(tenant: str, last: date | None, schedule: DrillSchedule, today: date) -> NextDrill:
    """The oldest period that has no drill yet. `last` is the day when one was last finished."""
    number = 0 if last is None else max(0, schedule.period_of(last) + 1)
    on = schedule.due_on(number)
    return NextDrill(tenant, on, (on - today).days)
