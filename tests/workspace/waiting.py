"""Waiting for the workspace to change, woken by each change instead of polling."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """A bell that rings on each change of the workspace."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._bell = asyncio.Condition()

    async def ring(self) -> None:
        """Let everybody who waits look again."""
        async with self._bell:
            self._bell.notify_all()

    async def until(self, condition: Callable[[], T], within: float) -> T:
        """Return the first truthy answer of `condition`.

        Args:
            condition: asked now and after each change; must not block.
            within: real seconds.

        Raises:
            TimeoutError: it was still not true after `within`, asked once more at the end.

        """
        answer: T = condition()
        if answer:
            return answer
        async with self._bell:
            try:
                async with asyncio.timeout(within):
                    while not (answer := condition()):
                        await self._bell.wait()
            except TimeoutError:
                if not (answer := condition()):
                    raise
        return answer
