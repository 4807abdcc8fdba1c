"""What stands above the timeline."""

from __future__ import annotations

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.exports.story import Story
from bot.exports.summary import Summary, milestones, summarise
from bot.exports.times import Times
from tests.exports.example import ORGANISATION, TIME_ZONE, Recorder, example
from tests.exports.night import DECLARATION, ENGINEER


def summary_of(incident: Incident, facts: object = ()) -> Summary:
    """The summary of an incident with these facts."""
    story = Story()
    if isinstance(facts, list):
        list(story.watch(facts))
    return summarise(incident, ORGANISATION, Times(TIME_ZONE), story)


def test_a_review_begins_with_four_numbers() -> None:
    """Time to first action, time to restore, waiting, and the whole."""
    assert summary_of(*example()).durations == (
        ("Time to first action (MTTA)", "1 min 24 s"),
        ("Time to restore (MTTR)", "1 h 41 min"),
        ("Waiting for the provider (2 times)", "1 h 19 min"),
        ("Declared until closed", "3 h 56 min"),
    )


def test_what_did_not_happen_is_said_and_not_left_out() -> None:
    """An open incident claims neither an end nor a cause."""
    recorder = Recorder("INC-1")
    recorder.add(0, ENGINEER, e.IncidentDeclared(tenant="Example", provider="google"))
    recorder.add(
        1,
        ENGINEER,
        e.ErrorDiagnosed(
            provider=None, code=None, scenarios=(), cause="", branch="", source=None, picked={}
        ),
    )
    summary = summary_of(fold("INC-1", recorder.facts), recorder.facts)
    assert [value for _, value in summary.durations] == [
        "none yet",
        "not restored",
        "none",
        "not closed",
    ]
    about = dict(summary.about)
    assert about["Suspected policy"] == "not known"
    assert about["What the error says"] == "nothing known fits it"
    assert dict(summary.times)["Began"] == "not recorded"
    assert not summary.exercise


def test_an_incident_without_a_declaration_has_a_title() -> None:
    """Nothing that a store can hold stops an export."""
    assert summary_of(Incident("INC-1")).title == "Lockout INC-1"
    assert milestones(Incident("INC-1")) == []


def test_an_open_obligation_cannot_be_overlooked() -> None:
    """With its due time; and a waived one keeps its reason."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    due = recorder.facts[0].occurred_at
    recorder.add(1, ENGINEER, e.ObligationOpened(obligation="a", title="Undo it", due_at=due))
    recorder.add(1, ENGINEER, e.ObligationOpened(obligation="b", title="Seal it"))
    summary = summary_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert [line.told for line in summary.obligations] == [
        "STILL OPEN, due 2026-03-14 02:17:05 UTC (2026-03-14 03:17:05 CET)",
        "STILL OPEN",
    ]


def test_the_error_keeps_its_lines_and_loses_its_controls() -> None:
    """It is read as it was shown, and cannot colour anything."""
    recorder = Recorder()
    error = "\nAADSTS53003\r\nline two\x1b[31m\r"
    recorder.add(0, ENGINEER, DECLARATION.model_copy(update={"error_text": error}))
    summary = summary_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert summary.error_text == "AADSTS53003\nline two\\u001b[31m"


def test_milestones_come_in_the_order_of_time() -> None:
    """From when it began to when it was closed."""
    names = [name for name, _ in milestones(example()[0])]
    assert names == ["Began", "Declared", "First action", "Access back", "Closed"]
