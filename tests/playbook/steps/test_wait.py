"""`wait`: somebody else must act, and clocks run."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.incident import Incident
from bot.core.view import Clock, Clocks, Press, Text
from bot.playbook.model import WaitStep
from bot.playbook.situation import Situation
from bot.playbook.steps import wait
from tests.playbook.small import LIBRARY, TICKET, small_organisation, small_walk
from tests.playbook.walking import START, Walk


def waiting(**values: str) -> Walk:
    """A walk that waits."""
    walk = small_walk(TICKET)
    walk.press("I filed it")
    walk.press("Record …", values={"ticket_number": "T-1", **values})
    return walk


def test_it_shows_since_when_we_wait() -> None:
    """Then the text and the answers."""
    walk = waiting()
    assert walk.incident.position is not None
    since = walk.incident.position.since
    assert walk.blocks[2:4] == [Clocks((Clock("Waiting since", since),)), Text("Stay awake.")]
    assert walk.incident.state == "waiting"


def test_it_shows_what_was_promised() -> None:
    """The moment that a form asked for."""
    clocks = waiting(promised_at="2026-11-22T05:00+01:00").blocks[2]
    assert isinstance(clocks, Clocks)
    assert clocks.clocks[1] == Clock(
        "Promised for", datetime.fromisoformat("2026-11-22T04:00:00+00:00")
    )


def test_the_answer_leads_on() -> None:
    """And a button of another step does not."""
    walk = waiting()
    act = Press(playbook=TICKET, step="waiting", visit=1, button="filed")
    assert "does not belong to the step" in walk.refused(act).reason
    walk.press("No call-back")
    assert walk.step == "filed"


@pytest.mark.parametrize("promised", [None, "promised_at"])
def test_a_wait_outside_of_any_walk_has_no_clock(promised: str | None) -> None:
    """Showing a step never depends on where the walk stands."""
    step = WaitStep.model_validate(
        {
            "id": "w",
            "kind": "wait",
            "title": "W",
            "promised": promised,
            "buttons": [{"id": "a", "label": "A", "to": "end"}],
        }
    )
    nowhere = Situation(Incident(id="L-1"), small_organisation(), LIBRARY, START)
    assert wait.show(step, nowhere)[0] == Clocks(())
