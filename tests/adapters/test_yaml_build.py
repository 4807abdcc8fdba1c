"""Plain data with lines, however a file repeats itself."""

from __future__ import annotations

from bot.adapters.yaml_build import Builder, join_path
from bot.adapters.yaml_lines import parse_yaml


def test_an_alias_repeats_what_stands_at_the_anchor() -> None:
    """What is repeated is wrong where it was written."""
    text = b"one: &x\n  - {id: a}\ntwo: *x\nthree: &y word\nfour: *y\n"
    document = parse_yaml(text, "f.yaml")
    assert document.problems == ()
    assert document.data == {
        "one": [{"id": "a"}],
        "two": [{"id": "a"}],
        "three": "word",
        "four": "word",
    }
    assert document.line_of("two") == 3
    assert document.line_of("two[0].id") == 2


def test_aliases_of_aliases_cannot_fill_the_memory() -> None:
    """The billion laughs stop at some thousand."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]" for number in range(1, 12)
    ]
    document = parse_yaml("\n".join(lines).encode(), "f.yaml")
    assert document.data is None
    assert [problem.message for problem in document.problems] == [
        "aliases repeat too much: write it out"
    ]


def test_paths_are_joined_as_they_are_read_aloud() -> None:
    """Dots for keys, brackets for entries."""
    assert join_path(join_path(join_path("", "steps"), 2), "to") == "steps[2].to"


def test_a_builder_that_gave_up_says_so() -> None:
    """Half a file is never taken for a whole one."""
    document = parse_yaml(b"a: 1\n? [b]\n: 2\n", "f.yaml")
    assert document.data is None
    assert [problem.line for problem in document.problems] == [2]
    assert Builder("f.yaml").whole
