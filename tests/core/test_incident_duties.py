"""What an incident keeps open for people: obligations, requests, notes, reminders."""

from __future__ import annotations

from bot.core import events as e
from bot.core.incident import Obligation, Reminding, fold
from bot.core.timeline import Draft, seal_drafts
from tests.core.script import (
    ASKED,
    DECLARED,
    ONE,
    OPENED,
    START,
    TWO,
    after,
    answered,
    at,
    started,
    to,
    told,
)


def test_an_obligation_is_open_until_it_is_settled() -> None:
    """Title, due time and both people are kept."""
    opened = after(OPENED)
    assert opened.open_obligations == [Obligation("reseal", "Seal it again", START, ONE, at(60))]
    settled = after(OPENED, e.ObligationSettled(obligation="reseal", title="Seal it again"))
    assert settled.open_obligations == []
    assert settled.obligations["reseal"].status == "settled"
    assert settled.obligations["reseal"].ended_by == ONE


def test_a_waived_obligation_keeps_its_reason() -> None:
    """It is no longer open."""
    waived = after(
        OPENED, e.ObligationWaived(obligation="reseal", title="Seal it again", reason="Destroyed")
    )
    assert waived.open_obligations == []
    assert waived.obligations["reseal"].reason == "Destroyed"


def test_an_obligation_opened_again_is_open_again() -> None:
    """A second temporary change wants its own end."""
    settled = e.ObligationSettled(obligation="reseal", title="Seal it again")
    assert len(after(OPENED, settled, OPENED).open_obligations) == 1


def test_ending_an_obligation_that_never_was_changes_nothing() -> None:
    """A damaged timeline still folds."""
    assert after(e.ObligationSettled(obligation="x", title="x")).obligations == {}


def test_open_obligations_come_in_the_order_of_their_opening() -> None:
    """The oldest first."""
    second = e.ObligationOpened(obligation="drill", title="Drill")
    assert [item.id for item in after(OPENED, second).open_obligations] == ["reseal", "drill"]


def test_a_request_waits_for_a_second_person() -> None:
    """What was asked, by whom and when."""
    pending = after(DECLARED, started(), ASKED).approval
    assert pending is not None
    assert (pending.what, pending.asked_by, pending.asked_at) == ("unseal it", ONE, at(2))


def test_an_approval_names_both_people() -> None:
    """The request is gone, the agreement stays."""
    asking = told(DECLARED, started(), ASKED)
    given = e.ApprovalGiven(playbook="ticket", step="first", what="unseal it", asked_by=ONE.name)
    agreed = seal_drafts(
        "L-1", [Draft("g", given, TWO, at(9))], after=3, head=asking[-1].hash, now=at(9)
    )
    incident = fold("L-1", [*asking, *agreed])
    assert incident.approval is None
    assert incident.approved == (("unseal it", ONE, TWO),)


def test_an_approval_that_nobody_asked_for_still_folds() -> None:
    """A damaged timeline names the one person it knows."""
    given = e.ApprovalGiven(playbook="ticket", step="first", what="unseal it", asked_by="?")
    assert after(given).approved == (("unseal it", ONE, ONE),)


def test_a_declined_request_is_gone() -> None:
    """Nobody has agreed to anything."""
    declined = e.ApprovalDeclined(playbook="ticket", step="first", what="unseal it")
    incident = after(DECLARED, started(), ASKED, declined)
    assert incident.approval is None
    assert incident.approved == ()


def test_a_request_does_not_outlive_its_step() -> None:
    """Whoever approves later would approve something else."""
    assert after(DECLARED, started(), ASKED, answered("first", to("second"))).approval is None


def test_a_note_reads_as_it_was_corrected_last() -> None:
    """The id of a note is the id of its fact."""
    incident = after(
        DECLARED, e.NoteAdded(text="Called"), e.NoteCorrected(note="f2", text="Called twice")
    )
    assert incident.notes["f2"].text == "Called twice"
    assert incident.notes["f2"].at == at(1)
    assert after(e.NoteCorrected(note="f9", text="x")).notes == {}


def test_a_struck_note_no_longer_counts() -> None:
    """Striking it twice, or striking nothing, is harmless."""
    strike = e.NoteStruck(note="f1")
    assert after(e.NoteAdded(text="Called"), strike, strike).notes == {}


def test_the_note_of_a_message_is_found_until_it_is_struck() -> None:
    """By channel and message, both."""
    source = e.MessageSource(channel="C1", message="17.1")
    incident = after(e.NoteAdded(text="By hand"), e.NoteAdded(text="Called", source=source))
    note = incident.note_of_message("C1", "17.1")
    assert note is not None
    assert note.text == "Called"
    assert incident.note_of_message("C2", "17.1") is None
    assert incident.note_of_message("C1", "17.2") is None


def test_reminders_are_counted_for_each_subject() -> None:
    """With when the last one was said."""
    news, hole = (
        e.Reminded(subject=subject, number=number, text="")
        for subject, number in (("news", 1), ("hole", 2))
    )
    incident = after(DECLARED, news, hole)
    assert incident.reminding == {
        "news": Reminding(1, at(1), None),
        "hole": Reminding(2, at(2), None),
    }
    assert incident.last_actor is None


def test_a_subject_that_was_put_off_keeps_its_count() -> None:
    """Until when it may not be said, whether it was said before or not."""
    off = e.Snoozed(subject="news", until=at(60))
    assert after(DECLARED, off).reminding == {"news": Reminding(0, None, at(60))}
    reminded = e.Reminded(subject="news", number=1, text="")
    assert after(DECLARED, reminded, off).reminding == {"news": Reminding(1, at(1), at(60))}
