"""A tenant whose policies change as a test says, and who reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.memory import FixedClock, MemorySnapshotStore
from bot.audit.model import Source
from bot.audit.snapshot import Change, Snapshot, newest_first
from bot.core.facts import AnyTenant
from bot.core.organisation import SnapshotSettings
from bot.services.desk import Desk
from tests.services.desks import make_desk

GROUP = "22222222-0000-0000-0000-000000000001"
FIRST_ACCOUNT = "33333333-0000-0000-0000-000000000001"


def policy(number: int = 1, *, block: bool = True, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """A Conditional Access policy for everybody; one that does not block leaves our group out."""
    users: dict[str, Any] = {"includeUsers": ["All"], "excludeGroups": [] if block else [GROUP]}
    return {
        "id": f"44444444-0000-0000-0000-{number:012}",
        "displayName": f"CA{number:03}: Block everybody",
        "state": "enabled",
        "modifiedDateTime": "2026-11-22T01:40:00Z",
        "conditions": {
            "users": users,
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        **changes,
    }


def snapshot(at: datetime, *policies: dict[str, Any], by: str = "pipeline") -> Snapshot:
    """What a reader makes of these policies; the last one changed last."""
    changes = [
        Change(one["id"], one["displayName"], at - timedelta(hours=len(policies) - number), by)
        for number, one in enumerate(policies)
    ]
    sources = tuple(
        Source(f"policies/{one['id']}.json", json.dumps(one, indent=2).encode()) for one in policies
    )
    return Snapshot("entra", "entra-example", at, sources, newest_first(changes), presumed=True)


@dataclass
class ScriptedSource:
    """`PolicySource` that reads `policies`, or fails with the next of `errors`."""

    clock: FixedClock
    policies: Sequence[dict[str, Any]] = ()
    errors: list[Exception] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reads(self, tenant: AnyTenant) -> bool:
        """Whatever it is asked for."""
        return True

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """As of now."""
        self.asked.append(tenant.id)
        if self.errors:
            raise self.errors.pop(0)
        read = snapshot(self.clock.now(), *self.policies)
        return replace(read, tenant=tenant.id, **self.more)


def watching_desk(*policies: dict[str, Any]) -> tuple[Desk, MemorySnapshotStore, ScriptedSource]:
    """A desk that reads one tenant every quarter of an hour."""
    desk = make_desk()
    assert isinstance(desk.clock, FixedClock)
    store, source = MemorySnapshotStore(), ScriptedSource(desk.clock, policies)
    desk.snapshots, desk.source, desk.posting = store, source, True
    watched = {"snapshots": SnapshotSettings(tenants=("entra-example",))}
    desk.organisation = desk.organisation.model_copy(update=watched)
    return desk, store, source
