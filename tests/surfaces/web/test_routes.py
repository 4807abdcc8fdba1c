"""Health over real HTTP: alive is not ready, and ready means that facts can be recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.adapters.memory import CountingIds, FixedClock, MemoryEventStore
from bot.core.errors import Unavailable
from bot.services.desk import Desk
from bot.surfaces.web.routes import LARGEST_BODY, make_web_app
from tests.services.desks import example, library


@dataclass
class FragileStore(MemoryEventStore):
    """A store that fails its check when told to."""

    broken: bool = False

    async def check(self) -> None:
        """As asked."""
        if self.broken:
            raise Unavailable("The database does not take this now: disk full")


@asynccontextmanager
async def serve(
    store: FragileStore, serving: Callable[[], dict[str, str]]
) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """The site, listening."""
    desk = Desk(store, store.clock, CountingIds(), example(), library())
    async with TestClient(TestServer(make_web_app(desk, serving))) as client:
        yield client


@pytest.mark.parametrize(
    ("slack", "status", "word"),
    [
        ("ok", 200, "ok"),
        ("not configured", 200, "ok"),
        ("ok, but entra-example could not be read", 200, "ok"),
        ("okay", 503, "not ready"),
        ("connecting", 503, "not ready"),
        ("not connected: invalid_auth", 503, "not ready"),
    ],
)
async def test_ready_says_what_each_part_does(slack: str, status: int, word: str) -> None:
    """Ready when every part is, or is not wanted."""
    async with serve(FragileStore(FixedClock()), lambda: {"slack": slack}) as client:
        answer = await client.get("/readyz")
        assert answer.status == status
        assert await answer.json() == {"status": word, "database": "ok", "slack": slack}


async def test_a_database_that_takes_nothing_is_not_ready_but_alive() -> None:
    """A restart would not help; traffic should go elsewhere. It recovers by itself."""
    store = FragileStore(FixedClock(), broken=True)
    async with serve(store, lambda: {"slack": "ok"}) as client:
        answer = await client.get("/readyz")
        assert answer.status == 503
        assert "disk full" in (await answer.json())["database"]
        assert (await client.get("/healthz")).status == 200
        store.broken = False
        assert (await client.get("/readyz")).status == 200


async def test_nothing_else_is_served() -> None:
    """Without Slack there is no way in, and health cannot be written to."""
    async with serve(FragileStore(FixedClock()), dict) as client:
        assert (await client.get("/")).status == 404
        assert (await client.post("/slack/events")).status == 404
        assert (await client.post("/healthz")).status == 405


async def test_a_body_without_end_is_not_read() -> None:
    """More than Slack ever sends is refused."""
    async with serve(FragileStore(FixedClock()), dict) as client:
        app = client.app
        assert app is not None
        assert app._client_max_size == LARGEST_BODY


async def test_numbers_are_served_when_somebody_counts() -> None:
    """With the media type that Prometheus asks for; else there is no such page."""
    store = FragileStore(FixedClock())
    async with serve(store, dict) as client:
        assert (await client.get("/metrics")).status == 404

    async def page() -> tuple[bytes, str]:
        return b"lockout_x 1\n", "text/plain; version=1.0.0; charset=utf-8"

    desk = Desk(store, store.clock, CountingIds(), example(), library())
    async with TestClient(TestServer(make_web_app(desk, dict, page))) as client:
        answer = await client.get("/metrics")
        assert (answer.status, await answer.read()) == (200, b"lockout_x 1\n")
        assert answer.headers["Content-Type"] == "text/plain; version=1.0.0; charset=utf-8"
