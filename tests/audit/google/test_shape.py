"""The same fields as REST and as Terraform write them."""

from bot.audit.google.shape import child, key_of, objects_of, snake, text_of, texts_of, value_of

REST = {"denyRule": {"deniedPrincipals": ["a", 1, "b"]}, "rules": [{"x": 1}, 2, {"x": 3}]}
TERRAFORM = {"deny_rule": [{"denied_principals": ["a", "b"]}], "display_name": "N"}


def test_both_ways_of_writing_a_field_are_read() -> None:
    """Camel case and one object; snake case and a block."""
    rest, at = child(dict(REST), "denyRule")
    assert (at, texts_of(rest, "deniedPrincipals")) == (("denyRule",), ("a", "b"))
    block, below = child(dict(TERRAFORM), "denyRule")
    assert (below, texts_of(block, "deniedPrincipals")) == (("deny_rule", 0), ("a", "b"))
    assert text_of(dict(TERRAFORM), "displayName") == "N"


def test_a_field_that_is_missing_gets_the_case_of_its_neighbours() -> None:
    """So that a correction fits in."""
    assert key_of(dict(TERRAFORM), "exceptionPrincipals") == "exception_principals"
    assert key_of({"deniedPrincipals": []}, "exceptionPrincipals") == "exceptionPrincipals"
    assert snake("scopedAccessSettings") == "scoped_access_settings"


def test_what_is_not_of_the_kind_is_as_if_it_were_absent() -> None:
    """And what is written alone counts as a list of one."""
    assert objects_of(dict(REST), "rules") == [({"x": 1}, ("rules", 0)), ({"x": 3}, ("rules", 2))]
    assert objects_of({"rules": {"x": 1}}, "rules") == [({"x": 1}, ("rules",))]
    assert objects_of({"rules": "x"}, "rules") == []
    assert child({"denyRule": "x"}, "denyRule") == ({}, ("denyRule",))
    assert texts_of({"a": "x"}, "a") == ("x",)
    assert texts_of({}, "a") == ()
    assert text_of({"a": 1}, "a") == ""
    assert value_of({"a": 1}, "a") == 1


def test_hidden_characters_are_written_out() -> None:
    """A name in an export drives no terminal."""
    assert text_of({"a": "x\x1b[31m\ny"}, "a") == "x\\u001b[31m y"
