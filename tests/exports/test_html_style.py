"""The colours can be read by people who see less well (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re

import pytest

from bot.exports.html_style import CSS


def palette(*, dark: bool) -> dict[str, str]:
    """The colours by name; dark ones come on top of the light ones."""
    light, _, rest = CSS.partition("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", light))
    if dark:
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", rest))
    return found


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("ink", "page"),
        ("ink", "card"),
        ("soft", "page"),
        ("soft", "card"),
        ("soft", "zebra"),
        ("alarm", "card"),
        ("warn-ink", "warn"),
    ],
)
def test_words_can_be_told_from_their_ground(words: str, ground: str, *, dark: bool) -> None:
    """At least 4.5 to 1, in the light and in the dark."""
    colours = palette(dark=dark)
    assert contrast(colours[words], colours[ground]) >= 4.5


BARS = ("declared", "triage", "working", "waiting", "restored")


@pytest.mark.parametrize("bar", BARS)
def test_white_words_can_be_read_on_every_bar(bar: str) -> None:
    """At least 4.5 to 1; the bars are alike in the light and in the dark."""
    assert contrast(palette(dark=True)[bar], "#ffffff") >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("bar", [*BARS, "note", "fact"])
def test_bars_and_dots_can_be_told_from_the_card(bar: str, *, dark: bool) -> None:
    """At least 3 to 1."""
    colours = palette(dark=dark)
    assert contrast(colours[bar], colours["card"]) >= 3


def test_paper_is_never_dark() -> None:
    """Who prints at night does not print a black page."""
    assert "@media screen and (prefers-color-scheme: dark)" in CSS
    assert "@media (prefers-color-scheme: dark)" not in CSS
