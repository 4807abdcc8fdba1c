"""Hooks that refuse what readers of JSON do not agree on."""

from __future__ import annotations

import json

import pytest

from bot.exports.strict_json import finite, no_such_number, unique_keys


def read(text: str) -> object:
    """As the readers of our files read."""
    return json.loads(
        text, object_pairs_hook=unique_keys, parse_constant=no_such_number, parse_float=finite
    )


def test_what_everybody_reads_alike_is_read() -> None:
    """As `json` reads it."""
    assert read('{"a": [1, 1.5, {"a": null}]}') == {"a": [1, 1.5, {"a": None}]}


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', "NaN", "-Infinity", "1e999"])
def test_what_readers_differ_on_is_refused(text: str) -> None:
    """A key twice, and numbers that JSON has not."""
    with pytest.raises(ValueError, match=r"twice|not a JSON number"):
        read(text)
