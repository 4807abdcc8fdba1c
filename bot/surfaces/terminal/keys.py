"""Asking on a real terminal, with arrow keys: `Prompt` by questionary."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Sequence

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from bot.core.view import Choice
from bot.surfaces.terminal.plain import printable, printable_line, storable
from bot.surfaces.terminal.prompt import Ended, label_of

# Pointer, box and a little air before a label of questionary's lists.
MARGIN = 8
NARROWEST = 20


class KeysPrompt:
    """`say` prints a hint above a question."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def pick(self, question: str, choices: Sequence[Choice], default: str | None = None) -> str:
        """Arrow keys and Enter; the default is where the pointer stands."""
        picked = self._answer(
            questionary.select(
                printable_line(question),
                choices=[questionary.Choice(wrapped(item), value=item.value) for item in choices],
                default=default if default in {item.value for item in choices} else None,
                instruction=" ",
                qmark="",
            )
        )
        return str(picked)

    def pick_many(
        self, question: str, choices: Sequence[Choice], default: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Space marks, Enter goes on."""
        picked = self._answer(
            questionary.checkbox(
                printable_line(question),
                choices=[
                    questionary.Choice(
                        wrapped(item), value=item.value, checked=item.value in default
                    )
                    for item in choices
                ],
                instruction="(space marks)",
                qmark="",
            )
        )
        return tuple(map(str, picked)) if isinstance(picked, list) else ()

    def line(self, question: str, default: str = "", hint: str = "") -> str:
        """One line; the default stands there already and can be changed."""
        self._hint(hint)
        asked = questionary.text(
            printable_line(question), default=printable_line(default), qmark=""
        )
        given = storable(str(self._answer(asked))).strip()
        return default if given == printable_line(default) else given

    def lines(self, question: str, default: str = "", hint: str = "") -> str:
        """Pasted in one go, empty lines and all; Enter on an empty line ends it."""
        self._hint(hint)
        asked = questionary.text(
            printable_line(question),
            default=printable(default),
            multiline=True,
            instruction="(empty line or Ctrl-D ends)\n",
            qmark="",
            key_bindings=ending_keys(printable(default)),
        )
        given = storable(str(self._answer(asked))).strip()
        return default if given == printable(default).strip() else given

    def agree(self, question: str, *, default: bool = False) -> bool:
        """Yes or no by one key."""
        return bool(
            self._answer(questionary.confirm(printable_line(question), default=default, qmark=""))
        )

    def _hint(self, hint: str) -> None:
        if hint:
            self._say(hint)

    @staticmethod
    def _answer(question: questionary.Question) -> object:
        try:
            return question.unsafe_ask()
        except EOFError:
            raise Ended from None


def wrapped(choice: Choice) -> str:
    """A label over several lines, since questionary would cut it at the edge of the screen."""
    width = max(shutil.get_terminal_size().columns - MARGIN, NARROWEST)
    lines = textwrap.wrap(label_of(choice), width) or [""]
    return "\n      ".join(lines)


def ending_keys(default: str) -> KeyBindings:
    """Enter ends on an empty line, or at once when nothing was changed; Ctrl-D always ends."""
    keys = KeyBindings()

    @keys.add("enter", eager=True)
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if not buffer.document.current_line.strip() or (default and buffer.text == default):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    @keys.add("c-d", eager=True)
    def end(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return keys
