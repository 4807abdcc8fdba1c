"""Somebody who stands at a step always sees a way on, and one primary button."""

from __future__ import annotations

import pytest

from tests.playbook.planting import Plant, assert_found, steps


def _choose(*buttons: str, kind: str = "choose", mark: str = "") -> str:
    lines = "\n".join(f"      - {{to: end, {button}}}" for button in buttons)
    return steps(f"""
  - id: first
    kind: {kind}
    title: One
    buttons:{mark}
{lines}
""")


HERE = "  # here"
FORM = """
  - id: first
    kind: form
    title: One
    fields:
      - {fact: door, label: Door, kind: one_of, choices: [{value: a, label: A},
          {value: b, label: B}]}
    to: second
  - id: second
    kind: choose
    title: Two
"""

PLANTS = {
    "no button when nothing is known": Plant(
        _choose(
            "id: a, label: A, when: \"still_in == 'yes'\"",
            "id: b, label: B, when: \"still_in == 'no'\"",
            mark=HERE,
        ),
        "no button is left when still_in is not known: give one button no condition",
    ),
    "no button for one of the choices": Plant(
        steps(
            FORM
            + """    buttons:  # here
      - {id: a, label: A, to: end, when: "door == 'a' or not door"}
"""
        ),
        "no button is left when door is 'b'",
    ),
    "two primary buttons": Plant(
        _choose("id: a, label: A, style: primary", "id: b, label: B, style: primary", mark=HERE),
        "more than one is primary: at most one button",
    ),
    "two primary buttons in one situation": Plant(
        _choose(
            "id: a, label: A, style: primary",
            "id: b, label: B, style: primary, when: policy_name",
            mark=HERE,
        ),
        "more than one is primary when policy_name is 'something else'",
    ),
    "a primary button beside the form's own": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields: [{fact: number, label: Number}]
    to: end
    buttons:  # here
      - {id: a, label: A, style: primary, to: end}
"""),
        "the step has a primary button of its own: at most one button",
    ),
    "a primary button beside the audit's own": Plant(
        steps("""
  - id: first
    kind: audit
    title: One
    to: end
    buttons:  # here
      - {id: a, label: A, style: primary, to: end, when: "audit_result == 'failed'"}
"""),
        "the step has a primary button of its own when audit_result is 'failed'",
    ),
}

SOUND = {
    "one or the other": _choose(
        "id: a, label: A, when: policy_name", "id: b, label: B, when: not policy_name"
    ),
    "primary one or the other": _choose(
        "id: a, label: A, style: primary, when: policy_name",
        "id: b, label: B, style: primary, when: not policy_name",
    ),
    "all values of a fact": _choose(
        "id: a, label: A, when: \"still_in == 'yes'\"",
        "id: b, label: B, when: \"still_in == 'no'\"",
        "id: c, label: C, when: not still_in",
    ),
    "the playbook's own provider": _choose("id: a, label: A, when: \"provider == 'entra'\""),
    "all choices of a form": steps(
        FORM
        + """    buttons:
      - {id: a, label: A, to: end, when: "door == 'a'"}
      - {id: b, label: B, to: end, when: "door != 'a'"}
"""
    ),
    "a form whose only other button comes and goes": steps("""
  - id: first
    kind: form
    title: One
    fields: [{fact: number, label: Number}]
    to: end
    buttons:
      - {id: a, label: A, when: policy_name, to: end}
"""),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """The message names the facts with which somebody would be stuck."""
    assert_found(plant)


BROKEN = {
    "a condition that is no expression": "policy_name ==",
    "a condition that compares what cannot be compared": "policy_name < 3",
}


@pytest.mark.parametrize("condition", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_condition_is_left_to_the_rule_about_texts(condition: str) -> None:
    """One mistake is said once."""
    text = _choose(f'id: a, label: A, when: "{condition}"').replace(
        f'{condition}"}}', f'{condition}"}}{HERE}'
    )
    assert_found(Plant(text, "cannot be "))


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_buttons_that_cover_every_situation_are_no_mistake(text: str) -> None:
    """Conditions are judged by what facts can be, not by how they are written."""
    assert_found(Plant(text, ""))
