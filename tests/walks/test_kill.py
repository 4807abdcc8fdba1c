"""Pulling the plug: a real process, killed the moment its ack arrives, twenty times.

What was acknowledged is on disk: that is the promise behind 'the ack goes out after the commit'.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.timeline import Fact, check_chain, fact_to_dict
from tests.contracts.places import DatabasePlace
from tests.ports import free_port
from tests.walks.office import ONCALL, PEOPLE
from tests.workspace import Message, Workspace
from tests.workspace.push import Answer, Attempt, Delivery, Transport

ROOT = Path(__file__).parents[2]
KILLS = 20
# Every fifth time a button is pressed instead of a note written; these lie one behind the other.
PRESSES = {4: "Yes, something is down", 9: "Nobody can", 14: "Yes, by phone"}


# Imports take seconds, so they are done once: each life of the program is a child of this one, with
# everything imported and nothing opened.
NURSERY = """
import importlib, os, pkgutil, sys
import bot
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    if "migrations" not in module.name and "__main__" not in module.name:
        importlib.import_module(module.name)
from bot.__main__ import main
sys.argv[1:] = ["run"]
while sys.stdin.readline():
    child = os.fork()
    if not child:
        main()
    print("born", child, flush=True)
    print("gone", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass
class Program:
    """`lockout run` on one database and one port, started as often as it is killed."""

    slack: Workspace
    folder: Path
    port: int = field(default_factory=free_port)
    _nursery: asyncio.subprocess.Process | None = None
    _pid: int = 0

    @property
    def database(self) -> str:
        """Where its facts are."""
        return f"sqlite:///{self.folder}/lockout.db"

    async def start(self) -> None:
        """Returns when it listens."""
        self._nursery = self._nursery or await self._open_nursery()
        assert self._nursery.stdin
        self._nursery.stdin.write(b"go\n")
        self._pid = int((await self._hears("born")).split()[1])
        await self._hears('"listening"')

    async def is_gone(self) -> int:
        """Wait for the system to take it away; how it ended."""
        code = int((await self._hears("gone")).split()[1])
        self._pid = 0
        return code

    def kill(self) -> None:
        """Send SIGKILL: no goodbye, no flush."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)

    async def end(self) -> None:
        """Leave nothing running."""
        self.kill()
        if self._nursery is not None:
            await self._nursery.communicate(b"")

    async def _open_nursery(self) -> asyncio.subprocess.Process:
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LOCKOUT_", "SLACK_"))
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            NURSERY,
            cwd=self.folder,
            env={
                **ours,
                "PYTHONPATH": str(ROOT),
                "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_SIGNING_SECRET": self.slack.signing_secret,
                "SLACK_API_URL": self.slack.api_url,
                "LOCKOUT_LISTEN": f"127.0.0.1:{self.port}",
                "LOCKOUT_DATABASE_URL": self.database,
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def _hears(self, words: str) -> str:
        """Read what it says up to the line with these words."""
        assert self._nursery
        assert self._nursery.stdout
        said = ""
        async with asyncio.timeout(30):
            async for line in self._nursery.stdout:
                said += line.decode()
                if words in line.decode():
                    return line.decode()
                if line.startswith(b"gone"):
                    break
        raise AssertionError(said)


@dataclass
class KillsAtTheAck:
    """A way to the app that kills it as soon as it has answered, while `armed`."""

    way: Transport
    program: Program
    armed: bool = False

    async def send(self, delivery: Delivery, attempt: Attempt) -> Answer:
        """The answer, from a process that is dead by now."""
        answer = await self.way.send(delivery, attempt)
        # Events (of the bot's own messages, say) come and go by themselves.
        if self.armed and delivery.kind != "events_api":
            self.program.kill()
        return answer


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Program, KillsAtTheAck]]:
    """The program, and Slack's way to it."""
    async with Workspace(users=PEOPLE) as slack:
        program = Program(slack, folder)
        slack.connect_http(f"http://127.0.0.1:{program.port}")
        assert slack.push.transport
        slack.push.transport = way = KillsAtTheAck(slack.push.transport, program)
        try:
            await program.start()
            yield program, way
        finally:
            await program.end()


def cards(slack: Workspace, words: str = "facts on the timeline") -> list[Message]:
    """Every card that says so now."""
    person = slack.person(ONCALL)
    return [
        message
        for channel in slack.world.state.channels
        for message in slack.messages(channel)
        if words in person._viewer.message(message)
    ]


def can_press(message: Message, label: str) -> bool:
    """Whether a button with this label is on a card."""
    return f'"{label}"' in json.dumps(message.blocks)


async def declare(slack: Workspace) -> Message:
    """A lockout, and its card."""
    person = slack.person(ONCALL)
    await person.types("/lockout", "entra AADSTS53003")
    await person.sees_modal("Locked out")
    await person.submits()
    await person.sees_modal()
    await person.closes()
    return (await slack.until(lambda: cards(slack), within=5))[0]


async def act(slack: Workspace, number: int) -> None:
    """One thing that a person does, and that is acknowledged without a trouble."""
    person = slack.person(ONCALL)
    if number in PRESSES:
        label = PRESSES[number]
        shown = await slack.until(
            lambda: [card for card in cards(slack) if can_press(card, label)], within=5
        )
        await person.presses(label, shown[0])
    else:
        await person.types("/lockout", f"note number {number}.")
    assert person.troubles == []


async def read_facts(program: Program) -> list[Fact]:
    """The one timeline in the database."""
    place = DatabasePlace(program.database)
    store = place.open()
    (line,) = await store.incidents()
    facts = await store.read(line.id)
    place.close()
    return facts


@pytest.mark.slow
async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """Every note and press exactly once, the chain intact, and the card drawn as it stands."""
    async with running(tmp_path) as (program, way):
        slack = program.slack
        await declare(slack)
        for number in range(KILLS):
            way.armed = True
            await act(slack, number)
            assert await program.is_gone() == -signal.SIGKILL
            way.armed = False
            await program.start()
        facts = await read_facts(program)
        await slack.until(lambda: cards(slack, f"{len(facts)} facts on the timeline"), within=5)
        assert len(cards(slack)) == 1
    assert check_chain(map(fact_to_dict, facts)) is None
    notes = Counter(fact.payload["text"] for fact in facts if fact.kind == "NoteAdded")
    assert notes == Counter(f"number {number}." for number in range(KILLS) if number not in PRESSES)
    pressed = [fact.payload["label"] for fact in facts if fact.kind == "StepAnswered"]
    assert pressed == list(PRESSES.values())
