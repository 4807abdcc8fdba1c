"""Drills: begin one, finish it, know when the next is due, and say so in time.

A drill is walked with the use cases of an incident; here is only what an incident has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot.core.drill import PartOfDrill, parts_of, result_of, status_line
from bot.core.drill_events import DrillReason
from bot.core.drill_schedule import NextDrill
from bot.core.drill_schedule import next_drill as next_in_schedule
from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import DrillBegun, DrillFinished, Event, ObligationOpened, Value
from bot.core.facts import PROVIDER_NAMES, AnyTenant, format_moment
from bot.core.foreseeing import expect
from bot.core.incident import Incident
from bot.core.organisation import Organisation
from bot.core.timeline import format_time
from bot.core.view import BeginDrill, Choice, Form, FormField
from bot.core.wording import WHY_WORDS
from bot.playbook.engine import start_walk
from bot.playbook.situation import Doer, Situation
from bot.services.desk import Desk, Recorded
from bot.services.ports import Outgoing

# In the organisation's own time: a drill is work of the day.
REMIND_AT = time(9)
REMIND_AGAIN = timedelta(days=7)
# Slack repeats a delivery that it thinks was lost, and people press twice.
REPEATED = timedelta(minutes=10)
REPAIR_WITHIN = timedelta(days=14)
INTRO = (
    "DRILL: nothing is locked. It proves that the emergency accounts still get in. "
    "Tell whoever watches the alerts, and have the keys fetched."
)


def drill_form(organisation: Organisation, tenant: AnyTenant | None = None) -> Form:
    """The two questions in front of a drill."""
    only = organisation.tenants[0].id if len(organisation.tenants) == 1 else ""
    fields = (
        FormField(
            "tenant",
            "Drill for which tenant?",
            "one_of",
            required=True,
            choices=tuple(
                Choice(one.id, f"{one.name} ({PROVIDER_NAMES[one.provider]})")
                for one in organisation.tenants
            ),
            default=tenant.id if tenant else only,
        ),
        FormField(
            "why",
            "Why now?",
            "one_of",
            required=True,
            choices=tuple(Choice(key, words) for key, words in WHY_WORDS.items()),
            default="scheduled",
        ),
    )
    return Form("DRILL", "Begin the drill", fields, BeginDrill(), INTRO)


async def begin_drill(
    desk: Desk, doer: Doer, answers: Mapping[str, Value], *, origin: str = "", once: str = ""
) -> Recorded:
    """Begin a drill for `tenant`, `why` it is held; its walk then stands at its first step.

    The same delivery `once` more, or the same press again, gives the drill that it began.
    Errors: Refused, also while one is open for this tenant; Unavailable (nothing was recorded).
    """
    doer.must_be((), "begin a drill")
    begun = _begun(desk.organisation, answers, origin)
    playbook = desk.library.drill(begun.provider)
    if playbook is None:
        raise Refused(f"There is no playbook of a drill for {PROVIDER_NAMES[begun.provider]}")
    for drill in await open_drills(desk):
        if drill.begun is not None and drill.begun.tenant == begun.tenant:
            return _begun_before(desk, drill, doer, once)
    last = await last_drill(desk, begun.tenant)
    # Of several who begin at the same instant, one is first: all of them know the same name.
    name = f"drill:{begun.tenant}:after:{last.id if last else 'none'}"
    incident = Incident(id=desk.ids.drill(desk.clock.now()))
    expected = expect(incident, [begun], doer.actor, desk.clock.now())
    walk = start_walk(desk.situation(expected), playbook.id, "drill")
    try:
        return await desk.append(incident, [begun, *walk], doer, once=name)
    except AlreadyRecorded:
        found = await desk.recorded_by(name)
        if found is None:
            raise
        return _begun_before(desk, found.incident, doer, once)


def _begun_before(desk: Desk, drill: Incident, doer: Doer, once: str) -> Recorded:
    """The drill that this very press began, as far as one can tell; Refused for anybody else."""
    began = drill.declared_by is not None and drill.declared_by.id == doer.actor.id
    if once and began and drill.declared_at and desk.clock.now() - drill.declared_at < REPEATED:
        return Recorded(drill, ())
    tenant = drill.begun.tenant if drill.begun else ""
    raise Refused(f"A DRILL of {tenant} is under way: {drill.id}", "Go on there, or finish it")


def _begun(organisation: Organisation, answers: Mapping[str, Value], origin: str) -> DrillBegun:
    tenant = organisation.tenant(str(answers.get("tenant", "")))
    if tenant is None:
        names = ", ".join(tenant.id for tenant in organisation.tenants)
        raise Refused(
            "No such tenant in the organisation file", f"There are: {names}", field="tenant"
        )
    given = str(answers.get("why") or "scheduled")
    why: DrillReason | None = next((one for one in get_args(DrillReason) if one == given), None)
    if why is None:
        raise Refused(f"'{given[:40]}' is not one of the choices", field="why")
    return DrillBegun(
        tenant=tenant.id,
        tenant_id=tenant.main_id,
        provider=tenant.provider,
        why=why,
        exercise=organisation.exercise,
        origin=origin,
    )


def finish_events(situation: Situation) -> list[Event]:
    """The end of a drill, whatever it proved; what it did not prove is opened as an obligation."""
    incident = situation.incident
    if incident.closed_at is not None:
        raise AlreadyRecorded("This DRILL is finished already")
    due = situation.now + REPAIR_WITHIN
    unproved: list[Event] = [
        ObligationOpened(
            obligation=f"prove-{part.part}",
            title=f"Prove what the drill left open: {part.name}",
            due_at=due,
        )
        for part in parts_of(incident)
        if part.status == "not proved" or _read_wrong(incident, part)
    ]
    declared, schedule = incident.declared, situation.organisation.drills
    next_on = None
    if declared is not None and schedule is not None:
        day = local_date(situation.organisation, situation.now)
        next_on = next_in_schedule(declared.tenant, day, schedule, day).on
    finished = DrillFinished(
        result=result_of(incident), summary=summary_of_drill(situation), next_on=next_on
    )
    return [*unproved, finished]


def _read_wrong(incident: Incident, part: PartOfDrill) -> bool:
    """Whether a reading failed it and nobody opened the repair: it came when they had gone on."""
    failed = part.read is not None and part.read.result == "failed"
    return failed and f"repair-{part.part}" not in incident.obligations


def summary_of_drill(situation: Situation) -> str:
    """A few lines for the end: how each part went, and what stays to be done."""
    incident = situation.incident
    since = format_moment(incident.declared_at, situation.organisation.time_zone)
    lines = [f"DRILL begun {since} by {situation.facts['declared_by']}."]
    lines += [f"{status_line(part)}." for part in parts_of(incident)]
    lines += [f"To repair: {item.title}." for item in incident.open_obligations]
    return "\n".join(lines)


async def open_drills(desk: Desk) -> list[Incident]:
    """Every drill that is not finished, newest first. Errors: Unavailable."""
    return [
        await desk.load(line.id) for line in await desk.store.drills() if line.closed_at is None
    ]


async def last_drill(desk: Desk, tenant: str) -> Incident | None:
    """The drill of a tenant that was finished last, passed or failed. Errors: Unavailable."""
    lines = [line for line in await desk.store.drills() if line.closed_at is not None]
    for line in sorted(lines, key=lambda one: (one.closed_at, one.id), reverse=True):
        drill = await desk.load(line.id)
        if drill.begun is not None and drill.begun.tenant == tenant:
            return drill
    return None


async def next_drill(desk: Desk, tenant: str) -> NextDrill | None:
    """When the next drill of a tenant is due; None without a schedule. Errors: Unavailable."""
    organisation = desk.organisation
    if organisation.drills is None:
        return None
    last = await last_drill(desk, tenant)
    finished = last.closed_at if last else None
    day = local_date(organisation, finished) if finished else None
    today = local_date(organisation, desk.clock.now())
    return next_in_schedule(tenant, day, organisation.drills, today)


def local_date(organisation: Organisation, moment: datetime) -> date:
    """The day on which a moment falls where the organisation is."""
    return moment.astimezone(ZoneInfo(organisation.time_zone)).date()


async def remind_of_drills(desk: Desk) -> int:
    """Have every drill that is due said, once a week until one is finished; how many were.

    May be asked at any time, by any replica: a notice is known by its tenant, its due day and its
    week, so what was missed while nobody ran is said at the next look. Errors: Unavailable.
    """
    said = 0
    for tenant in desk.organisation.tenants:
        due = await next_drill(desk, tenant.id)
        week = _week(desk, due) if due else None
        if due is None or week is None:
            continue
        once = f"drill-due:{tenant.id}:{due.on.isoformat()}" + (f":{week}" if week else "")
        notice = Outgoing("", "notice", _notice(desk, tenant, due))
        try:
            await desk.store.schedule([notice], once=once)
        except AlreadyRecorded:
            continue
        said += 1
    return said


def _week(desk: Desk, due: NextDrill) -> int | None:
    """How many weeks ago it was due; None before that."""
    zone = ZoneInfo(desk.organisation.time_zone)
    at = datetime.combine(due.on, REMIND_AT, zone).astimezone(UTC)
    late = desk.clock.now() - at
    return late // REMIND_AGAIN if late >= timedelta() else None


def _notice(desk: Desk, tenant: AnyTenant, due: NextDrill) -> dict[str, object]:
    organisation = desk.organisation
    when = f"was due on {due.on}" if due.overdue else "is due today"
    text = (
        f"**DRILL due.** The drill for {tenant.name} {when}. It proves that the emergency accounts "
        f"still get in. Begin it: `/lockout drill {tenant.id}`"
    )
    approvers = [f"slack:{one.slack}" for one in organisation.people_with("approver") if one.slack]
    return {
        "at": format_time(desk.clock.now()),
        "text": text,
        "channel": organisation.slack.fallback_channel or "",
        "people": approvers,
    }
