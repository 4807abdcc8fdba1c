"""Places in a JSON text, and edits that leave the rest of it alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.jsontext import JsonText, append, pointer_of, put, unified_diff

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 2, "\t"])
TEXT = """{
  "a/b": [
    {"x": 1},
    {"x": [10, 20]}
  ],
  "c": {}
}
"""


def paths(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path in a value."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [at, *[path for step, one in inside for path in paths(one, (*at, step))]]


@given(JSON, INDENTS)
def test_everything_is_found_where_it_stands(value: object, indent: int | str | None) -> None:
    """The text between the bounds is the value at the path."""
    places = JsonText(f" {json.dumps(value, indent=indent)}\n")
    for path in paths(value):
        here = value
        for step in path:
            here = here[step]  # type: ignore[index]
        span = places.find(path)
        assert span
        assert json.loads(places.text[span.start : span.end]) == here
    assert places.find(("nothing such", 0)) is None


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("", 1), ("/a~1b", 2), ("/a~1b/1/x/0", 4), ("/c", 6), ("/c/missing/x", 6), ("/a~1b/7", 2)],
)
def test_a_pointer_has_a_line(pointer: str, line: int) -> None:
    """From 1; and as far as the text goes along the pointer."""
    assert JsonText(TEXT).line(pointer) == line


def test_a_path_is_written_as_a_pointer() -> None:
    """RFC 6901 escapes two signs."""
    assert pointer_of(("a/b~c", 0)) == "/a~1b~0c/0"


def test_of_equal_keys_the_last_counts() -> None:
    """As JSON readers take it."""
    places = JsonText('{"a": 1, "a": 2}')
    span = places.find(("a",))
    assert span
    assert places.text[span.start : span.end] == "2"


@given(
    st.lists(st.text(max_size=3), max_size=3),
    st.lists(st.text(max_size=3), min_size=1, max_size=3),
    INDENTS,
)
def test_items_are_added_and_nothing_is_taken_out(
    before: list[str], more: list[str], indent: int | str | None
) -> None:
    """Every character stays in its order, in whatever layout."""
    value = {"k": 1, "list": before}
    text = json.dumps(value, indent=indent)
    after = append(text, ("list",), more)
    assert json.loads(after) == {"k": 1, "list": [*before, *more]}
    if before:
        left = iter(after)
        assert all(letter in left for letter in text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"o": {"a": 1}}', '{"o": {"a": 1, "l": ["x"]}}'),
        ('{"o": {}}', '{"o": {"l": ["x"]}}'),
        ('{"o": {"l": null}}', '{"o": {"l": ["x"]}}'),
        ('{"o": {"l": "a"}}', '{"o": {"l": ["a", "x"]}}'),
        ('{"o": {"l": [ "a" ]}}', '{"o": {"l": [ "a", "x" ]}}'),
        (
            '{\r\n  "o": {\r\n    "a": 1\r\n  }\r\n}',
            '{\r\n  "o": {\r\n    "a": 1,\r\n    "l": [\r\n      "x"\r\n    ]\r\n  }\r\n}',
        ),
    ],
)
def test_a_list_that_is_not_there_is_made(text: str, wanted: str) -> None:
    """In the layout of its neighbours, line ends included."""
    assert append(text, ("o", "l"), ["x"]) == wanted


def test_an_object_that_is_not_there_is_an_error_of_ours() -> None:
    """There is nowhere to put the value."""
    with pytest.raises(LookupError, match="/a/b"):
        put("{}", ("a", "b"), 1)


def test_another_value_is_put_where_the_old_one_stood() -> None:
    """And nothing around it moves."""
    assert put('{"a":  1 , "b": 2}', ("a",), "x") == '{"a":  "x" , "b": 2}'


@given(
    st.lists(st.text(alphabet="ab\r", max_size=2), max_size=8),
    st.lists(st.text(alphabet="ab\r", max_size=2), max_size=8),
    st.integers(1, 9),
)
def test_a_diff_turns_one_text_into_the_other(old: list[str], new: list[str], first: int) -> None:
    """The counts of its head are right, and so are its sides."""
    before, after = "\n".join(old), "\n".join(new)
    diff = unified_diff(before, after, "x.json", first)
    if before == after:
        assert diff == ""
        return
    names, sides, head, *body = diff.split("\n")
    assert (names, sides) == ("--- a/x.json", "+++ b/x.json")
    kept = [line for line in body if line and not line.startswith("\\")]
    olds = [line[1:] for line in kept if line[0] in " -"]
    news = [line[1:] for line in kept if line[0] in " +"]
    at = int(head.split("-")[1].split(",")[0]) - first
    assert head == f"@@ -{at + first},{len(olds)} +{at + first},{len(news)} @@"
    assert before.split("\n")[at : at + len(olds)] == olds
    assert after.split("\n")[at : at + len(news)] == news


def test_a_last_line_without_an_end_is_said() -> None:
    """As `patch` wants it."""
    assert unified_diff("a", "b", "x").count("\\ No newline at end of file") == 2
