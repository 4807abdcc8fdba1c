"""The worst rule of a policy decides, whatever its place."""

from itertools import permutations

import pytest

from bot.audit.google.deny import judge_deny
from bot.audit.google.membership import Membership
from bot.audit.google.principal import Account, parse_account
from bot.audit.google.rules import rules_of
from bot.audit.model import Question
from tests.audit.google.case import GROUP, GROUP_SET, MAIL, OTHERS, SET_POLICY, USER, deny, rule
from tests.audit.google.test_rules import policy_of

BLOCKS = rule()
OPEN = rule(deniedPrincipals=[OTHERS])
EXEMPT = rule(exceptionPrincipals=[GROUP_SET])
NONE = rule(deniedPermissions=["x.googleapis.com/y.z"])
WORST = {"blocking": BLOCKS, "unknown": OPEN, "excluded": EXEMPT, "not_in_scope": NONE}


@pytest.mark.parametrize("order", list(permutations(WORST)), ids="-".join)
def test_the_worst_rule_decides(order: tuple[str, ...]) -> None:
    """With every rule that reaches the account as a place to correct."""
    account = parse_account(USER)
    assert isinstance(account, Account)
    membership = Membership(Question((USER,), (GROUP,)), [MAIL], [])
    left = list(order)
    while left:
        policy = policy_of(deny(*[WORST[name] for name in left]))
        judged = judge_deny(policy, rules_of(policy), account, membership)
        worst = min(left, key=list(WORST).index)
        assert judged.verdict == worst
        reaching = [name for name in left if name in ("blocking", "unknown")]
        assert len(judged.exempt) == (len(reaching) if worst == "blocking" else 0)
        left.remove(worst)


@pytest.mark.parametrize(
    ("permissions", "severity"),
    [
        ([SET_POLICY], "high"),
        (["cloudsupport.googleapis.com/techCases.create"], "medium"),
        (["cloudresourcemanager.googleapis.com/projects.getIamPolicy"], "low"),
    ],
)
def test_what_is_not_known_ranks_by_what_it_would_deny(
    permissions: list[str], severity: str
) -> None:
    """One step lower; and a slip in the group's name is in the reason."""
    account = parse_account(USER)
    assert isinstance(account, Account)
    membership = Membership(Question((USER,), (GROUP,)), [MAIL], [])
    slip = GROUP.replace("admins", "admin")
    exceptions = [f"principalSet://goog/group/{slip}"]
    policy = policy_of(deny(rule(exceptionPrincipals=exceptions, deniedPermissions=permissions)))
    judged = judge_deny(policy, rules_of(policy), account, membership)
    assert (judged.verdict, judged.severity) == ("unknown", severity)
    assert f"the members of group {slip} (did you mean {GROUP}?)" in judged.reason
