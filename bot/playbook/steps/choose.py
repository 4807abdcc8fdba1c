"""`choose`: an instruction or a question, answered with one of its buttons."""

from __future__ import annotations

from bot.core.view import Act, Block
from bot.playbook.model import ChooseStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import Outcome, Values, accept_button, show_buttons, show_text


def show(step: ChooseStep, situation: Situation) -> list[Block]:
    """Text, then the buttons."""
    return [*show_text(step, situation), *show_buttons(step, situation)]


def accept(
    step: ChooseStep, situation: Situation, act: Act, _values: Values, _doer: Doer
) -> Outcome:
    """The pressed button."""
    return accept_button(step, situation, act)[1]
