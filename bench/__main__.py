"""`python -m bench [acks|files|audit]`: measure, and print one table."""

from __future__ import annotations

import asyncio
import os
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path

from bench import acks, audit, files
from bench.processes import pin_load
from bench.table import render


def main() -> None:
    """Everything, or the part that is named."""
    part = sys.argv[1] if len(sys.argv) > 1 else "all"
    pin_load()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        if part in {"all", "acks"}:
            rows += asyncio.run(acks.measure(Path(folder)))
        if part in {"all", "files"}:
            rows += files.measure()
        if part in {"all", "audit"}:
            rows += audit.measure()
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{os.cpu_count()} cores, {platform.machine()}\n"
    )
    print(render(rows))


if __name__ == "__main__":
    main()
