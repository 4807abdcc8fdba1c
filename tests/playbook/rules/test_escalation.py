"""Escalation templates have three blocks, and stay readable however little is known."""

from __future__ import annotations

import pytest

from tests.playbook.planting import PLAYBOOKS, TEMPLATE, TICKET, complaints

MISTAKES = {
    "an unknown fact": (
        TEMPLATE.replace("{{ tenant }}", "{{ tennant }}"),
        1,
        "did you mean 'tenant'?",
    ),
    "a missing block": (TEMPLATE.replace("block phone", "block speech"), 1, "'phone' is missing"),
    "a block that is not closed": (TEMPLATE + "{% if tenant %}", 4, "cannot be understood"),
    "a part that no entry has": (
        TEMPLATE.replace("one.identifier", "one.arn"),
        2,
        "when everything is known",
    ),
    "a sum with what may be missing": (
        TEMPLATE.replace("{{ organisation }}", "{{ 1 + organisation }}"),
        3,
        "the block 'phone' cannot be filled in",
    ),
    "a name set outside the block that uses it": (
        "{% set who = tenant %}" + TEMPLATE.replace("{{ organisation }}", "{{ who }}"),
        3,
        "'who' is undefined",
    ),
}


@pytest.mark.parametrize(("template", "line", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_planted_mistake_is_found_at_its_line(template: str, line: int, says: str) -> None:
    """The line is that of the template's own file."""
    found = complaints(PLAYBOOKS, templates={"entra": template})
    matching = [
        message for name, at, message in found if (name, at) == ("entra.escalation.j2", line)
    ]
    assert any(says in message for message in matching), found


def test_a_block_that_nobody_shows_is_named() -> None:
    """A misspelt block would silently be left out of the ticket."""
    template = TEMPLATE + "{% block boddy %}x{% endblock %}"
    found = complaints(PLAYBOOKS, templates={"entra": template})
    assert [(line, message.split(";")[0]) for _, line, message in found] == [
        (4, "the block 'boddy' is never shown")
    ]


def test_a_template_of_no_provider_is_named() -> None:
    """Its text could never be asked for."""
    found = complaints(PLAYBOOKS, templates={"entra": TEMPLATE, "azure": TEMPLATE})
    assert found == [
        ("azure.escalation.j2", 0, "'azure' is not a provider; known: entra, aws, google")
    ]


def test_a_draft_step_needs_its_provider_s_template() -> None:
    """A step that shows the ticket text must have one to show."""
    drafting = PLAYBOOKS[TICKET].replace("kind: choose", "kind: draft")
    found = complaints({**PLAYBOOKS, TICKET: drafting}, templates={})
    assert found == [
        ("entra.escalation.j2", 0, "this template is missing, and 'entra-support-ticket' shows it")
    ]


def test_a_draft_step_with_its_template_is_sound() -> None:
    """The triage has no draft, and needs no template."""
    drafting = PLAYBOOKS[TICKET].replace("kind: choose", "kind: draft")
    assert complaints({**PLAYBOOKS, TICKET: drafting}) == []


def test_functions_of_the_template_language_are_no_facts() -> None:
    """An author may count and collect."""
    template = TEMPLATE.replace("I call", "{% for n in range(3) %}{{ n }}{% endfor %}I call")
    assert complaints(PLAYBOOKS, templates={"entra": template}) == []
