"""Who is in the groups that policies name, through the Cloud Identity Groups API.

Memberships are listed group by group, which every edition allows, and nested groups are followed.
Google's transitive questions are for some editions only, so one of them is asked just where a group
is too large to be listed. A group that cannot be read is left out: unknown, not empty.
https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

from bot.adapters.clouds.google_http import GROUPS, GoogleApi, Json
from bot.adapters.clouds.google_notes import Notes, Wanted
from bot.audit.google.membership import plain_name
from bot.core.errors import Broken, Unavailable

MEMBERS = Wanted(
    "members of groups",
    GROUPS,
    "to read groups and their members",
    "an admin role of the Google Admin console with it",
    hides=False,
)
MOST_GROUPS = 2_000
MOST_PAGES = 20
TOO_LARGE = (
    "more members than are listed here, and whether an account is among them is told only to Google"
    " Workspace Enterprise Standard or Plus, Enterprise for Education and Cloud Identity Premium."
)
OTHERS = "more members than are listed here; only the emergency accounts were looked up in it."
_PEOPLE = ("USER", "SERVICE_ACCOUNT", "SHARED_DRIVE", "CBCM_BROWSER")


class GroupReading:
    """One reading. Of most groups only `accounts` (addresses) and nested groups are kept."""

    def __init__(self, api: GoogleApi, notes: Notes, accounts: Iterable[str]) -> None:
        self._api = api
        self._notes = notes
        self._accounts = sorted({account.casefold() for account in accounts})

    async def members(self, named: Iterable[str], exclusion: str) -> dict[str, tuple[str, ...]]:
        """Group, by address or ID as policies name it → direct members, nested ones as `group:…`.

        Of the group `exclusion` every member is kept.
        """
        known: dict[str, tuple[str, ...]] = {}
        all_of = plain_name(exclusion)
        ahead = {plain_name(one) for one in (*named, *filter(None, [exclusion]))}
        seen: set[str] = set()
        while ahead:
            wave = sorted(ahead)[: MOST_GROUPS - len(seen)]
            seen.update(wave)
            found = await asyncio.gather(*(self._direct(one, every=one == all_of) for one in wave))
            listed = {
                group: members
                for group, members in zip(wave, found, strict=True)
                if members is not None
            }
            known |= listed
            nested = {
                plain_name(one)
                for members in listed.values()
                for one in members
                if one.startswith("group:")
            }
            ahead = (
                {one for one in nested - seen if "@" in one} if len(seen) < MOST_GROUPS else set()
            )
        return dict(sorted(known.items()))

    async def _direct(self, group: str, *, every: bool) -> tuple[str, ...] | None:
        try:
            name = await self._name_of(group)
            listed = await self._listed(name)
        except (Broken, Unavailable) as error:
            self._notes.failed(MEMBERS, group, error)
            return None
        if listed is None:
            return await self._asked(name, group, every=every)
        members = dict.fromkeys(map(_member, listed))
        kept = (
            one for one in members if every or one.startswith("group:") or one in self._accounts
        )
        return tuple(sorted(kept))

    async def _name_of(self, group: str) -> str:
        """`groups/ID`. Access bindings name groups by that ID, other policies by address."""
        if "@" not in group:
            return f"groups/{quote(group, safe='')}"
        found = await self._api.get(GROUPS, "v1/groups:lookup", **{"groupKey.id": group})
        return f"groups/{quote(str(found.get('name')).removeprefix('groups/'), safe='')}"

    async def _listed(self, name: str) -> list[Json] | None:
        """Its memberships; None when there are too many."""
        found: list[Json] = []
        number = 0
        path = f"v1/{name}/memberships"
        async for page in self._api.pages(GROUPS, path, "memberships", view="FULL", pageSize="500"):
            if number == MOST_PAGES:
                return None
            found += page
            number += 1
        return found

    async def _asked(self, name: str, group: str, *, every: bool) -> tuple[str, ...] | None:
        """Which accounts are in it, directly or not.

        https://cloud.google.com/identity/docs/reference/rest/v1/groups.memberships/checkTransitiveMembership
        """
        path = f"v1/{name}/memberships:checkTransitiveMembership"
        inside = []
        for account in self._accounts:
            wanted = account.replace("\\", "\\\\").replace("'", "\\'")
            try:
                said = await self._api.get(GROUPS, path, query=f"member_key_id == '{wanted}'")
            except (Broken, Unavailable):
                self._notes.missed(MEMBERS, group, TOO_LARGE)
                return None
            if said.get("hasMembership") is True:
                inside.append(account)
        if every:
            self._notes.missed(MEMBERS, group, OTHERS)
        return tuple(inside)


def _member(raw: Json) -> str:
    """A member's address; what is a group, or may hold others, in the form of a group."""
    key = raw.get("preferredMemberKey")
    name = str(key.get("id", "")).casefold() if isinstance(key, dict) else ""
    person = raw.get("type") in _PEOPLE or (raw.get("type") == "OTHER" and "@" in name)
    return name if person else f"group:{name}"
