"""The registry of formats, and what holds for all of them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from bot.core import events as e
from bot.core.errors import Broken, Refused
from bot.core.incident import Incident, fold
from bot.core.timeline import Fact
from bot.exports import FORMATS, Document, export
from tests.exports.example import GOLDEN, ID, ORGANISATION, TIME_ZONE, example, exported, many_facts

# The report of a drill has a test of its own; an incident has no such file.
ALL = [name for name, one in FORMATS.items() if not one.drills_only]
OF_DRILLS = {e.DrillBegun, e.EvidenceRecorded, e.AccountsExamined, e.DrillFinished}


def export_of(export_format: str, incident: Incident, facts: list[Fact]) -> Document:
    """An export for the example organisation."""
    return export(
        export_format,
        incident=incident,
        organisation_name=ORGANISATION,
        time_zone=TIME_ZONE,
        facts=facts,
    )


def test_the_example_holds_every_kind_of_fact() -> None:
    """What is not in the example is not in a golden file."""
    kinds = {type(fact.event) for fact in example()[1]}
    assert kinds == {*get_args(e.Event), e.UnknownEvent} - OF_DRILLS


@pytest.mark.parametrize("name", ALL)
def test_an_export_is_the_golden_file(name: str) -> None:
    """Looked at once; `python -m tests.exports.example` writes them anew."""
    assert exported(name) == (GOLDEN / f"timeline.{name}").read_bytes()


@pytest.mark.parametrize("name", ALL)
def test_the_same_facts_give_the_same_bytes(name: str) -> None:
    """No generation time, no order by chance; a list or an iterator makes no difference."""
    incident, facts = example()
    again = export(
        name,
        incident=incident,
        organisation_name=ORGANISATION,
        time_zone=TIME_ZONE,
        facts=iter(facts),
    )
    assert again.content() == exported(name)


@pytest.mark.parametrize("name", ALL)
def test_a_document_has_a_name_and_a_media_type(name: str) -> None:
    """A person finds it again in a folder of downloads."""
    document = export_of(name, *example())
    assert document.name == f"lockout-{ID}.{name}"
    assert document.media_type == FORMATS[name].media_type


def test_a_strange_incident_id_makes_a_harmless_file_name() -> None:
    """No path can be named by an id."""
    incident = replace(Incident("../../etc/x y"))
    assert export_of("json", incident, []).name == "lockout-etc-x-y.json"
    assert export_of("json", Incident("/"), []).name == "lockout-incident.json"


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    """The person reads what to choose."""
    with pytest.raises(Refused) as refused:
        export_of("docx", *example())
    assert refused.value.hint == "There are: md, html, json, csv"


def test_a_format_may_be_written_like_a_suffix() -> None:
    """`.HTML` is html."""
    assert export_of(" .HTML", *example()).name.endswith(".html")


@pytest.mark.parametrize("name", ALL)
def test_an_incident_with_no_or_only_unknown_facts_can_be_exported(name: str) -> None:
    """Nothing that a store can hold stops an export."""
    assert export_of(name, Incident("INC-0"), []).content()
    facts = [fact for fact in example()[1] if isinstance(fact.event, e.UnknownEvent)]
    strange = replace(facts[0], version=1)
    assert export_of(name, fold("INC-0", [strange]), [strange]).content()


@pytest.mark.parametrize("name", ALL)
def test_an_open_incident_can_be_exported(name: str) -> None:
    """At any moment of the night."""
    _, facts = example()
    for count in range(1, len(facts)):
        head = facts[:count]
        assert export_of(name, fold(ID, head), head).content()


def test_facts_recorded_after_the_incident_was_read_wait_for_the_next_export() -> None:
    """A person may record something between the two readings."""
    _, facts = example()
    early = fold(ID, facts[:20])
    assert (
        export_of("json", early, facts).content() == export_of("json", early, facts[:20]).content()
    )


def test_facts_that_are_not_the_incidents_make_no_export() -> None:
    """A file that would not verify is not handed out as if it would."""
    incident, facts = example()
    with pytest.raises(Broken):
        export_of("json", incident, facts[:-1]).content()


@pytest.mark.parametrize("name", ALL)
def test_a_long_timeline_needs_little_memory(name: str) -> None:
    """What waits in memory is a small part of the file."""
    facts = many_facts(3000)
    incident = fold("INC-LONG", facts)
    tracemalloc.start()
    size = sum(len(piece) for piece in export_of(name, incident, facts).chunks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 300_000
    assert peak < 1_200_000


def test_the_first_piece_of_a_row_format_leaves_before_the_last_fact_is_read() -> None:
    """JSON and CSV are streamed."""
    incident, facts = example()
    read = 0

    def counted() -> Iterator[Fact]:
        nonlocal read
        for fact in facts * 20:
            read += 1
            yield fact

    many = replace(incident, version=10**6)
    for name in ("json", "csv"):
        read = 0
        chunks = FORMATS[name].write(many, ORGANISATION, TIME_ZONE, counted())
        next(chunks)
        assert read < 300
