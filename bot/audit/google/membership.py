"""Which Google groups an account is in, through any nesting, and where nobody said.

A group that is not listed is unknown, not empty; an exclusion group that is not listed holds every
account asked about, unless somebody looked and could not see it. Google's pages on deny policies do
not say whether nested members count; they are taken to, and a reason says so where it matters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from bot.audit.model import Question
from bot.audit.nearness import nearest
from bot.audit.nesting import Nesting

_PREFIXES = ("principalSet://goog/group/", "group:")
_ACCOUNTS = (
    "principal://goog/subject/",
    "principal://iam.googleapis.com/projects/-/serviceAccounts/",
    "principal://iam.googleapis.com/locations/global/workforcePools/",
    "user:",
    "serviceAccount:",
)


@lru_cache(maxsize=4096)
def plain_name(written: str) -> str:
    """A group's or account's address or ID, in lower case, without what stands in front of it."""
    text = written.strip()
    for start in (*_PREFIXES, *_ACCOUNTS):
        if text.startswith(start):
            return text.removeprefix(start).casefold()
    return text.casefold()


class Answer(NamedTuple):
    """Whether an account is in a group. None: cannot be said, for want of `missing`'s members."""

    member: bool | None
    nested: bool = False
    missing: str = ""


class Membership:
    """What the question says of groups. `accounts` are plain names, `named` groups of policies.

    `customer` is the accounts' own Google customer ID, empty when nobody said.
    """

    def __init__(
        self, question: Question, accounts: Iterable[str], named: Iterable[str], customer: str = ""
    ) -> None:
        self.customer = customer
        # What `principal.means` said of an account about an entry: the same ones stand in
        # thousands of policies.
        self.said: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self._accounts = {account.casefold() for account in accounts}
        listed = question.members or {}
        self._direct = {
            plain_name(group): frozenset(plain_name(member) for member in members)
            for group, members in listed.items()
        }
        nesting = Nesting(self._direct)
        # What is written as a group is one, also where nothing lists it.
        nested = {
            plain_name(member)
            for members in listed.values()
            for member in members
            if member.strip().startswith(_PREFIXES)
        }
        self._exclusion = [plain_name(group) for group in question.groups]
        groups = question.groups if question.presumed else ()
        self._assumed = {plain_name(group) for group in groups} - self._direct.keys()
        self._first = {
            account: {*nesting.parents_of(account), *self._assumed} for account in self._accounts
        }
        self._groups_of = {
            account: nesting.upwards(sorted(first)) for account, first in self._first.items()
        }
        known = self._direct.keys() | self._assumed | self._accounts
        unlisted = ({plain_name(group) for group in named} | nested) - known
        self._doubtful = nesting.upwards(sorted(unlisted))

    def is_in(self, account: str, group: str) -> Answer:
        """Whether an account asked about, by its plain name, is in a group."""
        name, wanted = account.casefold(), plain_name(group)
        if wanted in self._groups_of[name]:
            return Answer(member=True, nested=wanted not in self._first[name])
        if wanted in self._doubtful:
            return Answer(None, missing=self._doubtful[wanted])
        if wanted in self._direct:
            return Answer(member=False)
        return Answer(None, missing=group)

    def meant(self, group: str) -> str:
        """The exclusion group that an unknown group was probably meant to be; empty if none."""
        return nearest(plain_name(group), self._exclusion)
