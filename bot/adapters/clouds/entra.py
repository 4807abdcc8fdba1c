"""`PolicySource` for Microsoft Entra: one reading of a tenant over Microsoft Graph.

What could not be read is said and the rest is kept; only without any policy is the whole reading
an error. Which permissions it needs, and what is missing without each: docs/live.md.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.adapters.clouds.entra_accounts import read_memberships, read_methods
from bot.adapters.clouds.entra_changes import changes_of, read_log
from bot.adapters.clouds.entra_groups import Groups, groups_in, named_by
from bot.adapters.clouds.entra_policies import (
    NEEDS,
    is_broad,
    policy_sources,
    read_policies,
    written,
)
from bot.adapters.clouds.entra_sign_in import Credential, fetch_token
from bot.adapters.clouds.graph import Graph, Json, Misled, Place, Sleep, open_graph
from bot.audit.entra.shape import text_of
from bot.audit.model import Source
from bot.audit.snapshot import Snapshot
from bot.core.errors import Broken, Problem, Unavailable
from bot.core.facts import AnyTenant
from bot.core.organisation import EntraTenant
from bot.services.ports import Clock

_STRENGTHS = Place(
    "v1.0/policies/authenticationStrengthPolicies", "the authentication strengths", NEEDS
)


class EntraPolicySource:
    """Reads with GET alone. `credential` is azure-identity's default one unless given.

    `base_url` is Graph's address, another one in a national cloud. Nothing is opened before
    `read`, and nothing stays open after it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        base_url: str = "https://graph.microsoft.com",
        credential: Credential | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._base_url = base_url.rstrip("/")
        self._credential = credential
        self._sleep = sleep

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """See `PolicySource`. Errors: Unavailable, Broken."""
        if not isinstance(tenant, EntraTenant):
            raise Broken(f"{tenant.id} is no tenant of Microsoft Entra")
        taken_at = self._clock.now()
        scope = f"{self._base_url}/.default"
        token = await fetch_token(self._credential, scope, tenant.tenant_id)
        async with open_graph(self._base_url, token, self._sleep) as graph:
            return await _Reading(graph, tenant, taken_at).snapshot()


@dataclass(slots=True)
class _Reading:
    """One reading of one tenant."""

    graph: Graph
    tenant: EntraTenant
    taken_at: datetime
    problems: list[Problem] = field(default_factory=list)

    async def snapshot(self) -> Snapshot:
        policies = await read_policies(self.graph, self.problems)
        strengths = await self._strengths()
        ids = [account.object_id for account in self.tenant.emergency_accounts]
        memberships = await read_memberships(self.graph, ids, self.problems)
        groups = Groups(self.graph, self.problems)
        asked = [self.tenant.group.id] if self.tenant.group.id else []
        for group in asked:
            await groups.read_below(group)
        named = list(named_by(policies, asked))
        await groups.describe(named)
        targeted = groups_in(policies, ("includeGroups",))
        members = await groups.members(named, targeted, memberships)
        listed = {group.casefold(): bool(inside) for group, inside in members.items()}

        def broad(policy: Json) -> bool:
            return is_broad(policy, ids, lambda group: listed.get(group.casefold(), True))

        methods = await read_methods(self.graph, self.tenant.emergency_accounts, self.problems)
        log = await read_log(self.graph, self.problems)
        return Snapshot(
            provider="entra",
            tenant=self.tenant.id,
            taken_at=self.taken_at,
            sources=(
                *policy_sources(policies),
                *_beside("strengths.json", strengths),
                *_beside("groups.json", groups.documents),
            ),
            changes=changes_of(policies, log, broad),
            members=members,
            methods=methods,
            problems=tuple(self.problems),
        )

    async def _strengths(self) -> list[Json]:
        """The tenant's own ones; the built-in ones are the same everywhere."""
        try:
            found = await self.graph.entries(_STRENGTHS)
        except Misled:
            raise
        except (Broken, Unavailable) as error:
            message = f"{error.reason}. Which methods one allows is taken from the policies."
            self.problems.append(Problem("strengths.json", 0, "", message, fatal=False))
            return []
        own = [one for one in found if text_of(one, "policyType") != "builtIn"]
        return sorted(own, key=lambda one: text_of(one, "id"))


def _beside(name: str, objects: list[Json]) -> list[Source]:
    """What lies beside the policies, as one document in the form of Graph's own lists."""
    return [Source(name, written({"value": objects}))] if objects else []
