"""The escalation text: what is known filled in, what is missing visible and listed."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError

from bot.core.facts import VOCABULARY
from bot.core.view import Copyable, Small, Text
from bot.escalation.draft import BLOCKS, Escalation, show_escalation, write_escalation

TEMPLATE = """
{% block subject %}
Locked out of {{ tenant }}
{{ policy_name }}
{% endblock %}
{% block body %}
Impact: {{ impact }}
{% for address in addresses %}
- {{ address }}
{% endfor %}
{% if partner %}
Partner: {{ partner }}
{% endif %}
{% endblock %}
{% block phone %}
I call about {{ policy_name }}.
{% endblock %}
"""
KNOWN = {
    "tenant": "Example",
    "policy_name": "CA001",
    "impact": "Nobody can work",
    "addresses": ("203.0.113.10", "2001:db8::7"),
}


def test_all_three_parts_are_filled_in() -> None:
    """The subject on one line, the others as they were written."""
    assert write_escalation(TEMPLATE, KNOWN, VOCABULARY) == Escalation(
        subject="Locked out of Example CA001",
        body="Impact: Nobody can work\n- 203.0.113.10\n- 2001:db8::7",
        phone_script="I call about CA001.",
        missing=(),
    )


def test_what_is_missing_is_visible_and_listed_in_order_of_appearance() -> None:
    """What a condition only asked for is not listed."""
    written = write_escalation(TEMPLATE, {}, VOCABULARY)
    assert written.subject == "Locked out of [MISSING: tenant name] [MISSING: policy name]"
    assert written.body == "Impact: [MISSING: business impact]\n- [MISSING: public IP address]"
    assert written.missing == ("tenant name", "policy name", "business impact", "public IP address")


def test_a_pasted_template_stays_text() -> None:
    """What somebody typed is never executed."""
    written = write_escalation(TEMPLATE, {**KNOWN, "impact": "{{ 7*7 }}"}, VOCABULARY)
    assert "Impact: {{ 7*7 }}" in written.body


@pytest.mark.parametrize("block", BLOCKS)
def test_a_mistake_in_any_part_is_an_authors_mistake(block: str) -> None:
    """A name that nobody ever sets raises; the check of the playbooks finds it before."""
    parts = dict.fromkeys(BLOCKS, "x") | {block: "{{ polcy_name }}"}
    template = "".join(
        f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in parts.items()
    )
    with pytest.raises(TemplateError):
        write_escalation(template, KNOWN, VOCABULARY)


WRITTEN = Escalation("Subject line", "Body", "Hello", ("policy name", "business impact"))


def test_the_view_says_first_what_is_missing_and_what_is_flagged() -> None:
    """Then subject, text and phone script to copy, and that they are sensitive."""
    view = show_escalation(WRITTEN, flagged=("2001:db8::7",))
    assert view.blocks[0] == Text("**Still missing:** policy name, business impact")
    assert isinstance(view.blocks[1], Text)
    assert view.blocks[1].text.startswith("**Not on your known list:** 2001:db8::7.")
    assert view.blocks[2:5] == (
        Copyable("Subject line", "Subject"),
        Copyable("Body", "Ticket text"),
        Copyable("Hello", "On the phone, say"),
    )
    assert isinstance(view.blocks[5], Small)
    assert "Send it only to the provider" in view.blocks[5].text
    assert (view.title, view.summary) == ("Ticket text", "Subject line")


def test_a_complete_text_starts_with_the_text() -> None:
    """No empty warning stands above it."""
    view = show_escalation(Escalation("Subject line", "Body", "Hello", ()))
    assert [type(block).__name__ for block in view.blocks] == [
        "Copyable",
        "Copyable",
        "Copyable",
        "Small",
    ]
