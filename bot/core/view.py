"""What a person sees, without saying where: no surface is named here, and no limit of one.

A surface renders a `View` as well as it can; what does not fit there it must shorten itself, and
say that it did. `Text` may carry **bold** and `code`, and nothing else: no links, no markup that
somebody's pasted text could abuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Act(BaseModel):
    """Base of what a button or form asks for; small, since it travels inside the button."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    incident: str = ""


class Press(Act):
    """Answer a step with one of its buttons."""

    do: Literal["press"] = "press"
    playbook: str
    step: str
    visit: int
    button: str


class Tick(Act):
    """Mark one line of a checklist as done, or as not done after all."""

    do: Literal["tick"] = "tick"
    playbook: str
    step: str
    item: str
    done: bool = True


class Prove(Act):
    """Record how one thing went that a drill must prove (from the form)."""

    do: Literal["prove"] = "prove"
    playbook: str
    step: str
    item: str


class Approve(Act):
    """Ask for, give, or decline the second person's agreement."""

    do: Literal["approve"] = "approve"
    playbook: str
    step: str
    visit: int
    verdict: Literal["ask", "give", "decline"]


class Take(Act):
    """'I am on it', about the step where the walk stands."""

    do: Literal["take"] = "take"
    playbook: str
    step: str


class Settle(Act):
    """Confirm that an obligation was met."""

    do: Literal["settle"] = "settle"
    obligation: str


class Waive(Act):
    """Let an obligation stand, with a reason (from the form)."""

    do: Literal["waive"] = "waive"
    obligation: str


class WaivePolicy(Act):
    """Let a policy stand that an audit found, with a reason (from the form).

    `audit` is the version of the fact that was shown; 0 says that it is not known. `back`: the
    policy shall count as open again.
    """

    do: Literal["waive_policy"] = "waive_policy"
    playbook: str
    step: str
    policy: str
    audit: int = 0
    back: bool = False


class Snooze(Act):
    """Not to be reminded of a subject for a while."""

    do: Literal["snooze"] = "snooze"
    subject: str
    minutes: int = Field(ge=1, le=1440)


class StartWalk(Act):
    """Leave the recommended path: start the walk of another method."""

    do: Literal["start"] = "start"
    method: str


class Correct(Act):
    """Declare better what was declared (from the form)."""

    do: Literal["correct"] = "correct"


class AddNote(Act):
    """Write a note (from the form)."""

    do: Literal["note"] = "note"


class Close(Act):
    """End the incident."""

    do: Literal["close"] = "close"


class ShowTicket(Act):
    """Show the escalation text; records nothing."""

    do: Literal["ticket"] = "ticket"


class ShowTimeline(Act):
    """Show the newest facts; records nothing."""

    do: Literal["timeline"] = "timeline"


class Export(Act):
    """Hand over the timeline as a file; records nothing."""

    do: Literal["export"] = "export"
    format: str = "md"


class Declare(Act):
    """Open an incident (from the form)."""

    do: Literal["declare"] = "declare"


class BeginDrill(Act):
    """Begin a drill (from the form)."""

    do: Literal["drill"] = "drill"


class ShowReadiness(Act):
    """Show whether the team is ready, as of now; records nothing."""

    do: Literal["readiness"] = "readiness"


Action = Annotated[
    Press
    | Tick
    | Prove
    | Approve
    | Take
    | Settle
    | Waive
    | WaivePolicy
    | Snooze
    | StartWalk
    | Correct
    | AddNote
    | Close
    | ShowTicket
    | ShowTimeline
    | Export
    | Declare
    | BeginDrill
    | ShowReadiness,
    Field(discriminator="do"),
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers; `label` is what is read, `value` what is kept."""

    value: str
    label: str
    hint: str = ""


FieldKind = Literal["line", "lines", "one_of", "many_of", "moment"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. `lines` answers are multi-line text, `many_of` answers a tuple of values.

    `moment` is a point in time, answered as ISO 8601 with an offset.
    """

    id: str
    label: str
    kind: FieldKind = "line"
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    choices: tuple[Choice, ...] = ()
    default: str | tuple[str, ...] = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Questions answered together; `action` is carried back with the answers."""

    title: str
    submit: str
    fields: tuple[FormField, ...]
    action: Action
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a few; **bold** and `code` are the only markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A short line above what belongs together."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address outside, with the words that name it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Small:
    """What may be overlooked: sources, ages, who did what. `links` stand after the text."""

    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, in order."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A moment from which time runs, or to which it runs; shown as a time and as a distance."""

    label: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class Clocks:
    """Several clocks that belong together."""

    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Copyable:
    """Text to be copied as it is: a ticket, a command, a policy."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; every row as long as the header.

    `short`: each cell is a word or two, so that columns can stand under each other anywhere.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    short: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Several links that belong together."""

    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """One action. With `form`, pressing first asks its questions; with `confirm`, asks 'sure?'."""

    label: str
    action: Action
    style: Literal["default", "primary", "danger"] = "default"
    form: Form | None = None
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons beside each other; at most one on a whole view is primary."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a checklist with its own button."""

    text: str
    done: bool
    button: Button | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between parts."""


Block = Text | Heading | Small | Facts | Clocks | Copyable | Table | Links | Buttons | Item | Rule


@dataclass(frozen=True, slots=True)
class View:
    """A title and blocks, most important first. `summary` is one line for a notification."""

    title: str
    blocks: tuple[Block, ...]
    summary: str = ""

    def buttons(self) -> list[Button]:
        """Every button of the view, in reading order."""
        found: list[Button] = []
        for block in self.blocks:
            if isinstance(block, Buttons):
                found.extend(block.buttons)
            elif isinstance(block, Item) and block.button:
                found.append(block.button)
        return found
