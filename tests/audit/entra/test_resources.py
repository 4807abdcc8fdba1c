"""What a policy guards decides whether it is about a sign-in at all, and how wide it is."""

from __future__ import annotations

import pytest

from bot.audit.entra.resources import Guarded, resource
from tests.audit.entra.policies import APP
from tests.audit.entra.test_scope import read


@pytest.mark.parametrize(
    ("applications", "guarded", "broad"),
    [
        ({"includeApplications": ["All"]}, "sign_in", True),
        ({"includeApplications": ["MicrosoftAdminPortals", APP]}, "sign_in", True),
        ({"includeApplications": [APP]}, "sign_in", False),
        ({"includeApplications": ["None"]}, "none", True),
        ({"globalSecureAccess": {"includeTrafficProfiles": "internet"}}, "sign_in", False),
        ({"includeUserActions": ["urn:user:registersecurityinfo"]}, "enrol", True),
        (
            {
                "includeApplications": ["All"],
                "includeUserActions": ["urn:user:registersecurityinfo"],
            },
            "sign_in",
            True,
        ),
        ({}, "none", True),
    ],
)
def test_what_is_guarded_is_told_apart(
    applications: dict[str, object], guarded: Guarded, *, broad: bool
) -> None:
    """The way in, the enrolment of a method, or nothing that a person signs in to."""
    found = resource(read({"conditions.applications": applications}))
    assert (found.guarded, found.broad) == (guarded, broad)
