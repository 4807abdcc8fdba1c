"""Commands for the calm day before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.surfaces.terminal.stage import FakeWiring, run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_init_writes_the_example_and_says_what_comes_next(tmp_path: Path) -> None:
    """The next command stands there to be copied."""
    result = run(FakeWiring(), "init")
    assert (tmp_path / "organisation.yaml").read_text().startswith("# Fill this in")
    assert "lockout organisation check organisation.yaml" in result.stdout
    assert f"LOCKOUT_ORGANISATION={tmp_path / 'organisation.yaml'}" in result.stdout


def test_init_overwrites_nothing_unless_told_to(tmp_path: Path) -> None:
    """Somebody's filled-in file is worth more than an example."""
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    result = run(FakeWiring(), "init", "mine.yaml")
    assert result.exit_code == 1
    assert "--force" in result.stderr
    assert path.read_text() == "mine"
    assert run(FakeWiring(), "init", "mine.yaml", "--force").exit_code == 0
    assert path.read_text() != "mine"


def test_init_into_a_folder_that_is_not_there_is_refused() -> None:
    """With the system's reason, not with a trace."""
    result = run(FakeWiring(), "init", "none/organisation.yaml")
    assert result.exit_code == 1
    assert "could not be written" in result.stderr


def test_the_manifest_is_json_and_nothing_else() -> None:
    """It goes into a file, and from there to Slack."""
    assert json.loads(run(FakeWiring(), "manifest").stdout)["display_information"]


def test_run_serves() -> None:
    """Until it is told to stop."""
    wiring = FakeWiring()
    assert run(wiring, "run").exit_code == 0
    assert wiring.served == 1
