"""The loop goes on, whatever a look at the tenants ends with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.adapters.clouds.schedule import kept_polling, make_polling, refresh_known
from bot.adapters.memory import MemorySnapshotStore
from bot.core.errors import Unavailable
from bot.services.known_policies import KnownPolicies
from bot.services.polling import Polling
from bot.services.ports import SnapshotHead
from tests.services.tenants import policy, watching_desk


@dataclass
class FakePolling:
    """`Polling` whose looks end as a test says; it comes back at once."""

    endings: list[Exception]
    looks: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def tick(self) -> float:
        """The next ending; then it waits until somebody stops it."""
        self.looks += 1
        if self.endings:
            raise self.endings.pop(0)
        self.enough.set()
        return 3600.0


async def test_a_look_that_fails_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer, or a mistake of ours."""
    monkeypatch.setattr("bot.adapters.clouds.schedule.LONGEST_REST", 0.0)
    polling = FakePolling([Unavailable("no database"), ZeroDivisionError()])
    with capture_logs() as logs:
        async with kept_polling(cast("Polling", polling)):
            await asyncio.wait_for(polling.enough.wait(), 5)
    assert polling.looks == 3
    assert [entry["event"] for entry in logs] == ["polling_waits", "polling_failed"]


async def test_a_tenant_is_read_beside_what_is_served_and_said_in_the_log() -> None:
    """What somebody must look at is a warning."""
    desk, store, source = watching_desk(policy(1))
    source.errors = [Unavailable("Graph does not answer")]
    with capture_logs() as logs:
        polling = make_polling(desk, KnownPolicies(desk))
        await polling.tick()
        await make_polling(desk, KnownPolicies(desk)).tick()
    told = [(entry["event"], entry["log_level"]) for entry in logs]
    assert told == [("tenant_not_read", "warning"), ("tenant_read", "info")]
    assert len(store.kept) == 1


class Gone(MemorySnapshotStore):
    """A database that does not answer."""

    async def heads(self) -> list[SnapshotHead]:
        """Errors: Unavailable, always."""
        raise Unavailable("no database")


async def test_without_snapshots_the_file_will_do() -> None:
    """Nobody is kept from a walk because a list is not there."""
    desk, _, _ = watching_desk()
    before = desk.organisation
    desk.snapshots = Gone()
    with capture_logs() as logs:
        await refresh_known(KnownPolicies(desk))
    assert desk.organisation is before
    assert [entry["event"] for entry in logs] == ["snapshots_not_loaded"]
