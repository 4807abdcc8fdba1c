"""Signing in: once, in a thread, and every failure of google-auth as one of ours."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError

from bot.adapters.clouds.google_token import Tokens
from bot.core.errors import Broken, Unavailable
from tests.adapters.clouds.google_stand_in import TOKEN, FakeCredentials

WITHOUT = """
import asyncio, sys
sys.modules["google.auth"] = None
from bot.adapters.clouds.google_token import Tokens
try:
    asyncio.run(Tokens().headers())
except Exception as error:
    print(type(error).__name__, error.hint)
"""
LAZY = """
import sys
import bot.adapters.clouds.google
print([one for one in sys.modules if one.startswith(("google.auth", "requests"))])
"""


async def test_many_tasks_at_once_fetch_one_token() -> None:
    """Whoever comes second waits for the first, and uses what it brought."""
    credentials = FakeCredentials()
    tokens = Tokens(credentials)
    got = await asyncio.gather(*(tokens.headers() for _ in range(20)))
    assert credentials.refreshed == 1
    assert {one["Authorization"] for one in got} == {f"Bearer {TOKEN}"}


async def test_a_token_that_was_refused_is_fetched_again_once() -> None:
    """Of several tasks that were refused with the same token, one refreshes."""
    credentials = FakeCredentials()
    tokens = Tokens(credentials)
    old = (await tokens.headers())["Authorization"]
    credentials._next = "another"
    await asyncio.gather(*(tokens.headers(refused=old) for _ in range(5)))
    assert credentials.refreshed == 2


async def test_the_loop_is_not_held_up() -> None:
    """google-auth blocks, so it runs in another thread."""
    where: list[str] = []

    class Slow(FakeCredentials):
        def refresh(self, request: object) -> None:
            where.append(threading.current_thread().name)
            super().refresh(request)

    await Tokens(Slow()).headers()
    assert where != [threading.main_thread().name]


async def test_without_a_quota_project_no_header_names_one() -> None:
    """Service accounts pay by their own project."""

    class Plain(FakeCredentials):
        quota_project_id = None  # type: ignore[assignment]

    assert set(await Tokens(Plain()).headers()) == {"Authorization"}


@pytest.mark.parametrize(
    ("error", "more", "kind"),
    [
        (DefaultCredentialsError, {}, Broken),
        (RefreshError, {}, Broken),
        (RefreshError, {"retryable": True}, Unavailable),
        (TransportError, {}, Unavailable),
        (OSError, {}, Unavailable),
    ],
)
async def test_what_google_auth_raises_becomes_ours(
    error: type[Exception], more: dict[str, bool], kind: type[Broken | Unavailable]
) -> None:
    """Final or passing as google-auth says, and never its text, which may hold secrets."""
    with pytest.raises(kind) as caught:
        await Tokens(FakeCredentials(error=error("secret", **more))).headers()
    assert "secret" not in f"{caught.value} {vars(caught.value)}"


def test_without_the_extra_the_hint_says_what_to_install() -> None:
    """In a Python of its own, where google-auth cannot be imported."""
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "Broken Install lockout[google]\n"


def test_google_auth_is_imported_only_when_it_is_needed() -> None:
    """Whoever has no tenant at Google pays nothing for it."""
    ran = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
