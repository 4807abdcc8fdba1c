"""The benchmark still runs: each part on something tiny, and no clock is judged."""

from __future__ import annotations

import importlib
import itertools
import math
import pkgutil
from pathlib import Path

import pytest

import bench
from bench import acks, audit, files, load, policies
from bench.processes import floor, ours, stub
from bench.slack_stub import channel_of
from bench.table import Row, ratio, reached, render
from bot.core.events import Provider

MODULES = [f"bench.{module.name}" for module in pkgutil.iter_modules(bench.__path__)]


@pytest.mark.parametrize("module", MODULES)
def test_each_module_can_be_imported(module: str) -> None:
    """Nothing of ours that it uses was renamed or moved away."""
    assert importlib.import_module(module).__doc__


def test_a_row_says_whether_it_reached_what_is_wanted() -> None:
    """Beside its floor, or by itself; and the table can be pasted into the README."""
    below, above = Row("a", 3.0, "b", 2.0, "<= 1.5"), Row("c", 3.0, "d", 2.0, ">= 1.6")
    alone = Row("e", 7.0, "", 0, "<= 3")
    assert [ratio(row) for row in (below, above, alone)] == [1.5, 1.5, 7.0]
    assert [reached(row) for row in (below, above, alone)] == [True, False, False]
    lines = render([below, above, alone]).splitlines()
    assert lines[2] == "| a | 3.00 | 2.00 | b | 1.50 | <= 1.5 | yes |"
    assert lines[4] == "| e | 7.00 |  |  | 7.00 | <= 3 | **no** |"


@pytest.mark.slow
def test_files_of_a_hundred_facts_give_all_their_rows() -> None:
    """Exports, verify, and the memory of a process of its own."""
    rows = files.measure(100)
    assert [row.what.split(", ", 1)[1] for row in rows] == [
        "json, s",
        "md, s",
        "html, s",
        "s",
        "MB",
    ]
    assert all(0 < row.ours < math.inf and row.floor > 0 for row in rows)


@pytest.mark.parametrize("provider", policies.ACCOUNTS)
def test_made_up_policies_can_be_audited(provider: Provider) -> None:
    """No two alike; where every policy keeps the accounts out, each has its correction."""
    worst = policies.made_up(provider, 8, worst=True)
    assert len({source.content for source in worst}) == 8
    assert len(audit._audit(provider, worst, 1)().findings) == 8
    audit._write_all(provider, worst)
    label = audit._beside_loads("tiny", worst, audit._audit(provider, worst, 5)).what
    assert label == "tiny"


@pytest.mark.slow
async def test_the_app_and_its_floors_ack_what_the_load_sends(tmp_path: Path) -> None:
    """A press, a note and a form to ours; a press to each floor."""
    with stub() as api:
        for variant in ("shipped", "tuned", "insert", "group"):
            with floor(variant, tmp_path, api) as bare:
                measured = await load.closed_loop(bare.port, [acks.bare_presses()], 0.05)
                assert (measured.failed, measured.rate > 0) == (0, True)
        with ours(tmp_path / "tiny.db", api) as app:
            (incident,) = await acks.declare(app.port, 1)
            channel = channel_of(f"lockout-{incident[3:]}")
            for requests in (acks.takes(incident), acks.notes(channel), acks.forms()):
                few = itertools.islice(requests, 1_000)
                measured = await load.closed_loop(app.port, [few], 0.05)
                assert (measured.failed, measured.rate > 0) == (0, True)
            measured = await load.open_loop(app.port, acks.takes(incident), 50, 0.1)
            assert (measured.failed, len(measured.latencies)) == (0, 5)
            assert app.resident > 0
