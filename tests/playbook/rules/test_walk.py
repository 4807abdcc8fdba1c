"""Targets exist, steps are reached, and no walk is caught."""

from __future__ import annotations

import pytest

from bot.playbook.rules.walk import reachable_steps
from tests.playbook.planting import (
    HEAD,
    PLAYBOOKS,
    TICKET,
    Plant,
    assert_found,
    complaints,
    parsed,
    steps,
)

PLANTS = {
    "an unknown step": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, to: end}
      - {id: b, label: B, to: frist}  # here
"""),
        "there is no step 'frist'; did you mean 'first'?",
    ),
    "an unknown method": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, to: "method:support-tickets"}  # here
"""),
        "did you mean 'method:support-ticket'?",
    ),
    "an unknown start": Plant(
        HEAD.replace("start: first", "start: begin  # here")
        + "  - {id: first, kind: decide, to: end}\n",
        "there is no step 'begin'; known: first",
    ),
    "a step that nothing leads to": Plant(
        steps("""
  - {id: first, kind: decide, to: end}
  - {id: lonely, kind: decide, to: end}  # here
"""),
        "no way leads to the step 'lonely'",
    ),
    "a step that only an unreachable step leads to": Plant(
        steps("""
  - {id: first, kind: decide, to: end}
  - {id: one, kind: decide, to: two}  # here
  - {id: two, kind: decide, to: end}  # here
"""),
        "no way leads to the step",
    ),
    "two steps that send people back and forth": Plant(
        steps("""
  - id: first  # here
    kind: choose
    title: One
    buttons: [{id: a, label: A, to: second}]
  - id: second  # here
    kind: choose
    title: Two
    buttons: [{id: a, label: A, to: first}]
"""),
        "no way leads to the end or to another method",
    ),
    "a fork without a last way": Plant(
        steps("""
  - id: first
    kind: decide
    to:  # here
      - {to: end, when: "still_in == 'yes'"}
      - {to: end, when: "still_in == 'no'"}
"""),
        "the last way on must have no condition",
    ),
    "a button without a last way": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - id: a
        label: A
        to: [{to: end, when: policy_name}]  # here
"""),
        "the last way on must have no condition",
    ),
    "ways behind the last one": Plant(
        steps("""
  - id: first
    kind: decide
    to:  # here
      - {to: end}
      - {to: end, when: policy_name}
      - {to: end}
"""),
        "are never taken",
    ),
    "a declined approval that leads nowhere": Plant(
        steps("""
  - id: first
    kind: approval
    title: Agree
    what: Unseal
    to: end
    declined: nowhere  # here
"""),
        "there is no step 'nowhere'",
    ),
    "a ring of forks": Plant(
        steps("""
  - id: first  # here
    kind: decide
    to:
      - {to: second, when: policy_name}
      - {to: end}
  - id: second  # here
    kind: decide
    to: first
"""),
        "can lead back to itself without asking anybody",
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """Every kind of mistake in a walk is named, once, where it stands."""
    assert_found(plant)


def test_a_method_that_one_provider_lacks_is_named_with_the_provider() -> None:
    """A hand-over in the triage must work at every provider that is served."""
    aws = PLAYBOOKS[TICKET].replace("entra", "aws")
    found = complaints({**PLAYBOOKS, "aws-support-ticket": aws})
    assert ("triage", 12, "there is no playbook of the method 'exclusion-group' for aws") in found


def test_a_loop_with_a_way_out_is_no_mistake() -> None:
    """Trying again is a normal part of a walk."""
    text = steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: again, label: Again, to: first}
      - {id: out, label: Out, to: end}
""")
    assert complaints({**PLAYBOOKS, TICKET: text}) == []


def test_reachable_steps_are_none_when_the_start_is_unknown() -> None:
    """A wrong start is one mistake, not one for every step."""
    playbook, _ = parsed(PLAYBOOKS[TICKET].replace("start: first", "start: nowhere"), TICKET)
    assert reachable_steps(playbook) == set()
