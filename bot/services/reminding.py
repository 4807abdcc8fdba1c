"""What happens when a timer wakes: look at the incident as it is now, and remind or not."""

from __future__ import annotations

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import Event
from bot.core.incident import Incident
from bot.core.timeline import Actor
from bot.playbook.reminders import Reminder, standing
from bot.playbook.situation import Doer, Situation
from bot.services.desk import Desk
from bot.services.drilling import remind_of_drills
from bot.services.effects import timer_of
from bot.services.ports import Timer

CLOSED = 20
BOT = Doer(Actor("bot:lockout", "Lockout"), frozenset())


async def wake(desk: Desk, timer: Timer) -> str:
    """Remind when the reminder stands and its time has come; else arm it again, or let it go.

    Returns what was done, for the log. Waking twice reminds once. Errors: Unavailable.
    """
    try:
        incident = await desk.load(timer.incident)
    except Refused:
        return "no such incident"
    reminder = _find(desk.situation(incident), timer)
    if reminder is None:
        return "does not stand any more"
    if reminder.at > desk.clock.now():
        await desk.store.schedule([timer_of(timer.incident, reminder)])
        return "later"

    def decide(situation: Situation) -> list[Event]:
        now = _find(situation, timer)
        return [now.event] if now is not None and now.at <= situation.now else []

    once = f"reminder:{timer.incident}:{timer.subject}:{timer.number}"
    try:
        recorded = await desk.record(timer.incident, decide, BOT, what="remind", once=once)
    except AlreadyRecorded:
        return "said before"
    return "said" if recorded.facts else "said before"


def _find(situation: Situation, timer: Timer) -> Reminder | None:
    return next(
        (
            reminder
            for reminder in standing(situation)
            if (reminder.subject, reminder.number) == (timer.subject, timer.number)
        ),
        None,
    )


async def rearm(desk: Desk, *, first: bool = False) -> int:
    """Arm every reminder that stands; those that are armed already are not armed twice.

    `first`: also of what was closed long ago. Its timers may have stayed behind where the facts
    were restored from, and nothing that happens there any more would arm them.

    What is due is said here and now, whatever became of its timer: that of a process that died is
    found again only by and by. Which drills are due is said too. Errors: Unavailable.
    """
    timers, now = [], desk.clock.now()
    for incident in await _with_reminders(desk, None if first else CLOSED):
        for reminder in standing(desk.situation(incident)):
            timer = timer_of(incident.id, reminder)
            if reminder.at > now:
                timers.append(timer)
            else:
                await wake(desk, timer)
    await desk.store.schedule(timers)
    await remind_of_drills(desk)
    return len(timers)


async def _with_reminders(desk: Desk, newest: int | None) -> list[Incident]:
    """The open ones, and so many of the closed ones, since their drill is still to come.

    Of drills too: what they found to repair is reminded of after their end.
    """
    wanted = []
    for lines in (await desk.store.incidents(), await desk.store.drills()):
        closed = [line for line in lines if line.closed_at is not None][:newest]
        wanted += [line for line in lines if line.closed_at is None] + closed
    return [await desk.load(line.id) for line in wanted]


async def due_now(desk: Desk) -> int:
    """How many reminders are due and not said yet; more than a few for long is a fault."""
    now = desk.clock.now()
    return sum(
        reminder.at <= now
        for incident in await _with_reminders(desk, CLOSED)
        for reminder in standing(desk.situation(incident))
    )
