"""Judges what pip-audit found: `python .ci/audit.py REPORT.json SAID.txt`.

pip-audit ends well when its service knew none of the packages (a mirror without advisories), and
fails when the service could not be reached. Neither says anything about the packages, so both are
told apart from a clean audit here. Exit code 1: a known vulnerability, and nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def judge(report: str, said: str) -> tuple[int, list[str]]:
    """The exit code, and lines for a person. `said` is pip-audit's error stream."""
    try:
        found: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        lines = [line for line in said.splitlines() if line.strip()]
        return 0, [f"NOT audited: pip-audit gave no report. {lines[-1] if lines else ''}".strip()]
    vulnerable = [one for one in found if one.get("vulns")]
    skipped = [one for one in found if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {vuln['id']}, fixed in "
        f"{', '.join(vuln.get('fix_versions') or ['no release yet'])}"
        for one in vulnerable
        for vuln in one["vulns"]
    ]
    if skipped:
        names = "all of them" if len(skipped) == len(found) else _names(skipped)
        lines.append(
            f"NOT audited: {names}. The advisory service did not know them; a package index that "
            f"mirrors PyPI without its advisories answers like this: {skipped[0]['skip_reason']}"
        )
    looked = len(found) - len(skipped)
    lines.append(f"{looked} of {len(found)} packages audited, {len(vulnerable)} vulnerable.")
    return int(bool(vulnerable)), lines


def _names(skipped: list[dict[str, Any]]) -> str:
    return ", ".join(str(one["name"]) for one in skipped)


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


if __name__ == "__main__":
    code, told = judge(_read(sys.argv[1]), _read(sys.argv[2]))
    print("\n".join(told))
    sys.exit(code)
