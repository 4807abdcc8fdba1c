"""Pulling the plug: a real process, killed the moment its ack arrives, twenty times.

What was acknowledged is on disk: that is the promise behind 'the ack goes out after the commit'.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.timeline import Fact, check_chain, fact_to_dict
from tests.contracts.places import DatabasePlace
from tests.walks.office import ONCALL, PEOPLE, free_port
from tests.workspace import Message, Workspace
from tests.workspace.push import Answer, Attempt, Delivery, Transport

ROOT = Path(__file__).parents[2]
KILLS = 20
# Every fifth time a button is pressed instead of a note written; these lie one behind the other.
PRESSES = {4: "Yes, something is down", 9: "Nobody can", 14: "Yes, by phone"}


# Imports take a second, so the next process does its own while the one before still serves; it
# opens nothing before it is told to go.
RUNNER = """
import sys
import bot.surfaces.slack.side, bot.surfaces.terminal.cli, bot.surfaces.web.routes
from bot.__main__ import main
sys.stdin.readline()
sys.argv[1:] = ["run"]
main()
"""


@dataclass
class Program:
    """`lockout run` on one database and one port, started as often as it is killed."""

    slack: Workspace
    folder: Path
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None
    _next: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when it listens."""
        self.process = self._next or await self._prepare()
        assert self.process.stdin
        self.process.stdin.write(b"go\n")
        await asyncio.wait_for(self._listens(self.process), 20)
        self._next = await self._prepare()

    async def _prepare(self) -> asyncio.subprocess.Process:
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LOCKOUT_", "SLACK_"))
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RUNNER,
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
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )

    @property
    def database(self) -> str:
        """Where its facts are."""
        return f"sqlite:///{self.folder}/lockout.db"

    @staticmethod
    async def _listens(process: asyncio.subprocess.Process) -> None:
        assert process.stderr
        said = b""
        async for line in process.stderr:
            said += line
            if b'"listening"' in line:
                assert json.loads(line)["event"] == "listening"
                return
        raise AssertionError(said.decode())

    def kill(self) -> None:
        """Send SIGKILL: no goodbye, no flush."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    async def is_gone(self) -> None:
        """Wait for the system to take it away."""
        if self.process is not None:
            await self.process.communicate()

    async def end(self) -> None:
        """Leave nothing running."""
        self.kill()
        await self.is_gone()
        self.process, self._next = self._next, None
        self.kill()
        await self.is_gone()


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
        await program.start()
        try:
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
            assert program.process
            await program.is_gone()
            assert program.process.returncode == -9
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
