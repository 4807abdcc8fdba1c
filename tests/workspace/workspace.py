"""The stand-in workspace: starts the server, holds the parts together, and waits for changes."""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TypedDict, TypeVar, Unpack
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from .calls import Call, World
from .clock import Clock, WallClock
from .faults import Fault, FaultOptions
from .http_transport import HttpTransport
from .model import Channel, File, Message
from .payloads import Payloads
from .person import Person
from .push import Answer, Attempt, Delivery, NotAnswered, Push
from .rates import Rates
from .response_urls import ResponseUrls
from .screens import Screens
from .socket_mode import SocketMode
from .state import State
from .validate import Inspector, Violation
from .waiting import Changes
from .web_api import WebApi

T = TypeVar("T")


class Again(TypedDict, total=False):
    """How a repetition differs from the first time; see `push.Attempt`."""

    number: int
    reason: str
    age: int
    forged: bool


class Workspace:
    """A Slack workspace on 127.0.0.1, for the length of an `async with`.

    Leaving it asserts that the app sent nothing Slack would refuse or documents as wrong. A test
    that expects such a thing takes it with `take_violations`.
    """

    def __init__(
        self,
        *,
        signing_secret: str = "signing-secret",  # noqa: S107 -- of a workspace that is none
        users: Mapping[str, str] | None = None,
        channels: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Plan a workspace.

        Args:
            signing_secret: what requests to the app are signed with.
            users: people, id to name; by default U0RESPOND, called Responder.
            channels: public channels, id to name, with everybody in them; by default C0GENERAL.
            clock: by default the wall's.

        """
        self.signing_secret = signing_secret
        self.bot_token, self.app_token = "xoxb-stand-in", "xapp-stand-in"
        people = dict(users or {"U0RESPOND": "Responder"})
        state = State(clock or WallClock(), people, dict(channels or {"C0GENERAL": "general"}))
        self.world = World(state, Screens(state), Inspector())
        self.changes = Changes()
        self.response_urls = ResponseUrls(self.world, self.changed)
        self.payloads = Payloads(self.world, self.response_urls)
        self.push = Push(state, self.payloads, self.changes.ring)
        self.web_api = WebApi(self.world, self.changed)
        self.web_api.bot_token, self.web_api.app_token = self.bot_token, self.app_token
        self.sockets = SocketMode(self.world, self.web_api.faults, self.changes.ring)
        self.push.transport = self.sockets
        self._people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        server = web.Application(client_max_size=1 << 26)
        for part in (self.web_api, self.response_urls, self.sockets):
            server.add_routes(part.routes())
        self._runner = web.AppRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.world.address = f"http://{host}:{port}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop. AssertionError: there are violations nobody took."""
        await self.push.close()
        self.sockets.drop()
        await self._session.close()
        await self._runner.cleanup()
        if error is None and self.violations:
            message = "the app sent what Slack would not take:\n" + "\n".join(
                map(str, self.violations)
            )
            raise AssertionError(message)

    # --- where it is, and how to reach the app

    @property
    def api_url(self) -> str:
        """What to give AsyncWebClient as `base_url`."""
        return f"{self.world.address}/api/"

    def connect_http(self, app_url: str, deadline: float = 3.0) -> None:
        """Send to the app over HTTP; `/slack/events` is added unless the URL has a path.

        Without this, Socket Mode is used. `deadline` is in real seconds.
        """
        has_path = urlsplit(app_url).path.strip("/")
        url = app_url if has_path else app_url.rstrip("/") + "/slack/events"
        self.push.transport = HttpTransport(self._session, url, self.signing_secret, deadline)

    async def verifies_url(self) -> bool:
        """Send the url_verification challenge; tell whether it came back."""
        payload = self.payloads.url_verification()
        delivery = Delivery("events_api", payload)
        try:
            answer = await self.push.attempt(delivery, Attempt())
        except NotAnswered:
            return False
        challenge = payload["challenge"]
        return bool(answer.body in (challenge, {"challenge": challenge}))

    # --- people and things

    def person(self, user: str) -> Person:
        """Return a member, always the same one for the same id."""
        self.world.state.user(user)
        return self._people.setdefault(user, Person(self, user))

    def channel(self, name: str) -> Channel:
        """Return a channel by name. KeyError: there is none."""
        channel = self.world.state.channel_named(name)
        if channel is None:
            raise KeyError(name)
        return channel

    def messages(self, channel: str) -> list[Message]:
        """Return the messages of a channel that all its members see, oldest first."""
        return self.world.state.seen_in(channel)

    @property
    def files(self) -> list[File]:
        """The files there are, with their content."""
        return list(self.world.state.files.values())

    # --- what the app did

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API, oldest first."""
        return self.web_api.calls

    def calls_to(self, method: str) -> list[Call]:
        """Return the calls of one method, failed ones too."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, oldest first."""
        return self.push.deliveries

    @property
    def violations(self) -> list[Violation]:
        """What the app sent that Slack would not take, or documents as wrong."""
        return self.world.inspector.violations

    def take_violations(self) -> list[Violation]:
        """Return the violations so far and forget them."""
        taken, self.world.inspector.violations = self.violations, []
        return taken

    # --- what goes wrong

    def fail(self, method: str, *, times: int = 1, **options: Unpack[FaultOptions]) -> None:
        """Let the next `times` calls of a method go wrong; `link` is the WebSocket handshake."""
        self.web_api.faults.plan(method, Fault(options, times))

    def grant(self, *scopes: str) -> None:
        """Give the bot token these scopes only; without this it may do everything."""
        self.web_api.scopes = frozenset(scopes)

    def limit_rates(self) -> None:
        """Enforce rate limits from now on, on the workspace's clock."""
        self.web_api.rates = Rates(self.world.state.clock)

    async def repeats(self, delivery: Delivery | None = None, **attempt: Unpack[Again]) -> Answer:
        """Send something once more with the same ids, by default the last thing sent.

        A `Delivery` that was never sent can be given too, say to forge the first request.

        NotAnswered: the app refused it, or was too late.
        """
        return await self.push.attempt(delivery or self.deliveries[-1], Attempt(**attempt))

    # --- waiting

    async def changed(self) -> None:
        """Send off events and wake everybody who waits; each change ends with this."""
        self.push.send_events()
        await self.changes.ring()

    async def until(self, condition: Callable[[], T], within: float = 3.0) -> T:
        """Return the first truthy answer of `condition`, asked after each change.

        AssertionError: it was still not true after `within` real seconds.
        """
        try:
            return await self.changes.until(condition, within)
        except TimeoutError:
            last = [f"{call.method} {call.answer.get('error', 'ok')}" for call in self.calls[-5:]]
            message = f"still not so after {within} s; the last calls were {last}"
            raise AssertionError(message) from None

    async def settled(self, within: float = 3.0) -> None:
        """Wait until everything due was sent to the app and acknowledged, or given up."""
        await self.until(lambda: self.push.is_quiet, within)
