"""People who audit while processes die, and somebody who changes policies under them."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field

from bot.adapters.db.engine import open_engine
from bot.adapters.db.event_store import SqlEventStore
from bot.adapters.db.outgoing import write_effect
from bot.adapters.db.writer import Writer
from bot.adapters.system import SystemClock
from bot.core.errors import Conflict
from bot.core.events import StepReached, WalkStarted
from bot.core.timeline import Actor, Draft
from bot.services.ports import Outgoing
from tests.faults.provider import Provider
from tests.walks.office import ONCALL
from tests.workspace import Message, NotAnswered, Workspace
from tests.workspace.model import Json, elements
from tests.workspace.reach import action_of

AT_THE_AUDIT = StepReached(playbook="entra-exclusion-group", step="audit", state="restored")
TERMINAL = Actor("terminal:oncall", "On-call engineer")


@dataclass
class Auditing:
    """One incident whose walk stands at its audit. `asked`: when a press was acknowledged."""

    slack: Workspace
    provider: Provider
    database: str
    incident: str = ""
    channel: str = ""
    asked: dict[str, float] = field(default_factory=dict)

    async def begin(self, channel: str) -> None:
        """From beside it, past the twenty steps before it."""
        self.channel = channel
        name = self.slack.world.state.channels[channel].name
        self.incident = f"lo-{name.removeprefix('lockout-')}"
        writer, clock = Writer(open_engine(self.database)), SystemClock()
        store = SqlEventStore(writer, clock, write_effect)
        event = WalkStarted(reached=AT_THE_AUDIT, why="a test")
        while True:
            now = clock.now()
            draft = Draft(f"at-the-audit-{now.timestamp()}", event, TERMINAL, now)
            version = len(await store.read(self.incident))
            shown = Outgoing(self.incident, "show", {"say": [version + 1]})
            try:
                await store.append(self.incident, [draft], after=version, effects=[shown])
            except Conflict:
                continue
            break
        await asyncio.to_thread(writer.close)

    async def press(self, _channel: str = "") -> bool:
        """Ask for an audit; whether the card has the button by now, and the press had an answer."""
        for block, element, act in buttons(self._card()):
            if act["do"] == "press" and act.get("button") == "audit":
                return await self._press(action_of(block, element))
        return False

    async def _press(self, action: Json) -> bool:
        card = self._card()
        assert card is not None
        payload = self.slack.payloads.pressed(ONCALL, card, action)
        try:
            await self.slack.push.interact("interactive", payload)
        except NotAnswered:
            return False
        self.asked[f"trigger:{payload['trigger_id']}"] = time.time()
        return True

    async def change(self, _channel: str = "") -> None:
        """A policy that keeps the emergency accounts out is added."""
        self.provider.change()

    def _card(self) -> Message | None:
        cards = [message for message in self.slack.messages(self.channel) if is_card(message)]
        return cards[0] if cards else None


def is_card(message: Message) -> bool:
    """Whether this message is an incident's card, by what it carries."""
    key = str((message.metadata or {}).get("event_payload", {}).get("key", ""))
    return key.startswith(("lo-", "drill-"))


def buttons(card: Message | None) -> list[tuple[Json, Json, Json]]:
    """Block, element and action of each button of a card."""
    return [
        (block, element, json.loads(element["value"]))
        for block, element in elements(card.blocks if card else [])
        if element["type"] == "button" and str(element.get("value", "")).startswith("{")
    ]
