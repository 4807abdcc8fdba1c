"""An edit changes what it must and nothing else, in the file's own hand."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.entra.splice import edited, spliced, unified_diff
from tests.audit.entra.policies import GROUP, ONE, OTHER, policy

ADD = {"excludeGroups": (GROUP,)}


def around(groups: str, key: str = "excludeGroups") -> str:
    """A policy in short, with this text as its list of excluded groups."""
    return f'{{\n "conditions": {{\n  "users": {{\n   "{key}": {groups}\n  }}\n }}\n}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", f'["{GROUP}"]'),
        ("[ ]", f'["{GROUP}"]'),
        ("null", f'["{GROUP}"]'),
        ('["a"]', f'["a", "{GROUP}"]'),
        ('["a","b"]', f'["a","b", "{GROUP}"]'),
        ('["a", "b"]', f'["a", "b", "{GROUP}"]'),
        ('[\n    "a",\n    "b"\n   ]', f'[\n    "a",\n    "b",\n    "{GROUP}"\n   ]'),
        ('["[a], b"]', f'["[a], b", "{GROUP}"]'),
    ],
)
def test_an_id_is_added_in_the_hand_of_the_file(before: str, after: str) -> None:
    """Same brackets, same spaces, behind what is there."""
    text = around(before)
    assert spliced(text, json.loads(text), ADD) == (text, around(after))


def test_the_key_case_of_the_file_is_kept() -> None:
    """Also where the field is not there yet."""
    text = around("[]", "ExcludeGroups")
    assert spliced(text, json.loads(text), ADD)[1] == around(f'["{GROUP}"]', "ExcludeGroups")
    text = around('["a"]', "IncludeGroups")
    written = spliced(text, json.loads(text), ADD)[1]
    assert json.loads(written)["conditions"]["users"] == {
        "ExcludeGroups": [GROUP],
        "IncludeGroups": ["a"],
    }
    assert written.count("\n") == text.count("\n") + 1


def test_a_field_that_is_missing_is_added_on_a_single_line_too() -> None:
    """With a space between, as the rest has."""
    text = '{"conditions": {"users": {"includeUsers": ["All"]}}}'
    assert (
        f'{{"excludeGroups": ["{GROUP}"], "includeUsers"'
        in (spliced(text, json.loads(text), ADD)[1])
    )


@pytest.mark.parametrize(
    "text",
    [
        around('"unrolled"'),
        around('["a\\u0022b"]'),
        around('["a"]').replace("excludeGroups", "exclude\\u0047roups"),
        '{"conditions": {"users": {}}}',
        '{"x": {"excludeGroups": []}, "conditions": {"users": {"excludeGroups": []}}}',
        json.dumps(policy({"displayName": "long " * 200})),
    ],
)
def test_a_text_that_hides_its_lists_is_laid_out_anew(text: str) -> None:
    """Then both sides are, so that the difference is still the edit alone."""
    value = json.loads(text)
    before, after = spliced(text, value, ADD)
    assert json.loads(before) == value
    assert json.loads(after) == edited(value, ADD)
    assert after.startswith('{\n  "')
    added = unified_diff(before, after, "x").count("\n+")
    assert added <= 6


def test_the_original_is_left_alone() -> None:
    """An edit is a copy."""
    value = policy()
    edited(value, ADD)
    assert value == policy()


def test_windows_line_ends_are_one_line_end() -> None:
    """The difference is not the whole file."""
    text = around("[]").replace("\n", "\r\n")
    before, after = spliced(text, json.loads(text), ADD)
    assert "\r" not in before + after


def apply(before: str, diff: str) -> str:
    """A plain reader of a diff of one hunk."""
    lines = before.split("\n")
    hunk = diff.split("\n")[2:-1]
    at, old, new = map(int, re.findall(r"^@@ -(\d+),(\d+) \+\d+,(\d+) @@$", hunk[0])[0])
    kept = [line[1:] for line in hunk[1:] if line[0] in " -"]
    put = [line[1:] for line in hunk[1:] if line[0] in " +"]
    assert (len(kept), len(put)) == (old, new)
    assert lines[at - 1 : at - 1 + old] == kept
    return "\n".join([*lines[: at - 1], *put, *lines[at - 1 + old :]])


LINES = st.lists(st.sampled_from(["a", "b", "c", "{", "}"]), min_size=1, max_size=12)


@given(before=LINES, after=LINES)
def test_a_difference_leads_from_the_one_text_to_the_other(
    before: list[str], after: list[str]
) -> None:
    """Applied by the letter; no difference is no text."""
    old, new = "\n".join(before), "\n".join(after)
    diff = unified_diff(old, new, "x.json")
    assert (diff == "") == (old == new)
    if diff:
        assert apply(old, diff) == new


def test_a_difference_names_the_file_and_the_line_in_it() -> None:
    """So that it can be found in a list of policies."""
    diff = unified_diff("a\nb", "a\nc", "all.json", first_line=40)
    assert diff == "--- a/all.json\n+++ b/all.json\n@@ -40,2 +40,2 @@\n a\n-b\n+c\n"


@given(groups=st.lists(st.text(), max_size=4), indent=st.sampled_from([None, 0, 1, 4]))
def test_whatever_the_ids_look_like_the_edit_reads_as_meant(
    groups: list[str], indent: int | None
) -> None:
    """Two fields at once, in texts with and without line breaks."""
    value: dict[str, Any] = policy({"conditions.users.excludeGroups": groups})
    added = {"excludeGroups": (GROUP,), "excludeUsers": (ONE, OTHER)}
    before, after = spliced(json.dumps(value, indent=indent), value, added)
    assert json.loads(before) == value
    assert json.loads(after) == edited(value, added)
