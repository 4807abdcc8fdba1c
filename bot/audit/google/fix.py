"""The corrected policy: the smallest edit that takes the emergency accounts out of it.

The exclusion group goes into the exceptions where the account is in one, else the account itself;
the etag stays, so that Google refuses the edit if the policy changed since. A binding of an access
level and an organization policy know no exception, so there is no corrected form of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from bot.audit.google.boundary import read_binding
from bot.audit.google.commands import commands
from bot.audit.google.hcl import hcl
from bot.audit.google.judgement import Judged
from bot.audit.google.membership import Membership, plain_name
from bot.audit.google.parse import Policy
from bot.audit.google.principal import GROUP, Account
from bot.audit.google.shape import Json, text_of
from bot.audit.jsontext import JsonText, Path, append, put, unified_diff
from bot.audit.model import Fix, Question

NO_ETAG = (
    "The file has no etag, so Google cannot tell whether the policy changed since. Print it again"
    " and put its etag in."
)
TERRAFORM = "If Terraform owns this policy, change it there: its next run takes this edit back."
BOUNDARY = (
    "An account that no boundary is bound to may reach every resource that a role opens to it,"
    " also outside the organization."
)


class Fixer:
    """Writes the corrected policies of one audit."""

    def __init__(
        self, question: Question, membership: Membership, accounts: Sequence[Account | str]
    ) -> None:
        self._accounts = accounts
        self._groups = [group for group in question.groups if "@" in plain_name(group)]
        self._membership = membership

    def fix(self, policy: Policy, judged: Sequence[Judged]) -> Fix | None:
        """One edit that exempts all accounts that are kept out; None if there is nothing to edit.

        `judged` has one for each account, in their order.
        """
        if any(one.exempt for one in judged):
            return Fix.later(partial(self._write, policy, judged))
        return None

    def _write(self, policy: Policy, judged: Sequence[Judged]) -> Fix:
        kept_out = [
            account
            for account, one in zip(self._accounts, judged, strict=True)
            if one.exempt and isinstance(account, Account)
        ]
        exempt = list(dict.fromkeys(path for one in judged for path in one.exempt))
        before, first_line = _text_of(policy)
        after = before
        principals = list(dict.fromkeys(self._principal(account) for account in kept_out))
        if policy.kind == "binding":
            after = _conditioned(
                after, exempt[0], _but_for(read_binding(policy).condition, kept_out)
            )
        else:
            for path in exempt:
                after = append(after, path, principals)
        corrected: Json = json.loads(after)
        return Fix(
            corrected=after,
            diff=unified_diff(before, after, policy.document.name, first_line),
            commands=commands(policy, corrected),
            hcl=hcl(policy, corrected) if policy.kind == "deny" else "",
            warnings=_warnings(policy),
        )

    def _principal(self, account: Account) -> str:
        for group in self._groups:
            if self._membership.is_in(account.name, group).member:
                return GROUP + plain_name(group)
        return account.identifier


def _text_of(policy: Policy) -> tuple[str, int]:
    """The policy's own text and its first line in the file."""
    places = policy.document.places
    span = places.find(policy.path)
    if span is None or not policy.path:
        return policy.document.text, 1
    return places.text[span.start : span.end], places.line_at(span.start)


def _but_for(condition: str, accounts: Sequence[Account]) -> str:
    taken_out = " && ".join(
        # Google names workforce identities by their subject alone.
        f"principal.subject != '{account.name.rpartition('/')[2]}'"
        for account in accounts
    )
    return f"({condition}) && {taken_out}" if condition else taken_out


def _conditioned(text: str, path: Path, expression: str) -> str:
    """Another condition; one that is made here gets the title that Google asks for."""
    if JsonText(text).find(path):
        return put(text, path, expression)
    return put(text, path[:1], {"title": "All but emergency accounts", "expression": expression})


def _warnings(policy: Policy) -> tuple[str, ...]:
    warnings = [] if text_of(policy.raw, "etag") else [NO_ETAG]
    warnings.append(BOUNDARY if policy.kind == "binding" else TERRAFORM)
    return tuple(warnings)
