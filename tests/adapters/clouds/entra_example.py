"""A small Entra tenant with one policy of each kind, as Graph and as the organisation file say it.

For the stand-in of Graph; the parts are there to be laid out anew for one test.
"""

from __future__ import annotations

from typing import Any

from bot.core.organisation import EntraTenant
from tests.adapters.clouds.graph_stand_in import TENANT_ID, Directory, Json

ANNA = "aaaaaaaa-0000-4000-8000-000000000001"
BERT = "aaaaaaaa-0000-4000-8000-000000000002"
GROUP = "bbbbbbbb-0000-4000-8000-000000000001"
OUTER = "bbbbbbbb-0000-4000-8000-000000000002"
CONTRACTORS = "bbbbbbbb-0000-4000-8000-000000000003"
STRENGTH = "cccccccc-0000-4000-8000-000000000001"


def policy(number: int, name: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """A policy for all users and all resources that asks for MFA, but for the `fields` given.

    `users` and `grant` are laid over those parts.
    """
    users: Json = {
        "includeUsers": ["All"],
        "excludeUsers": [],
        "includeGroups": [],
        "excludeGroups": [],
        "includeRoles": [],
        "excludeRoles": [],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
    }
    grant: Json = {
        "operator": "OR",
        "builtInControls": ["mfa"],
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength@odata.context": "https://graph.microsoft.com/v1.0/$metadata",
        "authenticationStrength": None,
    }
    return {
        "id": f"dddddddd-0000-4000-8000-{number:012d}",
        "templateId": None,
        "displayName": name,
        "createdDateTime": "2026-01-05T08:00:00.1234567Z",
        "modifiedDateTime": fields.get("modified"),
        "state": fields.get("state", "enabled"),
        "sessionControls": None,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "clientAppTypes": ["all"],
            "platforms": None,
            "locations": None,
            "devices": None,
            "clientApplications": None,
            "applications": {
                "includeApplications": fields.get("applications", ["All"]),
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                "applicationFilter": None,
            },
            "users": users | fields.get("users", {}),
        },
        "grantControls": grant | fields.get("grant", {}),
    }


def group(named: str, name: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """A group as `$select` gives it."""
    return {
        "id": named,
        "displayName": name,
        "groupTypes": [],
        "securityEnabled": True,
        "membershipRule": None,
        "onPremisesSyncEnabled": None,
        "isAssignableToRole": None,
        "isManagementRestricted": None,
        "deletedDateTime": None,
        "visibility": None,
        **fields,
    }


def audit(number: int, at: str, by: Json, activity: str = "Update") -> Json:
    """An entry of the audit log about the policy with this number."""
    return {
        "id": f"IPCGraph_{number}_{at}",
        "category": "Policy",
        "result": "success",
        "activityDisplayName": f"{activity} conditional access policy",
        "activityDateTime": at,
        "loggedByService": "Conditional Access",
        "operationType": activity,
        "initiatedBy": by,
        "targetResources": [
            {
                "id": f"dddddddd-0000-4000-8000-{number:012d}",
                "displayName": "A policy",
                "type": "Policy",
                "modifiedProperties": [],
            }
        ],
    }


PERSON: Json = {
    "user": {
        "id": "eeeeeeee-0000-4000-8000-000000000001",
        "displayName": None,
        "userPrincipalName": "ca-admin@example.com",
        "ipAddress": "203.0.113.7",
    },
    "app": None,
}
KEY: Json = {
    "@odata.type": "#microsoft.graph.fido2AuthenticationMethod",
    "id": "-2_GRUg2-HYz6_1YG4YRAQ2",
    "displayName": "Key in the safe",
    "aaGuid": "2fc0579f-8113-47ea-b116-555a8db9202a",
    "model": "NFC key",
}
PASSWORD: Json = {
    "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
    "id": "28c10230-6103-485e-b985-444c60001490",
    "password": None,
}


def example_directory() -> Directory:
    """A small tenant with one policy of each kind. The accounts are in GROUP, that is in OUTER."""
    return Directory(
        policies=[
            policy(1, "CA001 Require MFA", modified="2026-03-01T10:00:00Z"),
            policy(
                2,
                "CA002 Block",
                modified="2026-11-21T23:10:00.5Z",
                users={"excludeGroups": [OUTER]},
                grant={"builtInControls": ["block"]},
            ),
            policy(
                3,
                "CA003 Require a compliant device",
                modified="2026-11-20T12:00:00Z",
                state="enabledForReportingButNotEnforced",
                grant={"builtInControls": ["compliantDevice"]},
            ),
            policy(
                4,
                "CA004 Smart cards only",
                grant={
                    "builtInControls": [],
                    "authenticationStrength": {"id": STRENGTH, "displayName": "Smart cards"},
                },
            ),
            policy(
                5,
                "CA005 Block contractors",
                users={"includeUsers": [], "includeGroups": [CONTRACTORS]},
                grant={"builtInControls": ["block"]},
            ),
        ],
        strengths=[
            {
                "id": "00000000-0000-0000-0000-000000000002",
                "displayName": "Multifactor authentication",
                "policyType": "builtIn",
                "requirementsSatisfied": "mfa",
                "allowedCombinations": ["fido2"],
                "combinationConfigurations": [],
            },
            {
                "id": STRENGTH,
                "displayName": "Smart cards",
                "policyType": "custom",
                "requirementsSatisfied": "mfa",
                "allowedCombinations": ["x509CertificateMultiFactor"],
                "combinationConfigurations": [],
            },
        ],
        groups={
            GROUP: group(GROUP, "sg-break-glass-admins", isAssignableToRole=True),
            OUTER: group(OUTER, "sg-tier-0"),
            CONTRACTORS: group(CONTRACTORS, "sg-contractors"),
        },
        members={
            GROUP: [ANNA, BERT],
            OUTER: [GROUP, "ffffffff-0000-4000-8000-000000000009"],
            CONTRACTORS: ["ffffffff-0000-4000-8000-000000000008"],
        },
        methods={ANNA: [PASSWORD, KEY], BERT: [PASSWORD, KEY]},
        audits=[
            audit(2, "2026-11-21T23:10:02.25Z", PERSON),
            audit(2, "2026-11-01T09:00:00Z", {"user": None, "app": {"displayName": "Pipeline"}}),
        ],
    )


def example_tenant(**fields: Any) -> EntraTenant:  # noqa: ANN401 - as the file has them
    """The same tenant in the organisation file."""
    accounts = [
        {"name": f"{name}@example.com", "object_id": named, "custody": "safe", "methods": ["fido2"]}
        for name, named in (("emergency-1", ANNA), ("emergency-2", BERT))
    ]
    return EntraTenant.model_validate(
        {
            "provider": "entra",
            "id": "main",
            "name": "Example",
            "support": {"plan": "Unified"},
            "tenant_id": TENANT_ID,
            "initial_domain": "example.onmicrosoft.com",
            "group": {"id": GROUP},
            "emergency_accounts": accounts,
            **fields,
        }
    )
