"""Forms become modals that Slack takes, and what they carry comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from bot.core.view import AddNote, Choice, Copyable, FieldKind, Form, FormField, Text, View
from bot.surfaces.slack.modal import render_form, render_page, render_words
from bot.surfaces.slack.parse import parse_metadata
from tests.surfaces.slack.views import VIEWS, forms
from tests.workspace.validate import judge_view

NOTE = AddNote(incident="lo-1")


def form_of(*fields: FormField) -> dict[str, Any]:
    """A modal with these fields."""
    return dict(render_form(Form("A form", "Send", fields, NOTE), "C1"))


def element_of(field: FormField) -> dict[str, Any]:
    """The input of one field."""
    (block,) = form_of(field)["blocks"]
    assert block["block_id"] == field.id
    return dict(block["element"])


@settings(max_examples=60, deadline=None)
@given(form=forms())
def test_any_form_is_a_modal_that_slack_takes(form: Form) -> None:
    """By three judges, whatever is in its labels, choices and defaults."""
    modal: Any = render_form(form, "C1")
    assert list(judge_view(modal, "")) == []
    assert len(json.dumps(modal)) < 250_000


@settings(max_examples=40, deadline=None)
@given(view=VIEWS)
def test_any_view_is_a_modal_to_read(view: View) -> None:
    """With nothing to submit."""
    modal: Any = render_page(view)
    assert list(judge_view(modal, "")) == []
    assert "submit" not in modal


def test_a_form_carries_its_action_and_where_it_was_opened() -> None:
    """The answers come back with both."""
    assert parse_metadata(form_of(FormField("a", "A"))["private_metadata"]) == (NOTE, "C1")


def test_titles_are_cut_to_what_fits() -> None:
    """With a mark."""
    modal: Any = render_form(Form("A title that is much too long", "Send", (), NOTE))
    assert modal["title"]["text"] == "A title that is much to…"


def test_an_intro_stands_above_the_fields_and_is_only_text() -> None:
    """It may repeat what somebody typed."""
    modal: Any = render_form(Form("A", "B", (FormField("a", "A"),), NOTE, "Waive <!here>"))
    assert modal["blocks"][0]["text"]["text"] == "Waive &lt;!here&gt;"


@pytest.mark.parametrize(("kind", "several"), [("line", False), ("lines", True)])
def test_typed_text_comes_with_what_is_known(kind: FieldKind, several: bool) -> None:  # noqa: FBT001 - a case
    """Within what Slack takes."""
    element = element_of(FormField("a", "A", kind, default="x" * 4_000, placeholder="p"))
    assert element["multiline"] is several
    assert element["initial_value"] == "x" * 3_000
    assert element["placeholder"]["text"] == "p"
    assert "initial_value" not in element_of(FormField("a", "A", kind))


def choices(count: int) -> tuple[Choice, ...]:
    """So many."""
    return tuple(Choice(f"v{n}", f"Label {n}", f"Hint {n}") for n in range(count))


def test_one_of_several_is_a_menu_with_the_default_chosen() -> None:
    """A default that is not offered chooses nothing."""
    element = element_of(FormField("a", "A", "one_of", choices=choices(3), default="v1"))
    assert element["initial_option"]["value"] == "v1"
    assert element["options"][0]["description"]["text"] == "Hint 0"
    nothing = element_of(FormField("a", "A", "one_of", choices=choices(3), default="gone"))
    assert "initial_option" not in nothing


@pytest.mark.parametrize(("count", "kind"), [(10, "checkboxes"), (11, "multi_static_select")])
def test_many_of_several_are_boxes_while_they_are_few(count: int, kind: str) -> None:
    """With what is known ticked."""
    element = element_of(
        FormField("a", "A", "many_of", choices=choices(count), default=("v0", "v2"))
    )
    assert element["type"] == kind
    assert [option["value"] for option in element["initial_options"]] == ["v0", "v2"]


def test_a_menu_offers_the_first_hundred() -> None:
    """The most recent stand first, and any other can be typed."""
    element = element_of(FormField("a", "A", "one_of", choices=choices(130)))
    assert len(element["options"]) == 100


def test_a_moment_is_picked_and_comes_with_what_is_known() -> None:
    """Slack counts in seconds."""
    known = element_of(FormField("a", "A", "moment", default="2026-11-22T03:24:00Z"))
    assert known["initial_date_time"] == 1_795_317_840
    assert "initial_date_time" not in element_of(FormField("a", "A", "moment"))


def test_only_a_required_field_must_be_answered() -> None:
    """Everything else can be added later."""
    needed, free = form_of(FormField("a", "A", required=True), FormField("b", "B", hint="h"))[
        "blocks"
    ]
    assert (needed["optional"], free["optional"]) == (False, True)
    assert free["hint"]["text"] == "h"


def test_a_page_shows_a_view_in_its_order() -> None:
    """And closes."""
    modal: Any = render_page(View("Ticket", (Text("first"), Copyable("second"))))
    assert [block["type"] for block in modal["blocks"]] == ["section", "rich_text"]
    assert modal["close"]["text"] == "Close"


def test_words_alone_are_a_modal_too() -> None:
    """For what cannot be said beside a field."""
    modal: Any = render_words("Not recorded", "*Not done.* Open it again.")
    assert list(judge_view(modal, "")) == []
    assert modal["blocks"][0]["text"]["text"] == "*Not done.* Open it again."
