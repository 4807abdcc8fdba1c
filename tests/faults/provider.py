"""A provider of policies that outlives every process: a file, which the program under test reads.

`install` runs inside that program; `Provider` is the hand of whoever changes the policies.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.adapters.system import SystemClock
from bot.app import App
from bot.audit.snapshot import Snapshot
from bot.core.facts import AnyTenant
from bot.services.polling import Polling
from tests.services.tenants import policy, snapshot

TENANT = "entra-example"
EVERY = timedelta(seconds=1)


def name_of(number: int) -> str:
    """As it is announced."""
    return f"CA{number:03}: Block everybody"


@dataclass
class FileSource:
    """`PolicySource` of one tenant; the reading that finds a trap is its process's last."""

    file: Path

    def reads(self, tenant: AnyTenant) -> bool:
        """The one that lies there."""
        return tenant.id == TENANT

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """The policies whose numbers lie there now."""
        numbers = json.loads(self.file.read_text())
        trap = self.file.with_suffix(".trap")
        if trap.exists():
            trap.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return snapshot(SystemClock().now(), *(policy(number) for number in numbers))


def install(file: str) -> None:
    """In this process, policies are read there, and every second."""
    patches: list[tuple[Any, str, Any]] = [
        (App, "source", FileSource(Path(file))),
        (Polling, "_interval", lambda _polling: EVERY),
    ]
    for place, name, replacement in patches:
        setattr(place, name, replacement)


@dataclass
class Provider:
    """Two policies that keep the emergency accounts out, the newest one last."""

    folder: Path
    newest: int = 1
    changes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """There is one from the beginning."""
        self._write([1])

    @property
    def file(self) -> Path:
        """What the program reads."""
        return self.folder / "policies.json"

    def change(self) -> int:
        """Somebody adds a policy; its number."""
        self.newest += 1
        self.changes.append(self.newest)
        self._write([self.newest - 1, self.newest])
        return self.newest

    def set_trap(self) -> None:
        """The next reading kills whoever reads."""
        self.file.with_suffix(".trap").touch()

    def is_sprung(self) -> bool:
        """Whether somebody died over a reading."""
        return not self.file.with_suffix(".trap").exists()

    def _write(self, numbers: list[int]) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(numbers))
        new.replace(self.file)
