"""The drawn timeline: lanes over one time axis, as inline SVG.

Horizontal places are percentages and no drawing is scaled, so the letters stay as large on a
phone as on a wall. Everything is coloured by class; there is no style attribute, which the page's
content security policy forbids. Texts are escaped here, where they are put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from bot.core.incident import Incident
from bot.core.wording import state_words
from bot.exports.story import Moments, Phase, Span, Story
from bot.exports.summary import ObligationLine, Summary, milestones
from bot.exports.times import Times, format_duration

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = (
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 7, 14, 28, 91, 182, 364)),
)
_MOST_TICKS = 6
_SHORTEST_AXIS = timedelta(minutes=5)
# How far from the incident itself a note may stretch the axis; further out it sits at the edge.
_STRETCH = 0.25
# Percent of the width: bars are never thinner, and hold words from there on.
_THINNEST, _ROOM_WIDE, _ROOM_ANYWHERE = 0.35, 9.0, 19.0
_NAMED_FIRST = (
    "Declared",
    "Begun",
    "Access back",
    "Closed",
    "Finished",
    "Began",
    "First action",
)
_SHORT_WORDS = {
    "declared": "Declared",
    "triage": "Triage",
    "working": "Working",
    "waiting": "Waiting",
    "restored": "Restored",
    "closed": "Closed",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """From when to when is drawn."""

    start: datetime
    end: datetime

    def place(self, moment: datetime) -> float:
        """Percent of the width; what lies outside sits at the edge."""
        share = (moment - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is on the drawing at all."""
        return self.start <= moment <= self.end

    def ticks(self, zone_offset: timedelta) -> tuple[int, list[datetime]]:
        """Seconds between ticks, and the ticks, on round times of day in the zone."""
        span = (self.end - self.start).total_seconds()
        step = next((step for step in _STEPS if span / step <= _MOST_TICKS), 0)
        step = step or int(span / _MOST_TICKS / _DAY + 1) * _DAY
        offset = int(zone_offset.total_seconds())
        first = -(-(int(self.start.timestamp()) + offset) // step) * step - offset
        stop = int(self.end.timestamp()) + 1
        return step, [datetime.fromtimestamp(at, UTC) for at in range(first, stop, step)]


def axis_of(incident: Incident, story: Story) -> Axis | None:
    """The incident from its beginning to its end or last fact; None without any fact."""
    if story.first is None or story.last is None:
        return None
    start = incident.declared_at or story.first
    began = incident.declared.began_at if incident.declared else None
    end = max(incident.closed_at or story.last, start + _SHORTEST_AXIS)
    around = (end - start) * _STRETCH
    earliest = min(filter(None, (began, story.first, start)))
    latest = max(story.last, end)
    return Axis(max(earliest, start - around), min(latest, end + around))


def draw(incident: Incident, summary: Summary, times: Times, story: Story) -> str:
    """The lanes, as HTML; empty without any fact."""
    axis = axis_of(incident, story)
    return "".join(_Drawing(axis, times).lanes(incident, summary, story)) if axis else ""


class _Drawing:
    def __init__(self, axis: Axis, times: Times) -> None:
        self._axis, self._times = axis, times
        offset = axis.start.astimezone(times.zone).utcoffset() or timedelta()
        self._step, self._ticks = axis.ticks(offset)
        self._grid = "".join(
            f'<line class="grid" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>'
            for x in map(axis.place, self._ticks)
        )

    def lanes(self, incident: Incident, summary: Summary, story: Story) -> Iterator[str]:
        """Top to bottom."""
        yield self._axis_lane(self._times.name, local=True)
        yield self._milestones(incident)
        phases = story.phases()
        yield self._states(phases)
        yield self._waits(phases, story)
        for line in summary.obligations:
            if line.id in story.spans:
                yield self._obligation(line, story.spans[line.id])
        if story.notes.total:
            yield self._notes(story.notes)
        yield self._activity(story)
        yield self._axis_lane("UTC", local=False)

    def _lane(self, name: str, detail: str, marks: Iterable[str], height: int = 30) -> str:
        small = f"<small>{escape(detail)}</small>" if detail else ""
        said = escape(f"{name}. {detail}" if detail else name)
        return (
            f'<div class="lane"><div class="name">{escape(name)}{small}</div>'
            f'<svg class="track" width="100%" height="{height}" role="img" aria-label="{said}">'
            f'{self._grid}<svg class="mid" y="50%">{"".join(marks)}</svg></svg></div>\n'
        )

    def _axis_lane(self, name: str, *, local: bool) -> str:
        return self._lane(name, "", self._tick_texts(local=local), height=34)

    def _tick_texts(self, *, local: bool) -> Iterator[str]:
        before = None
        for number, tick in enumerate(self._ticks):
            shown = tick.astimezone(self._times.zone if local else UTC)
            x, day = self._axis.place(tick), shown.date()
            css = f"tick{_anchor(x)}{' odd' if number % 2 else ''}"
            if self._step < _DAY:
                yield f'<text class="{css}" x="{x}%" y="-3">{shown:%H:%M}</text>'
            if day != before:
                yield f'<text class="{css} day" x="{x}%" y="11">{day.isoformat()}</text>'
            before = day

    def _milestones(self, incident: Incident) -> str:
        return self._lane("Milestones", "", self._diamonds(incident), height=34)

    def _diamonds(self, incident: Incident) -> Iterator[str]:
        named: list[float] = []
        for name, at in sorted(milestones(incident), key=lambda item: _NAMED_FIRST.index(item[0])):
            x = self._axis.place(at)
            title = escape(f"{name}: {self._times.both(at)}")
            css = f"m-{name.lower().replace(' ', '-')}"
            yield (
                f'<svg class="mark" x="{x}%" y="7"><path class="{css}" '
                f'd="M0,-6.5 L6.5,0 L0,6.5 L-6.5,0 Z"><title>{title}</title></path></svg>'
            )
            room = min((abs(x - other) for other in named), default=100.0)
            if room >= _ROOM_WIDE:
                wide = "" if room >= _ROOM_ANYWHERE else " wide"
                yield f'<text class="flag{_anchor(x)}{wide}" x="{x}%" y="-5">{name}</text>'
                named.append(x)

    def _states(self, phases: list[Phase]) -> str:
        bars = (
            self._bar(
                f"s-{phase.state}",
                phase.start,
                phase.end,
                state_words[phase.state],
                _SHORT_WORDS[phase.state],
            )
            for phase in phases
            if phase.state != "closed"
        )
        now = state_words[phases[-1].state] if phases else ""
        return self._lane("State", f"at the end: {now}" if now else "", bars)

    def _waits(self, phases: list[Phase], story: Story) -> str:
        bars = [
            self._bar("s-waiting", phase.start, phase.end, "Waiting")
            for phase in phases
            if phase.state == "waiting"
        ]
        waits, waited = story.waited()
        times = "once" if waits == 1 else f"{waits} times"
        detail = f"{times}, {format_duration(waited)} in all" if waits else "none"
        return self._lane("Waiting for the provider", detail, bars)

    def _obligation(self, line: ObligationLine, spans: list[Span]) -> str:
        marks: list[str] = []
        for span in spans:
            css = f"o-{span.how}" if span.end else "o-open"
            end = span.end or self._axis.end
            marks.append(self._bar(css, span.start, end, line.title))
            if span.due is not None and self._axis.holds(span.due):
                marks.append(self._overdue(span.due, end))
                x, title = self._axis.place(span.due), escape(f"due {self._times.both(span.due)}")
                marks.append(
                    f'<line class="due" x1="{x}%" x2="{x}%" y1="-14" y2="14">'
                    f"<title>{title}</title></line>"
                )
        return self._lane(line.title, line.short, marks)

    def _overdue(self, due: datetime, end: datetime) -> str:
        x, width = self._axis.place(due), self._axis.place(end) - self._axis.place(due)
        if width <= 0:
            return ""
        return f'<rect class="late" x="{x}%" y="7" width="{width:.2f}%" height="4"/>'

    def _notes(self, notes: Moments) -> str:
        dots = (
            f'<circle class="note" cx="{x}%" cy="0" r="{min(9, 4 + count)}">'
            f"<title>{_counted(count, 'note')}</title></circle>"
            for x, count in self._binned(notes, 50)
        )
        return self._lane("Notes", _counted(notes.total, "note"), dots)

    def _activity(self, story: Story) -> str:
        bins = list(self._binned(story.all, 100))
        most = max(count for _, count in bins)
        bars = (
            f'<rect class="fact" x="{max(0.0, x - 0.4):.2f}%" y="{13 - height}" width="0.8%" '
            f'height="{height}"><title>{_counted(count, "fact")}</title></rect>'
            for x, count in bins
            for height in [max(4, round(26 * (count / most) ** 0.5))]
        )
        refused = f", {story.refused} refused" if story.refused else ""
        return self._lane("Everything recorded", _counted(story.facts, "fact") + refused, bars)

    def _binned(self, moments: Moments, bins: int) -> list[tuple[float, int]]:
        """Middle of each filled bin in percent, and how many fell into it."""
        found: dict[int, int] = {}
        for at, count in moments.counted():
            place = min(bins - 1, int(self._axis.place(at) * bins / 100))
            found[place] = found.get(place, 0) + count
        return [((place + 0.5) * 100 / bins, found[place]) for place in sorted(found)]

    def _bar(self, css: str, start: datetime, end: datetime, title: str, words: str = "") -> str:
        """A bar with its words in it, or how long it lasted, where there is room."""
        duration = format_duration(end - start)
        x = self._axis.place(start)
        width = max(_THINNEST, round(self._axis.place(end) - x, 2))
        x = min(x, 100 - width)
        told = f"{title}: {self._times.both(start)}, {duration}"
        bar = (
            f'<rect class="bar {css}" x="{x:.2f}%" y="-11" width="{width:.2f}%" height="22" rx="3">'
            f"<title>{escape(told)}</title></rect>"
        )
        if width < _ROOM_WIDE:
            return bar
        room = "" if width >= _ROOM_ANYWHERE else " wide"
        middle = f"{x + width / 2:.2f}%"
        return f'{bar}<text class="in{room}" x="{middle}" y="4">{words or duration}</text>'


def _anchor(x: float) -> str:
    """Words near an edge must not hang over it."""
    if x < 8:  # noqa: PLR2004 - percent; half a label on a phone
        return " first"
    return " last" if x > 92 else ""  # noqa: PLR2004 - percent


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
