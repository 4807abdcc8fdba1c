"""The tables of what was promised and kept, shown when all is over."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

SHORT, LONG = 30, 220
TABLES = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a table for the end of the run."""
    return request.config.stash.setdefault(TABLES, []).append


@pytest.fixture(scope="session")
def kills() -> int:
    """How many blows: few, or those of the long run (LOCKOUT_FAULTS=long, as `make faults`)."""
    return LONG if os.environ.get("LOCKOUT_FAULTS") == "long" else SHORT


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Also when everything passed: a zero that nobody sees convinces nobody."""
    for table in config.stash.get(TABLES, []):
        terminalreporter.section("faults")
        terminalreporter.write_line(table)
