"""On SQLite one process serves: a second one would run the work of the first one again.

The lock is the system's, so it ends with the process, however that ends. Not for PostgreSQL, where
each process has a name of its own (see `replicas`).
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import structlog

from bot.core.errors import Broken

if sys.platform != "win32":
    import fcntl

log = structlog.get_logger(__name__)

# A process that is told to stop finishes what it does first; its successor may be there already.
PATIENCE_SECONDS = 30.0
AGAIN_SECONDS = 0.2


class Alone:
    """Held from `take` to `release`; `database` is the path of the file."""

    def __init__(self, database: str) -> None:
        # SQLite takes a path, or a URI that begins like this.
        self._path = Path(f"{database.removeprefix('file:')}-serving")
        self._file: int | None = None

    async def take(self, patience: float = PATIENCE_SECONDS) -> None:
        """Wait for whoever is going. Errors: Broken when somebody stays."""
        if sys.platform == "win32":  # pragma: no cover - there is no such lock
            return
        try:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise Broken(f"{self._path} cannot be written: {error.strerror}") from error
        end = asyncio.get_running_loop().time() + patience
        while not self._locked(self._file):
            if asyncio.get_running_loop().time() > end:
                self.release()
                raise Broken(
                    f"Another process serves {self._path.name.removesuffix('-serving')} already",
                    "Stop it first. Several processes need PostgreSQL",
                )
            log.info("waiting_for_the_other_process")
            await asyncio.sleep(min(AGAIN_SECONDS, patience))

    def release(self) -> None:
        """Let the next one in; does nothing when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @staticmethod
    def _locked(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
