"""The corrections of one audit as a file: to read, and to paste from, one policy after the other.

Made of the fact alone, so that the same audit gives the same file whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.events import PoliciesAudited
from bot.core.findings import Correction, OpenPolicy
from bot.core.timeline import format_time
from bot.core.wording import audit_result, counted, plain_line
from bot.exports.markdown import escape, fenced
from bot.exports.model import Document

HEAD = """\
Read the change of a policy first. Then paste its commands, one after the other; of three ways,
choose one. Where a command names a file, save the text above it under that name, and run the
command in the same folder.
Terraform or a pipeline owns a policy? Change it there, or the next run takes the edit back.
Afterwards audit again.
"""


def corrections_file(incident_id: str, version: int, audit: PoliciesAudited) -> Document:
    """A Markdown file; `version` is that of the fact `audit`."""
    name = f"{incident_id}-corrections-{version}.md"
    chunks = (part.encode() for part in _parts(incident_id, audit))
    return Document(name, "text/markdown; charset=utf-8", chunks)


def _parts(incident_id: str, audit: PoliciesAudited) -> Iterator[str]:
    yield f"# Corrections of {escape(incident_id)}, {escape(audit.tenant)}\n\n"
    policies = counted(audit.policies, "policy", "policies")
    accounts = counted(audit.accounts, "account", "accounts")
    yield f"{policies}, {accounts}: {audit_result(audit)}. "
    yield f"Policies read {format_time(audit.taken_at)}.\n\n{HEAD}"
    for policy in audit.findings:
        yield from _policy(policy)
    if audit.left_out:
        yield f"\n{audit.left_out} more are not in this file. Audit again when these are done.\n"


def _policy(policy: OpenPolicy) -> Iterator[str]:
    # A name may be missing, or be the ID itself.
    names = dict.fromkeys(filter(None, (policy.policy_name, policy.policy_id)))
    yield f"\n## {escape(', '.join(map(plain_line, names)))}\n\n"
    for one in policy.standings:
        yield f"- **{one.verdict}** for {escape(one.account)}: {escape(one.reason)}\n"
    for correction in policy.corrections:
        yield from _correction(correction)


def _correction(correction: Correction) -> Iterator[str]:
    for warning in correction.warnings:
        yield f"- Note: {escape(warning)}\n"
    if correction.diff:
        yield f"\nThe change:\n\n{fenced(correction.diff)}"
    if correction.file:
        yield f"\nSave this as {escape(correction.file)}:\n\n{fenced(correction.content)}"
    for command in correction.commands:
        yield f"\n{escape(command.title)}:\n\n{fenced(command.text)}"
    if correction.cut:
        yield "\nThis correction is too long to be kept whole. `lockout audit --fix` writes it.\n"
