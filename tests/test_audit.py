"""`make audit` fails for a known vulnerability, and says it when nobody could be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

JUDGE = Path(__file__).parent.parent / ".ci" / "audit.py"
CLEAN = {"name": "aiohttp", "version": "3.14.0", "vulns": []}
UNKNOWN = {"name": "lockout-example", "skip_reason": "Dependency not found on PyPI"}
BAD = {
    "name": "jinja2",
    "version": "3.1.0",
    "vulns": [{"id": "PYSEC-0000-1", "fix_versions": ["3.1.6"]}, {"id": "X-2", "fix_versions": []}],
}


def judge(folder: Path, report: str | None, said: str = "") -> tuple[int, str]:
    """As `make audit` runs it."""
    (folder / "said.txt").write_text(said, encoding="utf-8")
    if report is not None:
        (folder / "report.json").write_text(report, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, JUDGE, folder / "report.json", folder / "said.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def report(*dependencies: dict[str, Any]) -> str:
    """What pip-audit writes."""
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_clean_audit_says_how_many_were_looked_at(tmp_path: Path) -> None:
    """And passes."""
    assert judge(tmp_path, report(CLEAN, CLEAN)) == (0, "2 of 2 packages audited, 0 vulnerable.\n")


def test_a_known_vulnerability_fails(tmp_path: Path) -> None:
    """With its number, and the release that mends it, if there is one."""
    code, said = judge(tmp_path, report(CLEAN, BAD, UNKNOWN))
    assert code == 1
    assert "jinja2 3.1.0: PYSEC-0000-1, fixed in 3.1.6" in said
    assert "jinja2 3.1.0: X-2, fixed in no release yet" in said
    assert "NOT audited: lockout-example." in said
    assert "2 of 3 packages audited, 1 vulnerable." in said


def test_a_service_that_knows_nothing_is_no_clean_audit(tmp_path: Path) -> None:
    """It passes, since nothing is known, and says so and why."""
    code, said = judge(tmp_path, report(UNKNOWN, UNKNOWN))
    assert code == 0
    assert "NOT audited: all of them." in said
    assert "Dependency not found on PyPI" in said
    assert "0 of 2 packages audited" in said


def test_a_service_out_of_reach_is_no_clean_audit(tmp_path: Path) -> None:
    """The last thing that pip-audit said is the reason."""
    for broken in (None, "", "[]", "{}"):
        code, said = judge(tmp_path, broken, "Traceback\nConnectionError: no route to host\n\n")
        assert code == 0
        assert said == (
            "NOT audited: pip-audit gave no report. ConnectionError: no route to host\n"
        )
