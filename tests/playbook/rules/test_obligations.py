"""What an answer opens, another answer can settle."""

from __future__ import annotations

import pytest

from tests.playbook.planting import PLAYBOOKS, TICKET, Plant, assert_found, complaints, steps

PLANTS = {
    "opened and never settled": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - id: a
        label: A
        opens:
          - {id: exclusion, title: Remove it, due_in: 4h}  # here
        to: end
"""),
        "'exclusion' is opened here, and no answer that can be reached settles it",
    ),
    "settled in a step that nobody reaches": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, opens: [{id: exclusion, title: Remove it}], to: end}  # here
"""),
        "no answer that can be reached settles it",
    ),
    "settled and never opened": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, settles: [exclusion], to: end}  # here
"""),
        "'exclusion' is settled here, and no answer opens it",
    ),
    "due at a moment that nobody asks for": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields: [{fact: ends_at, label: Ends}]
    opens:
      - id: exclusion
        title: Remove it
        due_at: ends_at  # here
    settles: [exclusion]
    to: end
"""),
        "no form asks for 'ends_at' as a moment",
    ),
    "a promise that nobody asks for": Plant(
        steps("""
  - id: first
    kind: wait
    title: One
    promised: callback_at  # here
    buttons: [{id: a, label: A, to: end}]
"""),
        "no form asks for 'callback_at' as a moment",
    ),
}

OPENS = steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, opens: [{id: exclusion, title: Remove it}], to: end}
""")


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """A duty without an end is named where it begins."""
    assert_found(plant)


def test_another_playbook_of_the_same_provider_may_settle_it() -> None:
    """The exclusion of the ticket is removed in the walk of the permanent fix."""
    group = PLAYBOOKS["entra-exclusion-group"].replace(
        "label: Done", "settles: [exclusion], label: Done"
    )
    found = complaints({**PLAYBOOKS, TICKET: OPENS, "entra-exclusion-group": group})
    assert found == []


def test_moments_that_a_form_asks_for_may_be_named() -> None:
    """The end of an exclusion, and the promised call, are answers of a form."""
    text = steps("""
  - id: first
    kind: form
    title: One
    fields: [{fact: ends_at, label: Ends, kind: moment}]
    opens: [{id: exclusion, title: Remove it, due_at: ends_at}]
    to: second
  - id: second
    kind: wait
    title: Two
    promised: ends_at
    buttons: [{id: a, label: A, settles: [exclusion], to: end}]
""")
    assert complaints({**PLAYBOOKS, TICKET: text}) == []


def test_a_playbook_of_another_provider_cannot_settle_it() -> None:
    """A lockout at Entra never walks the playbooks for AWS."""
    aws = {
        name.replace("entra", "aws"): text.replace("entra", "aws").replace(
            "label: Done", "opens: [{id: exclusion, title: T}], settles: [exclusion], label: Done"
        )
        for name, text in PLAYBOOKS.items()
        if name != "triage"
    }
    found = complaints({**PLAYBOOKS, TICKET: OPENS, **aws})
    assert [name for name, _, _ in found] == [TICKET]


def test_a_step_that_nobody_reaches_settles_nothing() -> None:
    """An answer that nobody can give is no end of a duty."""
    text = (
        OPENS
        + """
  - id: lonely
    kind: choose
    title: Two
    buttons: [{id: a, label: A, settles: [exclusion], to: end}]
"""
    )
    found = complaints({**PLAYBOOKS, TICKET: text})
    assert [message.partition("'")[0] for _, _, message in found] == [
        "",
        "no way leads to the step ",
    ]
    assert "no answer that can be reached settles it" in found[0][2]
