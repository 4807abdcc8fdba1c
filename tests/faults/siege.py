"""One siege: people at work, bad weather, and processes that die, until the plan is done.

Then the weather clears, what waits is delivered, and the ledger is drawn up.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import aiohttp

from bot.adapters.db.engine import open_engine
from bot.adapters.organisation_file import load_organisation
from bot.adapters.playbook_files import load_library, shipped_playbooks
from bot.app import EXAMPLE
from tests.faults.auditing import Auditing
from tests.faults.ledger import Ledger, read_database
from tests.faults.load import People, at_work, dice, open_doors
from tests.faults.plan import Blow
from tests.faults.program import Program
from tests.faults.promised import check_announced, check_answers
from tests.faults.provider import TENANT, Provider
from tests.faults.weather import Trap, Weather
from tests.postgres import PostgresServer
from tests.surfaces.slack.stage import GENERAL
from tests.walks.apps import organisation_file
from tests.walks.office import PEOPLE, SECOND
from tests.workspace import Workspace

SECONDS_PER_MINUTE = 0.3
LONGEST_LIFE = 3.0
STOP_SECONDS = 1.5
# Longer than it takes until the others think a replica dead.
PAUSE_SECONDS = 27.0
DRAIN_SECONDS = 120.0
READ_SECONDS = 3.0
# People who declare and close beside the others, each after the one before.
BESIDE = 6
BEFORE = "# Public addresses from which you reach"
WATCHED = f"snapshots: {{tenants: [{TENANT}]}}"
OVERDUE = "drills: {every: quarterly, first: 2026-01-31}"


@dataclass
class Siege:
    """Runs a plan against one database."""

    slack: Workspace
    folder: Path
    database: str
    replicas: int = 1
    # On a machine that is busy with other sieges; how late they were, the table says.
    patience: timedelta = timedelta(seconds=45)
    server: PostgresServer | None = None
    seed: int = 1
    # With whom policies lie that change; None: nobody reads any.
    provider: Provider | None = None
    hits: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    paused: list[tuple[float, float]] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nothing runs yet."""
        self.chance = dice(self.seed)
        environment = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "LOCKOUT_DATABASE_URL": self.database,
            "LOCKOUT_REMINDER_SECONDS_PER_MINUTE": str(SECONDS_PER_MINUTE),
        }
        if self.provider is not None:
            environment["LOCKOUT_ORGANISATION"] = str(self._make_organisation())
        self.programs = [
            Program(self.folder, environment, f"lockout-{number}", self._policies())
            for number in range(self.replicas)
        ]
        self.weather = Weather(dice(self.seed), calm=True)
        self.slack.web_api.faults = self.weather
        self.people = People(self.slack, dice(self.seed + 1), self._auditing())
        self.doors = open_doors(self.slack, self.programs, dice(self.seed + 2))
        self._beside: set[asyncio.Task[None]] = set()
        self._frozen: set[str] = set()
        self._thawed = asyncio.Event()
        self._thawed.set()

    def _make_organisation(self) -> Path:
        """The example's, with a drill that is overdue, and policies that are watched."""
        return organisation_file(
            self.folder,
            (BEFORE, f"{WATCHED}\n\n{OVERDUE}\n\n{BEFORE}"),
            ("fallback_channel: C0FALLBACK", f"fallback_channel: {GENERAL}"),
        )

    def _policies(self) -> str:
        return str(self.provider.file) if self.provider else ""

    def _auditing(self) -> Auditing | None:
        if self.provider is None:
            return None
        return Auditing(self.slack, self.provider, self.database)

    async def run(self, plan: Iterable[Blow]) -> Ledger:
        """The whole of it; the ledger of what became of it."""
        left = deque(plan)
        try:
            for program in self.programs:
                await program.start()
            async with at_work(self.people):
                self.weather.calm = False
                while left:
                    blow = left.popleft()
                    if await self._strike(blow):
                        self.hits[str(blow)] += 1
                    elif blow.tries > 1:
                        left.append(replace(blow, tries=blow.tries - 1))
                    else:
                        self.missed[str(blow)] += 1
                await asyncio.gather(*self._beside)
            self.weather.calm = True
            until = await self._drain()
            await self._stop_gracefully()
        finally:
            await self.doors.close()
            for program in self.programs:
                await program.end()
        return self._reckon(until)

    # --- blows

    async def _strike(self, blow: Blow) -> bool:
        """Whether it came to that."""
        victim = self.chance.choice([p for p in self.programs if p.name not in self._frozen])
        match blow.kind:
            case "point":
                return await self._kill_at(blow.point, victim)
            case "call":
                return await self._kill_over(blow)
            case "chance":
                await asyncio.sleep(self.chance.uniform(0.3, 2.5))
                await self._kill(victim)
                await victim.start()
            case "stop":
                await asyncio.sleep(self.chance.uniform(0.2, 1.0))
                victim.send(signal.SIGSTOP)
                await asyncio.sleep(STOP_SECONDS)
                victim.send(signal.SIGCONT)
            case "pause":
                return await self._pause(blow.point, victim)
            case "server":
                await self._restart_server()
        return True

    async def _kill(self, victim: Program) -> None:
        victim.send(signal.SIGKILL)
        self.kills += 1
        await victim.is_gone()

    async def _kill_at(self, point: str, victim: Program) -> bool:
        """It must be born with the trap, so the life before this one ends by chance."""
        await self._kill(victim)
        # Of several replicas, another one may be the one that works.
        await victim.start(point, self.chance.randint(1, 3 if self.replicas == 1 else 1))
        self._provoke(f"at {point}")
        hit = await self._comes_to(lambda: not victim.is_alive())
        await self._kill(victim)
        await victim.start()
        return hit

    async def _kill_over(self, blow: Blow) -> bool:
        """Nobody can tell which replica calls, so all of them die over it."""
        victims = [p for p in self.programs if p.name not in self._frozen]

        def kill() -> None:
            for program in victims:
                program.send(signal.SIGKILL)

        self.weather.trap = Trap(blow.method, blow.stage, kill)
        self._provoke(blow.method)
        if not await self._comes_to(lambda: self.weather.trap is None):
            self.weather.trap = None
            return False
        for program in victims:
            self.kills += 1
            await program.is_gone()
            await program.start()
        return True

    def _provoke(self, what: str) -> None:
        """Do what leads there, beside what all the others do."""
        if what.startswith("files."):
            self._beside_it(self.people.export(self.chance.choice(self.people.channels())))
        elif what.startswith("chat."):
            self._beside_it(self.people.note(self.chance.choice(self.people.channels())))
        elif len(self._beside) < BESIDE:
            # A new incident waits behind nothing that died; many wait behind each other.
            self._beside_it(self.people.pass_through(SECOND))

    def _beside_it(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _pause(self, point: str, victim: Program) -> bool:
        # Somebody must be left to take over.
        await self._thawed.wait()
        await self._kill(victim)
        await victim.start(point, 1, stops=True)
        if not await self._comes_to(lambda: victim.state == "T"):
            return False
        self._frozen.add(victim.name)
        self._thawed.clear()

        async def go_on() -> None:
            begun = time.time()
            await asyncio.sleep(PAUSE_SECONDS)
            self.paused.append((begun, time.time()))
            victim.send(signal.SIGCONT)
            self._frozen.discard(victim.name)
            self._thawed.set()

        self._beside_it(go_on())
        return True

    async def _restart_server(self) -> None:
        assert self.server
        await asyncio.to_thread(self.server.stop)
        await asyncio.sleep(1.0)
        await asyncio.to_thread(self.server.start)

    async def _comes_to(self, condition: Callable[[], bool]) -> bool:
        end = time.monotonic() + LONGEST_LIFE
        while time.monotonic() < end:
            if condition():
                return True
            await asyncio.sleep(0.01)
        return False

    # --- the end

    async def _drain(self) -> datetime:
        """When people had stopped; what they did is delivered now, or never will be.

        Reminders go on, faster than cards are drawn, so nothing is asked of what came later.
        """
        end, moment = time.monotonic() + DRAIN_SECONDS, datetime.now(UTC)
        # A policy that was changed just now has yet to be read.
        await asyncio.sleep(READ_SECONDS)
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < end:
                if await self._waiting(session) == 0 and self._cards_followed(moment):
                    break
                await asyncio.sleep(0.5)
        return moment

    def _cards_followed(self, moment: datetime) -> bool:
        """Words come first, and of many cards each is drawn when its turn comes."""
        engine = open_engine(self.database)
        ledger = Ledger(read_database(engine), self.people, self.slack, moment)
        engine.dispose()
        ledger.check_cards()
        return not ledger.details

    async def _waiting(self, session: aiohttp.ClientSession) -> float:
        async with session.get(f"{self.programs[0].url}/metrics") as answer:
            text = await answer.text()
        for line in text.splitlines():
            if "deliveries_waiting" in line and not line.startswith("#"):
                return float(line.split()[-1])
        raise AssertionError(text)

    async def _stop_gracefully(self) -> None:
        for program in self.programs:
            program.send(signal.SIGTERM)
            code = await program.is_gone()
            assert code == 0, f"{program.name} ended with {code}"

    def _reckon(self, until: datetime) -> Ledger:
        engine = open_engine(self.database)
        ledger = Ledger(read_database(engine), self.people, self.slack, until, self.paused)
        engine.dispose()
        with as_file(EXAMPLE) as example:
            path = self.folder / "organisation.yaml" if self.provider else example
            organisation = load_organisation(path, today=until.date())[0]
        library = load_library(None, shipped=shipped_playbooks())
        ledger.check_facts()
        ledger.check_messages()
        ledger.check_cards()
        ledger.check_files()
        check_answers(ledger)
        check_announced(ledger)
        pace = SECONDS_PER_MINUTE / 60
        self.late = ledger.check_reminders(organisation, library, pace, self.patience)
        return ledger


def office() -> Workspace:
    """The stand-in Slack with everybody in it."""
    return Workspace(users=PEOPLE)
