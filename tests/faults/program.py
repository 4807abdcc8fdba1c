"""The program under test: real processes on one database, started as often as they are killed.

Imports take seconds, so each life is a child of a process that has imported everything and opened
nothing; from there on it is `python -m bot run`, configured by its environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30

NURSERY = """
import faulthandler, importlib, json, os, pkgutil, signal, sys
import bot
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    if "migrations" not in module.name and "__main__" not in module.name:
        importlib.import_module(module.name)
import alembic.command
from bot.__main__ import main
from bot.surfaces.slack import server
from tests.faults.points import arm
from tests.faults.provider import install
from tests.faults.releases import become_older
from tests.faults.weather import PATIENCE
server.TIMEOUT_SECONDS = PATIENCE
sys.argv[1:] = ["run"]
while line := sys.stdin.readline():
    life = json.loads(line)
    child = os.fork()
    if not child:
        log = os.open(life["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(life["environment"])
        faulthandler.register(signal.SIGUSR1)
        if life["policies"]:
            install(life["policies"])
        if life["older"]:
            become_older()
        if life["point"]:
            arm(life["point"], life["countdown"], stops=life["stops"])
        main()
    print("born", child, flush=True)
    print("gone", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass
class Program:
    """One place where `lockout run` lives; `environment` is all that it is told."""

    folder: Path
    environment: Mapping[str, str]
    name: str = "lockout"
    # Where this program reads a tenant's policies (see provider.py); empty: nowhere.
    policies: str = ""
    port: int = field(default_factory=free_port)
    pid: int = 0
    lives: int = 0
    _nursery: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What all its lives have said."""
        return self.folder / f"{self.name}.log"

    async def start(
        self, point: str = "", countdown: int = 1, *, stops: bool = False, older: bool = False
    ) -> None:
        """Returns when it listens; at `point` it dies or stops by itself (see points.py).

        `older`: as the release before this one (see releases.py).
        """
        nursery = self._nursery = self._nursery or await self._open_nursery()
        life = {
            "log": str(self.log),
            "environment": {
                "LOCKOUT_LISTEN": f"127.0.0.1:{self.port}",
                **self.environment,
            },
            "policies": self.policies,
            "older": older,
            "point": point,
            "countdown": countdown,
            "stops": stops,
        }
        assert nursery.stdin
        nursery.stdin.write(json.dumps(life).encode() + b"\n")
        self.pid = int((await self._hears("born")).split()[1])
        self.lives += 1
        await self._listens()

    async def _listens(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            while self.is_alive():
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    @property
    def state(self) -> str:
        """As the system calls it: `T` stopped, `Z` or `X` dead; `X` as well for not born."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "X"

    def is_alive(self) -> bool:
        """Whether it has not died yet; it may be stopped."""
        return bool(self.pid) and self.state not in {"Z", "X"}

    def send(self, number: signal.Signals) -> None:
        """SIGKILL, SIGSTOP, SIGCONT, SIGTERM."""
        if self.is_alive():
            os.kill(self.pid, number)

    def limit_files(self, size: int | None) -> None:
        """Let no file grow beyond `size` bytes, as on a full disk; None takes it back."""
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    async def is_gone(self, within: float = 30.0) -> int:
        """Wait until the system has taken it away; how it ended."""
        async with asyncio.timeout(within):
            code = int((await self._hears("gone")).split()[1])
        self.pid = 0
        return code

    async def end(self) -> None:
        """Leave nothing running."""
        self.send(signal.SIGKILL)
        if self._nursery is not None:
            assert self._nursery.stdin
            self._nursery.stdin.close()
            await self._nursery.communicate()

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
            env={**ours, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )

    async def _hears(self, word: str) -> str:
        assert self._nursery
        assert self._nursery.stdout
        async for line in self._nursery.stdout:
            if line.decode().startswith(word):
                return line.decode()
        message = f"the nursery is gone; {self.log} ends: {self.log.read_text()[-3000:]}"
        raise AssertionError(message)
