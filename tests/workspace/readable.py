"""Block Kit as a person reads it: plain text, without markup, ids or JSON.

This is for assertions and for failure messages. It is not a renderer: order and words are kept,
looks are not.
"""

import re
from collections.abc import Callable, Iterable

from .model import Json

_TOKEN = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_STYLE = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")


class Reader:
    """Turns blocks into lines, with the names of the people and channels in this workspace."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        """`name_of` turns a user or channel id into a name."""
        self._name_of = name_of

    def lines(self, blocks: Iterable[Json]) -> list[str]:
        """Return the blocks as lines of text."""
        found: list[str] = []
        for block in blocks:
            render = _BLOCKS.get(block["type"], Reader._unknown)
            found += [line for line in render(self, block) if line]
        return found

    def text(self, thing: Json | str | None) -> str:
        """Return a text object, or mrkdwn in a string, as plain text."""
        if thing is None:
            return ""
        if isinstance(thing, str) or thing["type"] == "mrkdwn":
            return self._mrkdwn(thing if isinstance(thing, str) else thing["text"])
        return _unescaped(thing["text"])

    def element(self, element: Json) -> str:
        """Return an interactive element as its words: `[Button]`, `(o) Option`."""
        kind = element["type"]
        if "options" in element and kind in {"overflow", "radio_buttons", "checkboxes"}:
            mark = {"overflow": "[…] ", "radio_buttons": "( ) ", "checkboxes": "[ ] "}[kind]
            return "\n".join(mark + self._option(option) for option in element["options"])
        if kind == "image":
            return f"[image: {element['alt_text']}]"
        if kind in {"mrkdwn", "plain_text"}:
            return self.text(element)
        return f"[{self.text(element.get('text') or element.get('placeholder')) or kind}]"

    def _option(self, option: Json) -> str:
        described = self.text(option.get("description"))
        return self.text(option["text"]) + (f" ({described})" if described else "")

    # --- mrkdwn

    def _mrkdwn(self, raw: str) -> str:
        """Take the markup off, but leave code as it is: policies are full of asterisks."""
        parts = _CODE.split(raw)
        for place, part in enumerate(parts):
            code = place % 2 == 1
            parts[place] = _TOKEN.sub(self._token, part.strip("`") if code else _plain(part))
        return _unescaped("".join(parts))

    def _token(self, match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith(("@", "#")):
            return target[0] + (label or self._name_of(target[1:]))
        if target.startswith("!date^"):
            return label
        if target.startswith("!"):
            return label or "@" + target[1:]
        return f"{label} ({target})" if label and label != target else target

    # --- blocks, each to lines

    def _section(self, block: Json) -> list[str]:
        fields = [self.text(field) for field in block.get("fields", ())]
        accessory = [self.element(block["accessory"])] if "accessory" in block else []
        return [self.text(block.get("text")), *fields, *accessory]

    def _actions(self, block: Json) -> list[str]:
        return ["  ".join(self.element(element) for element in block["elements"])]

    def _input(self, block: Json) -> list[str]:
        return [
            self.text(block["label"]) + (" (optional)" if block.get("optional") else ""),
            "  " + self.element(block["element"]).replace("\n", "\n  "),
            self.text(block.get("hint")),
        ]

    def _table(self, block: Json) -> list[str]:
        rows = [" | ".join(self._cell(cell) for cell in row) for row in block["rows"]]
        return [block.get("caption", ""), *rows]

    def _cell(self, cell: Json) -> str:
        return "\n".join(self._rich(cell)) if cell["type"] == "rich_text" else str(cell["text"])

    def _rich(self, block: Json) -> list[str]:
        lines: list[str] = []
        for part in block["elements"]:
            if part["type"] == "rich_text_list":
                items = ("".join(map(self._run, item["elements"])) for item in part["elements"])
                lines += [f"• {item}" for item in items]
            else:
                lines += "".join(map(self._run, part["elements"])).split("\n")
        return lines

    def _run(self, run: Json) -> str:
        kind = run["type"]
        if kind in {"user", "channel"}:
            return ("@" if kind == "user" else "#") + self._name_of(run[f"{kind}_id"])
        if kind == "link":
            return f"{run['text']} ({run['url']})" if run.get("text") else str(run["url"])
        if kind == "date":
            return str(run.get("fallback", run["timestamp"]))
        pattern = {"text": "{text}", "emoji": ":{name}:", "broadcast": "@{range}"}.get(kind)
        return pattern.format(**run) if pattern else f"[{kind}]"

    def _card(self, block: Json) -> list[str]:
        words = [self.text(block.get(key)) for key in ("title", "subtitle", "body")]
        return [*words, "  ".join(self.element(action) for action in block.get("actions", ()))]

    def _container(self, block: Json) -> list[str]:
        return [self.text(block.get("title")), *self.lines(block["child_blocks"])]

    def _heading(self, block: Json) -> list[str]:
        return [self.text(block["text"])]

    def _unknown(self, block: Json) -> list[str]:
        return [f"[{block['type']}: {block.get('title') or block.get('alt_text') or ''}]"]


_BLOCKS: dict[str, Callable[[Reader, Json], list[str]]] = {
    "section": Reader._section,
    "header": Reader._heading,
    "alert": Reader._heading,
    "markdown": Reader._heading,
    "context": Reader._actions,
    "context_actions": Reader._actions,
    "actions": Reader._actions,
    "input": Reader._input,
    "table": Reader._table,
    "data_table": Reader._table,
    "rich_text": Reader._rich,
    "card": Reader._card,
    "container": Reader._container,
    "carousel": lambda reader, block: reader.lines(block["elements"]),
    "divider": lambda _reader, _block: ["———"],
}


def _plain(text: str) -> str:
    # Twice, because bold may hold italics.
    return _STYLE.sub(r"\2", _STYLE.sub(r"\2", text))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
