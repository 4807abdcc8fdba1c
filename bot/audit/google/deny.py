"""Does a deny policy, or the denying half of an access policy, keep an account from repairing.

Deny goes before allow, so whoever is denied here is denied whatever role he holds. A condition
that cannot be computed counts as true. Where the policy is attached is as far as its name tells;
on which resources the tags are, is not looked up. https://cloud.google.com/iam/docs/deny-overview
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.audit.google.judgement import Judged
from bot.audit.google.membership import Membership
from bot.audit.google.parse import Policy
from bot.audit.google.principal import Account, Meant, means
from bot.audit.google.rescue import in_words, severity_of
from bot.audit.google.rules import Rule
from bot.audit.google.shape import plain
from bot.audit.jsontext import Path
from bot.audit.model import Severity

State = Literal["blocks", "open", "exempt", "none"]
# `policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fsandbox/denypolicies/x`
_PLACE = re.compile(
    r"policies/cloudresourcemanager\.googleapis\.com(?:%2F|/)(?P<kind>project|folder)s(?:%2F|/)"
    r"(?P<name>[^/%]+)/denypolicies/",
    re.IGNORECASE,
)
_LESS: dict[Severity, Severity] = {"critical": "high", "high": "medium", "medium": "low"}
NO_DENY = "Has no rule that denies: a policy that only allows keeps nobody out."


class Outcome(NamedTuple):
    """What one rule does to one account. `open`: `why` names what would decide."""

    state: State
    why: str
    path: Path


def judge_deny(
    policy: Policy, rules: Sequence[Rule], account: Account, membership: Membership
) -> Judged:
    """The worst that any rule of the policy does to the account, wherever it hangs."""
    if not rules:
        return Judged("not_in_scope", "info", NO_DENY)
    outcomes = [_outcome(policy, rule, account, membership) for rule in rules]
    reached = tuple(
        rule.exceptions_path
        for rule, one in zip(rules, outcomes, strict=True)
        if one.state in ("blocks", "open")
    )
    for state in ("blocks", "open", "exempt", "none"):
        found = [(r, o) for r, o in zip(rules, outcomes, strict=True) if o.state == state]
        if found:
            return _judged(found, account, reached)
    raise AssertionError  # pragma: no cover - every outcome has one of the states


def place_of(policy: Policy) -> tuple[str, str] | None:
    """`project` or `folder`, and its name, of a policy that hangs there."""
    found = _PLACE.match(policy.id)
    return (found["kind"], found["name"]) if found else None


def within(place: tuple[str, str] | None, judged: list[Judged]) -> list[Judged]:
    """A rule of one project or folder keeps nobody from repairing anything else."""
    if place is None:
        return judged
    kind, name = place
    where, lowered = plain(f"In {kind} {name} only:"), kind == "project"
    return [
        one._replace(
            severity=_LESS.get(one.severity, "low") if lowered else one.severity,
            reason=f"{where} {one.reason[0].lower()}{one.reason[1:]}",
        )
        # Without a path it is not about a rule: the account could not be read.
        if one.verdict in ("blocking", "unknown") and one.path
        else one
        for one in judged
    ]


def _judged(
    found: list[tuple[Rule, Outcome]], account: Account, reached: tuple[Path, ...]
) -> Judged:
    outcome = found[0][1]
    if outcome.state == "blocks":
        denied = tuple(dict.fromkeys(one for rule, _ in found for one in rule.rescue))
        more = f" (and {len(found) - 1} more of its rules)" if len(found) > 1 else ""
        reason = f"Denies {account} what it takes {in_words(denied)}: {outcome.why}{more}."
        return Judged("blocking", severity_of(denied), reason, outcome.path, reached)
    if outcome.state == "open":
        denied = tuple(one for rule, _ in found for one in rule.rescue or rule.rescue_if_mended)
        return Judged("unknown", _LESS[severity_of(denied)], f"{outcome.why}.", outcome.path)
    verdict: Literal["excluded", "not_in_scope"] = (
        "excluded" if outcome.state == "exempt" else "not_in_scope"
    )
    return Judged(verdict, "info", f"{outcome.why}.", outcome.path)


def _outcome(policy: Policy, rule: Rule, account: Account, membership: Membership) -> Outcome:
    if not rule.rescue and not rule.rescue_if_mended:
        return Outcome("none", "Denies none of the permissions that a rescue needs", rule.path)
    if rule.reach == "never":
        return Outcome("none", "Its condition is never true", rule.condition_path)
    covering = _first([means(entry, account, membership) for entry in rule.principals])
    if covering is None:
        return Outcome("none", f"Does not deny {account} anything", rule.path)
    exempting = [means(entry, account, membership) for entry in rule.exceptions]
    valid = _first([one for one in exempting if not one.wrong])
    if valid and valid.covers:
        return _exempt(rule, account, valid)
    why = _open(rule, account, covering, valid) or _beyond(policy, rule, account)
    if why:
        return Outcome("open", why, rule.path)
    return Outcome("blocks", _why(rule, covering, exempting), rule.path)


def _beyond(policy: Policy, rule: Rule, account: Account) -> str:
    """An access policy's condition that is not by tags; what becomes of it is not documented."""
    others = ", ".join(rule.other_conditions)
    if policy.kind == "deny" or not (others or rule.reach == "uncomputable"):
        return ""
    return (
        f"Denies {account} what a rescue needs, under a condition that is not computed here"
        f" ({others or rule.uncomputable()})"
    )


def _first(meant: list[Meant]) -> Meant | None:
    """What decides of several entries: one that covers, else one of which it is not known."""
    best, rank = None, 3
    for one in meant:
        if one.covers is not False:
            own = 2 if one.covers is None else 1 if one.wrong else 0
            if own < rank:
                best, rank = one, own
    return best


def _exempt(rule: Rule, account: Account, by: Meant) -> Outcome:
    why = f"Would deny {account}, but its exceptions take the account out ({by.how})"
    if "nested" in by.how:
        why += "; Google's pages do not say whether nested members count, so try it"
    return Outcome("exempt", why, rule.exceptions_path)


def _open(rule: Rule, account: Account, covering: Meant, exempting: Meant | None) -> str:
    """What is missing to decide, in one sentence without its full stop; empty if nothing is."""
    if covering.covers is None:
        return (
            f"Denies what a rescue needs; whether {account} is meant depends on {covering.missing}"
        )
    if exempting:
        return (
            f"Denies {account} what a rescue needs, unless exempted, which depends on"
            f" {exempting.missing}"
        )
    if covering.wrong:
        return (
            f"Means to deny {account} what a rescue needs, in a form that Google does not take:"
            f" {covering.wrong}"
        )
    if not rule.rescue:
        return (
            f"Means to deny {account} what it takes {in_words(rule.rescue_if_mended)}, by"
            " permissions that Google does not take as they are written"
        )
    if rule.reach == "tagged":
        return (
            f"Denies {account} what a rescue needs on resources with certain tags only"
            f" ({rule.condition}); the tags on what must be repaired would tell"
        )
    return ""


def _why(rule: Rule, covering: Meant, exempting: list[Meant]) -> str:
    wrong = next((one.wrong for one in exempting if one.wrong and one.covers is not False), "")
    exceptions = " without any exception"
    if rule.exceptions:
        exceptions = " and no exception takes the account out"
    where = ""
    if rule.reach == "untagged":
        where = f", on every resource without the tag ({rule.condition})"
    elif rule.reach == "uncomputable":
        where = f"; its condition ({rule.uncomputable()}) cannot be computed, so the rule applies"
    end = f"; its exception exempts nobody as it is written: {wrong}" if wrong else ""
    return f"it denies {covering.how}{'' if wrong else exceptions}{where}{end}"
