"""The file that says who is in which group."""

import pytest

from bot.audit.members import FORM, parse_members
from bot.core.errors import Invalid


def test_groups_have_members() -> None:
    """An empty list is a group without members; a mark in front does not hurt."""
    content = b'\xef\xbb\xbf{"g": ["a", "b"], "empty": []}'
    assert parse_members("m.json", content) == {"g": ("a", "b"), "empty": ()}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n"g": ]', ["m.json:2: Is not valid JSON: Expecting value."]),
        (b"\xff", ["m.json: Is not JSON in UTF-8."]),
        (b"[" * 100_000, ["m.json: Is not JSON in UTF-8."]),
        (b"[]", [f"m.json: {FORM}"]),
        (
            b'{"a": "x", "b": [1], "c": ["d"]}',
            [f"m.json: {group}: Its members are no list of texts." for group in "ab"],
        ),
    ],
)
def test_what_is_wrong_is_said_at_once(content: bytes, said: list[str]) -> None:
    """Every group that is wrong, with its name."""
    with pytest.raises(Invalid) as raised:
        parse_members("m.json", content)
    assert [str(problem) for problem in raised.value.problems] == said
