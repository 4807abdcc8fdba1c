"""What the card of a drill says where the card of an incident speaks of a lockout."""

from __future__ import annotations

from bot.core.drill import parts_of, result_of, status_line
from bot.core.facts import PROVIDER_NAMES
from bot.core.view import (
    AddNote,
    Block,
    Button,
    Buttons,
    Clock,
    Clocks,
    Close,
    Export,
    Facts,
    Form,
    FormField,
    Heading,
    ShowTimeline,
    Text,
)
from bot.core.wording import WHY_WORDS, words_of_state
from bot.playbook.situation import Situation

NOTHING_LOCKED = "Nothing is locked. This is a drill."


def drill_headline(situation: Situation) -> list[Block]:
    """DRILL before anything else."""
    incident = situation.incident
    exercise = "**EXERCISE** · " if incident.begun and incident.begun.exercise else ""
    state = words_of_state(incident)
    clocks = [Clock("Drill since", incident.declared_at)] if incident.declared_at else []
    if incident.closed_at:
        clocks.append(Clock("Finished", incident.closed_at))
    return [
        Text(f"**DRILL** · {exercise}**{state}** · {situation.facts['tenant']}. {NOTHING_LOCKED}"),
        Clocks(tuple(clocks)),
    ]


def drill_finish(situation: Situation) -> list[Block]:
    """The four parts at a glance, then the one button that is left."""
    incident = situation.incident
    lines = "\n".join(status_line(part) for part in parts_of(incident))
    result = result_of(incident).upper()
    confirm = "" if result == "PASSED" else "Finish it as FAILED? What failed stays on the list."
    close = Button(
        "Finish the drill", Close(incident=incident.id), style="primary", confirm=confirm
    )
    return [Text(f"{lines}\n**Result: {result}**"), Buttons((close,))]


def drill_known(situation: Situation) -> list[Block]:
    """What it is about, and how each part stands."""
    facts, incident = situation.facts, situation.incident
    pairs = [
        ("Provider", PROVIDER_NAMES.get(situation.provider, situation.provider)),
        ("Tenant ID", facts["tenant_id"]),
        ("Why", WHY_WORDS[incident.begun.why] if incident.begun else ""),
        *((part.name, part.status.upper()) for part in parts_of(incident)),
        ("Begun by", facts["declared_by"]),
        ("Last action", incident.last_actor.name if incident.last_actor else ""),
    ]
    finished = incident.finished
    if finished is not None and finished.next_on is not None:
        pairs.append(("Next drill due", finished.next_on.isoformat()))
    return [Facts(tuple((label, str(value)) for label, value in pairs if value))]


def drill_tools(situation: Situation, note: FormField) -> list[Block]:
    """No ticket text: nobody must send one about a drill."""
    incident = situation.incident.id
    form = Form("DRILL: add a note", "Add", (note,), AddNote(incident=incident))
    buttons = (
        Button("Note …", AddNote(incident=incident), form=form),
        Button("Timeline", ShowTimeline(incident=incident)),
        Button("Report", Export(incident=incident, format="report")),
    )
    return [Buttons(buttons)]


def drill_duties() -> Heading:
    """Above what failed."""
    return Heading("To repair, also after the drill")
