"""People at work while processes die: what they did, and what they were told was recorded.

Whoever gets no answer does not know whether it was recorded, and does something else next; the
same delivery sent again (as Slack does) is the stand-in's doing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.faults.auditing import Auditing, buttons, is_card
from tests.faults.program import Program
from tests.walks.office import APPROVER, ONCALL, SECOND
from tests.workspace import (
    Answer,
    Delivery,
    Message,
    NotAnswered,
    NotThere,
    Person,
    Workspace,
)
from tests.workspace.http_transport import HttpTransport
from tests.workspace.model import Json
from tests.workspace.push import Attempt, Transport
from tests.workspace.reach import action_of

RESPONDERS = (ONCALL, SECOND, APPROVER)
REPEATED = 0.06
OPEN_AT_ONCE = 3
# Labels of the way to a request for a second person, which then waits.
TO_APPROVAL = ("No, only sign-in fails", "Nobody can", "No, nobody can", "Ask for a second person")


@dataclass
class Doors:
    """Slack's way to whichever process is up; some deliveries come twice."""

    ways: dict[str, Transport]
    programs: list[Program]
    chance: random.Random
    repeated: int = 0
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """The answer. NotAnswered: nobody is up, or it died over it."""
        if self.chance.random() < REPEATED:
            task = asyncio.create_task(self._again(delivery))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        return await self._send(delivery, attempt)

    async def _send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        up = [program for program in self.programs if program.is_alive()]
        if not up:
            raise NotAnswered("connection_failed")
        return await self.ways[self.chance.choice(up).name].send(delivery, attempt)

    async def _again(self, delivery: Delivery) -> None:
        await asyncio.sleep(self.chance.uniform(0, 2))
        self.repeated += 1
        with contextlib.suppress(NotAnswered):
            await self._send(delivery, Attempt(1, "http_timeout"))

    async def close(self) -> None:
        """Forget what was to come again."""
        for task in list(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


def open_doors(slack: Workspace, programs: list[Program], chance: random.Random) -> Doors:
    """Connect the stand-in to all of them."""
    ways: dict[str, Transport] = {
        program.name: HttpTransport(
            slack._session, f"{program.url}/slack/events", slack.signing_secret, 3.0
        )
        for program in programs
    }
    slack.push.transport = doors = Doors(ways, programs, chance)
    return doors


@dataclass
class People:
    """What was acknowledged. Times of answers are in seconds."""

    slack: Workspace
    chance: random.Random
    auditing: Auditing | None = None
    notes: dict[str, str] = field(default_factory=dict)
    pins: set[tuple[str, str]] = field(default_factory=set)
    presses: dict[str, Json] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    answers: list[float] = field(default_factory=list)
    unanswered: int = 0
    refused: int = 0
    quiet: set[str] = field(default_factory=set)
    _hands: dict[str, asyncio.Lock] = field(default_factory=dict)
    _count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # --- what one person does

    async def _do(self, kind: str, payload: Json) -> object:
        """The body of the acknowledgement, None when there was none."""
        begun = time.monotonic()
        try:
            answer = await self.slack.push.interact(kind, payload)
        except NotAnswered:
            self.unanswered += 1
            return None
        self.answers.append(time.monotonic() - begun)
        return answer.body

    async def types(self, user: str, channel: str, text: str) -> str:
        """What `/lockout` answers; empty when nobody did."""
        payload = self.slack.payloads.slash(user, channel, "/lockout", text)
        body = await self._do("slash_commands", payload)
        said = str(body.get("text", "")) if isinstance(body, dict) else ""
        self.refused += bool(said) and "Recorded on" not in said and "is closed" not in said
        return said

    async def note(self, channel: str) -> None:
        """Write a note; remember it when it was said to be recorded."""
        words = f"n-{next(self._count)}-"
        if "Recorded on" in await self.types(
            self.chance.choice(RESPONDERS), channel, f"note {words}"
        ):
            self.notes[words] = channel

    async def pin(self, channel: str) -> None:
        """Write a message and put a pin on it; what Slack had acknowledged must be kept."""
        person = self.slack.person(self.chance.choice(RESPONDERS))
        members = self.slack.world.state.channels[channel].members
        if person.user not in members:
            return
        message = await person.writes(f"p-{next(self._count)}-", channel)
        await person.reacts("pushpin", message)
        for _ in range(40):
            await asyncio.sleep(0.1)
            if self._took(message):
                self.pins.add((channel, message.ts))
                return

    def _took(self, message: Message) -> bool:
        for delivery in reversed(self.slack.deliveries[-400:]):
            event = delivery.payload.get("event", {})
            if event.get("type") == "reaction_added" and event["item"]["ts"] == message.ts:
                return delivery.acknowledged
        return False

    async def press(self, channel: str, label: str = "") -> bool:
        """Press a button on the card, one of those that answer a step; whether there was one."""
        card = self.card(channel)
        found = [
            (block, element, act)
            for block, element, act in buttons(card)
            if act["do"] in {"press", "take", "tick", "approve"}
            # A button with dots asks first, and so records nothing itself.
            and (element["text"]["text"] == label if label else "…" not in element["text"]["text"])
        ]
        if card is None or not found:
            return False
        block, element, act = self.chance.choice(found)
        user = ONCALL if label else self.chance.choice(RESPONDERS)
        payload = self.slack.payloads.pressed(user, card, action_of(block, element))
        body = await self._do("interactive", payload)
        if body is not None and act["do"] == "press":
            self.presses[f"trigger:{payload['trigger_id']}"] = act
        return True

    async def close(self, channel: str) -> bool:
        """End the incident of a channel; whether it was said to be closed."""
        said = await self.types(ONCALL, channel, "close")
        if "is closed" not in said and "closed already" not in said:
            return False
        self.closed.add(channel)
        return True

    async def declare(self, user: str = ONCALL) -> str:
        """A lockout; its channel, once the card hangs there. One at a time for each person."""
        async with self._hands.setdefault(user, asyncio.Lock()):
            while True:
                self.slack.world.screens.clear(user)
                with contextlib.suppress(NotThere, AssertionError):
                    return await self._declare(self.slack.person(user))
                await asyncio.sleep(0.2)

    async def _declare(self, person: Person) -> str:
        await person.types("/lockout", f"entra AADSTS53003 d-{next(self._count)}-")
        await person.sees_modal("Locked out")
        await person.submits()
        name = (await person.sees_modal()).title.removeprefix("Lockout ")
        if not name.startswith("lo-"):
            raise NotThere(name)
        self.declared.add(name)
        hangs = partial(self._hangs, f"lockout-{name.removeprefix('lo-')}")
        return await self.slack.until(hangs, within=60)

    async def pass_through(self, user: str) -> None:
        """A lockout that is over as soon as it was declared, or the run would end in hundreds."""
        channel = await self.declare(user)
        for _ in range(60):
            if await self.close(channel):
                return
            await asyncio.sleep(0.5)

    async def export(self, channel: str) -> None:
        """Ask for a file, of a timeline that nobody has asked for yet."""
        await self.note(channel)
        await self.types(ONCALL, channel, "export md")

    # --- looking

    def offers(self, channel: str, label: str) -> bool:
        """Whether the card has a button with this label."""
        return any(found["text"]["text"] == label for _, found, _ in buttons(self.card(channel)))

    def lacks(self, channel: str, label: str) -> bool:
        """Whether it has none."""
        return not self.offers(channel, label)

    def _hangs(self, name: str) -> str:
        channel = self.slack.world.state.channel_named(name)
        return channel.id if channel is not None and self.card(channel.id) else ""

    def channels(self) -> list[str]:
        """Every channel of an incident in which a card hangs."""
        return [
            name
            for name, channel in self.slack.world.state.channels.items()
            if channel.name.startswith("lockout-") and self.card(name)
        ]

    def card(self, channel: str) -> Message | None:
        """The card that hangs in a channel."""
        pins = self.slack.world.state.channels[channel].pins
        for message in self.slack.messages(channel):
            if message.ts in pins or is_card(message):
                return message
        return None


def dice(seed: int) -> random.Random:
    """Chance that falls the same way in each run."""
    return random.Random(seed)  # noqa: S311 - no keys are made of it


@dataclass
class Crew:
    """Everybody at once. `busy` are the channels in which people act."""

    people: People
    busy: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def settle_in(self) -> None:
        """Two incidents that nobody touches, so that they are reminded of, and three busy ones."""
        people = self.people
        people.quiet = {await people.declare(), await people.declare()}
        waiting = max(people.quiet)
        for label in TO_APPROVAL:
            await people.slack.until(partial(people.offers, waiting, label), within=60)
            await people.press(waiting, label)
            await people.slack.until(partial(people.lacks, waiting, label), within=60)
        if people.auditing is not None:
            await people.auditing.begin(min(people.quiet))
        for _ in range(OPEN_AT_ONCE):
            self.busy.append(await people.declare())

    def start(self) -> None:
        """From here on they act by themselves."""
        people = self.people
        for pause, act in (
            (0.5, people.note),
            (0.5, people.note),
            (0.7, people.press),
            (2.0, people.pin),
            (6.0, self._close),
        ):
            self.tasks.append(asyncio.create_task(self._forever(pause, act)))
        auditing = people.auditing
        if auditing is not None:
            self.tasks.append(asyncio.create_task(self._forever(4.0, auditing.press)))
            self.tasks.append(asyncio.create_task(self._forever(6.0, auditing.change)))

    async def _forever(self, pause: float, act: Callable[[str], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(self.people.chance.uniform(0.2, 1.8) * pause)
            await act(self.people.chance.choice(self.busy))

    async def _close(self, _channel: str) -> None:
        """Close one, and declare another one in its place."""
        first, *others = self.busy
        # What has something open cannot be closed; then it is another one's turn.
        closed = await self.people.close(first)
        self.busy = [*others, await self.people.declare() if closed else first]

    async def stop(self) -> None:
        """No more acts; an error of a task is an error of the test."""
        for task in self.tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self.tasks, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(
                outcome, asyncio.CancelledError
            ):
                raise outcome


@asynccontextmanager
async def at_work(people: People) -> AsyncIterator[Crew]:
    """People who act until the block ends."""
    crew = Crew(people)
    await crew.settle_in()
    crew.start()
    try:
        yield crew
    finally:
        await crew.stop()
