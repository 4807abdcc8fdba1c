"""The report for a person at a terminal: the worst first, then what could not be read, then a sum.

No colours and no widths. What a file says is written with its hidden characters visible.
"""

from __future__ import annotations

from bot.audit.model import Finding, Report
from bot.audit.report.places import Places
from bot.audit.report.words import (
    MEANINGS,
    NOTED,
    WORST_FIRST,
    problems_in_words,
    sorted_findings,
    summary,
    title_of,
)
from bot.core.wording import plain_line, plain_text


def render(report: Report, places: Places) -> str:
    """Everything that needs a person in full, the rest as one line each."""
    lines: list[str] = []
    for verdict in WORST_FIRST:
        found = sorted_findings(report, verdict)
        if not found:
            continue
        lines += [f"{verdict.replace('_', ' ').upper()} - {MEANINGS[verdict]}", ""]
        shown: set[str] = set()
        for finding in found:
            if verdict in NOTED:
                lines += _in_full(finding, places, shown)
            else:
                lines.append(f"  {title_of(finding)}: {plain_line(finding.account)}")
        lines += [""] if verdict not in NOTED else []
    if report.problems:
        lines += ["PROBLEMS", "", *[f"  {plain_line(str(one))}" for one in report.problems], ""]
    told = problems_in_words(report)
    return "\n".join([*lines, summary(report), *([f"{told}."] if told else [])]) + "\n"


def _in_full(finding: Finding, places: Places, shown: set[str]) -> list[str]:
    file, line = places.find(finding.path)
    lines = [
        f"  {title_of(finding)}",
        f"    account   {plain_line(finding.account)}",
        f"    severity  {finding.severity}",
        f"    reason    {plain_line(finding.reason)}",
        f"    place     {plain_line(f'{file}:{line}')}",
    ]
    fix = finding.fix
    if fix and fix.diff in shown:
        lines.append("    fix       as above: the same edit exempts this account too")
    elif fix:
        shown.add(fix.diff)
        lines.append("    fix")
        lines += [f"      {one}" for one in plain_text(fix.diff).rstrip("\n").split("\n")]
        lines += [f"    note      {plain_line(one)}" for one in fix.warnings]
    return [*lines, ""]
