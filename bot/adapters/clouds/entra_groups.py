"""The groups that policies name: how they are kept, and who is in them as far as that decides.

The exclusion group is read in full, with every group nested in it. Of any other group only one
thing decides, whether an emergency account is in it, and the accounts' own memberships say that
in a few calls, through any nesting. A group of which that cannot be said is left out: unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.adapters.clouds.graph import Absent, Graph, Json, Misled, Place
from bot.audit.entra.shape import child, is_guid, text_of, texts_of, value_of
from bot.core.errors import Broken, Problem, Unavailable

PART: Final = "groups.json"
NEEDS = "GroupMember.Read.All"
GONE = "Graph knows no group with this ID: it is deleted, or mistyped. Nobody is in it."
HIDDEN = "Its membership is hidden: an account that does not show up may be in it all the same."
TOO_MANY = "More than {} groups are nested below the exclusion group; the others were not read."
UNREAD = "(other members were not read)"

_PROPERTIES = (
    "id,displayName,groupTypes,securityEnabled,membershipRule,onPremisesSyncEnabled"
    ",isAssignableToRole,isManagementRestricted,deletedDateTime,visibility"
)
# Graph takes at most 15 values in one `in`: https://learn.microsoft.com/graph/filter-query-parameter
_IDS_A_CALL = 15
_NESTED_AT_MOST = 500
_OTHERS_SHOWN = 10

Members = dict[str, tuple[str, ...]]
# Account → the groups it is in, in lower case; None when one account's could not be read.
Memberships = Mapping[str, frozenset[str]] | None


def groups_in(policies: Iterable[Json], sides: Sequence[str]) -> list[str]:
    """The object IDs under `includeGroups` or `excludeGroups`, each once, in order."""
    found: dict[str, str] = {}
    for policy in policies:
        users = child(child(policy, "conditions"), "users")
        for side in sides:
            for group in texts_of(users, side):
                if is_guid(group):
                    found.setdefault(group.casefold(), group)
    return list(found.values())


class Groups:
    """What was read of a tenant's groups. `documents` are for the audit, in a stable order."""

    def __init__(self, graph: Graph, problems: list[Problem]) -> None:
        self._graph = graph
        self._problems = problems
        self._known: dict[str, Json] = {}
        self._gone: set[str] = set()
        self._direct: Members = {}

    @property
    def documents(self) -> list[Json]:
        """The groups as Graph describes them."""
        return [self._known[group] for group in sorted(self._known)]

    async def read_below(self, group: str) -> None:
        """The exact direct members of the exclusion group and of each group nested in it."""
        ahead = [group]
        seen = {group.casefold()}
        while ahead:
            here = ahead.pop(0)
            for nested in await self._read_direct(here):
                if nested.casefold() not in seen and len(seen) > _NESTED_AT_MOST:
                    self._say(group, TOO_MANY.format(_NESTED_AT_MOST))
                    return
                if nested.casefold() not in seen:
                    seen.add(nested.casefold())
                    ahead.append(nested)

    async def _read_direct(self, group: str) -> list[str]:
        """Keep the members of one group, and return those that are groups."""
        place = Place(
            f"v1.0/groups/{group}/members",
            f"the members of group {group}",
            NEEDS,
            {"$select": "id,displayName", "$top": "999"},
        )
        try:
            found = await self._graph.entries(place)
        except Misled:
            raise
        except Absent:
            self._be_gone(group)
            return []
        except (Broken, Unavailable) as error:
            self._say(group, f"{error.reason}.")
            return []
        self._direct[group] = tuple(sorted(text_of(one, "id") for one in found))
        nested = [one for one in found if text_of(one, "@odata.type").endswith(".group")]
        for one in nested:
            # Without its settings yet, and a group all the same.
            self._known.setdefault(text_of(one, "id").casefold(), one)
        return sorted(text_of(one, "id") for one in nested)

    async def describe(self, named: Iterable[str]) -> None:
        """Names and settings of these groups and of those found below the exclusion group."""
        wanted = {group.casefold(): group for group in [*named, *map(_id_of, self.documents)]}
        ids = [wanted[group] for group in sorted(wanted) if group not in self._gone]
        for start in range(0, len(ids), _IDS_A_CALL):
            some = ids[start : start + _IDS_A_CALL]
            listed = ",".join(f"'{group}'" for group in some)
            query = {"$filter": f"id in ({listed})", "$select": _PROPERTIES}
            try:
                found = await self._graph.entries(Place("v1.0/groups", "the groups", NEEDS, query))
            except Misled:
                raise
            except (Broken, Unavailable) as error:
                self._problems.append(Problem(PART, 0, "", f"{error.reason}.", fatal=False))
                return
            self._known |= {_id_of(one).casefold(): _typed(one) for one in found}
            for group in some:
                if group.casefold() not in self._known:
                    self._be_gone(group)

    async def members(
        self, named: Sequence[str], targeted: Sequence[str], memberships: Memberships
    ) -> Members:
        """Group → direct members, where that can be said.

        `named` are all groups of policies, `targeted` those that policies include.
        """
        members = dict(self._direct)
        if memberships is None:
            return members
        done = {group.casefold() for group in members}
        aimed_at = {group.casefold() for group in targeted}
        for group in dict.fromkeys([*named, *map(_id_of, self.documents)]):
            key = group.casefold()
            if key in done:
                continue
            done.add(key)
            inside = tuple(one for one, groups in memberships.items() if key in groups)
            if self._hidden(key) and len(inside) < len(memberships):
                self._say(group, HIDDEN)
                continue
            others = await self._others(group) if inside and key in aimed_at else ()
            members[group] = tuple(dict.fromkeys([*inside, *others]))
        return members

    async def _others(self, group: str) -> tuple[str, ...]:
        """A few of whoever else is in a group, so that it is not taken for the accounts' own."""
        place = Place(
            f"v1.0/groups/{group}/members",
            f"the members of group {group}",
            NEEDS,
            {"$select": "id", "$top": str(_OTHERS_SHOWN)},
        )
        try:
            found = await self._graph.first_page(place)
        except (Broken, Unavailable) as error:
            self._say(group, f"{error.reason}.")
            return (UNREAD,)
        return tuple(sorted(text_of(one, "id") for one in found))

    def _hidden(self, group: str) -> bool:
        return value_of(self._known.get(group, {}), "visibility") == "HiddenMembership"

    def _be_gone(self, group: str) -> None:
        self._gone.add(group.casefold())
        self._known.pop(group.casefold(), None)
        self._direct[group] = ()
        self._say(group, GONE)

    def _say(self, group: str, message: str) -> None:
        self._problems.append(Problem(PART, 0, group, message, fatal=False))


def named_by(policies: Sequence[Json], asked: Iterable[str]) -> Iterator[str]:
    """The groups asked about, and all that policies name."""
    yield from asked
    yield from groups_in(policies, ("includeGroups", "excludeGroups"))


def _id_of(group: Json) -> str:
    return text_of(group, "id")


def _typed(group: Json) -> Json:
    """With the mark by which an audit knows a group, which Graph leaves out in a list of groups."""
    return {"@odata.type": "#microsoft.graph.group", **group}
