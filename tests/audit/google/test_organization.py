"""Organization policies know no exception for a principal, and every reason says so."""

import pytest

from bot.audit.google.judgement import Judged
from bot.audit.google.organization import CONSTRAINTS, NO_EXCEPTION, judge_organization
from tests.audit.google.case import constraint
from tests.audit.google.test_rules import policy_of


@pytest.mark.parametrize("name", [*CONSTRAINTS, "compute.requireOsLogin"])
def test_every_reason_says_that_no_exception_exists(name: str) -> None:
    """Nobody should look for one at night."""
    judged = judge_organization(policy_of(constraint(name, spec={"rules": []})), "C01example")
    assert isinstance(judged, Judged)
    assert NO_EXCEPTION in judged.reason
    assert judged.exempt == ()
