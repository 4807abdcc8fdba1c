"""Many facts at once, for timelines of any length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby, islice

from bot.core.events import NoteCorrected, NoteStruck
from bot.core.incident import Incident, evolve
from bot.core.timeline import Fact

TOGETHER = 256


def evolve_all(incident: Incident, facts: Iterable[Fact]) -> Incident:
    """The same incident as by one `evolve` a fact.

    Each note that is added copies those that are there, so most of them are laid aside meanwhile.
    """
    waiting = iter(facts)
    while batch := list(islice(waiting, TOGETHER)):
        for needs_notes, some in groupby(batch, _needs_notes):
            aside = {} if needs_notes else incident.notes
            incident = incident if needs_notes else replace(incident, notes={})
            for fact in some:
                incident = evolve(incident, fact)
            incident = replace(incident, notes={**aside, **incident.notes})
    return incident


def _needs_notes(fact: Fact) -> bool:
    return isinstance(fact.event, NoteCorrected | NoteStruck)
