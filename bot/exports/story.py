"""What a drawing and a summary need of the facts, gathered while the facts pass by once.

Its size is bounded, however long the timeline is: moments are counted in buckets that widen, and
phases too short to be seen are joined to the one before. The table under the drawing has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.core import events as e
from bot.core.incident import Incident
from bot.core.timeline import Fact

MOST_PHASES = 400
MOST_BUCKETS = 512
MOST_LANES = 24
_MOST_SPANS = 16


class Moments:
    """How many facts fell where: exact to the second while there are few, coarser later."""

    def __init__(self) -> None:
        self.seconds = 1
        self.total = 0
        self._counts: dict[int, int] = {}

    def add(self, moment: datetime) -> None:
        """Count one fact."""
        self.total += 1
        bucket = int(moment.timestamp()) // self.seconds
        self._counts[bucket] = self._counts.get(bucket, 0) + 1
        while len(self._counts) > MOST_BUCKETS:
            self._widen()

    def _widen(self) -> None:
        self.seconds *= 2
        wider: dict[int, int] = {}
        for bucket, count in self._counts.items():
            wider[bucket // 2] = wider.get(bucket // 2, 0) + count
        self._counts = wider

    def counted(self) -> Iterator[tuple[datetime, int]]:
        """Moment and count, earliest first."""
        half = (self.seconds - 1) / 2
        for bucket in sorted(self._counts):
            middle = bucket * self.seconds + half
            yield datetime.fromtimestamp(middle, UTC), self._counts[bucket]


@dataclass(frozen=True, slots=True)
class Phase:
    """The incident was in one state from `start` to `end`."""

    state: e.State
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """An obligation was open from `start` to `end`; None while it still is."""

    start: datetime
    due: datetime | None = None
    end: datetime | None = None
    how: Literal["settled", "waived"] = "settled"


@dataclass
class Story:
    """Filled by `watch`; read when the facts have passed."""

    first: datetime | None = None
    last: datetime | None = None
    facts: int = 0
    refused: int = 0
    all: Moments = field(default_factory=Moments)
    notes: Moments = field(default_factory=Moments)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    shortened: bool = False
    _states: list[tuple[datetime, e.State]] = field(default_factory=list)
    _shortest: timedelta = timedelta(milliseconds=1)
    _waits: int = 0
    _waited: timedelta = timedelta()

    def watch(self, facts: Iterable[Fact]) -> Iterator[tuple[Fact, e.Event | e.UnknownEvent]]:
        """Hand the facts through with their events, and remember what will be drawn.

        The events are not those that a fact keeps once it was asked: a long list of facts would
        grow while it is exported.
        """
        for fact in facts:
            event = e.parse_event(fact.kind, fact.payload)
            self._see(fact.occurred_at, event)
            yield fact, event

    def phases(self) -> list[Phase]:
        """The states in order; the last one ends with the last fact."""
        if self.last is None or not self._states:
            return []
        ends = [start for start, _ in self._states[1:]] + [self.last]
        return [
            Phase(state, start, max(start, end))
            for (start, state), end in zip(self._states, ends, strict=True)
        ]

    def waited(self) -> tuple[int, timedelta]:
        """How often and how long; a wait that goes on is counted until the last fact."""
        last = self._states[-1] if self._states else None
        if last is None or self.last is None or last[1] != "waiting":
            return self._waits, self._waited
        return self._waits + 1, self._waited + max(timedelta(), self.last - last[0])

    def _see(self, at: datetime, event: e.Event | e.UnknownEvent) -> None:
        self.facts += 1
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)
        self.all.add(at)
        match event:
            case e.IncidentDeclared() | e.DrillBegun():
                self._enter("declared", at)
            case (
                e.WalkStarted(reached=reached) | e.StepAnswered(reached=e.StepReached() as reached)
            ):
                self._enter(reached.state, at)
            case e.IncidentClosed() | e.DrillFinished():
                self._enter("closed", at)
            case e.NoteAdded():
                self.notes.add(at)
            case e.PressRefused():
                self.refused += 1
            case _:
                self._see_obligation(event, at)

    def _enter(self, state: e.State, at: datetime) -> None:
        if not self._states:
            self._states.append((at, state))
            return
        since, now = self._states[-1]
        if now in (state, "closed"):
            return
        at = max(at, since)  # clocks of surfaces may differ by a little
        if now == "waiting":
            self._waits += 1
            self._waited += at - since
        self._states.append((at, state))
        while len(self._states) > MOST_PHASES:
            self._join_short_phases()

    def _join_short_phases(self) -> None:
        self.shortened = True
        self._shortest *= 2
        kept = self._states[:1]
        for (start, state), (end, _) in zip(self._states[1:], self._states[2:], strict=False):
            if end - start >= self._shortest and state != kept[-1][1]:
                kept.append((start, state))
        self._states = [*kept, self._states[-1]]

    def _see_obligation(self, event: e.Event | e.UnknownEvent, at: datetime) -> None:
        match event:
            case e.ObligationOpened(obligation=name, due_at=due):
                self._open(name, Span(at, due))
            case e.ObligationSettled(obligation=name):
                self._end(name, at, "settled")
            case e.ObligationWaived(obligation=name):
                self._end(name, at, "waived")
            case _:
                pass

    def _open(self, name: str, span: Span) -> None:
        self.ended.pop(name, None)
        if name not in self.spans and len(self.spans) >= MOST_LANES:
            return
        spans = self.spans.setdefault(name, [])
        if len(spans) >= _MOST_SPANS:
            self.shortened = True
            spans.pop(0)
        spans.append(span)

    def _end(self, name: str, at: datetime, how: Literal["settled", "waived"]) -> None:
        self.ended[name] = at
        spans = self.spans.get(name)
        if spans and spans[-1].end is None:
            spans[-1] = Span(spans[-1].start, spans[-1].due, max(at, spans[-1].start), how)


@dataclass(frozen=True, slots=True)
class NoteFate:
    """What became of a note: struck, or reading differently; `now` is empty when it does not."""

    struck: bool
    now: str


def fate_of_note(incident: Incident, fact: Fact, event: e.NoteAdded) -> NoteFate:
    """How the note that `fact` added stands at the end of the timeline."""
    note = incident.notes.get(fact.id)
    if note is None:
        return NoteFate(struck=True, now="")
    return NoteFate(struck=False, now="" if note.text == event.text else note.text)
