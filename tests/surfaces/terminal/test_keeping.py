"""Commands on what is kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.exports import FORMATS
from bot.services.showing import export_incident
from tests.surfaces.terminal.stage import FakeWiring, run
from tests.surfaces.terminal.test_menu import at_step, declared


@pytest.fixture
def wiring() -> FakeWiring:
    """An organisation with nothing kept yet."""
    return FakeWiring()


def test_without_an_incident_the_status_says_how_to_declare_one(wiring: FakeWiring) -> None:
    """In the words of the command line."""
    said = run(wiring, "status").stdout
    assert "To declare one: lockout walk" in said
    assert "approver: Head of security" in said


def test_the_status_names_what_is_open(wiring: FakeWiring) -> None:
    """The incident, its state, its obligations."""
    incident = at_step(wiring.kept, "yes", "submit")
    said = run(wiring, "status").stdout
    assert f"{incident.id} Example tenant: Working" in " ".join(said.split())
    assert "Remove the exclusion" in said


def test_a_timeline_shows_the_newest_facts(wiring: FakeWiring) -> None:
    """Of the newest incident unless one is named; older ones are counted."""
    incident = declared(wiring.kept)
    for args in ([], [incident.id]):
        said = run(wiring, "timeline", *args).stdout
        assert f"Timeline of {incident.id}" in said
        assert incident.head in said
    assert "older facts" in run(wiring, "timeline", "--newest", "1").stdout


def test_a_note_says_which_fact_it_became(wiring: FakeWiring) -> None:
    """Only after it is kept; words need no quotes, a dash reads them."""
    incident = declared(wiring.kept)
    said = run(wiring, "note", incident.id, "called", "support").stdout
    assert f"Recorded on the timeline of {incident.id} as fact {incident.version + 1}." in said
    run(wiring, "note", incident.id, "-", given="piped\x1b[2J words\n")
    timeline = run(wiring, "timeline").stdout
    assert "called support" in timeline
    assert "piped words" in timeline


def test_a_note_with_a_credential_is_refused(wiring: FakeWiring) -> None:
    """And stands nowhere."""
    incident = declared(wiring.kept)
    result = run(wiring, "note", incident.id, "password: hunter2secret")
    assert result.exit_code == 1
    assert "hunter2" not in result.output + run(wiring, "timeline").stdout


def test_closing_is_refused_while_something_is_open(wiring: FakeWiring) -> None:
    """Each open obligation is named."""
    incident = at_step(wiring.kept, "yes", "submit")
    result = run(wiring, "close", incident.id)
    assert result.exit_code == 1
    assert "Remove the exclusion" in result.stderr


def test_closing_twice_is_no_error(wiring: FakeWiring) -> None:
    """The second one hears that there is nothing to do."""
    incident = declared(wiring.kept)
    closed = run(wiring, "close", incident.id)
    assert closed.exit_code == 0
    assert "head" in closed.stdout
    again = run(wiring, "close", incident.id)
    assert again.exit_code == 0
    assert "Nothing to do." in again.stderr


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if not one.drills_only])
def test_an_export_is_the_same_bytes_on_a_pipe_and_in_a_file(
    wiring: FakeWiring, name: str, tmp_path: Path
) -> None:
    """What is hashed here can be compared there."""
    incident = declared(wiring.kept)
    document = asyncio.run(export_incident(wiring.kept, incident.id, name))
    content = document.content()
    piped = run(wiring, "export", incident.id, "--format", name)
    assert piped.stdout_bytes == content
    path = tmp_path / "out"
    assert "Written" in run(wiring, "export", incident.id, "--format", name, "-o", str(path)).stdout
    assert path.read_bytes() == content


def test_what_is_not_there_is_refused(wiring: FakeWiring) -> None:
    """By every command that takes an incident, and nothing is left behind."""
    for args in (
        ["timeline", "x"],
        ["note", "x", "y"],
        ["close", "x"],
        ["export", "x", "--format", "md"],
    ):
        result = run(wiring, *args)
        assert result.exit_code == 1, args
        assert "There is no incident 'x'" in result.stderr
        assert result.stdout == ""
    assert run(wiring, "timeline").exit_code == 1


def test_an_exported_json_passes_its_own_check(wiring: FakeWiring, tmp_path: Path) -> None:
    """Export, then verify with the head that the close has told."""
    incident = declared(wiring.kept)
    path = tmp_path / "t.json"
    run(wiring, "export", incident.id, "--format", "json", "-o", str(path))
    assert run(wiring, "verify", str(path), "--head", incident.head).exit_code == 0
    assert json.loads(path.read_bytes())["head"] == incident.head
