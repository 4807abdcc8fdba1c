"""The Conditional Access policies themselves, each as Graph gave it, and whom each can reach.

v1.0 leaves out, without a word, policies that use a preview feature
(https://github.com/microsoft/EntraExporter/issues/35), so what only beta lists is added from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Final

from bot.adapters.clouds.graph import Graph, Json, Misled, Place
from bot.audit.entra.shape import child, text_of, texts_of
from bot.audit.model import Source
from bot.core.errors import Broken, Problem, Unavailable

PART: Final = "policies"
NEEDS = "Policy.Read.All"
_PATH = "identity/conditionalAccess/policies"
_UNSAFE = re.compile(r"[^\w .()\[\]&+-]+")
_LONGEST_NAME = 80

# Administrators who could undo a policy: Global, Privileged Role, Conditional Access and
# Privileged Authentication Administrator.
# https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
_ADMINISTRATORS = {
    "62e90394-69f5-4237-9190-012177145e10",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
}
# All resources, the admin portals, and Azure Service Management.
_BROAD_RESOURCES = {"all", "microsoftadminportals", "797f4846-ba00-4fd7-ba43-dac1f8f63013"}


async def read_policies(graph: Graph, problems: list[Problem]) -> list[Json]:
    """All policies, by name. Errors: Unavailable, Broken, when not even a first page came."""
    policies: list[Json] = []
    await _read_list(graph, Place(f"v1.0/{_PATH}", "the policies", NEEDS), policies, problems)
    known = {text_of(policy, "id").casefold() for policy in policies}
    preview: list[Json] = []
    try:
        place = Place(f"beta/{_PATH}", "the policies with preview features", NEEDS)
        await _read_list(graph, place, preview, problems)
    except Misled:
        raise
    except (Broken, Unavailable) as error:
        message = f"{error.reason}. v1.0 leaves out policies that use a preview feature."
        problems.append(Problem(PART, 0, "", message))
    policies += [one for one in preview if text_of(one, "id").casefold() not in known]
    return sorted(policies, key=lambda one: (name_of(one).casefold(), text_of(one, "id")))


async def _read_list(
    graph: Graph, place: Place, found: list[Json], problems: list[Problem]
) -> None:
    strays = 0
    try:
        async for page in graph.pages(place):
            objects = [entry for entry in page if isinstance(entry, dict)]
            strays += len(page) - len(objects)
            found += objects
    except (Broken, Unavailable) as error:
        if not found or isinstance(error, Misled):
            raise
        message = f"{error.reason}. Only {len(found)} were read; the others are missing."
        problems.append(Problem(PART, 0, "", message))
    if strays:
        problems.append(Problem(PART, 0, "", f"{strays} of the policies are no JSON objects."))


def name_of(policy: Json) -> str:
    """The policy's name as people know it."""
    return text_of(policy, "displayName") or text_of(policy, "id") or "unnamed"


def policy_sources(policies: Iterable[Json]) -> list[Source]:
    """One document each, `policies/CA001 Require MFA.json`; no two names are alike."""
    taken: set[str] = set()
    return [Source(_file_name(policy, taken), written(policy)) for policy in policies]


def written(value: Json) -> bytes:
    """A document as Graph gave it, laid out for people."""
    try:
        return json.dumps(value, indent=2, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=2).encode()


def _file_name(policy: Json, taken: set[str]) -> str:
    stem = _safe(name_of(policy))
    candidates = [stem, f"{stem} {_safe(text_of(policy, 'id'))}"]
    number = 2
    while candidates[0].casefold() in taken:
        candidates = candidates[1:] or [f"{stem} {number}"]
        number += 1
    taken.add(candidates[0].casefold())
    return f"{PART}/{candidates[0]}.json"


def _safe(name: str) -> str:
    return _UNSAFE.sub("-", name)[:_LONGEST_NAME].strip(" .-") or "unnamed"


def is_broad(policy: Json, accounts: Iterable[str], holds: Callable[[str], bool]) -> bool:
    """Whether a policy can reach everybody, or whoever could undo it.

    It covers all users, an administrator's role, an emergency account or a group that `holds` one
    (or may), and guards all resources, the places where policies are edited, or the registration
    of a new key. A policy that is off is broad too.
    """
    conditions = child(policy, "conditions")
    users = child(conditions, "users")
    named = {one.casefold() for one in texts_of(users, "includeUsers")}
    roles = {one.casefold() for one in texts_of(users, "includeRoles")}
    reaches = (
        bool(named & {"all", *[account.casefold() for account in accounts]})
        or bool(roles & {"all", *_ADMINISTRATORS})
        or any(holds(group) for group in texts_of(users, "includeGroups"))
    )
    applications = child(conditions, "applications")
    resources = {one.casefold() for one in texts_of(applications, "includeApplications")}
    actions = {one.casefold() for one in texts_of(applications, "includeUserActions")}
    guards = resources & _BROAD_RESOURCES or "urn:user:registersecurityinfo" in actions
    return reaches and bool(guards)
