"""The door of the room: one pasted text in, one `Diagnosis` out.

Not the knowledge: to teach it a new code or sentence, edit a provider's tables.
"""

from typing import Final

from bot.diagnosis import aws, entra, google
from bot.diagnosis.model import Diagnosis, Provider
from bot.diagnosis.pick import pick
from bot.diagnosis.reading import Found, Reading, read
from bot.diagnosis.table import Field, Standing, Tables
from bot.diagnosis.text import normalise

ALL: Final[tuple[Tables, ...]] = (entra.TABLES, aws.TABLES, google.TABLES)

NAMES: Final[dict[Provider, str]] = {
    "entra": "Microsoft Entra",
    "aws": "AWS",
    "google": "Google",
}

UNKNOWN: Final = "This text is not known here."
ASK: Final = (
    "Paste the whole error: code, Request ID and time. If there is none, choose the provider and"
    " follow its playbook."
)


def diagnose(text: str, provider: str | None = None) -> Diagnosis:
    """Read a pasted error text or a sentence about what happened.

    `provider` is a hint ("entra", "aws", "google", for example of the chosen tenant). It counts
    only where the text names no provider; any other value is ignored. At most the first
    `text.LIMIT` characters are read. Never raises; a text that is not known gives no scenario.
    """
    clean = normalise(text)
    flat = clean.replace("\n", " ")
    named = {tables.provider for tables in ALL if tables.named.search(flat)}
    readings = _readings(flat, named, provider)
    if not readings:
        return Diagnosis(
            provider=next(iter(named)) if len(named) == 1 else None,
            code=None,
            scenarios=(),
            cause=UNKNOWN,
            branch=ASK,
            source=None,
            picked=pick(clean, _fields(None)),
        )
    best = min(readings, key=lambda each: (-each.rank, each.at))
    picked = pick(clean, _fields(best.provider))
    if best.written is not None:
        picked["error_code"] = best.written
    return Diagnosis(
        provider=best.provider,
        code=best.code,
        scenarios=best.scenarios,
        cause=f"{best.cause}{_other(best, readings)}",
        branch=best.branch,
        source=best.source,
        picked=picked,
    )


def _readings(flat: str, named: set[Provider], hint: str | None) -> list[Reading]:
    """Read the text with every provider's tables."""
    known = named or {name for name in NAMES if name == hint}
    readings = []
    for tables in ALL:
        standing: Standing = "rival" if known else "open"
        if tables.provider in known:
            standing = "named"
        extra: list[Found] = entra.find_codes(flat) if tables.provider == "entra" else []
        reading = read(tables, flat, extra, standing)
        if reading is not None:
            readings.append(reading)
    return readings


def _fields(first: Provider | None) -> list[Field]:
    """All fields, those of the recognised provider before the others."""
    ordered = sorted(ALL, key=lambda tables: tables.provider != first)
    return [field for tables in ordered for field in tables.fields]


def _other(best: Reading, readings: list[Reading]) -> str:
    """Name a second provider that has as good a claim, else say nothing."""
    others = [
        NAMES[each.provider] for each in readings if each is not best and each.rank == best.rank
    ]
    if not others:
        return ""
    return f" The text also speaks of {' and '.join(others)}; this is the reading of the first."
