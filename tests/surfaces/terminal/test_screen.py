"""Printing without a terminal."""

from __future__ import annotations

from bot.core.view import Copyable, Text, View
from tests.surfaces.terminal.stage import make_screen


def test_a_pipe_gets_no_escape_sequence_and_no_broken_line() -> None:
    """The output of a command can be read, searched and pasted."""
    screen, paper = make_screen(40)
    screen.show(View("Title", (Text("**bold** `code`"), Copyable("word " * 30, "Copy"))))
    screen.small("over")
    screen.rule("Next")
    screen.gap()
    printed = paper.getvalue()
    assert "\x1b" not in printed
    assert "bold code" in printed
    assert "word " * 30 in printed
    assert "── Next ─" in printed


def test_lines_stay_readable_on_a_very_wide_screen() -> None:
    """Nobody reads lines of 300 columns."""
    screen, paper = make_screen(300)
    screen.say("word " * 100)
    assert max(map(len, paper.getvalue().splitlines())) <= 100
