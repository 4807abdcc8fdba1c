"""Views as lines, at the widths of a phone, a terminal and a wide screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from bot.core.view import (
    AddNote,
    Block,
    Button,
    Buttons,
    Clock,
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
from bot.surfaces.terminal.render import Look, distance, marked, render_blocks, render_view

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
WORDS = "Ask in your team now. Look for an open browser, a phone, a command line that works. " * 2
URL = "https://learn.microsoft.com/entra/identity/authentication/concept-mandatory-mfa"
ARN = "arn:aws:iam::111122223333:role/break-glass-with-a-rather-long-name-1"
EVERYTHING: tuple[Block, ...] = (
    Text(f"**Declared** · {WORDS}"),
    Clocks((Clock("Locked out since", NOW - timedelta(minutes=12)),)),
    Rule(),
    Heading("Which way in? " * 5),
    Small(f"A patch. {WORDS}", (Link("source", URL),)),
    Facts((("Provider", "AWS"), ("A label that is long", WORDS), ("Role", ARN))),
    Item(WORDS, done=False, code='{"Deny": "*"}'),
    Item("Second line", done=True, code="hidden"),
    Table(("#", "When", "Who", "What"), (("1", "2026-11-22 03:04 UTC", "root", WORDS),)),
    Copyable("command", "The same in a shell that is already connected"),
    Links((Link("Admin center", URL),)),
    Buttons((Button("Press", AddNote()),)),
)


def lines_of(*blocks: Block, width: int = 80) -> list[str]:
    """What would stand on the screen."""
    return [line.plain for line in render_blocks(blocks, Look(width, NOW, "Europe/Berlin"))]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_lines_fit_the_screen_unless_they_are_one_word(width: int) -> None:
    """Nothing is wider than the screen but what must stay in one piece."""
    for line in lines_of(*EVERYTHING, width=width):
        assert cell_len(line) <= width or len(line.split()) == 1, line


@pytest.mark.parametrize("width", [40, 80, 120])
def test_nothing_is_cut(width: int) -> None:
    """Every word of a view is on the screen, addresses in one piece."""
    shown = lines_of(*EVERYTHING, width=width)
    words = " ".join(" ".join(shown).split())
    assert words.count(" ".join(WORDS.split())) == 5
    assert sum(line.strip() == URL for line in shown) == 2
    assert sum(ARN in line for line in shown) == 1


def test_what_is_to_be_copied_has_nothing_beside_it() -> None:
    """A ticket is selected line by line: no frame, no break, spaces kept."""
    body = "Dear support,\n   - " + "long " * 60 + "\n\nend **not bold**"
    shown = lines_of(Copyable(body, "Ticket text"), width=40)
    assert shown[1:-1] == body.split("\n")
    assert shown[0].startswith("── Ticket text ─")
    assert set(shown[-1]) == {"─"}


def test_marks_become_styles_and_nothing_else_is_interpreted() -> None:
    """Bold and code lose their signs; what looks like rich's markup stays text."""
    line = marked("**Stop `it`** [red]now[/red] :smile: `x`")
    assert line.plain == "Stop it [red]now[/red] :smile: x"
    assert {str(span.style) for span in line.spans} == {"bold", "cyan"}


@pytest.mark.parametrize(
    "block",
    [
        Text("\x1b[2Jx"),
        Heading("\x1b[2Jx"),
        Small("\x1b[2Jx", (Link("l", "https://example.com/\x1b[2J"),)),
        Facts((("\x1b[2Jx", "\x1b[2Jy\rz"),)),
        Copyable("\x1b[2Jx\r\ny", "\x1b[2Jt"),
        Table(("a", "b"), (("\x1b[2Jx", "y\ny"),)),
        Links((Link("\x1b[2Jx", "https://example.com/\x07"),)),
        Item("\x1b[2Jx", done=False, code="\x1b[2Jc"),
        Clocks((Clock("\x1b[2Jx", NOW),)),
    ],
)
def test_no_block_lets_an_escape_sequence_through(block: Block) -> None:
    """A pasted escape sequence must not drive the terminal."""
    for line in lines_of(block):
        assert all(char.isprintable() for char in line)


def test_an_open_line_shows_what_to_copy_and_a_done_one_does_not() -> None:
    """A checklist is read by its boxes."""
    shown = lines_of(Item("Do it", done=False, code="cmd"), Item("Did it", done=True, code="old"))
    assert "☐ Do it" in shown
    assert "cmd" in shown
    assert "☑ Did it" in shown
    assert "old" not in shown


def test_facts_stand_in_two_columns() -> None:
    """Values begin below each other."""
    assert lines_of(Facts((("A", "one"), ("Longer", "two")))) == ["A       one", "Longer  two"]


def test_a_table_without_room_becomes_paragraphs() -> None:
    """On a phone a row reads as two lines."""
    table = Table(("#", "When", "What"), (("1", "03:04 UTC", "said " * 6),))
    assert lines_of(table, width=80)[0].split() == ["#", "When", "What"]
    assert lines_of(table, width=30)[:3] == ["# · When", "  What", "1 · 03:04 UTC"]


def test_a_view_begins_with_its_title() -> None:
    """The title is the first line, and cannot be two."""
    lines = render_view(View("Lockout\nlo-1", (Text("x"),)), Look(80, NOW))
    assert [line.plain for line in lines] == ["Lockout lo-1", "", "x"]


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=1, minutes=5), "1 h 5 min ago"),
        (timedelta(days=2, hours=3), "2 d 3 h ago"),
        (timedelta(minutes=-20), "in 20 min"),
    ],
)
def test_distances_read_as_people_say_them(ago: timedelta, words: str) -> None:
    """Past and future, from minutes to days."""
    assert distance(NOW - ago, NOW) == words


def test_clocks_show_both_times_and_the_distance() -> None:
    """UTC for the provider, local time for people."""
    (line,) = lines_of(Clocks((Clock("Since", NOW - timedelta(minutes=12)),)))
    assert line == "Since 2026-11-22 02:52 UTC (03:52 CET), 12 min ago"
