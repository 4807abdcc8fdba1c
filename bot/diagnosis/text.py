"""Undo what mail, chat and terminals do to an error text before anybody pastes it.

Not an interpreter: nothing is added that was not there, and order is kept.
"""

import re

LIMIT = 100_000
"""Characters read; the rest of a longer text is left unread."""

_SPACES = "\t\v\f\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_BREAKS = "\r\x1c\x1d\x1e\x85\u2028\u2029"
_UNSEEN = "\u00ad\u180e\u061c\u2060\ufeff" + "".join(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_QUOTES = "\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4\uff07"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d\ufe63"
_COLONS = "\uff1a\ufe55\ua789"
_LOOKALIKES = {
    ord(odd): plain
    for plain, group in {
        " ": _SPACES,
        "\n": _BREAKS,
        "": _UNSEEN + "`",
        "'": _QUOTES,
        '"': _DOUBLE_QUOTES,
        "-": _DASHES,
        ":": _COLONS,
        "/": "\uff0f",
        "@": "\uff20",
    }.items()
    for odd in group
}

_ENTITIES = {
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
    "&quot;": '"',
    "&#34;": '"',
    "&#39;": "'",
    "&#x27;": "'",
    "&apos;": "'",
    "&nbsp;": " ",
}
_ENTITY = re.compile("|".join(map(re.escape, _ENTITIES)))
_ESCAPES = {
    "\\u0027": "'",
    "\\u0022": '"',
    "\\u003c": "<",
    "\\u003e": ">",
    "\\u0026": "&",
    '\\"': '"',
    "\\'": "'",
    "\\/": "/",
    "\\r\\n": "\n",
    "\\n": "\n",
}
# "\n" as two characters is a line break in pasted JSON, but also the middle of DOMAIN\name.
_ESCAPE = re.compile(
    r"""\\u00(?:27|22|3c|3e|26|3C|3E)|\\["'/]|\\r\\n|\\n(?=[A-Z0-9\s"'{}\[\]\\]|\Z)"""
)
_CHAT_LINK = re.compile(
    r"<(?:mailto:|tel:|https?://)[^<>|\s]{1,2048}\|([^<>|\n]{1,2048})>"
    r"|<(?:mailto:|tel:)?([^<>|\s]{1,2048}@[^<>|\s@]{1,255}|https?://[^<>|\s]{1,2048})>"
)
_QUOTE = re.compile(r"^ ?(?:[>\u2502\u2503\u2577\u2575] ?){1,20}", re.MULTILINE)
_CUT_ARN = re.compile(r"(\barn:aws[^\s\"']{1,300}[/:])\n(?=[^\s\"'])", re.IGNORECASE)
_CUT_GUID = re.compile(r"([0-9a-f]{4}-)\n(?=[0-9a-f]{4})", re.IGNORECASE | re.ASCII)
_SPACE_RUN = re.compile(r" {2,100000}")
_BREAK_RUN = re.compile(r" ?\n[ \n]{0,100000}")


def normalise(text: str) -> str:
    """Give the text with one space or one line break where there was any white space.

    Taken away: quote marks of mail and Terraform at the start of a line, chat links (the visible
    part stays), HTML and JSON escapes, invisible characters, back quotes, typographic quotes and
    dashes (their plain forms stay), line breaks inside an ARN or a GUID. At most `LIMIT`
    characters are read. Never raises.
    """
    plain = text[:LIMIT].translate(_LOOKALIKES)
    plain = _ENTITY.sub(lambda found: _ENTITIES[found[0]], plain)
    plain = _ESCAPE.sub(lambda found: _ESCAPES[found[0].replace("C", "c").replace("E", "e")], plain)
    plain = _CHAT_LINK.sub(lambda found: found[1] or found[2], plain)
    plain = _SPACE_RUN.sub(" ", plain)
    plain = _QUOTE.sub("", plain)
    plain = _BREAK_RUN.sub("\n", plain).strip()
    plain = _CUT_ARN.sub(r"\1", plain)
    return _CUT_GUID.sub(r"\1", plain)
