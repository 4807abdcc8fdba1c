"""Whose fault it is, and what a person is told about it."""

from __future__ import annotations

import pytest

from bot.core.errors import (
    AlreadyRecorded,
    Broken,
    Conflict,
    Invalid,
    LockoutError,
    Problem,
    Refused,
    Unavailable,
)


def test_a_refusal_carries_its_reason_what_to_do_and_the_field() -> None:
    """A surface can say why, what instead, and where."""
    refused = Refused("Not now", "Later", field="impact")
    assert (str(refused), refused.reason, refused.hint, refused.field) == (
        "Not now",
        "Not now",
        "Later",
        "impact",
    )


@pytest.mark.parametrize("kind", [AlreadyRecorded, Conflict])
def test_a_press_that_came_twice_or_too_late_is_a_kind_of_refusal(kind: type[Refused]) -> None:
    """One handler for refusals is enough for a surface."""
    assert issubclass(kind, Refused)


def test_who_is_away_may_say_when_to_try_again() -> None:
    """Seconds, or None when nobody said."""
    assert Unavailable("busy", 30).retry_after == 30
    assert Unavailable("busy").retry_after is None
    assert Unavailable("busy").reason == "busy"


def test_a_final_answer_says_who_must_change_what() -> None:
    """Reason and hint, as with a refusal."""
    broken = Broken("No permission", "Ask an administrator")
    assert (str(broken), broken.reason, broken.hint) == (
        "No permission",
        "No permission",
        "Ask an administrator",
    )


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.yaml", 3, "steps[0].id", "is missing"), "a.yaml:3: steps[0].id: is missing"),
        (Problem("a.yaml", 0, "", "is empty"), "a.yaml: is empty"),
        (Problem("a.yaml", 3, "", "is old", fatal=False), "a.yaml:3: warning: is old"),
    ],
)
def test_a_problem_is_one_line_with_its_place(problem: Problem, text: str) -> None:
    """File, line, field, message; a warning says that it is one."""
    assert str(problem) == text


def test_an_invalid_file_tells_every_problem_at_once() -> None:
    """One line a problem, in the order in which they were found."""
    problems = [Problem("a.yaml", 1, "", "one"), Problem("a.yaml", 2, "", "two")]
    invalid = Invalid(problems)
    assert str(invalid) == "a.yaml:1: one\na.yaml:2: two"
    assert invalid.problems == problems


def test_all_kinds_have_one_root() -> None:
    """A surface can catch everything that is not a bug of ours in one place."""
    for error in (Refused("x"), Unavailable("x"), Broken("x"), Invalid([])):
        assert isinstance(error, LockoutError)
