"""A snapshot: everything that was read of a tenant's policies at one moment.

Raw, as the provider gave it, so that an audit of a snapshot is the audit of the same files, and a
later release judges an old snapshot better. Taken by a reader (`services.ports.PolicySource`) or
put together from exported files. Not about judging: that is each provider's room.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.audit.model import Source
from bot.core.errors import Invalid, Problem
from bot.core.events import Provider
from bot.core.timeline import format_time, parse_time

FORM = 1


@dataclass(frozen=True, slots=True)
class Change:
    """The newest change of a policy, as far as the provider says; `at` is UTC.

    `name` is the policy's name as people know it, `by` whoever changed it, as the provider names
    them, `broad` whether the policy can reach everybody.
    """

    policy_id: str
    name: str
    at: datetime | None = None
    by: str = ""
    broad: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`tenant` is its short name in the organisation file, `taken_at` UTC, when reading began.

    `sources` are what the provider's room audits: one JSON document each, in a stable order, its
    name like a file's. `members` maps a group to its direct members, `methods` an emergency account
    to what it has registered; a group or account that is not there is unknown, not empty. `tree` is
    the organization as `audit.aws.tree` describes it. `changes` are the policies, newest change
    first. `problems` say what could not be read; fatal ones hide a policy. `presumed`: nobody
    looked into the exclusion group, so it is taken to hold the accounts, as with exported files.
    """

    provider: Provider
    tenant: str
    taken_at: datetime
    sources: tuple[Source, ...]
    changes: tuple[Change, ...] = ()
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tree: Mapping[str, Any] | None = None
    problems: tuple[Problem, ...] = ()
    presumed: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of what it says of the tenant, in hex; the same when nothing there changed."""
        said = to_dict(self)
        del said["taken_at"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def newest_first(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Most recently changed first; those without a date last, by name."""
    dated = [(change.at, change) for change in changes if change.at is not None]
    undated = [change for change in changes if change.at is None]
    dated.sort(key=lambda pair: (-pair[0].timestamp(), pair[1].name, pair[1].policy_id))
    undated.sort(key=lambda change: (change.name, change.policy_id))
    return (*[change for _, change in dated], *undated)


def to_dict(snapshot: Snapshot) -> dict[str, Any]:
    """As JSON knows it; `from_dict` reads it back."""
    return {
        "form": FORM,
        "provider": snapshot.provider,
        "tenant": snapshot.tenant,
        "taken_at": format_time(snapshot.taken_at),
        # Documents came over HTTP as JSON; what is no UTF-8 is kept byte for byte all the same.
        "sources": [
            [source.name, source.content.decode("utf-8", "surrogateescape")]
            for source in snapshot.sources
        ],
        "changes": [
            {
                "policy_id": change.policy_id,
                "name": change.name,
                "at": format_time(change.at) if change.at else None,
                "by": change.by,
                "broad": change.broad,
            }
            for change in snapshot.changes
        ],
        "members": {group: list(members) for group, members in snapshot.members.items()},
        "methods": {account: list(names) for account, names in snapshot.methods.items()},
        "tree": snapshot.tree,
        "presumed": snapshot.presumed,
        "problems": [
            [problem.file, problem.line, problem.field, problem.message, problem.fatal]
            for problem in snapshot.problems
        ],
    }


def to_json(snapshot: Snapshot) -> str:
    """Pure ASCII, one line."""
    return json.dumps(to_dict(snapshot), separators=(",", ":"))


def from_json(text: str, name: str = "snapshot") -> Snapshot:
    """The inverse of `to_json`. Errors: Invalid, naming it `name`."""
    try:
        said = json.loads(text)
        if said["form"] != FORM:
            message = f"Is of form {said['form']!r}, made by another release."
            raise Invalid([Problem(name, 0, "form", message)])
        return _from_dict(said)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid([Problem(name, 0, "", "Is no snapshot that can be read.")]) from error


def _from_dict(said: dict[str, Any]) -> Snapshot:
    return Snapshot(
        provider=said["provider"],
        tenant=said["tenant"],
        taken_at=parse_time(said["taken_at"]),
        sources=tuple(
            Source(name, content.encode("utf-8", "surrogateescape"))
            for name, content in said["sources"]
        ),
        changes=tuple(
            Change(
                change["policy_id"],
                change["name"],
                parse_time(change["at"]) if change["at"] else None,
                change["by"],
                change["broad"],
            )
            for change in said["changes"]
        ),
        members={group: tuple(members) for group, members in said["members"].items()},
        methods={account: tuple(names) for account, names in said["methods"].items()},
        tree=said["tree"],
        presumed=said["presumed"],
        problems=tuple(
            Problem(file, line, part, message, fatal=fatal)
            for file, line, part, message, fatal in said["problems"]
        ),
    )
