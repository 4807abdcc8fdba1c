"""The report for programs. Its keys are a promise; pure ASCII, so that no terminal is driven."""

from __future__ import annotations

import json

from bot.audit.model import Finding, Fix, Report
from bot.audit.report.places import Places
from bot.core.errors import Problem


def render(report: Report, places: Places) -> str:  # noqa: ARG001 - every format takes the same
    """One object; findings in the order of files, policies and accounts."""
    return (
        json.dumps(
            {
                "provider": report.provider,
                "accounts": list(report.accounts),
                "findings": [_finding(finding) for finding in report.findings],
                "problems": [_problem(problem) for problem in report.problems],
            },
            indent=2,
        )
        + "\n"
    )


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "policy_id": finding.policy_id,
        "policy_name": finding.policy_name,
        "account": finding.account,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "reason": finding.reason,
        "path": finding.path,
        "fix": _fix(finding.fix) if finding.fix else None,
    }


def _fix(fix: Fix) -> dict[str, object]:
    return {
        "corrected": fix.corrected,
        "diff": fix.diff,
        "commands": [{"title": one.title, "text": one.text} for one in fix.commands],
        "hcl": fix.hcl,
        "warnings": list(fix.warnings),
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "field": problem.field,
        "message": problem.message,
        "fatal": problem.fatal,
    }
