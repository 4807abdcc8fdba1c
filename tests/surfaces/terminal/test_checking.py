"""Commands that judge a file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Invalid, Problem
from bot.services.showing import export_incident
from tests.surfaces.terminal.stage import FakeWiring, run
from tests.surfaces.terminal.test_menu import declared

PROBLEMS = [
    Problem("a.yaml", 3, "steps[0].to", "leads to no step"),
    Problem("b.yaml", 0, "", "bad \x1b[2J name"),
]


def exported(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A real export on disk, and what it holds."""
    wiring = FakeWiring()
    incident = declared(wiring.kept)
    document = asyncio.run(export_incident(wiring.kept, incident.id, "json"))
    path = tmp_path / "timeline.json"
    path.write_bytes(document.content())
    return path, json.loads(path.read_bytes())


def test_an_intact_timeline_is_called_so(tmp_path: Path) -> None:
    """With its head, from a file or from a pipe."""
    path, data = exported(tmp_path)
    for args, given in (([str(path)], b""), (["-"], path.read_bytes())):
        result = run(FakeWiring(), "verify", *args, given=given)
        assert result.exit_code == 0
        assert f"intact, {data['count']} facts, head {data['head']}" in result.stdout
        assert "--head" in result.stdout


def test_the_first_changed_fact_is_named(tmp_path: Path) -> None:
    """Exit code 1."""
    path, data = exported(tmp_path)
    data["facts"][1]["actor"]["name"] = "somebody else"
    path.write_text(json.dumps(data))
    result = run(FakeWiring(), "verify", str(path))
    assert result.exit_code == 1
    assert "NOT intact. fact 2" in result.stdout


def test_another_head_is_another_timeline(tmp_path: Path) -> None:
    """A file in which every hash was computed anew is found by its head."""
    path, _ = exported(tmp_path)
    result = run(FakeWiring(), "verify", str(path), "--head", "0" * 64)
    assert result.exit_code == 1
    assert "another timeline" in result.stdout


@pytest.mark.parametrize("content", [b"", b"not json", b"{}", b"\xff\xfe", None])
def test_what_is_no_timeline_is_unusable(tmp_path: Path, content: bytes | None) -> None:
    """Exit code 2: no judgement is possible."""
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    result = run(FakeWiring(), "verify", str(path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "x.json" in result.stderr
    assert run(FakeWiring(), "verify", str(tmp_path)).exit_code == 2


def test_all_problems_of_playbooks_are_told_at_once(tmp_path: Path) -> None:
    """As `file:line: field: message`; exit code 1."""
    wiring = FakeWiring(problems=PROBLEMS)
    result = run(wiring, "playbooks", "check", str(tmp_path))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "a.yaml:3: steps[0].to: leads to no step",
        "b.yaml: bad name",
    ]
    assert wiring.asked_files == [tmp_path]


def test_playbooks_without_a_problem_say_so() -> None:
    """The shipped ones, when no folder is named."""
    wiring = FakeWiring()
    result = run(wiring, "playbooks", "check")
    assert result.exit_code == 0
    assert "no problems" in result.stdout
    assert wiring.asked_files == [None]


def test_warnings_of_an_organisation_do_not_make_it_unusable() -> None:
    """They are told with their lines."""
    warning = Problem("o.yaml", 7, "tenants", "is old", fatal=False)
    result = run(FakeWiring(warnings=[warning]), "organisation", "check")
    assert result.exit_code == 0
    assert "o.yaml:7: tenants: warning: is old" in result.stdout
    assert "Usable: Example, 1 warning. Tenants: entra-example" in result.stdout
    assert "no problems" in run(FakeWiring(), "organisation", "check").stdout


def test_an_unusable_organisation_is_told_in_full(tmp_path: Path) -> None:
    """Exit code 2, and it is the named file that is looked at."""
    wiring = FakeWiring(error=Invalid(PROBLEMS))
    result = run(wiring, "organisation", "check", str(tmp_path / "o.yaml"))
    assert result.exit_code == 2
    assert "a.yaml:3:" in result.stderr
    assert wiring.asked_files == [tmp_path / "o.yaml"]
