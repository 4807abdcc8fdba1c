"""Which groups an account is in, through any nesting, and where nobody said.

Conditional Access applies groups to nested members. One walk upwards for each account and one for
all groups of which nothing is known answer every later question at once, so that thousands of
nested groups, cycles among them and diamonds cost one visit each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.audit.model import Question
from bot.audit.nesting import Nesting


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an account is in a group. None: cannot be said, for want of `missing`'s members."""

    member: bool | None
    missing: str = ""


class Membership:
    """What `Question.members` and `Question.groups` say, looked up by group and account.

    A member is taken for a group if `members` lists it, or if it is among `named` (what policies
    and group files call a group); any other is an account. A group that is named and not listed
    is unknown, not empty; an exclusion group that is not listed holds every account asked about,
    unless the question presumes nothing. A group that is `gone` (deleted) holds nobody, whatever
    is listed.
    """

    def __init__(self, question: Question, named: Iterable[str], gone: Iterable[str] = ()) -> None:
        listed = question.members or {}
        accounts = {account.casefold() for account in question.accounts}
        self.groups = {group.casefold() for group in question.groups}
        self.direct: Mapping[str, tuple[str, ...]] = {
            group.casefold(): tuple([member.casefold() for member in members])
            for group, members in listed.items()
        }
        self.gone = frozenset(group.casefold() for group in gone)
        self.direct = {**self.direct, **dict.fromkeys(self.gone, ())}
        self._written = {group.casefold(): group for group in listed}
        self._written |= {
            name.casefold(): name for name in named if name.casefold() not in accounts
        }
        self._nesting = Nesting(self.direct)
        assumed = self.groups - self.direct.keys() if question.presumed else set()
        self._of_account = {
            account: self._nesting.upwards([*self._nesting.parents_of(account), *assumed])
            for account in accounts
        }
        unlisted = self._written.keys() - self.direct.keys() - assumed
        self._doubtful = self._nesting.upwards(sorted(unlisted))

    def is_in(self, account: str, group: str) -> Answer:
        """Whether an account asked about is in a group that a policy names."""
        wanted = group.casefold()
        if wanted in self._of_account[account.casefold()]:
            return Answer(member=True)
        # Somebody wrote an account where groups stand: Entra finds no such group.
        if wanted in self._of_account:
            return Answer(member=False)
        if wanted in self._doubtful:
            return Answer(None, self._written[self._doubtful[wanted]])
        if wanted in self.direct:
            return Answer(member=False)
        return Answer(None, group)

    def members_of(self, group: str) -> tuple[set[str], set[str]]:
        """The accounts in a listed group, through any nesting, and the groups nested in it.

        In lower case. What an unknown nested group holds is not among them.
        """
        accounts: set[str] = set()
        nested: set[str] = set()
        ahead = [group.casefold()]
        while ahead:
            for member in self.direct.get(ahead.pop(), ()):
                if not self.is_group(member):
                    accounts.add(member)
                elif member not in nested:
                    nested.add(member)
                    ahead.append(member)
        return accounts, nested

    def is_group(self, member: str) -> bool:
        """Whether an ID in lower case is known to be a group's."""
        return member in self.direct or member in self._written or member in self.groups

    def groups_around(self, group: str) -> Mapping[str, str]:
        """A group, and the groups it is nested in, in lower case."""
        return self._nesting.upwards([group.casefold()])
