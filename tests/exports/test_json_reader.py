"""A document in pieces is the document, wherever it was cut; what is no document says where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.exports.json_reader import JsonReader

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The bytes, some at a time, also in the middle of a letter."""
    return (data[at : at + size] for at in range(0, len(data), size))


def read_list(data: bytes, size: int = 3) -> list[Any]:
    """A list, value by value."""
    reader = JsonReader(pieces(data, size), "file")
    found = [reader.value() for _ in reader.items()]
    reader.end()
    return found


@given(st.lists(VALUES), st.integers(min_value=1, max_value=20))
def test_a_list_read_in_pieces_is_the_list(values: list[Any], size: int) -> None:
    """Wherever it is cut: in a number, in a name, in a letter of several bytes."""
    for indent in (None, 1):
        data = json.dumps(values, ensure_ascii=False, indent=indent).encode()
        assert read_list(data, size) == values


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "'[' should stand here, the end of the file does"),
        ("{}", 1, "'[' should stand here, '{' does"),
        ("[1,\n2", 2, "']' should stand here, the end of the file does"),
        ("[1,\n", 2, "the file ends too early: cut off"),
        ("[1,\n2 3]", 2, "']' should stand here, '3' does"),
        ("[1]\n\n[", 3, "something follows"),
        ('[{"a":\n1 "b"}]', 2, "not JSON"),
        ('["cut', 1, "not JSON"),
        ('[{"a": 1, "a": 2}]', 1, "the key 'a' stands twice"),
        ("[NaN]", 1, "NaN is not a JSON number"),
        ("[1e999]", 1, "1e999 is not a JSON number"),
        ("[" * 100_000, 1, "nested too deep"),
    ],
)
def test_what_is_no_document_says_where(text: str, line: int, message: str) -> None:
    """With the line, and in words."""
    with pytest.raises(Invalid) as error:
        read_list(text.encode(), 4096)
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("file", line)
    assert message in problem.message


def test_what_is_no_text_is_refused() -> None:
    """Cut letters too."""
    for data in (b'["\xff"]', b'["\xc3'):
        with pytest.raises(Invalid, match="not UTF-8"):
            read_list(data)


def test_the_keys_are_those_that_the_caller_names() -> None:
    """In the order in which it names them."""
    reader = JsonReader([b'{"a": 1, "b": 2}'], "file")
    reader.take("{")
    reader.key("a")
    assert reader.value() == 1
    reader.take(",")
    with pytest.raises(Invalid, match=r"'c' should stand here, 'b' does"):
        reader.key("c")


def test_a_value_without_end_is_given_up() -> None:
    """Instead of reading a whole disk into memory."""
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'["'
        while True:
            taken += 1
            assert taken < 100
            yield b"x" * 100

    reader = JsonReader(endless(), "file", 1000)
    reader.take("[")
    with pytest.raises(Invalid, match="not JSON"):
        reader.value()
