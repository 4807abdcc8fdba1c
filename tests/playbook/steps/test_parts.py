"""What several kinds of step share, where the walk stands nowhere."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.core.view import Press
from bot.playbook.situation import Situation
from bot.playbook.steps.parts import Outcome, press_of, show_buttons
from tests.playbook.small import LIBRARY, TICKET, library_of, small_organisation
from tests.playbook.walking import START

NOWHERE = Situation(Incident(id="L-1"), small_organisation(), LIBRARY, START)


def test_a_button_made_outside_of_any_walk_leads_nowhere() -> None:
    """Its visit is one that no walk ever has."""
    step = LIBRARY.shown_step(TICKET, "open")
    assert press_of(step, NOWHERE, "closed") == Press(
        incident="L-1", playbook="", step="open", visit=0, button="closed"
    )


def test_a_step_whose_buttons_all_hide_shows_none() -> None:
    """No empty row."""
    library = library_of(
        "{id: x, title: X, start: a, steps: [{id: a, kind: choose, title: A, buttons: "
        "[{id: go, label: Go, to: end, when: still_in}]}]}"
    )
    assert show_buttons(library.shown_step("x", "a"), NOWHERE) == []


def test_an_outcome_without_consequences_leaves_the_walk_where_it_is() -> None:
    """And nothing behind."""
    outcome = Outcome("Ticked")
    assert (outcome.consequences, outcome.values, outcome.events) == (None, {}, ())
