"""An exercise that lasted four hours, with every kind of fact in it; and longer ones on demand.

Times are fixed, so that the exports of it can be kept as golden files. To write them anew after a
change that you have looked at: `python -m tests.exports.example`.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.core.timeline import (
    GENESIS,
    Actor,
    Draft,
    Fact,
    fact_from_dict,
    fact_to_dict,
    hash_of,
    seal_drafts,
)
from bot.exports import export, formats_of
from tests.exports.night import (
    APPROVER,
    DECLARATION,
    DECLARED,
    END,
    ENGINEER,
    GROUP,
    KEEPER,
    NIGHT,
    ROOT,
    TICKET,
    answer,
    to,
)

ID = "INC-2026-0314"
ORGANISATION = "Example Organisation"
TIME_ZONE = "Europe/Berlin"
GOLDEN = Path(__file__).parent.parent / "golden"


class Recorder:
    """Seals one fact after the other, as a store would, with ids that count."""

    def __init__(self, incident: str = ID) -> None:
        self.incident = incident
        self.facts: list[Fact] = []

    def add(self, minutes: float, actor: Actor, event: e.Event, *, late: float = 0) -> Fact:
        """Record an event that many minutes after the declaration, `late` minutes afterwards."""
        at = DECLARED + timedelta(minutes=minutes)
        after = len(self.facts)
        head = self.facts[-1].hash if self.facts else GENESIS
        draft = Draft(f"fact-{after + 1:04}", event, actor, at)
        now = at + timedelta(minutes=late, milliseconds=12)
        self.facts += seal_drafts(self.incident, [draft], after=after, head=head, now=now)
        return self.facts[-1]

    def add_unknown(self, minutes: float) -> None:
        """Record a kind of fact that only a later release knows."""
        data = fact_to_dict(self.add(minutes, ENGINEER, e.NoteStruck(note="")))
        data |= {"kind": "DrillScheduled", "payload": {"v": 1, "on": "2026-06-14"}}
        data["hash"] = hash_of(data)
        self.facts[-1] = fact_from_dict(data)


def example_facts() -> list[Fact]:
    """The night as it was recorded."""
    recorder = Recorder()
    notes: dict[float, str] = {}
    for minutes, actor, event in NIGHT:
        # The reaction that keeps a message comes later than the message.
        late = 4 if isinstance(event, e.NoteAdded) and event.source else 0
        fact = recorder.add(minutes, actor, event, late=late)
        if isinstance(event, e.NoteAdded):
            notes[minutes] = fact.id
    recorder.add(
        230, ROOT, e.NoteCorrected(note=notes[52], text="Call-back came at 03:45, not 03:10")
    )
    recorder.add(231, KEEPER, e.NoteStruck(note=notes[30]))
    recorder.add_unknown(233)
    recorder.add(*END)
    return recorder.facts


def many_facts(count: int) -> list[Fact]:
    """A long lockout: something every 40 seconds, of the common kinds in turn."""
    recorder = Recorder("INC-LONG")
    recorder.add(0, ENGINEER, DECLARATION)
    for number in range(1, count):
        recorder.add(
            number * 40 / 60, (ENGINEER, APPROVER)[number % 2], _one_of_many(number, count)
        )
    return recorder.facts


def _one_of_many(number: int, count: int) -> e.Event:
    if number % 97 == 10:
        title = f"Temporary change {number} is undone"
        return e.ObligationOpened(obligation=f"change-{number}", title=title)
    if number % 97 == 70:
        title = f"Temporary change {number - 60} is undone"
        return e.ObligationSettled(obligation=f"change-{number - 60}", title=title)
    if number % 5 == 0:
        return e.NoteAdded(text=f"Note {number}: nothing new from the provider")
    if number % 11 == 0:
        state: e.State = "restored" if number > count * 0.8 else ("working", "waiting")[number % 2]
        return answer(f"{TICKET}/ask-again", "Asked again", to(TICKET, "ask-again", state))
    item = f"policy-{number}"
    return e.ItemTicked(playbook=GROUP, step="every-policy", item=item, label=item, done=True)


def example() -> tuple[Incident, list[Fact]]:
    """The incident with its facts."""
    facts = example_facts()
    return fold(ID, facts), facts


def exported(export_format: str) -> bytes:
    """The example as a file."""
    incident, facts = example()
    return export(
        export_format,
        incident=incident,
        organisation_name=ORGANISATION,
        time_zone=TIME_ZONE,
        facts=facts,
    ).content()


if __name__ == "__main__":
    for name in formats_of(example()[0]):
        (GOLDEN / f"timeline.{name}").write_bytes(exported(name))
