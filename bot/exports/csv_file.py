r"""CSV, one fact a row, for a spreadsheet. For reading and sorting; the record is the JSON.

It begins with a byte order mark: without one, Excel reads UTF-8 as the local code page and spoils
every name that is not plain English. Programs read it with the encoding `utf-8-sig`.

No cell can become a formula (OWASP, "CSV Injection"): a cell that begins with one of = + - @, their
full-width forms, a tab or a line break gets a leading apostrophe, also behind a semicolon, since
spreadsheets of many countries split at semicolons. In `details`, which is JSON, the same
characters are written as `\u003d`, so that it still parses to what was recorded.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.core.events import parse_event
from bot.core.incident import Incident
from bot.core.timeline import Fact, format_time
from bot.core.wording import sentence_of_event
from bot.exports.times import Times

COLUMNS = (
    "version",
    "occurred_at_utc",
    "occurred_at_local",
    "recorded_at_utc",
    "actor",
    "actor_id",
    "surface",
    "kind",
    "sentence",
    "details",
    "hash",
)
# The last column of a drill, in its header and in every row.
DRILL = "DRILL"
_ROWS = 256
_STARTERS = "=+@\uff1d\uff0b\uff0d\uff20\\-"
# Any blank before it may be trimmed away by the spreadsheet.
_FORMULA = re.compile(rf"(^|;)(?=[\s\x00-\x1f\ufeff]*[{_STARTERS}]|[\x00-\x1f])")
_IN_JSON = re.compile(rf'(?<=")[{_STARTERS}]|;')


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The file in pieces; see `model.Format` for the promises."""
    del organisation_name  # a spreadsheet wants rows only
    times = Times(time_zone)
    mark = (DRILL,) if incident.drill else ()
    rows = ((*_row(fact, times), *mark) for fact in facts)
    yield b"\xef\xbb\xbf" + _encode([(*COLUMNS, *mark)])
    while batch := list(islice(rows, _ROWS)):
        yield _encode(batch)


def _row(fact: Fact, times: Times) -> tuple[str, ...]:
    return (
        str(fact.version),
        format_time(fact.occurred_at),
        fact.occurred_at.astimezone(times.zone).isoformat(timespec="microseconds"),
        format_time(fact.recorded_at),
        safe_cell(fact.actor.name),
        safe_cell(fact.actor.id),
        safe_cell(fact.surface),
        safe_cell(fact.kind),
        safe_cell(sentence_of_event(parse_event(fact.kind, fact.payload))),
        safe_json(fact.payload),
        safe_cell(fact.hash),
    )


def safe_cell(text: str) -> str:
    """The text, with an apostrophe wherever a spreadsheet could begin to read a formula."""
    return _FORMULA.sub(r"\1'", text)


def safe_json(value: object) -> str:
    """JSON of the value in which no string begins like a formula; it parses to the same value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _encode(rows: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()
