"""Obligations: opened and settled by answers, confirmed or waived by people."""

from __future__ import annotations

from datetime import timedelta

from bot.core import events as e
from bot.core.errors import AlreadyRecorded
from bot.core.view import Settle, Waive
from tests.playbook.small import TICKET, small_walk
from tests.playbook.walking import START, Walk

FORM = {"ticket_number": "T-1"}


def waiting(**values: e.Value) -> Walk:
    """A walk that waits for the provider."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    walk.press("Record …", values={**FORM, **values})
    assert walk.step == "waiting"
    return walk


def test_an_answer_opens_obligations_with_their_time() -> None:
    """After a while, at a promised moment, or without any."""
    walk = waiting()
    now = walk.now
    opened = [
        event for event in walk.press("They changed something") if event.kind != "StepAnswered"
    ]
    assert opened == [
        e.ObligationOpened(
            obligation="hole", title="Close the hole of T-1", due_at=now + timedelta(hours=2)
        ),
        e.ObligationOpened(obligation="thanks", title="Say thank you"),
    ]
    assert len(walk.incident.open_obligations) == 2


def test_a_promised_moment_wins_over_the_usual_time() -> None:
    """`due_at` is a fact that a form asked for."""
    walk = waiting(promised_at="2026-11-23T03:00Z")
    walk.press("They changed something")
    assert walk.incident.obligations["hole"].due_at == START.replace(day=23, minute=0)


def test_an_obligation_that_is_open_is_not_opened_twice() -> None:
    """A settled one is opened again."""
    walk = waiting()
    walk.press("They changed something")
    walk.do(Settle(obligation="thanks"))
    walk.press("Not yet")
    opened = [
        event for event in walk.press("They changed something") if event.kind == "ObligationOpened"
    ]
    assert [event.obligation for event in opened] == ["thanks"]


def test_an_answer_settles_what_is_open_and_nothing_else() -> None:
    """What was never opened, or has ended, is not settled."""
    walk = waiting()
    walk.press("They changed something")
    walk.press("Not yet")
    walk.do(Settle(obligation="hole"))
    walk.press("No call-back")
    walk.press("Record …", values=FORM)
    walk.press("They changed something")
    settled = [event.kind for event in walk.press("The hole is closed")]
    assert settled == ["StepAnswered", "ObligationSettled"]
    assert [item.id for item in walk.incident.open_obligations] == ["thanks"]
    other = waiting()
    other.press("They changed something")
    other.do(Settle(obligation="hole"))
    assert [event.kind for event in other.press("The hole is closed")] == ["StepAnswered"]


def test_somebody_listed_confirms_an_obligation_once() -> None:
    """The second one is told who did."""
    walk = waiting()
    walk.press("They changed something")
    assert "You are not listed" in walk.refused(Settle(obligation="hole"), by="stranger").reason
    walk.do(Settle(obligation="hole"), by="keeper")
    refusal = walk.refused(Settle(obligation="hole"))
    assert isinstance(refusal, AlreadyRecorded)
    assert refusal.reason == "Already settled by Keeper: Close the hole of T-1"
    assert walk.refused(Settle(obligation="gone")).reason == "There is no such obligation"


def test_only_an_approver_waives_and_only_with_a_reason() -> None:
    """The reason is kept; a credential in it is not."""
    walk = waiting()
    walk.press("They changed something")
    waive = Waive(obligation="hole")
    assert "Only approver may do this" in walk.refused(waive, values={"reason": "x"}).reason
    for reason in ("", "   "):
        refusal = walk.refused(waive, by="lead", values={"reason": reason})
        assert (refusal.reason, refusal.field) == ("A waiver needs a reason", "reason")
    refusal = walk.refused(waive, by="lead", values={"reason": "password: hunter22"})
    assert "looks like it contains a password: nothing was recorded" in refusal.reason
    assert walk.do(waive, by="lead", values={"reason": " It is gone "}) == [
        e.ObligationWaived(obligation="hole", title="Close the hole of T-1", reason="It is gone")
    ]
    refusal = walk.refused(waive, by="lead", values={"reason": "again"})
    assert refusal.reason == "This obligation is not open"
    assert "Already waived by Head of security" in walk.refused(Settle(obligation="hole")).reason
