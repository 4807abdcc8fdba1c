"""The corrected policy: the smallest edit that takes the emergency accounts out of it.

The exclusion group goes in where the account is in one, else the account itself. A policy that is
aimed at the emergency accounts on purpose gets no edit: to exclude them would empty it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.audit.entra.commands import commands
from bot.audit.entra.decode import Document, texts_of_items
from bot.audit.entra.hcl import hcl
from bot.audit.entra.membership import Membership
from bot.audit.entra.policy import Policy
from bot.audit.entra.shape import child, is_guid, texts_of
from bot.audit.entra.splice import edited, is_deep, laid_out, spliced, unified_diff
from bot.audit.entra.terraform import in_json_syntax
from bot.audit.entra.verdict import is_microsoft_managed
from bot.audit.model import Fix, Question
from bot.audit.terraform import Resource

READ_AGAIN = (
    "The patch replaces the whole list of exclusions with what this file shows and the addition."
    " If the policy changed since, read it again first."
)
TERRAFORM = "If Terraform owns this policy, change it there: its next run takes this edit back."
IN_TERRAFORM = (
    "Terraform keeps this policy: carry the edit over to {} in your code, then plan and apply."
)
NO_ID = "The file gives no policy ID. Put it in place of POLICY-ID."
MANAGED = "Microsoft-managed: only its state and its exclusions can be changed; this edit can."
SINGLE = "This excludes single accounts. A protected exclusion group is easier to keep right."
PLACEHOLDER = "{} is no object ID. Put the real ID in its place before you apply this."


class Fixer:
    """Writes the corrected policies of one audit. Texts of files are looked up once each."""

    def __init__(
        self, question: Question, membership: Membership, documents: dict[str, Document]
    ) -> None:
        self._question = question
        self._membership = membership
        self._documents = documents
        self._texts: dict[str, dict[str, tuple[str, int]]] = {}

    def fix(self, policy: Policy, accounts: Sequence[str]) -> Fix | None:
        """One edit that exempts all these accounts; None if the file is nested beyond reason."""
        document = self._documents[policy.file]
        # Not the text of a list, which is that of all its policies.
        if is_deep(policy.raw, "" if document.listed else document.text):
            return None
        return Fix.later(partial(self._write, policy, accounts))

    def _write(self, policy: Policy, accounts: Sequence[str]) -> Fix:
        added = self._additions(accounts)
        if policy.terraform:
            return _in_terraform(policy, policy.terraform, added)
        before, after, line = self._written(policy, added)
        corrected = edited(policy.raw, added)
        users = child(child(corrected, "conditions"), "users")
        union = {field: texts_of(users, field) for field in added}
        return Fix(
            corrected=after,
            diff=unified_diff(before, after, policy.file, line),
            commands=commands(policy.policy_id, union, added),
            hcl=hcl(corrected, policy.policy_id),
            warnings=tuple(_warnings(policy, added)),
        )

    def _additions(self, accounts: Sequence[str]) -> dict[str, tuple[str, ...]]:
        groups, users = [], []
        for account in accounts:
            group = self._group_of(account)
            if group:
                groups.append(group)
            else:
                users.append(account)
        added = {"excludeGroups": tuple(dict.fromkeys(groups)), "excludeUsers": tuple(users)}
        return {field: ids for field, ids in added.items() if ids}

    def _group_of(self, account: str) -> str:
        for group in self._question.groups:
            if self._membership.is_in(account, group).member:
                return group
        return ""

    def _written(self, policy: Policy, added: dict[str, tuple[str, ...]]) -> tuple[str, str, int]:
        if policy.file not in self._texts:
            self._texts[policy.file] = texts_of_items(self._documents[policy.file])
        found = self._texts[policy.file].get(policy.place)
        if found is None:
            return laid_out(policy.raw), laid_out(edited(policy.raw, added)), 1
        before, after = spliced(found[0], policy.raw, added)
        return before, after, found[1]


def _in_terraform(policy: Policy, resource: Resource, added: dict[str, tuple[str, ...]]) -> Fix:
    after = in_json_syntax(resource, added)
    return Fix(
        corrected=after,
        diff=unified_diff(in_json_syntax(resource, {}), after, policy.file),
        warnings=(
            IN_TERRAFORM.format(resource.address),
            *([SINGLE] if "excludeUsers" in added else []),
            *_placeholders(added),
        ),
    )


def _placeholders(added: dict[str, tuple[str, ...]]) -> list[str]:
    return [PLACEHOLDER.format(one) for ids in added.values() for one in ids if not is_guid(one)]


def _warnings(policy: Policy, added: dict[str, tuple[str, ...]]) -> list[str]:
    warnings = [READ_AGAIN, TERRAFORM]
    if not policy.policy_id:
        warnings.append(NO_ID)
    if is_microsoft_managed(policy):
        warnings.append(MANAGED)
    if "excludeUsers" in added:
        warnings.append(SINGLE)
    return [*warnings, *_placeholders(added)]
