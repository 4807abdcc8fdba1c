"""The report as GitHub Flavored Markdown, for a pull request or a ticket.

Names and reasons come from files that anybody may have written: they are escaped, so that they can
neither format the page nor call a person or load an image.
"""

from __future__ import annotations

import re

from bot.audit.model import Finding, Fix, Report
from bot.audit.report.places import Places
from bot.audit.report.words import (
    MEANINGS,
    NOTED,
    WORST_FIRST,
    problems_in_words,
    sorted_findings,
    summary,
    title_of,
    words,
)
from bot.core.wording import plain_line, plain_text

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$&])")
_TICKS = re.compile(r"`+")
_CALLS = re.compile(r"@(?=\w)|(?<=\w):(?=//)")


def render(report: Report, places: Places) -> str:
    """A heading, a sum, a table of what needs a person, the corrections, the rest as a count."""
    lines = [f"# Audit: {report.provider}", "", summary(report), ""]
    told = problems_in_words(report)
    lines += [f"**{told}.**", ""] if told else []
    noted = [one for verdict in NOTED for one in sorted_findings(report, verdict)]
    if noted:
        lines += [
            "| verdict | severity | policy | account | reason | place |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(finding, places) for finding in noted]
        lines.append("")
    lines += _corrections(noted)
    rest = [one for one in WORST_FIRST if one not in NOTED and sorted_findings(report, one)]
    if rest:
        lines += [
            "## Nothing to do",
            "",
            "| verdict | what it means | policy | account |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {words(verdict)} | {MEANINGS[verdict]} | {_cell(title_of(one))} |"
            f" {_cell(one.account)} |"
            for verdict in rest
            for one in sorted_findings(report, verdict)
        ]
        lines.append("")
    if report.problems:
        lines += ["## Problems", "", *[f"- {_cell(str(one))}" for one in report.problems], ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(finding: Finding, places: Places) -> str:
    file, line = places.find(finding.path)
    cells = (title_of(finding), finding.account, finding.reason, f"{file}:{line}")
    return f"| **{finding.verdict}** | {finding.severity} | {' | '.join(map(_cell, cells))} |"


def _corrections(findings: list[Finding]) -> list[str]:
    fixes: dict[str, tuple[str, Fix]] = {}
    for finding in findings:
        if finding.fix:
            fixes.setdefault(finding.fix.diff, (title_of(finding), finding.fix))
    lines = ["## Corrections", ""] if fixes else []
    for title, fix in fixes.values():
        lines += [f"### {_cell(title)}", "", *_fenced(fix.diff, "diff")]
        for command in fix.commands:
            lines += [f"{_cell(command.title)}:", "", *_fenced(command.text, "")]
        lines += [*[f"- {_cell(one)}" for one in fix.warnings], ""] if fix.warnings else []
    return lines


def _fenced(text: str, language: str) -> list[str]:
    shown = plain_text(text).rstrip("\n")
    longest = max((len(found) for found in _TICKS.findall(shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language}", shown, fence, ""]


def _cell(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", plain_line(text))
    # A zero-width space would be invisible; a comment breaks a mention and a link just as well.
    return _CALLS.sub(lambda found: f"{found[0]}<!-- -->", escaped)
