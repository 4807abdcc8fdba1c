"""Google's REST APIs over HTTP, as far as reading needs them: GET, pages, and waiting when asked.

One call is no GET: entries of Cloud Logging are listed by POST. Redirects are not followed, so that
a token goes to Google and to nobody else. https://cloud.google.com/apis/design/errors
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession
from yarl import URL

from bot.adapters.clouds.google_token import Tokens
from bot.core.errors import Broken, Unavailable
from bot.services.ports import Clock

IAM = "iam.googleapis.com"
RESOURCES = "cloudresourcemanager.googleapis.com"
LEVELS = "accesscontextmanager.googleapis.com"
CONSTRAINTS = "orgpolicy.googleapis.com"
GROUPS = "cloudidentity.googleapis.com"
LOG = "logging.googleapis.com"

Json = dict[str, Any]
Sleep = Callable[[float], Awaitable[object]]

ATTEMPTS = 5
LONGEST_WAIT = 60.0
MOST_PAGES = 1000
MOST_BYTES = 32_000_000
_AT_ONCE = 8
_PASSING = (429, 500, 502, 503, 504)
_WORD = re.compile(r"[A-Z][A-Z0-9_]{1,60}")


class GoogleRefused(Broken):
    """Google's final no. `status` is its word (`PERMISSION_DENIED`), `detail` the reason in it."""

    def __init__(self, status: str, detail: str = "") -> None:
        super().__init__(f"Google refuses: {status}")
        self.status = status
        self.detail = detail


class GoogleApi:
    """The APIs by the names of their hosts. Errors of every call: Unavailable, Broken.

    `endpoints` puts an address in the place of a host's. An API that does not answer is asked
    `ATTEMPTS` times, and then no more in this object's life.
    """

    def __init__(
        self,
        session: ClientSession,
        tokens: Tokens,
        clock: Clock,
        *,
        endpoints: Mapping[str, str],
        sleep: Sleep,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._clock = clock
        self._endpoints = endpoints
        self._sleep = sleep
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._silent: dict[str, Unavailable] = {}

    async def get(self, host: str, path: str, **query: str) -> Json:
        """One answer. `path` is taken as it is: what needs quoting is quoted."""
        return await self._ask("GET", host, path, query, None)

    async def entries(self, wanted: Json) -> Json:
        """Entries of Cloud Logging; the one POST, and it reads.

        https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
        """
        return await self._ask("POST", LOG, "v2/entries:list", {}, wanted)

    async def pages(
        self, host: str, path: str, field: str, **query: str
    ) -> AsyncIterator[list[Json]]:
        """The objects in the list `field`, page by page; an error may come after some pages."""
        seen: set[str] = set()
        token = ""
        for _ in range(MOST_PAGES):
            page = await self.get(host, path, **query, **({"pageToken": token} if token else {}))
            found = page.get(field, [])
            if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
                raise Broken(f"{host} answers in a form that is not documented")
            yield found
            token = page.get("nextPageToken") or ""
            if not token:
                return
            if not isinstance(token, str) or token in seen:
                break
            seen.add(token)
        raise Broken(f"{host} gives pages without end")

    async def _ask(
        self, method: str, host: str, path: str, query: Mapping[str, str], body: Json | None
    ) -> Json:
        url = URL(f"{self._endpoints.get(host, f'https://{host}')}/{path}", encoded=True)
        wait: float | None = None
        async with self._places:
            for attempt in range(ATTEMPTS):
                if host in self._silent:
                    raise self._silent[host]
                status, wait, content = await self._once(method, url.extend_query(query), body)
                if status not in _PASSING:
                    return _answer(host, status, content)
                pause = 2.0**attempt if wait is None else wait
                if pause > LONGEST_WAIT or attempt == ATTEMPTS - 1:
                    break
                await self._sleep(pause)
        self._silent[host] = Unavailable(f"{host} does not answer now", wait)
        raise self._silent[host]

    async def _once(
        self, method: str, url: URL, body: Json | None
    ) -> tuple[int, float | None, bytes]:
        """Status, the wait that was asked for in seconds, content. No answer counts as 503."""
        headers = await self._tokens.headers()
        status, wait, content = await self._sent(method, url, body, headers)
        if status == 401:  # noqa: PLR2004 - the token ran out on the way
            again = await self._tokens.headers(refused=headers["Authorization"])
            return await self._sent(method, url, body, again)
        return status, wait, content

    async def _sent(
        self, method: str, url: URL, body: Json | None, headers: dict[str, str]
    ) -> tuple[int, float | None, bytes]:
        try:
            async with self._session.request(
                method, url, json=body, headers=headers, allow_redirects=False
            ) as response:
                wait = self._wait(response.headers.get("Retry-After", ""))
                return response.status, wait, await _content(response)
        except (ClientError, TimeoutError, OSError):
            return 503, None, b""

    def _wait(self, said: str) -> float | None:
        """`Retry-After` in seconds: a number or a date. None for what is neither."""
        if said.isascii() and said.isdecimal():
            return float(said[:9])
        try:
            until = parsedate_to_datetime(said)
            return max((until - self._clock.now()).total_seconds(), 0.0)
        except (ValueError, TypeError):
            return None


async def _content(response: ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > MOST_BYTES:
            raise Broken("Google's answer is too large to be read")
    return bytes(content)


def _answer(host: str, status: int, content: bytes) -> Json:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        said = None
    if status == 200 and isinstance(said, dict):  # noqa: PLR2004 - the one that means yes
        return said
    if status == 200:  # noqa: PLR2004 - see above
        raise Broken(f"{host} answers with something that is no whole JSON")
    raise _refused(status, said)


def _refused(status: int, said: object) -> GoogleRefused:
    """Google's error, of which only its words in capitals are taken: the rest is free text."""
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(error, dict):
        return GoogleRefused(f"HTTP {status}")
    details = error.get("details")
    reasons = [
        one.get("reason")
        for one in (details if isinstance(details, list) else [])
        if isinstance(one, dict)
    ]
    return GoogleRefused(
        _word(error.get("status")) or f"HTTP {status}", next(filter(None, map(_word, reasons)), "")
    )


def _word(said: object) -> str:
    return said if isinstance(said, str) and _WORD.fullmatch(said) else ""
