"""The shapes of the tables that the provider files fill, so that a code is added as one line.

Not the reading of a text: that is `reading`.

Every expression is compiled here and has no unbounded repeat, so the time to read a text grows
with its length only. White space in a pasted text is one character after `text.normalise`, which
is why the expressions need no runs of it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.diagnosis.model import Provider

Standing = Literal["named", "open", "rival"]
"""A provider is named (by the text, or chosen before), none is, or only another one is."""

Need = Literal["named", "unrivalled", "free"]
"""What a wording asks of the standing: to be named; that no other is named; nothing."""

_ENOUGH: dict[Need, tuple[Standing, ...]] = {
    "named": ("named",),
    "unrivalled": ("named", "open"),
    "free": ("named", "open", "rival"),
}

_FLAGS = re.IGNORECASE | re.ASCII


def rule(expression: str) -> re.Pattern[str]:
    """Compile one expression: letter case does not matter, classes are ASCII."""
    return re.compile(expression, _FLAGS)


def rules(*expressions: str) -> tuple[re.Pattern[str], ...]:
    """Compile several expressions, order kept."""
    return tuple(rule(each) for each in expressions)


def enough(need: Need, standing: Standing) -> bool:
    """Say whether the standing of a provider satisfies the need of a wording."""
    return standing in _ENOUGH[need]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of the lockout table: why it happens, what to do next, and the page that says so."""

    cause: str
    branch: str
    source: str


@dataclass(frozen=True, slots=True)
class Code:
    """A message that names itself: a vendor's code or a fixed form of words.

    `branch` is needed only where `scenarios` is empty; otherwise the first scenario's is used.
    """

    name: str
    meaning: str
    scenarios: tuple[int, ...]
    source: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A code that is recognised by its wording.

    `generic` forms say that a provider refused and not why: they give way to any other code.
    """

    wording: re.Pattern[str]
    code: Code
    generic: bool = False
    need: Need = "free"


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that are no evidence alone but say which scenario of a code is meant.

    A hint moves a row that the code has; for the codes named in `adds` it also brings the row.
    It puts the row first, or last if it does not lead.
    """

    scenario: int
    words: re.Pattern[str]
    adds: tuple[str, ...] = ()
    leads: bool = True


@dataclass(frozen=True, slots=True)
class Symptom:
    """What people write when there is no code.

    All of `words` must stand close together. `unless` are words that give them another meaning.
    """

    scenarios: tuple[int, ...]
    words: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None = None
    need: Need = "named"


@dataclass(frozen=True, slots=True)
class Field:
    """A piece of the text worth keeping: the first group of the first expression that matches."""

    key: str
    forms: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything known about one provider."""

    provider: Provider
    named: re.Pattern[str]
    forms: tuple[Form, ...]
    symptoms: tuple[Symptom, ...]
    hints: tuple[Hint, ...]
    fields: tuple[Field, ...]
    boilerplate: re.Pattern[str] | None = None
    after: str = ""
