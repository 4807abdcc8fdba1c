"""`lockout backup` and `lockout restore`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import Unavailable
from tests.surfaces.terminal.stage import FakeWiring, run
from tests.surfaces.terminal.test_menu import declared


@pytest.fixture
def wiring() -> FakeWiring:
    """An organisation with one incident."""
    wiring = FakeWiring()
    declared(wiring.kept)
    return wiring


def test_a_backup_is_restored_elsewhere(wiring: FakeWiring, tmp_path: Path) -> None:
    """With each incident's head, to be compared with its card."""
    path, other = tmp_path / "backup.json", FakeWiring()
    said = run(wiring, "backup", str(path)).stdout
    ((name, facts),) = wiring.store.facts.items()
    assert f"Written: {path}. {len(facts)} facts of 1 incident" in said
    assert path.stat().st_mode & 0o777 == 0o600
    result = run(other, "restore", str(path))
    assert result.exit_code == 0
    assert f"{name}: intact, {len(facts)} facts, head {facts[-1].hash}" in result.stdout
    assert other.store.facts == wiring.store.facts


def test_an_older_backup_stays_until_the_new_one_is_whole(
    wiring: FakeWiring, tmp_path: Path
) -> None:
    """A database that fails half way leaves the old file, and nothing beside it."""
    path = tmp_path / "backup.json"
    path.write_text("the older one")
    wiring.error = Unavailable("The database is away")
    assert run(wiring, "backup", str(path)).exit_code == 3
    assert path.read_text() == "the older one"
    assert list(tmp_path.iterdir()) == [path]
    wiring.error = None
    assert run(wiring, "backup", str(path)).exit_code == 0
    assert json.loads(path.read_bytes())["format"] == "lockout-backup"


def test_a_backup_of_a_broken_chain_is_written_and_said(wiring: FakeWiring, tmp_path: Path) -> None:
    """Exit code 1, so that a nightly job is heard."""
    path = tmp_path / "backup.json"
    ((name, facts),) = wiring.store.facts.items()
    wiring.store.facts[name] = [replace(facts[0], surface="elsewhere"), *facts[1:]]
    result = run(wiring, "backup", str(path))
    assert result.exit_code == 1
    assert f"NOT intact: incident {name}: fact 1" in result.stderr
    assert path.exists()
    restored = run(FakeWiring(), "restore", str(path))
    assert restored.exit_code == 2
    assert "does not match its hash" in restored.stderr


def test_a_full_database_takes_no_backup(wiring: FakeWiring, tmp_path: Path) -> None:
    """Told what to do instead."""
    path = tmp_path / "backup.json"
    run(wiring, "backup", str(path))
    result = run(wiring, "restore", str(path))
    assert result.exit_code == 1
    assert "holds something already" in result.stderr
    assert "LOCKOUT_DATABASE_URL" in result.stderr


def test_a_file_that_is_not_there_or_no_backup_is_refused(tmp_path: Path) -> None:
    """In words."""
    result = run(FakeWiring(), "restore", str(tmp_path / "none.json"))
    assert result.exit_code == 1
    assert "cannot be read: No such file" in result.stderr
    path = tmp_path / "timeline.json"
    path.write_text('{"format": "lockout-timeline"}')
    result = run(FakeWiring(), "restore", str(path))
    assert result.exit_code == 2
    assert "not a backup: its format is 'lockout-timeline'" in result.stderr


def test_a_place_that_takes_no_file_is_refused(wiring: FakeWiring, tmp_path: Path) -> None:
    """With the system's reason."""
    result = run(wiring, "backup", str(tmp_path / "none" / "backup.json"))
    assert result.exit_code == 1
    assert "could not be written: No such file" in result.stderr
