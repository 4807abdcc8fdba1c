"""The third opinion on Block Kit: how long, how many, how unique, and on which surface.

Sources: docs.slack.dev/reference/block-kit and /reference/views; the TSDoc of @slack/types 3.2.0;
the limit registry and surface table of slackblocks 3.0.0. Neither slack_sdk.models nor the JSON
Schema knows the empty section text, the 2,001st character of a field, duplicate ids, an empty
select, a long option value, the eleventh radio button, the size of tables, the 51st block, or
what a modal may not hold.
"""

import collections
import json
from collections.abc import Iterator

from .model import Json, Value, elements

Problem = tuple[str, str]
"""A JSON pointer and what is wrong there."""

MESSAGE_TEXT, UPDATE_TEXT = 40_000, 4_000
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TOTAL_TEXT = 13_200
"""Characters in all blocks of a message: undocumented, measured in slackapi/bolt-js#2509."""
VIEW_BYTES = 250_000
MARKDOWN_TOTAL = 12_000
ONE_TABLE = "only_one_table_allowed"
"""Slack's own word, beside the error invalid_attachments (slackapi/slack-skills-plugin)."""

SIZES: dict[str, tuple[int, int]] = {
    "*.block_id": (1, 255), "*.action_id": (1, 255), "*.placeholder": (1, 150),
    "plain_text.text": (1, 3000), "mrkdwn.text": (1, 3000),
    "section.text": (1, 3000), "section.fields": (1, 10), "section.fields[]": (1, 2000),
    "header.text": (1, 150), "markdown.text": (1, 12_000), "alert.text": (1, 200),
    "context.elements": (1, 10), "context_actions.elements": (1, 5), "actions.elements": (1, 25),
    "input.label": (1, 2000), "input.hint": (1, 2000),
    "image.alt_text": (1, 2000), "image.title": (1, 2000), "image.image_url": (1, 3000),
    "video.title": (1, 199),
    "table.rows": (1, 100), "table.rows[]": (1, 20), "table.column_settings": (0, 20),
    "data_table.rows": (2, 101), "data_table.rows[]": (1, 20), "data_table.caption": (1, 3000),
    "raw_text.text": (1, 3000),
    "card.title": (1, 150), "card.subtitle": (1, 150), "card.body": (1, 200),
    "card.actions": (1, 3), "carousel.elements": (1, 10), "plan.tasks": (1, 50),
    "container.child_blocks": (1, 10), "container.title": (1, 150),
    "button.text": (1, 75), "button.value": (1, 2000), "button.url": (1, 3000),
    "button.accessibility_label": (1, 75), "icon_button.value": (1, 2000),
    "overflow.options": (1, 5), "radio_buttons.options": (1, 10), "checkboxes.options": (1, 10),
    "static_select.options": (1, 100), "static_select.option_groups": (1, 100),
    "multi_static_select.options": (1, 100), "multi_static_select.option_groups": (1, 100),
    "option.text": (1, 75), "option.value": (1, 150), "option.description": (1, 75),
    "option.url": (1, 3000), "option_group.label": (1, 75), "option_group.options": (1, 100),
    "confirm.title": (1, 100), "confirm.text": (1, 300),
    "confirm.confirm": (1, 30), "confirm.deny": (1, 30),
    "view.title": (1, 24), "view.submit": (1, 24), "view.close": (1, 24),
    "view.private_metadata": (0, 3000), "view.callback_id": (0, 255), "view.external_id": (0, 255),
}  # fmt: skip
"""Least and most: characters of a text, items of a list; `[]` means each item of the list."""

_EVERYWHERE = {
    "actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section",
    "video",
}  # fmt: skip
SURFACES: dict[str, set[str]] = {
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | {"carousel", "container", "data_table", "table"},
    "message": _EVERYWHERE
    | {"carousel", "container", "context_actions", "data_table", "file", "markdown"}
    | {"plan", "table", "task_card"},
}

_KIND_BY_KEY = {
    "confirm": "confirm", "options": "option", "initial_options": "option",
    "initial_option": "option", "option_groups": "option_group",
}  # fmt: skip
"""What an object without a `type` is, by the key it stands under."""


def check_blocks(blocks: list[Json], surface: str, pointer: str) -> Iterator[Problem]:
    """Yield the problems of blocks on a surface: `message`, `modal` or `home`."""
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    if len(blocks) > most:
        yield pointer, f"no more than {most} items allowed"
    for index, block in enumerate(blocks):
        here = f"{pointer}/{index}"
        if block.get("type") not in SURFACES[surface]:
            yield here, f"a {block.get('type')} block is not allowed in a {surface}"
        yield from _sizes(block, "", here)
        yield from _own_rules(block, here)
    yield from _unique([block.get("block_id") for block in blocks], "block_id", pointer)
    if surface == "message":
        yield from _message_rules(blocks, pointer)


def check_view(view: Json, pointer: str) -> Iterator[Problem]:
    """Yield the problems of a view and its blocks."""
    surface = "home" if view.get("type") == "home" else "modal"
    shell = {key: value for key, value in view.items() if key not in {"blocks", "type"}}
    yield from _sizes(shell, "view", pointer)
    blocks = view.get("blocks", [])
    yield from check_blocks(blocks, surface, f"{pointer}/blocks")
    has_input = any(block.get("type") == "input" for block in blocks)
    if surface == "modal" and has_input and not view.get("submit"):
        yield pointer, "a modal with an input block needs `submit`"
    focused = [element for _, element in elements(blocks) if element.get("focus_on_load")]
    if len(focused) > 1:
        yield pointer, "only one element can have focus_on_load"


def total_text(blocks: list[Json]) -> int:
    """Count the characters of all texts in the blocks of a message."""

    def count(node: Value) -> int:
        if isinstance(node, list):
            return sum(map(count, node))
        if not isinstance(node, dict):
            return 0
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(count(value) for value in node.values())

    return count(blocks)


def view_bytes(view: Json) -> int:
    """Return the size of a view as JSON, in bytes."""
    return len(json.dumps(view, ensure_ascii=False).encode())


# --- sizes


def _sizes(node: Value, kind: str, pointer: str) -> Iterator[Problem]:
    """Hold a node and everything in it to SIZES. `kind` is for objects without a type."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _sizes(item, kind, f"{pointer}/{index}")
    if not isinstance(node, dict):
        return
    kind = node.get("type") or kind
    for key, value in node.items():
        here = f"{pointer}/{key}"
        yield from _size(value, SIZES.get(f"{kind}.{key}") or SIZES.get(f"*.{key}"), here)
        each = SIZES.get(f"{kind}.{key}[]")
        for index, item in enumerate(value if each else ()):
            yield from _size(item, each, f"{here}/{index}")
        yield from _sizes(value, _KIND_BY_KEY.get(key, ""), here)


def _size(value: Value, bounds: tuple[int, int] | None, pointer: str) -> Iterator[Problem]:
    content = value.get("text", "") if isinstance(value, dict) else value
    if bounds is None or not isinstance(content, (str, list)):
        return
    least, most = bounds
    unit = "items" if isinstance(content, list) else "characters"
    if len(content) > most:
        yield pointer, f"must have at most {most} {unit}, has {len(content)}"
    if len(content) < least:
        yield pointer, f"must have at least {least} {unit}, has {len(content)}"


# --- rules of single kinds


def _message_rules(blocks: list[Json], pointer: str) -> Iterator[Problem]:
    if sum(block.get("type") in {"table", "data_table"} for block in blocks) > 1:
        yield pointer, ONE_TABLE
    markdown = sum(len(block["text"]) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_TOTAL:
        yield pointer, f"all markdown blocks together have {markdown} characters"


def _own_rules(block: Json, pointer: str) -> Iterator[Problem]:
    if block.get("type") == "section" and not (block.get("text") or block.get("fields")):
        yield pointer, "a section needs `text` or `fields`"
    inside = [element for _, element in elements([block])]
    yield from _unique([element.get("action_id") for element in inside], "action_id", pointer)
    for element in inside:
        yield from _menu_rules(element, pointer)
        yield from _input_rules(element, pointer)


def _menu_rules(element: Json, pointer: str) -> Iterator[Problem]:
    if element["type"] in {"static_select", "multi_static_select"} and (
        ("options" in element) == ("option_groups" in element)
    ):
        yield pointer, "a menu needs either `options` or `option_groups`"
    offered = [_said(option) for option in _offered(element)]
    for option in [element.get("initial_option"), *element.get("initial_options", ())]:
        if option is not None and _said(option) not in offered:
            yield pointer, f"the initial option {_said(option)} is not among the options"
    values = [option.get("value") for option in _offered(element)]
    yield from _unique(values, "option value", pointer)


def _input_rules(element: Json, pointer: str) -> Iterator[Problem]:
    if element["type"] != "plain_text_input":
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= least <= most <= 3000 or most < 1:
        yield pointer, f"min_length {least} and max_length {most} do not fit in 0 to 3000"
    given = len(element.get("initial_value", ""))
    if given and not least <= given <= most:
        yield pointer, f"the initial value has {given} characters, not {least} to {most}"


def _offered(element: Json) -> list[Json]:
    groups = element.get("option_groups", ())
    return [*element.get("options", ()), *(o for group in groups for o in group["options"])]


def _said(option: Json) -> tuple[str, Value]:
    return option["text"]["text"], option.get("value")


def _unique(names: list[Value], what: str, pointer: str) -> Iterator[Problem]:
    counted = collections.Counter(name for name in names if name is not None)
    for name, times in counted.items():
        if times > 1:
            yield pointer, f"{what} {name!r} is used {times} times"
