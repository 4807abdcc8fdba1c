"""Every text can be filled in, whatever the incident knows."""

from __future__ import annotations

import pytest

from tests.playbook.planting import PLAYBOOKS, TICKET, Plant, assert_found, complaints, steps

WRONG = "{{ polcy_name }}"


def _choose(extra: str = "", button: str = "") -> str:
    return steps(f"""
  - id: first
    kind: choose
    title: One
{extra}
    buttons:
      - {{id: a, label: A, to: end{button}}}
""")


PLANTS = {
    "a title": Plant(_choose().replace("title: One", f'title: "{WRONG}"  # here'), "'polcy_name'"),
    "a text": Plant(_choose(f'    text: "{WRONG}"  # here'), "did you mean 'policy_name'?"),
    "a notice": Plant(f'notice: "{WRONG}"  # here\n' + _choose(), "'polcy_name'"),
    "a copy": Plant(
        _choose(f'    copies: [{{title: T, text: "{WRONG}"}}]  # here'), "'polcy_name'"
    ),
    "the title of a copy": Plant(
        _choose(f'    copies: [{{title: "{WRONG}", text: T}}]  # here'), "'polcy_name'"
    ),
    "the condition of a copy": Plant(
        _choose("    copies: [{title: T, text: T, when: polcy_name}]  # here"), "'polcy_name'"
    ),
    "the condition of a link": Plant(
        _choose("    links: [{label: L, url: 'https://example.com', when: polcy_name}]  # here"),
        "'polcy_name'",
    ),
    "a button": Plant(
        _choose().replace("label: A, to: end}", f'label: "{WRONG}", to: end}}  # here'),
        "'polcy_name'",
    ),
    "a confirmation": Plant(
        _choose(button=f', confirm: "{WRONG}"').replace('}"}', '}"}  # here'), "'polcy_name'"
    ),
    "the title of a duty": Plant(
        _choose(button=f', settles: [x], opens: [{{id: x, title: "{WRONG}"}}]').replace(
            '"}]}', '"}]}  # here'
        ),
        "'polcy_name'",
    ),
    "the condition of a button": Plant(
        steps("""
  - id: first
    kind: choose
    title: One
    buttons:
      - {id: a, label: A, to: end}
      - {id: b, label: B, to: end, when: polcy_name}  # here
"""),
        "'polcy_name'",
    ),
    "the condition of a way": Plant(
        steps("""
  - id: first
    kind: decide
    to:
      - {to: end, when: polcy_name}  # here
      - {to: end}
"""),
        "'polcy_name'",
    ),
    "a hint": Plant(
        steps("""
  - id: first
    kind: form
    title: One
    fields:
      - fact: number
        label: Number
        hint: "{{ polcy_name }}"  # here
    to: end
"""),
        "'polcy_name'",
    ),
    "what is agreed to": Plant(
        steps("""
  - id: first
    kind: approval
    title: One
    what: "{{ polcy_name }}"  # here
    to: end
    declined: end
"""),
        "'polcy_name'",
    ),
    "a condition of an audit's button": Plant(
        steps("""
  - id: first
    kind: audit
    title: One
    to: end
    buttons: [{id: by-hand, label: By hand, to: end, when: "audit_result =="}]  # here
"""),
        "cannot be understood",
    ),
    "the way on of an audit": Plant(
        steps("""
  - id: first
    kind: audit
    title: One
    done: "{{ tenant }} is clean"  # here
    to: end
    buttons: [{id: by-hand, label: By hand, to: end}]
"""),
        "write it without braces",
    ),
    "a line of a checklist": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    items:
      - text: "{{ polcy_name }}"  # here
        copy: "{{ polcy_id }}"  # here
    to: end
"""),
        "no fact has this name: 'polcy_",
    ),
    "an entry's name outside the lines of a list": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    items:
      - text: "{{ it.name }}"  # here
    to: end
"""),
        "'it'",
    ),
    "an unknown part of an entry": Plant(
        steps("""
  - id: first
    kind: checklist
    title: One
    each: emergency_accounts
    item:
      text: "{{ it.name }}"
      copy: "{{ it.object_id }}"  # here
    to: end
"""),
        "cannot be filled in: ",
    ),
    "a brace that is not closed": Plant(
        _choose('    text: "{{ policy_name }"  # here'), "cannot be understood"
    ),
    "a condition that is no expression": Plant(
        steps("""
  - id: first
    kind: decide
    to:
      - {to: end, when: "policy_name =="}  # here
      - {to: end}
"""),
        "cannot be understood",
    ),
    "a filter that does not exist": Plant(
        _choose('    text: "{% if policy_name %}{{ policy_name | shout }}{% endif %}"  # here'),
        "shout",
    ),
    "a label that grows too long": Plant(
        _choose().replace(
            "label: A, to: end}", 'label: "Yes, take it out of {{ policy_name }}", to: end}  # here'
        ),
        "characters long once it is filled in, 70 fit",
    ),
    "braces where nothing is filled in": Plant(
        _choose("    links: [{label: '{{ policy_name }}', url: 'https://example.com'}]  # here"),
        "facts are not filled in here",
    ),
    "braces in the advantages": Plant(
        "pros:\n  - A line\n  - '{{ policy_name }}'  # here\n" + _choose(),
        "facts are not filled in here",
    ),
    "the reason of a recommendation": Plant(
        PLAYBOOKS["triage"]
        .replace("why: Nobody is in, ", f'why: "{WRONG}", ')
        .replace("== 'no'\"}", "== 'no'\"}  # here"),
        "'polcy_name'",
        "triage",
    ),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_each_planted_mistake_is_found_at_its_line(plant: Plant) -> None:
    """No text of a playbook escapes the check."""
    assert_found(plant)


def test_facts_of_forms_and_buttons_of_any_playbook_may_be_named() -> None:
    """What one walk leaves behind, another may speak of."""
    form = steps("""
  - id: first
    kind: form
    title: Ticket {{ ticket_number }}, {{ patched }}
    fields: [{fact: ticket_number, label: Number}]
    to: end
""")
    user = PLAYBOOKS["entra-support-user"].replace(
        "label: Done", "sets: {patched: 'yes'}, label: 'Done: {{ ticket_number }}'"
    )
    assert complaints({**PLAYBOOKS, TICKET: form, "entra-support-user": user}) == []


def test_a_text_may_give_names_of_its_own_to_values() -> None:
    """A name that is set in one branch, and used there, is no fact."""
    text = _choose(
        '    text: "{% if policy_name %}{% set at, by = policy_name, 1 %}{{ at }}{% endif %}"'
    )
    assert complaints({**PLAYBOOKS, TICKET: text}) == []


def test_a_list_of_an_unread_file_is_not_tried_out() -> None:
    """Nobody knows what its entries are like."""
    text = steps("""
  - id: first
    kind: checklist
    title: One
    each: places
    item: {text: "{{ it.name }}"}
    to: end
""")
    assert complaints({**PLAYBOOKS, TICKET: text}, unread=frozenset({"places"})) == []


def test_a_claim_shows_no_facts() -> None:
    """What a source says does not depend on the incident."""
    claim = "{says: 'It is {{ policy_name }}', source: 'https://example.com'}"
    assert_found(Plant(_choose(f"    claims: [{claim}]  # here"), "facts are not filled in here"))


def test_a_single_brace_is_an_ordinary_character() -> None:
    """A label may show a piece of JSON."""
    link = "{label: 'Look for {id}', url: 'https://example.com'}"
    text = _choose(f"    links: [{link}]\n    text: 'Send {{}} as the body'")
    assert complaints({**PLAYBOOKS, TICKET: text}) == []


def test_names_in_unread_files_get_the_benefit_of_the_doubt() -> None:
    """One broken file does not make another one look wrong."""
    text = _choose('    text: "{{ ticket_number }}"')
    assert complaints({**PLAYBOOKS, TICKET: text}, unread=frozenset({"ticket_number"})) == []
