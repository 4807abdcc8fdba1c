"""`/healthz`: the process runs. `/readyz`: it can record. `/metrics`: numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.core.errors import LockoutError
from bot.services.desk import Desk

LARGEST_BODY = 1_048_576

Numbers = Callable[[], Awaitable[tuple[bytes, str]]]


def make_web_app(
    desk: Desk, serving: Callable[[], dict[str, str]], numbers: Numbers | None = None
) -> web.Application:
    """`serving` says what each part does now, for `/readyz`; 'ok' is good, all else is not.

    'not configured' is good as well, and so is 'ok, but …'.
    `numbers` gives the page of `/metrics` and its media type; without it there is none.
    """
    app = web.Application(client_max_size=LARGEST_BODY)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _ready(desk, serving))
    if numbers is not None:
        app.router.add_get("/metrics", _numbers(numbers))
    return app


def _numbers(numbers: Numbers) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def show(_request: web.Request) -> web.Response:
        body, media_type = await numbers()
        return web.Response(body=body, headers={"Content-Type": media_type})

    return show


async def _alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _ready(
    desk: Desk, serving: Callable[[], dict[str, str]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def ready(_request: web.Request) -> web.Response:
        parts = {"database": "ok", **serving()}
        try:
            await desk.store.check()
        except LockoutError as error:
            parts["database"] = str(error)
        good = all(_is_good(state) for state in parts.values())
        return web.json_response(
            {"status": "ok" if good else "not ready", **parts}, status=200 if good else 503
        )

    return ready


def _is_good(state: str) -> bool:
    """Something to look at may stand behind 'ok': a provider that does not answer, say."""
    return state in {"ok", "not configured"} or state.startswith("ok, but ")
