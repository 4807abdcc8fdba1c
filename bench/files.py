"""Exporting and verifying 100,000 facts, beside the standard library on the same bytes.

And what an export takes in memory, from the database to the file that is handed over, on many facts
beside a tenth of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.rounds import medians
from bench.table import Row
from bot.adapters.logs import configure_logs
from bot.app import App
from bot.core.events import IncidentDeclared, NoteAdded, StepTaken
from bot.core.incident import Incident, evolve
from bot.core.timeline import Actor, Draft, Fact, fact_to_dict, parse_time, seal_drafts
from bot.exports import export
from bot.exports.verify import verify
from bot.services.showing import export_incident
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
FACTS = 100_000
INCIDENT = "lo-bench"
START = parse_time("2026-11-22T03:04:05.000000Z")


def make_drafts(count: int) -> list[Draft]:
    """A declaration and many notes."""
    actor = Actor("slack:U0ONCALL1", "On-call engineer")
    declared = IncidentDeclared(tenant="entra-example", provider="entra")
    return [Draft("f0", declared, actor, START)] + [
        Draft(
            f"f{number}", NoteAdded(text=f"What happened at {number}, in a few words"), actor, START
        )
        for number in range(1, count)
    ]


def make_facts(count: int) -> tuple[Incident, list[Fact]]:
    """The same, folded by its first and last fact, which is all exports need."""
    incident = Incident(id=INCIDENT)
    drafts = make_drafts(count)
    facts = list(seal_drafts(INCIDENT, drafts, after=0, head=incident.head, now=START))
    for fact in (facts[0], facts[-1]):
        incident = evolve(incident, fact)
    return incident, facts


def open_app(database: Path) -> App:
    """The app on this file, which need not be there yet."""
    app = App()
    app.settings = Settings(lockout_database_url=f"sqlite:///{database}")
    return app


async def fill(database: Path, count: int) -> None:
    """An incident with so many facts: presses, since the fold keeps every note in memory."""
    declared, *notes = make_drafts(count)
    press = StepTaken(playbook="triage", step="outage")
    drafts = [declared, *(replace(note, event=press) for note in notes)]
    async with open_app(database).desk() as desk:
        for start in range(0, count, 5_000):
            await desk.store.append(INCIDENT, drafts[start : start + 5_000], after=start)


async def take_out(database: Path, export_format: str) -> int:
    """The file as a surface hands it over; its length in bytes."""
    async with open_app(database).desk() as desk:
        return sum(map(len, (await export_incident(desk, INCIDENT, export_format)).chunks))


def peak(database: Path, export_format: str) -> float:
    """MB that a process of its own takes at most for one export."""
    command = [sys.executable, "-m", "bench.files", str(database), export_format]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(said.stdout)


def main() -> None:
    """`python -m bench.files DATABASE FORMAT`: export, and say how large this process became."""
    configure_logs("error", as_json=True)
    asyncio.run(take_out(Path(sys.argv[1]), sys.argv[2]))
    # Not getrusage: it counts what the process that started this one had taken.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def measure(count: int = FACTS) -> list[Row]:
    """Rows for the three formats, for verify, and for the memory of an export."""
    incident, facts = make_facts(count)

    def take(export_format: str) -> Iterable[bytes]:
        return export(
            export_format,
            incident=incident,
            organisation_name="Bench",
            time_zone="UTC",
            facts=facts,
        ).chunks

    def write(export_format: str) -> int:
        return sum(map(len, take(export_format)))

    dicts = [fact_to_dict(fact) for fact in facts]
    names = ("json", "md", "html")
    floor, *took = medians(
        lambda: json.dumps(dicts), *(partial(write, export_format) for export_format in names)
    )
    rows = [
        Row(f"export of {count:,} facts, {name}, s", own, "json.dumps", floor, f"<= {bound}")
        for name, own, bound in zip(names, took, (4, 4, 6), strict=True)
    ]
    data = b"".join(take("json"))
    bare, checked = medians(lambda: (hashlib.sha256(data), json.loads(data)), lambda: verify(data))
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_peak_of(Path(folder), size) for size in (count // 10, count))
    return [
        *rows,
        Row(f"verify of {count:,} facts, s", checked, "SHA-256 + json.loads", bare, "<= 3"),
        Row(f"export of {count:,} facts, MB", many, f"of {count // 10:,}", few, "<= 1.3"),
    ]


def _peak_of(folder: Path, count: int) -> float:
    database = folder / f"{count}.db"
    asyncio.run(fill(database, count))
    return peak(database, "md")


if __name__ == "__main__":
    main()
