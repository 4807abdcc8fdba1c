"""Walking: who may answer, what an answer causes, and what happens to one that comes too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import events as e
from bot.core.errors import AlreadyRecorded
from bot.core.view import (
    Approve,
    Close,
    Heading,
    Press,
    Settle,
    Small,
    Snooze,
    StartWalk,
    Take,
    Tick,
    Waive,
)
from bot.playbook.engine import recommend, show_step, start_walk
from bot.playbook.library import Library
from tests.playbook.small import GROUP, LIBRARY, TICKET, USER, library_of, small_walk
from tests.playbook.walking import Walk


def press(step: str, button: str, playbook: str = TICKET, visit: int = 1) -> Press:
    """A button of a card, of whatever age."""
    return Press(incident="L-1", playbook=playbook, step=step, visit=visit, button=button)


FORM = {"ticket_number": "T-1"}


def waiting(**values: e.Value) -> Walk:
    """A walk that waits for the provider."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    walk.press("Record …", values={**FORM, **values})
    assert walk.step == "waiting"
    return walk


# Showing


def test_a_step_is_shown_with_its_playbooks_notice_and_its_sources() -> None:
    """Title first; each source once, named by its host."""
    assert small_walk(TICKET).blocks[:2] == [
        Heading("File the ticket"),
        Small("This is a patch for Example (Entra)."),
    ]
    blocks = small_walk().blocks
    assert blocks[0] == Heading("Can anybody sign in?")
    sources = blocks[-1]
    assert isinstance(sources, Small)
    assert [(link.label, link.url) for link in sources.links] == [
        ("example.com", "https://www.example.com/a"),
        ("docs.example.com", "https://docs.example.com/b"),
    ]


def test_where_no_walk_stands_nothing_is_shown() -> None:
    """Before it begins, and after its end."""
    walk = small_walk(USER)
    walk.press("Nobody answers")
    walk.do(StartWalk(method="exclusion-group"))
    for label in ("Done", "Done", "All of them", "Done", "Done", "All done"):
        first = next(button for button in walk.card.buttons() if button.label == label)
        walk.do(first.action)
    assert walk.step == ""
    assert show_step(walk.situation) == []


def test_the_first_recommendation_that_holds_is_given_with_its_reason() -> None:
    """The reason may name facts."""
    advice = recommend(small_walk(access=("session",)).situation)
    assert advice is not None
    assert (advice.method, advice.why) == ("exclusion-group", "Somebody is in: session.")
    other = recommend(small_walk().situation)
    assert other is not None
    assert other.method == "support-ticket"


def test_without_a_triage_nothing_is_recommended() -> None:
    """A folder may hold other playbooks only."""
    library = Library({name: book for name, book in LIBRARY.playbooks.items() if name == TICKET})
    assert recommend(small_walk(TICKET, library=library).situation) is None


def test_a_walk_that_begins_at_its_end_records_nothing() -> None:
    """There is no step to stand at."""
    empty = "{id: x, title: X, start: f, steps: [{id: f, kind: decide, to: end}]}"
    walk = small_walk("x", library=library_of(empty))
    assert start_walk(walk.situation, "x", "declared") == []
    assert walk.step == ""


# Answering


def test_an_answer_is_written_out_in_full() -> None:
    """A replay needs no playbook: where it went, what it set, in the words that were read."""
    assert small_walk().press("No") == [
        e.StepAnswered(
            playbook="triage",
            step="ask",
            visit=1,
            answer="no",
            label="No",
            title="Can anybody sign in?",
            values={"still_in": "no"},
            reached=e.StepReached(playbook=TICKET, step="write", state="working"),
        )
    ]


def test_an_answer_hands_over_to_another_method() -> None:
    """And the values go along."""
    walk = small_walk()
    walk.press("Yes")
    assert walk.place == (GROUP, "lines")
    assert walk.incident.values == {"still_in": "yes"}
    assert walk.incident.walked == ("triage", GROUP)


def test_what_an_answer_sets_decides_the_fork_right_after_it() -> None:
    """The walk looks at the new facts, not at those before the answer."""
    walk = small_walk(access=("admin",))
    assert walk.place == (GROUP, "lines")
    fork = library_of("""
id: x
title: X
start: ask
steps:
  - id: ask
    kind: choose
    title: Ask
    buttons: [{id: go, label: Go, to: fork, sets: {outage: "yes"}}]
  - {id: fork, kind: decide, to: [{to: bad, when: "outage == 'yes'"}, {to: ask}]}
  - {id: bad, kind: choose, title: Bad, buttons: [{id: go, label: Go, to: end}]}
""")
    other = small_walk("x", library=fork)
    other.press("Go")
    assert other.step == "bad"


def test_a_step_can_be_reached_again_as_another_visit() -> None:
    """The same button works anew."""
    walk = small_walk()
    walk.press("Ask again")
    walk.press("Ask again")
    assert walk.incident.visits["triage", "ask"] == 3


def test_only_the_roles_of_a_step_may_answer_it() -> None:
    """The refusal names them, and nothing happened."""
    walk = small_walk(TICKET)
    walk.press("I filed it", by="keeper")
    refusal = walk.refused(press("filed", "submit"), by="keeper", values=FORM)
    assert "Only responder may do this: Ticket filed. You are custodian" in refusal.reason
    assert walk.step == "filed"


def test_a_stranger_may_answer_nothing() -> None:
    """Nobody outside of the organisation file moves a walk."""
    walk = small_walk()
    for act in (
        press("ask", "yes", "triage"),
        Take(playbook="triage", step="ask"),
        StartWalk(method="support-user"),
    ):
        assert "You are not listed" in walk.refused(act, by="stranger").reason


def test_what_is_no_answer_is_refused() -> None:
    """Closing is a use case of its own."""
    assert "not something a walk can answer" in small_walk().refused(Close()).reason


def test_a_button_that_is_not_there_is_refused() -> None:
    """Unknown, or hidden by its condition; so is a tick or an approval at a step without them."""
    walk = small_walk()
    for act in (
        press("ask", "gone", "triage"),
        press("ask", "hidden", "triage"),
        Tick(playbook="triage", step="ask", item="1"),
        Approve(playbook="triage", step="ask", visit=1, verdict="ask"),
    ):
        assert "does not belong to the step" in walk.refused(act).reason


# Too late


def test_who_presses_too_late_is_told_who_was_faster() -> None:
    """Name, answer and time; and nothing happens."""
    walk = small_walk()
    walk.press("No", by="lead")
    refusal = walk.refused(press("ask", "yes", "triage"))
    assert not isinstance(refusal, AlreadyRecorded)
    assert refusal.reason == (
        "Somebody was faster: Head of security answered 'No' at 2026-11-22 03:06 UTC"
    )


def test_the_same_press_twice_is_already_recorded() -> None:
    """A double click is nobody's mistake, also when the step was visited again since."""
    walk = small_walk()
    walk.press("Ask again")
    refusal = walk.refused(press("ask", "again", "triage"))
    assert isinstance(refusal, AlreadyRecorded)
    assert "Already recorded: On-call engineer answered 'Ask again'" in refusal.reason


def test_the_same_approval_twice_is_already_recorded() -> None:
    """Approving is pressed like everything else; another verdict came too late."""
    walk = small_walk(USER)
    walk.press("Ask for a second person")
    give = walk.button("Approve").action
    walk.press("Approve", by="lead")
    assert isinstance(walk.refused(give, by="lead"), AlreadyRecorded)
    late = Approve(playbook=USER, step="unseal", visit=1, verdict="decline")
    refusal = walk.refused(late, by="boss")
    assert not isinstance(refusal, AlreadyRecorded)
    assert "Somebody was faster: Head of security answered 'Approved'" in refusal.reason


def test_a_button_of_a_step_that_was_left_by_hand_is_old() -> None:
    """Nobody answered it, so nobody was faster."""
    walk = small_walk()
    walk.do(StartWalk(method="support-user"))
    assert "does not stand here any more" in walk.refused(press("ask", "yes", "triage")).reason


def test_a_tick_of_a_checklist_that_was_left_is_old() -> None:
    """The lines stay as they were."""
    walk = small_walk()
    refusal = walk.refused(Tick(playbook=GROUP, step="lines", item="one"))
    assert refusal.reason == "The walk has moved on from this list"


def test_a_closed_incident_takes_no_answer() -> None:
    """Whatever is pressed."""
    walk = waiting()
    walk.record([e.IncidentClosed(summary="over")], walk.people["lead"])
    for act in (
        press("waiting", "changed"),
        Take(playbook=TICKET, step="waiting"),
        Settle(obligation="hole"),
        Waive(obligation="hole"),
        StartWalk(method="support-user"),
    ):
        refusal = walk.refused(act, by="lead", values={"reason": "over"})
        assert refusal.reason == "This incident is closed"
        assert "Notes are still taken" in refusal.hint


# Taking a step, changing the method


def test_somebody_listed_puts_a_reminder_off() -> None:
    """For so many minutes from now."""
    walk = small_walk()
    act = Snooze(subject="news", minutes=30)
    assert "You are not listed" in walk.refused(act, by="stranger").reason
    until = walk.now + timedelta(minutes=30)
    assert walk.do(act) == [e.Snoozed(subject="news", until=until)]


def test_somebody_takes_the_step_and_another_one_may_take_over() -> None:
    """Twice by the same person is once."""
    walk = small_walk()
    take = Take(playbook="triage", step="ask")
    assert walk.do(take) == [e.StepTaken(playbook="triage", step="ask")]
    assert isinstance(walk.refused(take), AlreadyRecorded)
    walk.do(take, by="lead")
    assert walk.incident.position is not None
    assert walk.incident.position.taken_by == walk.people["lead"]


def test_a_step_that_was_left_cannot_be_taken() -> None:
    """Nor one of a walk that is finished."""
    walk = small_walk()
    old = Take(playbook="triage", step="ask")
    walk.press("No")
    assert "does not stand here any more" in walk.refused(old).reason


def test_a_method_can_be_chosen_by_hand() -> None:
    """The reason says so; the walk begins at that method's first step."""
    walk = small_walk()
    assert walk.do(StartWalk(method="support-user")) == [
        e.WalkStarted(
            reached=e.StepReached(playbook=USER, step="unseal", state="working"),
            why="chosen by hand: Support-only user",
        )
    ]


@pytest.mark.parametrize(
    ("method", "says"),
    [
        ("support-ticket", "The walk is already in: Support ticket"),
        ("dance", "There is no playbook for this method here"),
    ],
)
def test_a_method_that_is_walked_already_or_does_not_exist_is_refused(
    method: str, says: str
) -> None:
    """Starting anew would lose the place."""
    assert small_walk(TICKET).refused(StartWalk(method=method)).reason == says


def test_a_finished_walk_can_be_begun_again() -> None:
    """The same method, from its first step."""
    walk = small_walk(USER)
    walk.press("Ask for a second person")
    walk.press("Approve", by="lead")
    walk.press("Leave it")
    assert walk.step == ""
    walk.do(StartWalk(method="support-user"))
    assert walk.place == (USER, "unseal")
