"""What is gathered while the facts pass by, and that it stays small."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import events as e
from bot.exports.story import (
    MOST_BUCKETS,
    MOST_LANES,
    MOST_PHASES,
    Moments,
    Span,
    Story,
    fate_of_note,
)
from tests.exports.example import Recorder, example
from tests.exports.night import DECLARATION, DECLARED, ENGINEER, TICKET, answer, to

MINUTE = timedelta(minutes=1)


def story_of(recorder: Recorder) -> Story:
    """The story of what was recorded."""
    story = Story()
    assert [fact for fact, _ in story.watch(recorder.facts)] == recorder.facts
    return story


def moved(state: e.State) -> e.StepAnswered:
    """An answer that changes the state."""
    return answer(f"{TICKET}/step", "Go on", to(TICKET, "step", state))


def test_the_states_of_the_night_are_seen_in_order() -> None:
    """From the declaration to the close."""
    story = Story()
    list(story.watch(example()[1]))
    states = [phase.state for phase in story.phases()]
    assert states == [
        "declared",
        "triage",
        "working",
        "waiting",
        "working",
        "waiting",
        "restored",
        "closed",
    ]
    assert story.waited() == (2, timedelta(minutes=79))
    assert story.refused == 1


def test_a_wait_that_goes_on_is_counted() -> None:
    """Until the last fact."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    recorder.add(5, ENGINEER, moved("waiting"))
    recorder.add(9, ENGINEER, e.NoteAdded(text="still"))
    assert story_of(recorder).waited() == (1, 4 * MINUTE)


def test_clocks_that_differ_make_no_phase_that_ends_before_it_begins() -> None:
    """Facts of two surfaces may be some seconds out of order."""
    recorder = Recorder()
    recorder.add(5, ENGINEER, DECLARATION)
    recorder.add(3, ENGINEER, moved("waiting"))
    recorder.add(4, ENGINEER, moved("working"))
    phases = story_of(recorder).phases()
    assert all(phase.start <= phase.end for phase in phases)
    assert story_of(recorder).waited() == (1, timedelta())


def test_nothing_opens_a_closed_incident() -> None:
    """Notes are still taken after the close; the state stays."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    recorder.add(1, ENGINEER, e.IncidentClosed(summary=""))
    recorder.add(2, ENGINEER, moved("working"))
    assert [phase.state for phase in story_of(recorder).phases()] == ["declared", "closed"]


def test_phases_too_short_to_be_seen_are_joined() -> None:
    """Their number is bounded, the story says so, and the waiting is still counted in full."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    for number in range(1, 3 * MOST_PHASES):
        recorder.add(number, ENGINEER, moved("waiting" if number % 2 else "working"))
    story = story_of(recorder)
    phases = story.phases()
    assert len(phases) <= MOST_PHASES
    assert phases[0].start == DECLARED
    assert phases[-1].end == story.last
    assert story.shortened
    assert story.waited() == (600, 599 * MINUTE)


def test_an_obligation_is_a_span_with_its_end() -> None:
    """Opened again, it has two."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, e.ObligationOpened(obligation="o", title="t"))
    recorder.add(1, ENGINEER, e.ObligationSettled(obligation="o", title="t"))
    recorder.add(2, ENGINEER, e.ObligationOpened(obligation="o", title="t", due_at=DECLARED))
    recorder.add(3, ENGINEER, e.ObligationWaived(obligation="never-opened", title="t", reason="r"))
    story = story_of(recorder)
    assert story.spans["o"] == [
        Span(DECLARED, None, DECLARED + MINUTE, "settled"),
        Span(DECLARED + 2 * MINUTE, DECLARED),
    ]
    assert "o" not in story.ended


def test_obligations_beyond_the_lanes_still_have_their_end() -> None:
    """The drawing is bounded, the list is not."""
    recorder = Recorder()
    for number in range(MOST_LANES + 2):
        name = f"o{number}"
        recorder.add(number, ENGINEER, e.ObligationOpened(obligation=name, title="t"))
        recorder.add(number, ENGINEER, e.ObligationSettled(obligation=name, title="t"))
    for _ in range(40):
        recorder.add(99, ENGINEER, e.ObligationOpened(obligation="o0", title="t"))
    story = story_of(recorder)
    assert len(story.spans) == MOST_LANES
    assert len(story.ended) == MOST_LANES + 1
    assert len(story.spans["o0"]) < 40


@settings(deadline=None)
@given(st.lists(st.integers(0, 4_000_000_000), max_size=2000))
def test_moments_are_counted_in_a_bounded_number_of_buckets(seconds: list[int]) -> None:
    """None is lost."""
    moments = Moments()
    for second in seconds:
        moments.add(datetime.fromtimestamp(second, UTC))
    counted = list(moments.counted())
    assert sum(count for _, count in counted) == len(seconds) == moments.total
    assert len(counted) <= MOST_BUCKETS
    assert [at for at, _ in counted] == sorted(at for at, _ in counted)


def test_few_moments_are_exact_to_the_second() -> None:
    """A dot stands where the note was."""
    moments = Moments()
    moments.add(DECLARED)
    assert list(moments.counted()) == [(DECLARED.replace(microsecond=0), 1)]


def test_the_fate_of_a_note_is_read_from_the_incident() -> None:
    """Struck, corrected, or neither."""
    incident, facts = example()
    fates = [
        (fate.struck, fate.now)
        for fact in facts
        if isinstance(fact.event, e.NoteAdded)
        for fate in [fate_of_note(incident, fact, fact.event)]
    ]
    now = "Call-back came at 03:45, not 03:10"
    assert fates == [(False, ""), (False, ""), (True, ""), (False, now)]
