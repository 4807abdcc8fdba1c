"""`emulate` from npm, installed beside these tests and started for them.

Needs Node 20 or newer with npm. Where they are missing these tests are left out, and say how to
get them; with LOCKOUT_REQUIRE_ALL=1, as in CI, they fail instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.ports import free_port

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / "emulate" / "dist" / "index.js"
HOW = "npm and Node.js 20 or newer are needed for tests/emulate: apt-get install nodejs npm"
SECONDS = 30


def left_out(why: str) -> None:
    """Skip; or fail where everything must run."""
    if os.environ.get("LOCKOUT_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def program() -> Path:
    """The locked release of emulate, installed when it is not there yet."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        left_out(HOW)
    if not PROGRAM.exists():
        done = subprocess.run(
            [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode != 0:
            left_out(f"npm could not install emulate: {done.stderr[-400:]}")
    return PROGRAM


@pytest.fixture
def emulate(program: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh workspace, as seed.yaml says it."""
    port = free_port()
    command = ["node", str(program), "--service", "slack", "--port", str(port)]
    with (tmp_path / "emulate.log").open("w") as said:
        running = subprocess.Popen(
            [*command, "--seed", str(HERE / "seed.yaml")], stdout=said, stderr=said, cwd=tmp_path
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, running, tmp_path / "emulate.log")
            yield address
        finally:
            running.terminate()
            running.wait(timeout=SECONDS)


def wait_for(address: str, running: subprocess.Popen[bytes], said: Path) -> None:
    """Until it answers. AssertionError: it ended, or never did."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert running.poll() is None, said.read_text()
        try:
            urlopen(f"{address}/", timeout=1).close()  # noqa: S310 - our own address
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"emulate did not answer: {said.read_text()}")
