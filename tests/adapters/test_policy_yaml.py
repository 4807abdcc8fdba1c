"""YAML comes as JSON on the same lines, or is named with what is wrong."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.policy_yaml import EMPTY, LARGEST, NO_YAML, TEMPLATE, TOO_LARGE, json_of
from bot.audit.model import Source
from bot.audit.report.places import Places
from bot.core.errors import Problem
from tests.corpus import corpus

POLICY = """\
# Everybody stays in Europe.
Version: "2012-10-17"
Statement:
  - Sid: Regions
    Effect: Deny
    NotAction: &free
      - iam:*
      - "sts:*"
    Resource: "*"
    Condition:
      ArnNotLike:
        aws:PrincipalArn: !Sub arn:aws:iam::${AWS::AccountId}:role/break-glass
      Bool: {aws:SecureTransport: false}

  - Effect: Deny
    Action: *free
    Resource: !GetAtt Bucket.Arn
"""


def read(text: str | bytes) -> Any:  # noqa: ANN401 - plain data
    """The data of a file with nothing wrong in it."""
    content = text if isinstance(text, bytes) else text.encode()
    made, problem = json_of(content, "a.yaml")
    assert problem is None
    return json.loads(made)


def wrong(text: str | bytes) -> Problem:
    """What is wrong with a file."""
    content = text if isinstance(text, bytes) else text.encode()
    made, problem = json_of(content, "a.yaml")
    assert problem is not None
    assert made == b""
    return problem


def test_a_policy_is_the_same_as_in_json() -> None:
    """Anchors are written out; a tag of CloudFormation's is what its JSON has."""
    first, second = read(POLICY)["Statement"]
    assert first["NotAction"] == second["Action"] == ["iam:*", "sts:*"]
    assert first["Condition"]["ArnNotLike"] == {
        "aws:PrincipalArn": "arn:aws:iam::${AWS::AccountId}:role/break-glass"
    }
    assert first["Condition"]["Bool"] == {"aws:SecureTransport": False}
    assert second["Resource"] == {"Fn::GetAtt": "Bucket.Arn"}


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("/Statement/0/Sid", "Sid: Regions"),
        ("/Statement/0/NotAction/1", "sts:*"),
        ("/Statement/0/Condition/ArnNotLike/aws:PrincipalArn", "aws:PrincipalArn"),
        ("/Statement/1", "- Effect: Deny"),
        ("/Statement/1/Action/0", "Action: *free"),
    ],
)
def test_every_place_is_on_the_line_of_the_yaml(pointer: str, words: str) -> None:
    """So that an alert stands where a person has to look."""
    made, _ = json_of(POLICY.encode(), "a.yaml")
    line = Places([Source("a.yaml", made)]).line_of("a.yaml", pointer)
    assert words in POLICY.splitlines()[line - 1]


def test_only_what_cannot_be_a_name_is_more_than_text() -> None:
    """Norway is no `false`, an account keeps its zeros, and a version is no date."""
    told = read(
        "[NO, on, 012345678901, 2012-10-17, 1.10, 0x1F, 12, -3, true, False, ~, '12', null]"
    )
    assert told[:6] == ["NO", "on", "012345678901", "2012-10-17", "1.10", "0x1F"]
    assert told[6:] == [12, -3, True, False, None, "12", None]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("---\na: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\na: 1\n---\n---\n# nothing\n", {"a": 1}),
        ("---\n---\na: 1\n", {"a": 1}),
        ("- - 1\n  - 2\n- {}\n- []\n", [[1, 2], {}, []]),
        ("a: |\n  x\n  y\nb: 'it''s'\n", {"a": "x\ny\n", "b": "it's"}),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n", {"a": {"x": 1}, "b": {"x": 1, "y": 2}}),
        ("a: &a {}\nb:\n  <<: *a\n", {"a": {}, "b": {}}),
        ("a: !If [x, !Ref y, 1]\n", {"a": {"Fn::If": ["x", {"Ref": "y"}, 1]}}),
        ("a: !Transform {Name: x}\n", {"a": {"Fn::Transform": {"Name": "x"}}}),
        ("a: !!str 12\n", {"a": "12"}),
        ("12: x\n", {"12": "x"}),
        ('{"a": ["b", {"c": 1}]}', {"a": ["b", {"c": 1}]}),
        (POLICY.encode("utf-16"), read(POLICY)),
        ('a: "é \\u00e9 \U0001f600"', {"a": "é é \U0001f600"}),
    ],
)
def test_all_of_yaml_that_policies_use_is_read(text: str | bytes, data: object) -> None:
    """Documents, flow and block, merged mappings, tags, encodings."""
    assert read(text) == data


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, EMPTY),
        ("---\n# only this\n", 0, EMPTY),
        ("a: [1\nb: 2", 2, NO_YAML),
        ("- a\n%{ for r in regions }\n", 2, TEMPLATE),
        ("a: 1\na: 2\n", 2, "“a” occurs twice"),
        ("a: &a {x: 1}\nb:\n  x: 2\n  <<: *a\n", 4, "“x” occurs twice"),
        ("a: *b\n", 1, "no '&b' above"),
        ("a: &a [*a]\n", 1, "no '&a' above"),
        ("? [x]\n: 1\n", 1, "must be a word"),
        ("a:\n  <<: [x]\n", 2, "write it out"),
        ("a: &a 1\nb:\n  <<: *a\n", 3, "write it out"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("[" * 50 + "]" * 50, 1, "levels deep"),
        (b"a: \xff\xff", 0, NO_YAML),
        (b"a" * (LARGEST + 1), 0, TOO_LARGE),
    ],
)
def test_what_is_not_read_is_named_with_its_line(text: str | bytes, line: int, words: str) -> None:
    """Nothing is guessed, and nothing is dropped in silence."""
    problem = wrong(text)
    assert problem.file == "a.yaml"
    assert words in problem.message
    assert problem.line == line
    assert problem.fatal


def test_aliases_of_aliases_stop_before_the_memory_does() -> None:
    """A billion of laughs are named after some megabytes, and at once."""
    lines = ["a0: &a0 [" + ", ".join(["lol"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)]
    begin = time.process_time()
    assert "repeat too much" in wrong("\n".join(lines)).message
    assert time.process_time() - begin < 2


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), PLAIN, min_size=1, max_size=4), st.booleans())
def test_what_was_json_is_the_same_again(data: dict[str, Any], flow: bool) -> None:  # noqa: FBT001
    """As PyYAML writes it, block or flow; a `<<` in quotes is a text like others."""
    written = yaml.safe_dump(data, default_flow_style=flow)
    assert read(written) == data


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"\n #<,?", max_size=60).map(str.encode))
def test_no_bytes_break_it(content: bytes) -> None:
    """Valid JSON, or a problem."""
    made, problem = json_of(content, "a.yaml")
    if problem is None:
        json.loads(made)


def test_real_policies_are_read_as_pyyaml_reads_them() -> None:
    """Each file of the corpus: the same data, or a problem for a template that is no YAML."""
    read_files = 0
    for path in sorted(corpus().rglob("*.y*ml")):
        content = path.read_bytes()
        made, problem = json_of(content, path.name)
        if problem is None:
            read_files += 1
            documents = [one for one in yaml.load_all(content, yaml.BaseLoader) if one]
            data = json.loads(made)
            assert _texts(data if len(documents) > 1 else [data]) == _texts(documents), path
        else:
            assert problem.message in {TEMPLATE, EMPTY}, f"{path}: {problem}"
    assert read_files >= 150


def _texts(data: object) -> object:
    """As if every scalar were text, as PyYAML's own base loader has it."""
    if isinstance(data, dict):
        return {key: _texts(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_texts(one) for one in data]
    if data is None:
        return ""
    if isinstance(data, bool):
        return str(data).lower()
    text = str(data)
    return {"True": "true", "False": "false", "null": "", "~": ""}.get(text, text)
