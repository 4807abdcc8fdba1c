"""What the use cases need of the world, named after the need. Adapters and surfaces provide it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.audit.snapshot import Snapshot
from bot.core.backup import Contents, Part
from bot.core.facts import AnyTenant
from bot.core.incident import Incident
from bot.core.timeline import Draft, Fact


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One row of the list of incidents, or of drills."""

    id: str
    declared_at: datetime
    closed_at: datetime | None


OutgoingKind = Literal["show", "export", "notice", "announce", "audit", "corrections"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something that must reach people, written down in the same transaction as its facts.

    `show`: draw the card, and say the facts whose versions stand in `say`. `export`: hand over the
    timeline up to `version` in `format`, to `channel` or where the card hangs. `audit`: answer the
    fact with the version `asked`, which asks for an audit. `corrections`: hand over those of the
    audit that is the fact with the version `audit`, to where the card hangs. `announce`: tell of
    policies (`services.announcements`); `incident` is the tenant then, as `tenant:NAME`. `notice`:
    say `text` in `channel`, or, without one or when it does not take it, to each of `people` (as
    surfaces know them); written down `at` (UTC), it belongs to no incident.
    """

    incident: str
    kind: OutgoingKind
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timer:
    """Wake at `at` (UTC) and look whether the reminder of a subject still stands."""

    incident: str
    subject: str
    number: int
    at: datetime


Effect = Outgoing | Timer


@dataclass(frozen=True, slots=True)
class Backlog:
    """What still waits to be delivered, and what reached nobody; how much of it, of when.

    `dropped_last`: when the newest of what reached nobody was written down.
    """

    waiting: int = 0
    oldest: datetime | None = None
    dropped: int = 0
    dropped_last: datetime | None = None


class EventStore(Protocol):
    """The timeline on disk. There is no update and no delete: a correction is a fact."""

    async def read(self, incident: str, after: int = 0, until: int | None = None) -> list[Fact]:
        """Facts with a version above `after`, up to `until`, in order; empty when there are none.

        Errors: Unavailable.
        """

    async def append(
        self,
        incident: str,
        drafts: Sequence[Draft],
        *,
        after: int,
        once: str = "",
        effects: Sequence[Effect] = (),
    ) -> list[Fact]:
        """All drafts or none, committed to disk when this returns.

        `after` is the version they were decided on; `once` names the delivery that caused them.
        Errors: Conflict when another fact took the version; AlreadyRecorded when `once` was used;
        Unavailable, and then nothing was recorded.
        """

    async def incident_of(self, once: str) -> str | None:
        """The incident that a delivery was recorded in."""

    async def incidents_at(self, channel: str) -> list[str]:
        """Incidents whose card was hung in this place, newest first. Errors: Unavailable."""

    async def incidents(self) -> list[IncidentLine]:
        """Every incident, newest first; no drill is among them."""

    async def drills(self) -> list[IncidentLine]:
        """Every drill, newest first. Errors: Unavailable."""

    async def schedule(self, effects: Sequence[Effect], *, once: str = "") -> None:
        """Effects that follow from no fact: a requested export, a timer armed again, a notice.

        Errors: AlreadyRecorded when `once` was used, and then nothing was scheduled; Unavailable.
        """

    async def backlog(self) -> Backlog:
        """What still waits to be delivered, and what never was. Errors: Unavailable."""

    async def check(self) -> None:
        """A write and a read that leave nothing behind. Errors: Unavailable."""


class PolicySource(Protocol):
    """Reads a tenant's policies from its provider, with permissions that change nothing."""

    def reads(self, tenant: AnyTenant) -> bool:
        """Whether this process can ask the tenant's provider at all; asks nobody."""

    async def read(self, tenant: AnyTenant) -> Snapshot:
        """Everything an audit needs. What could not be read is among the snapshot's problems.

        Errors: Unavailable (the provider does not answer now), Broken (it refuses, or the
        extra that reads this provider is not installed; the hint says what to do).
        """


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """The newest snapshot of a tenant without what it holds; `taken_at` as `newest` gives it."""

    tenant: str
    digest: str
    taken_at: datetime


class SnapshotStore(Protocol):
    """The snapshots on disk: the newest ones of each tenant, older ones are taken away.

    One that says the same as the newest one only makes that one newer.
    """

    async def keep(
        self, snapshot: Snapshot, *, effects: Sequence[Effect] = (), once: str = ""
    ) -> None:
        """Write it down with what follows from it, in one transaction.

        Errors: AlreadyRecorded when `once` was used, and then nothing was written; Unavailable.
        """

    async def newest(self, tenant: str) -> Snapshot | None:
        """The newest of a tenant, by when it was taken. Errors: Unavailable."""

    async def before(self, tenant: str, moment: datetime) -> Snapshot | None:
        """The newest one that was taken before a moment (UTC). Errors: Unavailable."""

    async def heads(self) -> list[SnapshotHead]:
        """The newest of every tenant, by the tenant's name; cheap. Errors: Unavailable."""


class Mover(Protocol):
    """What backup and moving house need of a database; beside `EventStore`, for the same facts."""

    async def contents(self) -> Contents:
        """What is kept at one moment. Errors: Unavailable."""

    async def page(self, incident: str, after: int, until: int) -> list[Fact]:
        """The next facts above `after`, up to `until`, in order; some hundreds at a time.

        Errors: Unavailable.
        """

    async def restore(self, parts: Iterable[Part]) -> None:
        """Write all parts as they are into an empty database, in one transaction.

        Errors: Refused when the database holds something, or two facts have the same id;
        Unavailable; those of `parts`. Nothing was written then.
        """


class Clock(Protocol):
    """The time of day, so that tests need not wait."""

    def now(self) -> datetime:
        """UTC, with a time zone."""


class Ids(Protocol):
    """New names."""

    def incident(self, now: datetime) -> str:
        """Short enough to be read out on the phone."""

    def drill(self, now: datetime) -> str:
        """As short; begins with `drill-`, so that nobody takes it for an incident."""

    def fact(self) -> str:
        """Unique everywhere."""


class Courier(Protocol):
    """Brings what is outgoing to people. May be asked again for the same item."""

    async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
        """Deliver, and return where it can be found.

        `again`: an earlier attempt may have arrived, so look for `key` first.
        Errors: Unavailable (try later), Broken (never; somebody must change something).
        """


class Rearm(Protocol):
    """Arms every reminder that stands; how many."""

    def __call__(self, *, first: bool = False) -> Awaitable[int]:
        """`first`: at a start, when nothing is known of what was armed. Errors: Unavailable."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a delivery engine does when the turn of an item or a timer comes.

    `wake` looks at one timer, `redraw` draws whatever a process may have died over.
    """

    courier: Courier
    wake: Callable[[Timer], Awaitable[str]]
    rearm: Rearm
    redraw: Callable[[], Awaitable[None]]


# A number as of now, None when it is not known.
Reading = Callable[[], float | None] | Callable[[], Awaitable[float | None]]


class Meter(Protocol):
    """Who counts. Names and labels are those of `watching.MEASURES`; others are a ValueError."""

    def count(self, name: str, **labels: str) -> None:
        """One more of this counter."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """One more value of this histogram."""

    def gauge(self, name: str, read: Reading) -> None:
        """Ask `read` whenever somebody looks at this gauge."""


class Tracer(Protocol):
    """Who writes down how long the parts of a request took."""

    def span(self, name: str, **attributes: str) -> AbstractContextManager[object]:
        """A block to be timed. Attributes may name an incident, never what a person typed."""


class Announcer(Protocol):
    """Who must hear that an incident changed. Never fails and never waits: it only queues."""

    def announce(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Called after the commit, with what was just recorded."""
