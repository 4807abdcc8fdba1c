"""`PolicySource` for every tenant: the provider's own reader, loaded when it is first needed.

Each reader brings the vendor's library, which is an extra and costs a cold start. Who never reads a
provider needs none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from bot.audit.snapshot import Snapshot
from bot.core.errors import Broken
from bot.core.events import Provider
from bot.core.facts import PROVIDER_NAMES, AnyTenant
from bot.services.ports import Clock

READERS: Mapping[Provider, tuple[str, str]] = {
    "entra": ("bot.adapters.clouds.entra", "EntraPolicySource"),
    "aws": ("bot.adapters.clouds.aws", "AwsPolicySource"),
    "google": ("bot.adapters.clouds.google", "GooglePolicySource"),
}
LIBRARIES: Mapping[Provider, str] = {
    "entra": "azure.identity",
    "aws": "boto3",
    "google": "google.auth",
}


class Reader(Protocol):
    """What a provider's own module has; see `PolicySource.read`."""

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """Errors: Unavailable, Broken."""


class PolicySourceByProvider:
    """One reader a provider, kept for all of its tenants."""

    def __init__(self, clock: Clock, readers: Mapping[Provider, tuple[str, str]] = READERS) -> None:
        self._clock = clock
        self._readers = readers
        self._opened: dict[Provider, Reader] = {}

    def reads(self, tenant: AnyTenant) -> bool:
        """Whether the vendor's library is installed here."""
        return _is_installed(LIBRARIES[tenant.provider])

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """As the provider's reader does it. Errors: Unavailable, Broken."""
        provider = tenant.provider
        if provider not in self._opened:
            # A vendor's library takes a second to import; others are served meanwhile.
            self._opened[provider] = await asyncio.to_thread(self._open, provider)
        return await self._opened[provider].read(tenant)

    def _open(self, provider: Provider) -> Reader:
        module, name = self._readers[provider]
        try:
            source: Reader = getattr(import_module(module), name)(self._clock)
        except (ImportError, AttributeError) as error:
            missing = getattr(error, "name", None) or module
            raise Broken(
                f"{PROVIDER_NAMES[provider]} cannot be read here: {missing} is not installed",
                f"Install it: pip install 'lockout[{provider}]'. "
                "Without it, name exported files: lockout snapshot TENANT PATH",
            ) from error
        return source


@cache
def _is_installed(library: str) -> bool:
    """Looked for once: it is asked at every press."""
    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:
        return False
