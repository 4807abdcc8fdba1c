"""`lockout readiness`: for people, and for cron."""

from __future__ import annotations

import asyncio
import json

from bot.core.errors import Unavailable
from tests.services.desks import example
from tests.services.tenants import policy
from tests.services.test_readiness import quiet_desk
from tests.surfaces.terminal.stage import FakeWiring, run


def ready(*, block: bool = False) -> FakeWiring:
    """Nothing is missing, unless a policy blocks."""
    desk, _ = asyncio.run(quiet_desk(policy(1, block=block)))
    wiring = FakeWiring(found=desk.organisation)
    wiring.kept = desk
    return wiring


def test_ready_is_exit_code_0() -> None:
    """And green, with what is known."""
    result = run(ready(), "readiness")
    assert result.exit_code == 0
    assert "🟢 Ready. Nothing is missing." in result.stdout
    assert "1 excluded" in result.stdout


def test_not_ready_is_exit_code_1() -> None:
    """The first line says what to do next."""
    result = run(ready(block=True), "readiness")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[2].startswith("🔴 Not ready. Next: Correct CA001")
    assert "lockout snapshot entra-example --show --fix corrections" in " ".join(
        result.stdout.split()
    )


def test_json_is_for_a_machine() -> None:
    """The same exit codes, and nothing else on the output."""
    result = run(ready(block=True), "readiness", "entra-example", "--format", "json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert said["ready"] is False
    assert [todo["kind"] for todo in said["todo"]] == ["blocking"]
    clean = run(ready(), "readiness", "--format", "json")
    assert (clean.exit_code, json.loads(clean.stdout)["ready"]) == (0, True)


def test_commands_are_named_as_they_are_typed_here() -> None:
    """There is no `/lockout` in a terminal."""
    result = run(FakeWiring(found=example()), "readiness")
    assert result.exit_code == 1
    assert "lockout drill entra-example" in " ".join(result.stdout.split())
    assert "/lockout" not in result.stdout


def test_an_unknown_tenant_is_refused() -> None:
    """With those there are."""
    result = run(ready(), "readiness", "nowhere")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "There are: entra-example" in result.stderr


def test_a_database_that_does_not_answer_is_exit_code_3() -> None:
    """So that cron tells 'not ready' from 'not known'."""
    result = run(FakeWiring(error=Unavailable("The database does not answer")), "readiness")
    assert result.exit_code == 3
