"""The report of a drill in a real browser, and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.foreseeing import expect
from bot.exports.drill_report_html import write
from tests.exports.chromium import Chromium
from tests.exports.drill_example import DAY, drill, exported, proof
from tests.exports.example import ORGANISATION, TIME_ZONE

pytestmark = pytest.mark.browser


def test_it_renders_without_a_word_on_the_console(browser: Chromium, tmp_path: Path) -> None:
    """Nothing is blocked or missing: the policy names its very style."""
    path = tmp_path / "report.html"
    path.write_bytes(exported("report"))
    seen = browser.visit(path, "--dump-dom")
    assert seen.console == []
    assert seen.output.count("<section") == 6


def test_a_whole_drill_is_one_sheet_of_paper(browser: Chromium, tmp_path: Path) -> None:
    """With the care of the accounts in it, and something to repair."""
    incident, facts = drill(len(DAY) - 1)
    care = [
        proof("care", f"Item {number} of what else must hold for the accounts", "passed", 4)
        for number in range(4)
    ]
    whole = expect(incident, [*care, DAY[-1][2]], DAY[0][1], facts[-1].occurred_at)
    path = tmp_path / "report.html"
    path.write_bytes(b"".join(write(whole, ORGANISATION, TIME_ZONE, facts)))
    assert len(re.findall(rb"/Type\s*/Page\b", browser.paper(path))) == 1
