"""`lockout snapshot`: live, from files, or what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Broken
from bot.core.organisation import SnapshotSettings
from tests.services.desks import example
from tests.services.tenants import GROUP, policy, watching_desk
from tests.surfaces.terminal.stage import FakeWiring, run


def wired(*policies: dict[str, Any], watched: bool = False) -> FakeWiring:
    """The example organisation with a tenant whose provider has these policies."""
    wiring = FakeWiring(found=example())
    desk, _, source = watching_desk(*policies)
    wiring.kept.snapshots, wiring.kept.source = desk.snapshots, source
    source.clock = wiring.clock
    if watched:
        found = wiring.kept.organisation.model_copy(update={"snapshots": SnapshotSettings()})
        wiring.kept.organisation = found
    return wiring


def change(wiring: FakeWiring, *policies: dict[str, Any]) -> None:
    """A quarter of an hour later the provider has others."""
    wiring.clock.advance(minutes=15)
    source: Any = wiring.kept.source
    source.policies = policies


def effects(wiring: FakeWiring) -> list[Any]:
    """What is written down to be said."""
    store: Any = wiring.kept.snapshots
    return list(store.effects)


def exported(folder: Path, *policies: dict[str, Any]) -> Path:
    """A folder of exported files."""
    place = folder / "exported"
    place.mkdir(exist_ok=True)
    for number, one in enumerate(policies):
        (place / f"{number}.json").write_text(json.dumps(one))
    return place


def test_it_says_whom_which_policy_keeps_out() -> None:
    """And how many it looked at; blocking is exit code 1."""
    result = run(wired(policy(1), policy(2, block=False)), "snapshot", "entra-example")
    assert result.exit_code == 1
    assert "This is the first snapshot of the tenant." in result.stdout
    assert "CA001: Block everybody\n  blocking: emergency-1@" in result.stdout
    assert "Example (Entra), read just now. 2 policies, 2 accounts: 2 blocking" in result.stdout


def test_it_says_what_changed_since_the_last_one() -> None:
    """With who did it, where the provider says so."""
    wiring = wired(policy(1), policy(2))
    run(wiring, "snapshot", "entra-example")
    change(wiring, policy(1, block=False), policy(3, block=False))
    result = run(wiring, "snapshot", "entra-example")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:4] == [
        "Since the last snapshot:",
        "  changed  CA001: Block everybody (by pipeline)",
        "  new      CA003: Block everybody (by pipeline)",
        "  removed  CA002: Block everybody",
    ]
    change(wiring, policy(1, block=False), policy(3, block=False))
    again = run(wiring, "snapshot", "entra-example")
    assert again.stdout.startswith("Nothing changed since the last snapshot.")


def test_what_is_kept_is_shown_without_reading() -> None:
    """With its age, and when it should not be relied on."""
    wiring = wired(policy(1))
    missing = run(wiring, "snapshot", "entra-example", "--show")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert "Take one: lockout snapshot entra-example" in missing.stderr
    run(wiring, "snapshot", "entra-example")
    wiring.clock.advance(hours=30)
    result = run(wiring, "snapshot", "entra-example", "--show")
    assert result.exit_code == 1
    assert "read 1 day ago: may be out of date. 1 policy" in result.stdout
    source: Any = wiring.kept.source
    assert source.asked == ["entra-example"]


def test_exported_files_stand_in_for_the_provider(tmp_path: Path) -> None:
    """In the night, when nobody can sign in."""
    wiring = wired()
    place = exported(tmp_path, policy(1), policy(2, block=False))
    result = run(wiring, "snapshot", "entra-example", str(place))
    assert result.exit_code == 1
    assert "2 policies, 2 accounts: 2 blocking, 2 excluded" in result.stdout
    assert "the tenant may have other policies" in result.stderr
    source: Any = wiring.kept.source
    assert source.asked == []


def test_who_is_in_a_group_can_be_named(tmp_path: Path) -> None:
    """As with the audit."""
    members = tmp_path / "members.json"
    members.write_text(json.dumps({GROUP: []}))
    place = exported(tmp_path, policy(1, block=False))
    result = run(wired(), "snapshot", "entra-example", str(place), "--members", str(members))
    assert "2 blocking" in result.stdout


@pytest.mark.parametrize("content", ["{", "{}"])
def test_files_without_a_policy_are_not_kept(tmp_path: Path, content: str) -> None:
    """The last good one stays the newest."""
    wiring = wired(policy(1))
    run(wiring, "snapshot", "entra-example")
    file = tmp_path / "a.json"
    file.write_text(content)
    result = run(wiring, "snapshot", "entra-example", str(file))
    assert result.exit_code == 2
    assert "Nothing was kept" in result.stderr
    store: Any = wiring.kept.snapshots
    assert len(store.kept) == 1


def test_a_watched_tenant_is_announced_whoever_read_it() -> None:
    """Or the change would be known to the bot, and to nobody else."""
    wiring = wired(policy(1), watched=True)
    result = run(wiring, "snapshot", "entra-example")
    assert "For Slack: 1 message, delivered by 'lockout run'." in result.stdout
    change(wiring, policy(1), policy(2), policy(3))
    assert "For Slack: 2 messages" in run(wiring, "snapshot", "entra-example").stdout
    assert len(effects(wiring)) == 3


def test_nobody_is_told_of_a_tenant_that_is_not_watched() -> None:
    """A look by hand is a look by hand."""
    wiring = wired(policy(1))
    assert "For Slack" not in run(wiring, "snapshot", "entra-example").stdout
    assert effects(wiring) == []


def test_the_corrections_can_be_written(tmp_path: Path) -> None:
    """As with the audit."""
    folder = tmp_path / "fixes"
    run(wired(policy(1)), "snapshot", "entra-example", "--fix", str(folder))
    assert "commands.txt" in {path.name for path in folder.iterdir()}


def test_strict_minds_what_is_not_in_force_yet() -> None:
    """As with the audit."""
    planned = policy(1, state="enabledForReportingButNotEnforced")
    assert run(wired(planned), "snapshot", "entra-example").exit_code == 0
    assert run(wired(planned), "snapshot", "entra-example", "--strict").exit_code == 1


def test_a_tenant_that_is_not_there_is_refused() -> None:
    """With those that are."""
    result = run(wired(), "snapshot", "elsewhere")
    assert result.exit_code == 1
    assert "There are: entra-example, aws-example, google-example" in result.stderr


def test_a_provider_that_refuses_says_what_to_do() -> None:
    """Not a bug of ours, and nothing was kept."""
    wiring = wired()
    source: Any = wiring.kept.source
    source.errors = [Broken("Microsoft Entra cannot be read here", "Install it")]
    result = run(wiring, "snapshot", "entra-example")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "Install it." in result.stderr


def test_show_reads_no_files() -> None:
    """One or the other."""
    result = run(wired(), "snapshot", "entra-example", "x.json", "--show")
    assert result.exit_code == 2
    assert "leave PATH out" in result.stderr


def test_a_hostile_name_stays_on_its_line() -> None:
    """Nothing in a policy moves the cursor."""
    wiring = wired(policy(1, displayName="a\n\x1b[2Jb"))
    result = run(wiring, "snapshot", "entra-example")
    assert "\x1b" not in result.stdout
    assert "a \\u001b[2Jb" in result.stdout
