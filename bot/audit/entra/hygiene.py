"""Whether the exclusion group itself can be relied on, apart from any policy.

Each finding is a `Problem` that is not fatal, so that it reaches people beside the verdicts and
changes none of them. `file` is `ASKED` for what was asked, else the file that names the ID.
https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
https://learn.microsoft.com/entra/identity/role-based-access-control/groups-concept
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.audit.entra.context import Group
from bot.audit.entra.membership import Membership
from bot.audit.entra.methods import Registered, did_you_mean
from bot.audit.entra.narrowing import listed
from bot.audit.entra.parse import Export
from bot.audit.entra.policy import Policy
from bot.audit.entra.shape import is_guid, plain
from bot.audit.model import Question
from bot.audit.nearness import nearest
from bot.core.errors import Problem

ASKED = "emergency accounts"
_ENOUGH = 2

FEW = "Fewer than two emergency accounts. Microsoft advises two or more."
NO_GUID = "Is no object ID. Policies name accounts by object ID; look it up."
NO_METHOD = "Is no known authentication method."
NEVER_EXCLUDED = "No policy excludes this group."
DYNAMIC = "Is a dynamic group: a changed attribute takes an account out. Assign the members."
SYNCED = "Is synchronised from on-premises: whoever holds that directory holds the exemption."
DELETED = "Is deleted. A deleted group exempts nobody."
NOT_PROTECTED = (
    "Is neither role-assignable nor in a restricted administrative unit: whoever may edit groups"
    " can exempt himself from every policy. Choose one of the two; both at once make the members"
    " hard to change."
)
HELD_GROUPS = "Is role-assignable and holds groups. Entra does not support that: assign accounts."
NESTED = "Is nested in the role-assignable group {}. Entra does not support that: assign accounts."


def check_hygiene(
    question: Question, export: Export, membership: Membership, registered: Registered
) -> list[Problem]:
    """Everything about accounts, methods and groups that people should look at, in this order."""
    asked = [
        *_accounts(question),
        *_methods(registered),
        *[
            (group, message)
            for group in question.groups
            for message in _exclusion_group(group, question, export, membership)
        ],
    ]
    problems = [Problem(ASKED, 0, field, plain(message), fatal=False) for field, message in asked]
    return [*problems, *_named_groups(question, export, membership)]


def _accounts(question: Question) -> Iterator[tuple[str, str]]:
    if len({account.casefold() for account in question.accounts}) < _ENOUGH:
        yield "accounts", FEW
    for account in question.accounts:
        if not is_guid(account):
            yield account, NO_GUID


def _methods(registered: Registered) -> Iterator[tuple[str, str]]:
    for word in registered.unheard_of:
        near = did_you_mean(word)
        yield "methods", f"{word}: {NO_METHOD}{f' Did you mean {near}?' if near else ''}"


def _exclusion_group(
    group: str, question: Question, export: Export, membership: Membership
) -> Iterator[str]:
    named = {one.casefold() for one in _excluded_groups(export.policies)}
    if export.policies and group.casefold() not in named:
        near = nearest(group, sorted(named))
        yield f"{NEVER_EXCLUDED}{f' One excludes {near}: a slip?' if near else ''}"
    if group.casefold() in membership.direct and group.casefold() not in membership.gone:
        yield from _membership(group, question, membership)
    known = export.groups.get(group.casefold())
    if known:
        yield from _kept(known)
    yield from _nesting(group, export, membership)


def _membership(group: str, question: Question, membership: Membership) -> Iterator[str]:
    accounts, _ = membership.members_of(group)
    ours = {account.casefold() for account in question.accounts}
    missing = [one for one in question.accounts if one.casefold() not in accounts]
    if missing:
        yield f"Does not hold {listed(tuple(missing), 'and')}."
    foreign = tuple(sorted(accounts - ours))
    if foreign:
        yield f"Holds members that are no emergency accounts: {listed(foreign, 'and')}."
    if len(accounts & ours) < _ENOUGH:
        yield f"Holds fewer than two emergency accounts ({len(accounts & ours)})."


def _kept(known: Group) -> Iterator[str]:
    if known.deleted:
        yield DELETED
    if known.dynamic:
        yield DYNAMIC
    if known.synced:
        yield SYNCED
    if not known.role_assignable and not known.restricted:
        yield NOT_PROTECTED


def _nesting(group: str, export: Export, membership: Membership) -> Iterator[str]:
    _, nested = membership.members_of(group)
    own = export.groups.get(group.casefold())
    if nested and own and own.role_assignable:
        yield HELD_GROUPS
    for outer in sorted(membership.groups_around(group)):
        known = export.groups.get(outer)
        if outer != group.casefold() and known and known.role_assignable:
            yield NESTED.format(known.name or outer)


def _excluded_groups(policies: Iterable[Policy]) -> Iterator[str]:
    for policy in policies:
        yield from policy.users.exclude_groups


def _named_groups(question: Question, export: Export, membership: Membership) -> Iterator[Problem]:
    """What policies name: each wrong ID once, at the first policy that names it."""
    seen: set[str] = set()
    for policy in export.policies:
        users = policy.users
        for field, named in (
            ("excludeGroups", users.exclude_groups),
            ("includeGroups", users.include_groups),
            ("excludeUsers", users.exclude_users),
        ):
            for entry in named:
                key = f"{field}/{entry.casefold()}"
                if key not in seen:
                    seen.add(key)
                    message = _wrong(field, entry, question, membership)
                    if message:
                        where = policy.path("conditions", "users", field).partition("#")[2]
                        yield Problem(
                            policy.file, 0, where, plain(f"{entry}: {message}"), fatal=False
                        )


def _wrong(field: str, entry: str, question: Question, membership: Membership) -> str:
    """What is wrong with an ID under a field of a policy, as a sentence; empty if nothing is."""
    accounts = {account.casefold() for account in question.accounts}
    if field == "excludeUsers":
        return _wrong_user(entry, accounts, question, membership)
    if entry.casefold() in accounts:
        return "Is an account, but stands among groups, where it does nothing."
    if entry.casefold() in membership.direct or entry.casefold() in membership.groups:
        return DELETED if entry.casefold() in membership.gone - membership.groups else ""
    near = nearest(entry, question.groups)
    if near:
        return f"Is not the exclusion group. Did you mean {near}?"
    if question.members is not None:
        return "No members are given for this group. It may be deleted, or mistyped."
    return ""


def _wrong_user(entry: str, accounts: set[str], question: Question, membership: Membership) -> str:
    if entry.casefold() in membership.groups:
        return "Is the exclusion group, but stands among users, where it exempts nobody."
    near = nearest(entry, question.accounts)
    if near and entry.casefold() not in accounts:
        return f"Is not an account that was named. Did you mean {near}?"
    return ""
