"""What a drill proves by what was read at the provider: its first two parts, nobody's tick.

Made of what the audits of the drill left in its facts. Moments are kept as ISO 8601, like those
that people record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.audited import Audited
from bot.core.drill_events import AccountsExamined, DrillResult, Given
from bot.core.findings import OpenPolicy
from bot.core.timeline import format_time
from bot.core.wording import counted

MEMBERSHIP, POLICIES = "membership", "policies"
# Named on a page that must stay one; all of them are on the timeline.
NAMED = 4
_VERDICTS = {
    "blocking": "blocking",
    "pending": "pending",
    "unknown": "unknown",
    "excluded": "excluded",
    "satisfiable": "satisfiable",
    "not_in_scope": "not in scope",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The newest that was read for one part, and what that comes to.

    `number` is the version of its fact: what people record by hand after it counts instead.
    """

    label: str
    result: DrillResult
    given: tuple[Given, ...]
    number: int


def reading_of(audited: Audited, part: str) -> Reading | None:
    """What was read for this part; None when nothing was, or when that says nothing of it."""
    if part == MEMBERSHIP:
        return _membership(audited)
    return _policies(audited) if part == POLICIES else None


def _membership(audited: Audited) -> Reading | None:
    if audited.group_read is None:
        return None
    fact = audited.group_read.fact
    return Reading(
        f"Members of {fact.group}, read at the provider",
        "passed" if fact.exact else "failed",
        tuple(_given_of_group(fact)),
        audited.group_read.number,
    )


def _given_of_group(fact: AccountsExamined) -> Iterator[Given]:
    yield Given(label="Read", text=format_time(fact.taken_at))
    yield Given(label="Source", text=_source(live=fact.live))
    for one in fact.accounts:
        yield Given(label=one.name, text="in the group" if one.in_group else "NOT in the group")
    shown = fact.foreign[:NAMED]
    more = len(fact.foreign) - len(shown) + fact.more_foreign
    yield Given(label="Foreign members", text=_named(shown, more) or "none")


def _policies(audited: Audited) -> Reading | None:
    newest = audited.newest
    if newest is None:
        return None
    policies = counted(newest.policies, "policy", "policies")
    accounts = counted(newest.accounts, "account", "accounts")
    is_open = bool(audited.open or audited.left_out)
    return Reading(
        f"{policies} audited for {accounts}",
        "failed" if is_open else "passed",
        tuple(_given_of_policies(audited)),
        audited.number,
    )


def _given_of_policies(audited: Audited) -> Iterator[Given]:
    newest, examined = audited.newest, audited.examined
    assert newest is not None  # noqa: S101 - the caller looked
    yield Given(label="Read", text=format_time(newest.taken_at))
    yield Given(label="Source", text=_source(live=newest.live))
    if examined is not None and examined.fact.asked == newest.asked:
        for one in examined.fact.accounts:
            yield Given(label=one.name, text=verdicts_told(one.counts))
    else:
        yield Given(label="Verdicts", text=verdicts_told(newest.counts))
    unread = newest.counts.get("unread", 0)
    if unread:
        yield Given(label="Not read", text=counted(unread, "part", "parts"))
    left = audited.open
    if left or audited.left_out:
        shown = left[:NAMED]
        more = len(left) - len(shown) + audited.left_out
        names = [f"{_name(one)} ({one.worst})" for one in shown]
        yield Given(label="Open", text=_named(names, more))
    yield from _waived(audited, newest.findings)


def _waived(audited: Audited, findings: tuple[OpenPolicy, ...]) -> Iterator[Given]:
    """Every one of them: a waiver is what an auditor asks about first."""
    for policy in findings:
        waiver = audited.waived(policy)
        if waiver is not None:
            told = f"{_name(policy)} ({policy.worst}): {waiver.reason}"
            yield Given(label=f"Waived by {waiver.actor.name}", text=told)


def verdicts_told(counts: Mapping[str, int]) -> str:
    """`1 blocking, 12 excluded`, the worst first."""
    told = [f"{counts[name]} {words}" for name, words in _VERDICTS.items() if counts.get(name)]
    return ", ".join(told) or "no policy"


def _named(names: Sequence[str], more: int) -> str:
    return ", ".join([*names, f"{more} more"] if more else names)


def _source(*, live: bool) -> str:
    return "read at the provider for this drill" if live else "a snapshot that was kept before"


def _name(policy: OpenPolicy) -> str:
    return policy.policy_name or policy.policy_id
