"""The card of a drill: DRILL first, nothing of a lockout, and the four parts."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.events import DrillFinished
from bot.core.findings import OpenPolicy
from bot.core.view import (
    Close,
    Correct,
    Facts,
    Heading,
    ShowTicket,
    Small,
    StartWalk,
    Text,
    View,
)
from bot.playbook.lint import check_library
from bot.playbook.model import METHODS
from tests.core.audits import answer, examined, open_policy
from tests.playbook.drilling import drill_walk, record_all
from tests.playbook.shipped import LIBRARY, PROVIDERS
from tests.playbook.walking import Walk, primary_buttons

READY = {"entra": "They know; the keys are here", "aws": "They know; the devices are here"}


def finished_walk(provider: str, result: str = "passed") -> Walk:
    """A drill whose walk is over, each part with this result."""
    walk = drill_walk(provider)
    walk.press(READY.get(provider, READY["entra"]))
    while walk.step:
        record_all(walk, result)
    return walk


def words(view: View) -> str:
    """Everything that can be read on it."""
    return "\n".join(
        block.text for block in view.blocks if isinstance(block, Text | Heading | Small)
    )


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_card_says_drill_before_anything_else(provider: str) -> None:
    """Title, notification, first line; at every step of the walk."""
    walk = drill_walk(provider)
    walk.press(READY.get(provider, READY["entra"]))
    while walk.step:
        card = walk.card
        assert card.title.startswith("DRILL")
        assert card.summary.startswith("DRILL")
        first = card.blocks[0]
        assert isinstance(first, Text)
        assert first.text.startswith("**DRILL**")
        assert "Nothing is locked" in first.text
        assert len(primary_buttons(card)) == 1
        record_all(walk)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nothing_on_it_belongs_to_a_lockout(provider: str) -> None:
    """No other method, no ticket text, no missing details, no advice."""
    card = drill_walk(provider).card
    assert not [
        button
        for button in card.buttons()
        if isinstance(button.action, StartWalk | ShowTicket | Correct)
    ]
    assert "Missing" not in words(card)
    assert "Recommended" not in words(card)
    assert "three ways back in" not in words(card)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_drill_of_every_provider_is_walked_to_its_end(provider: str) -> None:
    """With the four parts at a glance, and one button that is left."""
    walk = finished_walk(provider)
    text = words(walk.card)
    assert text.count("PASSED") == 6
    assert "**Result: PASSED**" in text
    (close,) = primary_buttons(walk.card)
    assert isinstance(close.action, Close)
    assert close.confirm == ""


def test_a_failed_drill_can_be_finished_and_asks_whether_it_is_meant() -> None:
    """What is to repair stands below with its day."""
    walk = finished_walk("entra", "failed")
    (close,) = primary_buttons(walk.card)
    assert "FAILED" in close.confirm
    assert "To repair, also after the drill" in words(walk.card)
    assert len(walk.incident.open_obligations) == 5
    assert all(item.due_at for item in walk.incident.open_obligations)


def test_the_card_of_a_finished_drill_keeps_what_is_to_repair() -> None:
    """With its buttons, and nothing else to press."""
    walk = finished_walk("aws", "failed")
    ended = DrillFinished(result="failed", summary="x", next_on=date(2027, 3, 31))
    walk.record([ended], walk.people["oncall"])
    assert "Finished, FAILED" in words(walk.card)
    assert {button.action.do for button in walk.card.buttons()} == {"settle", "waive"}
    facts = next(block for block in walk.card.blocks if isinstance(block, Facts))
    assert dict(facts.pairs)["Membership of the exclusion group"] == "FAILED"
    assert dict(facts.pairs)["Next drill due"] == "2027-03-31"


def read_at(walk: Walk, inside: str, *open_ones: OpenPolicy) -> None:
    """The answer to the question that was just asked."""
    asked = walk.incident.audited.asked
    assert asked is not None
    found = answer(asked.number, *open_ones, taken_at=walk.now)
    walk.record([found, examined(inside, asked=asked.number)], walk.people["oncall"])


@pytest.mark.parametrize("provider", ["entra", "google"])
def test_what_failed_by_a_reading_is_read_again_before_the_end(provider: str) -> None:
    """Repaired within the drill, the repair is settled by the reading and not by a word."""
    walk = drill_walk(provider)
    walk.can_audit = True
    walk.press(READY["entra"])
    walk.press("Read the group")
    read_at(walk, "yn", open_policy("CA001"))
    for _ in range(2):
        walk.press("Go on: this part has FAILED")
    assert [one.id for one in walk.incident.open_obligations] == [
        "repair-membership",
        "repair-policies",
    ]
    record_all(walk)
    record_all(walk)
    walk.press("Repaired: read the group again")
    walk.press("Read again")
    read_at(walk, "yy")
    walk.press("Exactly right: go on")
    walk.press("All are clean: go on")
    assert walk.incident.open_obligations == []
    for _ in range(2):
        walk.press("All recorded")
    assert "again" not in " ".join(b.label for b in walk.card.buttons() if "Record" not in b.label)
    record_all(walk)
    assert "**Result: PASSED**" in words(walk.card)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_with_an_audit_at_hand_one_button_is_primary_at_every_step(provider: str) -> None:
    """Whatever was read, the way on is there and the loud one is never the usual one."""
    for inside, found in (("yy", ()), ("yn", (open_policy("CA001"),)), ("??", ())):
        walk = drill_walk(provider)
        walk.can_audit = True
        walk.press(READY.get(provider, READY["entra"]))
        if provider == "aws":
            walk.press("Leave this part unproved")
        act = walk.step
        walk.press("Audit" if act == "audit" else "Read the group")
        read_at(walk, inside, *found)
        (usual,) = primary_buttons(walk.card)
        assert "FAILED" not in usual.label
        assert any(button.style == "danger" for button in walk.card.buttons()) == (
            bool(found) if act == "audit" else inside == "yn"
        )


def test_no_incident_ever_comes_to_a_drill() -> None:
    """It is no method, nothing recommends it, and every provider has one."""
    for provider in PROVIDERS:
        drill = LIBRARY.drill(provider)
        assert drill is not None
        assert drill.method is None
        assert drill.recommend == ()
        assert drill.id not in {
            playbook.id
            for method in METHODS
            if (playbook := LIBRARY.method(method, provider)) is not None
        }
    assert check_library(LIBRARY) == []
