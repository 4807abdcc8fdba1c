"""Between slack_sdk and `emulate`: arguments into the body, and a record of every call.

slack_sdk sends reads as GET with a query, and some writes as POST with one, which Slack takes;
emulate routes POST bodies only. Nothing else is changed, so what it refuses it refuses to us.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import ClientSession, web

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of the app, and the answer it got."""

    method: str
    args: Json
    answer: Json


@dataclass
class Forwarder:
    """Listens on loopback; `calls` are in the order of their answers."""

    upstream: str
    session: ClientSession
    calls: list[Call] = field(default_factory=list)
    address: str = ""

    @property
    def api_url(self) -> str:
        """What to give the app as SLACK_API_URL."""
        return f"{self.address}/api/"

    def answers_to(self, method: str) -> list[Json]:
        """What one method was answered with."""
        return [call.answer for call in self.calls if call.method == method]

    async def handle(self, request: web.Request) -> web.Response:
        """Hand a request on."""
        kept = {"authorization", "content-type"}
        headers = {key: value for key, value in request.headers.items() if key.lower() in kept}
        body, url = await request.read(), self.upstream + request.path_qs
        is_api = request.path.startswith("/api/")
        args: Json = {}
        if is_api:
            args = _arguments(request, body)
            url = self.upstream + request.path
            body = urlencode({k: _plain(v) for k, v in args.items()}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            if request.content_type == "application/json":
                body = json.dumps(args).encode()
                headers["Content-Type"] = "application/json; charset=utf-8"
        async with self.session.post(url, data=body, headers=headers) as response:
            answer = (await response.read()).decode()
            kind = response.content_type
            status = response.status
        for name in (self.upstream, self.upstream.replace("127.0.0.1", "localhost")):
            answer = answer.replace(name, self.address)
        if is_api:
            found = json.loads(answer) if answer.startswith("{") else {"error": f"HTTP {status}"}
            self.calls.append(Call(request.path.removeprefix("/api/"), args, found))
        return web.Response(status=status, text=answer, content_type=kind)


def _arguments(request: web.Request, body: bytes) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json" and body:
        read: Json = json.loads(body)
        return args | read
    return args | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@asynccontextmanager
async def forwarding(upstream: str) -> AsyncIterator[Forwarder]:
    """To this address, until the end of the block."""
    async with ClientSession() as session:
        forwarder = Forwarder(upstream.rstrip("/"), session)
        site = web.Application(client_max_size=1 << 26)
        site.router.add_route("*", "/{path:.*}", forwarder.handle)
        runner = web.AppRunner(site)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        forwarder.address = f"http://{host}:{port}"
        try:
            yield forwarder
        finally:
            await runner.cleanup()
