"""How a report is summed up and sorted, the same in every format for people."""

from __future__ import annotations

from collections import Counter

from bot.audit.model import Finding, Report, Verdict
from bot.core.wording import plain_line

MEANINGS: dict[Verdict, str] = {
    "blocking": "would keep the account out now",
    "pending": "would keep it out once it is in force",
    "unknown": "what is at hand cannot decide",
    "satisfiable": "in scope, and the account can meet it",
    "excluded": "in scope, and an exemption takes the account out",
    "not_in_scope": "never covers the account",
}
# The worst first: what a tired person must read.
WORST_FIRST: tuple[Verdict, ...] = tuple(MEANINGS)
NOTED: tuple[Verdict, ...] = ("blocking", "pending", "unknown")
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def sorted_findings(report: Report, verdict: Verdict) -> list[Finding]:
    """The findings with one verdict, the most severe first, else in the order of the audit."""
    found = [finding for finding in report.findings if finding.verdict == verdict]
    return sorted(found, key=lambda one: _SEVERITIES.index(one.severity))


def counts(report: Report) -> str:
    """`2 blocking, 1 unknown, 30 excluded`, the worst first."""
    counted = Counter(finding.verdict for finding in report.findings)
    told = [f"{counted[one]} {words(one)}" for one in WORST_FIRST if counted[one]]
    return ", ".join(told) or "no findings"


def summary(report: Report) -> str:
    """One sentence: how much was audited, and what came out."""
    policies = len(
        {(finding.policy_id, finding.path.partition("#")[0]) for finding in report.findings}
    )
    return (
        f"{_count(policies, 'policy', 'policies')}, {_count(len(report.accounts), 'account')}:"
        f" {counts(report)}."
    )


def problems_in_words(report: Report) -> str:
    """How many files or parts were not read, and how many warnings there are; may be empty."""
    fatal = sum(problem.fatal for problem in report.problems)
    warnings = len(report.problems) - fatal
    hidden = "what it hides" if fatal == 1 else "what they hide"
    parts = [f"{_count(fatal, 'problem')}: {hidden} was NOT audited"] if fatal else []
    return "; ".join([*parts, *([_count(warnings, "warning")] if warnings else [])])


def words(verdict: Verdict) -> str:
    """A verdict in a sentence."""
    return verdict.replace("_", " ")


def title_of(finding: Finding) -> str:
    """The policy's name, with its ID where that says more."""
    name, named = plain_line(finding.policy_name), plain_line(finding.policy_id)
    return name if named in ("", name) else f"{name} ({named})"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
