"""Microsoft Graph as far as a reader needs it: GET, page after page, with bounded patience.

Nothing here can write: there is one verb. The token goes to one origin, over TLS, and is in no
error: a next page elsewhere is refused, redirects are not followed, and of what Graph says only
its status and error code are repeated.
https://learn.microsoft.com/graph/throttling · https://learn.microsoft.com/graph/paging
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.core.errors import Broken, Unavailable

Json = dict[str, Any]
Sleep = Callable[[float], Awaitable[object]]

TIMEOUT_SECONDS = 30
# Seconds before the second, third and fourth attempt, where Graph names none.
PATIENCE = (1.0, 4.0, 16.0)
# In all, for one reading: a tenant that is throttled longer is read at the next turn.
LONGEST_WAIT_SECONDS = 300.0
_LARGEST_ANSWER = 64 * 1024 * 1024
_MOST_PAGES = 2000
_PASSING = {429, 500, 502, 503, 504}
_CODE = re.compile(r"[A-Za-z][\w.]{0,79}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Denied(Broken):
    """Graph refuses (403): a permission or a licence is missing."""


class Absent(Broken):
    """Graph knows nothing under this ID (404)."""


class Misled(Broken):
    """Graph points to another place, where no token may go. Nothing more of it is believed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something to read. `needs` is the application permission for it, `what` names it."""

    path: str
    what: str
    needs: str
    query: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    document: object
    retry_after: float | None

    @property
    def code(self) -> str:
        """Graph's error code; empty where it gives none that can be shown."""
        error = self.document.get("error") if isinstance(self.document, dict) else None
        code = error.get("code") if isinstance(error, dict) else None
        return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


class Graph:
    """One tenant's Graph for one reading. Errors of all methods: Unavailable, Broken."""

    def __init__(self, session: aiohttp.ClientSession, base_url: URL, sleep: Sleep) -> None:
        self._session = session
        self._base = base_url
        self._sleep = sleep
        self._left = LONGEST_WAIT_SECONDS

    async def pages(self, place: Place) -> AsyncGenerator[list[Any], None]:
        """The entries of a list, one page at a time. A broken page ends it with its error."""
        url = self._base.join(URL(f"/{place.path}")).update_query(place.query or {})
        seen: set[URL] = set()
        while url not in seen and len(seen) < _MOST_PAGES:
            seen.add(url)
            document = await self._read(url, place)
            entries = document.get("value")
            if not isinstance(entries, list):
                raise Broken(f"Graph's answer to {place.what} is no list")
            yield entries
            following = document.get("@odata.nextLink")
            if not following:
                return
            url = self._next(following, place)
        raise Broken(f"Graph's pages of {place.what} go round in circles")

    async def entries(self, place: Place) -> list[Json]:
        """All objects of a list."""
        return [
            entry async for page in self.pages(place) for entry in page if isinstance(entry, dict)
        ]

    async def first_page(self, place: Place) -> list[Json]:
        """The objects of a list's first page."""
        pages = self.pages(place)
        try:
            page = await anext(pages)
        finally:
            await pages.aclose()
        return [entry for entry in page if isinstance(entry, dict)]

    def _next(self, following: object, place: Place) -> URL:
        url = _url(following)
        if url is None or url.origin() != self._base.origin():
            raise Misled(
                f"Graph's next page of {place.what} is on another host: it was not followed",
                "Find out who stands between this machine and Graph (a proxy?) before you go on",
            )
        return url

    async def _read(self, url: URL, place: Place) -> Json:
        for wait in (*PATIENCE, None):
            answer = await self._ask(url, place)
            half = answer.status == 200 and not isinstance(answer.document, dict)  # noqa: PLR2004
            if answer.status not in _PASSING and not half:
                return _accepted(answer, place)
            said = f"{answer.status}" if not half else "half an answer"
            pause = wait if answer.retry_after is None else answer.retry_after
            if wait is None or pause is None or pause > self._left:
                raise Unavailable(f"Graph does not give {place.what} ({said})", answer.retry_after)
            self._left -= pause
            await self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    async def _ask(self, url: URL, place: Place) -> _Answer:
        try:
            async with self._session.get(url, allow_redirects=False) as response:
                body = bytearray()
                async for chunk in response.content.iter_chunked(65536):
                    body += chunk
                    if len(body) > _LARGEST_ANSWER:
                        raise Broken(f"Graph's answer to {place.what} is too large")
                after = response.headers.get("Retry-After", "")
                return _Answer(response.status, _document(bytes(body)), _seconds(after))
        except aiohttp.ClientPayloadError:
            return _Answer(200, None, None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            name = type(error).__name__
            raise Unavailable(f"Graph cannot be reached for {place.what} ({name})") from error


@asynccontextmanager
async def open_graph(
    base_url: str, token: str, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[Graph]:
    """Graph with a token, until the block ends. Errors: Broken where the token would go bare."""
    url = URL(base_url)
    if url.scheme != "https" and url.host not in _LOOPBACK:
        raise Broken("Graph is asked over https only", "Give an address that begins with https")
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
    ) as session:
        yield Graph(session, url, sleep)


def _accepted(answer: _Answer, place: Place) -> Json:
    if answer.status == 200 and isinstance(answer.document, dict):  # noqa: PLR2004 - HTTP
        return answer.document
    code = f", {answer.code}" if answer.code else ""
    if answer.status == 401:  # noqa: PLR2004 - HTTP
        raise Broken(
            f"Graph does not accept the sign-in (401{code})",
            f"Check the app registration, and that it holds {place.needs} with admin consent",
        )
    if answer.status == 403:  # noqa: PLR2004 - HTTP
        raise _denied(answer, place)
    if answer.status == 404:  # noqa: PLR2004 - HTTP
        raise Absent(f"Graph does not find {place.what} (404{code})")
    raise Broken(f"Graph does not give {place.what} ({answer.status}{code})")


def _denied(answer: _Answer, place: Place) -> Denied:
    if "NonPremiumTenant" in answer.code:
        return Denied(
            f"Graph refuses {place.what}: the tenant has no licence for it ({answer.code})",
            "It needs Microsoft Entra ID P1",
        )
    return Denied(
        f"Graph refuses {place.what} ({answer.status}): the permission {place.needs} is missing",
        f"Grant the app the application permission {place.needs}, with admin consent",
    )


def _url(written: object) -> URL | None:
    try:
        url = URL(str(written), encoded=True)
    except ValueError:
        return None
    return url if url.absolute and url.host else None


def _document(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _seconds(after: str) -> float | None:
    return float(after) if after.isascii() and after.isdecimal() else None
