"""The timeline as a file to hand over. The same facts always give the same bytes.

A new format is one module with a `write`, and one line in `FORMATS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.errors import Broken, Refused
from bot.core.incident import Incident
from bot.core.timeline import Fact
from bot.exports.csv_file import write as write_csv
from bot.exports.drill_report import write as write_report_md
from bot.exports.drill_report_html import write as write_report
from bot.exports.html import write as write_html
from bot.exports.json_file import write as write_json
from bot.exports.markdown import write as write_markdown
from bot.exports.model import Document, Format

FORMATS: dict[str, Format] = {
    "md": Format("md", "text/markdown; charset=utf-8", write_markdown),
    "html": Format("html", "text/html; charset=utf-8", write_html),
    "json": Format("json", "application/json", write_json),
    "csv": Format("csv", "text/csv; charset=utf-8", write_csv),
    "report": Format("report.html", "text/html; charset=utf-8", write_report, drills_only=True),
    "report-md": Format(
        "report.md", "text/markdown; charset=utf-8", write_report_md, drills_only=True
    ),
}


def formats_of(incident: Incident) -> list[str]:
    """The names of the formats in which this incident, or this drill, can be had."""
    return [name for name, one in FORMATS.items() if incident.drill or not one.drills_only]


def check_format(export_format: str, incident: Incident) -> Format:
    """Errors: Refused for an unknown format, and for a drill's report of an incident."""
    name = export_format.strip().lower().removeprefix(".")
    chosen, known = FORMATS.get(name), ", ".join(formats_of(incident))
    if chosen is None:
        raise Refused(
            f"There is no format '{export_format[:20]}'", f"There are: {known}", field="format"
        )
    if name not in formats_of(incident):
        raise Refused(
            f"'{name}' is the report of a drill, and this is an incident",
            f"There are: {known}",
            field="format",
        )
    return chosen


def export(
    export_format: str,
    *,
    incident: Incident,
    organisation_name: str,
    time_zone: str,
    facts: Iterable[Fact],
) -> Document:
    """The timeline of `incident` in one of `FORMATS`; `time_zone` is an IANA name.

    Facts recorded after the incident was read are left for the next export.
    Errors: Refused as by `check_format`; Broken, while the chunks are taken, when the facts are
    not those of the incident.
    """
    chosen = check_format(export_format, incident)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", incident.id).strip(".-") or "incident"
    chunks = chosen.write(incident, organisation_name, time_zone, _facts_of(incident, facts))
    return Document(f"lockout-{name}.{chosen.suffix}", chosen.media_type, chunks)


def _facts_of(incident: Incident, facts: Iterable[Fact]) -> Iterator[Fact]:
    """A person may record something between the reading of the incident and of its facts."""
    last: Fact | None = None
    for fact in facts:
        if fact.version > incident.version:
            break
        last = fact
        yield fact
    if incident.version and (last is None or last.hash != incident.head):
        raise Broken(
            f"The facts of {incident.id} do not end where the incident does",
            "Export again. If it stays so, keep a copy of the database: something changed it",
        )


__all__ = ["FORMATS", "Document", "Format", "check_format", "export", "formats_of"]
