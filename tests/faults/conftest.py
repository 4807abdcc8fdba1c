"""The tables of what was promised and kept, shown when all is over."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

SHORT, LONG = 30, 220
TABLE = "faults"


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a table for the end of the run."""
    kept = request.node.user_properties

    def keep(table: str) -> None:
        # With the test's report, so that it comes home from a worker process as well.
        kept.append((TABLE, table))

    return keep


@pytest.fixture(scope="session")
def kills() -> int:
    """How many blows: few, or those of the long run (LOCKOUT_FAULTS=long, as `make faults`)."""
    return LONG if os.environ.get("LOCKOUT_FAULTS") == "long" else SHORT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Also when everything passed: a zero that nobody sees convinces nobody."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, table in report.user_properties if report.when == "call" else ():
                if name == TABLE:
                    terminalreporter.section("faults")
                    terminalreporter.write_line(str(table))
