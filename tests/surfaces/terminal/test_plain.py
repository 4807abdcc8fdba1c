"""Hostile text on its way in and out."""

from __future__ import annotations

import pytest

from bot.surfaces.terminal.plain import in_terminal, printable, printable_line, storable

HOSTILE = [
    "\x1b[2J\x1b[Hgone",
    "\x1b]0;title\x07gone",
    "\x1b]8;;https://example.com\x1b\\gone\x1b]8;;\x1b\\",
    "\x9b31mgone",
    "\x1bPq\x1b\\gone",
    "\x1bcgone",
    "go\x08ne",
    "gone\x1b",
    "gone\x1b[",
    "gone\x1b]0;never ended",
    "gone\u202e\u200b\ud800",
    "gone\rover",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_reaches_the_screen(text: str) -> None:
    """Whatever was pasted, only line breaks and tabs are left of the controls."""
    for shown in (printable(text), printable_line(text)):
        assert not [char for char in shown if char not in "\n\t" and not char.isprintable()]
        assert "go" in shown


def test_colours_of_a_pasted_terminal_vanish_without_a_trace() -> None:
    """A copied coloured error reads as it looked."""
    assert printable("\x1b[1;31mAccess\x1b[0m denied\r\n\tnow") == "Access denied\n\tnow"


def test_other_hidden_signs_become_visible() -> None:
    """What could turn the reading direction is written out."""
    assert printable("a\u202eb") == "a\\u202eb"


def test_a_line_stays_a_line() -> None:
    """A label cannot draw a second line below itself."""
    assert printable_line("one\ntwo\x1b[A") == "one two"


def test_what_is_stored_can_be_hashed_and_keeps_its_lines() -> None:
    """NUL, lone surrogates and escape sequences would break the store or the next reader."""
    stored = storable("a\x00b\x1b[31m\r\nc\ud800")
    assert stored == "ab\nc?"
    stored.encode()


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("Declare one: /lockout", "Declare one: lockout walk"),
        ("'/lockout status' lists them", "'lockout status' lists them"),
        ("Write: /lockout note what happened", "Write: lockout note INCIDENT what happened"),
        ("It is like sqlite:///lockout.db", "It is like sqlite:///lockout.db"),
        ("See: lockout status", "See: lockout status"),
    ],
)
def test_hints_speak_of_the_command_line(said: str, here: str) -> None:
    """Nobody in a terminal can type a slash command."""
    assert in_terminal(said) == here
