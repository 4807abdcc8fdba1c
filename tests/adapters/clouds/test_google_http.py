"""Paging, waiting and refusals, against a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from bot.adapters.clouds.google_http import ATTEMPTS, LEVELS, GoogleApi, GoogleRefused, Json
from bot.adapters.clouds.google_token import Tokens
from bot.adapters.memory import FixedClock
from bot.core.errors import Broken, Unavailable
from tests.adapters.clouds.google_cases import level
from tests.adapters.clouds.google_stand_in import (
    DENIED,
    Answer,
    FakeCredentials,
    GoogleStandIn,
    refusal,
)

PATH = "v1/accessPolicies/42/accessLevels"
FULL = f"{LEVELS}/{PATH}"
CLOCK = FixedClock()
BUSY = Answer(429, b"", {"Retry-After": "3"})


@asynccontextmanager
async def levels(
    number: int = 5, credentials: FakeCredentials | None = None
) -> AsyncIterator[tuple[GoogleStandIn, GoogleApi]]:
    """So many access levels behind a client."""
    google = GoogleStandIn(levels={"42": [level(f"l{n}") for n in range(number)]})
    tokens = Tokens(credentials or FakeCredentials())
    async with google, ClientSession() as session:
        yield (
            google,
            GoogleApi(session, tokens, CLOCK, endpoints=google.endpoints, sleep=google.sleep),
        )


async def everything(api: GoogleApi) -> list[str]:
    """The titles on all pages."""
    found: list[Json] = []
    async for page in api.pages(LEVELS, PATH, "accessLevels"):
        found += page
    return [one["title"] for one in found]


async def test_all_pages_are_read() -> None:
    """Three pages of two, each asked with the token of the one before."""
    async with levels() as (google, api):
        assert await everything(api) == ["l0", "l1", "l2", "l3", "l4"]
    tokens = [query.get("pageToken") for _, _, query in google.asked]
    assert tokens == [None, "after-2", "after-4"]


async def test_the_wait_that_is_asked_for_is_kept() -> None:
    """429 with `Retry-After`, then success; seconds or a date."""
    async with levels(1) as (google, api):
        google.answer(
            FULL, BUSY, Answer(503, b"", {"Retry-After": "Sun, 22 Nov 2026 03:04:15 GMT"})
        )
        assert await everything(api) == ["l0"]
    assert google.waited == [3.0, 10.0]


async def test_without_a_wait_the_pauses_grow_and_end() -> None:
    """1, 2, 4, 8 seconds; then the API counts as silent and is not asked again."""
    async with levels(1) as (google, api):
        google.refuse(FULL, Answer(503, b"<html>", {"Retry-After": "soon"}))
        for _ in range(2):
            with pytest.raises(Unavailable):
                await everything(api)
    assert google.waited == [1.0, 2.0, 4.0, 8.0]
    assert len(google.asked) == ATTEMPTS


async def test_a_wait_too_long_is_not_sat_out() -> None:
    """An hour is told to whoever asked, at once."""
    async with levels(1) as (google, api):
        google.answer(FULL, Answer(429, b"", {"Retry-After": "3600"}))
        with pytest.raises(Unavailable) as caught:
            await everything(api)
    assert (caught.value.retry_after, google.waited) == (3600.0, [])


async def test_a_server_that_is_gone_is_passing() -> None:
    """No connection counts like 503."""
    async with levels(1) as (google, api):
        await google._server.close()
        with pytest.raises(Unavailable):
            await everything(api)
    assert len(google.waited) == ATTEMPTS - 1


async def test_a_refusal_carries_the_words_of_google() -> None:
    """Status and reason; nothing of the free text."""
    async with levels(1) as (google, api):
        google.answer(FULL, refusal(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), DENIED)
        with pytest.raises(GoogleRefused) as first:
            await everything(api)
        with pytest.raises(GoogleRefused) as second:
            await everything(api)
    assert (first.value.status, first.value.detail) == ("PERMISSION_DENIED", "SERVICE_DISABLED")
    assert second.value.detail == ""
    assert "for you" not in str(first.value)


@pytest.mark.parametrize(
    "content", [b'{"error": "no"}', b'{"error": {"details": 3}}', b"[]", b"<html>no</html>", b""]
)
async def test_a_refusal_in_another_form_is_named_by_its_number(content: bytes) -> None:
    """A proxy in between answers as it likes."""
    async with levels(1) as (google, api):
        google.answer(FULL, Answer(403, content))
        with pytest.raises(GoogleRefused, match="HTTP 403"):
            await everything(api)


@pytest.mark.parametrize(
    "content",
    [
        b'{"accessLevels": [{"name": "half',
        b"[]",
        b'{"accessLevels": 3}',
        b'{"accessLevels": ["text"]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_half_an_answer_is_never_taken_for_a_whole_one(content: bytes) -> None:
    """What is no whole JSON, or of another form, is an error and not an empty list."""
    async with levels(1) as (google, api):
        google.answer(FULL, Answer(200, content))
        with pytest.raises(Broken):
            await everything(api)


async def test_an_answer_beyond_reason_is_not_kept_in_memory() -> None:
    """More than 32 MB is not read to its end."""
    async with levels(1) as (google, api):
        google.answer(FULL, Answer(200, b" " * 33_000_000))
        with pytest.raises(Broken, match="too large"):
            await everything(api)


@pytest.mark.parametrize("token", ["same", 7])
async def test_pages_that_never_end_are_left(token: object) -> None:
    """The same token twice, or one that is no text."""
    page = Answer(200, json.dumps({"accessLevels": [], "nextPageToken": token}).encode())
    async with levels(1) as (google, api):
        google.answer(FULL, page, page, page)
        with pytest.raises(Broken, match="without end"):
            await everything(api)


async def test_a_token_that_ran_out_is_renewed_on_the_way() -> None:
    """401 once, and the reading goes on; 401 again is final."""
    credentials = FakeCredentials("old")
    async with levels(3, credentials) as (google, api):
        google.token = "old"
        page = await anext(api.pages(LEVELS, PATH, "accessLevels"))
        google.token = credentials._next = "new"
        assert len(page) == 2
        assert len(await everything(api)) == 3
        google.token = "nobody's"
        with pytest.raises(GoogleRefused, match="UNAUTHENTICATED"):
            await everything(api)


async def test_a_redirect_is_not_followed() -> None:
    """A token goes to the host that it is for, and to no other."""
    async with levels(1) as (google, api):
        google.answer(FULL, Answer(302, b"", {"Location": "/elsewhere"}))
        with pytest.raises(GoogleRefused, match="HTTP 302"):
            await everything(api)
    assert len(google.asked) == 1


def test_without_endpoints_the_hosts_are_googles_own() -> None:
    """Nothing is asked but over HTTPS."""
    from bot.adapters.clouds import google_http  # noqa: PLC0415 - the module itself is looked at

    hosts = [value for name, value in vars(google_http).items() if name.isupper()]
    named = [one for one in hosts if isinstance(one, str)]
    assert len(named) == 6
    assert all(one.endswith(".googleapis.com") for one in named)
