"""Where lines are printed: the one place that knows rich's console."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text as Line

from bot.core.view import Block, View
from bot.surfaces.terminal.plain import printable_line
from bot.surfaces.terminal.render import Look, marked, render_blocks, render_view, rule, wrap

WIDEST = 100


def system_now() -> datetime:
    """UTC, for the commands that open no desk and so have no clock."""
    return datetime.now(UTC)


class Screen:
    """Prints views; `now` is asked at every drawing, `zone` is an IANA name.

    Without a terminal behind it there are no colours, and lines are as wide as COLUMNS (or 80).
    """

    def __init__(
        self,
        console: Console | None = None,
        *,
        now: Callable[[], datetime] = system_now,
        zone: str = "UTC",
    ) -> None:
        self._console = console or Console(highlight=False, markup=False, emoji=False)
        self.now = now
        self.zone = zone

    @property
    def width(self) -> int:
        """Columns that a line may take: never more than can be read."""
        return min(self._console.width, WIDEST)

    @property
    def look(self) -> Look:
        """How things are drawn at this moment."""
        return Look(self.width, self.now(), self.zone)

    def show(self, view: View) -> None:
        """A whole view with its title."""
        self._print(render_view(view, self.look))

    def show_blocks(self, blocks: Iterable[Block]) -> None:
        """Some blocks of a view."""
        self._print(render_blocks(blocks, self.look))

    def say(self, text: str) -> None:
        """A sentence or a few; **bold** and `code` as in a view."""
        self._print(wrap(marked(text), self.width))

    def whole(self, text: str) -> None:
        """One line that must not be broken: a command, a path."""
        self._print([Line(printable_line(text))])

    def small(self, text: str) -> None:
        """A sentence that may be overlooked."""
        line = marked(text)
        line.stylize("dim")
        self._print(wrap(line, self.width))

    def gap(self) -> None:
        """An empty line."""
        self._print([Line()])

    def rule(self, title: str = "") -> None:
        """A line across."""
        self._print([rule(self.width, title)])

    def _print(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=True, highlight=False, markup=False, emoji=False)
