"""Several levels on one binding: the worst decides."""

from bot.audit.google.access import judge_user_access
from bot.audit.google.membership import Membership
from bot.audit.google.principal import Account, parse_account
from bot.audit.model import Question
from tests.audit.google.case import GROUP, MAIL, USER, binding, level
from tests.audit.google.test_rules import policy_of

NAMED = level("named", "AND", {"members": [USER]})
PLACE = level("place", "AND", {"regions": ["DE"]})


def test_the_worst_level_decides() -> None:
    """Deleted before unknown before met; what is only tried out before what is unknown."""
    levels = {one.id: one for one in map(policy_of, (NAMED, PLACE))}
    account = parse_account(USER)
    assert isinstance(account, Account)
    membership = Membership(Question((USER,), (GROUP,)), [MAIL], [])

    def verdict(*names: str, dry: str = "") -> str:
        tried = [f"accessPolicies/1/accessLevels/{dry}"] if dry else []
        found = policy_of(binding(*names, dryRunAccessLevels=tried))
        return judge_user_access(found, levels, account, membership).verdict

    assert verdict("named") == "satisfiable"
    assert verdict("named", "place") == "unknown"
    assert verdict("named", "place", dry="gone") == "pending"
    assert verdict("named", "place", "gone") == "blocking"
