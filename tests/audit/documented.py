"""The tables of docs/audit.md, as their readers see them."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


def table(provider: str) -> dict[str, list[str]]:
    """What a rescue needs at a provider: purpose → actions, in order."""
    text = PAGE.read_text(encoding="utf-8")
    rows = re.search(rf"^\| {provider}: to … .*\n\|---.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert rows
    cells = [row.strip("|").split("|") for row in rows[1].splitlines()]
    return {purpose.strip(): re.findall(r"`([^`]+)`", actions) for purpose, actions in cells}
