"""Each kind of error in words that a person can act on."""

from __future__ import annotations

import pytest

from bot.core.errors import (
    AlreadyRecorded,
    Broken,
    Conflict,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from bot.surfaces.slack.explain import DRILL, explain


def test_a_refusal_says_why_and_what_to_do_instead() -> None:
    """Each a whole sentence, with one mark at its end."""
    words = explain(Refused("Only approver may do this", "Ask one."))
    assert words == "*Not done.* Only approver may do this.\nAsk one."


def test_a_refusal_without_a_hint_ends_there() -> None:
    """No empty line below it."""
    assert explain(Refused("It is closed")) == "*Not done.* It is closed."


def test_what_was_recorded_already_is_no_error() -> None:
    """Nobody did anything wrong."""
    assert explain(AlreadyRecorded("Already recorded")) == "Nothing to do. Already recorded."


def test_a_lost_database_says_that_nothing_was_recorded() -> None:
    """And how to go on without this bot."""
    words = explain(Unavailable("disk full"))
    assert words.startswith("*NOT recorded.*")
    assert "lockout walk" in words


def test_what_a_provider_will_not_do_says_what_to_change() -> None:
    """Trying again would not help."""
    words = explain(Broken("No template", "Write one"))
    assert words == "*This does not work now.* No template.\nWrite one."


@pytest.mark.parametrize("error", [ValueError("detail-1"), RuntimeError("detail-1")])
def test_a_fault_of_ours_is_called_one_and_keeps_its_details_to_itself(error: Exception) -> None:
    """The person learns where to look whether it was recorded."""
    words = explain(error, "lo-1")
    assert "our fault" in words
    assert "lo-1" in words
    assert "/lockout timeline" in words
    assert "detail-1" not in words


@pytest.mark.parametrize("kind", [Refused, Conflict, AlreadyRecorded, Broken])
def test_what_somebody_typed_cannot_notify_anybody(kind: type[Refused]) -> None:
    """A refusal repeats it."""
    words = explain(kind("'<!channel> & <@U1>' is not an address"))
    assert "<!" not in words
    assert "<@" not in words
    assert "&lt;!channel&gt; &amp; &lt;@U1&gt;" in words


def test_what_is_said_of_a_drill_says_so_first() -> None:
    """Its id is enough to know."""
    assert explain(Refused("It is closed"), "drill-261231-k7qdx").startswith("*DRILL.* *Not done.*")
    assert "DRILL" not in explain(Refused("It is closed"), "lo-261231-k7qdx")
    broken = explain(ValueError(), DRILL)
    assert broken.startswith("*DRILL.* *Something broke, and")


def test_what_may_be_recorded_is_not_said_to_be_lost() -> None:
    """Whoever read 'NOT recorded' would record it twice."""
    words = explain(OutcomeUnknown("gone"))
    assert "may be recorded, or not" in words
    assert "/lockout timeline" in words
    assert "NOT" not in words
