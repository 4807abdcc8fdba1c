"""The JSON export gives the facts back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import NoteAdded
from bot.core.incident import fold
from bot.core.timeline import GENESIS, Actor, Draft, Fact, fact_from_dict, seal_drafts
from bot.exports.json_file import write
from tests.exports.example import ID, example, exported

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
MOMENTS = st.integers(0, 4_000_000_000_000_000).map(
    lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
DRAFTS = st.lists(
    st.builds(
        Draft,
        id=TEXT,
        event=st.builds(NoteAdded, text=TEXT, source=st.none()),
        actor=st.builds(Actor, id=TEXT, name=TEXT),
        occurred_at=MOMENTS,
    ),
    max_size=5,
)


def parsed(data: bytes) -> list[Fact]:
    """The facts of an exported file."""
    return [fact_from_dict(fact) for fact in json.loads(data)["facts"]]


def test_what_stands_above_the_facts_says_whose_they_are() -> None:
    """Another program can tell what it has, and how much of it."""
    incident, facts = example()
    document = json.loads(exported("json"))
    assert list(document) == [
        "format",
        "version",
        "incident",
        "organisation",
        "time_zone",
        "count",
        "head",
        "facts",
    ]
    assert document["format"] == "lockout-timeline"
    assert (document["incident"], document["count"]) == (ID, len(facts))
    assert document["head"] == incident.head == facts[-1].hash


def test_each_fact_stands_on_its_own_line() -> None:
    """Two exports can be compared with plain tools."""
    lines = exported("json").decode().splitlines()
    assert sum(line.startswith('{"id":') for line in lines) == len(example()[1])


@given(DRAFTS, MOMENTS)
def test_parsing_an_export_gives_the_facts_back(drafts: list[Draft], now: datetime) -> None:
    """Nothing is lost, whatever was noted."""
    facts = list(seal_drafts("INC-1", drafts, after=0, head=GENESIS, now=now))
    data = b"".join(write(fold("INC-1", facts), "Ä", "UTC", facts))
    assert parsed(data) == facts
