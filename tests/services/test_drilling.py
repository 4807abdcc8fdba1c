"""Drills begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import DrillFinished, Event, IncidentClosed, ObligationOpened
from bot.core.incident import Incident
from bot.core.view import Settle, StartWalk
from bot.exports import FORMATS
from bot.services.drilling import begin_drill, drill_form, open_drills
from bot.services.incidents import answer, close_incident, correct_details
from bot.services.ports import Outgoing
from bot.services.showing import export_incident, status_view, ticket_view, timeline_view
from tests.core.audits import answer as answer_of_audit
from tests.core.audits import examined, open_policy
from tests.services.desks import (
    APPROVER,
    ONCALL,
    STRANGER,
    declare,
    example,
    kinds,
    put,
    with_tenants,
)
from tests.services.desks import make_desk as bare_desk
from tests.services.drills import TENANT, all_proved, desk_at, drilled, make_desk

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


@pytest.mark.parametrize("export_format", FORMATS)
async def test_a_drill_can_be_had_in_every_format(export_format: str) -> None:
    """The reports among them."""
    desk = make_desk()
    drill = await drilled(desk, *all_proved())
    document = await export_incident(desk, drill.id, export_format)
    assert b"DRILL" in document.content().upper()


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
