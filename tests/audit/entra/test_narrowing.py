"""Conditions are said in half sentences, and only an impossible one counts as a way out."""

from __future__ import annotations

import pytest

from bot.audit.entra.narrowing import listed, narrowing
from tests.audit.entra.test_scope import read


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("a",), "a"),
        (("a", "b"), "a or b"),
        (("a", "b", "c"), "a, b or c"),
        (("a", "b", "c", "d"), "a, b, c or 1 more"),
    ],
)
def test_a_list_is_said_in_words_and_kept_short(names: tuple[str, ...], words: str) -> None:
    """Forty countries are no sentence."""
    assert listed(names) == words


def test_conditions_are_said_in_the_order_of_the_portal() -> None:
    """Risk, platform, place, client, device, flow."""
    found = narrowing(
        read(
            {
                "conditions.clientAppTypes": ["browser"],
                "conditions.platforms": {"includePlatforms": ["iOS"]},
                "conditions.signInRiskLevels": ["high"],
            }
        )
    )
    assert found.when == (
        "the sign-in risk is high",
        "the device runs iOS",
        "the client is browser",
    )
    assert found.impossible == ""


def test_one_impossible_condition_is_enough() -> None:
    """All conditions must hold together."""
    found = narrowing(
        read(
            {
                "conditions.signInRiskLevels": ["high"],
                "conditions.platforms": {
                    "includePlatforms": ["iOS"],
                    "excludePlatforms": ["IOS"],
                },
            }
        )
    )
    assert found.impossible == "platforms"
