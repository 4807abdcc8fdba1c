"""Each walk runs twice: over signed HTTP and over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.walks.office import Office, open_office


@pytest.fixture(params=["http", "socket"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """The example organisation's office."""
    async with open_office(tmp_path, request.param) as office:
        yield office
