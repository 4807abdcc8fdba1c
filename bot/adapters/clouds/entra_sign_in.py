"""A token for Microsoft Graph from whatever the machine may sign in with, and errors in our words.

The vendor's library is an extra and is loaded only here. Its messages are never repeated: they
quote paths and settings. What is shown is the AADSTS code and what to do.
https://learn.microsoft.com/python/api/azure-identity/azure.identity.aio.defaultazurecredential
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from bot.core.errors import Broken, Unavailable

_CODE = re.compile(r"AADSTS\d{4,7}")
_NO_LINE = re.compile(r"(?:Cannot connect|Connection timeout) to host (?!169\.254\.)")
_NOTHING = (
    "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_CERTIFICATE_PATH, or run where a managed"
    " identity or workload identity federation is at hand (docs/live.md)"
)
_HINTS = {
    "AADSTS53003": "A Conditional Access policy for workload identities keeps the app out",
    "AADSTS700016": "The tenant does not know this app: compare AZURE_CLIENT_ID with the tenant",
    "AADSTS700027": "The app does not know this certificate, or it expired: upload the new one",
    "AADSTS7000112": "The app is disabled: enable it under Enterprise applications",
    "AADSTS7000215": "The client secret is wrong: better use a certificate",
    "AADSTS7000222": "The client secret expired: better use a certificate",
    "AADSTS90002": "There is no such tenant: compare tenant_id in the organisation file",
}


class Token(Protocol):
    """What a credential gives."""

    @property
    def token(self) -> str:
        """The bearer token itself."""


class Credential(Protocol):
    """The part of azure-core's `AsyncTokenCredential` that is used."""

    async def get_token(self, *scopes: str, tenant_id: str | None = None) -> Token:
        """A token for one scope, in one tenant."""

    async def close(self) -> None:
        """Let go of connections."""


@asynccontextmanager
async def _credential(given: Credential | None) -> AsyncIterator[Credential]:
    """The one that was given, which stays open; else the vendor's default one."""
    if given is not None:
        yield given
        return
    try:
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Broken(
            "Reading Microsoft Entra needs the package azure-identity",
            "Install it: pip install 'lockout[entra]'",
        ) from error
    # The tenant is named with each request, so one multitenant app can read several.
    async with DefaultAzureCredential(additionally_allowed_tenants=["*"]) as own:
        yield own


async def fetch_token(given: Credential | None, scope: str, tenant_id: str) -> str:
    """A token for the tenant. Errors: Broken (with what to set up), Unavailable."""
    try:
        async with _credential(given) as credential:
            token = (await credential.get_token(scope, tenant_id=tenant_id)).token
    except (Broken, Unavailable):
        raise
    except Exception as error:  # noqa: BLE001 - each way to sign in fails in its own way
        raise _translate(error) from None
    elsewhere = _tenant_of(token)
    if elsewhere and elsewhere.casefold() != tenant_id.casefold():
        raise Broken(
            "The sign-in is for another tenant than the organisation file names",
            "Compare tenant_id there with the tenant of the app or the managed identity",
        )
    return token


def _translate(error: Exception) -> Broken | Unavailable:
    name = type(error).__name__
    kinds = {one.__name__ for one in type(error).__mro__}
    text = str(error)
    code = next(iter(_CODE.findall(text)), "")
    if code:
        hint = _HINTS.get(code, "Look the code up: https://login.microsoftonline.com/error")
        return Broken(f"Microsoft Entra refuses the sign-in ({code})", hint)
    if "ClientAuthenticationError" in kinds:
        if _NO_LINE.search(text):
            return Unavailable("Microsoft Entra cannot be reached for the sign-in")
        return Broken(f"There is no way to sign in to Microsoft Entra ({name})", _NOTHING)
    if "AzureError" in kinds or isinstance(error, (TimeoutError, ConnectionError)):
        return Unavailable(f"Microsoft Entra cannot be reached for the sign-in ({name})")
    return Broken(f"The sign-in to Microsoft Entra is not set up rightly ({name})", _NOTHING)


def _tenant_of(token: str) -> str:
    """The tenant that a token says it is for; empty where it is not to be read.

    A managed identity signs in at home whatever tenant is asked for, and the policies of another
    tenant must not be taken for this one's.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        tenant = claims.get("tid")
    except (IndexError, ValueError, AttributeError, RecursionError, binascii.Error):
        return ""
    return tenant if isinstance(tenant, str) else ""
