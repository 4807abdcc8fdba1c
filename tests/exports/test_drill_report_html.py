"""The printed report: one sheet, nothing loaded, nothing run."""

from __future__ import annotations

import re

from tests.exports.drill_example import exported

PAGE = exported("report").decode()


def test_the_page_loads_and_runs_nothing() -> None:
    """No script, no request; and its own policy says so."""
    assert "default-src 'none'" in PAGE
    assert "<script" not in PAGE
    assert not re.search(r"(src|href)=\"(?!data:,)", PAGE)


def test_what_was_typed_is_only_ever_text() -> None:
    """A tag in an answer is shown, not made."""
    assert "CA003 &lt;b&gt;|_emergency-2_" in PAGE


def test_results_are_coloured_and_said() -> None:
    """A copy in grey says the same."""
    assert '<p class="result failed">DRILL FAILED</p>' in PAGE
    assert '<span class="passed">PASSED</span>' in PAGE
    assert '<span class="failed">FAILED</span>' in PAGE
    assert '<span class="passed">PASSED, after 1 failed attempt</span>' in PAGE


def test_it_is_made_to_be_printed_on_one_sheet() -> None:
    """A4, with a place to sign; sections are not cut in two."""
    assert "@page { size: A4" in PAGE
    assert "Reviewed by" in PAGE
    assert "break-inside: avoid" in PAGE
