"""The card: what matters now, what is missing, and one next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.core import events as e
from bot.core.view import (
    AddNote,
    Button,
    Clocks,
    Close,
    Facts,
    Heading,
    Settle,
    ShowTicket,
    Small,
    StartWalk,
    Take,
    Text,
    View,
)
from bot.playbook.library import Library
from tests.playbook.small import GROUP, LIBRARY, TICKET, USER, small_walk
from tests.playbook.walking import Walk, primary_buttons

UNLISTED = e.ReportedAddress(text="2001:db8::7", known=False)
LISTED = e.ReportedAddress(text="203.0.113.10", known=True, label="Office")
FORM: dict[str, e.Value] = {"ticket_number": "T-1"}


def texts(view: View) -> list[str]:
    """Every paragraph and heading, in reading order."""
    return [block.text for block in view.blocks if isinstance(block, Text | Heading | Small)]


def known(view: View) -> dict[str, str]:
    """What is known, by its label."""
    return {
        label: value
        for block in view.blocks
        if isinstance(block, Facts)
        for label, value in block.pairs
    }


def with_hole() -> Walk:
    """Access is back, and two obligations are open."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    walk.press("Record …", values=FORM)
    walk.press("They changed something")
    return walk


def finished() -> Walk:
    """The walk is over, and two obligations are open."""
    walk = with_hole()
    walk.press("Later")
    return walk


# One next step


def visible(walk: Walk) -> list[Button]:
    """The buttons of the step and of the method changes, whatever order they stand in."""
    return [
        button
        for button in walk.card.buttons()
        if button.action.do in {"press", "tick", "approve", "start"}
    ]


def copy_of(walk: Walk) -> Walk:
    """The same walk, to go another way from here."""
    other = small_walk("triage")
    other.incident, other.now = walk.incident, walk.now
    return other


def reachable() -> Iterator[Walk]:
    """Every situation that pressing buttons of the small library leads to."""
    seen: set[Any] = set()
    waiting = [small_walk()]
    while waiting:
        walk = waiting.pop()
        state = (walk.place, frozenset(walk.incident.ticks), walk.incident.approval is None)
        if state in seen:
            continue
        seen.add(state)
        yield walk
        for button in visible(walk):
            after = copy_of(walk)
            by = "lead" if walk.incident.approval else "oncall"
            after.do(button.action, by, FORM if button.form else {})
            waiting.append(after)


def test_exactly_one_button_is_primary_in_every_situation() -> None:
    """Whatever was pressed before, one next step stands out; at the end it is closing."""
    places = set()
    for walk in reachable():
        places.add(walk.place)
        left = [] if walk.step else walk.incident.open_obligations
        assert len(primary_buttons(walk.card)) == (0 if left else 1), walk.place
    assert len(places) == 11


def test_somebody_can_say_that_they_are_on_it() -> None:
    """Until somebody is; then the card says who."""
    walk = small_walk()
    assert walk.button("I am on it").action == Take(
        incident="L-2026-001", playbook="triage", step="ask"
    )
    walk.press("I am on it")
    assert "On-call engineer is on it." in texts(walk.card)
    assert "I am on it" not in [button.label for button in walk.card.buttons()]


def test_the_recommended_method_is_named_with_its_reason() -> None:
    """Until access is back."""
    wanted = "**Recommended now: Support ticket.** Nobody is known to be in."
    assert wanted in texts(small_walk().card)
    assert wanted not in texts(with_hole().card)


def test_without_a_triage_nothing_is_recommended() -> None:
    """And nothing is said about it."""
    library = Library({name: book for name, book in LIBRARY.playbooks.items() if name == TICKET})
    card = small_walk(TICKET, library=library).card
    assert not [text for text in texts(card) if "Recommended" in text]


def test_a_step_that_the_playbooks_lost_leaves_the_other_ways_open() -> None:
    """After an update the card still comes, says so, and offers the methods."""
    walk = small_walk()
    walk.library = Library(
        {name: book for name, book in LIBRARY.playbooks.items() if name != "triage"}
    )
    said = [text for text in texts(walk.card) if "no step 'ask' in 'triage' any more" in text]
    assert len(said) == 1
    assert "everything recorded is still there" in said[0]
    walk.press("Go to: Support ticket")
    assert walk.place == (TICKET, "write")


# Headline


def test_the_headline_says_where_it_stands_and_since_when() -> None:
    """State, tenant, and the clocks."""
    card = small_walk().card
    assert card.title == "Lockout L-2026-001"
    assert texts(card)[0] == "**Choosing the way in** · Example (Entra)"
    assert card.summary == "L-2026-001: Example (Entra), Choosing the way in"
    clocks = card.blocks[1]
    assert isinstance(clocks, Clocks)
    assert [clock.label for clock in clocks.clocks] == ["Locked out since"]


def test_the_clocks_stop_when_access_is_back_and_when_it_is_over() -> None:
    """Each with its moment."""
    walk = finished()
    walk.record([e.IncidentClosed(summary="over")], walk.people["lead"])
    clocks = walk.card.blocks[1]
    assert isinstance(clocks, Clocks)
    assert [(clock.label, clock.moment) for clock in clocks.clocks] == [
        ("Locked out since", walk.incident.declared_at),
        ("Access back", walk.incident.restored_at),
        ("Closed", walk.incident.closed_at),
    ]


def test_an_exercise_says_so_before_anything_else() -> None:
    """Nobody must take it for real, or the real one for an exercise."""
    assert texts(small_walk(exercise=True).card)[0].startswith("**EXERCISE** · **")
    assert "EXERCISE" not in " ".join(texts(small_walk().card))


# Known and missing


def test_what_is_known_is_listed_and_what_is_not_is_left_out() -> None:
    """Labels and values; nothing empty."""
    assert known(small_walk().card) == {
        "Provider": "Microsoft Entra",
        "Tenant ID": "11111111-2222-3333-4444-555555555555",
        "Declared by": "On-call engineer",
    }
    walk = small_walk(policy_name="CA001", accounts=("a@example.com", "b@example.com"))
    walk.press("No", by="lead")
    found = known(walk.card)
    assert (found["Policy"], found["Accounts"]) == ("CA001", "a@example.com, b@example.com")
    assert found["Last action"] == "Head of security"


def test_a_policy_is_named_with_its_id_when_both_are_known() -> None:
    """An ID alone says too little."""
    both = small_walk(policy_name="CA001", policy_id="p-1").card
    assert known(both)["Policy"] == "CA001 (p-1)"
    assert "Policy" not in known(small_walk(policy_id="p-1").card)


def test_a_ticket_number_is_shown_once_there_is_one() -> None:
    """Whoever takes over needs it first."""
    assert known(with_hole().card)["Ticket"] == "T-1"


def test_an_address_that_nobody_listed_is_flagged() -> None:
    """'Let my address in' is also what an attacker would ask."""
    card = small_walk(addresses=(LISTED, UNLISTED)).card
    assert known(card)["Let in"] == "203.0.113.10, 2001:db8::7 (NOT on your known list)"


def test_the_diagnosis_is_told() -> None:
    """Cause and what it suggests, and the code among the facts."""
    walk = small_walk(error_text="AADSTS53003")
    found = e.ErrorDiagnosed(
        provider="entra",
        code="AADSTS53003",
        scenarios=(1,),
        cause="A policy blocks.",
        branch="Stop it.",
        source=None,
        picked={},
    )
    walk.record([found], walk.people["oncall"])
    assert "**A policy blocks.** Stop it." in texts(walk.card)
    assert known(walk.card)["Error"] == "AADSTS53003"


def test_what_a_ticket_needs_and_nobody_said_is_listed_as_missing() -> None:
    """In the order in which it is worth finding out; nothing when all is known."""
    assert (
        "**Missing:** error text as shown, policy name, policy ID, public IP address, "
        "affected accounts, business impact, when it began, who can still sign in"
    ) in texts(small_walk().card)
    everything: dict[str, Any] = {
        "error_text": "AADSTS53003",
        "policy_name": "CA001",
        "policy_id": "p-1",
        "addresses": (LISTED,),
        "accounts": ("admin@example.com",),
        "impact": "Nobody can work",
        "began_at": "2026-11-22T02:00Z",
        "access": ("nobody",),
    }
    assert "Missing" not in " ".join(texts(small_walk(**everything).card))
    everything.pop("impact")
    assert "**Missing:** business impact" in texts(small_walk(**everything).card)


# Obligations


def test_an_open_obligation_says_what_until_when_and_who_opened_it() -> None:
    """With a button to confirm that asks again, and one to waive that asks why."""
    walk = with_hole()
    card = walk.card
    assert "Still open, blocks the close" in texts(card)
    assert (
        "Close the hole of T-1. **Until 2026-11-22 05:08 UTC.** Opened by On-call engineer."
        in texts(card)
    )
    assert "Say thank you. Opened by On-call engineer." in texts(card)
    settle = next(button for button in card.buttons() if isinstance(button.action, Settle))
    assert settle.confirm == "You checked it yourself: Close the hole of T-1?"
    waive = next(button for button in card.buttons() if button.label == "Waive …")
    assert waive.form is not None
    assert [(field.id, field.required) for field in waive.form.fields] == [("reason", True)]


def test_an_obligation_past_its_time_is_overdue() -> None:
    """From that very minute."""
    walk = with_hole()
    due = walk.incident.obligations["hole"].due_at
    assert due is not None
    walk.now = due - timedelta(minutes=1)
    assert "OVERDUE" not in " ".join(texts(walk.card))
    walk.now = due
    assert (
        "Close the hole of T-1. **OVERDUE since 2026-11-22 05:08 UTC.** Opened by On-call engineer."
        in texts(walk.card)
    )


def test_an_obligation_that_ended_is_not_on_the_card() -> None:
    """Nor the heading, once none is left."""
    walk = with_hole()
    walk.do(Settle(obligation="hole"))
    assert "Close the hole" not in " ".join(texts(walk.card))
    walk.do(Settle(obligation="thanks"))
    assert "Still open, blocks the close" not in texts(walk.card)


# The end


def test_a_finished_walk_can_be_closed_when_nothing_is_open() -> None:
    """Until then the card says what comes first."""
    walk = finished()
    assert "The walk is finished" in texts(walk.card)
    assert "Close comes next" in " ".join(texts(walk.card))
    assert not [button for button in walk.card.buttons() if isinstance(button.action, Close)]
    walk.do(Settle(obligation="hole"))
    walk.do(Settle(obligation="thanks"))
    assert "Nothing is left open." in texts(walk.card)
    assert [button.label for button in primary_buttons(walk.card)] == ["Close the incident"]


def test_a_closed_incident_offers_nothing_to_press() -> None:
    """What is known stays, with the head of the timeline."""
    walk = finished()
    walk.record([e.IncidentClosed(summary="over")], walk.people["lead"])
    card = walk.card
    assert card.buttons() == []
    assert known(card)["Ticket"] == "T-1"
    assert "Missing" not in " ".join(texts(card))
    assert "The walk is finished" not in texts(card)


def test_the_foot_names_how_many_facts_there_are_and_their_head() -> None:
    """So that the chat keeps a copy of the newest hash."""
    walk = small_walk()
    foot = f"{walk.incident.version} facts on the timeline · head {walk.incident.head[:12]}"
    assert texts(walk.card)[-1] == foot


# Tools and methods


def test_the_tools_stand_on_every_open_card() -> None:
    """The ticket text only where a provider has one."""
    labels = [button.label for button in small_walk().card.buttons()]
    assert {"Ticket text", "Add details …", "Note …", "Timeline", "Export"} <= set(labels)
    note = small_walk().button("Note …")
    assert note.form is not None
    assert isinstance(note.form.action, AddNote)
    library = Library(LIBRARY.playbooks)
    buttons = small_walk(library=library).card.buttons()
    assert not [button for button in buttons if isinstance(button.action, ShowTicket)]


def test_the_three_methods_are_compared_and_can_be_chosen() -> None:
    """When to use each, what speaks for and against it; not the one that is walked."""
    walk = small_walk(TICKET)
    assert (
        "**Support ticket** Nobody can sign in.\nFor: Needs no way in; Quick to start.\n"
        "Against: Slow."
    ) in texts(walk.card)
    assert "**Support-only user** " in texts(walk.card)
    starts = [b for b in walk.card.buttons() if isinstance(b.action, StartWalk)]
    assert [button.label for button in starts] == [
        "Go to: Exclusion group",
        "Go to: Support-only user",
    ]
    assert {button.confirm for button in starts} == {"Leave the step where you are?"}


@pytest.mark.parametrize(
    ("kept", "at", "labels"),
    [
        ({TICKET}, TICKET, []),
        ({TICKET, USER}, TICKET, ["Go to: Support-only user"]),
        ({GROUP, USER}, USER, ["Go to: Exclusion group"]),
    ],
)
def test_a_method_without_a_playbook_is_not_offered(
    kept: set[str], at: str, labels: list[str]
) -> None:
    """Nor an empty row of buttons."""
    library = Library({name: book for name, book in LIBRARY.playbooks.items() if name in kept})
    card = small_walk(at, library=library).card
    assert [b.label for b in card.buttons() if isinstance(b.action, StartWalk)] == labels
