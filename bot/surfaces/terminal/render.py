"""A `View` as lines for a screen of any width; nothing in it is cut, and nothing is interpreted.

Lines are wrapped here, at spaces only: an address, an ARN or a command stays in one piece, so that
it can be selected and pasted. What is to be copied stands between two rules with nothing beside it.
Buttons are not drawn: the menu of the walk is where they are pressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text as Line

from bot.core.facts import format_moment
from bot.core.view import (
    Block,
    Buttons,
    Clocks,
    Copyable,
    Facts,
    Heading,
    Item,
    Links,
    Rule,
    Small,
    Table,
    Text,
    View,
)
from bot.surfaces.terminal.plain import printable, printable_line

NARROWEST = 20
LABEL_COLUMN = 16
LAST_COLUMN = 30
# What a rule needs beside its title.
TITLE_ROOM = 7
_MARKS = re.compile(r"\*\*(.+?)\*\*|`([^`\n]+)`", re.DOTALL)
_WORD = re.compile(r"\s*\S+\s*")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Look:
    """`width` in columns, `now` as UTC, `zone` an IANA name."""

    width: int
    now: datetime
    zone: str = "UTC"


def render_view(view: View, look: Look) -> list[Line]:
    """The title and every block."""
    title = wrap(Line(printable_line(view.title), "bold"), look.width)
    return [*title, Line(), *render_blocks(view.blocks, look)]


def render_blocks(blocks: Iterable[Block], look: Look) -> list[Line]:
    """Blocks under each other, with an empty line where the kind of thing changes."""
    lines: list[Line] = []
    before: Block | None = None
    for block in blocks:
        drawn = list(_block(block, look))
        if not drawn:
            continue
        if before is not None and not _close_to(before, block):
            lines.append(Line())
        lines += drawn
        before = block
    return lines


def _close_to(before: Block, block: Block) -> bool:
    """What belongs so close together that an empty line would part it."""
    if isinstance(before, Item) and isinstance(block, Item):
        return not before.code or before.done
    return isinstance(before, Heading) or isinstance(block, Small | Clocks)


def _block(  # noqa: C901, PLR0912 - one line a kind, read as a table
    block: Block, look: Look
) -> Iterator[Line]:
    match block:
        case Text(text):
            yield from wrap(marked(text), look.width)
        case Heading(text):
            yield from wrap(Line(printable_line(text), "bold"), look.width)
        case Small():
            small = marked(block.text)
            small.stylize("dim")
            yield from wrap(small, look.width)
            yield from (Line(f"  {printable_line(link.url)}", "dim") for link in block.links)
        case Facts(pairs):
            yield from _facts(pairs, look.width)
        case Clocks():
            yield from _clocks(block, look)
        case Copyable(text, title):
            yield from copyable(text, title, look.width)
        case Table():
            yield from _table(block, look.width)
        case Links(links):
            for link in links:
                yield from wrap(Line(printable_line(link.label)), look.width)
                yield Line(f"  {printable_line(link.url)}", "underline")
        case Item():
            yield from _item(block, look.width)
        case Rule():
            yield rule(look.width)
        case Buttons():
            return


def marked(text: str) -> Line:
    """**bold** and `code` as styles; everything else is only text."""
    line = Line()
    text = printable(text)
    end = 0
    for found in _MARKS.finditer(text):
        line.append(text[end : found.start()])
        if found[1] is None:
            line.append(found[2], "cyan")
        else:
            bold = marked(found[1])
            bold.stylize("bold")
            line.append_text(bold)
        end = found.end()
    line.append(text[end:])
    return line


def wrap(line: Line, width: int, first: str = "", rest: str | None = None) -> list[Line]:
    """Lines of at most `width` columns after a prefix; a word that is longer stays whole."""
    rest = first if rest is None else rest
    room = max(width - cell_len(rest), NARROWEST)
    pieces: list[Line] = []
    for paragraph in line.split("\n", allow_blank=True):
        paragraph.expand_tabs(4)
        pieces += paragraph.divide(_breaks(paragraph.plain, room))
    lines = []
    for number, piece in enumerate(pieces):
        piece.rstrip()
        prefix = rest if number else first
        lines.append(Line(prefix if piece.plain else prefix.rstrip()).append_text(piece))
    return lines


def _breaks(plain: str, room: int) -> list[int]:
    """Where lines begin, as offsets into the text."""
    breaks, used = [], 0
    for found in _WORD.finditer(plain):
        size = cell_len(found[0].rstrip())
        if used and used + size > room:
            breaks.append(found.start())
            used = 0
        used += cell_len(found[0])
    return breaks


def rule(width: int, title: str = "") -> Line:
    """A line across, with a title near its beginning."""
    start = f"── {printable_line(title)} " if title else ""
    return Line(start + "─" * max(width - cell_len(start), 3), "dim")


def copyable(text: str, title: str, width: int) -> list[Line]:
    """Exactly the text between two rules: no frame beside it, no line broken for the screen."""
    body = [Line(line) for line in printable(text).strip("\n").split("\n")]
    if cell_len(title) + TITLE_ROOM > width:
        above = wrap(Line(printable_line(title), "bold"), width)
        return [*above, rule(width), *body, rule(width)]
    return [rule(width, title), *body, rule(width)]


def _facts(pairs: tuple[tuple[str, str], ...], width: int) -> Iterator[Line]:
    labels = [printable_line(label) for label, _ in pairs]
    column = min(max(map(cell_len, labels), default=0), LABEL_COLUMN) + 2
    for label, (_, value) in zip(labels, pairs, strict=True):
        text = printable(value)
        if cell_len(label) > column - 2 or _longest(text) > width - column:
            yield from wrap(Line(label, "dim"), width)
            yield from wrap(Line(text), width, "  ")
            continue
        lines = wrap(Line(text), width, " " * column)
        first = label + " " * (column - cell_len(label))
        lines[0] = Line(first, "dim").append_text(lines[0][column:])
        yield from lines


def _longest(text: str) -> int:
    """Columns of the longest word, which is never broken."""
    return max(map(cell_len, text.split()), default=0)


def _clocks(block: Clocks, look: Look) -> Iterator[Line]:
    for clock in block.clocks:
        moment = format_moment(clock.moment, look.zone)
        told = f"{printable_line(clock.label)} {moment}, {distance(clock.moment, look.now)}"
        yield from wrap(Line(told, "dim"), look.width)


def distance(moment: datetime, now: datetime) -> str:
    """How long ago, or in how long: '12 min ago', 'in 1 h 5 min', '2 d 3 h ago'."""
    seconds = int((now - moment).total_seconds())
    size = abs(seconds)
    if size < _MINUTE:
        return "just now"
    if size < _HOUR:
        words = f"{size // _MINUTE} min"
    elif size < _DAY:
        words = f"{size // _HOUR} h {size % _HOUR // _MINUTE} min"
    else:
        words = f"{size // _DAY} d {size % _DAY // _HOUR} h"
    return f"{words} ago" if seconds > 0 else f"in {words}"


def _table(block: Table, width: int) -> Iterator[Line]:
    """Columns side by side where the last one has room, else one paragraph a row."""
    rows = [tuple(map(printable_line, row)) for row in (block.header, *block.rows)]
    sizes = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    before = sum(sizes) + 2 * len(sizes)
    widest = max(_longest(row[-1]) for row in rows)
    if width - before < max(LAST_COLUMN, widest):
        for number, row in enumerate(rows):
            yield from wrap(Line(" · ".join(row[:-1]), "dim" if number else "bold"), width)
            yield from wrap(Line(row[-1], "" if number else "bold"), width, "  ")
        return
    for number, row in enumerate(rows):
        cells = [
            cell + " " * (size - cell_len(cell) + 2)
            for cell, size in zip(row[:-1], sizes, strict=True)
        ]
        style = "" if number else "bold"
        yield from wrap(Line(row[-1], style), width, "".join(cells), " " * before)


def _item(item: Item, width: int) -> Iterator[Line]:
    yield from wrap(marked(item.text), width, "☑ " if item.done else "☐ ", "  ")
    if item.code and not item.done:
        yield from copyable(item.code, "", width)
