"""What of a card is new since it was last shown: a walk is read from top to bottom, once."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.core.view import Block, Buttons, Clocks, Heading, Small, Text, View
from bot.surfaces.terminal.menu import cut
from bot.surfaces.terminal.screen import Screen

Place = tuple[str, str, int]


class News:
    """Remembers what is on the screen already. A step is shown whole when the walk comes to it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._place: Place | None = None
        self._seen: list[Block] = []
        self._head: tuple[Block, ...] = ()
        self._advice: tuple[Block, ...] = ()
        self._open: list[Block] = []

    def show(self, view: View, incident: Incident) -> None:
        """The step first; what stood there already is left out.

        The next open line of a checklist is news too: it now carries the primary button.
        """
        parts = cut(view)
        place = _place_of(incident)
        arrived = place != self._place
        if arrived:
            self._place, self._seen = place, []
        step = [block for block in parts.step if block not in self._seen and _is_read(block)]
        self._seen = [block for block in parts.step if _is_read(block)]
        self._screen.gap()
        if arrived:
            self._screen.rule(view.title)
            self._show_head(parts.head)
            self._show_if_new(parts.advice)
        self._screen.show_blocks(step)
        self._show_obligations(parts.left_open)

    def _show_head(self, head: tuple[Block, ...]) -> None:
        self._screen.show_blocks(
            block for block in head if isinstance(block, Clocks) or block not in self._head
        )
        self._head = head
        self._screen.gap()

    def _show_if_new(self, advice: tuple[Block, ...]) -> None:
        if advice and advice != self._advice:
            self._screen.show_blocks(advice)
            self._screen.gap()
        self._advice = advice

    def _show_obligations(self, blocks: tuple[Block, ...]) -> None:
        told: list[Block] = [block for block in blocks if isinstance(block, Heading | Text | Small)]
        if told and told != self._open:
            self._screen.gap()
            self._screen.show_blocks(told)
        self._open = told


def _is_read(block: Block) -> bool:
    """Buttons are in the menu."""
    return not isinstance(block, Buttons)


def _place_of(incident: Incident) -> Place:
    position = incident.position
    return (position.playbook, position.step, position.visit) if position else ("", "", 0)
