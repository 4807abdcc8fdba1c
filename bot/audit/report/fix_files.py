"""The corrected policies as files, and one file of commands that names them.

The commands are to be read and pasted by a person, one by one; not a script.
"""

from __future__ import annotations

import re

from bot.audit.model import Finding, Fix, Report
from bot.audit.report.words import title_of
from bot.core.wording import plain_line

COMMANDS = "commands.txt"
HEAD = """\
# Read the change (.diff) first. Then paste the commands of one policy, one after the other;
# where it says "one of three ways", choose one.
# Run them in this folder: they name the files beside this one.
# Afterwards audit again: every account should be 'excluded'.
"""

# An HTTP request is no command of a shell.
_REQUEST = re.compile(r"(?:PATCH|POST|PUT|DELETE) https://")
# The file that a command wants to read.
_NAMED = re.compile(r"(?:file://|--policy-file=|--data @)([\w.-]+)\.json\b")
_BOUNDS = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 80


def fix_files(report: Report) -> dict[str, str]:
    """File name → text, for every finding that has a correction; empty if none has.

    One correction exempts all accounts that the policy keeps out, and is written once.
    """
    fixes: dict[tuple[str, Fix], list[Finding]] = {}
    for finding in report.findings:
        if finding.fix:
            fixes.setdefault((finding.path.partition("#")[0], finding.fix), []).append(finding)
    files: dict[str, str] = {}
    parts = [HEAD]
    for (_, fix), findings in fixes.items():
        wanted = _stem(findings[0], fix)
        stem = _free(wanted, files)
        files[f"{stem}.json"] = _ended(fix.corrected)
        files[f"{stem}.diff"] = _ended(fix.diff)
        if fix.hcl:
            files[f"{stem}.tf"] = _ended(fix.hcl)
        parts.append(_commands(findings, fix, stem, wanted))
    if files:
        files[COMMANDS] = "\n".join(parts)
    return files


def _commands(findings: list[Finding], fix: Fix, stem: str, wanted: str) -> str:
    lines = [
        f"# {'=' * 70}",
        f"# {title_of(findings[0])}",
        f"# corrected: {stem}.json, change: {stem}.diff",
        *[f"# {one.verdict} for {plain_line(one.account)}" for one in findings],
        *[f"# note: {plain_line(one)}" for one in fix.warnings],
    ]
    for command in fix.commands:
        text = command.text.replace(f"{wanted}.json", f"{stem}.json")
        title = command.title.replace(f"{wanted}.json", f"{stem}.json")
        if _REQUEST.match(text):
            text = "\n".join(f"# {line}".rstrip() for line in text.splitlines())
        lines += ["", f"# {plain_line(title)}", text]
    return "\n".join([*lines, ""])


def _stem(finding: Finding, fix: Fix) -> str:
    for command in fix.commands:
        named = _NAMED.search(command.text)
        if named:
            return named[1]
    named_after = finding.policy_name or finding.policy_id
    return _BOUNDS.sub("-", named_after).strip("-").lower()[:_LONGEST] or "policy"


def _free(stem: str, taken: dict[str, str]) -> str:
    # Some file systems take names for the same that differ in case only.
    lower = {name.lower() for name in taken}
    number, free = 1, stem
    while f"{free}.json".lower() in lower:
        number += 1
        free = f"{stem}-{number}"
    return free


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
