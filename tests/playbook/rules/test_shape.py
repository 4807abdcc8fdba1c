"""A single step is as its kind demands."""

from __future__ import annotations

import pytest

from tests.playbook.planting import PLAYBOOKS, TICKET, Plant, assert_found, complaints, steps

PLANTS = {
    "a step's id twice": Plant(
        steps("""
  - {id: first, kind: decide, to: end}
  - {id: first, kind: decide, to: end}  # here
"""),
        "'first' is the id of two steps",
    ),
    "a button's id twice": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, to: end}
      - {id: a, label: B, to: end}  # here
"""),
        "'a' is the id of two buttons",
    ),
    "a button that hides behind the form's own": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields: [{fact: number, label: Number}]
    to: end
    buttons:
      - {id: submit, label: B, to: end}  # here
"""),
        "the id of the step's own button",
    ),
    "a button that hides behind the checklist's own": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    items: [{text: Line}]
    to: end
    buttons:
      - {id: done, label: B, to: end}  # here
"""),
        "the id of the step's own button",
    ),
    "a button that hides behind the audit's own": Plant(
        steps("""
  - id: first
    kind: audit
    title: One
    to: end
    buttons:
      - {id: audit, label: B, to: end}  # here
"""),
        "the id of the step's own button",
    ),
    "an audit that catches people where nothing answers": Plant(
        steps("""
  - id: first
    kind: audit
    title: One
    to: end
    buttons:  # here
      - {id: other, label: B, to: end, when: "audit_result == 'clean'"}
"""),
        "needs a button that is there when audit_result == 'failed'",
    ),
    "a reading of members that catches people where nothing answers": Plant(
        steps("""
  - id: first
    kind: members
    title: One
    to: end
    buttons:  # here
      - {id: other, label: B, to: end, when: "members_result == 'exact'"}
"""),
        "needs a button that is there when members_result == 'failed'",
    ),
    "a fact asked twice": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields:
      - {fact: number, label: Number}
      - {fact: number, label: Number again}  # here
    to: end
"""),
        "'number' is the fact of two fields",
    ),
    "a choice without choices": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields:
      - {fact: one, label: One, kind: one_of}  # here
      - {fact: many, label: Many, kind: many_of}  # here
    to: end
"""),
        "needs choices",
    ),
    "choices that a line cannot offer": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields:
      - fact: one
        label: One
        choices: [{value: a, label: A}]  # here
    to: end
"""),
        "offers no choices: use one_of or many_of",
    ),
    "a choice twice": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields:
      - fact: one
        label: One
        kind: one_of
        choices:
          - {value: a, label: A}
          - {value: a, label: B}  # here
    to: end
"""),
        "'a' is the value of two choices",
    ),
    "a line's id twice": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    items:
      - {text: Line}
      - {id: "1", text: Another}  # here
    to: end
"""),
        "'1' is the id of two items",
    ),
    "a list of something that is no list": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    each: policy_name  # here
    item: {text: "{{ it }}"}
    to: end
"""),
        "'policy_name' is not a fact with several entries; known: accounts",
    ),
    "a list without its line": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    each: accounts  # here
    to: end
"""),
        "needs 'item'",
    ),
    "a line without its list": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    items: [{text: Line}]
    item: {text: Line}  # here
    to: end
"""),
        "needs 'each'",
    ),
    "a checklist without lines": Plant(
        steps("""
  - id: first  # here
    kind: checklist
    title: One
    to: end
"""),
        "needs items, or 'each' and 'item'",
    ),
    "a checklist that cannot be finished": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    at_least: 2  # here
    items: [{text: Line}]
    to: end
"""),
        "can never be finished: 1 lines, at_least is 2",
    ),
    "an approval by nobody": Plant(
        steps("""
  - id: first
    kind: approval
    title: One
    what: Unseal
    approvers: []  # here
    to: end
    declined: end
"""),
        "names nobody who may agree",
    ),
}


_PROOF = """  - id: first
    kind: proof
    part: alert
    title: Did it come
    items: [{id: alert, text: The alert came}]
    fields:
      - {fact: alert_id, label: Alert ID}
    repair: {id: repair, title: Repair it, due_in: 7d}
    to: end
"""
PLANTS |= {
    "a question of a proof that is asked anyway": Plant(
        steps(_PROOF.replace("fields:", "fields:  # here").replace("alert_id", "result")),
        "'result' is asked anyway",
    ),
    "a repair without a day": Plant(
        steps(_PROOF.replace(", due_in: 7d}", "}  # here")), "needs due_in"
    ),
    "a question of a proof without its choices": Plant(
        steps(_PROOF.replace("Alert ID}", "Alert ID, kind: one_of}  # here")), "needs choices"
    ),
}


def test_a_sound_proof_has_no_problem() -> None:
    """The step into which the mistakes are planted is sound."""
    assert complaints({**PLAYBOOKS, TICKET: steps(_PROOF)}) == []


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """Every kind of malformed step is named, once, where it stands."""
    assert_found(plant)


def test_many_chosen_answers_make_a_list() -> None:
    """A fact of kind many_of can be walked through line by line."""
    text = steps("""
  - id: first
    kind: form
    title: One
    fields:
      - {fact: places, label: Places, kind: many_of, choices: [{value: a, label: A}]}
    to: second
  - id: second
    kind: checklist
    title: Two
    each: places
    item: {text: "{{ it }}"}
    to: end
""")
    assert_found(Plant(text, ""))
