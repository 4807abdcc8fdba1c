"""When the next drill is due, and its notice: said once, also after days of silence."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.memory import CountingIds, MemoryEventStore
from bot.core.drill_schedule import DrillSchedule
from bot.services.desk import Desk
from bot.services.drilling import (
    begin_drill,
    last_drill,
    local_date,
    next_drill,
    open_drills,
    remind_of_drills,
)
from bot.services.incidents import close_incident
from bot.services.reminding import rearm
from tests.services.desks import ONCALL, example, library
from tests.services.drills import TENANT, desk_at, drilled, make_desk, notices, turn


async def test_the_last_drill_is_the_one_that_was_finished_last() -> None:
    """By tenant; a failed one counts, one that is under way does not."""
    desk = make_desk()
    assert await last_drill(desk, TENANT) is None
    first = await drilled(desk)
    turn(desk, desk.clock.now() + timedelta(days=1))
    await drilled(desk, tenant="aws-example")
    await begin_drill(desk, ONCALL, {"tenant": TENANT})
    found = await last_drill(desk, TENANT)
    assert found is not None
    assert found.id == first.id


async def test_without_a_schedule_nothing_is_due() -> None:
    """The organisation file need not have one."""
    desk = make_desk()
    desk.organisation = desk.organisation.model_copy(update={"drills": None})
    assert await next_drill(desk, TENANT) is None
    assert await remind_of_drills(desk) == 0
    drill = await drilled(desk)
    assert drill.finished is not None
    assert drill.finished.next_on is None


async def test_a_finished_drill_moves_the_next_day() -> None:
    """To the end of the next period."""
    desk = desk_at(datetime(2026, 12, 20, 9, tzinfo=UTC))
    due = await next_drill(desk, TENANT)
    assert due is not None
    assert (due.on, due.days) == (date(2026, 12, 31), 11)
    await drilled(desk)
    due = await next_drill(desk, TENANT)
    assert due is not None
    assert due.on == date(2027, 3, 31)


def test_the_day_is_the_organisations_own() -> None:
    """At 23:30 UTC it is tomorrow in Berlin, and still today in New York."""
    late = datetime(2026, 12, 30, 23, 30, tzinfo=UTC)
    berlin = example()
    assert local_date(berlin, late) == date(2026, 12, 31)
    new_york = berlin.model_copy(update={"time_zone": "America/New_York"})
    assert local_date(new_york, late) == date(2026, 12, 30)


# Notices


async def test_a_drill_that_is_due_is_said_once_on_its_day() -> None:
    """At nine by the organisation's clock, to the fallback channel, and not before."""
    desk = desk_at(datetime(2026, 12, 31, 7, 59, tzinfo=UTC))
    assert await remind_of_drills(desk) == 0
    turn(desk, datetime(2026, 12, 31, 8, 0, tzinfo=UTC))
    assert [await remind_of_drills(desk) for _ in range(3)] == [1, 0, 0]
    (notice,) = notices(desk)
    assert "DRILL due" in notice.payload["text"].splitlines()[0]
    assert f"/lockout drill {TENANT}" in notice.payload["text"]
    assert notice.payload["channel"] == "C0FALLBACK"
    assert notice.payload["people"] == ["slack:U0APPROV1", "slack:U0APPROV2"]
    assert isinstance(desk.store, MemoryEventStore)
    assert f"drill-due:{TENANT}:2026-12-31" in desk.store.deliveries


async def test_what_came_due_while_nobody_ran_is_said_at_the_next_start() -> None:
    """One message, and it says since when."""
    desk = desk_at(datetime(2027, 1, 20, 4, tzinfo=UTC))
    await rearm(desk)
    (notice,) = notices(desk)
    assert "was due on 2026-12-31" in notice.payload["text"]
    await rearm(desk)
    assert len(notices(desk)) == 1


async def test_it_is_said_again_every_week_until_a_drill_is_finished() -> None:
    """Whoever begins one without finishing it has not held it."""
    desk = desk_at(datetime(2026, 12, 31, 12, tzinfo=UTC))
    for day in range(29):
        turn(desk, datetime(2026, 12, 31, 12, tzinfo=UTC) + timedelta(days=day))
        await remind_of_drills(desk)
        if day == 15:
            await begin_drill(desk, ONCALL, {"tenant": TENANT})
    assert len(notices(desk)) == 5
    (drill,) = await open_drills(desk)
    await close_incident(desk, ONCALL, drill.id)
    turn(desk, datetime(2027, 3, 30, 12, tzinfo=UTC))
    assert await remind_of_drills(desk) == 0


async def test_two_replicas_and_a_restart_say_it_once() -> None:
    """They share the database, and nothing else."""
    desk = desk_at(datetime(2026, 12, 31, 12, tzinfo=UTC))
    others = [
        Desk(desk.store, desk.clock, CountingIds(), desk.organisation, library()) for _ in range(2)
    ]
    assert [await remind_of_drills(one) for one in (desk, *others)] == [1, 0, 0]


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["quarterly", "7d", "90d"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"]),
    st.lists(st.integers(0, 40), min_size=1, max_size=12),
)
@settings(max_examples=40, deadline=None)
def test_whenever_it_runs_it_says_each_week_once_and_never_misses_a_period(
    first: date, every: str, zone: str, pauses: list[int]
) -> None:
    """Down on the very day, down for weeks: the next look says it, and looking twice does not."""
    schedule = DrillSchedule(every=every, first=first)
    start = datetime(first.year, first.month, first.day, 12, tzinfo=UTC) + timedelta(days=1)
    desk = desk_at(start, schedule, time_zone=zone)

    async def live() -> None:
        for pause in pauses:
            turn(desk, desk.clock.now() + timedelta(days=pause))
            said = len(notices(desk))
            await remind_of_drills(desk)
            await remind_of_drills(desk)
            assert len(notices(desk)) - said <= 1
            if pause >= 7:
                assert len(notices(desk)) == said + 1

    asyncio.run(live())
    assert 1 <= len(notices(desk)) <= 1 + sum(pauses) // 7 + 1
