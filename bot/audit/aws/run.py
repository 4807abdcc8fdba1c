"""The one way into the audit of AWS policies: files and a question in, a report out.

Pure: reads no file and calls nobody. Where a policy is attached is taken from the tree that is
handed in; without one, a policy is taken to apply to the account, and what other policies would
decide is `unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from bot.audit.aws.document import Policy, parse_source
from bot.audit.aws.fix import ORGANIZATION_TYPES, Edit, write_fix
from bot.audit.aws.likeness import tells_accounts_apart, without_account
from bot.audit.aws.pattern import match
from bot.audit.aws.principal import Facts, Principal, parse_principal
from bot.audit.aws.rescue import ASSUME_ROLE, DEFAULT, RescueActions
from bot.audit.aws.rules import Caller
from bot.audit.aws.statement import Coverage, Statement
from bot.audit.aws.tree import Tree, parse_tree
from bot.audit.aws.verdicts import Judgement, Organization, judge
from bot.audit.aws.wording import (
    KINDS,
    MANAGEMENT,
    MANAGEMENT_RCP,
    SERVICE_LINKED,
    judged_severity,
    say,
)
from bot.audit.model import Finding, Fix, Question, Report, Severity, Source, Verdict
from bot.core.errors import Problem

# Kinds of policy that a principal has for itself.
OF_PRINCIPALS = frozenset({"identity", "boundary"})


def audit_aws(
    sources: Sequence[Source],
    question: Question,
    *,
    rescue: RescueActions | None = None,
    tree: Mapping[str, object] | None = None,
    management_account: str = "",
) -> Report:
    """Would these policies keep these accounts out? One finding a policy and account, in order.

    `question.accounts` are ARNs of roles, users or root users; `question.groups` may hold ARN
    patterns, which a fix then uses for the accounts that they match. `rescue` is what an account
    must be able to do (`rescue.DEFAULT`). `tree` is described in `tree.py`; raises `Invalid` when
    it has another form. `management_account` is the 12-digit ID of the organization's own account.
    """
    coverage = Coverage(rescue or DEFAULT)
    known = parse_tree(tree) if tree is not None else None
    problems: list[Problem] = []
    found = _policies(sources, coverage, problems)
    if known:
        # Policies of one node answer for each other, so that all must be read before any.
        found = tuple(found)
    audit = _Audit(
        question,
        Organization(known, [policy for policy, _ in found] if known else ()),
        tuple(_callers(question, coverage, known, management_account)),
        management_account,
    )
    findings = [finding for policy, again in found for finding in audit.findings(policy, again)]
    problems += [
        Problem("accounts", 0, account, caller)
        for account, caller in zip(question.accounts, audit.callers, strict=True)
        if isinstance(caller, str)
    ]
    return Report("aws", question.accounts, tuple(findings), tuple(problems))


def _policies(
    sources: Sequence[Source], coverage: Coverage, problems: list[Problem]
) -> Iterable[tuple[Policy, _Again]]:
    """The policies of all files, one by one, so that ten thousand need not be kept.

    Each with how to read it again, for whoever wants its correction.
    """
    for source in sources:
        found, wrong = parse_source(source, coverage)
        problems += wrong
        if len(found) == 1:
            yield found[0], partial(_read_again, source, coverage)
        else:
            # To read a long file again for each of its policies would take too long.
            yield from ((policy, partial(_same, policy)) for policy in found)


def _read_again(source: Source, coverage: Coverage) -> Policy:
    return parse_source(source, coverage)[0][0]


def _same(policy: Policy) -> Policy:
    return policy


def _callers(
    question: Question, coverage: Coverage, tree: Tree | None, management_account: str
) -> Iterator[Caller | str]:
    """A caller for each account, or what is wrong with the account."""
    facts = Facts(methods=question.methods)
    if tree:
        facts = Facts(tree.organization, tree.tags, question.methods)
    for account in question.accounts:
        principal = parse_principal(account)
        if isinstance(principal, str):
            yield principal
            continue
        own = coverage
        if management_account:
            own = own.weighed(management=principal.account == management_account)
        if principal.kind == "root":
            # Root users cannot call sts:AssumeRole at all (AWS STS API reference, AssumeRole).
            own = own.without(ASSUME_ROLE)
        yield Caller(principal, facts, own)


_Again = Callable[[], Policy]


class _Said(NamedTuple):
    """What a finding says; `pointer` is within the policy."""

    verdict: Verdict
    severity: Severity
    reason: str
    pointer: str = ""


@dataclass(slots=True)
class _Audit:
    """What stays the same from policy to policy.

    `alike` is for each caller the number of the first one that differs in no more than the account.
    """

    question: Question
    organization: Organization
    callers: tuple[Caller | str, ...]
    management_account: str
    alike: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        likes = [self._like(caller) for caller in self.callers]
        self.alike = tuple(map(likes.index, likes))

    def findings(self, policy: Policy, again: _Again) -> list[Finding]:
        """One finding for each account, in the order of the question."""
        # One for all accounts that are kept out.
        fix = Fix.later(partial(self._fix, again))
        apart = tells_accounts_apart(policy)
        said: dict[int, _Said] = {}
        findings: list[Finding] = []
        for number, account in enumerate(self.question.accounts):
            like = number if apart else self.alike[number]
            if like not in said:
                said[like] = self._say(policy, self.callers[like])
            verdict, severity, reason, pointer = said[like]
            findings.append(
                Finding(
                    policy.id,
                    policy.name,
                    account,
                    verdict,
                    severity,
                    reason,
                    policy.place + pointer,
                    fix if verdict == "blocking" else None,
                )
            )
        return findings

    def _like(self, caller: Caller | str) -> Hashable:
        """Equal for callers that a policy which names no account judges alike."""
        if isinstance(caller, str):
            return caller
        if self.organization.tree:
            # It says other things of each account.
            return caller.principal.arn
        principal = caller.principal
        return without_account(principal), principal.account == self.management_account

    def _say(self, policy: Policy, caller: Caller | str) -> _Said:
        """What to say of one account."""
        if isinstance(caller, str):
            return _Said("unknown", "medium", caller)
        principal = caller.principal
        never = self._never(policy, caller)
        if never:
            return _Said("not_in_scope", "info", never)
        judgement = judge(policy, caller, self.organization)
        reason, pointer = say(policy, judgement, caller)
        severity = judged_severity(judgement, caller.coverage)
        if self._nowhere(policy, principal) and judgement.reaches:
            reason = f"{reason[:-1]}, {_if_attached(policy, principal)}."
            return _Said("unknown", severity, reason, pointer)
        return _Said(judgement.verdict, severity, reason, pointer)

    def _never(self, policy: Policy, caller: Caller) -> str:
        """Why the policy can never be about the principal, whatever it says; empty if it can."""
        principal = caller.principal
        if policy.kind in OF_PRINCIPALS:
            # IAM User Guide, "Policies and the root user".
            if principal.kind == "root":
                return f"No {KINDS[policy.kind]} applies to a root user."
            none = f"This {KINDS[policy.kind]} is none that this {principal.noun} has."
            return none if self._has(policy, principal) is False else ""
        return self._out_of_reach(policy, caller) if policy.kind in ORGANIZATION_TYPES else ""

    def _out_of_reach(self, policy: Policy, caller: Caller) -> str:
        """The same of an SCP or RCP."""
        principal = caller.principal
        if principal.account == self.management_account:
            if policy.kind == "scp":
                return MANAGEMENT
            if caller.coverage.rescue.at_home:
                return MANAGEMENT_RCP
        if principal.service_linked:
            return SERVICE_LINKED
        way = self.organization.way(principal.account)
        if way is None or any(step.holds(policy) for step in way):
            return ""
        return (
            f"This {KINDS[policy.kind]} is attached to no node between the root and account "
            f"{principal.account}."
        )

    def _nowhere(self, policy: Policy, principal: Principal) -> bool:
        """Whether a tree was given that does not have the principal's account, or its policies."""
        if policy.kind in OF_PRINCIPALS:
            return self._has(policy, principal) is None
        return (
            policy.kind in ORGANIZATION_TYPES
            and self.organization.tree is not None
            and self.organization.way(principal.account) is None
        )

    def _has(self, policy: Policy, principal: Principal) -> bool | None:
        tree = self.organization.tree
        return tree.has(principal.arn, policy) if tree else True

    def _fix(self, again: _Again) -> Fix:
        """Read and judged once more: to keep it all for later costs more than most are worth."""
        policy = again()
        blocked = [
            (caller, judge(policy, caller, self.organization))
            for caller in self.callers
            if isinstance(caller, Caller) and self._say(policy, caller).verdict == "blocking"
        ]
        return write_fix(policy, self._edit(blocked))

    def _edit(self, blocked: list[tuple[Caller, Judgement]]) -> Edit:
        """Exempt each blocked account from every deny that can reach it; allow what is missing."""
        exemptions: dict[int, tuple[Statement, tuple[str, ...]]] = {}
        implied = 0
        listed: tuple[str, ...] = ()
        for caller, judgement in blocked:
            patterns = self._patterns(caller.principal.arn)
            for ruling in judgement.rulings:
                if ruling.reaches:
                    statement = ruling.statement
                    before = exemptions.get(statement.index, (statement, ()))[1]
                    exemptions[statement.index] = statement, _joined(before, patterns)
            if judgement.implied:
                implied |= judgement.implied
                listed = _joined(listed, patterns)
        rescue = blocked[0][0].coverage
        names = tuple(rescue.rescue.actions[bit].name for bit in rescue.bits(implied))
        return Edit(tuple(exemptions.values()), names, listed)

    def _patterns(self, arn: str) -> tuple[str, ...]:
        """The ARN patterns of the question that take this account in, or else its ARN itself."""
        found = tuple(
            group for group in self.question.groups if match(arn, group, "arn", lambda _: None)
        )
        return found or (arn,)


def _if_attached(policy: Policy, principal: Principal) -> str:
    if policy.kind in OF_PRINCIPALS:
        return (
            f"if this {principal.noun} has it: the tree does not say which policies "
            f"this {principal.noun} has"
        )
    return (
        "if it is attached to the account: the tree does not say where "
        f"account {principal.account} hangs"
    )


def _joined(already: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*already, *more)))
