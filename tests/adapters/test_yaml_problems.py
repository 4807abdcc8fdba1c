"""What pydantic found is said in words for the person who wrote the file."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from bot.adapters.yaml_lines import parse_yaml
from bot.adapters.yaml_problems import problems_of
from bot.core.organisation import Organisation
from bot.playbook.model import Playbook

HEAD = "id: a\ntitle: T\nstart: one\nsteps:\n"
STEP = HEAD + "  - id: one\n    kind: choose\n    title: T\n    buttons:\n"

PLAYBOOKS: dict[str, tuple[str, list[tuple[int, str, str]]]] = {
    "a mistyped key": (
        HEAD + "  - {id: one, kind: decide, too: end, to: end}\n",
        [(5, "steps[0].too", "unknown key 'too'; did you mean 'to'?")],
    ),
    "a key unlike all others": (
        HEAD + "  - {id: one, kind: decide, zzz: end, to: end}\n",
        [(5, "steps[0].zzz", "unknown key 'zzz'; known here: id, kind, to")],
    ),
    "a missing key": (
        HEAD + "  - id: one\n    kind: choose\n    buttons: [{id: a, label: A, to: end}]\n",
        [(5, "steps[0]", "'title' is needed")],
    ),
    "a missing key far inside": (
        STEP + "      - {id: a, label: A, to: end}\n      - id: b\n        to: end\n",
        [(10, "steps[0].buttons[1]", "'label' is needed")],
    ),
    "an unknown kind": (
        HEAD + "  - {id: one, kind: chose, title: T}\n",
        [
            (
                5,
                "steps[0]",
                (
                    "'chose' is not a known kind; known: "
                    "'choose', 'draft', 'wait', 'form', 'checklist', 'audit', 'members', "
                    "'approval', 'proof', 'decide'"
                ),
            )
        ],
    ),
    "no kind": (
        HEAD + "  - {id: one}\n",
        [(5, "steps[0]", "'kind' is needed: it says what this is")],
    ),
    "a bad id": (
        STEP + "      - {id: A b, label: A, to: end}\n",
        [
            (
                9,
                "steps[0].buttons[0].id",
                "'A b' must be lower case letters, digits and hyphens, beginning with a letter",
            )
        ],
    ),
    "a bad name of a fact": (
        STEP + "      - {id: a, label: A, to: end, sets: {My-Fact: x}}\n",
        [
            (
                9,
                "steps[0].buttons[0].sets.My-Fact",
                (
                    "'My-Fact' must be lower case letters, digits and underscores, "
                    "beginning with a letter"
                ),
            )
        ],
    ),
    "a value of a wrong kind": (
        STEP + "      - {id: a, label: A, to: end, sets: {my_fact: {a: b}}}\n",
        [
            (
                9,
                "steps[0].buttons[0].sets.my_fact",
                "must be a text, true or false, or a list of texts",
            )
        ],
    ),
    "too long a label": (
        STEP + f"      - {{id: a, label: {'x' * 71}, to: end}}\n",
        [(9, "steps[0].buttons[0].label", "is too long: at most 70 characters")],
    ),
    "too many fields": (
        HEAD
        + "  - {id: one, kind: form, title: T, to: end, fields: ["
        + ", ".join(f"{{fact: a{number}, label: A}}" for number in range(11))
        + "]}\n",
        [(5, "steps[0].fields", "is too long: at most 10 entries")],
    ),
    "a text that is empty": (
        HEAD + "  - id: one\n    kind: decide\n    to:\n",
        [(7, "steps[0].to", "must be a list: each entry on its own line, behind '- '")],
    ),
    "nothing behind a key": (
        STEP.replace("title: T\n    buttons", "title:\n    buttons")
        + "      - {id: a, label: A, to: end}\n",
        [(7, "steps[0].title", "is empty: write something behind it, or leave the key out")],
    ),
    "true where a text belongs": (
        STEP + "      - {id: a, label: true, to: end}\n",
        [(9, "steps[0].buttons[0].label", "must be a text: put it in quotes")],
    ),
    "a list where a text belongs": (
        STEP + "      - {id: a, label: [A], to: end}\n",
        [(9, "steps[0].buttons[0].label", "must be a single text, not a list or a group of keys")],
    ),
    "a text where keys belong": (
        STEP + "      - press me\n",
        [(9, "steps[0].buttons[0]", "must be a group of 'key: value' lines")],
    ),
    "no web address": (
        STEP.replace("    buttons", "    links: [{label: L, url: nowhere}]\n    buttons")
        + "      - {id: a, label: A, to: end}\n",
        [
            (
                8,
                "steps[0].links[0].url",
                "must be a web address, for example https://example.com/page",
            )
        ],
    ),
    "an empty list": (
        HEAD + "  - {id: one, kind: choose, title: T, buttons: []}\n",
        [(5, "steps[0].buttons", "needs at least one entry")],
    ),
    "no duration": (
        STEP + "      - {id: a, label: A, to: end, opens: [{id: x, title: T, due_in: soon}]}\n",
        [
            (
                9,
                "steps[0].buttons[0].opens[0].due_in",
                "write a duration as a number and m, h or d, for example 4h",
            )
        ],
    ),
    "a word that is not one of the choices": (
        STEP + "      - {id: a, label: A, to: end, style: big}\n",
        [
            (
                9,
                "steps[0].buttons[0].style",
                "'big' is not one of 'primary', 'default', 'danger'",
            )
        ],
    ),
    "no number": (
        HEAD + "  - {id: one, kind: checklist, title: T, to: end, at_least: many}\n",
        [(5, "steps[0].at_least", "must be a whole number")],
    ),
}


def _problems(text: str, model: type[BaseModel]) -> list[tuple[int, str, str]]:
    document = parse_yaml(text.encode(), "f.yaml")
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document.data)
    found = problems_of(caught.value, document, model)
    assert all(problem.file == "f.yaml" for problem in found)
    return [(problem.line, problem.field, problem.message) for problem in found]


@pytest.mark.parametrize(("text", "expected"), PLAYBOOKS.values(), ids=PLAYBOOKS.keys())
def test_each_mistake_in_a_playbook_is_said_plainly(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    """No jargon, one sentence for one mistake, and the place where it stands."""
    assert _problems(text, Playbook) == expected


def test_the_members_of_a_union_do_not_appear_in_a_path() -> None:
    """`tenants[0].entra.tenant_id` is no place in the file."""
    text = """
name: Example
people: [{id: a, name: A, roles: [boss]}]
tenants:
  - id: one
    name: One
    provider: entra
    support: {plan: Unified}
    tenant_id: 123
    initial_domain: example.com
    polices: []
    policies:
      - {id: p, name: P, changed_at: 2026-11-22 03:04}
      - {id: q, name: Q, changed_at: yesterday}
    emergency_accounts:
      - {name: N, custody: C, object_id: 1, last_test: soon}
"""
    assert [(line, field) for line, field, _ in _problems(text, Organisation)] == [
        (3, "people[0].roles[0]"),
        (9, "tenants[0].tenant_id"),
        (11, "tenants[0].polices"),
        (13, "tenants[0].policies[0].changed_at"),
        (14, "tenants[0].policies[1].changed_at"),
        (16, "tenants[0].emergency_accounts[0].last_test"),
        (16, "tenants[0].emergency_accounts[0].object_id"),
    ]
    words = " ".join(message for _, _, message in _problems(text, Organisation))
    assert "did you mean 'policies'?" in words
    assert "needs its time zone" in words
    assert "must be a time with its time zone" in words
    assert "must be a date, for example 2026-11-22" in words
    assert "'boss' is not one of 'responder', 'approver', 'custodian'" in words
    assert "Input should" not in words
    assert "Value error" not in words


def test_a_rule_about_a_whole_part_stands_at_that_part() -> None:
    """The place is the tenant, not the member of the union that pydantic chose."""
    text = """
name: Example
people: [{id: a, name: A, roles: [responder]}]
tenants:
  - id: one
    name: One
    provider: entra
    support: {plan: Unified}
    tenant_id: 11111111-2222-3333-4444-555555555555
    initial_domain: example.com
    group: {id: sg-break-glass-admins}
"""
    message = "'sg-break-glass-admins' is not a GUID: group.id is the group's object ID"
    assert _problems(text, Organisation) == [(5, "tenants[0]", message)]


def test_what_pydantic_says_in_a_way_nobody_foresaw_is_passed_on() -> None:
    """Better its own words than none."""

    class Odd(BaseModel):
        size: float

    assert _problems("size: 1e999x\n", Odd)[0][0] == 1
