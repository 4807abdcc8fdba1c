"""The CSV export: for a spreadsheet, and harmless in it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import example as with_example
from hypothesis import given
from hypothesis import strategies as st

from bot.exports.csv_file import COLUMNS, safe_cell, safe_json
from tests.exports.example import example, exported

FORMULA = re.compile(r"[\s\x00-\x1f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\x00-\x1f]")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def rows() -> list[list[str]]:
    """The example as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(exported("csv").decode("utf-8-sig"), newline="")))


def test_it_begins_with_the_mark_that_excel_needs() -> None:
    """Without it, umlauts are spoilt on a double click."""
    assert exported("csv").startswith(b"\xef\xbb\xbfversion,")


def test_there_is_one_row_a_fact_with_all_columns() -> None:
    """Hostile notes included."""
    found = rows()
    assert tuple(found[0]) == COLUMNS
    assert {len(row) for row in found} == {len(COLUMNS)}
    assert [row[-1] for row in found[1:]] == [fact.hash for fact in example()[1]]


def test_details_are_json_of_the_whole_payload() -> None:
    """What the sentence leaves out is there."""
    details = [json.loads(row[9]) for row in rows()[1:]]
    assert details == [fact.payload for fact in example()[1]]


def test_times_are_given_in_utc_and_in_the_organisations_zone() -> None:
    """With microseconds, as recorded."""
    row = rows()[1]
    assert row[1] == "2026-03-14T02:17:05.250000Z"
    assert row[2] == "2026-03-14T03:17:05.250000+01:00"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_the_example_starts_a_formula(separator: str) -> None:
    """Also where a spreadsheet splits at semicolons, as in many countries."""
    text = exported("csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        assert not [cell for cell in row if FORMULA.match(cell)]


@given(st.text())
@with_example("=1+1")
@with_example("a; =1+1")
@with_example("\t=1")
@with_example("\uff1d1")
@with_example("\n@x;-1")
@with_example(";\x08")
def test_no_cell_ever_starts_a_formula(text: str) -> None:
    """Whatever was pasted; and nothing but apostrophes is added."""
    cell = safe_cell(text)
    assert not [part for part in cell.split(";") if FORMULA.match(part)]
    assert cell.replace("'", "") == text.replace("'", "")


@given(JSON)
@with_example({"=a": ["@b", "-c;=d", '"=e']})
def test_details_parse_to_what_was_recorded_and_hold_no_formula(value: object) -> None:
    """The harmless writing of JSON is still the same JSON."""
    text = safe_json(value)
    assert json.loads(text) == value
    assert ";" not in text
    assert not re.search(r'"[=+@\-]', text)
