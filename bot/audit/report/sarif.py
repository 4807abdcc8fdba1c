"""The report as SARIF 2.1.0, for code scanning: what needs a person is an alert at its line.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import quote

from bot.audit.model import Finding, Report, Severity, Verdict
from bot.audit.report.places import Places
from bot.audit.report.words import MEANINGS, NOTED, words
from bot.core.errors import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[Verdict, str] = {"blocking": "error", "pending": "warning", "unknown": "note"}
# GitHub shows these numbers as critical (over 9), high (7 to 8.9), medium and low.
_SCORES: dict[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "3.0",
    "info": "0.1",
}
_TITLES: dict[Verdict, str] = {
    "blocking": "A policy keeps an emergency account out",
    "pending": "A policy will keep an emergency account out",
    "unknown": "It cannot be said whether a policy keeps an emergency account out",
}
HELP = (
    "Exempt the emergency accounts from this policy, or say what is missing to decide."
    " The corrected policy: run lockout audit with --fix DIR."
)


def render(report: Report, places: Places) -> str:
    """One run. Every rule that a result names is described; problems are notifications."""
    rules = list(
        dict.fromkeys(
            (finding.verdict, finding.severity)
            for verdict in NOTED
            for finding in report.findings
            if finding.verdict == verdict
        )
    )
    index = {key: number for number, key in enumerate(rules)}
    run: dict[str, object] = {
        "tool": {
            "driver": {
                "name": "lockout",
                "rules": [_rule(report.provider, *key) for key in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"lockout/{report.provider}/"},
        "invocations": [
            {
                "executionSuccessful": not any(one.fatal for one in report.problems),
                "toolExecutionNotifications": [_note(one, places) for one in report.problems],
            }
        ],
        "results": [
            _result(report.provider, finding, places, index[finding.verdict, finding.severity])
            for finding in report.findings
            if finding.verdict in NOTED
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule_id(provider: str, verdict: Verdict, severity: Severity) -> str:
    return f"lockout/{provider}/{verdict}-{severity}"


def _rule(provider: str, verdict: Verdict, severity: Severity) -> dict[str, object]:
    return {
        "id": _rule_id(provider, verdict, severity),
        "name": f"{words(verdict).title().replace(' ', '')}{severity.title()}",
        "shortDescription": {"text": f"{_TITLES[verdict]}."},
        "fullDescription": {"text": f"{_TITLES[verdict]}: the policy {MEANINGS[verdict]}."},
        "help": {"text": HELP},
        "defaultConfiguration": {"level": _LEVELS[verdict]},
        "properties": {
            "tags": ["security", "break-glass"],
            "security-severity": _SCORES[severity],
            "problem.severity": {"error": "error", "warning": "warning", "note": "recommendation"}[
                _LEVELS[verdict]
            ],
        },
    }


def _result(provider: str, finding: Finding, places: Places, index: int) -> dict[str, object]:
    file, line = places.find(finding.path)
    # Not the line: an edit further up must not make an old alert a new one.
    same = json.dumps([provider, finding.policy_id, finding.account, file])
    return {
        "ruleId": _rule_id(provider, finding.verdict, finding.severity),
        "ruleIndex": index,
        "level": _LEVELS[finding.verdict],
        "message": {"text": f"{finding.policy_name}, account {finding.account}: {finding.reason}"},
        "locations": [_location(file, line)],
        "partialFingerprints": {"policyAndAccount/v1": hashlib.sha256(same.encode()).hexdigest()},
        "properties": {
            "policyId": finding.policy_id,
            "account": finding.account,
            "verdict": finding.verdict,
            "severity": finding.severity,
        },
    }


def _location(file: str, line: int) -> dict[str, object]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(file)},
            "region": {"startLine": line},
        }
    }


def _uri(file: str) -> str:
    """A relative reference (RFC 3986), or a file URI where the path is absolute."""
    path = quote(file.removeprefix("./"), safe="/", errors="replace")
    return f"file://{path}" if path.startswith("/") else path


def _note(problem: Problem, places: Places) -> dict[str, object]:
    note: dict[str, object] = {
        "level": "error" if problem.fatal else "warning",
        "message": {"text": str(problem)},
    }
    # What was asked is no file, and has no line.
    if problem.line or problem.file in places:
        line = problem.line or (
            places.line_of(problem.file, problem.field) if problem.field.startswith("/") else 1
        )
        note["locations"] = [_location(problem.file, line)]
    return note
