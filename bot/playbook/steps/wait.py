"""`wait`: somebody else must act now, and a clock runs."""

from __future__ import annotations

from bot.core.timeline import parse_time
from bot.core.view import Act, Block, Clock, Clocks
from bot.playbook.model import WaitStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import Outcome, Values, accept_button, show_buttons, show_text


def show(step: WaitStep, situation: Situation) -> list[Block]:
    """Since when we wait, what was promised, text, buttons."""
    position = situation.incident.position
    clocks = [Clock("Waiting since", position.since)] if position else []
    promised = situation.incident.values.get(step.promised or "")
    if isinstance(promised, str) and promised:
        clocks.append(Clock("Promised for", parse_time(promised)))
    return [
        Clocks(tuple(clocks)),
        *show_text(step, situation),
        *show_buttons(step, situation),
    ]


def accept(step: WaitStep, situation: Situation, act: Act, _values: Values, _doer: Doer) -> Outcome:
    """The pressed button."""
    return accept_button(step, situation, act)[1]
