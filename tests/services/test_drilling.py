"""Drills begin, end and come due; a notice is said once, also after days of silence."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.core.drill_events import Given
from bot.core.drill_schedule import DrillSchedule
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import (
    DrillFinished,
    Event,
    EvidenceRecorded,
    IncidentClosed,
    ObligationOpened,
    StepAnswered,
)
from bot.core.incident import Incident
from bot.core.view import Settle, StartWalk
from bot.services.desk import Desk
from bot.services.drilling import (
    begin_drill,
    drill_form,
    last_drill,
    local_date,
    next_drill,
    open_drills,
    remind_of_drills,
)
from bot.services.incidents import answer, close_incident, correct_details, open_incident
from bot.services.ports import Outgoing, Timer
from bot.services.reminding import due_now, rearm, wake
from bot.services.showing import export_incident, status_view, ticket_view, timeline_view
from tests.core.audits import answer as answer_of_audit
from tests.core.audits import examined, open_policy
from tests.services.desks import (
    APPROVER,
    LOCKED_OUT,
    ONCALL,
    STRANGER,
    declare,
    example,
    kinds,
    library,
    put,
    with_tenants,
)
from tests.services.desks import make_desk as bare_desk

TENANT = "entra-example"
YEARS_END = DrillSchedule(first=date(2026, 12, 31))


def make_desk() -> Desk:
    """The example organisation, with a drill that is due at the end of the year."""
    desk = bare_desk()
    desk.organisation = example().model_copy(update={"drills": YEARS_END})
    return desk


def desk_at(moment: datetime, schedule: DrillSchedule | None = None, **changes: Any) -> Desk:  # noqa: ANN401
    """A desk with one tenant, at some moment; by default due at the end of the year."""
    schedule = schedule or YEARS_END
    organisation = with_tenants(TENANT).model_copy(update={"drills": schedule, **changes})
    store = MemoryEventStore(FixedClock(moment))
    return Desk(store, store.clock, CountingIds(), organisation, library())


def notices(desk: Desk) -> list[Outgoing]:
    """What was scheduled to be said."""
    assert isinstance(desk.store, MemoryEventStore)
    return [
        item for item in desk.store.effects if isinstance(item, Outgoing) and item.kind == "notice"
    ]


def turn(desk: Desk, to: datetime) -> None:
    """Let time pass."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.moment = to


async def drilled(desk: Desk, *more: Event, tenant: str = TENANT) -> Incident:
    """A drill that was begun and finished."""
    begun = (await begin_drill(desk, ONCALL, {"tenant": tenant, "why": "scheduled"})).incident
    if more:
        await put(desk, begun.id, *more)
    return (await close_incident(desk, ONCALL, begun.id)).incident


def all_proved() -> list[EvidenceRecorded]:
    """Evidence for all four parts."""
    return [
        EvidenceRecorded(
            playbook="entra-drill",
            step=part,
            part=part,
            item=part,
            label=part,
            result="passed",
            given=(Given(label="How", text="Looked"),),
        )
        for part in ("membership", "policies", "sign-in", "alert")
    ]


# Beginning


async def test_a_drill_begins_at_the_first_step_of_its_playbook() -> None:
    """Its id says what it is, and its facts are those of no incident."""
    desk = make_desk()
    answers = {"tenant": TENANT, "why": "staff-change"}
    drill = (await begin_drill(desk, ONCALL, answers, origin="C1")).incident
    assert drill.id.startswith("drill-")
    assert drill.begun is not None
    assert (drill.begun.why, drill.begun.origin) == ("staff-change", "C1")
    assert drill.begun.tenant_id == "11111111-2222-3333-4444-555555555555"
    assert drill.position is not None
    assert drill.position.playbook == "entra-drill"
    assert await kinds(desk, drill.id) == ["DrillBegun", "WalkStarted"]
    assert await desk.store.incidents() == []
    assert [item.id for item in await open_drills(desk)] == [drill.id]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"tenant": "nobody", "why": "scheduled"}, "tenant"),
        ({"tenant": TENANT, "why": "boredom"}, "why"),
    ],
)
async def test_a_wrong_answer_is_refused_beside_its_field(
    answers: dict[str, str], field: str
) -> None:
    """And nothing was begun."""
    desk = make_desk()
    with pytest.raises(Refused) as refused:
        await begin_drill(desk, ONCALL, answers)
    assert refused.value.field == field
    assert await desk.store.drills() == []


async def test_a_stranger_begins_none() -> None:
    """A drill has keys fetched and alerts expected."""
    with pytest.raises(Refused):
        await begin_drill(make_desk(), STRANGER, {"tenant": TENANT})


async def test_one_drill_of_a_tenant_at_a_time_and_of_others_beside_it() -> None:
    """The refusal names the one that is under way."""
    desk = make_desk()
    first = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    with pytest.raises(Refused, match=first.id):
        await begin_drill(desk, ONCALL, {"tenant": TENANT})
    await begin_drill(desk, ONCALL, {"tenant": "aws-example"})
    await close_incident(desk, ONCALL, first.id)
    await begin_drill(desk, ONCALL, {"tenant": TENANT})
    assert len(await desk.store.drills()) == 3


async def test_a_delivery_that_comes_twice_begins_one_drill() -> None:
    """Slack repeats what it thinks was lost."""
    desk = make_desk()
    one, two = [
        (await begin_drill(desk, ONCALL, {"tenant": TENANT}, once="trigger-1")).incident
        for _ in range(2)
    ]
    assert one.id == two.id


async def test_two_who_begin_at_the_same_instant_begin_one_drill() -> None:
    """Both have looked and found none; the slower one is told which one there is."""
    desk = make_desk()
    assert isinstance(desk.store, MemoryEventStore)
    other = bare_desk(desk.store)
    other.ids = CountingIds(50)
    begun: list[Incident] = []

    class Meanwhile(MemoryEventStore):
        """After it was looked for drills, and before one is written, somebody else begins one."""

        async def append(self, incident: str, drafts: Any, **more: Any) -> Any:  # noqa: ANN401
            if not begun:
                begun.append(Incident("drill-none"))
                begun[0] = (await begin_drill(other, APPROVER, {"tenant": TENANT})).incident
            return await super().append(incident, drafts, **more)

    before, desk.store = desk.store, Meanwhile(desk.store.clock)
    desk.store.facts, desk.store.deliveries = before.facts, before.deliveries
    with pytest.raises(Refused, match="under way: drill-") as refused:
        await begin_drill(desk, ONCALL, {"tenant": TENANT}, once="trigger-1")
    assert begun[0].id in refused.value.reason
    assert [line.id for line in await other.store.drills()] == [begun[0].id]


async def test_whoever_pressed_twice_is_led_to_their_drill_and_nobody_else_is() -> None:
    """For some minutes: after that a second drill was meant, and is refused."""
    desk = make_desk()
    assert isinstance(desk.clock, FixedClock)
    first = (await begin_drill(desk, ONCALL, {"tenant": TENANT}, once="trigger-1")).incident
    again = await begin_drill(desk, ONCALL, {"tenant": TENANT}, once="trigger-2")
    assert (again.incident.id, again.facts) == (first.id, ())
    with pytest.raises(Refused, match=first.id):
        await begin_drill(desk, APPROVER, {"tenant": TENANT}, once="trigger-3")
    desk.clock.moment += timedelta(minutes=11)
    with pytest.raises(Refused, match=first.id):
        await begin_drill(desk, ONCALL, {"tenant": TENANT}, once="trigger-4")
    assert len(await desk.store.drills()) == 1


async def test_a_name_that_was_used_for_nothing_begins_nothing() -> None:
    """The store says that it was recorded, and knows no drill of it: nothing is made up."""
    desk = make_desk()
    await desk.store.schedule([], once=f"drill:{TENANT}:after:none")
    with pytest.raises(AlreadyRecorded):
        await begin_drill(desk, ONCALL, {"tenant": TENANT})


def test_the_form_asks_for_tenant_and_reason_and_knows_what_it_can() -> None:
    """With one tenant, or a named one, nothing has to be chosen."""
    form = drill_form(example())
    assert "DRILL" in form.title
    assert [field.default for field in form.fields] == ["", "scheduled"]
    assert drill_form(example(), example().tenants[1]).fields[0].default == "aws-example"
    assert drill_form(with_tenants(TENANT)).fields[0].default == TENANT


# Ending


async def test_a_drill_with_all_parts_passes_and_knows_the_next_day() -> None:
    """The day stands in the fact, so that the report needs no organisation file."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved())
    assert drill.finished is not None
    assert drill.finished.result == "passed"
    assert drill.finished.next_on == date(2027, 3, 31)
    assert drill.open_obligations == []


async def test_what_was_found_open_after_somebody_went_on_is_opened_at_the_end() -> None:
    """Nobody pressed the button that says FAILED; a repair that was opened is not opened twice."""
    found: list[Event] = [answer_of_audit(1, open_policy("CA001")), examined("yn", asked=1)]
    proved: list[Event] = [one for one in all_proved() if one.part in {"sign-in", "alert"}]
    drill = await drilled(make_desk(), *found, *proved)
    assert drill.finished is not None
    assert drill.finished.result == "failed"
    assert [one.id for one in drill.open_obligations] == ["prove-membership", "prove-policies"]
    opened = [
        ObligationOpened(obligation=f"repair-{part}", title=part)
        for part in ("membership", "policies")
    ]
    again = await drilled(make_desk(), *found, *proved, *opened)
    assert [one.id for one in again.open_obligations] == ["repair-membership", "repair-policies"]


async def test_what_was_not_proved_fails_and_is_opened_with_a_day() -> None:
    """A drill may always be finished; what it lacks is then a duty."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved()[:3])
    assert drill.finished is not None
    assert drill.finished.result == "failed"
    (left,) = drill.open_obligations
    assert left.id == "prove-alert"
    assert left.due_at == desk.clock.now() + timedelta(days=14)
    await answer(desk, APPROVER, Settle(incident=drill.id, obligation=left.id))
    assert (await desk.load(drill.id)).open_obligations == []


async def test_a_finished_drill_takes_no_other_answer() -> None:
    """A second finish is no error, another method is none of its own."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved())
    with pytest.raises(AlreadyRecorded, match="DRILL"):
        await close_incident(desk, ONCALL, drill.id)
    with pytest.raises(Refused, match="DRILL is finished"):
        await answer(desk, ONCALL, StartWalk(incident=drill.id, method="support-ticket"))


async def test_a_drill_never_turns_into_a_lockout() -> None:
    """No other walk, no ticket text for a provider, no details of an incident."""
    desk = make_desk()
    drill = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    with pytest.raises(Refused, match="one walk only"):
        await answer(desk, ONCALL, StartWalk(incident=drill.id, method="support-ticket"))
    with pytest.raises(Refused, match="no ticket text"):
        ticket_view(desk, drill)
    with pytest.raises(Refused, match="DRILL"):
        await correct_details(desk, ONCALL, drill.id, {"impact": "x"})


async def test_drills_stand_apart_from_lockouts_in_the_status() -> None:
    """Under way, and due; and the list of lockouts is what it was."""
    desk = desk_at(datetime(2027, 1, 2, 9, tzinfo=UTC))
    await begin_drill(desk, ONCALL, {"tenant": TENANT})
    texts = [str(getattr(block, "text", "")) for block in (await status_view(desk)).blocks]
    assert "No lockout is open. To declare one: `/lockout`" in texts
    assert texts.index("Drills") > 0
    assert any("under way" in text and "DRILL" in text for text in texts)
    assert any("DRILL due since 2026-12-31" in text for text in texts)


async def test_the_figures_of_lockouts_do_not_change_by_a_drill() -> None:
    """An incident's summary is the same with and without a drill beside it."""
    desk = make_desk()
    incident = await declare(desk)
    await put(desk, incident.id, IncidentClosed(summary="over"))
    before = (await export_incident(desk, incident.id, "md")).content()
    drill = await drilled(desk, *all_proved())
    assert (await export_incident(desk, incident.id, "md")).content() == before
    assert [line.id for line in await desk.store.incidents()] == [incident.id]
    assert b"MTTR" not in (await export_incident(desk, drill.id, "md")).content()
    assert (await timeline_view(desk, drill.id)).title.startswith("DRILL")


# The last and the next


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


# Reminders of a drill, and of the promise in an incident


async def test_a_drill_is_reminded_of_by_the_day_and_says_that_it_is_one() -> None:
    """Nobody waits at a closed door; and every reminder begins with DRILL."""
    desk = make_desk()
    drill = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    assert isinstance(desk.store, MemoryEventStore)
    timers = [item for item in desk.store.effects if isinstance(item, Timer)]
    assert [(item.subject, item.at) for item in timers] == [
        ("drill-open", desk.clock.now() + timedelta(days=1))
    ]
    turn(desk, desk.clock.now() + timedelta(days=1, minutes=1))
    assert await due_now(desk) == 1
    assert await wake(desk, timers[0]) == "said"
    said = (await desk.store.read(drill.id))[-1]
    assert said.payload["text"].startswith("DRILL")


async def test_a_repair_is_reminded_of_after_the_drill_until_it_is_done() -> None:
    """Also after a restart: what is finished with something open is armed again."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved()[:3])
    turn(desk, desk.clock.now() + timedelta(days=15))
    await rearm(desk)
    texts = [
        fact.payload["text"] for fact in await desk.store.read(drill.id) if fact.kind == "Reminded"
    ]
    assert texts
    assert all(text.startswith("DRILL: ") for text in texts)
    await answer(desk, ONCALL, Settle(incident=drill.id, obligation="prove-alert"))
    before = len(await desk.store.read(drill.id))
    turn(desk, desk.clock.now() + timedelta(days=15))
    await rearm(desk)
    assert len(await desk.store.read(drill.id)) == before


@pytest.mark.parametrize(
    ("promised", "subjects"), [("2026-12-01", ["drill"]), ("2026-12-31", []), ("2027-02-01", [])]
)
async def test_the_promise_of_an_incident_is_not_made_twice(
    promised: str, subjects: list[str]
) -> None:
    """Before the first day of the schedule it stands; from then on the schedule reminds."""
    desk = make_desk()
    incident = (await open_incident(desk, ONCALL, LOCKED_OUT)).incident
    chosen = StepAnswered(
        playbook="triage",
        step="outage",
        visit=1,
        answer="x",
        label="X",
        values={"drill_at": f"{promised}T09:00:00.000000Z"},
    )
    await put(desk, incident.id, chosen, IncidentClosed(summary="over"))
    assert isinstance(desk.store, MemoryEventStore)
    desk.store.effects.clear()
    await rearm(desk)
    assert [item.subject for item in desk.store.effects if isinstance(item, Timer)] == subjects


async def test_the_end_of_a_drill_brings_every_file_and_its_report() -> None:
    """Planned with the fact, so that none can be lost."""
    desk = make_desk()
    desk.posting = True
    drill = await drilled(desk, *all_proved())
    assert isinstance(desk.store, MemoryEventStore)
    files = [
        item.payload["format"]
        for item in desk.store.effects
        if isinstance(item, Outgoing) and item.kind == "export"
    ]
    assert files == ["md", "html", "json", "csv", "report", "report-md"]
    assert isinstance((await desk.store.read(drill.id))[-1].event, DrillFinished)
