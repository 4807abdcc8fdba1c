"""Access tokens for Google's APIs, by google-auth and in a thread; never shown to anybody.

google-auth is imported here and nowhere else, and only when a token is first needed: it is the
extra `lockout[google]`. https://googleapis.dev/python/google-auth/latest/
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from bot.core.errors import Broken, Unavailable

# IAM, organization policies and Access Context Manager take no narrower scope, not even for
# reading; what this reader may do is bounded by its roles.
# https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies
SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/cloud-identity.groups.readonly",
)
NOT_INSTALLED = "Google is not read: the extra that reads it is not installed"
INSTALL = "Install lockout[google]"
_SIGN_IN = (
    "Give this program a service account with the roles of docs/live.md, by workload identity or"
    " GOOGLE_APPLICATION_CREDENTIALS"
)

T = TypeVar("T")


class Credentials(Protocol):
    """What is used of google-auth's credentials. `refresh` blocks and may raise."""

    @property
    def token(self) -> str | None:
        """The access token, None before the first refresh."""

    @property
    def valid(self) -> bool:
        """Whether there is a token that has not run out."""

    def refresh(self, request: Any) -> None:  # noqa: ANN401 - google-auth's own transport
        """Fetch a new token."""


class Tokens:
    """A token that holds, fetched when it is needed; safe for many tasks at once."""

    def __init__(self, credentials: Credentials | None = None) -> None:
        self._credentials = credentials
        self._turn = asyncio.Lock()

    async def headers(self, *, refused: str = "") -> dict[str, str]:
        """What a request must carry. `refused` is the header that a 401 came back for.

        Errors: Broken (no extra, nobody to sign in as, sign-in refused), Unavailable.
        """
        async with self._turn:
            if self._credentials is None:
                self._credentials = await asyncio.to_thread(_translated, _default)
            credentials = self._credentials
            if not credentials.valid or refused == f"Bearer {credentials.token}":
                await asyncio.to_thread(_translated, lambda: _refresh(credentials))
        headers = {"Authorization": f"Bearer {credentials.token}"}
        project = getattr(credentials, "quota_project_id", None)
        return {**headers, "x-goog-user-project": project} if project else headers


def _translated(work: Callable[[], T]) -> T:
    """Run it; what google-auth raises becomes ours, without its text, which may hold secrets."""
    try:
        from google.auth import exceptions  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise Broken(NOT_INSTALLED, INSTALL) from None
    try:
        return work()
    except ImportError:
        raise Broken(NOT_INSTALLED, INSTALL) from None
    except exceptions.DefaultCredentialsError:
        raise Broken("Google is not read: no credentials were found here", _SIGN_IN) from None
    except exceptions.GoogleAuthError as error:
        if error.retryable or isinstance(error, exceptions.TransportError):
            raise Unavailable("Google gives no access token now") from None
        raise Broken("Google refuses to sign this program in", _SIGN_IN) from None
    except OSError:
        raise Unavailable("Google gives no access token now") from None


def _default() -> Credentials:
    import google.auth  # noqa: PLC0415 - see above

    found, _ = google.auth.default(scopes=SCOPES)
    credentials: Credentials = found
    return credentials


def _refresh(credentials: Credentials) -> None:
    from google.auth.transport.requests import Request  # noqa: PLC0415 - see above

    credentials.refresh(Request())
