"""The stage of the Slack surface's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.surfaces.slack.stage import Stage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A desk in memory behind a stand-in Slack."""
    async with open_stage() as stage:
        yield stage
