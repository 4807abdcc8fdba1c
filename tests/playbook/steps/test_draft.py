"""`draft`: the escalation text is one press away."""

from __future__ import annotations

from bot.core.view import Buttons, Press, ShowTicket, Text
from tests.playbook.small import TICKET, USER, small_walk


def test_the_ticket_text_stands_beside_the_answers() -> None:
    """After the buttons of the step, and it records nothing."""
    blocks = small_walk(TICKET).blocks
    assert blocks[2] == Text("Read the text aloud.")
    buttons = blocks[3]
    assert isinstance(buttons, Buttons)
    assert [(button.label, button.style) for button in buttons.buttons] == [
        ("I filed it", "primary"),
        ("I could not", "default"),
        ("Show the ticket text", "default"),
    ]
    assert buttons.buttons[-1].action == ShowTicket(incident="L-2026-001")


def test_the_answers_lead_on() -> None:
    """Filed, or another way."""
    filed, lost = small_walk(TICKET), small_walk(TICKET)
    filed.press("I filed it")
    assert filed.step == "filed"
    lost.press("I could not")
    assert lost.place == (USER, "unseal")


def test_a_button_of_another_step_is_refused() -> None:
    """Nothing is recorded."""
    act = Press(playbook=TICKET, step="write", visit=1, button="changed")
    assert "does not belong to the step" in small_walk(TICKET).refused(act).reason
