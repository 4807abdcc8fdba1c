"""The little of CEL that is computed, against a naive reference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.google.expression import Expression, reach_of

# A tree is a value (None: uncomputable), an atom, or an operator with its parts.
TREES = st.recursive(
    st.sampled_from([True, False, None, "a", "b"]),
    lambda inner: st.one_of(
        st.tuples(st.just("!"), inner), st.tuples(st.sampled_from(["&&", "||"]), inner, inner)
    ),
    max_leaves=12,
)
WRITTEN = {True: "true", False: "false", None: "f(x) > 'a && (b'", "a": "a", "b": "b"}


def write(tree: object) -> str:
    """The tree as text, with all brackets."""
    match tree:
        case ("!", part):
            return f"!({write(part)})"
        case (operator, left, right):
            return f"({write(left)}) {operator} ({write(right)})"
        case _:
            return WRITTEN[tree]  # type: ignore[index]


def naive(tree: object, given: dict[str, bool]) -> bool | None:
    """What it comes to, straight from the table of three values."""
    match tree:
        case ("!", part):
            inner = naive(part, given)
            return None if inner is None else not inner
        case (operator, left, right):
            pair = [naive(left, given), naive(right, given)]
            if operator == "&&":
                return False if False in pair else None if None in pair else True
            return True if True in pair else None if None in pair else False
        case str():
            return given[tree]
        case _:
            return tree  # type: ignore[return-value]


@given(TREES, st.booleans(), st.booleans())
def test_every_expression_comes_to_what_the_table_says(tree: object, a: bool, b: bool) -> None:  # noqa: FBT001 - drawn
    """Negation, AND, OR and brackets, with three values."""
    expression = Expression(write(tree), lambda words: words if words in ("a", "b") else None)
    assert expression.value({"a": a, "b": b}) is naive(tree, {"a": a, "b": b})


@given(st.text(alphabet="ab!&|()'\" .=\\", max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    """It is computed, or said to be uncomputable."""
    expression = Expression(text, lambda words: words if words in ("a", "b") else None)
    assert expression.value(dict.fromkeys(expression.atoms, True)) in (True, False, None)


HAS = "resource.hasTagKey('1/env')"
MANY = " && ".join(f"resource.hasTagKey('{n}')" for n in range(9))


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("", "always"),
        (" ", "always"),
        ("true || false", "always"),
        ("false", "never"),
        (HAS, "tagged"),
        (f"!{HAS}", "untagged"),
        (f"!( {HAS} )", "untagged"),
        ("! resource.matchTag( '1/env' , \"prod\" )", "untagged"),
        ("resource.matchTagId('tagKeys/1', 'tagValues/2')", "tagged"),
        ("resource.hasTagKeyId('tagKeys/1')", "tagged"),
        (f"{HAS} && !{HAS}", "never"),
        (f"{HAS} && true == x", "tagged"),
        (MANY, "tagged"),
        ("resource.hasTagKey(x)", "uncomputable"),
        ("resource.name == 'x'", "uncomputable"),
        ("(true) == x", "uncomputable"),
        ("true &&", "uncomputable"),
        ("(true", "uncomputable"),
        ("true)", "uncomputable"),
        ("f(", "uncomputable"),
        ("!" * 50 + "true", "uncomputable"),
    ],
)
def test_where_a_condition_holds(text: str, reach: str) -> None:
    """On all resources, on those without a tag, on some with one, on none; or not computed."""
    assert reach_of(text) == reach
