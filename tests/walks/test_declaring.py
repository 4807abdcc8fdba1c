"""From `/lockout` to a ticket text on screen, and what may go wrong on the way."""

from __future__ import annotations

from tests.walks.office import ONCALL, STRANGER, Office

CORRELATION = "0b1f2a3c-0000-4000-8000-00000000000a"


async def test_two_interactions_lead_to_a_ticket_text_on_screen(office: Office) -> None:
    """A command and a submit; nothing else is needed before the text can be copied."""
    person = office.person(ONCALL)
    await person.types("/lockout", f"entra AADSTS53003: blocked. Correlation ID: {CORRELATION}")
    await person.sees_modal("Locked out")
    await person.submits()
    modal = await person.sees_modal()
    assert "Please set Conditional Access policy" in modal.text
    assert CORRELATION in modal.text
    assert person.troubles == []


async def test_the_card_hangs_in_its_own_channel_with_one_primary_button(office: Office) -> None:
    """The declarer and everybody in the organisation file are there; strangers are not."""
    card = await office.declare("entra AADSTS53003")
    channel = office.slack.world.state.channels[card.channel]
    assert ONCALL in channel.members
    assert STRANGER not in channel.members
    buttons = [e for b in card.blocks if b["type"] == "actions" for e in b["elements"]]
    assert sum(b.get("style") == "primary" for b in buttons) == 1
