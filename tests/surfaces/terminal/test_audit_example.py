"""The workflow that `docs/audit.md` shows does what it says there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.services.tenants import FIRST_ACCOUNT, GROUP, policy
from tests.surfaces.terminal.stage import FakeWiring, run

DOCS = Path(__file__).parents[3] / "docs" / "audit.md"
VARIABLES = {
    "EMERGENCY_1": FIRST_ACCOUNT,
    "EMERGENCY_2": "33333333-0000-0000-0000-000000000002",
    "BREAK_GLASS_GROUP": GROUP,
}


def workflow() -> dict[str, Any]:
    """The example, as GitHub reads it."""
    (text,) = re.findall(r"```yaml\n(name: emergency access\n.*?)```", DOCS.read_text(), re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def audit_step() -> list[str]:
    """The words of its command after `lockout`, with the repository's variables."""
    steps = workflow()["jobs"]["audit"]["steps"]
    (step,) = [one for one in steps if one.get("id") == "audit"]
    command = re.sub(r"\$\{\{ vars\.(\w+) \}\}", lambda found: VARIABLES[found[1]], step["run"])
    program, *words = shlex.split(command)
    assert program == "lockout"
    return words


@pytest.mark.parametrize(("block", "code", "levels"), [(True, 1, ["error"] * 2), (False, 0, [])])
def test_the_command_of_the_example_runs(
    block: bool,  # noqa: FBT001
    code: int,
    levels: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Red where a policy locks the accounts out, green where none does; alerts at the file."""
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    Path("policies/ca001.json").write_text(json.dumps(policy(1, block=block)))
    done = run(FakeWiring(), *audit_step())
    assert done.exit_code == code, done.stdout + done.stderr
    (upload,) = [
        step["with"]["sarif_file"]
        for step in workflow()["jobs"]["audit"]["steps"]
        if "upload-sarif" in step.get("uses", "")
    ]
    (found,) = json.loads(Path(upload).read_text())["runs"]
    assert [one["level"] for one in found["results"]] == levels
    places = [one["locations"][0]["physicalLocation"] for one in found["results"]]
    assert {one["artifactLocation"]["uri"] for one in places} <= {"policies/ca001.json"}
