"""Markdown, for a ticket, a wiki or a repository.

Whatever somebody pasted stays text: it cannot end a table cell, start a heading or a list, become
emphasis, HTML, a link or an image. What a renderer links by itself is out of reach without
spoiling the text for copying: GitHub does so with bare e-mail addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.core.events import Event, NoteAdded, UnknownEvent
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.core.wording import plain_line, sentence_of_event
from bot.exports.chunks import HeldRows, in_chunks
from bot.exports.story import Story, fate_of_note
from bot.exports.summary import Summary, summarise
from bot.exports.times import Times

_MARKS = re.compile(r"[\\`*_{}\[\]<>#~$]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(\d{0,9})([-+.)])")


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The file in pieces; see `model.Format` for the promises."""
    times, story = Times(time_zone), Story()
    watched = story.watch(facts)
    rows = HeldRows(_row(fact, _what(incident, fact, event), times) for fact, event in watched)
    summary = summarise(incident, organisation_name, times, story)
    yield from in_chunks(_above(summary, times))
    yield from rows.chunks()
    yield from in_chunks(_below(incident))


def escape(text: str) -> str:
    """One line of anything as Markdown that reads as the same text, also in a table cell."""
    escaped = _MARKS.sub(r"\\\g<0>", plain_line(text))
    # An entity, since parsers differ on an escaped pipe behind a backslash.
    return escaped.replace("&", "&amp;").replace("|", "&#124;")


# Few people write many facts.
_escape_name = lru_cache(maxsize=256)(escape)


def _row(fact: Fact, what: str, times: Times) -> str:
    later = times.recorded_later(fact.occurred_at, fact.recorded_at)
    cells = (
        str(fact.version),
        times.utc(fact.occurred_at),
        times.local(fact.occurred_at),
        _escape_name(fact.actor.name),
        f"{what} (recorded {later})" if later else what,
    )
    return f"| {' | '.join(cells)} |\n"


def _what(incident: Incident, fact: Fact, event: Event | UnknownEvent) -> str:
    told = escape(sentence_of_event(event))
    if isinstance(event, NoteAdded):
        fate = fate_of_note(incident, fact, event)
        if fate.struck:
            told = f"~~{told}~~ (struck later)"
        elif fate.now:
            told = f"~~{told}~~ (corrected later, now reads: '{escape(fate.now)}')"
    return told


def _above(summary: Summary, times: Times) -> Iterator[str]:
    yield f"# {escape(summary.title)}\n\n"
    if summary.exercise:
        what = "DRILL" if summary.drill else "lockout"
        yield f"> **EXERCISE: this {what} was not real.**\n\n"
    yield f"**{escape(summary.state)}.**\n\n"
    yield from _pairs((*summary.durations, *summary.about))
    if summary.error_text:
        yield f"\nThe error as it was shown:\n\n{fenced(summary.error_text)}\n"
    yield "\n## Times\n\n"
    yield from _pairs(summary.times)
    yield from _listed("Playbooks walked", summary.walked)
    yield from _listed("Approvals", summary.approvals)
    ends = tuple(f"{line.title}: {line.told}" for line in summary.obligations)
    yield from _listed("Obligations", ends)
    yield f"\n## Timeline\n\n| # | UTC | {escape(times.name)} | Who | What |\n"
    yield "| ---: | --- | --- | --- | --- |\n"


def _pairs(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for label, value in pairs:
        yield f"- **{escape(label)}:** {escape(value)}\n"


def _listed(title: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f"\n## {title}\n\n"
    for number, line in enumerate(lines, start=1):
        # a list mark at the start of the text would open a list in the list
        text = _LIST_MARK.sub(r"\g<1>\\\g<2>", escape(line))
        yield f"{number}. {text}\n"
    if not lines:
        yield "None.\n"


def fenced(text: str) -> str:
    """A code block that nothing in the text can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _below(incident: Incident) -> Iterator[str]:
    yield f"\n{incident.version} facts. Head of the chain: `{incident.head}`\n\n"
    yield (
        "Each fact carries the hash of the one before it. To check that none was changed, run "
        "`lockout verify` on the JSON export and compare this head with the one on the incident "
        "card.\n"
    )
