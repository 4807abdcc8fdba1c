"""A finding's correction, written when somebody looks at it."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

import pytest

from bot.audit.model import Command, Finding, Fix

AT_ONCE = Fix("{}", "-a\n+b\n", (Command("Replace it", "aws …"),), "resource {}", ("Look.",))


def written(count: list[int]) -> Callable[[], Fix]:
    """Writes, and counts how often."""

    def write() -> Fix:
        count.append(1)
        return AT_ONCE

    return write


def test_a_late_correction_is_written_once_and_only_when_it_is_looked_at() -> None:
    """That there is one can be told without."""
    count: list[int] = []
    late = Fix.later(written(count))
    finding = Finding("1", "A", "me", "blocking", "high", "No.", "a.json#", late)
    assert finding.fix
    assert finding.fix is not None
    assert dataclasses.replace(finding, reason="Still no.").fix is late
    warned = late.warning("More.")
    assert count == []
    assert (late.diff, late.hcl, late.warnings) == ("-a\n+b\n", "resource {}", ("Look.",))
    assert warned.warnings == ("Look.", "More.")
    assert warned.corrected == late.corrected
    assert count == [1]


def test_a_late_correction_is_equal_to_one_written_at_once() -> None:
    """In every way that Python has to tell."""
    assert Fix.later(lambda: AT_ONCE) == AT_ONCE
    assert [Fix.later(lambda: AT_ONCE)] == [AT_ONCE]
    assert hash(Fix.later(lambda: AT_ONCE)) == hash(AT_ONCE)
    assert repr(Fix.later(lambda: AT_ONCE)) == repr(AT_ONCE)
    assert copy.deepcopy(Fix.later(lambda: AT_ONCE)) == AT_ONCE
    assert Fix.later(lambda: AT_ONCE) != AT_ONCE.warning("More.")


def test_what_a_correction_does_not_have_is_not_written_for() -> None:
    """Asking for nonsense is an error as everywhere, and costs nothing."""
    count: list[int] = []
    with pytest.raises(AttributeError):
        Fix.later(written(count)).patch  # noqa: B018 - to ask is the point
    assert count == []


def test_a_finding_can_be_told_apart_and_kept_in_a_set() -> None:
    """Equal content, equal finding."""
    one = Finding("1", "A", "me", "blocking", "high", "No.", "a.json#", AT_ONCE)
    same = dataclasses.replace(one, fix=Fix.later(lambda: AT_ONCE))
    assert {one, same, dataclasses.replace(one, fix=None)} == {
        one,
        dataclasses.replace(same, fix=None),
    }
