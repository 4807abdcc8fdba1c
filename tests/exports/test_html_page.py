"""What stands around the rows."""

from __future__ import annotations

from bot.core import events as e
from bot.core.incident import fold
from bot.exports.html_page import page_above, page_below
from bot.exports.story import MOST_LANES, Story
from bot.exports.summary import summarise
from bot.exports.times import Times
from tests.exports.example import Recorder, example
from tests.exports.night import DECLARATION, ENGINEER


def above(recorder: Recorder, drawing: str = "<hr>") -> str:
    """The page down to its first row."""
    story, times = Story(), Times("UTC")
    list(story.watch(recorder.facts))
    incident = fold(recorder.incident, recorder.facts)
    summary = summarise(incident, "Ex & Co", times, story)
    return page_above(summary, "Ex & Co", times, story, drawing)


def test_the_drawing_goes_in_as_it_is_and_the_rest_is_escaped() -> None:
    """Only what was escaped already is trusted."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    text = above(recorder)
    assert "<hr>" in text
    assert "Ex &amp; Co" in text


def test_what_the_drawing_leaves_out_is_said() -> None:
    """Nobody takes a shortened picture for the whole."""
    recorder = Recorder()
    recorder.add(0, ENGINEER, DECLARATION)
    assert "more obligations are in the list below" not in above(recorder)
    for number in range(MOST_LANES + 3):
        recorder.add(1, ENGINEER, e.ObligationOpened(obligation=f"o{number}", title="t"))
    for _ in range(40):
        recorder.add(2, ENGINEER, e.ObligationOpened(obligation="o1", title="t"))
    text = above(recorder)
    assert "3 more obligations are in the list below" in text
    assert "are joined to the one before" in text


def test_without_a_drawing_there_is_no_empty_frame() -> None:
    """An incident without facts has no picture."""
    assert "How it went" not in above(Recorder(), drawing="")


def test_the_end_tells_how_to_check_it() -> None:
    """With the head that stands on the card."""
    incident = example()[0]
    text = page_below(incident)
    assert incident.head in text
    assert "lockout verify" in text
