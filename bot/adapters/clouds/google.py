"""The live reader for Google: an organization's policies and the groups that they name.

What it reads, with which permissions, and what stays out of reach: docs/live.md. Settings of Google
Workspace (2-Step Verification, Context-Aware Access of its apps) are not among it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from aiohttp import ClientSession, ClientTimeout

from bot.adapters.clouds.google_changes import changes_of, read_entries, texts_in
from bot.adapters.clouds.google_groups import GroupReading
from bot.adapters.clouds.google_http import GoogleApi, Sleep
from bot.adapters.clouds.google_notes import Notes
from bot.adapters.clouds.google_policies import PolicyReading, Read
from bot.adapters.clouds.google_token import Credentials, Tokens
from bot.audit.google.principal import GROUP
from bot.audit.snapshot import Snapshot
from bot.core.errors import Broken, Unavailable
from bot.core.facts import AnyTenant
from bot.core.organisation import GoogleTenant
from bot.services.ports import Clock

_SECONDS = 60.0
ALL_REFUSED = "Grant this program the roles that docs/live.md lists for Google, on the organization"


class GooglePolicySource:
    """`PolicySource` for tenants at Google. Nothing is opened or imported before `read`.

    `endpoints` puts an address in the place of an API's host (`iam.googleapis.com`), `credentials`
    takes the place of those that google-auth finds by itself.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        endpoints: Mapping[str, str] | None = None,
        credentials: Credentials | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._endpoints = dict(endpoints or {})
        self._tokens = Tokens(credentials)
        self._sleep = sleep

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """Everything an audit needs; what could not be read is among the problems.

        Errors: Unavailable, Broken; only when nothing at all could be read.
        """
        if not isinstance(tenant, GoogleTenant):
            raise Broken(f"'{tenant.id}' is no tenant at Google")
        taken_at = self._clock.now()
        # Who cannot sign in is told so once, and not by every list.
        await self._tokens.headers()
        organization = f"organizations/{tenant.organization_id}"
        notes = Notes(organization)
        async with ClientSession(timeout=ClientTimeout(total=_SECONDS)) as session:
            api = GoogleApi(
                session,
                self._tokens,
                self._clock,
                endpoints=self._endpoints,
                sleep=self._sleep,
            )
            policies = await PolicyReading(api, organization, notes).everything()
            if not notes.answered:
                raise _nothing(notes)
            groups = GroupReading(api, notes, [one.email for one in tenant.emergency_accounts])
            members, entries = await asyncio.gather(
                groups.members(_groups_in(policies), tenant.group.id),
                read_entries(api, organization, notes, taken_at),
            )
        return Snapshot(
            provider="google",
            tenant=tenant.id,
            taken_at=taken_at,
            sources=tuple(policy.source for policy in policies),
            changes=changes_of(policies, entries),
            members=members,
            problems=tuple(notes.problems()),
        )


def _groups_in(policies: Iterable[Read]) -> set[str]:
    """Every group that a policy names; access bindings name theirs by ID."""
    found = set()
    for policy in policies:
        key = policy.raw.get("groupKey")
        if isinstance(key, str):
            found.add(key)
        found.update(text for text in texts_in(policy.raw) if text.startswith(GROUP))
    return found


def _nothing(notes: Notes) -> Broken | Unavailable:
    """The error of a reading that read nothing: passing where any part of it may pass."""
    passing = [one for one in notes.errors if isinstance(one, Unavailable)]
    if passing:
        waits = [one.retry_after for one in passing if one.retry_after is not None]
        return Unavailable("Google does not answer now", max(waits, default=None))
    why = next(iter(notes.problems())).message
    return Broken(f"Google lets this program read nothing of {notes.about}: {why}", ALL_REFUSED)
