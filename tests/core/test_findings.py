"""What a fact keeps of an audit."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.core.findings import OpenPolicy, Standing
from tests.core.audits import open_policy


def standing(verdict: str) -> Standing:
    """Of some account."""
    return Standing.model_validate(
        {"account": "a", "verdict": verdict, "severity": "low", "reason": "r"}
    )


def test_a_policy_is_as_bad_as_its_worst_account() -> None:
    """One account that cannot get in is enough."""
    policy = open_policy("p", standings=tuple(map(standing, ("unknown", "blocking", "pending"))))
    assert policy.worst == "blocking"


def test_a_policy_that_keeps_nobody_out_has_no_place_here() -> None:
    """Nor has a verdict that leaves nothing to do."""
    with pytest.raises(ValidationError):
        OpenPolicy(policy_id="p", policy_name="P", standings=())
    with pytest.raises(ValidationError):
        standing("excluded")
