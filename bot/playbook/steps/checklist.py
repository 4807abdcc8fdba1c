"""`checklist`: lines to be done one by one; the step can be finished when every line is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.core.errors import AlreadyRecorded, Refused
from bot.core.events import ItemTicked
from bot.core.template import Missing, render_text
from bot.core.view import Act, Block, Button, Item, Press, Small, Tick
from bot.playbook.model import ChecklistStep, ItemSpec, ProofStep
from bot.playbook.situation import Doer, Situation
from bot.playbook.steps.parts import (
    Outcome,
    Values,
    accept_button,
    press_of,
    show_buttons,
    show_text,
)

DONE = "done"


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its facts filled in."""

    id: str
    text: str
    copy: str


def lines_of(step: ChecklistStep | ProofStep, situation: Situation) -> list[Line]:
    """The written lines, then one for each entry of the fact that `each` names."""
    lines = [
        _line(spec, spec.id or str(number), situation.facts)
        for number, spec in enumerate(step.items, start=1)
    ]
    entries = situation.facts.get(step.each or "", ())
    if step.item and isinstance(entries, Iterable) and not isinstance(entries, Missing | str):
        for entry in entries:
            key = str(getattr(entry, "identifier", "") or getattr(entry, "id", "") or entry)
            lines.append(_line(step.item, key, {**situation.facts, "it": entry}))
    return lines


def _line(spec: ItemSpec, key: str, facts: dict[str, object]) -> Line:
    return Line(key, render_text(spec.text, facts), render_text(spec.copy_text, facts))


def _done(step: ChecklistStep, situation: Situation, line: Line) -> bool:
    position = situation.incident.position
    playbook = position.playbook if position else ""
    return (playbook, step.id, line.id) in situation.incident.ticks


def show(step: ChecklistStep, situation: Situation) -> list[Block]:
    """Text, open lines first each with its button, what is missing, then the way on."""
    lines = lines_of(step, situation)
    lines.sort(key=lambda line: _done(step, situation, line))
    done = sum(_done(step, situation, line) for line in lines)
    items: list[Block] = [
        _item(step, situation, line, first=number == 0) for number, line in enumerate(lines)
    ]
    count = f"{done} of {len(lines)} done."
    if len(lines) < step.at_least:
        count += f" At least {step.at_least} are needed; add them to the organisation file."
    finished = done == len(lines) >= step.at_least
    finish = Button(step.done, press_of(step, situation, DONE), style="primary")
    return [
        *show_text(step, situation),
        *items,
        Small(count),
        *show_buttons(step, situation, usual=finish if finished else None, aside=done < len(lines)),
    ]


def _item(step: ChecklistStep, situation: Situation, line: Line, *, first: bool) -> Item:
    """The first open line carries the primary button: one next step, here too."""
    done = _done(step, situation, line)
    position = situation.incident.position
    action = Tick(
        incident=situation.incident.id,
        playbook=position.playbook if position else "",
        step=step.id,
        item=line.id,
        done=not done,
    )
    style: Literal["primary", "default"] = "primary" if first and not done else "default"
    button = Button("Undo" if done else "Done", action, style=style)
    return Item(line.text, done, button, code=line.copy)


def accept(
    step: ChecklistStep, situation: Situation, act: Act, _values: Values, _doer: Doer
) -> Outcome:
    """A ticked line, the finish, or another way out. Errors: Refused while lines are open."""
    lines = lines_of(step, situation)
    if isinstance(act, Tick):
        return _tick(step, situation, act, lines)
    if not (isinstance(act, Press) and act.button == DONE):
        return accept_button(step, situation, act)[1]
    left = [line.text for line in lines if not _done(step, situation, line)]
    if left:
        raise Refused(
            f"Not everything is done: {left[0]}", f"{len(left)} of {len(lines)} lines are open"
        )
    if len(lines) < step.at_least:
        raise Refused(
            f"At least {step.at_least} lines are needed, there are {len(lines)}",
            "Add them to the organisation file, or choose another way out",
        )
    return Outcome(step.done, DONE, step, dict(step.sets))


def _tick(step: ChecklistStep, situation: Situation, act: Tick, lines: list[Line]) -> Outcome:
    line = next((line for line in lines if line.id == act.item), None)
    if line is None:
        raise Refused("This line is not on the list any more", "Use the newest card")
    if _done(step, situation, line) == act.done:
        raise AlreadyRecorded(f"Already recorded: {line.text}")
    event = ItemTicked(
        playbook=act.playbook, step=step.id, item=line.id, label=line.text, done=act.done
    )
    return Outcome(line.text, events=(event,))
