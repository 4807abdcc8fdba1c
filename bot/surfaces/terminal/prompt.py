"""Asking a person: the protocol, and its plain form for pipes, scripts and dumb terminals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rich.text import Text as Line

from bot.core.secrets import remove_secrets
from bot.core.view import Choice
from bot.surfaces.terminal.plain import printable_line, storable
from bot.surfaces.terminal.render import wrap

YES = frozenset({"y", "yes"})
NO = frozenset({"n", "no"})


class Ended(Exception):
    """Nobody will answer any more: the input is at its end."""


class Prompt(Protocol):
    """Questions to a person. Errors everywhere: Ended, KeyboardInterrupt.

    Every `default` is what Enter alone gives.
    """

    def pick(self, question: str, choices: Sequence[Choice], default: str | None = None) -> str:
        """The value of one choice. Without a default, somebody has to choose."""

    def pick_many(
        self, question: str, choices: Sequence[Choice], default: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The values of any number of choices, in their order."""

    def line(self, question: str, default: str = "", hint: str = "") -> str:
        """One line, without spaces around it."""

    def lines(self, question: str, default: str = "", hint: str = "") -> str:
        """Several lines, as pasted."""

    def agree(self, question: str, *, default: bool = False) -> bool:
        """Yes or no."""


class PipePrompt:
    """Numbered questions, one line an answer: a number, a value, or the beginning of a label.

    `read` gives the next line with its end, or nothing at the end; `write` gets text as it is.
    With `echo`, answers are written too, so that the output of a script can be read.
    """

    def __init__(
        self,
        read: Callable[[], str],
        write: Callable[[str], object],
        *,
        echo: bool = True,
        width: int = 80,
    ) -> None:
        self._read = read
        self._write = write
        self._echo = echo
        self._width = width

    def pick(self, question: str, choices: Sequence[Choice], default: str | None = None) -> str:
        """Errors: Ended."""
        self._list(question, choices, [default] if default is not None else [])
        while True:
            given = self._next()
            if not given and default is not None:
                return default
            found = find_choice(choices, given)
            if found is not None:
                return found
            self._write(f"Not one of the choices. Give a number from 1 to {len(choices)}.\n")

    def pick_many(
        self, question: str, choices: Sequence[Choice], default: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Errors: Ended."""
        self._list(question, choices, list(default))
        self._write("Several: 1,3. None: 0. Enter keeps what is marked.\n")
        while True:
            given = self._next()
            if not given:
                return tuple(choice.value for choice in choices if choice.value in default)
            if given == "0":
                return ()
            found = [find_choice(choices, part) for part in given.split(",") if part.strip()]
            if None not in found:
                return tuple(choice.value for choice in choices if choice.value in found)
            self._write(f"Not one of the choices. Give numbers from 1 to {len(choices)}.\n")

    def line(self, question: str, default: str = "", hint: str = "") -> str:
        """Errors: Ended."""
        self._ask(question, default, hint)
        return self._next() or default

    def lines(self, question: str, default: str = "", hint: str = "") -> str:
        """Up to an empty line. Errors: Ended, when nothing came before the end."""
        self._ask(question, default, hint)
        self._write("(an empty line ends it)\n")
        found: list[str] = []
        while True:
            raw = self._read()
            if not raw and not found:
                raise Ended
            if not raw.strip():
                break
            found.append(storable(raw.rstrip("\r\n")))
        if found and self._echo:
            self._write(f"({len(found)} line{'' if len(found) == 1 else 's'})\n")
        return "\n".join(found) or default

    def agree(self, question: str, *, default: bool = False) -> bool:
        """Errors: Ended."""
        self._wrapped(f"{printable_line(question)} [{'Y/n' if default else 'y/N'}]")
        while True:
            given = self._next().lower()
            if given in YES | NO | {""}:
                return default if not given else given in YES
            self._write("Answer y or n.\n")

    def _ask(self, question: str, default: str, hint: str) -> None:
        kept = f" [{printable_line(default)}]" if default else ""
        self._write("\n")
        self._wrapped(f"{printable_line(question)}{kept}")
        if hint:
            self._wrapped(f"({printable_line(hint)})", "  ", "   ")

    def _list(self, question: str, choices: Sequence[Choice], marked: Sequence[str]) -> None:
        self._write("\n")
        self._wrapped(printable_line(question))
        for number, choice in enumerate(choices, start=1):
            mark = "*" if choice.value in marked else " "
            self._wrapped(label_of(choice), f"{mark}{number:>2}. ", "     ")

    def _wrapped(self, text: str, first: str = "", rest: str = "") -> None:
        for line in wrap(Line(text), self._width, first, rest):
            self._write(f"{line.plain}\n")

    def _next(self) -> str:
        self._write("> ")
        raw = self._read()
        if not raw:
            self._write("\n")
            raise Ended
        given = storable(raw).strip()
        if self._echo:
            self._write(f"{printable_line(remove_secrets(given)[0])}\n")
        return given


def label_of(choice: Choice) -> str:
    """A choice as one line: its label, and its hint in brackets."""
    hint = f" ({printable_line(choice.hint)})" if choice.hint else ""
    return printable_line(choice.label) + hint


def find_choice(choices: Sequence[Choice], given: str) -> str | None:
    """The value that a number, a value or the beginning of a label means; None when unclear."""
    wanted = given.strip().lower()
    if wanted.isdecimal() and 1 <= int(wanted) <= len(choices):
        return choices[int(wanted) - 1].value
    exact = [item for item in choices if wanted in {item.value.lower(), item.label.lower()}]
    begins = [item for item in choices if wanted and item.label.lower().startswith(wanted)]
    found = exact or begins
    return found[0].value if len(found) == 1 else None
