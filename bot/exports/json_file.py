"""JSON: every fact with its hashes, for `lockout verify` and for other programs.

One fact a line, so that two exports can be compared with plain tools. `count` and `head` stand
before the facts: with them a cut at the end is seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from bot.core.incident import Incident
from bot.core.timeline import Fact, fact_to_dict
from bot.exports.chunks import in_chunks

FORMAT = "lockout-timeline"
VERSION = 1


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The file in pieces; see `model.Format` for the promises."""
    return in_chunks(_lines(incident, organisation_name, time_zone, facts))


def _lines(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[str]:
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    above: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "incident": incident.id,
        "organisation": organisation_name,
        "time_zone": time_zone,
        "count": incident.version,
        "head": incident.head,
    }
    if incident.drill:
        # The first line of any file of a drill says what it is.
        above = {"incident": above.pop("incident"), **above}
    yield "{" if incident.drill else "{\n"
    for name, value in above.items():
        yield f'"{name}": {encode(value)},\n'
    yield '"facts": ['
    comma = "\n"
    for fact in facts:
        yield comma + encode(fact_to_dict(fact))
        comma = ",\n"
    yield "\n]\n}\n"
