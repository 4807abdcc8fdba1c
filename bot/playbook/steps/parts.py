"""What several kinds of step share: their common blocks, their buttons, what an answer comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.core.errors import Refused
from bot.core.events import Event, Value
from bot.core.view import (
    Act,
    Action,
    Block,
    Button,
    Buttons,
    Copyable,
    Form,
    Link,
    Links,
    Press,
    Text,
)
from bot.playbook.model import ButtonSpec, Consequences, ShownStep
from bot.playbook.situation import Doer, Situation

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Outcome:
    """What an answer comes to. Without `consequences` the walk stays where it is.

    `label` is the answer in the words the person read; `events` come before those of the walk.
    """

    label: str
    answer: str = ""
    consequences: Consequences | None = None
    values: dict[str, Value] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


class Kind(Protocol):
    """A module of this folder: how its kind of step looks, and how it takes an answer.

    `accept` errors: Refused, with nothing recorded but the refusal.
    """

    def show(self, step: Any, situation: Situation) -> list[Block]: ...  # noqa: ANN401, D102
    def accept(  # noqa: D102
        self,
        step: Any,  # noqa: ANN401
        situation: Situation,
        act: Act,
        values: Values,
        doer: Doer,
    ) -> Outcome: ...


def show_text(step: ShownStep, situation: Situation) -> list[Block]:
    """Text, things to copy and links: the same in every kind of step."""
    blocks: list[Block] = []
    if step.text:
        blocks.append(Text(situation.text(step.text)))
    blocks.extend(
        Copyable(situation.text(copy.text), situation.text(copy.title))
        for copy in step.copies
        if situation.holds(copy.when)
    )
    links = tuple(
        Link(link.label, str(link.url)) for link in step.links if situation.holds(link.when)
    )
    if links:
        blocks.append(Links(links))
    return blocks


def press_of(step: ShownStep, situation: Situation, button: str) -> Press:
    """The action of a button of the step where the walk stands now."""
    incident = situation.incident
    position = incident.position
    return Press(
        incident=incident.id,
        playbook=position.playbook if position else "",
        step=step.id,
        visit=position.visit if position else 0,
        button=button,
    )


def show_buttons(
    step: ShownStep, situation: Situation, *, usual: Button | None = None, aside: bool = False
) -> list[Block]:
    """The step's own buttons; the first is primary unless one says so.

    With `usual` (the way on that the kind of step itself offers) or `aside` (the way on is
    elsewhere in the step), the step's own buttons are other ways out, none of them primary.
    """
    specs = [spec for spec in step.buttons if situation.holds(spec.when)]
    said = any(spec.style == "primary" for spec in specs) or usual is not None or aside
    buttons = [usual] if usual else []
    for number, spec in enumerate(specs):
        style = spec.style or ("primary" if number == 0 and not said else "default")
        buttons.append(
            Button(
                situation.text(spec.label),
                press_of(step, situation, spec.id),
                style=style,
                confirm=situation.text(spec.confirm),
            )
        )
    return [Buttons(tuple(buttons))] if buttons else []


def button_with_form(label: str, action: Action, form: Form) -> Button:
    """A primary button that first asks the questions of a form."""
    return Button(label, action, style="primary", form=form)


def accept_button(step: ShownStep, situation: Situation, act: Act) -> tuple[ButtonSpec, Outcome]:
    """The button that was pressed, and what it comes to. Errors: Refused when it is not there."""
    if isinstance(act, Press):
        for spec in step.buttons:
            if spec.id == act.button and situation.holds(spec.when):
                label = situation.text(spec.label)
                return spec, Outcome(label, spec.id, spec, dict(spec.sets))
    raise Refused(
        "This button does not belong to the step where the walk stands", "Use the newest card"
    )
