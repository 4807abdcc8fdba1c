"""Values are read in either key case, and pointers keep the case of the file."""

from __future__ import annotations

from bot.audit.entra.shape import child, is_guid, key_of, pointer, text_of, texts_of, value_of
from tests.audit.entra.policies import ONE


def test_a_name_is_found_in_either_case() -> None:
    """Null counts as absent, for a file may have both."""
    assert key_of({"State": 1}, "state") == "State"
    assert key_of({}, "state") is None
    assert value_of({"state": None, "State": "on"}, "state") == "on"
    assert value_of({}, "state") is None
    assert child({"users": []}, "users") == {}


def test_a_text_is_one_line_of_visible_characters() -> None:
    """Anything else than text is none."""
    assert text_of({"a": " x\ny\u202e "}, "a") == "x y\\u202e"
    assert text_of({"a": " plain "}, "a") == "plain"
    assert text_of({"a": 5}, "a") == ""


def test_a_list_is_read_however_it_was_written() -> None:
    """A list, a flag, a text that PowerShell made of it, something that is no list."""
    assert texts_of({"a": ["x ", {"Id": "y"}, {"z": 1}, None]}, "a") == (
        "x",
        "y",
        "(dict)",
        "(NoneType)",
    )
    assert texts_of({"a": "x,y z"}, "a") == ("x", "y", "z")
    assert texts_of({"a": 5}, "a") == ("(int)",)
    assert texts_of({"a": None}, "a") == ()


def test_a_pointer_goes_as_far_as_the_file_does() -> None:
    """What is missing is not pointed at."""
    value: dict[str, object] = {"Conditions": {"users": {"ExcludeUsers": []}}, "state": "on"}
    assert pointer(value, "conditions", "users", "excludeUsers") == (
        "/Conditions/users/ExcludeUsers"
    )
    assert pointer(value, "conditions", "locations", "x") == "/Conditions"
    assert pointer(value, "state", "x") == "/state"


def test_an_object_id_is_told_from_a_placeholder() -> None:
    """In any case, and in no other shape."""
    assert is_guid(ONE.upper())
    assert not is_guid("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
    assert not is_guid("<Group>")
    assert not is_guid(f"{{{ONE}}}")
