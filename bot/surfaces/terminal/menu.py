"""What can be done now, as one short list: the next step first, so that Enter goes on.

Pure. The buttons are those of the card; what is seldom needed waits behind 'More'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.core.incident import Incident
from bot.core.view import (
    AddNote,
    Approve,
    Block,
    Button,
    Buttons,
    Choice,
    Close,
    Facts,
    Heading,
    Item,
    Press,
    Prove,
    Rule,
    Settle,
    ShowTicket,
    StartWalk,
    Take,
    Tick,
    View,
    Waive,
)
from bot.core.wording import without_marks

Command = Literal["card", "hand", "more", "leave", "back"]
WORDS: dict[Command, str] = {
    "card": "Show the whole card",
    "hand": "Hand the keyboard to …",
    "more": "More …",
    "leave": "Leave (everything is recorded)",
    "back": "Back",
}
# In this order; what is named in neither list comes with 'More'.
_NEXT = (Press, Prove, Approve, Close, ShowTicket, Settle)
_TOOLS = (Take, AddNote)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: a button of the card, or a command of the walk itself."""

    label: str
    does: Button | Command


@dataclass
class Menu:
    """`first` is shown at once, `more` behind its own entry. Enter takes the first of them."""

    first: list[Entry] = field(default_factory=list)
    more: list[Entry] = field(default_factory=list)


def menu_of(view: View, incident: Incident, *, exercise: bool) -> Menu:
    """The menu of a card. With `exercise`, the keyboard can be handed on."""
    entries = _once([*_item_entries(view), *_button_entries(view, incident)])
    primary = [entry for entry in entries if _style(entry) == "primary"]
    others = [entry for entry in entries if entry not in primary]
    open_lines = [entry for entry in others if _ticks(entry, done=True)]
    rest = [entry for entry in others if entry not in open_lines]
    answers = any(isinstance(_action(entry), Press | Tick | Prove | Approve) for entry in entries)
    # Where the playbooks lost the step, another method is the only way on.
    wanted = _NEXT if answers or incident.position is None else (StartWalk, *_NEXT)
    steps = [entry for entry in rest if isinstance(_action(entry), wanted)]
    tools = [entry for entry in rest if isinstance(_action(entry), _TOOLS)]
    seldom = [entry for entry in rest if entry not in steps and entry not in tools]
    first = [*primary, *open_lines, *steps]
    if exercise:
        hand = Entry(WORDS["hand"], "hand")
        # Once somebody asked, the second person is who is needed next.
        first.insert(0, hand) if incident.approval else tools.append(hand)
    first += [*tools, Entry(WORDS["more"], "more"), Entry(WORDS["leave"], "leave")]
    return Menu(first, [*seldom, Entry(WORDS["card"], "card"), Entry(WORDS["back"], "back")])


def _item_entries(view: View) -> list[Entry]:
    return [
        Entry(_with_text(block.button.label, block.text), block.button)
        for block in view.blocks
        if isinstance(block, Item) and block.button is not None
    ]


def _button_entries(view: View, incident: Incident) -> list[Entry]:
    return [
        Entry(_label(button, incident), button)
        for block in view.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    ]


def _once(entries: list[Entry]) -> list[Entry]:
    """A step may offer what the card offers anyway; the step's own words win."""
    kept: list[Entry] = []
    for entry in entries:
        if all(_action(entry) != _action(other) for other in kept):
            kept.append(entry)
    return kept


def _label(button: Button, incident: Incident) -> str:
    """What is beside a button on the card has to be in its label here."""
    action = button.action
    if isinstance(action, Settle | Waive) and action.obligation in incident.obligations:
        return _with_text(button.label, incident.obligations[action.obligation].title)
    return button.label


def _with_text(label: str, text: str) -> str:
    """A button with the first line of what it stands beside; '…' stays the last sign."""
    line = without_marks(text.strip().partition("\n")[0])
    bare = label.removesuffix(" …")
    return f"{bare}: {line}{' …' if bare != label else ''}"


def _action(entry: Entry) -> object:
    return entry.does.action if isinstance(entry.does, Button) else None


def _style(entry: Entry) -> str:
    return entry.does.style if isinstance(entry.does, Button) else ""


def _ticks(entry: Entry, *, done: bool) -> bool:
    action = _action(entry)
    return isinstance(action, Tick) and action.done is done


def choices_of(entries: Iterable[Entry]) -> tuple[Choice, ...]:
    """For a prompt: the value is the place in the list."""
    return tuple(Choice(f"#{number}", entry.label) for number, entry in enumerate(entries))


@dataclass(frozen=True, slots=True)
class Parts:
    """A card cut up: its first lines, the step with its advice, what is open, all the rest."""

    head: tuple[Block, ...]
    advice: tuple[Block, ...]
    step: tuple[Block, ...]
    left_open: tuple[Block, ...]


def cut(view: View) -> Parts:
    """The card as it is built: parts between rules, the known facts after the last one needed."""
    sections: list[list[Block]] = [[]]
    for block in view.blocks:
        if isinstance(block, Facts):
            sections = sections[:-1] or [[]]
            break
        if isinstance(block, Rule):
            sections.append([])
        else:
            sections[-1].append(block)
    head, *others = sections
    if _heading(head) < len(head):  # the walk is finished: its step stands above the first rule
        others.insert(0, head[_heading(head) :])
        head = head[: _heading(head)]
    step = others[0] if others else []
    start = _heading(step)
    left_open = [block for section in others[1:] for block in section]
    return Parts(tuple(head), tuple(step[:start]), tuple(step[start:]), tuple(left_open))


def _heading(blocks: list[Block]) -> int:
    return next(
        (number for number, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks)
    )
