"""The drawn timeline: what is on it, and that it stays readable at any length."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core import events as e
from bot.core.incident import Incident, fold
from bot.core.timeline import Fact
from bot.exports.html_drawing import Axis, axis_of, draw
from bot.exports.story import Story
from bot.exports.summary import summarise
from bot.exports.times import Times
from tests.exports.example import Recorder, example, many_facts
from tests.exports.night import DECLARATION, DECLARED, ENGINEER

START = datetime(2026, 3, 14, tzinfo=UTC)


def drawing_of(incident: Incident, facts: list[Fact], zone: str = "Europe/Berlin") -> str:
    """The lanes of an incident."""
    story, times = Story(), Times(zone)
    list(story.watch(facts))
    return draw(incident, summarise(incident, "Example", times, story), times, story)


def test_the_night_is_drawn_in_lanes() -> None:
    """States, waiting with its duration, a bar for each obligation, notes, everything."""
    drawing = drawing_of(*example())
    names = re.findall(r'<div class="name">([^<]+)', drawing)
    assert names[:4] == ["Europe/Berlin", "Milestones", "State", "Waiting for the provider"]
    assert names[-3:] == ["Notes", "Everything recorded", "UTC"]
    assert len(names) == 7 + 4
    assert ">1 h 13 min</text>" in drawing
    assert drawing.count('class="bar o-settled"') == 3
    assert drawing.count('class="bar o-waived"') == 1
    assert drawing.count('class="due"') == 2
    assert drawing.count('class="late"') == 2
    assert drawing.count('class="note"') == 4


def test_a_lane_is_described_for_those_who_do_not_see_it() -> None:
    """Each drawing has a role and words; the table has the rest."""
    drawing = drawing_of(*example())
    assert drawing.count('role="img" aria-label="') == drawing.count('class="lane"')
    assert 'aria-label="Waiting for the provider. 2 times, 1 h 19 min in all"' in drawing


def test_there_is_no_style_attribute_in_it() -> None:
    """The page's own policy forbids them."""
    assert "style=" not in drawing_of(*example())


def test_an_open_obligation_reaches_to_the_end() -> None:
    """And is coloured as open."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    recorder.add(10, ENGINEER, e.ObligationOpened(obligation="o", title="<b>Undo</b>"))
    recorder.add(30, ENGINEER, e.NoteAdded(text="n"))
    drawing = drawing_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert ">20 min</text>" in drawing
    assert 'class="bar o-open"' in drawing
    assert "<b>" not in drawing


def test_only_what_came_after_the_due_time_is_marked_late() -> None:
    """An obligation that ended in time has its dashed line, and no red edge."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    due = DECLARED + timedelta(minutes=20)
    recorder.add(1, ENGINEER, e.ObligationOpened(obligation="o", title="t", due_at=due))
    recorder.add(9, ENGINEER, e.ObligationSettled(obligation="o", title="t"))
    recorder.add(60, ENGINEER, e.NoteAdded(text="n"))
    drawing = drawing_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert drawing.count('class="due"') == 1
    assert drawing.count('class="late"') == 0


def test_five_hundred_facts_give_no_more_marks_than_can_be_seen() -> None:
    """Dots and bars are binned; none stands outside of the drawing."""
    facts = many_facts(500)
    drawing = drawing_of(fold("INC-LONG", facts), facts)
    assert drawing.count('class="fact"') <= 100
    assert drawing.count('class="note"') <= 50
    assert len(drawing) < 60_000
    places = [float(x) for x in re.findall(r' (?:x|cx|x1|x2)="([-\d.]+)%"', drawing)]
    assert min(places) >= 0
    assert max(places) <= 100


def test_a_single_fact_is_drawn_and_none_is_not() -> None:
    """The first minute of a night has a picture too."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    assert drawing_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert drawing_of(Incident("INC-1"), []) == ""


def test_a_message_of_last_year_does_not_squeeze_the_night() -> None:
    """A kept message brings its own time; far away, it sits at the edge."""
    incident, facts = example()
    recorder = Recorder()
    recorder.facts = list(facts)
    recorder.add(-500_000, ENGINEER, e.NoteAdded(text="we knew"))
    recorder.add(500_000, ENGINEER, e.NoteAdded(text="we learned"))
    story = Story()
    list(story.watch(recorder.facts))
    axis = axis_of(incident, story)
    assert axis is not None
    assert axis.end - axis.start < timedelta(hours=6)
    assert axis.place(DECLARED - timedelta(days=300)) == 0
    assert axis.place(DECLARED + timedelta(days=300)) == 100


@given(
    st.integers(300, 10**9),
    st.sampled_from([timedelta(), timedelta(hours=5, minutes=45), timedelta(hours=-9)]),
)
def test_ticks_are_few_and_on_the_axis(seconds: int, offset: timedelta) -> None:
    """From five minutes to thirty years, in any zone."""
    axis = Axis(START, START + timedelta(seconds=seconds))
    step, ticks = axis.ticks(offset)
    assert 1 <= len(ticks) <= 7 or seconds < 2 * step
    assert all(axis.holds(tick) for tick in ticks)
    assert all((tick.timestamp() + offset.total_seconds()) % step == 0 for tick in ticks)


def test_a_long_axis_names_days_only() -> None:
    """Over weeks, the time of day says nothing."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    recorder.add(60 * 24 * 20, ENGINEER, e.NoteAdded(text="n"))
    drawing = drawing_of(fold(recorder.incident, recorder.facts), recorder.facts)
    assert re.findall(r'class="tick[^"]*"[^>]*>(\d\d:\d\d)<', drawing) == []
    assert "2026-03-25</text>" in drawing


def test_the_same_moment_is_named_in_both_zones() -> None:
    """Local above, UTC below, at the same places."""
    drawing = drawing_of(*example(), zone="Asia/Kolkata")
    ticks = re.findall(r'class="tick[^"]*" x="([\d.]+)%"[^>]*>(\d\d:\d\d)<', drawing)
    half = len(ticks) // 2
    assert [x for x, _ in ticks[:half]] == [x for x, _ in ticks[half:]]
    assert ticks[0][1] == "08:00"
    assert ticks[half][1] == "02:30"
