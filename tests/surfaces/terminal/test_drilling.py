"""`lockout drill` as it is typed: to its report, and away and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.exports.verify import verify
from tests.services.desks import library, with_tenants
from tests.surfaces.terminal.stage import FakeWiring, run

TENANT = "entra-example"
# Enter takes the first open line; an empty line ends an answer of several lines.
PASSED = ["", "Passed"]
SCRIPT = [
    "They know",
    *(*PASSED, "both", "", "Graph", "All recorded"),
    *(*PASSED, "14, for 2 accounts", "What If", "", "All recorded"),
    *(*PASSED, "5 min ago", "req-1", "EX-0001", "Opened the policies", ""),
    *(*PASSED, "5 min ago", "req-2", "EX-0002", "Opened the policies", "", "All recorded"),
    *(*PASSED, "ALERT-1", "Security on duty", "4", "", "All recorded"),
    *([*PASSED, "Asked", ""] * 4),
    "All recorded",
    "Finish the drill",
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_wiring() -> FakeWiring:
    """The shipped playbooks, with one tenant."""
    return FakeWiring(found=with_tenants(TENANT), shelf=library())


def typed(*answers: str) -> str:
    """One answer a line."""
    return "".join(f"{answer}\n" for answer in answers)


def test_a_whole_drill_by_a_pipe(tmp_path: Path) -> None:
    """Four parts with evidence, then the report beside the exports, all of them marked."""
    wiring = make_wiring()
    result = run(wiring, "drill", "--why", "staff-change", given=typed(*SCRIPT))
    assert result.exit_code == 0, result.output
    (drill,) = wiring.store.facts
    assert drill.startswith("drill-")
    assert "DRILL" in result.stdout
    assert "is finished" in result.stdout
    facts = wiring.store.facts[drill]
    assert facts[-1].payload["result"] == "passed"
    assert verify((tmp_path / f"{drill}.json").read_bytes(), facts[-1].hash).intact
    report = (tmp_path / f"{drill}.report.md").read_text("utf-8")
    assert "DRILL PASSED" in report
    assert "req-2" in report
    assert (tmp_path / f"{drill}.report.html").is_file()


def test_every_screen_of_the_walk_says_drill() -> None:
    """Its first line, its every card, and what it recorded at the end."""
    result = run(make_wiring(), "drill", TENANT, given=typed("", *SCRIPT[:5]))
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    assert any("DRILL" in line for line in lines[:3])
    assert "lockout of" not in result.stdout.lower()
    assert "Locked out since" not in result.stdout


def test_a_drill_that_was_left_goes_on() -> None:
    """By the command that the last words gave, or by its id."""
    wiring = make_wiring()
    left = run(wiring, "drill", TENANT, "--why", "scheduled", given=typed(*SCRIPT[:3]))
    (drill,) = wiring.store.facts
    assert f"Continue: lockout drill {TENANT}" in left.stdout
    result = run(wiring, "drill", TENANT, given=typed(*SCRIPT[1:6]))
    assert f"DRILL {drill} is under way" in result.stdout
    assert list(wiring.store.facts) == [drill]
    rest = run(wiring, "walk", "--incident", drill, given=typed(*SCRIPT[6:]))
    assert rest.exit_code == 0, rest.output
    assert wiring.store.facts[drill][-1].kind == "DrillFinished"


def test_a_repair_is_confirmed_in_the_finished_drill() -> None:
    """Whoever comes back finds what is left, and the report is written anew."""
    wiring = make_wiring()
    given = typed("They know", *["Leave this part"] * 2, *["Go on with"], "Leave this part")
    ended = typed("Go on with", "Finish the drill", "y")
    assert run(wiring, "drill", TENANT, "--why", "other", given=given + ended).exit_code == 0
    (drill,) = wiring.store.facts
    assert wiring.store.facts[drill][-1].payload["result"] == "failed"
    settled = typed(*["Confirm as done: Prove what the drill left open: M", "y"])
    result = run(wiring, "walk", "--incident", drill, given=settled)
    assert result.exit_code == 0, result.output
    assert wiring.store.facts[drill][-1].kind == "ObligationSettled"


def test_a_lockout_is_not_offered_to_go_on_with_a_drill() -> None:
    """`lockout walk` during a drill declares a lockout."""
    wiring = make_wiring()
    run(wiring, "drill", TENANT, "--why", "scheduled", given="")
    result = run(wiring, "walk", given="")
    assert "drill-" not in result.stdout


def test_the_status_shows_drills_apart() -> None:
    """In the words of the terminal."""
    wiring = make_wiring()
    run(wiring, "drill", TENANT, "--why", "scheduled", given="")
    said = run(wiring, "status").stdout
    assert "No lockout is open" in said
    assert "DRILL drill-" in said


def test_a_tenant_that_is_not_there_is_refused() -> None:
    """With those that are."""
    result = run(make_wiring(), "drill", "nobody")
    assert result.exit_code == 1
    assert "There are: entra-example" in result.stderr
    assert run(make_wiring(), "drill", TENANT, "--why", "boredom").exit_code == 2


def test_the_report_is_for_drills_only() -> None:
    """Of a lockout it is refused kindly, by name."""
    wiring = make_wiring()
    run(wiring, "walk", given=typed(*[""] * 12))
    (incident,) = wiring.store.facts
    result = run(wiring, "export", incident, "--format", "report")
    assert result.exit_code == 1
    assert "report of a drill" in result.stderr
