"""Any bytes become objects with a place, or one sentence; nothing is raised."""

from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audit.entra.decode import Document, Unreadable, decode, texts_of_items
from bot.audit.entra.run import audit_entra
from bot.audit.model import Source
from tests.audit.entra.policies import BASE, policy, question

TEXT = '{"conditions": {"users": {}}, "displayName": "Zürich - 東京"}'


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
    ],
)
def test_every_encoding_that_exports_come_in_is_read(content: bytes) -> None:
    """PowerShell writes UTF-16, Windows a mark before UTF-8, Graph neither."""
    document = decode("a.json", content)
    assert isinstance(document, Document)
    assert document.items[0].value["displayName"] == "Zürich - 東京"


@pytest.mark.parametrize(
    ("content", "says", "line"),
    [
        (b"", "not valid JSON", 1),
        (b"{\n\n nonsense", "not valid JSON", 3),
        (b"\xff\xfe\x00", "neither UTF-8 nor UTF-16", 0),
        (b"caf\xe9", "neither UTF-8 nor UTF-16", 0),
        (b"\0", "neither UTF-8 nor UTF-16", 0),
        (b"[" * 100_000, "beyond reason", 0),
        (b"[" + b"9" * 5_000 + b"]", "beyond reason", 0),
        (b'{"state": "enabled", "state": "disabled"}', "The key “state” occurs twice in one", 0),
        (b"null", "no JSON object", 0),
        (b'"text"', "no JSON object", 0),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(content: bytes, says: str, line: int) -> None:
    """With the line, where there is one."""
    answer = decode("a.json", content)
    assert isinstance(answer, Unreadable)
    assert says in answer.message
    assert answer.line == line


def places(value: object) -> tuple[list[str], Document]:
    """Where the objects of a file are."""
    document = decode("a.json", json.dumps(value).encode())
    assert isinstance(document, Document)
    return [item.place for item in document.items], document


def test_one_object_a_list_and_an_answer_of_graph_are_all_read() -> None:
    """Each object knows where it stands in the file."""
    assert places(policy())[0] == [""]
    assert places([policy(), policy()])[0] == ["/0", "/1"]
    assert places({"value": [policy()]})[0] == ["/value/0"]
    assert places({"conditional_access_policies": [policy()]})[0] == [
        "/conditional_access_policies/0"
    ]


def test_a_policy_that_has_a_list_of_that_name_is_still_a_policy() -> None:
    """What has conditions is no envelope."""
    assert places({**BASE, "value": []})[0] == [""]


def test_entries_that_are_no_objects_are_counted() -> None:
    """They are not dropped in silence."""
    found, document = places([policy(), 7, None])
    assert (found, document.strays) == (["/0"], 2)


def test_one_page_of_several_is_known_as_such() -> None:
    """The rest of the policies is elsewhere."""
    assert places({"value": [], "@odata.nextLink": "https://example.com"})[1].more
    assert not places({"value": []})[1].more


def texts(text: str) -> dict[str, tuple[str, int]]:
    """The texts of the objects in a file."""
    document = decode("a.json", text.encode())
    assert isinstance(document, Document)
    return texts_of_items(document)


def test_the_text_of_each_object_is_found_again() -> None:
    """As it was written, with the line that it begins on."""
    assert texts('{\n"a": 1 }') == {"": ('{\n"a": 1 }', 1)}
    assert texts('[ {"a": 1},\n\n {"b" : [2]}]') == {
        "/0": ('{"a": 1}', 1),
        "/1": ('{"b" : [2]}', 3),
    }
    assert texts('{"x": 1, "value":\n[{"a": 1}, 5, {"b": 2}]}') == {
        "/value/0": ('{"a": 1}', 2),
        "/value/2": ('{"b": 2}', 2),
    }


def test_a_text_that_is_not_surely_the_objects_own_is_left_out() -> None:
    """Another list of the same name before it, an empty list, a key in disguise."""
    assert texts('{"x": {"value": [{"a": 1}]}, "value": [{"b": 2}]}') == {}
    assert texts('{"value": []}') == {}
    assert texts('{"\\u0076alue": [{"b": 2}]}') == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(
    [
        *BASE,
        *BASE["conditions"],
        *BASE["conditions"]["users"],
        *BASE["conditions"]["applications"],
        *("Conditions", "locations", "platforms", "devices", "deviceFilter", "rule", "mode"),
        *("authenticationStrength", "allowedCombinations", "combinationConfigurations"),
        *("builtInControls", "operator", "termsOfUse", "value", "groupTypes", "transferMethods"),
    ]
)
WORDS = st.sampled_from(["All", "None", "block", "mfa", "enabled", "OR", "<Group>", "fido2", ""])
POLICY_LIKE = st.recursive(
    JSON | WORDS | st.lists(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=30,
)


@given(content=st.binary())
def test_no_bytes_make_it_fail(content: bytes) -> None:
    """Noise gives a problem, never an exception."""
    audit_entra([Source("noise.json", content)], question())


@given(value=JSON)
def test_no_json_makes_it_fail(value: object) -> None:
    """Whatever its shape."""
    content = json.dumps(value).encode("utf-8", "surrogatepass")
    said = audit_entra([Source("some.json", content)], question())
    assert said.problems


@settings(max_examples=max(400, settings().max_examples))
@given(value=POLICY_LIKE, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_nothing_that_resembles_a_policy_makes_it_fail(value: object, encoding: str) -> None:
    """Each policy-like object gives findings or a problem that says why not."""
    content = json.dumps(value).encode(encoding, "surrogatepass")
    said = audit_entra([Source("like.json", content)], question(methods=("fido2",)))
    assert said.findings or said.problems


@given(
    changes=st.dictionaries(
        st.sampled_from(
            [
                "state",
                "conditions.users.includeUsers",
                "conditions.users.excludeGroups",
                "conditions.users",
                "conditions.applications",
                "conditions.locations",
                "grantControls",
                "grantControls.authenticationStrength",
                "sessionControls",
                "displayName",
                "id",
            ]
        ),
        POLICY_LIKE,
        max_size=4,
    )
)
def test_a_policy_with_anything_in_a_field_is_judged_or_named(changes: dict[str, object]) -> None:
    """A strange value in one field is not a crash, and not a policy that is passed over."""
    content = json.dumps(policy(changes)).encode("utf-8", "surrogatepass")
    said = audit_entra([Source("odd.json", content)], question())
    assert len(said.findings) == 2 or any(problem.fatal for problem in said.problems)
