"""Read one normalised text with the tables of one provider.

Not the choice between providers (`run`) and not the knowledge itself (`entra`, `aws`, `google`).
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from bot.diagnosis.model import Provider
from bot.diagnosis.scenarios import SCENARIOS
from bot.diagnosis.table import Code, Standing, Symptom, Tables, enough, rule

NEAR = 200
"""Characters to either side within which the words of one symptom must stand."""

# A plan, a question or the end of the story is no lockout, whatever words it uses.
_NOT_NOW = rule(
    r"what (?:happens )?if\b|what would happen|\bin case (?:of|we|the|our|a)\b"
    r"|how (?:do|can|should|would|could) (?:we|i|you|one|admins) (?:\w{1,20} )?"
    r"(?:prevent|avoid|prepare|set up|configure|test|enable|plan)|best practi[cs]e"
    r"|(?:plan|planning|intend|going) to (?:\w{1,20} )?"
    r"(?:enable|prevent|roll out|introduce|require)"
    r"|whether (?:it|you|your|we)\b|does (?:it|this|your \w{1,20}) support"
    r"|(?:could|might|would) (?:then )?(?:happen|lock|block|lose)|imagine|hypothetical"
    r"|(?:problem|issue|incident|it|this) (?:has been|is|was|got) (?:\w{1,20} )?"
    r"(?:resolved|fixed|solved)|works? again|working again|all good now"
    r"|\b(?:not|never|nobody was|no one was|wasn't|weren't|isn't|aren't|didn't|hasn't)"
    r" (?:been |get |yet |be )?(?:lost|lose|locked|blocked|denied|stolen|expired|affected)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one provider's tables make of a text.

    `at` is where in the text it begins. `rank` is 2 for a recognised code, 1 for a code that is
    unknown or says too little, 0 for a symptom.
    """

    provider: Provider
    code: str | None
    scenarios: tuple[int, ...]
    cause: str
    branch: str
    source: str
    at: int
    rank: int
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A code at its place in the text, from `at` to `end`.

    `written` is how the text puts it, if that is worth keeping. `order` puts codes that say
    little in the order of the table.
    """

    code: Code
    at: int
    end: int
    written: str | None = None
    rank: int = 2
    order: int = 0


def find_forms(tables: Tables, flat: str, standing: Standing) -> list[Found]:
    """Give the provider's fixed wordings in this text, in the order of the text."""
    found = []
    for order, form in enumerate(tables.forms):
        match = form.wording.search(flat) if enough(form.need, standing) else None
        if match is not None and form.generic:
            found.append(Found(form.code, match.start(), match.end(), rank=1, order=order))
        elif match is not None:
            found.append(Found(form.code, match.start(), match.end()))
    return sorted(found, key=lambda each: each.at)


def _starts(words: re.Pattern[str], flat: str) -> list[int]:
    return [match.start() for match in words.finditer(flat)]


def _close(places: list[int], anchor: int) -> bool:
    """Say whether one of the (ascending) places is near the anchor."""
    index = bisect_left(places, anchor - NEAR)
    return index < len(places) and places[index] <= anchor + NEAR


def _place(symptom: Symptom, flat: str, vetoes: list[int]) -> int | None:
    """Where the symptom is told, None if it is not."""
    groups = []
    for words in symptom.words:
        groups.append(_starts(words, flat))
        if not groups[-1]:
            return None
    others = [] if symptom.unless is None else _starts(symptom.unless, flat)
    for anchor in groups[0]:
        told = all(_close(places, anchor) for places in groups[1:])
        if told and not _close(vetoes, anchor) and not _close(others, anchor):
            return anchor
    return None


def find_symptoms(tables: Tables, flat: str, standing: Standing) -> list[tuple[int, Symptom]]:
    """Give the symptoms told in this text with their places, in the order of the table."""
    vetoes = _starts(_NOT_NOW, flat)
    told = []
    for symptom in tables.symptoms:
        place = _place(symptom, flat, vetoes) if enough(symptom.need, standing) else None
        if place is not None:
            told.append((place, symptom))
    return told


def _merge(*groups: tuple[int, ...]) -> tuple[int, ...]:
    """Join rows in order, each once."""
    return tuple(dict.fromkeys(row for group in groups for row in group))


def _hinted(tables: Tables, flat: str, code: Code) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows that the rest of the text puts first, and rows that it puts last."""
    plain = flat if tables.boilerplate is None else tables.boilerplate.sub(" ", flat)
    hints = [
        hint
        for hint in tables.hints
        if (hint.scenario in code.scenarios or code.name in hint.adds) and hint.words.search(plain)
    ]
    return (
        tuple(hint.scenario for hint in hints if hint.leads),
        tuple(hint.scenario for hint in hints if not hint.leads),
    )


def _advise(code: Code, scenarios: tuple[int, ...]) -> tuple[str, str]:
    """Cause and next step: the code's own words, and the first scenario's where it was moved."""
    if not scenarios:
        return code.meaning, code.branch
    lead = SCENARIOS[scenarios[0]]
    if scenarios[0] == next(iter(code.scenarios), None) or not code.scenarios:
        return code.meaning, code.branch or lead.branch
    return f"{code.meaning} {lead.cause}", lead.branch


def _from_codes(
    tables: Tables, flat: str, found: list[Found], told: list[tuple[int, Symptom]]
) -> Reading:
    """Read codes: the first that says most leads, its scenarios ordered by the rest of the text."""
    best = min(found, key=lambda each: (-each.rank, not each.code.scenarios, each.order))
    rows = best.code.scenarios
    others = _merge(*(each.code.scenarios for each in found if each.rank == best.rank))
    symptoms = _merge(*(symptom.scenarios for _, symptom in told))
    first, last = _hinted(tables, flat, best.code)
    front = _merge(first, tuple(row for row in symptoms if row in rows))
    scenarios = _merge(front, rows, last, others, symptoms)
    cause, branch = _advise(best.code, scenarios)
    if best.rank > 1:
        branch = f"{branch} {tables.after}".strip()
    return Reading(
        provider=tables.provider,
        code=best.code.name,
        scenarios=scenarios,
        cause=cause,
        branch=branch,
        source=best.code.source,
        at=best.at,
        rank=best.rank,
        written=best.written,
    )


def _from_symptoms(tables: Tables, told: list[tuple[int, Symptom]]) -> Reading:
    scenarios = _merge(*(symptom.scenarios for _, symptom in told))
    lead = SCENARIOS[scenarios[0]]
    at = min(place for place, _ in told)
    return Reading(
        tables.provider, None, scenarios, lead.cause, lead.branch, lead.source, at, rank=0
    )


def _without(found: list[Found], flat: str) -> str:
    """Blank the codes, so that a vendor's own words are not taken for somebody's story."""
    for each in found:
        flat = flat[: each.at] + " " * (each.end - each.at) + flat[each.end :]
    return flat


def read(tables: Tables, flat: str, extra: list[Found], standing: Standing) -> Reading | None:
    """Read a text on one line; None when these tables do not know it.

    `extra` are codes found in another way than by wording.
    """
    found = [*extra, *find_forms(tables, flat, standing)]
    told = find_symptoms(tables, _without(found, flat), "named" if found else standing)
    if found:
        return _from_codes(tables, flat, found, told)
    return _from_symptoms(tables, told) if told else None
