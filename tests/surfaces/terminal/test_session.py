"""A desk for blocking code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.core.errors import Unavailable
from bot.services.desk import Desk
from bot.surfaces.terminal.session import open_desk
from tests.surfaces.terminal.stage import FakeWiring


class Watched(FakeWiring):
    """Keeps whether the desk is open."""

    is_open = False

    @asynccontextmanager
    async def _desk(self) -> AsyncIterator[Desk]:
        self.is_open = True
        try:
            yield self.kept
        finally:
            self.is_open = False


def test_no_loop_runs_while_a_person_is_asked() -> None:
    """Between two use cases Ctrl-C reaches the prompt, and a prompt may run its own loop."""
    with open_desk(FakeWiring()) as session:
        assert session.run(session.desk.store.incidents()) == []
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        assert session.run(session.desk.store.incidents()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_the_desk_is_closed_however_the_block_ends(error: type[BaseException]) -> None:
    """A database is left in good order also after Ctrl-C."""
    wiring = Watched()

    def work() -> None:
        with open_desk(wiring):
            assert wiring.is_open
            raise error

    with pytest.raises(error):
        work()
    assert not wiring.is_open


def test_a_desk_that_cannot_be_opened_says_so() -> None:
    """The adapter's error comes through as it is."""
    with pytest.raises(Unavailable), open_desk(FakeWiring(error=Unavailable("away"))):
        pass
