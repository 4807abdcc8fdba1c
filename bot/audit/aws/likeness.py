"""Which principals a policy cannot tell apart: those that differ in nothing but their account.

An organization keeps an emergency role of one name in each of its accounts, and few policies name
an account by its number: what is found of one such role is then true of all. When in doubt, a
policy can tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache

from bot.audit.aws.condition import Test
from bot.audit.aws.document import Policy
from bot.audit.aws.pattern import variables
from bot.audit.aws.principal import Principal
from bot.audit.aws.statement import Statement

_ARN = "aws:principalarn"
_WITH_ACCOUNT = frozenset({"aws:principalaccount", "aws:userid"})
# An ARN whose account is a star, or a template's placeholder: before it no digits that could meet
# an account's, and behind its colon nothing can, since colons stand in order.
_SLOT = r"\$\{\w+(?:::\w+)?\}"
_ANY_ACCOUNT = re.compile(
    rf"\*|(?:(?:[A-Za-z*-]|{_SLOT})*:){{4}}(?:\*|{_SLOT}):.*", re.ASCII | re.DOTALL
)


def without_account(principal: Principal) -> Hashable:
    """What is left of a principal without its account; equal for those that may be alike."""
    return replace(principal, arn="", account="")


def tells_accounts_apart(policy: Policy) -> bool:
    """Whether anything in a policy may be true of one account's principal and not of another's."""
    return any(map(_tells, policy.statements))


def _tells(statement: Statement) -> bool:
    return (
        statement.raw.get("Principal", "*") != "*"
        or "NotPrincipal" in statement.raw
        or _name_accounts(statement.resources)
        or any(map(_asks_for_account, statement.tests))
    )


@lru_cache(maxsize=1 << 12)
def _name_accounts(texts: tuple[str, ...]) -> bool:
    return any(not _ANY_ACCOUNT.fullmatch(text) or variables(text) for text in texts)


# Tests are one object where they are equal.
@lru_cache(maxsize=1 << 12)
def _asks_for_account(test: Test) -> bool:
    if test.folded == _ARN:
        return test.operator.comparison not in {"arn", "glob"} or _name_accounts(test.values)
    return test.folded in _WITH_ACCOUNT or any(map(variables, test.values))
