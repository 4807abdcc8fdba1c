"""The form of what a person writes; the other kinds are told apart in `test_organisation`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.identifiers import parse_duration, shape


@pytest.mark.parametrize(
    ("written", "meant"),
    [("15m", timedelta(minutes=15)), ("24h", timedelta(days=1)), ("2d", timedelta(days=2))],
)
def test_a_duration_is_a_number_and_a_unit(written: str, meant: timedelta) -> None:
    """Minutes, hours or days."""
    assert parse_duration(written) == meant


@pytest.mark.parametrize(
    "written", ["15", "m", "1.5h", "15 m", "-1h", "999999m", 15, None, "\u0661m"]
)
def test_what_is_no_duration_says_how_to_write_one(written: object) -> None:
    """With an example."""
    with pytest.raises(ValueError, match="for example 4h"):
        parse_duration(written)


def test_a_shape_is_of_the_whole_text() -> None:
    """And what is wrong is quoted no longer than a line."""
    check = shape("a+", "a row of a")
    assert check("aaa") == "aaa"
    with pytest.raises(ValueError, match="is not a row of a"):
        check("aab" * 100)
