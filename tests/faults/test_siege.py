"""Processes are killed under load, at random and at every named write point: nothing is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.siege import Siege, make_plan, office, show

pytestmark = pytest.mark.faults


async def test_on_sqlite_nothing_is_lost(tmp_path: Path) -> None:
    """One process, killed and started again."""
    async with office() as slack:
        siege = Siege(slack, tmp_path, f"sqlite:///{tmp_path}/lockout.db")
        ledger = await siege.run(make_plan(30, 3, random.Random(siege.seed)))
    print(show(siege, ledger))
    assert not ledger.broken, "\n".join(ledger.broken)
