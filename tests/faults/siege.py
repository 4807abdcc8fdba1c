"""One siege: people at work, bad weather, and processes that die, until the plan is done.

Then the weather clears, what waits is delivered, and the ledger is drawn up.
"""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file
from pathlib import Path

import aiohttp

from bot.adapters.db.engine import open_engine
from bot.adapters.organisation_file import load_organisation
from bot.adapters.playbook_files import load_library, shipped_playbooks
from bot.app import EXAMPLE
from tests.faults.ledger import Ledger, read_database
from tests.faults.load import People, at_work, open_doors
from tests.faults.points import POINTS
from tests.faults.program import Program
from tests.faults.weather import CALLS, Stage, Trap, Weather
from tests.walks.office import PEOPLE
from tests.workspace import Workspace

SECONDS_PER_MINUTE = 0.3
LONGEST_LIFE = 4.0
DRAIN_SECONDS = 120.0


@dataclass(frozen=True)
class Blow:
    """One way to be hit: at a named point of its SQL, over a call of Slack, by chance, or stopped."""

    kind: str
    point: str = ""
    method: str = ""
    stage: Stage = "undone"


def make_plan(kills: int, stops: int, chance: random.Random) -> list[Blow]:
    """Every named point and every call once, the rest by chance, shuffled."""
    named = [Blow("point", point=point) for point in POINTS]
    named += [Blow("call", method=method, stage=stage) for method, stage in CALLS]
    plan = [*named]
    while len(plan) < kills:
        plan.append(chance.choice(named) if chance.random() < 0.5 else Blow("chance"))
    plan += [Blow("stop")] * stops
    chance.shuffle(plan)
    return plan


@dataclass
class Siege:
    """Runs a plan against one database."""

    slack: Workspace
    folder: Path
    database: str
    replicas: int = 1
    patience: timedelta = timedelta(seconds=15)
    stop_seconds: float = 1.5
    seed: int = 1
    hits: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    programs: list[Program] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nothing runs yet."""
        self.chance = random.Random(self.seed)
        environment = {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "LOCKOUT_DATABASE_URL": self.database,
            "LOCKOUT_REMINDER_SECONDS_PER_MINUTE": str(SECONDS_PER_MINUTE),
        }
        self.programs = [
            Program(self.folder, environment, name=f"lockout-{number}")
            for number in range(self.replicas)
        ]
        self.weather = Weather(random.Random(self.seed), calm=True)
        self.slack.web_api.faults = self.weather
        self.people = People(self.slack, random.Random(self.seed + 1))
        self.doors = open_doors(self.slack, self.programs, random.Random(self.seed + 2))

    async def run(self, plan: Iterable[Blow]) -> Ledger:
        """The whole of it; the ledger of what became of it."""
        try:
            for program in self.programs:
                await program.start()
            async with at_work(self.people):
                self.weather.calm = False
                for blow in plan:
                    await self._strike(blow)
            self.weather.calm = True
            until = await self._drain()
            await self._stop_gracefully()
        finally:
            await self.doors.close()
            for program in self.programs:
                await program.end()
        return self._reckon(until)

    # --- blows

    async def _strike(self, blow: Blow) -> None:
        victim = self.chance.choice(self.programs)
        if blow.kind == "stop":
            await self._stop_for_a_while(victim)
        elif blow.kind == "call":
            await self._kill_over(blow)
        elif blow.kind == "point":
            await self._kill_at(blow.point, victim)
        else:
            await asyncio.sleep(self.chance.uniform(0.3, 2.5))
            victim.send(signal.SIGKILL)
            self.hits["by chance"] += 1
            await victim.is_gone()
            await victim.start()

    async def _kill_at(self, point: str, victim: Program) -> None:
        """It was born with the trap: so the life before this one ends by chance."""
        victim.send(signal.SIGKILL)
        await victim.is_gone()
        self.hits["by chance"] += 1
        await victim.start(point, self.chance.randint(1, 3))
        if await self._dies(victim):
            self.hits[point] += 1
        else:
            self.missed[point] += 1
            victim.send(signal.SIGKILL)
        await victim.is_gone()
        await victim.start()

    async def _kill_over(self, blow: Blow) -> None:
        """Nobody can tell which replica calls, so all of them die over it."""

        def kill() -> None:
            for program in self.programs:
                program.send(signal.SIGKILL)

        name = f"over {blow.method}, {blow.stage}"
        self.weather.trap = Trap(blow.method, blow.stage, kill)
        if await self._dies(self.programs[0]):
            self.hits[name] += len(self.programs)
        else:
            self.missed[name] += 1
            self.weather.trap = None
            return
        for program in self.programs:
            await program.is_gone()
            await program.start()

    async def _dies(self, program: Program) -> bool:
        end = time.monotonic() + LONGEST_LIFE
        while time.monotonic() < end:
            if not program.is_alive():
                return True
            await asyncio.sleep(0.01)
        return False

    async def _stop_for_a_while(self, victim: Program) -> None:
        await asyncio.sleep(self.chance.uniform(0.2, 1.0))
        victim.send(signal.SIGSTOP)
        await asyncio.sleep(self.stop_seconds)
        victim.send(signal.SIGCONT)
        self.hits["stopped and continued"] += 1

    # --- the end

    async def _drain(self) -> datetime:
        """When everything that was written down by then had been delivered."""
        end = time.monotonic() + DRAIN_SECONDS
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < end:
                moment = datetime.now(UTC)
                if await self._waiting(session) == 0:
                    return moment
                await asyncio.sleep(0.2)
        return datetime.now(UTC)

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
        ledger = Ledger(read_database(engine), self.people, self.slack, until)
        engine.dispose()
        with as_file(EXAMPLE) as path:
            organisation = load_organisation(path, today=until.date())[0]
        library = load_library(None, shipped=shipped_playbooks())
        ledger.check_facts()
        ledger.check_messages()
        ledger.check_cards()
        ledger.check_files()
        pace = SECONDS_PER_MINUTE / 60
        self.late = ledger.check_reminders(organisation, library, pace, self.patience)
        return ledger

    @property
    def kills(self) -> int:
        """Without the stops."""
        return sum(self.hits.values()) - self.hits["stopped and continued"]


def office() -> Workspace:
    """The stand-in Slack with everybody in it."""
    return Workspace(users=PEOPLE)


def show(siege: Siege, ledger: Ledger) -> str:
    """The table, as people read it."""
    late = sorted(siege.late) or [0.0]
    answers = sorted(siege.people.answers) or [0.0]
    facts = sum(map(len, ledger.written.timelines.values()))
    rows = [
        f"{siege.database.partition(':')[0].partition('+')[0]}, {siege.replicas} process(es): "
        f"{siege.kills} kills, {siege.hits['stopped and continued']} stops, "
        f"{facts} facts, {len(siege.people.answers)} acknowledged, "
        f"{siege.people.unanswered} unanswered, {siege.doors.repeated} sent again",
        f"  injected into Slack: {dict(siege.weather.struck)}",
        f"  acknowledged after p50 {answers[len(answers) // 2] * 1e3:.0f} ms, "
        f"p99 {answers[int(len(answers) * 0.99)] * 1e3:.0f} ms",
        f"  {len(late)} reminders, late by p50 {late[len(late) // 2]:.1f} s, max {late[-1]:.1f} s",
    ]
    rows += [f"  {name:<32}{count:>4}" for name, count in ledger.counts.items()]
    rows += [f"  killed: {name} x {count}" for name, count in sorted(siege.hits.items())]
    rows += [f"  never came there: {name} x {count}" for name, count in siege.missed.items()]
    return "\n".join(rows)
