"""Every policy of an organization that can keep somebody out, as Google writes it.

Folders and projects are found by Resource Manager's search, which shows only what one may see.
Organization policies, access policies, boundaries and their bindings are those of the organization
itself. A list that broke off keeps what came before, except where half a list would mislead.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from bot.adapters.clouds.google_http import CONSTRAINTS, IAM, LEVELS, RESOURCES, GoogleApi, Json
from bot.adapters.clouds.google_notes import Notes, Wanted
from bot.audit.google.parse import Kind
from bot.audit.model import Source
from bot.core.errors import Broken, Unavailable

_DENY_ROLE = "roles/iam.denyReviewer"
_BROWSER = "roles/browser"
DENY = Wanted("deny policies", IAM, "iam.denypolicies.list", _DENY_ROLE)
DENY_RULES = Wanted("rules of deny policies", IAM, "iam.denypolicies.get", _DENY_ROLE)
FOLDERS = Wanted("folders", RESOURCES, "resourcemanager.folders.get", _BROWSER)
PROJECTS = Wanted("projects", RESOURCES, "resourcemanager.projects.get", _BROWSER)
ACCESS = Wanted(
    "access policies", IAM, "iam.accesspolicies.list", "a role of your own with this permission"
)
BOUNDARIES = Wanted(
    "principal access boundaries",
    IAM,
    "iam.principalaccessboundarypolicies.list",
    "roles/iam.principalAccessBoundaryViewer",
)
BINDINGS = Wanted(
    "policy bindings", IAM, "iam.policybindings.list", "a role of your own with this permission"
)
_ACM_ROLE = "roles/accesscontextmanager.policyReader"
LEVEL_SETS = Wanted("access levels", LEVELS, "accesscontextmanager.policies.list", _ACM_ROLE)
ACCESS_LEVELS = Wanted("access levels", LEVELS, "accesscontextmanager.accessLevels.list", _ACM_ROLE)
USER_ACCESS = Wanted(
    "access bindings",
    LEVELS,
    "accesscontextmanager.gcpUserAccessBindings.list",
    "roles/accesscontextmanager.gcpAccessReader",
)
ORGANIZATION = Wanted(
    "organization policies", CONSTRAINTS, "orgpolicy.policies.list", "roles/orgpolicy.policyViewer"
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._~/-]|\.\.")
# Not offered to everybody yet, so that an answer of this kind hides nothing.
_NOT_OFFERED = ("NOT_FOUND", "UNIMPLEMENTED", "HTTP 404")


@dataclass(frozen=True, slots=True)
class Read:
    """One policy. `name` is its resource name, `source` the same as a file."""

    kind: Kind
    name: str
    raw: Json
    source: Source


class PolicyReading:
    """One reading of one organization, `organizations/NUMBER`."""

    def __init__(self, api: GoogleApi, organization: str, notes: Notes) -> None:
        self._api = api
        self._organization = organization
        self._notes = notes

    async def everything(self) -> list[Read]:
        """The policies of every kind, in a stable order; what was not read is in the notes."""
        found = await asyncio.gather(
            self._deny(), self._access(), self._boundaries(), self._levels(), self._others()
        )
        return [one for several in found for one in several]

    async def _deny(self) -> list[Read]:
        places = await self._places()
        found = await asyncio.gather(*map(self._denied_at, places))
        return [one for several in found for one in several]

    async def _places(self) -> list[str]:
        """The organization, and what is known to be in it or not known to be elsewhere."""
        folders, projects = await asyncio.gather(
            self._list(FOLDERS, "v3/folders:search", "folders", query="state:ACTIVE"),
            self._list(PROJECTS, "v3/projects:search", "projects", query="state:ACTIVE"),
        )
        parents = {str(one.get("name")): str(one.get("parent")) for one in (*folders, *projects)}
        inside = [one for one in sorted(parents) if self._is_inside(one, parents)]
        return [self._organization, *inside]

    def _is_inside(self, place: str, parents: dict[str, str]) -> bool:
        seen: set[str] = set()
        while place in parents and place not in seen:
            seen.add(place)
            place = parents[place]
        # A chain that ends at a folder ends there because we may not see that folder.
        return place == self._organization or place.startswith("folders/")

    async def _denied_at(self, place: str) -> list[Read]:
        # https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies: rules are
        # omitted from the list, so each policy is read by itself.
        parent = f"policies/{quote(f'{RESOURCES}/{place}', safe='')}/denypolicies"
        listed = await self._list(DENY, f"v2/{parent}", "policies", place=place)
        whole = await asyncio.gather(
            *(self._whole(DENY_RULES, "v2", parent, one) for one in listed)
        )
        return _read("deny", whole)

    async def _access(self) -> list[Read]:
        # Listing is documented for v3beta alone:
        # https://cloud.google.com/iam/docs/reference/rest/v3beta/organizations.locations.accessPolicies/list
        return _read("access", await self._in_iam(ACCESS, "v3beta", "accessPolicies"))

    async def _boundaries(self) -> list[Read]:
        boundaries, bindings = await asyncio.gather(
            self._in_iam(BOUNDARIES, "v3", "principalAccessBoundaryPolicies"),
            self._in_iam(BINDINGS, "v3", "policyBindings"),
        )
        return [*_read("boundary", boundaries), *_read("binding", bindings)]

    async def _in_iam(self, wanted: Wanted, version: str, field: str) -> list[Json]:
        parent = f"{self._organization}/locations/global/{field}"
        listed = await self._list(wanted, f"{version}/{parent}", field, pageSize="1000")
        if wanted is BINDINGS:
            return listed
        bare = [one for one in listed if "details" not in one]
        whole = await asyncio.gather(*(self._whole(wanted, version, parent, one) for one in bare))
        return [*(one for one in listed if "details" in one), *filter(None, whole)]

    async def _levels(self) -> list[Read]:
        sets = await self._list(
            LEVEL_SETS, "v1/accessPolicies", "accessPolicies", parent=self._organization
        )
        numbers = [str(one.get("name")).removeprefix("accessPolicies/") for one in sets]
        found = await asyncio.gather(
            *(
                # Of half a list, a level that is missing would look as if it had been deleted.
                self._list(
                    ACCESS_LEVELS,
                    f"v1/accessPolicies/{quote(number, safe='')}/accessLevels",
                    "accessLevels",
                    place=f"accessPolicies/{number}",
                    whole=True,
                )
                for number in numbers
            )
        )
        return _read("level", [one for several in found for one in several])

    async def _others(self) -> list[Read]:
        bindings, policies = await asyncio.gather(
            self._list(
                USER_ACCESS,
                f"v1/{self._organization}/gcpUserAccessBindings",
                "gcpUserAccessBindings",
            ),
            self._list(ORGANIZATION, f"v2/{self._organization}/policies", "policies"),
        )
        return [*_read("user_access", bindings), *_read("organization", policies)]

    async def _list(
        self,
        wanted: Wanted,
        path: str,
        field: str,
        *,
        place: str = "",
        whole: bool = False,
        **query: str,
    ) -> list[Json]:
        """All pages; those before an error, or with `whole` none of them."""
        found: list[Json] = []
        try:
            async for page in self._api.pages(wanted.host, path, field, **query):
                found += page
        except (Broken, Unavailable) as error:
            if wanted is not ACCESS or getattr(error, "status", "") not in _NOT_OFFERED:
                self._notes.failed(wanted, place or self._organization, error)
            return [] if whole else found
        self._notes.answered += 1
        return found

    async def _whole(self, wanted: Wanted, version: str, parent: str, listed: Json) -> Json | None:
        last = str(listed.get("name")).rpartition("/")[2]
        try:
            return await self._api.get(wanted.host, f"{version}/{parent}/{quote(last, safe='')}")
        except (Broken, Unavailable) as error:
            self._notes.failed(wanted, unquote(f"{parent}/{last}"), error)
            return None


def _read(kind: Kind, found: Iterable[Json | None]) -> list[Read]:
    """In the order of their names."""
    policies = [(str(raw.get("name", "")), raw) for raw in found if raw is not None]
    return [
        Read(kind, name, raw, Source(f"{kind}/{_file_of(name)}.json", _bytes_of(raw)))
        for name, raw in sorted(policies, key=lambda pair: pair[0])
    ]


def _file_of(name: str) -> str:
    return _UNSAFE.sub("-", unquote(name))


def _bytes_of(raw: Json) -> bytes:
    """Laid out, so that a diff of it can be read."""
    try:
        return json.dumps(raw, indent=2, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(raw, indent=2).encode()
