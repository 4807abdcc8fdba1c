"""The Web API over HTTP: `/api/<method>`, uploads, downloads and response URLs.

Arguments come as a query, a form, JSON or multipart, the token as a bearer or an argument, and
every answer is 200 with `ok`, as slack.com does it. What the methods do is in methods/.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from .calls import Call, Method, World
from .faults import FaultOptions, Faults
from .methods import METHODS
from .model import Json, SlackError
from .rates import Rates

RATE_LIMITED = 429


class WebApi:
    """Answers the app's calls and remembers them."""

    def __init__(self, world: World, changed: Callable[[], Awaitable[None]]) -> None:
        """`changed` is awaited after each call, before its answer goes out."""
        self._world = world
        self._changed = changed
        self.calls: list[Call] = []
        self.faults = Faults()
        self.rates: Rates | None = None
        self.scopes: frozenset[str] | None = None
        """The scopes granted to the bot token; None grants all."""
        self.bot_token, self.app_token = "", ""

    def routes(self) -> list[web.RouteDef]:
        """Return what to serve."""
        return [
            web.route("*", "/api/{method}", self._api),
            web.post("/upload/v1/{file}", self._upload),
            web.get("/files-pri/{file}/{name}", self._download),
        ]

    # --- methods

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await _arguments(request)
        token = _token(request, args)
        call = Call(name, args, self._world.state.clock.now())
        self.calls.append(call)
        fault = self.faults.strike(name)
        if "delay" in fault:
            await self._changed()
            await self._world.state.clock.sleep(fault["delay"])
        if fault.get("reset"):
            return await self._cut(request)
        response = self._early_fault(call, fault) or self._answer(call, token)
        await self._changed()
        if "silence" in fault:
            await self._world.state.clock.sleep(fault["silence"])
        if fault.get("lost"):
            return await self._cut(request)
        if fault.get("garbled"):
            response.text = str(response.text)[: len(str(response.text)) // 2]
        return response

    def _early_fault(self, call: Call, fault: FaultOptions) -> web.Response | None:
        if "status" in fault:
            call.status = fault["status"]
            return web.Response(status=call.status, text="upstream error")
        if "error" not in fault:
            return None
        return _respond(call, SlackError(fault["error"], **_retry(fault)))

    def _answer(self, call: Call, token: str) -> web.Response:
        try:
            method = self._allowed(call, token)
            call.answer = {"ok": True} | method.run(self._world, call)
        except SlackError as refusal:
            return _respond(call, refusal)
        call.status = 200
        return web.json_response(call.answer)

    def _allowed(self, call: Call, token: str) -> Method:
        method = METHODS.get(call.method)
        if method is None:
            raise SlackError("unknown_method", req_method=call.method)
        if not token:
            raise SlackError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise SlackError("invalid_auth")
        if (token == self.app_token) != (call.method == "apps.connections.open"):
            raise SlackError("not_allowed_token_type")
        if self.scopes is not None and method.scopes and not self.scopes & {*method.scopes}:
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=",".join(method.scopes), provided=provided)
        if self.rates:
            self.rates.check(call, method)
        return method

    async def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        await asyncio.sleep(0)
        return web.Response()

    # --- files

    async def _upload(self, request: web.Request) -> web.Response:
        """Take the bytes: raw, as slack_sdk sends them, or the one file of a form."""
        file = self._world.state.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404, text="no such upload")
        if request.content_type == "multipart/form-data":
            fields = (await request.post()).values()
            content = next(f.file.read() for f in fields if isinstance(f, web.FileField))
        else:
            content = await request.read()
        if len(content) != file.size:
            return web.Response(status=400, text=f"announced {file.size}, got {len(content)}")
        file.content = content
        await self._changed()
        return web.Response(text=f"OK - {file.size}")

    async def _download(self, request: web.Request) -> web.Response:
        file = self._world.state.files.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404)
        if _token(request, {}) != self.bot_token:
            return web.Response(status=403)
        return web.Response(body=file.content, content_type="application/octet-stream")


def _respond(call: Call, refusal: SlackError) -> web.Response:
    beside = dict(refusal.beside)
    retry_after = beside.pop("retry_after", None)
    call.answer = {"ok": False, "error": refusal.code} | beside
    call.status = RATE_LIMITED if refusal.code == "ratelimited" else 200
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response(call.answer, status=call.status, headers=headers)


def _retry(fault: FaultOptions) -> Json:
    if "retry_after" in fault:
        return {"retry_after": fault["retry_after"]}
    return {"retry_after": 1} if fault.get("error") == "ratelimited" else {}


async def _arguments(request: web.Request) -> Json:
    """Return the arguments from wherever they were put; the body wins over the query."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        return args | (json.loads(body) if body else {})
    return args | dict(await request.post())


def _token(request: web.Request, args: Json) -> str:
    bearer = request.headers.get("Authorization", "")
    if bearer.startswith("Bearer "):
        args.pop("token", None)
        return bearer.removeprefix("Bearer ")
    return str(args.pop("token", ""))
