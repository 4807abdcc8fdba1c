"""Questions on a terminal, driven by real key presses through prompt_toolkit's own pipe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.core.view import Choice
from bot.surfaces.terminal.keys import KeysPrompt, wrapped
from bot.surfaces.terminal.prompt import Ended

DOWN, ENTER, CTRL_C, CTRL_D = "\x1b[B", "\r", "\x03", "\x04"
CHOICES = (Choice("a", "Alpha"), Choice("b", "Beta", "a hint"), Choice("c", "Gamma\x1b[2J"))


@contextmanager
def pressing(keys: str) -> Iterator[KeysPrompt]:
    """A person who presses these keys."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        _press(pipe, keys)
        yield KeysPrompt(lambda _hint: None)


def _press(pipe: PipeInput, keys: str) -> None:
    pipe.send_text(keys)


@pytest.mark.parametrize(
    ("keys", "default", "value"),
    [(ENTER, None, "a"), (ENTER, "b", "b"), (DOWN + ENTER, "b", "c"), (ENTER, "", "a")],
)
def test_the_default_is_where_the_pointer_stands(
    keys: str, default: str | None, value: str
) -> None:
    """Enter takes it; a default that is not among the choices stops nobody."""
    with pressing(keys) as prompt:
        assert prompt.pick("Which?", CHOICES, default) == value


def test_space_marks_and_enter_goes_on() -> None:
    """What was marked before stays marked."""
    with pressing(f"{DOWN} {ENTER}") as prompt:
        assert prompt.pick_many("Which?", CHOICES, ("a",)) == ("a", "b")
    with pressing(ENTER) as prompt:
        assert prompt.pick_many("Which?", CHOICES, ("c",)) == ("c",)


def test_a_line_can_be_kept_or_changed() -> None:
    """The default stands there already."""
    with pressing(ENTER) as prompt:
        assert prompt.line("Number?", "47\x1b[2J11") == "47\x1b[2J11"
    with pressing(f"12{ENTER}") as prompt:
        assert prompt.line("Number?", "47") == "4712"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (f"one{ENTER}two{ENTER}{ENTER}", "one\ntwo"),
        (f"one{CTRL_D}", "one"),
        (ENTER, ""),
        (f"\x1b[200~one\r\n\r\ntwo\x1b[201~{ENTER}{ENTER}", "one\n\ntwo"),
    ],
)
def test_lines_are_pasted_whole_and_ended_by_an_empty_one(keys: str, text: str) -> None:
    """A pasted error keeps its empty lines; only a typed one ends it."""
    with pressing(keys) as prompt:
        assert prompt.lines("Error?") == text


def test_enter_keeps_lines_as_they_were() -> None:
    """Nothing has to be typed again."""
    with pressing(ENTER) as prompt:
        assert prompt.lines("Error?", "one\ntwo") == "one\ntwo"


@pytest.mark.parametrize(("keys", "answer"), [("y", True), ("n", False), (ENTER, False)])
def test_one_key_agrees(keys: str, *, answer: bool) -> None:
    """Enter is the safe answer."""
    with pressing(keys) as prompt:
        assert prompt.agree("Sure?") is answer


def test_ctrl_c_and_ctrl_d_come_through() -> None:
    """The walk says the last words."""
    with pressing(CTRL_C) as prompt, pytest.raises(KeyboardInterrupt):
        prompt.pick("Which?", CHOICES)
    with pressing(CTRL_D) as prompt, pytest.raises(Ended):
        prompt.line("Number?")


def test_a_long_label_is_wrapped_and_drives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questionary would cut it at the edge of the screen."""
    monkeypatch.setenv("COLUMNS", "40")
    lines = wrapped(Choice("a", "word " * 20 + "\x1b[2J", "hint")).split("\n")
    assert max(map(len, lines)) <= 40
    assert "\x1b" not in "".join(lines)
    assert lines[-1].endswith("(hint)")
