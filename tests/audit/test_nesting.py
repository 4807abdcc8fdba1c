"""Groups in groups, from the inside outwards."""

from __future__ import annotations

from bot.audit.nesting import Nesting

NESTED = Nesting({"all": ("staff", "guests"), "staff": ("admins",), "admins": ("one", "all")})


def test_each_group_is_reached_from_the_first_start_below_it() -> None:
    """So that a reason names the group whose members nobody knows; a circle has an end."""
    assert NESTED.upwards(["guests", "admins"]) == {
        "guests": "guests",
        "all": "guests",
        "admins": "guests",
        "staff": "guests",
    }
    assert NESTED.upwards(["nowhere"]) == {"nowhere": "nowhere"}
    assert NESTED.upwards([]) == {}


def test_only_the_groups_right_above_hold_it_directly() -> None:
    """The others hold it through these."""
    assert list(NESTED.parents_of("one")) == ["admins"]
    assert list(NESTED.parents_of("nowhere")) == []
