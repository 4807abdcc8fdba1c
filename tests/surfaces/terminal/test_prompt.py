"""Numbered questions on a pipe."""

from __future__ import annotations

import io

import pytest

from bot.core.view import Choice
from bot.surfaces.terminal.prompt import Ended, PipePrompt, find_choice

CHOICES = (
    Choice("a", "Yes, by phone", "the number is known"),
    Choice("b", "Yes, by portal"),
    Choice("c", "No"),
)


def make(given: str, *, width: int = 80) -> tuple[PipePrompt, io.StringIO]:
    """A prompt over what somebody will type, and what it wrote."""
    written = io.StringIO()
    return PipePrompt(io.StringIO(given).readline, written.write, width=width), written


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2\n", "b"),
        ("no\n", "c"),
        ("Yes, by po\n", "b"),
        ("a\n", "a"),
        ("\n", "c"),
        ("x\n4\n1", "a"),
    ],
)
def test_a_choice_is_made_by_number_value_or_words(typed: str, value: str) -> None:
    """A person types a number, a script the words; nonsense is asked again."""
    prompt, written = make(typed)
    assert prompt.pick("Which?", CHOICES, "c") == value
    assert "* 3. No" in written.getvalue()
    assert "  1. Yes, by phone (the number is known)" in written.getvalue()


def test_what_could_mean_two_choices_means_none() -> None:
    """A beginning that fits twice is not guessed at."""
    assert find_choice(CHOICES, "yes") is None
    assert find_choice(CHOICES, "") is None


def test_enter_means_nothing_without_a_default() -> None:
    """Somebody has to choose."""
    prompt, _ = make("\n\n2\n")
    assert prompt.pick("Which?", CHOICES) == "b"


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("\n", ("b",)),
        ("1,3\n", ("a", "c")),
        ("0\n", ()),
        ("no, 1\n", ("a", "c")),
        ("9\n2\n", ("b",)),
    ],
)
def test_several_choices_on_one_line(typed: str, values: tuple[str, ...]) -> None:
    """Enter keeps what is marked; the order is that of the choices."""
    prompt, _ = make(typed)
    assert prompt.pick_many("Which?", CHOICES, ("b",)) == values


def test_lines_end_with_an_empty_one() -> None:
    """What comes after belongs to the next question; escape sequences do not come in."""
    prompt, written = make("one\r\n\x1b[31mtwo\n\nnext\n")
    assert prompt.lines("Error?") == "one\ntwo"
    assert prompt.line("Then?") == "next"
    assert "two" not in written.getvalue()


def test_enter_keeps_what_was_there() -> None:
    """For one line and for several."""
    prompt, written = make("\n\n")
    assert prompt.lines("A?", "old\nlines") == "old\nlines"
    assert prompt.line("B?", "old", "like this") == "old"
    assert "(like this)" in written.getvalue()


@pytest.mark.parametrize(
    ("typed", "answer"), [("y\n", True), ("no\n", False), ("\n", False), ("hm\nyes\n", True)]
)
def test_yes_and_no(typed: str, *, answer: bool) -> None:
    """Enter is the safe answer."""
    prompt, _ = make(typed)
    assert prompt.agree("Sure?") is answer


def test_the_end_of_the_input_ends_the_questions() -> None:
    """A pipe that ran dry is no error of anybody."""
    prompt, _ = make("")
    for ask in (
        lambda: prompt.pick("?", CHOICES),
        lambda: prompt.line("?"),
        lambda: prompt.lines("?"),
        lambda: prompt.agree("?"),
    ):
        with pytest.raises(Ended):
            ask()


def test_a_credential_is_not_echoed() -> None:
    """The transcript of a script may be kept by others."""
    prompt, written = make("password: correct-horse-battery\n")
    prompt.line("Note?")
    assert "correct-horse" not in written.getvalue()


def test_questions_fit_a_narrow_screen_and_drive_nothing() -> None:
    """Labels come from files and from people."""
    prompt, written = make("1\n", width=40)
    prompt.pick("Which? \x1b[2J" + "word " * 20, (Choice("a", "label " * 20 + "\x1b[2J\n"),))
    assert "\x1b" not in written.getvalue()
    assert max(map(len, written.getvalue().splitlines())) <= 40
