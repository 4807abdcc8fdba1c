"""Starting what is measured: apps on one core, the load and everything else on the other."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load import SECRET

ROOT = Path(__file__).parent.parent
APP_CORE, LOAD_CORE = "0", "1"


@dataclass(frozen=True)
class Running:
    """A process, where it listens, and when it was started (perf_counter)."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    @property
    def resident(self) -> float:
        """MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    @property
    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pin_load() -> None:
    """Keep the load, which is this process, off the core of what is measured."""
    os.sched_setaffinity(0, {int(LOAD_CORE)} & os.sched_getaffinity(0) or os.sched_getaffinity(0))


@contextmanager
def start(
    arguments: list[str],
    port: int,
    core: str,
    environment: Mapping[str, str] | None = None,
    wait: bool = True,  # noqa: FBT001, FBT002
) -> Iterator[Running]:
    """Run `python -m …` until the block ends."""
    pin = ["taskset", "-c", core] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    log = open(f"{os.environ.get('BENCH_LOGS', '/dev')}/null", "wb")  # noqa: PTH123, SIM115
    started = time.perf_counter()
    process = subprocess.Popen(
        [*pin, sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=log,
        stderr=log,
    )
    try:
        if wait:
            wait_for(port, process)
        yield Running(process, port, started)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Until something listens. Errors: RuntimeError."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.002)
    message = f"nothing listens on {port}"
    raise RuntimeError(message)


@contextmanager
def stub(delay: float = 0.0) -> Iterator[int]:
    """A Web API that answers after `delay` seconds; its port."""
    port = free_port()
    with start(["bench.slack_stub", str(port), str(delay)], port, LOAD_CORE):
        yield port


@contextmanager
def floor(variant: str, folder: Path, stub_port: int) -> Iterator[Running]:
    """A floor: see `bench.floor`."""
    port = free_port()
    database = folder / f"floor-{variant}-{port}.db"
    with start(
        ["bench.floor", variant, str(port), str(stub_port), str(database)], port, APP_CORE
    ) as it:
        yield it


@contextmanager
def ours(database: Path, stub_port: int, *, wait: bool = True) -> Iterator[Running]:
    """Lockout itself, with the example organisation."""
    port = free_port()
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": f"http://127.0.0.1:{stub_port}/api/",
        "LOCKOUT_LISTEN": f"127.0.0.1:{port}",
        "LOCKOUT_DATABASE_URL": f"sqlite:///{database}",
        "LOCKOUT_LOG_LEVEL": "error",
        "LOCKOUT_ORGANISATION": "",
    }
    with start(["bot", "run"], port, APP_CORE, environment, wait=wait) as it:
        yield it
