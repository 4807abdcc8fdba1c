"""The organisation file with the policies of the newest snapshots: what forms and tickets offer.

Kept in memory and put onto the desk, since nobody may wait for a database to see a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.audit.snapshot import Change
from bot.core.facts import AnyTenant
from bot.core.organisation import KnownPolicy, Organisation
from bot.core.secrets import find_secrets
from bot.core.wording import plain_line
from bot.services.desk import Desk

LONGEST = 200
WITHHELD = "(not shown: it looks like a credential)"


@dataclass(frozen=True, slots=True)
class Seen:
    """The policies of a tenant as they were read at a moment (UTC)."""

    at: datetime
    changes: tuple[Change, ...]


def with_policies(organisation: Organisation, seen: Mapping[str, Seen]) -> Organisation:
    """The organisation, its tenants' policies taken from what was seen of them, by short name."""
    tenants = tuple(
        _with_seen(tenant, seen[tenant.id]) if tenant.id in seen else tenant
        for tenant in organisation.tenants
    )
    return organisation.model_copy(update={"tenants": tenants})


def _with_seen(tenant: AnyTenant, seen: Seen) -> AnyTenant:
    """A reading that found no policy at all says nothing about those in the file."""
    if not seen.changes:
        return tenant
    written = {policy.id: policy for policy in tenant.policies}
    read = {change.policy_id: _known(change, written) for change in seen.changes}
    # Gone, or not readable: they stay, behind all that are known to be there.
    behind = [
        policy.model_copy(update={"changed_at": None})
        for policy in tenant.policies
        if policy.id not in read
    ]
    policies = (*read.values(), *behind)
    return tenant.model_copy(update={"policies": policies, "policies_as_of": seen.at})


def _known(change: Change, written: Mapping[str, KnownPolicy]) -> KnownPolicy:
    """What the provider says; where it says nothing, what the file says."""
    old = written.get(change.policy_id)
    name, by = plain_line(change.name)[:LONGEST], plain_line(change.by)[:LONGEST]
    # Whoever named a policy after a password shall not see it in a ticket.
    return KnownPolicy(
        id=_shown(change.policy_id),
        name=_shown(name) or _shown(change.policy_id),
        changed_at=change.at or (old.changed_at if old else None),
        changed_by=_shown(by) or (old.changed_by if old else ""),
        broad=change.broad,
    )


def _shown(text: str) -> str:
    return WITHHELD if any(find_secrets(text)) else text


class KnownPolicies:
    """Keeps `desk.organisation` as new as the snapshots are; says nothing to anybody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._written = desk.organisation
        self._seen: dict[str, Seen] = {}
        self._digests: dict[str, str] = {}

    async def refresh(self) -> None:
        """What changed since the last look; quick when nothing did. Errors: Unavailable."""
        store = self._desk.snapshots
        if store is None:
            return
        for head in await store.heads():
            seen = self._seen.get(head.tenant)
            if seen is None or self._digests.get(head.tenant) != head.digest:
                newest = await store.newest(head.tenant)
                if newest is None:
                    continue
                seen = Seen(newest.taken_at, newest.changes)
                self._digests[head.tenant] = head.digest
            self._seen[head.tenant] = Seen(head.taken_at, seen.changes)
        self._desk.organisation = with_policies(self._written, self._seen)
