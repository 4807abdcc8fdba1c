"""The words of an audit, the same for every provider and every surface.

The question is always: *would this policy keep this account out?* One finding for each policy and
account, in a stable order. What is at hand may not be enough to answer; then the verdict is
`unknown` and the reason names the piece of data that would decide. Nothing is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core.errors import Problem
from bot.core.events import Provider

# excluded: the policy would cover the account, and an exemption takes it out.
# not_in_scope: it never covers the account.
# satisfiable: in scope, and the account can meet what is asked.
# blocking: in scope, in force, and the account cannot meet it.
# pending: as blocking, but not in force yet (report-only, dry-run, awaiting activation).
# unknown: what is at hand cannot decide.
Verdict = Literal["excluded", "not_in_scope", "satisfiable", "blocking", "pending", "unknown"]
Severity = Literal["critical", "high", "medium", "low", "info"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it lay on disk or came from a provider: any encoding, any shape."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """Whose way in is asked about.

    `accounts` are object IDs (Entra), role or user ARNs (AWS), `user:…` or `principal://…`
    (Google). `groups` are the exclusion groups; every account is a member of each of them unless
    `members` says otherwise, or `presumed` is False: then one that is not listed is unknown too,
    as after a reading that failed. `members` maps a group to its direct members (accounts or
    groups): a group that it does not list is unknown, not empty; None when nothing is known of any.
    `methods` are what the accounts have registered (fido2, certificate, …); none named, none
    assumed.
    """

    accounts: tuple[str, ...]
    groups: tuple[str, ...] = ()
    members: Mapping[str, tuple[str, ...]] | None = None
    methods: frozenset[str] = frozenset()
    presumed: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """Something to paste into a shell or an HTTP client, ready as it is."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The smallest edit that exempts exactly the emergency group or principals.

    `corrected` is the whole policy as JSON text, `diff` a unified diff against the original,
    `hcl` the Terraform form where the policy came from Terraform (or always for Entra), `warnings`
    what to know before applying it (a size quota, a policy owned by code).

    To write one takes several times as long as to judge, and most are never read: one that was
    made by `later` is written when something of it is first looked at, and is equal to one that
    was written at once.
    """

    corrected: str
    diff: str
    commands: tuple[Command, ...] = ()
    hcl: str = ""
    warnings: tuple[str, ...] = ()
    _write: Callable[[], Fix] | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def later(cls, write: Callable[[], Fix]) -> Fix:
        """One that is not written yet. `write` must be pure: two threads may both call it."""
        fix = object.__new__(cls)
        object.__setattr__(fix, "_write", write)
        return fix

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of any field
        """Python asks for what it did not find: a field that is not written yet."""
        write: Callable[[], Fix] | None = object.__getattribute__(self, "_write")
        if write is not None and name in _FIX_FIELDS:
            written = write()
            for one in _FIX_FIELDS:
                object.__setattr__(self, one, getattr(written, one))
            object.__setattr__(self, "_write", None)
        return object.__getattribute__(self, name)

    def warning(self, text: str) -> Fix:
        """The same edit with one more thing to know."""
        return Fix.later(
            lambda: Fix(self.corrected, self.diff, self.commands, self.hcl, (*self.warnings, text))
        )


_FIX_FIELDS = ("corrected", "diff", "commands", "hcl", "warnings")


# Not frozen, as a frozen one takes three times as long to make, and an audit makes one for each
# policy and account; nobody changes it.
@dataclass(slots=True, unsafe_hash=True)
class Finding:
    """The verdict on one policy for one account.

    `reason` is one sentence that a tired person understands; `path` points at the line of the
    policy that decides, as a JSON pointer behind the file's name: `ca001.json#/conditions/users`.
    """

    policy_id: str
    policy_name: str
    account: str
    verdict: Verdict
    severity: Severity
    reason: str
    path: str
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an audit found. `problems` are files or parts that could not be read."""

    provider: Provider
    accounts: tuple[str, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...] = field(default=())
