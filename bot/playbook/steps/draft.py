"""`draft`: the escalation text, one press away, and what to do with it."""

from __future__ import annotations

from bot.core.view import Act, Block, Button, Buttons, ShowTicket
from bot.playbook.model import DraftStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import Outcome, Values, accept_button, show_buttons, show_text


def show(step: DraftStep, situation: Situation) -> list[Block]:
    """Text, the step's buttons, and the button that puts the ticket text on screen."""
    ticket = Button("Show the ticket text", ShowTicket(incident=situation.incident.id))
    blocks = show_buttons(step, situation)
    shown = [
        Buttons((*block.buttons, ticket)) if isinstance(block, Buttons) else block
        for block in blocks
    ]
    return [*show_text(step, situation), *shown]


def accept(
    step: DraftStep, situation: Situation, act: Act, _values: Values, _doer: Doer
) -> Outcome:
    """The pressed button."""
    return accept_button(step, situation, act)[1]
