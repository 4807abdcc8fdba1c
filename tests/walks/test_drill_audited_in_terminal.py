"""The same drill at a keyboard: what can be read is read at once, and nobody ticks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import Broken
from tests.services.policies import ScriptedSource, block_all
from tests.surfaces.terminal.stage import FakeWiring, run
from tests.surfaces.terminal.test_drilling import SCRIPT, TENANT, make_wiring, typed
from tests.walks.test_drill_audited import ACCOUNTS, GROUP, STRANGER

READY = "They know"
# From the third part on; the first two are what is tested.
REST = SCRIPT[13:]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def wired(*members: str) -> tuple[FakeWiring, ScriptedSource]:
    """A tenant that can be read; its one policy leaves the group out."""
    wiring = make_wiring()
    source = ScriptedSource(wiring.clock, [block_all(1, excluded=[GROUP])])
    source.members = {GROUP: members}
    wiring.kept.source = source
    return wiring, source


def drilled(wiring: FakeWiring, *answers: str) -> tuple[str, list[str]]:
    """What was read on the screen, and the kinds of fact."""
    result = run(wiring, "drill", TENANT, "--why", "other", given=typed(*answers))
    assert result.exit_code == 0, result.output
    (facts,) = wiring.store.facts.values()
    return result.stdout, [fact.kind for fact in facts]


def test_a_clean_reading_passes_two_parts_by_pressing_enter(tmp_path: Path) -> None:
    """Read once for both; the report says when, and what of each account."""
    wiring, source = wired(*ACCOUNTS)
    screen, kinds = drilled(wiring, READY, "", "", "", *REST)
    assert "Exactly the emergency accounts" in screen
    assert "none locks anybody out" in screen
    assert kinds[-1] == "DrillFinished"
    assert len(source.asked) == 1
    (path,) = tmp_path.glob("*.report.md")
    report = path.read_text("utf-8")
    assert "DRILL PASSED" in report
    assert report.count(": in the group") == 2
    assert report.count(": 1 excluded") == 2


def test_what_is_open_is_gone_on_from_as_failed(tmp_path: Path) -> None:
    """Not by Enter: by the answer that says so, twice confirmed."""
    wiring, source = wired(*ACCOUNTS, STRANGER)
    source.policies.append(block_all(2))
    failed = ("Go on: this part has FAILED", "y")
    screen, kinds = drilled(wiring, READY, "", *failed, *failed, *REST, "y")
    assert "FOREIGN" in screen
    assert kinds.count("ObligationOpened") == 2
    (path,) = tmp_path.glob("*.report.md")
    report = path.read_text("utf-8")
    assert "DRILL FAILED" in report
    assert f"Foreign members: {STRANGER}" in report
    assert report.count("OPEN, due") == 2


def test_what_cannot_be_read_is_recorded_by_hand() -> None:
    """As without a reader."""
    wiring, source = wired(*ACCOUNTS)
    source.error = Broken("No consent", "Grant Policy.Read.All")
    by_hand = SCRIPT[1:13]
    answers = (READY, "", "Look by hand", *by_hand[:6], "Evaluate them by hand", *by_hand[6:])
    screen, kinds = drilled(wiring, *answers, *REST)
    assert "Grant Policy.Read.All." in " ".join(screen.split())
    assert kinds.count("AuditFailed") == 1
    assert kinds[-1] == "DrillFinished"
