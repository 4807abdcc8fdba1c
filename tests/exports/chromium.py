"""A browser without a window, asked for one page at a time."""

from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from itertools import count
from pathlib import Path

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
    "--log-level=0",
    # Nothing may be fetched from anywhere: a request that is tried fails and is logged.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_SECONDS = 120


@dataclass(frozen=True)
class Seen:
    """What came of a visit: standard output, and what the page said on its console."""

    output: str
    console: list[str]


class Chromium:
    """`program` with a fresh profile under `place` for each visit."""

    def __init__(self, program: str, place: Path) -> None:
        self._program, self._place, self._visits = program, place, count(1)

    def visit(self, page: Path, *switches: str) -> Seen:
        """Open a file. Errors: CalledProcessError, TimeoutExpired."""
        profile = self._place / f"profile-{next(self._visits)}"
        done = subprocess.run(
            [self._program, *_QUIET, f"--user-data-dir={profile}", *switches, page.as_uri()],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
        console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
        return Seen(done.stdout, console)

    def picture(self, page: Path, width: int, height: int, *switches: str) -> bytes:
        """A screenshot as PNG."""
        shot = self._place / f"shot-{next(self._visits)}.png"
        self.visit(page, f"--screenshot={shot}", f"--window-size={width},{height}", *switches)
        return shot.read_bytes()

    def paper(self, page: Path) -> bytes:
        """The page as PDF."""
        pdf = self._place / f"paper-{next(self._visits)}.pdf"
        self.visit(page, f"--print-to-pdf={pdf}", "--no-pdf-header-footer")
        return pdf.read_bytes()


def size_of_png(data: bytes) -> tuple[int, int]:
    """Width and height in pixels (PNG, IHDR)."""
    width, height = struct.unpack(">II", data[16:24])
    return int(width), int(height)
