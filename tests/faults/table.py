"""The table of a siege, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.ledger import Ledger
from tests.faults.siege import Siege


def show(siege: Siege, ledger: Ledger) -> str:
    """What was done to it, how quick it was, and what came of it."""
    database = siege.database.partition(":")[0].partition("+")[0]
    facts = sum(map(len, ledger.written.timelines.values()))
    people, hits, late = siege.people, siege.hits, siege.late or [0.0]
    quick, slow = _share(people.answers, 0.5) * 1e3, _share(people.answers, 0.99) * 1e3
    rows = [
        f"{database}, {siege.replicas} process(es)",
        f"  {siege.kills} kills, {hits['stop']} stops, {len(siege.paused)} long pauses",
        f"  {hits['server']} restarts of the database server",
        f"  {facts} facts; {len(people.answers)} answers, p50 {quick:.0f} ms, p99 {slow:.0f} ms",
        f"  {people.unanswered} times no answer, {siege.doors.repeated} deliveries sent again",
        f"  Slack: {', '.join(f'{name} x {n}' for name, n in siege.weather.struck.items())}",
        f"  {len(late)} reminders, late by p50 {_share(late, 0.5):.1f} s, max {max(late):.1f} s",
    ]
    rows += [f"    {name:<34}{count:>4}" for name, count in ledger.counts.items()]
    rows += [f"  hit: {name} x {count}" for name, count in sorted(hits.items())]
    rows += [f"  never came there: {name} x {count}" for name, count in siege.missed.items()]
    return "\n".join(rows)


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0
