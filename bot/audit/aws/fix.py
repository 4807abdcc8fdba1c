"""The corrected policy: its text, a diff, what to paste, and its Terraform form.

What to change is decided by the judgement; this is about handing it over safely.
"""

from __future__ import annotations

import difflib
import json
import re
import shlex
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.audit.aws.document import Policy
from bot.audit.aws.edit import KEY, add_statement, exempt
from bot.audit.aws.statement import Statement
from bot.audit.model import Command, Fix

# Characters of one SCP or RCP. The older figure is that of AWS's documents until 2026; the newer
# one is reported by a single practitioner's page (rohanbhagat.com, May 2026).
OLDER_QUOTA, NEWER_QUOTA = 5_120, 10_240
# Characters of a managed policy, white space not counted (IAM and AWS STS quotas).
MANAGED_QUOTA = 6_144
ORGANIZATION_TYPES = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}
OWNED_BY_AWS = (
    "AWS owns this policy, and nobody else can change it. Make one of your own from the corrected "
    "text, put it in its place, and detach this one."
)

_IAM_VARIABLE = re.compile(r"\$\{(?=[A-Za-z][\w.-]*:(?!:)|[*?$]\})|%\{")
_START = re.compile(r"([-+])(\d+)")
# Lines that a unified diff shows around a change.
_CONTEXT = 3
_BOUNDS = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Edit:
    """What to add: ARN patterns to the exemptions of statements, and actions to allow them."""

    exemptions: tuple[tuple[Statement, tuple[str, ...]], ...]
    allowed: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def write_fix(policy: Policy, edit: Edit) -> Fix:
    """The smallest edit of the policy that exempts exactly these principals."""
    original = policy.text or json.dumps(policy.raw, indent=2, ensure_ascii=False)
    corrected = exempt(original, edit.exemptions)
    if edit.allowed:
        corrected = add_statement(corrected, _allow(edit))
    file = _BOUNDS.sub("-", policy.name).strip("-").lower() or "policy"
    return Fix(
        corrected=corrected,
        diff=unified_diff(original, corrected, PurePosixPath(policy.place.partition("#")[0]).name),
        commands=_commands(policy, f"{file}.json"),
        hcl=_hcl(policy, corrected, file),
        warnings=_warnings(policy, corrected),
    )


def _allow(edit: Edit) -> dict[str, object]:
    return {
        "Sid": "AllowEmergencyAccess",
        "Effect": "Allow",
        "Action": list(edit.allowed),
        "Resource": "*",
        "Condition": {"ArnLike": {KEY: list(edit.patterns)}},
    }


def unified_diff(original: str, corrected: str, name: str) -> str:
    """A diff that `git apply` and `patch` take; line ends stay as they are."""
    before, after = _lines(original), _lines(corrected)
    begin, end = 0, 0
    shorter = min(len(before), len(after))
    while begin < shorter and before[begin] == after[begin]:
        begin += 1
    while end < shorter - begin and before[-1 - end] == after[-1 - end]:
        end += 1
    # What is the same at both ends is not compared again, save for the lines that are shown.
    above, below = max(begin - _CONTEXT, 0), max(end - _CONTEXT, 0)
    removed, added = before[begin : len(before) - end], after[begin : len(after) - end]
    if len(removed) <= 1 and not set(removed) & set(added):
        # One place, as nearly always: nothing to look for.
        shown = before[above:begin], before[len(before) - end : len(before) - below]
        return _one_hunk(shown, removed, added, above, name)
    lines = difflib.unified_diff(
        before[above : len(before) - below],
        after[above : len(after) - below],
        f"a/{name}",
        f"b/{name}",
        n=_CONTEXT,
    )
    return "".join(_finish(line, above) for line in lines)


def _one_hunk(
    shown: tuple[list[str], list[str]],
    removed: list[str],
    added: list[str],
    above: int,
    name: str,
) -> str:
    """The diff of lines in one place; `shown` are those around, `above` how many come before."""
    if not removed and not added:
        return ""
    around = len(shown[0]) + len(shown[1])
    places = [
        f"{above + 1 if count else above}{f',{count}' if count != 1 else ''}"
        for count in (around + len(removed), around + len(added))
    ]
    lines = [
        f"--- a/{name}\n+++ b/{name}\n@@ -{places[0]} +{places[1]} @@\n",
        *(f" {line}" for line in shown[0]),
        *(f"-{line}" for line in removed),
        *(f"+{line}" for line in added),
        *(f" {line}" for line in shown[1]),
    ]
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    """Lines as `patch` counts them: by line feeds, and by nothing else that ends a line."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _finish(line: str, above: int) -> str:
    if line.startswith("@@"):
        return _START.sub(lambda found: f"{found[1]}{int(found[2]) + above}", line)
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _commands(policy: Policy, file: str) -> tuple[Command, ...]:
    kind = ORGANIZATION_TYPES.get(policy.kind)
    if kind:
        found = Command(
            "Find the policy's ID, in the management account",
            f"aws organizations list-policies --filter {kind} --output text "
            f"--query {shlex.quote(f'Policies[?Name==`{policy.name}`].Id')}",
        )
        update = Command(
            f"Save the corrected policy as {file}, then replace it",
            "aws organizations update-policy "
            f"--policy-id {shlex.quote(policy.id) if policy.known_id else 'p-…'} "
            f"--content file://{file}",
        )
        return (update,) if policy.known_id else (found, update)
    if policy.kind in {"identity", "boundary"}:
        if policy.known_id:
            return _known_in_iam(policy.id, file)
        return (
            Command(
                f"Save the corrected policy as {file}, then make it the version in force",
                "aws iam create-policy-version --policy-arn arn:aws:iam::ACCOUNT:policy/NAME "
                f"--policy-document file://{file} --set-as-default",
            ),
        )
    return ()


def _known_in_iam(known: str, file: str) -> tuple[Command, ...]:
    """For an ARN, or for `role/NAME/POLICY` and the like."""
    if _owned_by_aws(known):
        return ()
    if known.startswith("arn:"):
        return (
            Command(
                f"Save the corrected policy as {file}, then make it the version in force",
                f"aws iam create-policy-version --policy-arn {shlex.quote(known)} "
                f"--policy-document file://{file} --set-as-default",
            ),
        )
    kind, owner, name = known.split("/", 2)
    return (
        Command(
            f"Save the corrected policy as {file}, then replace the inline one",
            f"aws iam put-{kind}-policy --{kind}-name {shlex.quote(owner)} "
            f"--policy-name {shlex.quote(name)} --policy-document file://{file}",
        ),
    )


def _owned_by_aws(known: str) -> bool:
    return ":iam::aws:policy/" in known


def _hcl(policy: Policy, corrected: str, label: str) -> str:
    body = corrected.rstrip("\n")
    if "${" in body or "%{" in body:
        # Terraform would take IAM's own variables for its own.
        body = _IAM_VARIABLE.sub(lambda found: found[0][0] + found[0], body)
    name = json.dumps(policy.name, ensure_ascii=False)
    label = label.replace("-", "_")
    kind = ORGANIZATION_TYPES.get(policy.kind)
    if kind:
        return (
            f'resource "aws_organizations_policy" "{label}" {{\n'
            f"  name    = {name}\n"
            f'  type    = "{kind}"\n'
            f"  content = <<JSON\n{body}\nJSON\n}}\n"
        )
    if policy.kind in {"identity", "boundary"}:
        return (
            f'resource "aws_iam_policy" "{label}" {{\n'
            f"  name   = {name}\n"
            f"  policy = <<JSON\n{body}\nJSON\n}}\n"
        )
    return ""


def _warnings(policy: Policy, corrected: str) -> tuple[str, ...]:
    if policy.kind == "resource":
        return ("Put it back with the command of the service that owns the resource.",)
    if policy.known_id and _owned_by_aws(policy.id):
        return (OWNED_BY_AWS,)
    if len(corrected) <= OLDER_QUOTA:
        return ()
    size = len(json.dumps(json.loads(corrected), separators=(",", ":"), ensure_ascii=False))
    warnings = []
    if policy.kind in ORGANIZATION_TYPES:
        if size > NEWER_QUOTA:
            warnings.append(
                f"{size:,} characters without white space: more than {NEWER_QUOTA:,}, the newest "
                "quota that we know of (one source, May 2026). Split the policy first."
            )
        elif size > OLDER_QUOTA:
            warnings.append(
                f"{size:,} characters without white space: more than the {OLDER_QUOTA:,} of AWS's "
                f"older documents; {NEWER_QUOTA:,} since May 2026 has one source. Look in Service "
                "Quotas before you apply it."
            )
        else:
            warnings.append(
                f"{len(corrected):,} characters with white space, {size:,} without: the command "
                f"line sends white space too, so remove it before you apply it ({OLDER_QUOTA:,} "
                "in AWS's older documents)."
            )
    elif size > MANAGED_QUOTA:
        warnings.append(
            f"{size:,} characters without white space: IAM takes {MANAGED_QUOTA:,} in a managed "
            "policy. Split it first."
        )
    return tuple(warnings)
