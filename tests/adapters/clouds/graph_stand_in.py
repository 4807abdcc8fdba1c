"""A stand-in of Microsoft Graph on loopback, as far as a reader of policies asks.

Answers have the documented shapes: OData annotations, paging by `@odata.nextLink`, polymorphic
members, errors with their codes. https://learn.microsoft.com/graph/api/overview

    async with GraphStandIn(example_directory()).running() as base_url:
        source = EntraPolicySource(clock, base_url=base_url, credential=FakeCredential())
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiohttp import web

Json = dict[str, Any]

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TENANT_ID = "11111111-1111-4111-8111-111111111111"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class GivenToken(NamedTuple):
    """As azure-core gives it."""

    token: str
    expires_on: int


class FakeCredential:
    """Gives one token, which says that it is for `tenant_id`."""

    def __init__(self, tenant_id: str = TENANT_ID) -> None:
        claims = json.dumps({"aud": "https://graph.microsoft.com", "tid": tenant_id}).encode()
        payload = base64.urlsafe_b64encode(claims).decode().rstrip("=")
        self.token = f"eyJhbGciOiJub25lIn0.{payload}.very-secret-signature"
        self.asked: list[tuple[str, str | None]] = []

    async def get_token(self, *scopes: str, tenant_id: str | None = None) -> GivenToken:
        """Remember what was asked."""
        self.asked += [(scope, tenant_id) for scope in scopes]
        return GivenToken(self.token, 4_102_444_800)

    async def close(self) -> None:
        """Nothing is open."""


class StoppedClock:
    """Always NOW."""

    def now(self) -> datetime:
        """See `Clock`."""
        return NOW


@dataclass(slots=True)
class Directory:
    """What is in a tenant. `members` maps a group to groups and accounts, by ID."""

    policies: list[Json] = field(default_factory=list)
    # Listed by beta alone.
    preview_policies: list[Json] = field(default_factory=list)
    strengths: list[Json] = field(default_factory=list)
    groups: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    methods: dict[str, list[Json]] = field(default_factory=dict)
    audits: list[Json] = field(default_factory=list)

    def groups_of(self, account: str) -> list[str]:
        """Through any nesting."""
        around: dict[str, list[str]] = {}
        for group, inside in self.members.items():
            for one in inside:
                around.setdefault(one, []).append(group)
        found: dict[str, None] = {}
        ahead = [account]
        while ahead:
            outer = [group for group in around.get(ahead.pop(), []) if group not in found]
            found |= dict.fromkeys(outer)
            ahead += outer
        return list(found)


@dataclass(slots=True)
class Fault:
    """What goes wrong where a path holds `path`: `times` times, after `after` good answers."""

    path: str
    status: int = 403
    code: str = "Authorization_RequestDenied"
    retry_after: str = ""
    times: int = 1_000_000
    after: int = 0
    half: bool = False
    # The connection ends in the middle of an answer.
    cut: bool = False
    next_link: str = ""
    # Served instead, as if it were right.
    document: object = None


class GraphStandIn:
    """Serves one directory. `requests` are the verbs and URLs that came, in order."""

    def __init__(self, directory: Directory, *faults: Fault, page_size: int = 100) -> None:
        self.directory = directory
        self.faults = list(faults)
        self.page_size = page_size
        self.requests: list[str] = []
        self.base_url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Its base URL, until the block ends."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        try:
            yield self.base_url
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(f"{request.method} {request.rel_url}")
        if not re.fullmatch(r"Bearer [\w.-]{20,}", request.headers.get("Authorization", "")):
            return _error(401, "InvalidAuthenticationToken")
        fault = self._fault(request.path)
        if fault and fault.document is not None:
            return web.json_response(fault.document)
        if fault and fault.cut:
            return await _cut(request)
        if fault and not (fault.half or fault.next_link):
            return _error(fault.status, fault.code, fault.retry_after)
        found = self._find(request)
        if found is None:
            return _error(404, "Request_ResourceNotFound")
        page = self._page(request, found)
        if fault and fault.next_link:
            page["@odata.nextLink"] = fault.next_link
        text = json.dumps(page)
        if fault and fault.half:
            text = text[: len(text) // 2]
        return web.Response(text=text, content_type="application/json")

    def _fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.path in path:
                if fault.after > 0:
                    fault.after -= 1
                elif fault.times > 0:
                    fault.times -= 1
                    return fault
        return None

    def _find(self, request: web.Request) -> list[Any] | None:
        version, _, path = request.path.strip("/").partition("/")
        directory = self.directory
        if path == "identity/conditionalAccess/policies":
            preview = directory.preview_policies if version == "beta" else []
            return [*directory.policies, *preview]
        if path == "policies/authenticationStrengthPolicies":
            return directory.strengths
        if path == "auditLogs/directoryAudits":
            newest = sorted(directory.audits, key=lambda one: str(one["activityDateTime"]))
            return newest[::-1]
        if path == "groups":
            wanted = re.findall(r"'([^']+)'", request.query["$filter"])
            assert len(wanted) <= 15, "Graph takes no more in one `in`"
            return [directory.groups[one] for one in wanted if one in directory.groups]
        return self._of_one(*path.split("/", 2))

    def _of_one(self, kind: str, named: str, part: str = "") -> list[Any] | None:
        directory = self.directory
        if kind == "groups" and part == "members" and named in directory.groups:
            return [self._object(one) for one in directory.members.get(named, [])]
        if kind == "users" and named in directory.methods:
            if part == "authentication/methods":
                return directory.methods[named]
            if part == "transitiveMemberOf":
                role = {"@odata.type": "#microsoft.graph.directoryRole", "id": GLOBAL_ADMINISTRATOR}
                return [role, *map(self._object, directory.groups_of(named))]
        return None

    def _object(self, named: str) -> Json:
        kind = "group" if named in self.directory.groups else "user"
        name = self.directory.groups.get(named, {}).get("displayName")
        return {"@odata.type": f"#microsoft.graph.{kind}", "id": named, "displayName": name}

    def _page(self, request: web.Request, found: list[Any]) -> Json:
        start = int(request.query.get("$skiptoken", "0"))
        size = min(self.page_size, int(request.query.get("$top", "999")))
        page: Json = {
            "@odata.context": f"https://graph.microsoft.com{request.path}/$metadata",
            "value": found[start : start + size],
        }
        if start + size < len(found):
            following = request.url.update_query({"$skiptoken": str(start + size)})
            page["@odata.nextLink"] = str(following)
        return page


def _error(status: int, code: str, retry_after: str = "") -> web.Response:
    body = {"error": {"code": code, "message": "Insufficient privileges.", "innerError": {}}}
    headers = {"Retry-After": retry_after} if retry_after else {}
    return web.json_response(body, status=status, headers=headers)


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"value": [')
    if request.transport:
        request.transport.close()
    return response
