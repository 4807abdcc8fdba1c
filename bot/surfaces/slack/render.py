"""A `View` as Block Kit, within Slack's limits; what does not fit is left out, and that is said.

Somebody's text is only ever text: `&<>` are escaped so that a pasted `<!channel>` notifies nobody,
and `verbatim` keeps Slack from turning words into links and mentions. Limits:
docs.slack.dev/reference/block-kit/blocks (50 blocks, 3000 in a section, 75 on a button);
the ceiling of a message's blocks together is undocumented, about 13,200 characters
(slackapi/bolt-js#2509).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import accumulate

from bot.core.view import (
    Block,
    Button,
    Buttons,
    Clocks,
    Copyable,
    Facts,
    Heading,
    Item,
    Link,
    Links,
    Rule,
    Small,
    Table,
    Text,
    View,
)

Json = dict[str, object]

SECTION = 2_900
BOX = 9_000
# So that the newest 15 facts fit into a message together.
CELL = 300
# Slack takes 50: the rest is for the mark of a cut, the buttons behind it, the card's header,
# how fresh it is, and an excuse.
MESSAGE_BLOCKS = 41
BUTTONS_BEHIND = 5
BUTTONS_CHARACTERS = 1_200
MESSAGE_CHARACTERS = 11_500
ITEMS_SHOWN = 10
CODES_SHOWN = 3
CUT = "_Shortened here to fit. The export has everything._"
BUTTONS_TOGETHER = 25
BUTTON_TEXT = 75
CONFIRM_TEXT = 300
FIELD_TEXT = 1_900
FIELDS = 10
CLOCKS_TOGETHER = 10
HEADER = 150
CUT_ENTITY = re.compile(r"&[a-z]{0,3}$")


def escape(text: str) -> str:
    """Slack's three control characters (docs.slack.dev, formatting text: escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_mrkdwn(text: str) -> str:
    """**bold** of a view to Slack's *bold*; everything else escaped."""
    return re.sub(r"\*\*(.+?)\*\*", r"*\1*", escape(text), flags=re.DOTALL)


def shorten(text: str, limit: int) -> str:
    """Within a limit, with a visible mark where something was cut; never within an entity."""
    return text if len(text) <= limit else CUT_ENTITY.sub("", text[: limit - 1]) + "…"


def render_message(view: View) -> list[Json]:
    """A message's blocks, most important first, never above the limits."""
    return _fit(_blocks(view.blocks), MESSAGE_BLOCKS, MESSAGE_CHARACTERS)


def render_modal_blocks(view: View) -> list[Json]:
    """The same for the body of a modal or of the Home tab, which may hold 100 blocks."""
    return _fit(_blocks(view.blocks), 94, 30_000)


def _fit(blocks: Iterable[Json], most: int, characters: int) -> list[Json]:
    """From the top as much as fits; of what is cut, the buttons stay: they are the way on."""
    fitting: list[Json] = []
    behind: list[Json] = []
    size, cut = 0, False
    for block in blocks:
        size += _size(block)
        cut = cut or len(fitting) >= most or size > characters
        if not cut:
            fitting.append(block)
        elif block["type"] == "actions":
            behind.append(block)
    if not cut:
        return fitting
    return [*fitting, _context(CUT), *_buttons_that_fit(behind)]


def _buttons_that_fit(rows: list[Json]) -> list[Json]:
    sizes = accumulate(map(_size, rows))
    return [
        row
        for row, size in list(zip(rows, sizes, strict=True))[:BUTTONS_BEHIND]
        if size <= BUTTONS_CHARACTERS
    ]


def _size(value: object) -> int:
    """The characters of all texts in a block."""
    if isinstance(value, dict):
        return sum(
            len(entry) if key == "text" and isinstance(entry, str) else _size(entry)
            for key, entry in value.items()
        )
    return sum(map(_size, value)) if isinstance(value, list) else 0


def _blocks(blocks: Iterable[Block]) -> Iterator[Json]:
    items = codes = 0
    for number, block in enumerate(blocks):
        if isinstance(block, Item):
            items += 1
            codes += bool(block.code)
            if items <= ITEMS_SHOWN:
                yield from _item(block, number, with_code=codes <= CODES_SHOWN)
            elif items == ITEMS_SHOWN + 1:
                yield _context("_More lines follow when these are done._")
        else:
            yield from _block(block, number)


def _block(block: Block, number: int) -> Iterator[Json]:  # noqa: C901, PLR0912 - one line a kind
    match block:
        case Text(text):
            yield from (_section(part) for part in split(to_mrkdwn(text), SECTION))
        case Heading(text):
            yield {"type": "header", "text": _plain(text, HEADER)}
        case Small(text, links):
            pointers = " ".join(map(_link, links))
            small = shorten(f"{shorten(to_mrkdwn(text), SECTION)} {pointers}".strip(), 3_000)
            if small:
                yield _context(small)
        case Facts(pairs):
            yield from _facts(pairs)
        case Clocks():
            yield from _clocks(block)
        case Copyable(text, title):
            yield from _copyable(text, title)
        case Table():
            yield from _table(block)
        case Links(links):
            lines = "\n".join(map(_link, links))
            yield from (_section(part) for part in split(lines, SECTION))
        case Buttons(buttons):
            yield from _actions(buttons, number)
        case Rule():
            yield {"type": "divider"}
        case Item():
            yield from _item(block, number, with_code=True)


def _actions(buttons: tuple[Button, ...], number: int) -> Iterator[Json]:
    rendered: list[object] = [
        render_button(button, f"b{number}.{index}") for index, button in enumerate(buttons)
    ]
    for start in range(0, len(rendered), BUTTONS_TOGETHER):
        yield {"type": "actions", "elements": rendered[start : start + BUTTONS_TOGETHER]}


def _link(link: Link) -> str:
    """A link; what is no web address is only text, since `<!…>` and `<@…>` would notify."""
    label = shorten(escape(link.label), 200)
    if not re.fullmatch(r"https?://[^\s<>|]{1,1500}", link.url):
        return label
    return f"<{link.url}|{label or link.url}>"


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _plain(text: str, limit: int) -> Json:
    return {"type": "plain_text", "text": shorten(text, limit) or "-", "emoji": False}


def split(text: str, limit: int) -> Iterator[str]:
    """Parts no longer than `limit`, cut at a line's end where there is one."""
    while len(text) > limit:
        cut = text.rfind("\n", 1, limit)
        cut = cut if cut > 0 else len(CUT_ENTITY.sub("", text[:limit]))
        yield text[:cut]
        text = text[cut:].lstrip("\n")
    if text:
        yield text


def _facts(pairs: tuple[tuple[str, str], ...]) -> Iterator[Json]:
    fields: list[object] = [
        {
            "type": "mrkdwn",
            "text": f"*{shorten(escape(label), 90)}*\n{shorten(to_mrkdwn(value), FIELD_TEXT)}",
            "verbatim": True,
        }
        for label, value in pairs
    ]
    for start in range(0, len(fields), FIELDS):
        yield {"type": "section", "fields": fields[start : start + FIELDS]}


def _clocks(block: Clocks) -> Iterator[Json]:
    """Slack draws the distance itself, so that it is right whenever somebody looks."""
    if not block.clocks:
        return
    parts = []
    for clock in block.clocks:
        moment = clock.moment.astimezone(UTC)
        fallback = f"{moment:%Y-%m-%d %H:%M} UTC"
        stamp = (
            f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}} ({{ago}})|{fallback}>"
        )
        parts.append(f"*{shorten(escape(clock.label), 150)}* {stamp}")
    for start in range(0, len(parts), CLOCKS_TOGETHER):
        yield _context(" · ".join(parts[start : start + CLOCKS_TOGETHER]))


def _copyable(text: str, title: str) -> Iterator[Json]:
    """One preformatted box: shown and copied exactly as it is, whatever it contains."""
    if title:
        yield _section(f"*{shorten(escape(title), SECTION)}*")
    # Two boxes would have to be copied twice, and people paste half a ticket without noticing.
    for box in split(text, BOX):
        parts = [box[start : start + SECTION] for start in range(0, len(box), SECTION)]
        inside = [{"type": "text", "text": part} for part in parts]
        yield {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": inside}],
        }


def _table(table: Table) -> Iterator[Json]:
    """Slack's own block `table` may stand in a message only once, so this is text.

    Columns stand under each other in a box where they are short; else a row is a line.
    """
    rows = [row for row in table.rows if row]
    if table.short:
        columns = list(zip(table.header, *rows, strict=True))
        sizes = [max(map(len, column)) for column in columns]
        lines = (
            "  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=True)).rstrip()
            for row in (table.header, *rows)
        )
        yield from _copyable("\n".join(lines), "")
    elif rows:
        first, *rest = (to_mrkdwn(cell) for cell in table.header)
        text = "\n".join([f"*{first}* {' · '.join(rest)}", *map(_row, rows)])
        yield from (_section(part) for part in split(text, SECTION))


def _row(row: tuple[str, ...]) -> str:
    first, *rest = (to_mrkdwn(shorten(cell, CELL)) for cell in row)
    return f"`{first}` " + " · ".join(rest)


def _item(item: Item, number: int, *, with_code: bool) -> Iterator[Json]:
    mark = "☑" if item.done else "☐"
    section = _section(f"{mark} {shorten(to_mrkdwn(item.text), SECTION)}")
    if item.button:
        section["accessory"] = render_button(item.button, f"i{number}")
    yield section
    if item.code and with_code and not item.done:
        yield from _copyable(item.code, "")


def render_button(button: Button, action_id: str) -> Json:
    """One button; its value is the action that a press asks for."""
    rendered: Json = {
        "type": "button",
        "action_id": action_id,
        "text": _plain(button.label, BUTTON_TEXT),
        "value": button.action.model_dump_json(),
    }
    if button.style != "default":
        rendered["style"] = button.style
    if button.confirm:
        rendered["confirm"] = {
            "title": _plain("Are you sure?", 100),
            "text": _plain(button.confirm, CONFIRM_TEXT),
            "confirm": _plain("Yes", 30),
            "deny": _plain("Not yet", 30),
        }
    return rendered
