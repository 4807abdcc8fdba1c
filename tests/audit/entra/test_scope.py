"""Who is covered is said with the entry that decides; the certain goes before the possible."""

from __future__ import annotations

from typing import Any

from bot.audit.entra.membership import Membership
from bot.audit.entra.policy import Policy, read_policy
from bot.audit.entra.scope import GLOBAL_ADMINISTRATOR, NOT_NAMED, Scope
from tests.audit.entra.policies import GROUP, ONE, OTHER, STRANGER, policy, question

SCOPE = Scope(question(), Membership(question(), [OTHER, GROUP]), str)


def read(changes: dict[str, Any]) -> Policy:
    """The changed base policy, as the rules read it."""
    found = read_policy("x.json", "", policy(changes))
    assert isinstance(found, Policy)
    return found


def test_the_role_of_emergency_accounts_is_microsofts_template() -> None:
    """The same in every tenant."""
    assert GLOBAL_ADMINISTRATOR == "62e90394-69f5-4237-9190-012177145e10"


def test_a_certain_exclusion_goes_before_one_that_nobody_can_tell() -> None:
    """An unknown group beside the exclusion group does no harm."""
    found = SCOPE.excluded(read({"conditions.users.excludeGroups": [OTHER, GROUP]}), ONE)
    assert (found.yes, found.field) == (True, "excludeGroups")
    both = {"conditions.users.excludeGroups": [OTHER], "conditions.users.excludeUsers": [ONE]}
    assert SCOPE.excluded(read(both), ONE).words == "the account itself"


def test_nobody_is_excluded_by_a_policy_that_excludes_nobody() -> None:
    """One value for that, asked again and again."""
    assert SCOPE.excluded(read({}), ONE) is NOT_NAMED


def test_a_policy_for_everybody_is_not_aimed_at_the_emergency_accounts() -> None:
    """Nor is one for nobody."""
    assert not SCOPE.deliberate(read({}))
    assert not SCOPE.deliberate(read({"conditions.users.includeUsers": ["None"]}))
    assert not SCOPE.deliberate(read({"conditions.users.includeUsers": [ONE, STRANGER]}))
    assert SCOPE.deliberate(read({"conditions.users.includeUsers": [ONE]}))
