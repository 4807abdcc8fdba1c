"""A desk for code that blocks: people are asked between the use cases, never inside the loop.

While asyncio's loop runs, the first Ctrl-C only asks its task to stop, and a waiting prompt would
not see it. So the loop runs for one use case at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.services.desk import Desk

if TYPE_CHECKING:
    from bot.surfaces.terminal.wiring import Wiring

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Session:
    """An open desk, and the way to have its use cases done."""

    desk: Desk
    runner: asyncio.Runner

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do one thing to its end. Errors: those of the work; KeyboardInterrupt on Ctrl-C."""
        return self.runner.run(work)


@contextmanager
def open_desk(wiring: Wiring) -> Iterator[Session]:
    """The database is open until the block ends. Errors: Invalid, Broken, Unavailable."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        desk = runner.run(stack.enter_async_context(wiring.desk()))
        try:
            yield Session(desk, runner)
        finally:
            runner.run(stack.aclose())
