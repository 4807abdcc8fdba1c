"""Conditions of policy bindings, for one account."""

import pytest

from bot.audit.google.boundary import Bounds, judge_binding, read_binding
from bot.audit.google.membership import Membership
from bot.audit.google.principal import Account, parse_account
from bot.audit.model import Question
from tests.audit.google.case import BOUNDARY, MAIL, USER, bound, boundary
from tests.audit.google.test_rules import policy_of


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("principal.subject == 'other@example.com'", "excluded"),
        (f'principal.subject=="{MAIL}"', "blocking"),
        ("principal.type != 'iam.googleapis.com/WorkspaceIdentity'", "excluded"),
        ("principal.subject.startsWith('x') || true", "blocking"),
        ("principal.subject.contains('x')", "unknown"),
        ("false && principal.subject.contains('x')", "excluded"),
    ],
)
def test_a_condition_is_computed_for_the_account(condition: str, verdict: str) -> None:
    """By its address and its type; other attributes are not supported there."""
    binding = read_binding(policy_of(bound(condition=condition)))
    assert binding.condition == condition
    assert binding.path == ("condition", "expression")
    account = parse_account(USER)
    assert isinstance(account, Account)
    bounds = Bounds(
        {BOUNDARY: policy_of(boundary("//x/projects/p"))},
        [binding],
        Membership(Question((USER,)), [MAIL], []),
    )
    judged = judge_binding(binding, bounds, account)
    assert judged.verdict == verdict
