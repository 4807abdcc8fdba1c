"""A stand-in for Google's APIs on loopback, from their documented forms.

    async with GoogleStandIn() as google:
        google.deny["organizations/123456789012"] = [policy]
        snapshot = await google.source(clock).read(tenant)

Every list gives pages of two. `refuse` and `answer` make single paths fail; `asked` is what came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.clouds.google import GooglePolicySource
from bot.adapters.clouds.google_http import CONSTRAINTS, GROUPS, IAM, LEVELS, LOG, RESOURCES
from bot.services.ports import Clock

NUMBER = "123456789012"
ORGANIZATION = f"organizations/{NUMBER}"
TOKEN = "ya29.stand-in-token-that-nobody-may-see"
Json = dict[str, Any]


class FakeCredentials:
    """Credentials as google-auth's, that sign in without asking anybody."""

    quota_project_id = "billing-project"

    def __init__(self, token: str = TOKEN, error: Exception | None = None) -> None:
        self.token: str | None = None
        self.refreshed = 0
        self._next = token
        self._error = error

    @property
    def valid(self) -> bool:
        """After the first refresh."""
        return self.token is not None

    def refresh(self, request: object) -> None:
        """A new token, or the error that this was made with."""
        self.refreshed += 1
        if self._error:
            raise self._error
        self.token = self._next


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer out of turn. `content` is sent as it is."""

    status: int
    content: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, word: str, reason: str = "") -> Answer:
    """Google's error: https://cloud.google.com/apis/design/errors."""
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}]
    error = {"code": status, "message": f"{word} for you", "status": word}
    said = {"error": {**error, "details": details} if reason else error}
    return Answer(status, json.dumps(said).encode())


DENIED = refusal(403, "PERMISSION_DENIED")


@dataclass
class GoogleStandIn:
    """One organization. `groups` maps a group's ID to its address and memberships."""

    folders: list[Json] = field(default_factory=list)
    projects: list[Json] = field(default_factory=list)
    deny: dict[str, list[Json]] = field(default_factory=dict)
    access: list[Json] = field(default_factory=list)
    boundaries: list[Json] = field(default_factory=list)
    bindings: list[Json] = field(default_factory=list)
    levels: dict[str, list[Json]] = field(default_factory=dict)
    user_access: list[Json] = field(default_factory=list)
    constraints: list[Json] = field(default_factory=list)
    groups: dict[str, tuple[str, list[Json]]] = field(default_factory=dict)
    transitive: set[tuple[str, str]] = field(default_factory=set)
    entries: list[Json] = field(default_factory=list)
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    token: str = TOKEN
    page_size: int = 2
    _out_of_turn: dict[str, list[Answer]] = field(default_factory=dict)
    _refused: dict[str, Answer] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{host}/{path:.*}", self._serve)
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.close()

    @property
    def endpoints(self) -> dict[str, str]:
        """The address of each API."""
        hosts = (IAM, RESOURCES, LEVELS, CONSTRAINTS, GROUPS, LOG)
        return {host: str(self._server.make_url(f"/{host}")) for host in hosts}

    def source(
        self, clock: Clock, credentials: FakeCredentials | None = None
    ) -> GooglePolicySource:
        """A reader of this organization that does not really wait."""
        return GooglePolicySource(
            clock,
            endpoints=self.endpoints,
            credentials=credentials or FakeCredentials(),
            sleep=self.sleep,
        )

    async def sleep(self, seconds: float) -> None:
        """Remembered, and over at once."""
        self.waited.append(seconds)

    def refuse(self, start: str, answer: Answer = DENIED) -> None:
        """From now on, for every path (`host/v1/…`) with this start."""
        self._refused[start] = answer

    def answer(self, path: str, *answers: Answer) -> None:
        """The next answers at this path; then it goes on as before."""
        self._out_of_turn.setdefault(path, []).extend(answers)

    def paths(self, host: str) -> list[str]:
        """What an API was asked, in order, without the host."""
        return [path.partition("/")[2] for _, path, _ in self.asked if path.startswith(host)]

    async def _serve(self, request: web.Request) -> web.Response:
        path = request.rel_url.raw_path.removeprefix("/")
        self.asked.append((request.method, path, dict(request.query)))
        self.headers.append(dict(request.headers))
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return _response(refusal(401, "UNAUTHENTICATED"))
        waiting = self._out_of_turn.get(path)
        if waiting:
            return _response(waiting.pop(0))
        for start, answer in self._refused.items():
            if path.startswith(start):
                return _response(answer)
        if request.method == "POST":
            self.bodies.append(await request.json())
        return _response(self._answer(path, request.query))

    def _answer(self, whole: str, query: Mapping[str, str]) -> Answer:
        host, version, path = whole.split("/", 2)
        answers: dict[str, Callable[[str, Mapping[str, str]], Answer]] = {
            f"{RESOURCES}/v3": self._resources,
            f"{IAM}/v2": self._deny,
            f"{IAM}/v3": self._iam,
            f"{IAM}/v3beta": self._iam,
            f"{LEVELS}/v1": self._levels,
            f"{CONSTRAINTS}/v2": self._constraints,
            f"{GROUPS}/v1": self._groups,
            f"{LOG}/v2": self._log,
        }
        return answers[f"{host}/{version}"](path, query)

    def _resources(self, path: str, query: Mapping[str, str]) -> Answer:
        field_name = path.removesuffix(":search")
        found = {"folders": self.folders, "projects": self.projects}[field_name]
        return self._page(found, field_name, query)

    def _deny(self, path: str, query: Mapping[str, str]) -> Answer:
        """The attachment point is one part of the path; a list leaves the rules out."""
        _, attached, _, *last = path.split("/")
        found = self.deny.get(unquote(attached).removeprefix(f"{RESOURCES}/"), [])
        if last:
            return _found([one for one in found if one["name"].endswith(f"/{last[0]}")])
        bare = [{key: one[key] for key in one if key != "rules"} for one in found]
        return self._page(bare, "policies", query)

    def _iam(self, path: str, query: Mapping[str, str]) -> Answer:
        lists = {
            "accessPolicies": self.access,
            "principalAccessBoundaryPolicies": self.boundaries,
            "policyBindings": self.bindings,
        }
        field_name = path.removeprefix(f"{ORGANIZATION}/locations/global/")
        return self._page(lists[field_name], field_name, query)

    def _levels(self, path: str, query: Mapping[str, str]) -> Answer:
        if path == "accessPolicies":
            sets = [{"name": f"accessPolicies/{one}", "title": "default"} for one in self.levels]
            return self._page(sets if query["parent"] == ORGANIZATION else [], path, query)
        if path == f"{ORGANIZATION}/gcpUserAccessBindings":
            return self._page(self.user_access, "gcpUserAccessBindings", query)
        return self._page(self.levels[path.split("/")[1]], "accessLevels", query)

    def _constraints(self, path: str, query: Mapping[str, str]) -> Answer:
        assert path == f"{ORGANIZATION}/policies"
        return self._page(self.constraints, "policies", query)

    def _groups(self, path: str, query: Mapping[str, str]) -> Answer:
        if path == "groups:lookup":
            wanted = query["groupKey.id"]
            names = [
                {"name": f"groups/{key}"} for key, (m, _) in self.groups.items() if m == wanted
            ]
            return _found(names)
        key = path.split("/")[1]
        if key not in self.groups:
            return DENIED
        if path.endswith(":checkTransitiveMembership"):
            account = query["query"].removeprefix("member_key_id == '").removesuffix("'")
            inside = (key, account) in self.transitive
            return Answer(200, json.dumps({"hasMembership": inside}).encode())
        return self._page(self.groups[key][1], "memberships", query)

    def _log(self, path: str, query: Mapping[str, str]) -> Answer:
        assert path == "entries:list"
        return self._page(self.entries, "entries", self.bodies[-1])

    def _page(self, found: list[Json], field_name: str, query: Mapping[str, Any]) -> Answer:
        """The next two. Google leaves an empty list out, and takes only tokens of its own."""
        token = query.get("pageToken") or "after-0"
        if not token.startswith("after-"):
            return refusal(400, "INVALID_ARGUMENT")
        start = int(token.removeprefix("after-"))
        end = start + self.page_size
        page: Json = {field_name: found[start:end]} if found else {}
        if end < len(found):
            page["nextPageToken"] = f"after-{end}"
        return Answer(200, json.dumps(page).encode())


def _found(found: list[Json]) -> Answer:
    return Answer(200, json.dumps(found[0]).encode()) if found else DENIED


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=answer.content,
        headers=answer.headers,
        content_type="application/json",
    )


def person(mail: str, kind: str = "USER") -> Json:
    """A membership."""
    return {
        "name": "groups/g/memberships/1",
        "preferredMemberKey": {"id": mail},
        "roles": [{"name": "MEMBER"}],
        "type": kind,
    }


def entry(by: str, resource: str, at: datetime, **more: object) -> Json:
    """An entry of the log of administrator activity."""
    return {
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "authenticationInfo": {"principalEmail": by},
            "resourceName": resource,
            **more,
        },
    }
