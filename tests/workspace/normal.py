"""What Slack fills in when it accepts blocks: ids that were left out, and defaults.

An app gets these back in payloads and may come to rely on them, so the stand-in adds them too.
The defaults are those of recorded payloads (`emoji`, `verbatim`, `optional`, ...).
"""

import copy
from collections.abc import Callable

from .model import Json, Value

_DEFAULTS: dict[str, Json] = {
    "plain_text": {"emoji": True},
    "mrkdwn": {"verbatim": False},
    "input": {"optional": False, "dispatch_action": False},
    "plain_text_input": {"multiline": False},
}

_ACTS = frozenset({
    "button", "checkboxes", "datepicker", "datetimepicker", "email_text_input", "file_input",
    "icon_button", "multi_static_select", "multi_users_select", "number_input", "overflow",
    "plain_text_input", "radio_buttons", "static_select", "timepicker", "url_text_input",
    "users_select", "conversations_select", "channels_select", "rich_text_input",
})  # fmt: skip


def settle(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """Return a copy of `blocks` as Slack would store it; `new_id` makes missing ids."""
    settled = copy.deepcopy(blocks)
    for block in settled:
        block.setdefault("block_id", new_id())
        _fill(block, new_id)
    return settled


def settle_view(view: Json, new_id: Callable[[], str]) -> Json:
    """Return a copy of a view payload as Slack would store it."""
    settled = copy.deepcopy(view)
    settled["blocks"] = settle(view["blocks"], new_id)
    for key in ("title", "submit", "close"):
        if settled.get(key):
            _fill(settled[key], new_id)
    return settled


def _fill(node: Value, new_id: Callable[[], str]) -> None:
    if isinstance(node, list):
        for item in node:
            _fill(item, new_id)
    if not isinstance(node, dict):
        return
    for key, value in _DEFAULTS.get(str(node.get("type")), {}).items():
        node.setdefault(key, value)
    if node.get("type") in _ACTS:
        node.setdefault("action_id", new_id())
    for value in node.values():
        _fill(value, new_id)
