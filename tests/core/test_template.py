"""Facts in texts and conditions: what is missing says so, what was pasted stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError

from bot.core.template import (
    Missing,
    TemplateError,
    TemplateSyntaxError,
    blocks_in,
    holds,
    names_in,
    render_block,
    render_text,
    with_missing,
)

LABELS = {"policy": "policy name", "addresses": "public IP address", "people": "call-back number"}


def test_a_known_fact_is_filled_in() -> None:
    """The value stands where its name stood."""
    facts, missing = with_missing({"policy": "CA001"}, LABELS)
    assert render_text("Policy: {{ policy }}", facts) == "Policy: CA001"
    assert missing == []


@pytest.mark.parametrize("empty", [None, "", ()])
def test_an_empty_fact_is_a_visible_gap(empty: object) -> None:
    """Never a blank: the gap names what is missing."""
    facts, missing = with_missing({"policy": empty}, LABELS)
    assert render_text("Policy: {{ policy }}", facts) == "Policy: [MISSING: policy name]"
    assert missing == ["policy name"]


def test_only_gaps_that_are_printed_are_listed_each_once_in_order() -> None:
    """The list of what to find out is the list of what the text lacks."""
    facts, missing = with_missing({}, LABELS)
    render_text("{{ addresses }} {{ policy }} {{ addresses }}", facts)
    assert missing == ["public IP address", "policy name"]


def test_a_gap_is_false_in_a_condition_and_equals_nothing() -> None:
    """A condition on what nobody knows does not hold, and asking does not list it as printed."""
    facts, missing = with_missing({}, LABELS)
    assert not holds("policy", facts)
    assert not holds("policy == 'CA001'", facts)
    assert holds("not policy", facts)
    assert missing == []


def test_a_gap_in_a_list_is_one_line_with_a_gap() -> None:
    """A loop over what is missing runs once; every detail of an entry is the same gap."""
    facts, missing = with_missing({}, LABELS)
    text = "{% for one in people %}{{ one.name }} {{ one.phone }};{% endfor %}"
    assert render_text(text, facts) == "[MISSING: call-back number] [MISSING: call-back number];"
    assert missing == ["call-back number"]


def test_a_gap_has_no_inner_python_life() -> None:
    """Special names are no details of a fact."""
    with pytest.raises(AttributeError):
        Missing("policy name").__len__  # noqa: B018 - asking is the test
    assert str(Missing("policy name")) == "[MISSING: policy name]"


def test_a_false_value_is_known() -> None:
    """`no` is an answer, not a gap; so is a fact that has no label."""
    facts, _ = with_missing({"policy": False, "other": "x"}, LABELS)
    assert render_text("{{ policy }} {{ other }}", facts) == "False x"


@pytest.mark.parametrize(
    "pasted", ["{{ 7*7 }}", "{% for x in y %}", "{# gone #}", "{{ policy.__class__ }}", "{{"]
)
def test_pasted_template_language_stays_text(pasted: str) -> None:
    """A value is only ever a value, wherever it is printed."""
    assert render_text("Error: {{ error }}", {"error": pasted}) == f"Error: {pasted}"
    source = "{% block body %}{{ error }}{% endblock %}"
    assert render_block(source, "body", {"error": pasted}) == pasted


@given(st.text(min_size=1).filter(lambda text: text == text.strip()))
def test_any_value_is_printed_as_it_is(value: str) -> None:
    """Nothing in a value is read as markup or template."""
    assert render_text("<{{ value }}>", {"value": value}) == f"<{value}>"


@pytest.mark.parametrize(
    "source",
    [
        "{{ ().__class__.__bases__ }}",
        "{{ ''.__class__.mro() }}",
        "{{ policy.__init__.__globals__ }}",
        "{{ [].append(1) }}",
        "{{ '{0.__class__}'.format(policy) }}",
    ],
)
def test_the_sandbox_lets_no_template_out(source: str) -> None:
    """A playbook from a folder cannot reach into the program."""
    with pytest.raises(SecurityError):
        render_text(source, {"policy": "CA001"})


def test_the_sandbox_holds_in_conditions_too() -> None:
    """A `when` is no way out either."""
    with pytest.raises(SecurityError):
        holds("().__class__.__bases__", {})


def test_a_name_that_nobody_sets_is_an_authors_mistake() -> None:
    """It raises instead of printing a blank."""
    with pytest.raises(TemplateError):
        render_text("{{ polcy }}", {"policy": "CA001"})
    with pytest.raises(TemplateError):
        holds("polcy == 'CA001'", {"policy": "CA001"})


def test_one_block_of_a_template_is_filled_in_alone() -> None:
    """Subject, body and phone script live in one file."""
    source = "{% block a %} one {{ x }} {% endblock %}\n{% block b %}two{% endblock %}"
    assert blocks_in(source) == {"a", "b"}
    assert render_block(source, "a", {"x": "1"}) == "one 1"
    assert render_block(source, "b", {}) == "two"


def test_the_names_in_a_text_or_condition_are_found() -> None:
    """Lint compares them with what can be known."""
    assert names_in("{{ a }} {% if b %}{{ b.c }}{% endif %}") == {"a", "b"}
    assert names_in("a == 'x' and not b", condition=True) == {"a", "b"}
    with pytest.raises(TemplateSyntaxError):
        names_in("{{ a")
