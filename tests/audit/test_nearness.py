"""A slip of the finger is recognised; another ID is not taken for one."""

from __future__ import annotations

import pytest

from bot.audit.nearness import nearest
from tests.audit.entra.policies import GROUP, ONE, OTHER


@pytest.mark.parametrize(
    "wrong",
    [
        GROUP[:-1] + "b",
        "ab" + GROUP[2:-1] + "c",
        GROUP[:-1],
        GROUP + "a",
        GROUP[:4] + GROUP[5:],
    ],
)
def test_a_slip_leads_to_the_id_that_was_meant(wrong: str) -> None:
    """Two other characters, one too many, one too few."""
    assert nearest(wrong.upper(), [OTHER, GROUP]) == GROUP


@pytest.mark.parametrize(
    "other", [GROUP, GROUP.upper(), ONE, GROUP[:-2], "aaa", "", GROUP[3:] + "bcd"]
)
def test_what_is_not_near_leads_nowhere(other: str) -> None:
    """The same ID is no slip, and three differences are another ID."""
    assert nearest(other, [GROUP, "aab"]) == ""
