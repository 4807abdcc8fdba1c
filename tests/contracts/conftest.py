"""Where a timeline can be kept; a test that asks for `place` runs at each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contracts.places import DatabasePlace, MemoryPlace, Place
from tests.postgres import HOW_TO_GET_IT, PostgresServer, find_binaries

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@contextmanager
def serve_postgres() -> Iterator[PostgresServer]:
    """A server of one's own. Where there is none, the tests stand back and say how to get it."""
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("LOCKOUT_REQUIRE_ALL") == "1":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    server = PostgresServer(binaries)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests; each takes a database of its own."""
    with serve_postgres() as server:
        yield server


@pytest.fixture
def fragile_postgres() -> Iterator[PostgresServer]:
    """One to stop; it has few databases, so it is soon back."""
    with serve_postgres() as server:
        yield server


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[DatabasePlace]:
    """A file."""
    place = DatabasePlace(f"sqlite:///{tmp_path}/lockout.db")
    yield place
    place.close()


@pytest.fixture
def postgres_place(postgres: PostgresServer) -> Iterator[DatabasePlace]:
    """A database on the server."""
    place = DatabasePlace(postgres.new_database())
    yield place
    place.close()


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def place(request: pytest.FixtureRequest) -> Place:
    """Every adapter of `EventStore`."""
    if request.param == "memory":
        return MemoryPlace()
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture(params=["sqlite", POSTGRES])
def database(request: pytest.FixtureRequest) -> DatabasePlace:
    """Every database."""
    found: DatabasePlace = request.getfixturevalue(f"{request.param}_place")
    return found
