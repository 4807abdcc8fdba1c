"""Many facts at once."""

from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from bot.core import folding
from bot.core.events import Event, NoteAdded, NoteCorrected, NoteStruck, StepTaken
from bot.core.folding import TOGETHER, evolve_all
from bot.core.incident import Incident, evolve, fold
from bot.core.timeline import GENESIS, Actor, Draft, Fact, seal_drafts

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
BEGUN = Incident("lo-1")


def facts_of(events: list[Event]) -> list[Fact]:
    """A timeline; its facts are f0, f1 and so on."""
    actor = Actor("slack:U0ONCALL1", "On-call engineer")
    drafts = [Draft(f"f{number}", event, actor, NOW) for number, event in enumerate(events)]
    return list(seal_drafts(BEGUN.id, drafts, after=0, head=GENESIS, now=NOW))


NAMES = st.sampled_from(["f0", "f1", "f2", "f9"])
EVENTS = st.one_of(
    st.just(NoteAdded(text="a")),
    st.just(StepTaken(playbook="triage", step="outage")),
    st.builds(NoteCorrected, note=NAMES, text=st.just("b")),
    st.builds(NoteStruck, note=NAMES),
)


@given(st.lists(EVENTS, max_size=20), st.integers(0, 20))
def test_it_is_the_same_incident(events: list[Event], first: int) -> None:
    """The order of its notes too, wherever the facts are cut."""
    facts = facts_of(events)
    with patch.object(folding, "TOGETHER", 3):
        incident = evolve_all(evolve_all(BEGUN, facts[:first]), facts[first:])
    wanted = fold(BEGUN.id, facts)
    assert incident == wanted
    assert list(incident.notes) == list(wanted.notes)


def test_notes_are_not_copied_once_for_each_other_one() -> None:
    """A timeline of notes would take the square of its length."""
    copied: list[int] = []

    def watched(incident: Incident, fact: Fact) -> Incident:
        copied.append(len(incident.notes))
        return evolve(incident, fact)

    facts = facts_of([NoteAdded(text="a")] * (4 * TOGETHER))
    with patch.object(folding, "evolve", watched):
        incident = evolve_all(BEGUN, facts)
    assert len(incident.notes) == len(copied) == len(facts)
    assert max(copied) < TOGETHER
