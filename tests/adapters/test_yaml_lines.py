"""Every mistake of a YAML file is shown with its line, by both of PyYAML's parsers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.yaml_lines import LARGEST, parse_yaml, read_text, read_yaml

PARSERS = {"pure": yaml.SafeLoader, "C": yaml.CSafeLoader}

MISTAKES: dict[str, tuple[bytes, int, str]] = {
    "a key written twice": (b"a: 1\nb: 2\na: 3\n", 3, "'a' is written twice; first on line 1"),
    "a key twice further in": (b"a:\n  - b: 1\n    b: 2\n", 3, "first on line 2"),
    "a tab as indentation": (b"a:\n\tb: 1\n", 2, "a tab in the indentation"),
    "a second colon": (b"a: 1\nb: c: d\n", 2, "put text with ': ' in quotes"),
    "a text that begins with @": (b"a: @here\n", 1, "needs quotes"),
    "a wrong indentation": (b"a:\n  b: 1\n c: 2\n", 3, "check the indentation"),
    "a quote that never ends": (b"a: 1\nb: 'c\nd: 2\n", 2, "a quoted text begins here"),
    "a fact without quotes": (b"a: {{ policy_name }}\n", 1, "needs quotes"),
    "a list at the top": (b"- a\n- b\n", 1, "must be 'key: value' lines at the top"),
    "a text at the top": (b"hello\n", 1, "must be 'key: value' lines at the top"),
    "nothing": (b"# only a comment\n", 1, "is empty"),
    "not UTF-8": (b"a: 1\nb: \xff\n", 2, "save the file as UTF-8"),
    "another encoding": ("a: \u00e4\n".encode("utf-16"), 1, "save the file as UTF-8"),
    "a control character": (b"a: 1\nb: \x00\n", 2, "a character that YAML does not allow"),
    "two documents": (b"a: 1\n---\nb: 2\n", 2, "a second document begins here"),
    "a tag": (b"a: 1\nb: !!python/object:os.system x\n", 2, "a tag ('!\u2026') is not read here"),
    "text that begins with a star": (
        b"a: 1\nb: *bold*\n",
        2,
        "put text that begins with '*' or '&' in quotes",
    ),
    "an alias of itself": (b"a: &x\n  b: *x\n", 2, "there is no '&x' above"),
    "too deep": (b"a: " + b"[" * 60 + b"]" * 60 + b"\n", 1, "levels deep"),
}


@pytest.fixture(params=list(PARSERS.values()), ids=list(PARSERS))
def loader(request: pytest.FixtureRequest) -> object:
    """Each of PyYAML's two parsers."""
    parser: object = request.param
    return parser


@pytest.mark.parametrize(("content", "line", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_each_mistake_is_named_with_its_line(
    content: bytes, line: int, says: str, loader: object
) -> None:
    """Whoever wrote the file finds the place without counting."""
    problems = parse_yaml(content, "f.yaml", loader=loader).problems
    assert [(problem.file, problem.line) for problem in problems] == [("f.yaml", line)]
    assert says in problems[0].message


def test_all_duplicate_keys_come_at_once() -> None:
    """One run shows everything that is to be mended, and the rest can still be checked."""
    document = parse_yaml(b"a: 1\na: 2\nb: 3\nb: 4\n", "f.yaml")
    assert [problem.line for problem in document.problems] == [2, 4]
    assert document.data is not None


def test_scalars_are_text_except_true_false_and_empty(loader: object) -> None:
    """An account number keeps its zeros, and `no` stays a word."""
    text = (
        b"a: 012345670123\nb: no\nc: true\nd:\ne: 'true'\nf: 2026-11-22\n"
        b"g: +15550100\nh: 1.10\ni: ~\n"
    )
    assert parse_yaml(text, "f.yaml", loader=loader).data == {
        "a": "012345670123",
        "b": "no",
        "c": True,
        "d": None,
        "e": "true",
        "f": "2026-11-22",
        "g": "+15550100",
        "h": "1.10",
        "i": None,
    }


def test_each_place_has_its_line_and_others_that_of_their_parent(loader: object) -> None:
    """A missing key is shown where it should have been."""
    document = parse_yaml(
        b"# c\na:\n  - b: 1\n    c: |\n      x\n\n      y\n  - d\ne: {f: 1}\n", "f", loader=loader
    )
    places = ["a", "a[0]", "a[0].b", "a[0].c", "a[1]", "e.f"]
    assert [document.line_of(place) for place in places] == [2, 3, 3, 4, 8, 9]
    assert document.line_of("a[0].missing.deeper[3]") == 3
    assert document.line_of("nowhere[2].at.all") == 2
    assert document.problem("e.g", "is wrong", fatal=False).line == 9


def test_a_byte_order_mark_is_no_mistake() -> None:
    """Some editors write one."""
    assert parse_yaml("a: \u00e4\n".encode("utf-8-sig"), "f.yaml").data == {"a": "\u00e4"}


def test_an_over_large_file_is_not_read(tmp_path: Path) -> None:
    """Somebody pointed at the wrong file."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: " + b"x" * LARGEST)
    for problem in (
        read_yaml(path).problems[0],
        parse_yaml(path.read_bytes(), str(path)).problems[0],
    ):
        assert (problem.line, problem.field) == (0, "")
        assert "is larger than 1,000,000 bytes" in problem.message


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    """The reason is the system's own, in small letters."""
    document = read_yaml(tmp_path / "none.yaml")
    assert [problem.message for problem in document.problems] == [
        "cannot be opened: no such file or directory"
    ]
    text, problem = read_text(tmp_path)
    assert text == ""
    assert problem is not None
    assert "cannot be opened" in problem.message


@given(st.text(alphabet="ab:-[]{}&*!'\"\\#|>%@ \t\n01,?~\x85", max_size=60))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    """Either there is data, or there is a problem that says why not, at a line of the file."""
    for loader in PARSERS.values():
        document = parse_yaml(text.encode(), "f.yaml", loader=loader)
        assert document.data is not None or document.problems
        for problem in document.problems:
            assert 1 <= problem.line <= text.count("\n") + text.count("\x85") + 1
