"""The door of the room: files and a question in, one report out.

What is presumed, because an export cannot say it: each emergency account is a member of the
tenant, not a guest, and an active, permanent, tenant-wide Global Administrator (role template
62e90394-69f5-4237-9190-012177145e10), with no other role. So `includeRoles` with that role covers
it, and `excludeRoles` with that role exempts it, but only as long as the presumption holds: an
eligible assignment (PIM) is none. Mandatory MFA is outside Conditional Access and not judged here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.audit.entra.controls import Controls
from bot.audit.entra.fix import Fixer
from bot.audit.entra.hygiene import check_hygiene
from bot.audit.entra.membership import Membership
from bot.audit.entra.methods import registered
from bot.audit.entra.parse import Export, read_export
from bot.audit.entra.policy import Policy
from bot.audit.entra.scope import Scope
from bot.audit.entra.shape import plain, texts_of
from bot.audit.entra.verdict import Judge
from bot.audit.model import Finding, Question, Report, Source

_KEPT_OUT = ("blocking", "pending")


def audit_entra(
    sources: Sequence[Source],
    question: Question,
    *,
    strengths: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Judge every policy in every file for every emergency account.

    `sources` are Conditional Access exports; groups and authentication strengths among them are
    used. `strengths` maps the ID of a custom authentication strength to its allowed combinations
    (`fido2`, `password,sms`); what a policy itself says of its strength goes first.

    One finding for each policy and account: files, policies and accounts in the order given. A
    group file that cannot be read, an object that is no policy, and everything about the groups
    themselves is in `problems`; a broken file there is fatal, and the others are still judged.
    The fix of a blocking or pending finding exempts all accounts that the policy keeps out; a
    policy that is aimed at the emergency accounts alone gets none, its reason says what to do.

    Never raises. The cost is that of reading the files, plus one visit to each group for each
    account, plus policies times accounts.
    """
    export = read_export(sources)
    accounts = tuple({account.casefold(): account for account in question.accounts}.values())
    deleted = [group.group_id for group in export.groups.values() if group.deleted]
    membership = Membership(question, _named_groups(export), deleted)
    methods = registered(question.methods)
    judge = Judge(
        Scope(question, membership, _Labels(export)),
        Controls(methods, _strengths(export, strengths or {}), export.strengths),
        export.locations,
    )
    fixer = Fixer(question, membership, export.documents)
    findings = [
        finding
        for policy in export.policies
        for finding in _findings(policy, accounts, judge, fixer)
    ]
    problems = [*export.problems, *check_hygiene(question, export, membership, methods)]
    return Report("entra", accounts, tuple(findings), tuple(problems))


def _findings(
    policy: Policy, accounts: tuple[str, ...], judge: Judge, fixer: Fixer
) -> list[Finding]:
    judged = judge.judge(policy, accounts)
    kept_out = [
        account for account, one in zip(accounts, judged, strict=True) if one.verdict in _KEPT_OUT
    ]
    fix = fixer.fix(policy, kept_out) if kept_out and not judge.is_deliberate(policy) else None
    paths = {where: policy.path(*where) for where in {one.where for one in judged}}
    return [
        Finding(
            policy_id=policy.policy_id,
            policy_name=policy.name,
            account=account,
            verdict=one.verdict,
            severity=one.severity,
            reason=plain(one.reason),
            path=paths[one.where],
            fix=fix if one.verdict in _KEPT_OUT else None,
        )
        for account, one in zip(accounts, judged, strict=True)
    ]


class _Labels:
    """A group for people: its name where a file gives one, and its ID."""

    def __init__(self, export: Export) -> None:
        self._groups = export.groups

    def __call__(self, group: str) -> str:
        known = self._groups.get(group.casefold())
        return f"{known.name} ({group})" if known and known.name else group


def _named_groups(export: Export) -> list[str]:
    named = [group.group_id for group in export.groups.values()]
    for policy in export.policies:
        named += policy.users.include_groups
        named += policy.users.exclude_groups
    return named


def _strengths(export: Export, given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Combinations by lower-case ID; what was given goes before what a file says."""
    found: dict[str, Sequence[str]] = {
        named: texts_of(strength, "allowedCombinations")
        for named, strength in export.strengths.items()
    }
    return found | {named.casefold(): combinations for named, combinations in given.items()}
