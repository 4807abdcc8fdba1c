"""Does a deny policy, or the denying half of an access policy, keep an account from repairing.

Deny goes before allow, so whoever is denied here is denied whatever role he holds. A condition
that cannot be computed counts as true. Where the policy is attached, and on which resources the
tags are, is not looked up. https://cloud.google.com/iam/docs/deny-overview
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from bot.audit.google.judgement import Judged, if_so
from bot.audit.google.membership import Membership
from bot.audit.google.parse import Policy
from bot.audit.google.principal import Account, Meant, means
from bot.audit.google.rescue import in_words, severity_of
from bot.audit.google.rules import Rule
from bot.audit.jsontext import Path

State = Literal["blocks", "open", "exempt", "none"]
NO_DENY = "Has no rule that denies: a policy that only allows keeps nobody out."


class Outcome(NamedTuple):
    """What one rule does to one account. `open`: `why` names what would decide."""

    state: State
    why: str
    path: Path


def judge_deny(
    policy: Policy, rules: Sequence[Rule], account: Account, membership: Membership
) -> Judged:
    """The worst that any rule of the policy does to the account."""
    if not rules:
        return Judged("not_in_scope", "info", NO_DENY)
    if len(rules) == 1:
        return _only(policy, rules[0], account, membership)
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


def _only(policy: Policy, rule: Rule, account: Account, membership: Membership) -> Judged:
    """Of a policy with one rule, as most are; where there are thousands, their rules are alike."""
    known = membership.said[account.identifier]
    found: Judged | None = known.get((policy.kind, rule))
    if found is None:
        outcome = _outcome(policy, rule, account, membership)
        here = (rule.exceptions_path,) if outcome.state in ("blocks", "open") else ()
        found = known[policy.kind, rule] = _judged([(rule, outcome)], account, here)
    return found


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
        severity = if_so(severity_of(denied))
        return Judged("unknown", severity, f"{outcome.why}.", outcome.path)
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
        return f"Denies what a rescue needs; {covering.missing} would tell whether to {account}"
    if exempting:
        return (
            f"Denies {account} what a rescue needs, unless exempted; {exempting.missing} would tell"
        )
    if covering.wrong:
        return (
            f"Means to deny {account} what a rescue needs, in a form that Google does not take:"
            f" {covering.wrong}"
        )
    if not rule.rescue:
        return (
            f"Means to deny {account} what it takes {in_words(rule.rescue_if_mended)}, by"
            " permissions in a form that Google does not take"
        )
    if rule.reach == "tagged":
        return (
            f"Denies {account} what a rescue needs on resources with certain tags only"
            f" ({rule.condition}); the tags on what must be repaired would tell"
        )
    return ""


def _why(rule: Rule, covering: Meant, exempting: list[Meant]) -> str:
    parts = [f"it denies {covering.how}"]
    if rule.reach == "untagged":
        parts.append(f"on every resource without the tag ({rule.condition})")
    if rule.reach == "uncomputable":
        parts.append(
            f"and its condition ({rule.uncomputable()}) cannot be computed, so the rule applies"
        )
    wrong = next((one.wrong for one in exempting if one.wrong and one.covers), "")
    if wrong:
        parts.append(f"and its exception exempts nobody as it is written: {wrong}")
    elif not rule.exceptions:
        parts.append("without any exception")
    else:
        parts.append("and no exception takes the account out")
    return ", ".join(parts).replace(", and", " and").replace(", without", " without")
