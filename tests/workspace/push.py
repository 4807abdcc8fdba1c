"""The push side: what Slack sends to the app, how long it waits, and what it sends again.

Interactions and slash commands are sent once. Events are sent up to four times: at once, then
after 0, 60 and 300 seconds by the workspace's clock (docs.slack.dev/apis/events-api, "Retries").
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from .model import Json
from .payloads import Payloads
from .state import State

RETRY_DELAYS = (0, 60, 300)
SUBSCRIBED = frozenset({
    "app_home_opened", "app_mention", "member_joined_channel", "message", "reaction_added",
    "reaction_removed",
})  # fmt: skip


class NotAnswered(Exception):
    """The app did not acknowledge; the argument is Slack's word for why, such as http_timeout."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app acknowledged with: the HTTP body, or a Socket Mode response payload."""

    status: int
    body: Any
    """A dict if it was JSON, else text; empty for a bare acknowledgement."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery."""

    number: int = 0
    """0 for the first, then X-Slack-Retry-Num."""
    reason: str = ""
    """X-Slack-Retry-Reason: why the try before failed."""
    age: int = 0
    """How many seconds old to claim to be."""
    forged: bool = False
    """Whether to sign with a secret that is not the app's."""


@dataclass(slots=True)
class Delivery:
    """Something sent to the app, with what came back from each attempt."""

    kind: str
    """`slash_commands`, `interactive` or `events_api`, as Socket Mode calls them."""
    payload: Json
    outcomes: list[Answer | str] = field(default_factory=list)
    """An answer, or Slack's word for why there was none."""

    @property
    def acknowledged(self) -> bool:
        """Whether the last attempt was answered as it should be."""
        return bool(self.outcomes) and isinstance(self.outcomes[-1], Answer)


class Transport(Protocol):
    """A way to the app."""

    async def send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """Return the acknowledgement. NotAnswered: there was none in time, or an error."""


class Push:
    """Sends things to the app and keeps a record of them."""

    def __init__(
        self, state: State, payloads: Payloads, changed: Callable[[], Awaitable[None]]
    ) -> None:
        """`changed` is awaited after each attempt."""
        self._state = state
        self._payloads = payloads
        self._changed = changed
        self._tasks: set[asyncio.Task[None]] = set()
        self.transport: Transport | None = None
        self.subscribed = SUBSCRIBED
        self.deliveries: list[Delivery] = []
        self._under_way = 0
        self._due: dict[str, float] = {}
        """When each event that was not acknowledged will be sent again, by event id."""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is unanswered and no retry is due; later retries do not count."""
        now = self._state.clock.now()
        return self._under_way == 0 and all(due > now for due in self._due.values())

    async def interact(self, kind: str, payload: Json) -> Answer:
        """Send a slash command or an interaction. NotAnswered: the person sees an error."""
        delivery = Delivery(kind, payload)
        self.deliveries.append(delivery)
        return await self.attempt(delivery, Attempt())

    async def attempt(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """Send something, perhaps once more, and record the outcome. NotAnswered: as above."""
        if self.transport is None:
            message = "connect the app first: connect_http() or Socket Mode"
            raise RuntimeError(message)
        self._under_way += 1
        try:
            answer = await self.transport.send(delivery, attempt)
            delivery.outcomes.append(answer)
        except NotAnswered as failure:
            delivery.outcomes.append(str(failure))
            raise
        finally:
            self._under_way -= 1
            await self._changed()
        return answer

    def send_events(self) -> None:
        """Send off what the workspace has to tell; returns at once."""
        events, self._state.outbox = self._state.outbox, []
        if self.transport is None:
            return
        for event in events:
            if event["type"] in self.subscribed:
                delivery = Delivery("events_api", self._payloads.event(event))
                self.deliveries.append(delivery)
                self._start(delivery)

    def _start(self, delivery: Delivery) -> None:
        self._under_way += 1
        task = asyncio.create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        """Send an event until it is acknowledged or given up."""
        self._under_way -= 1
        reason = ""
        for number, delay in enumerate((0, *RETRY_DELAYS)):
            if delay:
                await self._rest(delivery.payload["event_id"], delay)
            try:
                await self.attempt(delivery, Attempt(number, reason))
            except NotAnswered as failure:
                reason = str(failure)
                if reason == "no_retry":
                    return
            else:
                return

    async def _rest(self, event_id: str, delay: float) -> None:
        self._due[event_id] = self._state.clock.now() + delay
        await self._state.clock.sleep(delay)
        del self._due[event_id]

    async def close(self) -> None:
        """Give up all retries."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
