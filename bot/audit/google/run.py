"""The door of the room: files and a question in, one report out.

What is presumed, because an export cannot say it: each account holds the roles that a rescue needs
(`roles/iam.denyAdmin`, `roles/orgpolicy.policyAdmin`, …) and is of the organization whose policies
these are. Settings of Google Workspace (2-Step Verification, Context-Aware Access of Workspace
apps, who is a super admin) are in no file that is read here, and not judged.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from bot.audit.google.access import ALONE, judge_user_access
from bot.audit.google.boundary import Bounds, judge_binding, judge_boundary, read_binding
from bot.audit.google.deny import judge_deny, place_of, within
from bot.audit.google.fix import Fixer
from bot.audit.google.judgement import Judged
from bot.audit.google.membership import Membership
from bot.audit.google.organization import judge_organization
from bot.audit.google.parse import Kind, Policy, parse_source
from bot.audit.google.principal import GROUP, Account, parse_account
from bot.audit.google.rescue import named
from bot.audit.google.rules import Rule, check_rules, rules_of
from bot.audit.google.shape import plain, text_of
from bot.audit.model import Finding, Question, Report, Source
from bot.core.errors import Problem
from bot.core.wording import plain_line


def audit_google(
    sources: Sequence[Source],
    question: Question,
    *,
    customer: str = "",
    rescue: Sequence[str] = ("default",),
) -> Report:
    """Would these policies keep these accounts out? One finding a policy and account, in order.

    `question.accounts` are `user:MAIL`, `principal://goog/subject/MAIL`, service accounts or
    workforce identities; `question.groups` and the keys of `question.members` are addresses or
    `principalSet://goog/group/…`, or a group's ID where a policy names it by that. `customer` is
    the Google customer ID of the accounts (`C…`), which decides about policies for a customer.
    `rescue` are the permissions that a rescue needs; `default` stands for the table (`rescue.py`).

    Never raises. A file that cannot be read is a fatal problem, and the others are still judged;
    what Google would not take as it is written is a problem that is not fatal.
    """
    problems: list[Problem] = []
    policies: list[Policy] = []
    for source in sources:
        found, wrong = parse_source(source)
        policies += found
        problems += wrong
    audit = _Audit(question, policies, customer, named(rescue))
    findings = [finding for policy in policies for finding in audit.findings(policy, problems)]
    problems += [
        Problem("accounts", 0, plain_line(written), account)
        for written, account in audit.accounts.items()
        if isinstance(account, str)
    ]
    return Report("google", tuple(audit.accounts), tuple(findings), tuple(problems))


class _Audit:
    """What stays the same from policy to policy."""

    def __init__(
        self,
        question: Question,
        policies: Sequence[Policy],
        customer: str,
        rescue: tuple[str, ...],
    ) -> None:
        self.accounts = {written: parse_account(written) for written in question.accounts}
        self._shown = [plain_line(written) for written in self.accounts]
        self._rules = {
            id(policy): rules_of(policy, rescue)
            for policy in policies
            if policy.kind in ("deny", "access")
        }
        known = [one for one in self.accounts.values() if isinstance(one, Account)]
        self._membership = Membership(
            question, [one.name for one in known], self._groups(policies), customer
        )
        self._customer = customer
        self._fixer = Fixer(question, self._membership, tuple(self.accounts.values()))
        of_kind: dict[Kind, list[Policy]] = {}
        for policy in policies:
            of_kind.setdefault(policy.kind, []).append(policy)
        boundaries = {one.id: one for one in of_kind.get("boundary", [])}
        self._bindings = {id(one): read_binding(one) for one in of_kind.get("binding", [])}
        self._bounds = Bounds(boundaries, tuple(self._bindings.values()), self._membership)
        self._levels = {one.id: one for one in of_kind.get("level", [])}
        self._known: dict[tuple[Hashable, ...], list[Judged]] = {}

    def findings(self, policy: Policy, problems: list[Problem]) -> list[Finding]:
        """One finding for each account, in the order of the question."""
        rules = self._rules.get(id(policy))
        if rules:
            problems += check_rules(policy, rules)
        judged = self._judged(policy, rules)
        fix = self._fixer.fix(policy, judged)
        places = {path: policy.place(*path) for path in {one.path for one in judged}}
        return [
            Finding(
                policy.id,
                policy.name,
                shown,
                one.verdict,
                one.severity,
                one.reason,
                places[one.path],
                fix if one.exempt else None,
            )
            for shown, one in zip(self._shown, judged, strict=True)
        ]

    def _judged(self, policy: Policy, rules: list[Rule] | None) -> list[Judged]:
        """One for each account; where there are thousands of policies, their rules are alike."""
        if rules is None:
            return self._judge(policy)
        key = (policy.kind, *rules)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._judge(policy)
        return within(place_of(policy), found)

    def _judge(self, policy: Policy) -> list[Judged]:
        same = self._for_everybody(policy)
        judged = [
            same or self._for_one(policy, account)
            if isinstance(account, Account)
            else Judged("unknown", "medium", account)
            for account in self.accounts.values()
        ]
        return [one._replace(reason=plain(one.reason)) for one in judged]

    def _for_everybody(self, policy: Policy) -> Judged | None:
        """Of the kinds that know no principals."""
        if policy.kind == "boundary":
            return judge_boundary(policy, self._bounds)
        if policy.kind == "level":
            return Judged("not_in_scope", "info", ALONE)
        if policy.kind == "organization":
            return judge_organization(policy, self._customer)
        return None

    def _for_one(self, policy: Policy, account: Account) -> Judged:
        if policy.kind == "binding":
            return judge_binding(self._bindings[id(policy)], self._bounds, account)
        if policy.kind == "user_access":
            return judge_user_access(policy, self._levels, account, self._membership)
        return judge_deny(policy, self._rules[id(policy)], account, self._membership)

    def _groups(self, policies: Sequence[Policy]) -> list[str]:
        """Every group that a policy names."""
        named = [text_of(one.raw, "groupKey") for one in policies if one.kind == "user_access"]
        rules: list[Rule] = [rule for found in self._rules.values() for rule in found]
        entries = (one for rule in rules for one in (*rule.principals, *rule.exceptions))
        return [*named, *[one for one in entries if one.startswith(GROUP)]]
