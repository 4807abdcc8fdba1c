"""Of what the bot reminds whom, and when, by what the incident is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.incident import Incident
from bot.core.timeline import Actor
from bot.core.view import Settle, Snooze, Take
from bot.playbook.library import Library
from bot.playbook.reminders import Reminder, on_duty, standing
from bot.playbook.situation import Situation
from tests.playbook.small import LIBRARY, TICKET, USER, small_organisation, small_walk
from tests.playbook.walking import START, Walk

BOT = Actor("bot:lockout", "Lockout")
ONCALL, LEAD, BOSS = "slack:U0ONCALL1", "slack:U0LEAD001", "slack:U0BOSS001"
PROMISED = "2026-11-22T05:00Z"
CALL = datetime.fromisoformat("2026-11-22T05:00+00:00")


def of(walk: Walk, subject: str) -> Reminder | None:
    """The next reminder whose subject begins like this."""
    found = [one for one in standing(walk.situation) if one.subject.split(":")[0] == subject]
    assert len(found) <= 1
    return found[0] if found else None


def next_of(walk: Walk, subject: str) -> Reminder:
    """The next reminder of a subject, which stands."""
    found = of(walk, subject)
    assert found is not None, subject
    return found


def say(walk: Walk, subject: str) -> Reminder:
    """Remind when it is time, as a timer would."""
    reminder = next_of(walk, subject)
    walk.now = max(walk.now, reminder.at)
    walk.record([reminder.event], BOT)
    return reminder


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def waiting(promised: str = PROMISED) -> Walk:
    """A walk that waits for a promised call."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    walk.press("Record …", values={"ticket_number": "T-1", "promised_at": promised})
    return walk


def test_nothing_is_said_about_what_was_never_declared() -> None:
    """An empty incident has no subject."""
    nowhere = Situation(Incident(id="L-1"), small_organisation(), LIBRARY, START)
    assert standing(nowhere) == []
    assert on_duty(nowhere.incident) == ""


def test_reminders_come_soonest_first() -> None:
    """Whoever arms the timers takes them as they come."""
    times = [one.at for one in standing(waiting().situation)]
    assert len(times) >= 3
    assert times == sorted(times)


# No news


def test_silence_is_asked_about_while_something_is_down() -> None:
    """Half an hour after the last action; an hour when nothing is down, or access is back."""
    walk = small_walk()
    assert next_of(walk, "news").at == START + minutes(30)
    assert "No news for 30 minutes" in next_of(walk, "news").text
    walk.press("I am on it")
    acted = walk.incident.last_action_at
    assert acted is not None
    assert next_of(walk, "news").at == acted + minutes(30)
    quiet = small_walk()
    values: dict[str, e.Value] = {"outage": "no"}
    reached = e.StepReached(playbook="triage", step="ask", state="triage")
    answer = e.StepAnswered(
        playbook="triage",
        step="ask",
        visit=1,
        answer="x",
        label="X",
        values=values,
        reached=reached,
    )
    quiet.record([answer], quiet.people["oncall"])
    assert "No news for 60 minutes" in next_of(quiet, "news").text
    back = waiting()
    back.press("They changed something")
    assert "No news for 60 minutes" in next_of(back, "news").text


def test_silence_is_asked_about_again_and_more_people_hear_it() -> None:
    """First whoever is on duty, from the third on the approvers, from the fifth everybody."""
    walk = small_walk()
    said = [say(walk, "news") for _ in range(5)]
    assert [one.number for one in said] == [1, 2, 3, 4, 5]
    assert [one.to for one in said] == [(ONCALL,), (ONCALL,), (LEAD, BOSS), (LEAD, BOSS), ()]
    gaps = {later.at - earlier.at for earlier, later in itertools.pairwise(said)}
    assert gaps == {minutes(30)}


def test_a_reminder_is_no_action() -> None:
    """Or the bot would keep itself quiet."""
    walk = small_walk()
    first = say(walk, "news")
    assert walk.incident.last_action_at is None
    assert next_of(walk, "news").at == first.at + minutes(30)


def test_a_reminder_that_was_put_off_waits() -> None:
    """Until then, and not a minute longer than its own time."""
    walk = small_walk()
    walk.do(Snooze(subject="news", minutes=120))
    off = walk.incident.reminding["news"].quiet_until
    assert next_of(walk, "news").at == off
    short = small_walk()
    short.do(Snooze(subject="news", minutes=1))
    assert short.incident.last_action_at is not None
    assert next_of(short, "news").at == short.incident.last_action_at + minutes(30)


# Who


def test_who_is_on_duty_has_the_step_or_acted_last_or_declared_it() -> None:
    """In this order."""
    walk = small_walk()
    assert on_duty(walk.incident) == ONCALL
    walk.press("Ask again", by="boss")
    assert on_duty(walk.incident) == BOSS
    walk.press("I am on it", by="lead")
    walk.do(Snooze(subject="news", minutes=5), by="boss")
    assert on_duty(walk.incident) == LEAD


def test_a_step_that_nobody_takes_is_offered_once() -> None:
    """A quarter of an hour after the walk came to it; each visit anew."""
    walk = small_walk()
    assert walk.incident.position is not None
    reminder = next_of(walk, "step")
    assert reminder.at == walk.incident.position.since + minutes(15)
    say(walk, "step")
    assert of(walk, "step") is None
    walk.press("Ask again")
    assert next_of(walk, "step").subject == "step:triage:ask:2"
    walk.do(Take(playbook="triage", step="ask"))
    assert of(walk, "step") is None


# The promised call


def test_a_promised_call_is_announced_and_missed_loudly() -> None:
    """Ten minutes before once; five minutes after, and every quarter of an hour."""
    walk = waiting()
    soon, late = next_of(walk, "call-soon"), next_of(walk, "call-late")
    assert (soon.at, soon.loud) == (CALL - minutes(10), False)
    assert (late.at, late.loud) == (CALL + minutes(5), True)
    assert "2026-11-22 05:00 UTC" in soon.text
    say(walk, "call-soon")
    assert of(walk, "call-soon") is None
    say(walk, "call-late")
    assert next_of(walk, "call-late").at == CALL + minutes(20)


def test_no_call_is_announced_that_nobody_promised() -> None:
    """Nor at a step that does not wait, nor where the playbooks lost the step."""
    silent, elsewhere, lost = waiting(""), waiting(), waiting()
    assert of(silent, "call-soon") is None
    elsewhere.press("No call-back")
    assert of(elsewhere, "call-late") is None
    lost.library = Library({})
    assert of(lost, "call-late") is None


# Obligations


def test_an_obligation_is_announced_and_then_overdue() -> None:
    """An hour before, and from its time on every half hour, until it ends."""
    walk = waiting()
    walk.press("They changed something")
    due = walk.incident.obligations["hole"].due_at
    assert due == CALL
    soon = next(one for one in standing(walk.situation) if one.subject == "obligation-soon:hole")
    late = next(one for one in standing(walk.situation) if one.subject == "obligation:hole")
    assert (soon.at, soon.loud, late.at, late.loud) == (due - minutes(60), False, due, True)
    assert "OVERDUE since 2026-11-22 05:00 UTC: Close the hole of T-1" in late.text
    walk.do(Settle(obligation="hole"))
    assert not [one for one in standing(walk.situation) if one.subject.endswith(":hole")]


def test_an_obligation_due_within_the_hour_is_not_announced() -> None:
    """It was opened a moment ago; nobody has forgotten it yet."""
    walk = waiting("2026-11-22T03:30Z")
    walk.press("They changed something")
    assert of(walk, "obligation-soon") is None


def test_an_obligation_without_a_time_is_asked_about_every_day() -> None:
    """Quietly."""
    walk = waiting()
    walk.press("They changed something")
    walk.do(Settle(obligation="hole"))
    opened = walk.incident.obligations["thanks"].opened_at
    reminder = next_of(walk, "obligation")
    assert (reminder.at, reminder.loud) == (opened + timedelta(hours=24), False)
    assert reminder.text == "Still open: Say thank you."


# Two people


def test_a_request_rings_at_the_approvers() -> None:
    """Every five minutes, loudly, until somebody answers."""
    walk = small_walk(USER)
    walk.press("Ask for a second person")
    assert walk.incident.approval is not None
    reminder = next_of(walk, "approval")
    assert reminder.at == walk.incident.approval.asked_at + minutes(5)
    assert (reminder.to, reminder.loud) == ((LEAD, BOSS), True)
    expected = "On-call engineer still waits for a second person: unseal red-phone"
    assert reminder.text == expected
    walk.press("Approve", by="lead")
    assert of(walk, "approval") is None


# The end


@pytest.mark.parametrize("drill", [None, "2026-12-01T09:00:00.000000Z"])
def test_a_closed_incident_reminds_of_its_drill_alone(drill: str | None) -> None:
    """At its time and every week, at the approvers; without a date of nothing."""
    walk = waiting()
    values: dict[str, e.Value] = {"drill_at": drill} if drill else {}
    answer = e.StepAnswered(
        playbook=TICKET, step="waiting", visit=1, answer="x", label="X", values=values
    )
    walk.record([answer, e.IncidentClosed(summary="over")], walk.people["lead"])
    found = standing(walk.situation)
    if drill is None:
        assert found == []
        return
    assert [one.subject for one in found] == ["drill"]
    assert found[0].to == (LEAD, BOSS)
    assert found[0].at == datetime.fromisoformat(drill)
    say(walk, "drill")
    assert next_of(walk, "drill").at == found[0].at + timedelta(days=7)


def test_a_reminder_that_is_said_is_a_fact() -> None:
    """With everything that is needed to say it again the same way."""
    reminder = next_of(small_walk(), "news")
    assert reminder.event == e.Reminded(
        subject="news", number=1, text=reminder.text, to=(ONCALL,), loud=False
    )


# Whatever happens


def test_in_a_quick_exercise_minutes_are_shorter() -> None:
    """Of every reminder, from where each begins."""
    walk = small_walk()
    assert walk.incident.position is not None
    quick = replace(walk.situation, pace=0.1)
    at = {one.subject.split(":")[0]: one.at for one in standing(quick)}
    assert at == {"news": START + minutes(3), "step": walk.incident.position.since + minutes(1.5)}


ACTS = st.sampled_from(
    [
        e.NoteAdded(text="a note"),
        e.Reminded(subject="news", number=1, text="?"),
        e.Reminded(subject="obligation:hole", number=3, text="?", loud=True),
        e.Snoozed(subject="news", until=START + minutes(90)),
        e.Snoozed(subject="nothing at all", until=START),
        e.ObligationOpened(obligation="hole", title="Close it", due_at=START + minutes(200)),
        e.ObligationOpened(obligation="thanks", title="Say thank you"),
        e.ObligationSettled(obligation="hole", title="Close it"),
        e.ApprovalAsked(playbook=USER, step="ask", visit=1, what="unseal it"),
        e.ApprovalDeclined(playbook=USER, step="ask", what="unseal it"),
        e.StepAnswered(
            playbook="triage",
            step="ask",
            visit=1,
            answer="x",
            label="X",
            values={"drill_at": "2026-12-01T09:00:00.000000Z", "outage": "no"},
            reached=e.StepReached(playbook=TICKET, step="waiting", state="waiting"),
        ),
        e.StepAnswered(
            playbook=TICKET,
            step="waiting",
            visit=1,
            answer="x",
            label="X",
            values={"promised_at": "no moment", "drill_at": "neither"},
        ),
        e.IncidentClosed(summary="over"),
    ]
)


@given(st.lists(st.tuples(ACTS, st.integers(0, 300)), max_size=12))
def test_whatever_happened_what_stands_is_the_next_of_its_subject(
    acts: list[tuple[e.Event, int]],
) -> None:
    """It never fails; each subject once, numbered on; after the close nothing but the drill."""
    walk = small_walk()
    for act, later in acts:
        walk.now += minutes(later)
        walk.record([act], BOT if isinstance(act, e.Reminded) else walk.people["oncall"])
        found = standing(walk.situation)
        subjects = [one.subject for one in found]
        assert len(set(subjects)) == len(subjects)
        for one in found:
            known = walk.incident.reminding.get(one.subject)
            assert one.number == (known.number if known else 0) + 1
            assert known is None or known.quiet_until is None or one.at >= known.quiet_until
        if walk.incident.closed_at is not None:
            assert set(subjects) <= {"drill"}
