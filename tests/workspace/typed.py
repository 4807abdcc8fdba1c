"""What becomes of a text that a person types: escaped in `text`, as rich text in `blocks`.

Slack escapes `&`, `<` and `>` in the text of a message
(docs.slack.dev/messaging/formatting-message-text), so an app that quotes people must undo it.
Mentions are typed here as they are sent: `<@U0LOCKOUT>`.
"""

import re

from .model import Json

_MENTION = re.compile(r"<@(\w+)>")


def typed(text: str) -> Json:
    """Return the `text` and `blocks` of a message."""
    parts = _MENTION.split(text)
    runs: list[Json] = []
    for place, part in enumerate(parts):
        if place % 2:
            runs.append({"type": "user", "user_id": part})
        elif part:
            runs.append({"type": "text", "text": part})
    escaped = [f"<@{part}>" if place % 2 else _escaped(part) for place, part in enumerate(parts)]
    section = {"type": "rich_text_section", "elements": runs}
    return {"text": "".join(escaped), "blocks": [{"type": "rich_text", "elements": [section]}]}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
