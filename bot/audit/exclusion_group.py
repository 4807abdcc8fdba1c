"""Who is in the exclusion group, by a snapshot: the emergency accounts, and whoever else.

Only said where every member is known. A reader keeps less than that of most groups, since an audit
needs less; then this says why it is unsure, and people look for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.audit.google.membership import plain_name
from bot.audit.snapshot import Snapshot
from bot.core.facts import AnyTenant
from bot.core.organisation import AwsTenant

NOT_READ = "The snapshot does not say who is in it."
# `adapters.clouds.google_groups` keeps of a nested group only the emergency accounts in it.
NESTED = "It holds another group ({}), and not every member of that is read."
_GROUP = "group:"
# What `adapters.clouds.entra_groups` calls its part of a snapshot.
_ABOUT_GROUPS = "groups.json"


@dataclass(frozen=True, slots=True)
class GroupRead:
    """`group` as people know it; `inside` the identifiers of accounts that are in it.

    `foreign` is everybody else, as the provider names them. `unsure` says why both mean nothing.
    """

    group: str
    inside: frozenset[str] = frozenset()
    foreign: tuple[str, ...] = ()
    unsure: str = ""


def read_group(snapshot: Snapshot, tenant: AnyTenant) -> GroupRead | None:
    """Through any nesting; None where the provider has no such group, or nobody named it."""
    if isinstance(tenant, AwsTenant) or not tenant.group.id.strip():
        return None
    direct: dict[str, tuple[str, ...]] = {
        plain_name(group): members for group, members in snapshot.members.items()
    }
    start = plain_name(tenant.group.id)
    if start not in direct:
        return GroupRead(tenant.group.name, unsure=NOT_READ)
    people, groups = _below(direct, start)
    unsure = _unsure(snapshot, {start, *groups}, people)
    if snapshot.provider == "google" and groups:
        unsure = NESTED.format(next(iter(groups.values())).removeprefix(_GROUP))
    if unsure:
        return GroupRead(tenant.group.name, unsure=unsure)
    accounts = {plain_name(one.identifier): one.identifier for one in tenant.emergency_accounts}
    return GroupRead(
        tenant.group.name,
        inside=frozenset(name for plain, name in accounts.items() if plain in people),
        foreign=tuple(
            sorted(written for plain, written in people.items() if plain not in accounts)
        ),
    )


def _below(direct: dict[str, tuple[str, ...]], start: str) -> tuple[dict[str, str], dict[str, str]]:
    """Who is below a group, and which groups are: plain name → as it was written."""
    people: dict[str, str] = {}
    groups: dict[str, str] = {}
    ahead = [start]
    while ahead:
        for member in direct.get(ahead.pop(), ()):
            plain = plain_name(member)
            if plain not in direct and not member.startswith(_GROUP):
                people[plain] = member
            elif plain not in groups and plain != start:
                groups[plain] = member
                ahead.append(plain)
    return people, groups


def _unsure(snapshot: Snapshot, groups: set[str], people: Iterable[str]) -> str:
    """A problem that names one of the groups: its list may be shorter than the group.

    What looks like a person may be a nested group that could not be read at all.
    """
    for problem in snapshot.problems:
        wanted = groups.union(people) if problem.file == _ABOUT_GROUPS else groups
        if wanted & set(_named(problem.field, problem.message)):
            return problem.message
    return ""


def _named(field: str, message: str) -> Iterable[str]:
    """The groups that a problem is about: in its field, or as places in its sentence."""
    yield plain_name(field)
    for word in message.replace(",", " ").replace(":", " ").split():
        yield plain_name(word)
