"""The report of a drill for auditors, as Markdown: what was proved, by whom, and what is left.

Made from the facts alone, so that the same drill always gives the same report; the hash of its
timeline's head ties it to the JSON export, which `lockout verify` checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from bot.core.drill import PartOfDrill, parts_of, result_of
from bot.core.drill_events import Given
from bot.core.drill_readings import Reading
from bot.core.facts import PROVIDER_NAMES
from bot.core.incident import Evidence, Incident, Obligation
from bot.core.timeline import Fact, parse_time
from bot.core.wording import WHY_WORDS, plain_line
from bot.exports.chunks import in_chunks
from bot.exports.markdown import escape
from bot.exports.times import Times

# Facts that nobody took part by.
_NO_PART = {
    *("CardPosted", "Reminded", "PressRefused"),
    *("PoliciesAudited", "AuditFailed", "AccountsExamined"),
}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that was tried, or read. `told` says who recorded it and when.

    `listed`: each line of the evidence is about another account, and stands alone.
    """

    label: str
    result: str
    evidence: tuple[Pair, ...]
    told: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class PartReport:
    """One part of the drill."""

    name: str
    status: str
    proofs: tuple[Proof, ...]
    counted: str


@dataclass(frozen=True, slots=True)
class DrillReport:
    """All that stands in the report; every text is plain, not yet escaped."""

    title: str
    exercise: bool
    result: str
    about: tuple[Pair, ...]
    parts: tuple[PartReport, ...]
    obligations: tuple[Pair, ...]
    facts: int
    head: str


def report_of(
    incident: Incident, organisation_name: str, times: Times, facts: Iterable[Fact]
) -> DrillReport:
    """The report of a drill that is the fold of exactly these facts; see `model.Format`."""
    people = dict.fromkeys(
        plain_line(fact.actor.name) for fact in facts if fact.kind not in _NO_PART
    )
    begun, finished = incident.begun, incident.finished
    result = finished.result if finished else result_of(incident)
    return DrillReport(
        title=f"DRILL report {plain_line(incident.id)}",
        exercise=bool(begun and begun.exercise),
        result=f"DRILL {result.upper()}" if finished else "DRILL NOT FINISHED",
        about=tuple(_about(incident, organisation_name, times, ", ".join(people))),
        parts=tuple(_part(part, times) for part in parts_of(incident)),
        obligations=tuple(_obligation(item, times) for item in incident.obligations.values()),
        facts=incident.version,
        head=incident.head,
    )


def _about(incident: Incident, organisation_name: str, times: Times, people: str) -> Iterator[Pair]:
    begun, finished = incident.begun, incident.finished
    yield "Organisation", plain_line(organisation_name)
    if begun is not None:
        known = f", {begun.tenant_id}" if begun.tenant_id else ""
        yield "Tenant", plain_line(f"{begun.tenant} ({PROVIDER_NAMES[begun.provider]}{known})")
        yield "Why it was held", WHY_WORDS[begun.why]
    yield "Begun", times.both(incident.declared_at)
    yield "Finished", times.both(incident.closed_at, "not finished")
    yield "Who took part", people or "nobody"
    on = finished.next_on if finished else None
    yield "Next drill due", on.isoformat() if on else "no schedule in the organisation file"


def _part(part: PartOfDrill, times: Times) -> PartReport:
    counted = f"{len(part.proofs)} of {part.wanted} recorded" if part.wanted > 1 else ""
    proofs = [_proof(proof, times) for proof in part.proofs]
    if part.reading is not None:
        proofs.insert(0, _reading(part.reading, times, counts=part.read is not None))
    return PartReport(plain_line(part.name), part.status.upper(), tuple(proofs), counted)


def _reading(reading: Reading, times: Times, *, counts: bool) -> Proof:
    """What Lockout read itself; what was found by hand after it stands below and counts instead."""
    told = "read by Lockout" if counts else "read by Lockout; what was found by hand later counts"
    return Proof(
        plain_line(reading.label),
        reading.result.upper(),
        _given(reading.given, times),
        told,
        listed=True,
    )


def _given(given: Iterable[Given], times: Times) -> tuple[Pair, ...]:
    return tuple((plain_line(one.label), _readable(one.text, times)) for one in given)


def _proof(proof: Evidence, times: Times) -> Proof:
    fact = proof.fact
    failed = proof.failed_before
    again = f", after {failed} failed attempt{'' if failed == 1 else 's'}" if failed else ""
    return Proof(
        plain_line(fact.label),
        f"{fact.result.upper()}{again}",
        _given(fact.given, times),
        f"recorded by {plain_line(proof.actor.name)}, {times.utc(proof.at)} UTC",
    )


def _readable(text: str, times: Times) -> str:
    """A moment is kept as ISO 8601; people may have typed what only looks like one."""
    if text.endswith("Z") and "T" in text:
        with suppress(ValueError, OverflowError):
            return times.both(parse_time(text))
    return plain_line(text)


def _obligation(item: Obligation, times: Times) -> Pair:
    by = plain_line(item.ended_by.name) if item.ended_by else "somebody"
    match item.status:
        case "settled":
            told = f"repaired, confirmed by {by}"
        case "waived":
            told = f"waived by {by}: {plain_line(item.reason)}"
        case _:
            due = f", due {times.both(item.due_at)}" if item.due_at else ""
            told = f"OPEN{due}"
    return plain_line(item.title), told


def write(
    incident: Incident, organisation_name: str, time_zone: str, facts: Iterable[Fact]
) -> Iterator[bytes]:
    """The report as Markdown; see `model.Format` for the promises."""
    report = report_of(incident, organisation_name, Times(time_zone), facts)
    return in_chunks(_lines(report))


def _lines(report: DrillReport) -> Iterator[str]:
    yield f"# {escape(report.title)}\n\n**{escape(report.result)}**\n\n"
    if report.exercise:
        yield "> **EXERCISE: made with an example organisation.**\n\n"
    for label, value in report.about:
        yield f"- **{label}:** {escape(value)}\n"
    for number, part in enumerate(report.parts, start=1):
        counted = f" ({part.counted})" if part.counted else ""
        yield f"\n## {number}. {escape(part.name)}: {part.status}{counted}\n\n"
        yield from _proof_lines(part)
        if not part.proofs:
            yield "No evidence was recorded.\n"
    yield "\n## To repair\n\n"
    for title, told in report.obligations:
        yield f"- {escape(title)}: {escape(told)}\n"
    if not report.obligations:
        yield "Nothing.\n"
    yield f"\n{report.facts} facts. Head of the timeline: `{report.head}`\n\n"
    yield "To check it: `lockout verify` on the JSON export, which must have this head.\n"


def _proof_lines(part: PartReport) -> Iterator[str]:
    for proof in part.proofs:
        yield f"- **{escape(proof.label)}: {proof.result}**, {escape(proof.told)}\n"
        for label, value in proof.evidence:
            yield f"  - {escape(label)}: {escape(value)}\n"
