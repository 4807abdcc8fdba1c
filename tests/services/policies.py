"""A tenant's policies as a provider would hand them out, and a reader that follows a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.audit.model import Source
from bot.audit.snapshot import Snapshot
from bot.core.facts import AnyTenant
from bot.services.ports import Clock

GROUP = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


def block_all(number: int = 1, *, state: str = "enabled", excluded: Sequence[str] = ()) -> Source:
    """A Conditional Access policy that blocks everybody but these groups."""
    policy: dict[str, Any] = {
        "id": f"44444444-0000-0000-0000-00000000000{number}",
        "displayName": f"CA00{number}: Block everybody",
        "state": state,
        "conditions": {
            "users": {"includeUsers": ["All"], "excludeGroups": list(excluded)},
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    return Source(f"ca00{number}.json", json.dumps(policy, indent=2).encode())


@dataclass
class ScriptedSource:
    """`PolicySource` that hands out what it was given, and remembers whom it was asked for.

    `policies` is what lies at the provider now: change it, and the next reading sees it. `error`
    is raised instead.
    """

    clock: Clock
    policies: list[Source] = field(default_factory=list)
    error: BaseException | None = None
    asked: list[AnyTenant] = field(default_factory=list)
    # Group → members; whoever looks into none of them presumes the accounts to be in ours.
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def reads(self, tenant: AnyTenant) -> bool:
        """Whatever it is asked for."""
        return True

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """What lies there now."""
        self.asked.append(tenant)
        if self.error is not None:
            raise self.error
        read = snapshot_of(tenant, self.clock, self.policies)
        return replace(read, members=self.members, presumed=not self.members)


def snapshot_of(tenant: AnyTenant, clock: Clock, policies: Sequence[Source]) -> Snapshot:
    """Taken now; nobody looked into the group."""
    return Snapshot(tenant.provider, tenant.id, clock.now(), tuple(policies), presumed=True)
