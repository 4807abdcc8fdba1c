"""From an audit's report to what a fact keeps of it: what is open, the worst first, and bounded.

A fact is read whenever its incident is, so it may not grow with the tenant. What does not fit is
left out from the end, and the fact says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from bot.audit.model import Finding, Fix, Report
from bot.core.errors import Problem
from bot.core.findings import (
    SEVEREST_FIRST,
    WORST_FIRST,
    CommandText,
    Correction,
    OpenPolicy,
    Standing,
)

# However large the tenant, a fact stays below a megabyte.
MOST_POLICIES, MOST_ACCOUNTS = 100, 10
LONGEST_NAME, LONGEST_REASON = 200, 400
# Characters: of one text of a correction, and of all corrections together.
LONGEST_TEXT, ALL_TEXTS = 12_000, 300_000
# The file that a command reads the corrected policy from; see `bot.audit.report.fix_files`.
_NAMED = re.compile(r"(?:file://|--policy-file=|--data @)([\w.-]+\.json)\b")


def policies_in(report: Report) -> int:
    """How many policies were judged."""
    return len({(one.policy_id, one.path.partition("#")[0]) for one in report.findings})


def counts_of(report: Report) -> dict[str, int]:
    """Verdict → how many policies and accounts; `unread` for what could not be read."""
    counts: Counter[str] = Counter(finding.verdict for finding in report.findings)
    counts["unread"] = sum(problem.fatal for problem in report.problems)
    return {verdict: number for verdict, number in counts.items() if number}


def counts_by_account(report: Report) -> dict[str, dict[str, int]]:
    """Account → verdict → how many policies; every account that was asked about is there."""
    counts: dict[str, Counter[str]] = {account: Counter() for account in report.accounts}
    for finding in report.findings:
        counts.setdefault(finding.account, Counter())[finding.verdict] += 1
    return {account: dict(counted) for account, counted in counts.items()}


def policy_key(finding: Finding) -> str:
    """By what `findings_of` knows its policy."""
    return _short(finding.policy_id or finding.path, LONGEST_NAME)


def findings_of(
    report: Report, *, waived: Callable[[OpenPolicy], object] = lambda _: None
) -> tuple[tuple[OpenPolicy, ...], int]:
    """What is open, one entry a policy, and how many entries were left out.

    What somebody waived comes last, so that what is left out is never hidden behind it.
    """
    policies = [*_open_policies(report), *_unread(report.problems)]
    policies.sort(key=lambda pair: (bool(waived(pair[0])), *_rank(pair[0])))
    kept: list[OpenPolicy] = []
    room = ALL_TEXTS
    for policy, fixes in policies[:MOST_POLICIES]:
        # Told apart here, since to compare corrections is to write them.
        corrections = tuple(_correction(fix, room) for fix in dict.fromkeys(fixes))
        room = max(0, room - sum(map(_size, corrections)))
        kept.append(policy.model_copy(update={"corrections": corrections}))
    return tuple(kept), len(policies[MOST_POLICIES:])


def _rank(policy: OpenPolicy) -> tuple[int, int]:
    severity = min(SEVEREST_FIRST.index(one.severity) for one in policy.standings)
    return WORST_FIRST.index(policy.worst), severity


def _open_policies(report: Report) -> Iterable[tuple[OpenPolicy, list[Fix]]]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.verdict in WORST_FIRST:
            found.setdefault(finding.policy_id or finding.path, []).append(finding)
    for name, findings in found.items():
        first = findings[0]
        fixes = [one.fix for one in findings if one.fix is not None]
        policy = OpenPolicy(
            policy_id=_short(name, LONGEST_NAME),
            policy_name=_short(first.policy_name, LONGEST_NAME),
            standings=_bounded(sorted(map(_standing, findings), key=_badness)),
        )
        yield policy, fixes


def _standing(finding: Finding) -> Standing:
    return Standing.model_validate(
        {
            "account": _short(finding.account, LONGEST_NAME),
            "verdict": finding.verdict,
            "severity": finding.severity,
            "reason": _short(finding.reason, LONGEST_REASON),
        }
    )


def _badness(standing: Standing) -> tuple[int, int]:
    return WORST_FIRST.index(standing.verdict), SEVEREST_FIRST.index(standing.severity)


def _bounded(standings: list[Standing]) -> tuple[Standing, ...]:
    """The last one stands for all that do not fit, so that nobody is dropped unseen."""
    if len(standings) <= MOST_ACCOUNTS:
        return tuple(standings)
    rest = standings[MOST_ACCOUNTS - 1 :]
    told = Standing(
        account=f"{len(rest)} more accounts",
        verdict=rest[0].verdict,
        severity=min((one.severity for one in rest), key=SEVEREST_FIRST.index),
        reason=f"Only the worst {MOST_ACCOUNTS - 1} are named.",
    )
    return (*standings[: MOST_ACCOUNTS - 1], told)


def _unread(problems: Sequence[Problem]) -> Iterable[tuple[OpenPolicy, list[Fix]]]:
    """A policy may be hidden in what could not be read, so each is a line of its own."""
    for problem in problems:
        if problem.fatal:
            place = " ".join(filter(None, (problem.file, problem.field)))
            told = Standing(
                account="every account",
                verdict="unknown",
                severity="medium",
                reason=_short(f"It could not be read: {problem.message}", LONGEST_REASON),
            )
            policy = OpenPolicy(
                policy_id=_short(f"unread {place}", LONGEST_NAME),
                policy_name=_short(f"Not read: {place}", LONGEST_NAME),
                standings=(told,),
            )
            yield policy, []


def _correction(fix: Fix, room: int) -> Correction:
    """Whole where it fits; a command is never cut in the middle, since somebody pastes it."""
    named = next((found[1] for one in fix.commands if (found := _NAMED.search(one.text))), "")
    most = min(LONGEST_TEXT, room)
    whole = Correction(
        diff=fix.diff,
        commands=tuple(CommandText(title=one.title, text=one.text) for one in fix.commands),
        file=named,
        content=fix.corrected if named else "",
        warnings=fix.warnings,
    )
    if _size(whole) <= room and max(map(len, _texts(whole))) <= most:
        return whole
    fits = len(whole.content) <= most and all(len(one.text) <= most for one in whole.commands)
    usable = fits and _size(whole) - len(whole.diff) <= room
    return Correction(
        diff="",
        commands=whole.commands if usable else (),
        file=named if usable else "",
        content=whole.content if usable else "",
        warnings=tuple(_short(one, LONGEST_REASON) for one in fix.warnings),
        cut=True,
    )


def _texts(correction: Correction) -> list[str]:
    return [correction.diff, correction.content, *(one.text for one in correction.commands)]


def _size(correction: Correction) -> int:
    return sum(map(len, _texts(correction)))


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
