"""What a policy guards, and policies that are aimed at the accounts on purpose."""

from tests.audit.entra.case import GUESTS, REPORT_ONLY, Case, controls, nobody_but, strength, users
from tests.audit.entra.policies import (
    APP,
    BUILT_IN,
    GONE,
    GROUP,
    HELPDESK,
    ONE,
    OTHER,
    STRANGER,
    TWO,
)

AZURE = "797F4846-ba00-4fd7-ba43-dac1f8f63013"

GUARDED = [
    Case(
        "one application",
        {"conditions.applications": {"includeApplications": [APP]}},
        "blocking",
        f"only when the sign-in is to {APP}",
        severity="high",
    ),
    Case(
        "the admin portals",
        {"conditions.applications": {"includeApplications": ["MicrosoftAdminPortals"]}},
        "blocking",
        "only when the sign-in is to MicrosoftAdminPortals",
        severity="critical",
    ),
    Case(
        "the admin portals, from one platform",
        {
            "conditions.applications": {"includeApplications": ["MicrosoftAdminPortals"]},
            "conditions.platforms": {"includePlatforms": ["linux"]},
        },
        "blocking",
        "to MicrosoftAdminPortals and the device runs linux",
        severity="high",
    ),
    Case(
        "Azure's management",
        {"conditions.applications": {"includeApplications": [AZURE]}},
        "blocking",
        f"only when the sign-in is to Windows Azure Service Management API ({AZURE});",
        severity="critical",
    ),
    Case(
        "all but one application",
        {"conditions.applications": {"includeApplications": ["All"], "excludeApplications": [APP]}},
        "blocking",
        "The policy blocks; it",
        severity="critical",
    ),
    Case(
        "one application, taken out again",
        {
            "conditions.applications": {
                "includeApplications": [APP],
                "excludeApplications": [APP.upper()],
            }
        },
        "not_in_scope",
        "is taken out again",
        "/conditions/applications",
    ),
    Case(
        "no application",
        {"conditions.applications": {"includeApplications": ["None"]}},
        "not_in_scope",
        "guards no application",
    ),
    Case(
        "agents' resources only",
        {"conditions.applications": {"includeApplications": ["AllAgentIdResources"]}},
        "not_in_scope",
        "guards no application",
    ),
    Case(
        "applications by a filter",
        {
            "conditions.applications": {
                "includeApplications": [],
                "applicationFilter": {"mode": "include", "rule": "app.kind -eq x"},
            }
        },
        "blocking",
        "the application matches [app.kind -eq x]",
        severity="high",
    ),
    Case(
        "all applications but by a filter",
        {
            "conditions.applications": {
                "includeApplications": ["All"],
                "applicationFilter": {"mode": "exclude", "rule": "app.kind -eq x"},
            }
        },
        "blocking",
        "the application does not match [app.kind -eq x]",
        severity="high",
    ),
    Case(
        "the enrolment of a method",
        {"conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]}},
        "blocking",
        "it stops enrolling a new key",
        severity="medium",
    ),
    Case(
        "the enrolment of a method, with MFA",
        {
            **controls("mfa"),
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "blocking",
        "stops enrolling a new key: it asks for multifactor authentication",
    ),
    Case(
        "the enrolment of a method, met",
        {
            **controls("mfa"),
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "satisfiable",
        "can meet with fido2",
        methods=("fido2",),
    ),
    Case(
        "the enrolment of a method, report-only",
        {
            **REPORT_ONLY,
            "conditions.applications": {"includeUserActions": ["urn:user:registersecurityinfo"]},
        },
        "pending",
        "it stops enrolling a new key",
        severity="low",
    ),
    Case(
        "joining a device",
        {"conditions.applications": {"includeUserActions": ["urn:user:registerdevice"]}},
        "not_in_scope",
        "guards urn:user:registerdevice, which no sign-in needs",
    ),
    Case(
        "an authentication context",
        {"conditions.applications": {"includeAuthenticationContextClassReferences": ["c1"]}},
        "not_in_scope",
        "only where c1 is asked for",
    ),
    Case(
        "traffic of Global Secure Access",
        {"conditions.applications": {"networkAccess": {"includeTrafficProfiles": "m365"}}},
        "blocking",
        "m365 traffic through Global Secure Access",
        severity="high",
    ),
    Case(
        "applications left out of the file",
        {"conditions.applications": GONE},
        "unknown",
        "which applications it guards",
        "/conditions",
    ),
]


DELIBERATE = [
    Case(
        "aimed at the group, met",
        {**nobody_but(includeGroups=[GROUP]), **strength(f"{BUILT_IN}4")},
        "satisfiable",
        f"covers group {GROUP} and asks",
        methods=("fido2",),
    ),
    Case(
        "aimed at the group, not met",
        {**nobody_but(includeGroups=[GROUP]), **strength(f"{BUILT_IN}4")},
        "blocking",
        "aimed at the emergency accounts alone",
        severity="high",
    ),
    Case(
        "aimed at the accounts, not met",
        {**users(includeUsers=[ONE, TWO]), **controls("mfa")},
        "blocking",
        "do not exclude them: register what it asks for",
    ),
    Case(
        "aimed at the accounts, and everybody's word for nobody",
        {**users(includeUsers=["None"], includeGroups=[GROUP]), **controls("mfa")},
        "blocking",
        "do not exclude them",
    ),
    Case(
        "aimed at the accounts, report-only",
        {**REPORT_ONLY, **users(includeUsers=[ONE, TWO]), **controls("mfa")},
        "pending",
        "aimed at the emergency accounts alone",
    ),
    Case(
        "aimed at a group that holds just them",
        nobody_but(includeGroups=[OTHER]),
        "blocking",
        "aimed at the emergency accounts alone",
        members={OTHER: (ONE, TWO)},
    ),
    Case(
        "aimed at the group and somebody else",
        {**users(includeUsers=[STRANGER], includeGroups=[GROUP])},
        "blocking",
        "nothing takes this account out",
    ),
    Case(
        "aimed at the group and a role",
        nobody_but(includeGroups=[GROUP], includeRoles=[HELPDESK]),
        "blocking",
        "nothing takes this account out",
    ),
    Case(
        "aimed at the group and at guests",
        nobody_but(includeGroups=[GROUP], includeGuestsOrExternalUsers=GUESTS),
        "blocking",
        "nothing takes this account out",
    ),
]
