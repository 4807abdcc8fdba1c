"""HTML: one file that holds everything, for people who decide afterwards.

It loads nothing, runs nothing and may be mailed, archived or printed. Pasted text is only ever
text in it: every value is escaped where it is put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape

from bot.core import events as e
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.core.wording import plain_line, plain_text, sentence_of_event
from bot.exports.chunks import HeldRows
from bot.exports.html_drawing import draw
from bot.exports.html_page import page_above, page_below
from bot.exports.story import Story, fate_of_note
from bot.exports.summary import summarise
from bot.exports.times import Times

# The colour of a row says what kind of thing it is; the words say it too.
_ROW_CLASS: dict[str, str] = {
    "NoteAdded": ' class="k"',
    "NoteCorrected": ' class="k"',
    "NoteStruck": ' class="k"',
    "ObligationOpened": ' class="o"',
    "ObligationSettled": ' class="s"',
    "ObligationWaived": ' class="s"',
    "PressRefused": ' class="r"',
}


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The file in pieces; see `model.Format` for the promises."""
    times, story = Times(time_zone), Story()
    watched = story.watch(facts)
    rows = HeldRows(_row(fact, _what(incident, fact, event), times) for fact, event in watched)
    summary = summarise(incident, organisation_name, times, story)
    drawing = draw(incident, summary, times, story)
    yield page_above(summary, plain_line(organisation_name), times, story, drawing).encode()
    yield from rows.chunks()
    yield page_below(incident).encode()


def _row(fact: Fact, what: str, times: Times) -> str:
    utc = times.utc(fact.occurred_at)
    later = times.recorded_later(fact.occurred_at, fact.recorded_at)
    late = f'<small class="late">recorded {later}</small>' if later else ""
    return (
        f'<tr{_ROW_CLASS.get(fact.kind, "")}><td class="n">{fact.version}</td>'
        f'<td class="t"><time datetime="{utc}Z">{utc}</time></td>'
        f'<td class="t l">{times.local(fact.occurred_at)}</td>'
        f'<td class="w">{_who(fact.actor.name, fact.actor.id)}</td>'
        f"<td>{what}{late}</td></tr>\n"
    )


@lru_cache(maxsize=512)
def _who(name: str, actor_id: str) -> str:
    return f"{escape(plain_line(name))}<small>{escape(plain_line(actor_id))}</small>"


def _what(incident: Incident, fact: Fact, event: e.Event | e.UnknownEvent) -> str:
    if not isinstance(event, e.NoteAdded):
        return escape(sentence_of_event(event))
    words = f"<blockquote>{_quoted(event.text)}</blockquote>"
    fate = fate_of_note(incident, fact, event)
    if fate.struck:
        words = f"{_gone(event.text)}<small>struck later</small>"
    elif fate.now:
        now = f"<blockquote>{_quoted(fate.now)}</blockquote>"
        words = f"{_gone(event.text)}<small>corrected later, now reads:</small>{now}"
    return f"{'kept a message:' if event.source else 'noted:'}{words}{_link(event.source)}"


def _gone(text: str) -> str:
    return f"<blockquote><s>{_quoted(text)}</s></blockquote>"


def _quoted(text: str) -> str:
    return escape(plain_text(text.replace("\r\n", "\n").replace("\r", "\n")))


def _link(source: e.MessageSource | None) -> str:
    if source is None or not source.permalink.startswith("https://"):
        return ""
    return f'<small><a href="{escape(source.permalink)}" rel="noreferrer">the message</a></small>'
