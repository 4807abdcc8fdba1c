"""Whether a policy covers an account: whom it includes, and whom it takes out again.

Exclude beats include. An emergency account is presumed to be a member of the tenant (no guest)
and an active, permanent, tenant-wide Global Administrator, and to hold no other role: Microsoft's
advice for such accounts. A policy's roles count only for active assignments of built-in roles,
never for eligible ones, administrative units or custom roles.
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.audit.entra.membership import Membership
from bot.audit.entra.narrowing import listed
from bot.audit.entra.policy import Policy, same_object
from bot.audit.entra.shape import is_guid
from bot.audit.model import Question
from bot.audit.nearness import nearest

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
_ROLE_NAMES = {GLOBAL_ADMINISTRATOR, "global administrator", "company administrator"}
_WORDS = {"all", "none", "guestsorexternalusers"}
USERS = ("conditions", "users")


@dataclass(frozen=True, slots=True)
class Covered:
    """Whether an account is named on one side of a policy, and by which field.

    `yes` is None when that cannot be said; then `words` says what is missing. Otherwise `words`
    names the entry that decides: 'all users', 'group Emergency access'; where it is False, what
    looks like an entry and is none.
    """

    yes: bool | None
    words: str = ""
    field: str = ""


NOT_NAMED = Covered(yes=False)
ALL_USERS = Covered(yes=True, words="all users", field="includeUsers")


class Scope:
    """Answers for one question, one policy after the other. `label` names a group for people."""

    def __init__(
        self, question: Question, membership: Membership, label: Callable[[str], str]
    ) -> None:
        self._accounts = {account.casefold() for account in question.accounts}
        self._groups = question.groups
        self._near: dict[str, str] = {}
        self._membership = membership
        self._label = label
        self._roles: dict[tuple[str, tuple[str, ...]], Covered] = {}

    def included(self, policy: Policy, account: str) -> Covered:
        """Whether the policy names the account as one it applies to."""
        users = policy.users
        if "All" in users.include_users or "All" in users.include_groups:
            return ALL_USERS
        return _first(
            self._user(users.include_users, account, "includeUsers"),
            self._role(users.include_roles, "includeRoles"),
            self._group(users.include_groups, account, "includeGroups"),
        )

    def excluded(self, policy: Policy, account: str) -> Covered:
        """Whether the policy takes the account out again."""
        users = policy.users
        return _first(
            self._user(users.exclude_users, account, "excludeUsers"),
            self._group(users.exclude_groups, account, "excludeGroups"),
            self._role(users.exclude_roles, "excludeRoles"),
        )

    def deliberate(self, policy: Policy) -> bool:
        """Whether a policy is aimed at the emergency accounts and at nobody else.

        Microsoft asks for phishing-resistant methods for these accounts, and a policy may demand
        just that of them. To exclude them from it would empty it.
        """
        users = policy.users
        accounts = [user for user in users.include_users if user != "None"]
        return (
            bool(accounts or users.include_groups)
            and not users.include_roles
            and not policy.has_guests()
            and all(user.casefold() in self._accounts for user in accounts)
            and all(self._is_emergency_group(group) for group in users.include_groups)
        )

    def _is_emergency_group(self, group: str) -> bool:
        if group.casefold() in self._membership.groups:
            return True
        members = self._membership.direct.get(group.casefold(), ())
        return bool(members) and self._accounts.issuperset(members)

    def _user(self, named: Sequence[str], account: str, field: str) -> Covered:
        doubt = NOT_NAMED
        for entry in named:
            if entry.casefold() in _WORDS:
                continue
            same = same_object(entry, account)
            if same:
                return Covered(yes=True, words="the account itself", field=field)
            if same is None and doubt is NOT_NAMED:
                words = f"whether {entry} is this account: one of the two is no object ID"
                doubt = Covered(None, words, field)
        return doubt

    def _group(self, named: Sequence[str], account: str, field: str) -> Covered:
        missing = []
        gone = NOT_NAMED
        for entry in named:
            answer = self._membership.is_in(account, entry)
            if answer.member:
                return Covered(yes=True, words=f"group {self._label(entry)}", field=field)
            if answer.member is None:
                missing.append(answer.missing)
            elif entry.casefold() in self._membership.gone:
                gone = Covered(yes=False, words=f"group {self._label(entry)} is deleted")
        if not missing:
            return gone
        return Covered(None, self._unknown(dict.fromkeys(missing)), field)

    def _unknown(self, missing: Iterable[str]) -> str:
        """The groups of which nothing is known; one that looks like a slip comes first."""
        labels = [
            f"{self._label(group)}{meant and f' (did you mean {self._label(meant)}?)'}"
            for group, meant in sorted(
                ((group, self._meant(group)) for group in missing), key=lambda one: not one[1]
            )
        ]
        return f"who is in group{'s' if len(labels) > 1 else ''} {listed(tuple(labels), 'and')}"

    def _meant(self, group: str) -> str:
        """The exclusion group that another was probably meant to be; empty if there is none."""
        if group not in self._near:
            self._near[group] = nearest(group, self._groups)
        return self._near[group]

    def _role(self, named: tuple[str, ...], field: str) -> Covered:
        """Alike for all accounts, and long lists of roles recur from policy to policy."""
        key = field, named
        if key not in self._roles:
            self._roles[key] = _role(named, field)
        return self._roles[key]


def _role(named: tuple[str, ...], field: str) -> Covered:
    doubt = NOT_NAMED
    for entry in named:
        if entry.casefold() in _ROLE_NAMES or (entry == "All" and field == "includeRoles"):
            return Covered(yes=True, words="the role Global Administrator", field=field)
        if not is_guid(entry) and doubt is NOT_NAMED:
            doubt = Covered(None, f"which role {entry} stands for", field)
    return doubt


def _first(*sides: Covered) -> Covered:
    """The first that is certain to name the account, else the first that may."""
    for wanted in (True, None):
        for side in sides:
            if side.yes is wanted:
                return side
    return next((side for side in sides if side.words), NOT_NAMED)
