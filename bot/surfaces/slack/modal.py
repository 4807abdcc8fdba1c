"""Forms as modals. A field's id is its block id, so that an error finds its way back.

Limits: docs.slack.dev/reference/views/modal-views (title and submit 24) and block-kit elements
(100 options, option text 75, value 150, 10 checkboxes, initial value 3000).
"""

from __future__ import annotations

from bot.core.timeline import parse_time
from bot.core.view import Choice, Form, FormField, View
from bot.surfaces.slack.parse import write_metadata
from bot.surfaces.slack.render import SECTION, Json, escape, render_modal_blocks, shorten

TITLE = 24
OPTION_TEXT = 75
OPTIONS = 100
CHECKBOXES = 10
TYPED = 3_000
LABEL = 2_000
PLACEHOLDER = 150
ELEMENT = "v"


def render_form(form: Form, channel: str = "") -> Json:
    """The modal of a form; `channel` is where it was opened."""
    blocks: list[object] = []
    if form.intro:
        intro = shorten(escape(form.intro), SECTION)
        blocks.append(
            {"type": "section", "text": {"type": "mrkdwn", "text": intro, "verbatim": True}}
        )
    blocks += [_input(field) for field in form.fields]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": _plain(form.title, TITLE),
        "submit": _plain(form.submit, TITLE),
        "close": _plain("Cancel", TITLE),
        "private_metadata": write_metadata(form.action, channel),
        "blocks": blocks,
    }


def render_page(view: View) -> Json:
    """A view to read in a modal; nothing to submit."""
    return {
        "type": "modal",
        "callback_id": "page",
        "title": _plain(view.title, TITLE),
        "close": _plain("Close", TITLE),
        # A modal without blocks is refused.
        "blocks": render_modal_blocks(view) or [{"type": "divider"}],
    }


def render_words(title: str, words: str) -> Json:
    """A modal that only says something, in mrkdwn."""
    return {
        "type": "modal",
        "callback_id": "page",
        "title": _plain(title, TITLE),
        "close": _plain("Close", TITLE),
        "blocks": [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": shorten(words, SECTION), "verbatim": True},
            }
        ],
    }


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(text, limit) or "-", "emoji": False}


def _input(field: FormField) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.id,
        "label": _plain(field.label, LABEL),
        "optional": not field.required,
        "element": _element(field),
    }
    if field.hint:
        block["hint"] = _plain(field.hint, LABEL)
    return block


def _element(field: FormField) -> Json:
    match field.kind:
        case "line" | "lines":
            return _typed(field)
        case "one_of":
            return _one_of(field)
        case "many_of":
            return _many_of(field)
        case "moment":
            element: Json = {"type": "datetimepicker", "action_id": ELEMENT}
            if isinstance(field.default, str) and field.default:
                element["initial_date_time"] = int(parse_time(field.default).timestamp())
            return element


def _typed(field: FormField) -> Json:
    element: Json = {
        "type": "plain_text_input",
        "action_id": ELEMENT,
        "multiline": field.kind == "lines",
        "max_length": TYPED,
    }
    if field.placeholder:
        element["placeholder"] = _plain(field.placeholder, PLACEHOLDER)
    if isinstance(field.default, str) and field.default:
        element["initial_value"] = field.default[:TYPED]
    return element


def _option(choice: Choice) -> Json:
    option: Json = {"text": _plain(choice.label, OPTION_TEXT), "value": choice.value[:150]}
    if choice.hint:
        option["description"] = _plain(choice.hint, OPTION_TEXT)
    return option


def _one_of(field: FormField) -> Json:
    element: Json = {
        "type": "static_select",
        "action_id": ELEMENT,
        "options": [_option(choice) for choice in field.choices[:OPTIONS]],
    }
    chosen = [choice for choice in field.choices[:OPTIONS] if choice.value == field.default]
    if chosen:
        element["initial_option"] = _option(chosen[0])
    return element


def _many_of(field: FormField) -> Json:
    few = len(field.choices) <= CHECKBOXES
    element: Json = {
        "type": "checkboxes" if few else "multi_static_select",
        "action_id": ELEMENT,
        "options": [_option(choice) for choice in field.choices[:OPTIONS]],
    }
    chosen = [choice for choice in field.choices[:OPTIONS] if choice.value in field.default]
    if chosen:
        element["initial_options"] = [_option(choice) for choice in chosen]
    return element
