"""A PostgreSQL server for the length of a test run: a cluster of its own, on loopback.

Not for production advice: only `fsync=on` is as it should be there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.ports import free_port

OLDEST = 15
HOW_TO_GET_IT = (
    f"no PostgreSQL {OLDEST} or newer was found; on Debian: sudo apt-get install postgresql"
)
# A deadlock is found this soon, so that a test need not wait a second for it.
SETTINGS = {"fsync": "on", "listen_addresses": "127.0.0.1", "deadlock_timeout": "50ms"}


def find_binaries() -> Path | None:
    """The newest folder with `initdb` and `pg_ctl`; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    folders += [Path(on_path).resolve().parent] if on_path else []
    found = [(version, folder) for folder in folders if (version := _version(folder)) >= OLDEST]
    return max(found)[1] if found else None


def _version(folder: Path) -> int:
    if not all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    number = re.search(r"\b(\d+)", said.stdout)
    return int(number[1]) if number else 0


@dataclass
class PostgresServer:
    """One cluster; `start` and `stop` may be repeated, the data stays until `remove`."""

    binaries: Path
    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lockout-pg-")))
    _databases: int = 0

    def create(self) -> None:
        """Make the cluster. PostgreSQL refuses to run as root, so root lends it to nobody."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
        self._run("initdb", "-D", "data", "-U", "lockout", "-A", "trust", "-E", "UTF8", "-N")
        settings = {**SETTINGS, "port": str(self.port), "unix_socket_directories": ""}
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def start(self) -> None:
        """Returns when it takes connections."""
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "30", "start")

    def stop(self, mode: str = "fast") -> None:
        """Cut all connections and stop; does nothing when it is stopped."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "-t", "30", "stop")

    def remove(self) -> None:
        """Stop without writing anything more, and take the data away."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """The URL of an empty database of its own."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="lockout", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://lockout@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        someone = "nobody" if os.geteuid() == 0 else None
        # No pipe: the server would hold it open after `pg_ctl start` has returned.
        with (self.folder / "said").open("w", encoding="utf-8") as said:
            try:
                subprocess.run(
                    [self.binaries / program, *arguments],
                    cwd=self.folder,
                    env={"PATH": os.defpath, "LC_ALL": "C"},
                    user=someone,
                    extra_groups=[] if someone else None,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=subprocess.STDOUT,
                    check=True,
                )
            except subprocess.CalledProcessError as error:
                error.add_note((self.folder / "said").read_text(encoding="utf-8"))
                raise
