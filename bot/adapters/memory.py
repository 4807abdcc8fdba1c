"""Every port in memory: for tests and for trying things, never for an outage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.adapters.keepable import NOT_EMPTY, TWICE, check_keepable, seal_keepable
from bot.audit.snapshot import Snapshot
from bot.core.backup import Contents, Head, Part, Seen
from bot.core.errors import AlreadyRecorded, Conflict, Refused
from bot.core.events import (
    CardPosted,
    DrillBegun,
    DrillFinished,
    Event,
    IncidentClosed,
    IncidentDeclared,
)
from bot.core.timeline import GENESIS, Draft, Fact
from bot.services.ports import Backlog, Effect, IncidentLine, Outgoing, Reading, SnapshotHead
from bot.services.watching import check_measure


@dataclass
class FixedClock:
    """`Clock` that moves only when told to."""

    moment: datetime = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)

    def now(self) -> datetime:
        """Where the hands stand."""
        return self.moment

    def advance(self, **by: float) -> None:
        """Like `timedelta`: `advance(minutes=5)`."""
        self.moment += timedelta(**by)


@dataclass
class CountingIds:
    """`Ids` in order, so that a test can name them."""

    count: int = 0

    def incident(self, now: datetime) -> str:
        """`lo-261122-1`, then `lo-261122-2`."""
        self.count += 1
        return f"lo-{now:%y%m%d}-{self.count}"

    def drill(self, now: datetime) -> str:
        """`drill-261122-1`, in the same order."""
        self.count += 1
        return f"drill-{now:%y%m%d}-{self.count}"

    def fact(self) -> str:
        """`fact-1`, then `fact-2`."""
        self.count += 1
        return f"fact-{self.count}"


@dataclass
class MemoryEventStore:
    """`EventStore` in a dictionary."""

    clock: FixedClock
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    deliveries: dict[str, str] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        """Facts with a version above `after`, up to `until`, in order."""
        return self.facts.get(incident, [])[after:until]

    async def append(
        self,
        incident: str,
        drafts: Sequence[Draft],
        *,
        after: int,
        once: str = "",
        effects: Sequence[Effect] = (),
    ) -> list[Fact]:
        """All or none. Errors: Refused, Conflict, AlreadyRecorded."""
        check_keepable(incident, drafts, once)
        if once and once in self.deliveries:
            raise AlreadyRecorded("This was recorded already")
        known = self.facts.get(incident, [])
        if len(known) != after:
            raise Conflict("Somebody else recorded something first")
        head = known[-1].hash if known else GENESIS
        now = self.clock.now()
        sealed = seal_keepable(incident, drafts, after=after, head=head, now=now)
        if sealed:
            self.facts.setdefault(incident, []).extend(sealed)
        if once:
            self.deliveries[once] = incident
        self.effects.extend(effects)
        return sealed

    async def schedule(self, effects: Sequence[Effect], *, once: str = "") -> None:
        """Kept, so that a test can look. Errors: AlreadyRecorded."""
        if once and once in self.deliveries:
            raise AlreadyRecorded("This was recorded already")
        if once:
            self.deliveries[once] = ""
        self.effects.extend(effects)

    async def backlog(self) -> Backlog:
        """Nothing is ever delivered from memory."""
        return Backlog(sum(isinstance(effect, Outgoing) for effect in self.effects))

    async def incident_of(self, once: str) -> str | None:
        """The incident that a delivery was recorded in."""
        return self.deliveries.get(once)

    async def incidents_at(self, channel: str) -> list[str]:
        """Incidents whose card was hung in this place, newest first."""
        return [
            name
            for name, facts in reversed(self.facts.items())
            if any(
                isinstance(item.event, CardPosted) and item.event.channel == channel
                for item in facts
            )
        ]

    async def incidents(self) -> list[IncidentLine]:
        """Every incident, newest first; no drill."""
        return self._lines(IncidentDeclared, IncidentClosed)

    async def drills(self) -> list[IncidentLine]:
        """Every drill, newest first."""
        return self._lines(DrillBegun, DrillFinished)

    def _lines(self, first: type[Event], last: type[Event]) -> list[IncidentLine]:
        lines = []
        for name, facts in self.facts.items():
            declared = [item for item in facts if isinstance(item.event, first)]
            closed = [item.occurred_at for item in facts if isinstance(item.event, last)]
            if declared:
                lines.append(
                    IncidentLine(name, declared[0].occurred_at, closed[0] if closed else None)
                )
        return sorted(lines, key=lambda line: (line.declared_at, line.id), reverse=True)

    async def check(self) -> None:
        """Memory always answers."""


@dataclass
class MemoryMover:
    """`Mover` over the dictionaries of a store."""

    store: MemoryEventStore

    async def contents(self) -> Contents:
        """What is kept now; a delivery's time is the clock's, as the dictionary has none."""
        store, now = self.store, self.store.clock.now()
        heads = [Head(name, len(facts), facts[-1].hash) for name, facts in store.facts.items()]
        seen = [Seen(key, incident, now) for key, incident in store.deliveries.items()]
        heads.sort(key=lambda head: head.incident)
        return Contents(tuple(heads), tuple(sorted(seen, key=lambda item: item.key)))

    async def page(self, incident: str, after: int, until: int) -> list[Fact]:
        """The next facts, two at a time, so that a small test has several pages."""
        return self.store.facts.get(incident, [])[after : min(until, after + 2)]

    async def restore(self, parts: Iterable[Part]) -> None:
        """All or nothing. Errors: Refused; those of `parts`."""
        if self.store.facts or self.store.deliveries:
            raise Refused(*NOT_EMPTY)
        facts: dict[str, list[Fact]] = {}
        deliveries: dict[str, str] = {}
        for part in parts:
            if isinstance(part, Fact):
                facts.setdefault(part.incident, []).append(part)
            elif isinstance(part, Seen):
                deliveries[part.key] = part.incident
        ids = [fact.id for timeline in facts.values() for fact in timeline]
        if len(set(ids)) < len(ids):
            raise Refused(*TWICE)
        self.store.facts, self.store.deliveries = facts, deliveries


@dataclass
class MemoryMeter:
    """`Meter` that remembers, and is as strict as the real one."""

    counted: dict[tuple[str, ...], int] = field(default_factory=dict)
    observed: dict[tuple[str, ...], list[float]] = field(default_factory=dict)
    gauges: dict[str, Reading] = field(default_factory=dict)

    def count(self, name: str, **labels: str) -> None:
        """Under the name and the values of its labels, in the order of `MEASURES`."""
        place = self._place(name, "counter", labels)
        self.counted[place] = self.counted.get(place, 0) + 1

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One more value."""
        self.observed.setdefault(self._place(name, "histogram", labels), []).append(value)

    def gauge(self, name: str, read: Reading) -> None:
        """Kept, so that a test can ask it."""
        self.gauges[self._place(name, "gauge", {})[0]] = read

    @staticmethod
    def _place(name: str, kind: str, labels: dict[str, str]) -> tuple[str, ...]:
        measure = check_measure(name, kind, labels)
        return (name, *(labels[label] for label in measure.labels))


@dataclass
class MemorySnapshotStore:
    """`SnapshotStore` in memory; what follows from a snapshot is in `effects`."""

    kept: list[Snapshot] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    async def keep(
        self, snapshot: Snapshot, *, effects: Sequence[Effect] = (), once: str = ""
    ) -> None:
        """All or nothing."""
        if once and once in self._seen:
            raise AlreadyRecorded("This was recorded already")
        self._seen |= {once} - {""}
        self.kept.append(snapshot)
        self.effects += effects

    async def newest(self, tenant: str) -> Snapshot | None:
        """By when it was taken, then by when it was kept."""
        own = [one for one in reversed(self.kept) if one.tenant == tenant]
        return max(own, key=lambda one: one.taken_at, default=None)

    async def before(self, tenant: str, moment: datetime) -> Snapshot | None:
        """The newest one before a moment."""
        own = [one for one in self.kept if one.tenant == tenant and one.taken_at < moment]
        return max(own, key=lambda one: one.taken_at, default=None)

    async def heads(self) -> list[SnapshotHead]:
        """The newest of every tenant, by name."""
        newest = [await self.newest(tenant) for tenant in {one.tenant for one in self.kept}]
        heads = [SnapshotHead(one.tenant, one.digest, one.taken_at) for one in newest if one]
        return sorted(heads, key=lambda head: head.tenant)
