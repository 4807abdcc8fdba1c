"""Whatever is pasted: no error, nothing made up, and time that grows with the length only."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis import entra, pick, reading
from bot.diagnosis.model import Diagnosis
from bot.diagnosis.run import ALL, diagnose
from bot.diagnosis.scenarios import SCENARIOS
from bot.diagnosis.text import LIMIT, normalise
from tests.diagnosis.cases import CASES

TEXTS = [case.text for case in CASES]
PIECES = st.sampled_from(
    [word for text in TEXTS for word in re.split(r"(\s|:|,|')", text) if word.strip()]
)
HINTS = st.sampled_from([None, "entra", "aws", "google", "okta"])
BROKEN = st.builds(
    lambda text, start, end, junk: text[start:] + junk + text[:end],
    st.sampled_from(TEXTS),
    st.integers(0, 200),
    st.integers(0, 200),
    st.text(max_size=40),
)
ANYTHING = st.one_of(
    st.text(max_size=400),
    st.lists(PIECES, max_size=40).map(" ".join),
    st.lists(PIECES, max_size=40).map(""": \n""".join),
    BROKEN,
)


@settings(max_examples=400, deadline=None)
@given(ANYTHING, HINTS)
def test_no_text_can_break_the_reading(text: str, hint: str | None) -> None:
    """Any text gives a whole reading: sentences for people and known scenarios only."""
    read = diagnose(text, hint)
    assert isinstance(read, Diagnosis)
    assert read.cause
    assert read.branch
    assert set(read.scenarios) <= set(SCENARIOS)
    assert len(set(read.scenarios)) == len(read.scenarios)
    assert (read.source is None) == (read.code is None and not read.scenarios)


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_every_piece_stands_in_the_text(text: str) -> None:
    """Nothing is invented: only a time may be written anew."""
    clean = normalise(text)
    picked = dict(diagnose(text).picked)
    picked.pop("timestamp", None)
    # A line break in what was picked is read as a space.
    clean = " ".join(clean.split())
    assert all(value and value in clean for value in picked.values())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_cleaning_a_clean_text_changes_little(text: str) -> None:
    """After cleaning there is no run of white space and nothing to strip."""
    clean = normalise(text)
    assert clean == clean.strip()
    assert "  " not in clean
    assert "\n\n" not in clean


def _expressions() -> list[re.Pattern[str]]:
    """Every expression that a pasted text meets after cleaning."""
    of_tables = [
        each
        for tables in ALL
        for each in (
            tables.named,
            *(form.wording for form in tables.forms),
            *(words for symptom in tables.symptoms for words in symptom.words),
            *(symptom.unless for symptom in tables.symptoms),
            *(hint.words for hint in tables.hints),
            *(form for field in tables.fields for form in field.forms),
            tables.boilerplate,
        )
    ]
    of_modules = [
        value
        for module in (entra, pick, reading)
        for value in vars(module).values()
        if isinstance(value, re.Pattern)
    ]
    return [each for each in (*of_tables, *of_modules) if each is not None]


def test_no_expression_repeats_without_bound() -> None:
    """No star, no plus, no open count: the work for one character has a ceiling."""
    found = _expressions()
    assert len(found) > 150
    for expression in found:
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "x", expression.pattern)
        assert not re.search(r"[*+]|\{\d+,\}", bare), expression.pattern


HOSTILE = {
    "one letter": "a",
    "spaces": " ",
    "breaks": " \n\t",
    "quotes": "> ",
    "angle brackets": "<https://",
    "links": "<mailto:a@b|",
    "mail addresses": "user: a@a.",
    "ARNs": "user: arn:aws:iam::1:",
    "cut ARNs": "arn:aws/\n",
    "labels": "request id ",
    "names": "app name: ",
    "numbers": "AADSTS",
    "digits": "53003 error code ",
    "denials": "not authorized to perform with an explicit deny ",
    "deny policies": "policies/",
    "JSON": '"id":"","displayName":"',
    "the log": '"displayName":"x"',
    "permissions": "permission 'a.a.a.",
    "identities": "00000000-",
    "escapes": "\\u0027&amp;\\n",
    "stories": "group deleted object id terraform removed exclusion root mfa lost what if ",
    "addresses": "ip address: ::::",
    "times": "timestamp: 2026-11-22 02:41:07.",
    "nothing visible": "\u200b\u00a0\ufeff",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hundred_thousand_hostile_characters_are_read_in_a_moment(unit: str) -> None:
    """Ten times the text takes about ten times the work, far from a hundred times."""
    spent = []
    for length in (LIMIT // 10, LIMIT):
        text = (unit * length)[:length]
        begun = time.process_time()
        diagnose(text)
        spent.append(time.process_time() - begun)
    assert spent[1] < max(40 * spent[0], 1.0)
    assert spent[1] < 8.0


def test_what_stands_behind_the_limit_is_not_read() -> None:
    """A text longer than the limit is read up to there."""
    assert diagnose("x " * LIMIT + "AADSTS53003").code is None
    assert diagnose("AADSTS53003 " + "x " * LIMIT).code == "AADSTS53003"
