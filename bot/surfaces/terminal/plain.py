"""Text on its way to and from the screen: a pasted escape sequence must never drive a terminal.

Not about layout: that is `render`. Control sequences are ECMA-48 (CSI, OSC, DCS and friends).
"""

from __future__ import annotations

import re

from bot.core.wording import plain_line, plain_text

_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
    r"|\x1b[ -/]*[0-~]"
)
_SLASH = re.compile(
    r"(?<![\w/.:])/lockout(?![\w/-]|\.\w)(?: (status|timeline|note|export|close|drill|help)\b)?"
)
_TYPED = {"note": "lockout note INCIDENT", "help": "lockout --help", "": "lockout walk"}


def printable(text: str) -> str:
    """Somebody's text for the screen: colours and cursor moves gone, other hidden signs visible."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain_text(_SEQUENCES.sub("", lines))


def printable_line(text: str) -> str:
    """The same, as one line."""
    return plain_line(_SEQUENCES.sub("", text))


def storable(text: str) -> str:
    """What was typed or piped in, without what no hash can take and no reader wants."""
    visible = _SEQUENCES.sub("", text.replace("\r\n", "\n")).replace("\x00", "")
    return visible.encode("utf-8", "replace").decode("utf-8")


def in_terminal(words: str) -> str:
    """A hint of a use case in the words of this surface: `/lockout status` is `lockout status`."""
    return _SLASH.sub(lambda found: _TYPED.get(found[1] or "", f"lockout {found[1]}"), words)
