"""What was not read, in the words of a problem."""

from __future__ import annotations

import pytest

from bot.adapters.clouds.google_http import GoogleRefused
from bot.adapters.clouds.google_notes import Notes, Wanted
from bot.core.errors import Broken, Unavailable

DENY = Wanted("deny policies", "iam.googleapis.com", "iam.denypolicies.list", "roles/x")
GROUPS = Wanted("members", "cloudidentity.googleapis.com", "to read groups", "a role", hides=False)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            GoogleRefused("PERMISSION_DENIED"),
            "permission iam.denypolicies.list is missing; grant roles/x.",
        ),
        (GoogleRefused("PERMISSION_DENIED", "SERVICE_DISABLED"), "enable iam.googleapis.com"),
        (GoogleRefused("PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "lack a scope"),
        (GoogleRefused("NOT_FOUND"), "Google says NOT_FOUND; it takes iam.denypolicies.list"),
        (Unavailable("iam.googleapis.com does not answer now"), "does not answer now."),
        (Broken("Pages without end"), "Pages without end."),
    ],
)
def test_a_problem_says_what_to_do(error: Broken | Unavailable, said: str) -> None:
    """The permission, the API to enable, or what went wrong."""
    notes = Notes("organizations/1")
    notes.failed(DENY, "projects/1", error)
    (problem,) = notes.problems()
    assert said in problem.message
    assert (problem.file, problem.field, problem.fatal) == ("organizations/1", DENY.what, True)
    assert notes.errors == [error]


def test_a_thousand_projects_make_one_problem() -> None:
    """Same thing, same reason: the first three are named, the others counted."""
    notes = Notes("organizations/1")
    for number in range(1000):
        notes.failed(DENY, f"projects/{number}", GoogleRefused("PERMISSION_DENIED"))
    notes.missed(GROUPS, "a@example.com", "too large.")
    first, second = notes.problems()
    assert first.message.startswith("Not read at projects/0, projects/1, projects/2 and 997 more:")
    assert (second.message, second.fatal) == ("Not read at a@example.com: too large.", False)
