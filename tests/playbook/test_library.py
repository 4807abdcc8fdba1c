"""Looking things up in the playbooks, and following their routes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.errors import Broken
from bot.core.facts import VOCABULARY
from bot.playbook.library import Library, consequences_of, facts_of
from bot.playbook.model import DecideStep, Route
from tests.playbook.small import GROUP, LIBRARY, TICKET, USER, library_of


def follow(
    target: str, playbook: str = "triage", library: Library = LIBRARY, **facts: object
) -> tuple[str, str, str] | None:
    """Where a route leads: playbook, step, state."""
    filled = library.fill(facts)[0]
    reached = library.reach(playbook, (Route(to=target),), "entra", filled)
    return (reached.playbook, reached.step, reached.state) if reached else None


FORKS = """
id: forks
title: Forks
start: one
steps:
  - {id: one, kind: decide, to: two}
  - {id: two, kind: decide, to: one}
  - {id: lost, kind: decide, to: nowhere}
  - {id: never, kind: decide, to: [{to: end, when: "still_in"}]}
  - {id: over, kind: decide, to: "method:support-user"}
"""


def test_a_route_leads_to_a_step_of_the_same_playbook() -> None:
    """With the state that the incident has there."""
    assert follow("open", TICKET) == (TICKET, "open", "restored")


def test_a_route_may_lead_to_the_end() -> None:
    """Then the walk stands nowhere."""
    assert follow("end") is None


def test_a_route_may_hand_over_to_another_method() -> None:
    """At the first step of its playbook for this provider."""
    assert follow("method:support-user") == (USER, "unseal", "working")


def test_forks_are_followed_by_what_is_known() -> None:
    """One after the other, also across playbooks; nobody sees them."""
    assert follow("known") == ("triage", "ask", "triage")
    assert follow("known", way_in="admin") == (GROUP, "lines", "working")


def test_the_first_route_that_holds_is_taken() -> None:
    """The rest is not looked at."""
    routes = (Route(to="open", when="still_in"), Route(to="waiting"), Route(to="filed"))
    for facts, step in (({"still_in": "yes"}, "open"), ({}, "waiting")):
        reached = LIBRARY.reach(TICKET, routes, "entra", LIBRARY.fill(facts)[0])
        assert reached is not None
        assert reached.step == step


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("one", "leads nowhere"),
        ("lost", "leads nowhere at 'nowhere'"),
        ("never", "none of the conditions holds"),
        ("over", "There is no playbook for 'method:support-user' at entra"),
    ],
)
def test_a_playbook_that_leads_nowhere_says_so(target: str, says: str) -> None:
    """A ring of forks, an unknown target, a fork without a way out, a method that is not there."""
    with pytest.raises(Broken) as caught:
        follow(target, "forks", library_of(FORKS))
    assert says in caught.value.reason
    assert caught.value.hint == "Run: lockout playbooks check"


def test_a_walk_begins_at_the_first_step_that_is_shown() -> None:
    """The start may be a fork."""
    reached = LIBRARY.first_step("triage", "entra", LIBRARY.fill({})[0])
    assert reached is not None
    assert reached.step == "ask"


def test_a_method_is_found_by_its_provider() -> None:
    """None where nobody wrote one."""
    found = LIBRARY.method("support-user", "entra")
    assert found is not None
    assert found.id == USER
    assert LIBRARY.method("support-user", "aws") is None


@pytest.mark.parametrize(
    ("playbook", "step"), [("gone", "ask"), ("triage", "gone"), ("triage", "known")]
)
def test_a_step_that_the_playbooks_lost_is_told_with_a_way_on(playbook: str, step: str) -> None:
    """After an update a walk may stand where nothing is any more."""
    with pytest.raises(Broken) as caught:
        LIBRARY.shown_step(playbook, step)
    assert f"no step '{step}' in '{playbook}' any more" in caught.value.reason
    assert "everything recorded is still there" in caught.value.hint


def test_every_fact_has_words_for_when_it_is_missing() -> None:
    """The vocabulary's own win over those that a playbook gives."""
    labels = LIBRARY.labels
    assert set(VOCABULARY) <= set(labels)
    assert labels["ticket_number"] == "Ticket number"
    assert labels["agreed"] == "agreed"
    assert labels["still_in"] == VOCABULARY["still_in"]


def test_filling_makes_gaps_visible() -> None:
    """And lists those that were printed."""
    facts, missing = LIBRARY.fill({"tenant": "Example"})
    assert str(facts["tenant"]) == "Example"
    assert str(facts["ticket_number"]) == "[MISSING: Ticket number]"
    assert missing == ["Ticket number"]


def consequence_count(playbook: str, step: str) -> int:
    """How many answers a step has."""
    found = LIBRARY.playbooks[playbook].step(step)
    assert found is not None
    return len(consequences_of(found))


def test_the_answers_of_a_step_are_its_own_way_on_and_its_buttons() -> None:
    """A fork has none: nobody answers it."""
    assert consequence_count(TICKET, "filed") == 2
    assert consequence_count(TICKET, "waiting") == 2
    fork: dict[str, Any] = {"id": "f", "kind": "decide", "to": "end"}
    assert consequences_of(DecideStep.model_validate(fork)) == []


def test_the_facts_that_a_step_leaves_behind_have_words() -> None:
    """Fields by their labels, what a button sets by its name."""
    form, ask = LIBRARY.shown_step(TICKET, "filed"), LIBRARY.shown_step("triage", "ask")
    assert facts_of(form)["promised_at"] == "Promised for"
    assert facts_of(form)["filed"] == "filed"
    assert facts_of(ask) == {"still_in": "still in"}
