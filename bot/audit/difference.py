"""What became of a tenant's policies between two snapshots, and which changes are dangerous.

A policy changed when its document says something else, whatever its date says. Its verdict can
change without that: somebody left the exclusion group, or a method was taken away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bot.audit.model import Finding, Report, Verdict
from bot.audit.snapshot import Change, Snapshot

Kind = Literal["new", "changed", "removed", "worse", "better"]

KEPT_OUT: tuple[Verdict, ...] = ("blocking", "pending")
# How bad a verdict is; those that are not here keep nobody out.
_BAD: Mapping[Verdict, int] = {"unknown": 1, "pending": 2, "blocking": 3}
# What a provider writes down at each save, or for itself.
_NOT_CONTENT = frozenset(
    {
        "createddatetime",
        "createtime",
        "deleteddatetime",
        "etag",
        "modifieddatetime",
        "updatetime",
    }
)


# The file of the problem that a snapshot of exported files has: other policies may be there.
FROM_FILES = "exported files"


def is_whole(snapshot: Snapshot) -> bool:
    """Everything that the tenant has is in it, as far as anybody knows."""
    return not any(problem.fatal or problem.file == FROM_FILES for problem in snapshot.problems)


@dataclass(frozen=True, slots=True)
class Audited:
    """A snapshot with what its audit says."""

    snapshot: Snapshot
    report: Report


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What became of one policy.

    `worse` and `better` are verdicts on a document that stayed as it was. `findings` are those of
    the newer snapshot that keep an account out, `said` what the provider says of the change.
    """

    kind: Kind
    policy_id: str
    name: str
    findings: tuple[Finding, ...] = ()
    said: Change | None = None

    @property
    def dangerous(self) -> bool:
        """It keeps an account out now, or will, and that is news."""
        return bool(self.findings) and self.kind in ("new", "changed", "worse")


def changes_between(before: Sequence[Audited], after: Audited) -> list[PolicyChange]:
    """In the order of the newer audit, what is gone at the end.

    `before`: the snapshot before this one; when that is not whole, older ones behind it, up to a
    whole one: what was only hidden is not new. Empty: everything is new.
    """
    known: dict[str, _Policy] = {}
    for audited in reversed(before):
        for key, policy in _policies(audited).items():
            known[key] = policy.over(known.get(key))
    said = {change.policy_id: change for change in after.snapshot.changes}
    changes = []
    now = _policies(after)
    for key, policy in now.items():
        kind = _kind(known.get(key), policy)
        if kind is not None:
            changes.append(policy.change(kind, said.get(policy.policy_id)))
    # What could not be read now may be there all the same.
    if is_whole(after.snapshot):
        gone = _policies(before[0]) if before else {}
        changes += [one.change("removed") for key, one in gone.items() if key not in now]
    return changes


def dangers(report: Report, snapshot: Snapshot) -> list[PolicyChange]:
    """Every policy that keeps an account out, as if it were new."""
    nothing = Audited(snapshot, report)
    return [change for change in changes_between((), nothing) if change.dangerous]


def named_changes(audited: Audited) -> tuple[Change, ...]:
    """The policies of a snapshot whose reader named none, as exported files do; without dates."""
    if audited.snapshot.changes:
        return audited.snapshot.changes
    return tuple(Change(one.policy_id, one.name) for one in _policies(audited).values())


@dataclass
class _Policy:
    policy_id: str
    name: str
    digest: str
    findings: list[Finding] = field(default_factory=list)

    def change(self, kind: Kind, said: Change | None = None) -> PolicyChange:
        kept_out = tuple(one for one in self.findings if one.verdict in KEPT_OUT)
        if kind in ("removed", "better"):
            kept_out = ()
        return PolicyChange(kind, self.policy_id, self.name, kept_out, said)

    @cached_property
    def verdicts(self) -> dict[str, int]:
        """How bad it is for each account."""
        return {one.account: _BAD.get(one.verdict, 0) for one in self.findings}

    def over(self, older: _Policy | None) -> _Policy:
        """Where a gap in the reading hides a verdict, the one before it still counts."""
        if older is not None and older.digest == self.digest:
            for account, bad in self.verdicts.items():
                if bad == _BAD["unknown"]:
                    self.verdicts[account] = older.verdicts.get(account, bad)
        return self


def _kind(before: _Policy | None, now: _Policy) -> Kind | None:
    if before is None:
        return "new"
    if before.digest != now.digest:
        return "changed"
    earlier = before.verdicts
    moved = [bad - earlier.get(account, bad) for account, bad in now.verdicts.items()]
    if any(step > 0 for step in moved):
        return "worse"
    return "better" if any(step < 0 for step in moved) else None


def _policies(audited: Audited) -> dict[str, _Policy]:
    """By their IDs; where several bear one, as inline policies in AWS may, also by their files."""
    documents = _Documents(audited.snapshot)
    files: dict[str, set[str]] = {}
    for finding in audited.report.findings:
        files.setdefault(finding.policy_id, set()).add(finding.path.rpartition("#")[0])
    found: dict[str, _Policy] = {}
    for finding in audited.report.findings:
        key = finding.policy_id
        if not key or len(files[key]) > 1:
            key = f"{key} {finding.policy_name} {finding.path.rpartition('#')[0]}"
        if key not in found:
            digest = documents.digest(finding)
            name = finding.policy_name or finding.policy_id
            found[key] = _Policy(finding.policy_id, name, digest)
        found[key].findings.append(finding)
    return found


class _Documents:
    """The document of the policy that a finding is about."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._contents = {source.name: source.content for source in snapshot.sources}
        self._read: dict[str, object] = {}

    def digest(self, finding: Finding) -> str:
        file, _, pointer = finding.path.rpartition("#")
        if file not in self._contents:
            file, pointer = finding.path, ""
        if file not in self._read:
            self._read[file] = _parsed(self._contents.get(file, b""))
        policy = _policy_in(self._read[file], pointer, finding.policy_id)
        said = json.dumps(_content_of(policy), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode("utf-8", "backslashreplace")


def _policy_in(document: object, pointer: str, policy_id: str) -> object:
    """The outermost object on the way to what decides that bears the policy's ID; else all."""
    node = document
    for step in ("", *pointer.strip("/").split("/")):
        if step:
            node = _below(node, step.replace("~1", "/").replace("~0", "~"))
        if isinstance(node, dict) and policy_id in _names(node):
            return node
    return document


def _below(node: object, step: str) -> object:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and step.isdecimal() and int(step) < len(node):
        return node[int(step)]
    return None


def _names(node: Mapping[str, object]) -> Iterable[object]:
    for value in node.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            # As in AWS's PolicySummary.
            yield from (inner for inner in value.values() if isinstance(inner, str))


def _content_of(node: object) -> object:
    if isinstance(node, dict):
        return {
            key: _content_of(value)
            for key, value in node.items()
            if key.casefold() not in _NOT_CONTENT and not key.startswith("@odata.")
        }
    return [_content_of(one) for one in node] if isinstance(node, list) else node
