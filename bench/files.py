"""Exporting and verifying 100,000 facts, beside the standard library on the same bytes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator

from bench.table import Row
from bot.core.events import IncidentDeclared, NoteAdded
from bot.core.incident import Incident, evolve
from bot.core.timeline import Actor, Draft, Fact, fact_to_dict, parse_time, seal_drafts
from bot.exports import export
from bot.exports.verify import verify

FACTS = 100_000
START = parse_time("2026-11-22T03:04:05.000000Z")


def make_facts() -> tuple[Incident, list[Fact]]:
    """An incident with many notes; folded by its first and last fact, which is all exports need."""
    actor = Actor("slack:U0ONCALL1", "On-call engineer")
    drafts = [Draft("f0", IncidentDeclared(tenant="entra-example", provider="entra"), actor, START)]
    drafts += [
        Draft(
            f"f{number}", NoteAdded(text=f"What happened at {number}, in a few words"), actor, START
        )
        for number in range(1, FACTS)
    ]
    incident = Incident(id="lo-bench")
    facts = list(seal_drafts("lo-bench", drafts, after=0, head=incident.head, now=START))
    for fact in (facts[0], facts[-1]):
        incident = evolve(incident, fact)
    return incident, facts


def _seconds(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def measure() -> list[Row]:
    """Rows for the three formats and for verify."""
    incident, facts = make_facts()

    def take(export_format: str) -> Iterator[bytes]:
        return export(
            export_format,
            incident=incident,
            organisation_name="Bench",
            time_zone="UTC",
            facts=facts,
        ).chunks

    dicts = [fact_to_dict(fact) for fact in facts]
    floor = _seconds(lambda: json.dumps(dicts))
    rows = [
        Row(
            f"export of {FACTS:,} facts, {name}, s",
            _seconds(lambda n=name: sum(map(len, take(n)))),
            "json.dumps",
            floor,
            f"<= {bound}",
        )
        for name, bound in (("json", 4), ("md", 4), ("html", 6))
    ]
    data = b"".join(take("json"))
    bare = _seconds(lambda: (hashlib.sha256(data), json.loads(data)))
    checked = _seconds(lambda: verify(data))
    return [
        *rows,
        Row(f"verify of {FACTS:,} facts, s", checked, "SHA-256 + json.loads", bare, "<= 3"),
    ]
